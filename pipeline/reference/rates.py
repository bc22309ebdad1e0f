"""Published and derived numbers."""

from pipeline.reference.base import Entry, Nations, OptionalDate, OptionalNumber, OptionalText, Status, Strict, Text


class Point(Entry):
    """A published or derived number; an empty value is one that was looked for and not found."""

    id: Text
    title: Text
    value: OptionalNumber
    unit: Text
    nations: Nations
    period: OptionalText
    as_at: OptionalDate
    note: OptionalText


class MinimumPrice(Entry):
    """The Homecare Association's minimum price for an hour in one period, and the base pay it rests on."""

    id: Text
    period: Text
    nations: Nations
    price: OptionalNumber
    base_pay: OptionalNumber
    base_pay_status: Status
    pay_basis: Text
    as_at: OptionalDate
    note: OptionalText


class Rates(Strict):
    """rates.yaml: published points of price, pay, threshold and arithmetic, by group."""

    minimum_prices: tuple[MinimumPrice, ...]
    breakdown_2020_21: tuple[Point, ...]
    pay: tuple[Point, ...]
    cost_assumptions: tuple[Point, ...]
    market: tuple[Point, ...]
    thresholds: tuple[Point, ...]
    charging: tuple[Point, ...]
    reward_tariff: tuple[Point, ...]
    population_price: tuple[Point, ...]
    norfolk_2014: tuple[Point, ...]

"""Prices: hourly build-up, outcome tariff, population price, corridor and indexation, in Decimal.

Every function takes and gives figures or unknowns (pipeline.figure), so a price that waits for an input says which.
Amounts are rounded to the penny, half up, once: at a rate, a tariff, a price or a value, never at the lines in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from pipeline.commercial import BuildUp, Commercial, PopulationTerms, RewardBand, RewardTerms
from pipeline.figure import Figure, Status, Unknown, Value, derive, total
from pipeline.profile import Lot, Term

PENNY = Decimal("0.01")
_SHOWN = Context(prec=15, rounding=ROUND_HALF_UP)
HUNDRED = Decimal(100)
MINUTES = Decimal(60)
WEEKS = Decimal(52)
PER_HOUR = "£ per hour"
METHOD = "Hourly build-up, Homecare Association method"


def pence(amount: Decimal) -> Decimal:
    """Round an amount in pounds to the penny, half up, as Excel's ROUND does for amounts above zero.

    Like Excel, it takes the first 15 digits: £9.15 × (1 + 1.5 ÷ 45) is £9.455, and not £9.454999… for want of digits.
    """
    return _SHOWN.plus(amount).quantize(PENNY, rounding=ROUND_HALF_UP)


def _pct(percent: Decimal) -> Decimal:
    return percent / HUNDRED


def _hourly(calculate: Any, *values: Value[Any]) -> Value[Decimal]:
    return derive(calculate, *values, unit=PER_HOUR, source=METHOD)


@dataclass(frozen=True)
class BuildUpLines:
    """The price of one contact hour at one visit length, line by line (£ per hour, unrounded but for `rate`)."""

    paid: Value[Decimal]
    oncost: Value[Decimal]
    ni_pension: Value[Decimal]
    mileage: Value[Decimal]
    care_specific: Value[Decimal]
    direct: Value[Decimal]
    running: Value[Decimal]
    surplus: Value[Decimal]
    vat: Value[Decimal]
    rate: Value[Decimal]


def hourly_build_up(
    build_up: BuildUp, travel_minutes_per_visit: Value[Decimal], miles_per_visit: Value[Decimal], visit_minutes: int
) -> BuildUpLines:
    """Build the price of a contact hour delivered in visits of `visit_minutes`.

    Travel, waiting and mileage belong to the visit, so a shorter visit costs more by the hour. Irrecoverable VAT is its own
    line after the surplus.
    """
    b = build_up
    length = Decimal(visit_minutes)
    paid = _hourly(
        lambda pay, travel, waiting, unsocial: pay * (1 + (travel + waiting) / length) + unsocial,
        b.pay_rate,
        travel_minutes_per_visit,
        b.waiting_minutes_per_visit,
        b.unsocial_enhancement,
    )
    oncost = _hourly(
        lambda amount, *percents: amount * _pct(sum(percents, Decimal(0))),
        paid,
        b.holiday_percent,
        b.training_percent,
        b.sick_percent,
        b.notice_percent,
    )
    ni_pension = _hourly(
        lambda amount, on, ni, pension: (amount + on) * _pct(ni + pension),
        paid,
        oncost,
        b.effective_ni_percent,
        b.effective_pension_percent,
    )
    mileage = _hourly(lambda miles, rate: miles * MINUTES / length * rate, miles_per_visit, b.mileage_rate)
    direct = total((paid, oncost, ni_pension, mileage, b.care_specific_costs), unit=PER_HOUR, source=METHOD)
    running = _hourly(lambda amount, percent: amount * _pct(percent), direct, b.running_percent)
    surplus = _hourly(lambda amount, run, percent: (amount + run) * _pct(percent), direct, running, b.surplus_percent)
    rate = _hourly(lambda *lines: pence(sum(lines, Decimal(0))), direct, running, surplus, b.irrecoverable_vat)
    return BuildUpLines(
        paid, oncost, ni_pension, mileage, b.care_specific_costs, direct, running, surplus, b.irrecoverable_vat, rate
    )


def visit_price(rate: Value[Decimal], visit_minutes: int) -> Value[Decimal]:
    """Price one visit (£) from the hourly rate for its length in minutes."""
    return derive(lambda hourly: pence(hourly * visit_minutes / MINUTES), rate, unit="£", source=METHOD)


def lot_rate(commercial: Commercial, lot: Lot) -> Value[Decimal]:
    """Average the hourly rate of a lot over its visit lengths, weighted by their share of contact hours (£ per hour)."""
    rates = [
        hourly_build_up(commercial.build_up, lot.travel_minutes_per_visit, lot.miles_per_visit, visit.minutes).rate
        for visit in commercial.visit_lengths
    ]
    return _weighted(rates, [visit.share_percent for visit in commercial.visit_lengths])


def lot_direct_cost(commercial: Commercial, lot: Lot) -> Value[Decimal]:
    """Average the direct cost line in the same way: the trigger of the abnormally-low enquiry (£ per hour)."""
    lines = [
        hourly_build_up(commercial.build_up, lot.travel_minutes_per_visit, lot.miles_per_visit, visit.minutes).direct
        for visit in commercial.visit_lengths
    ]
    return _weighted(lines, [visit.share_percent for visit in commercial.visit_lengths])


def _weighted(rates: Sequence[Value[Decimal]], shares: Sequence[Value[Decimal]]) -> Value[Decimal]:
    count = len(rates)
    return _hourly(
        lambda *known: pence(sum((a * _pct(b) for a, b in zip(known[:count], known[count:], strict=True)), Decimal(0))),
        *rates,
        *shares,
    )


def annual_hours(lot: Lot) -> Value[Decimal]:
    """Contact hours a year: weekly hours × 52."""
    return derive(lambda hours: hours * WEEKS, lot.weekly_hours, unit="hours a year", source="Weekly hours × 52")


def sustainable_rate(commercial: Commercial, lots: Sequence[Lot]) -> Value[Decimal]:
    """Average the lots' rates weighted by their weekly hours (£ per hour)."""
    count = len(lots)

    def average(*known: Decimal) -> Decimal:
        hours = known[count:]
        whole = sum(hours, Decimal(0))
        if not whole:
            return pence(sum(known[:count], Decimal(0)) / count)
        return pence(sum((rate * part for rate, part in zip(known[:count], hours, strict=True)), Decimal(0)) / whole)

    return _hourly(average, *(lot_rate(commercial, lot) for lot in lots), *(lot.weekly_hours for lot in lots))


def lot_limit(limit: Value[Decimal], rate: Value[Decimal], average: Value[Decimal]) -> Value[Decimal]:
    """The price floor or ceiling of one lot (£ per hour): the authority's, times the lot's rate over the average."""

    def scale(whole: Decimal, own: Decimal, mean: Decimal) -> Decimal:
        return pence(whole * own / mean) if mean else whole

    return _hourly(scale, limit, rate, average)


def hourly_value(commercial: Commercial, lot: Lot) -> Value[Decimal]:
    """Model 1's annual value of a lot (£): annual hours × the lot's rate."""
    return derive(
        lambda hours, rate: pence(hours * rate),
        annual_hours(lot),
        lot_rate(commercial, lot),
        unit="£",
        source="Annual hours × sustainable rate",
    )


def outcome_tariff(band: RewardBand, rate: Value[Decimal]) -> Value[Decimal]:
    """Model 2's tariff of a band (£): implied hours × sustainable rate (IPC discussion paper 2016, section 8.2)."""
    return derive(
        lambda hours, hourly: pence(hours * hourly),
        band.hours,
        rate,
        unit="£",
        source="Implied hours × sustainable rate",
    )


def lot_tariff_value(commercial: Commercial, lots: Sequence[Lot], lot: Lot) -> Value[Decimal]:
    """Model 2's annual value of a lot (£) if every outcome is achieved: its share of each band's volume × its tariff.

    A band's volume falls to the lots by their weekly hours; a tariff is made at the lot's own rate, so that a rural lot is
    paid for its travel. Rounded to the penny for each band.
    """
    return _share_of_volume(commercial, lot, _all_hours(lots), len(lots))


def lot_tariff_values(commercial: Commercial, lots: Sequence[Lot]) -> list[Value[Decimal]]:
    """Give `lot_tariff_value` of every lot; the lots' hours are added up once, so that many lots take no time."""
    hours = _all_hours(lots)
    return [_share_of_volume(commercial, lot, hours, len(lots)) for lot in lots]


def _all_hours(lots: Sequence[Lot]) -> Value[Decimal]:
    return total([lot.weekly_hours for lot in lots], unit="hours a week", source="Sum of the lots")


def _share_of_volume(commercial: Commercial, lot: Lot, hours: Value[Decimal], count: int) -> Value[Decimal]:
    """Value one of `count` lots that have `hours` between them; equal shares where they have none."""
    rate = lot_rate(commercial, lot)

    def value(volume: int, tariff: Decimal, own: Decimal, whole: Decimal) -> Decimal:
        return pence(volume * tariff * own / whole if whole else volume * tariff / count)

    values = [
        derive(value, band.volume_a_year, outcome_tariff(band, rate), lot.weekly_hours, hours, unit="£", source="")
        for band in commercial.reward.bands
    ]
    return total(values, unit="£", source="Volume in the lot × the lot's tariff, all outcomes achieved")


def tariff_value(commercial: Commercial, lots: Sequence[Lot]) -> Value[Decimal]:
    """Model 2's annual value (£) if every outcome is achieved: the sum of its lots."""
    values = lot_tariff_values(commercial, lots)
    return total(values, unit="£", source="Volume × tariff over lots and bands, all outcomes achieved")


def payment_shares(terms: RewardTerms, payment: str) -> tuple[Value[Decimal], Value[Decimal]]:
    """The shares of a tariff (%) that a payment form pays in any case, and pays on top when the outcome is achieved.

    A sum for the outcome, a withheld part and a block whose outcomes are counted together pay the upfront share in any case and
    the balance on achievement. Hourly pay with a bonus pays the whole tariff and then the bonus; hourly pay with a share of
    savings pays the whole tariff and then the provider's gain share of what is saved.
    """
    whole = Figure(HUNDRED, "%", "Hourly pay", status=Status.CONFIRMED)
    if payment == "completion-bonus":
        return whole, terms.completion_bonus_percent
    if payment == "profit-share":
        share, saving = terms.gain_share_percent, terms.expected_saving_percent
        return whole, derive(lambda part, saved: part * _pct(saved), share, saving, unit="%", source="Gain share × saving")
    balance = derive(lambda part: HUNDRED - part, terms.upfront_percent, unit="%", source="100% less the upfront share")
    return terms.upfront_percent, balance


def chosen_payment_shares(terms: RewardTerms) -> tuple[Value[Decimal], Value[Decimal]]:
    """The payment shares (%) of the form that the profile chooses; unknown while it chooses none."""
    if isinstance(terms.payment, Unknown):
        return terms.payment, terms.payment
    return payment_shares(terms, terms.payment.value)


def expected_payment(
    tariff: Value[Decimal], certain_percent: Value[Decimal], at_stake_percent: Value[Decimal], achievement_percent: Value[Decimal]
) -> Value[Decimal]:
    """Expected payment for one outcome (£): price × (share paid in any case + share at stake × probability achieved)."""
    return derive(
        lambda price, certain, at_stake, achieved: pence(price * (_pct(certain) + _pct(at_stake) * _pct(achieved))),
        tariff,
        certain_percent,
        at_stake_percent,
        achievement_percent,
        unit="£",
        source="Tariff × (share in any case + share on achievement × achievement)",
    )


def break_even_percent(
    tariff: Value[Decimal], cost: Value[Decimal], certain_percent: Value[Decimal], at_stake_percent: Value[Decimal]
) -> Value[Decimal]:
    """The achievement (%) at which the expected payment equals the cost; below 0 or above 100 means never or always short."""

    def solve(price: Decimal, spent: Decimal, certain: Decimal, at_stake: Decimal) -> Decimal:
        if not price or not at_stake:
            return Decimal(0) if spent <= price * _pct(certain) else HUNDRED
        return ((spent / price - _pct(certain)) / _pct(at_stake) * HUNDRED).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)

    source = "(cost ÷ tariff - share in any case) ÷ share on achievement"
    return derive(solve, tariff, cost, certain_percent, at_stake_percent, unit="%", source=source)


def population_price(terms: PopulationTerms, referrals: Value[int], rate: Value[Decimal]) -> Value[Decimal]:
    """Model 3's annual price of a lot (£): referrals × hours per referral × rate (IPC discussion paper 2016, section 8.3).

    At 400 hours per referral and £15 an hour this is £600,000 per 100 people referred.
    """
    return derive(
        lambda people, hours, hourly: pence(people * hours * hourly),
        referrals,
        terms.hours_per_referral,
        rate,
        unit="£",
        source="Referrals × hours per referral × sustainable rate",
    )


def reconcile(
    price: Decimal, cost: Decimal, corridor_percent: Decimal, stop_loss_percent: Decimal, share_percent: Decimal
) -> Decimal:
    """Model 3's year-end adjustment (£; above zero is paid to the provider, below zero by it).

    Within the corridor the provider keeps or bears the difference; from the corridor to the stop-loss the authority takes
    `share_percent` of it; beyond the stop-loss all of it (the widths are the profile's).
    """
    difference = cost - price
    size = abs(difference)
    inner, outer = price * _pct(corridor_percent), price * _pct(stop_loss_percent)
    shared = max(min(size, outer) - inner, Decimal(0)) * _pct(share_percent)
    beyond = max(size - max(outer, inner), Decimal(0))
    return pence((shared + beyond).copy_sign(difference)) if shared + beyond else Decimal(0)


def uplift_percent(weights: Sequence[Decimal], changes: Sequence[Decimal]) -> Decimal:
    """The annual uplift (%): each basket weight (%) × the change (%) in its index."""
    return sum((_pct(weight) * change for weight, change in zip(weights, changes, strict=True)), Decimal(0))


def longest_years(term: Term) -> Value[int]:
    """The term with every extension taken up (years)."""
    return total((term.initial_years, *term.extensions), unit="years", source="Initial term and all extensions")


def over_years(annual: Value[Decimal], years: Value[int]) -> Value[Decimal]:
    """A value over a number of years at today's prices (£)."""
    return derive(
        lambda amount, count: pence(amount * count),
        annual,
        years,
        unit="£",
        source="Annual value × years, at today's prices",
    )

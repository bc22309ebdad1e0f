"""Published figures that a document sets beside the profile's own (rates.yaml): the worked example and what a price rests on."""

from collections.abc import Iterable
from decimal import Decimal

from pipeline.facts import Row, by_id
from pipeline.figure import Figure, Status, Unknown, Value
from pipeline.pack import PackPlan
from pipeline.reference.rates import Point


def published(plan: PackPlan) -> Row:
    """The published figures of the worked example, and the pay floors (rates.yaml)."""
    rates = plan.reference.rates
    points = (*rates.breakdown_2020_21, *rates.pay, *rates.reward_tariff, *rates.population_price, *rates.norfolk_2014)
    example = by_id(rates.minimum_prices, "MP-2025-E")
    example_rate: Value[Decimal] = Unknown()
    if example.price is not None:
        example_rate = Figure(example.price, "", example.source, None, Status(example.status))
    return {**{name: _point(points, entry) for name, entry in _PUBLISHED.items()}, "example_rate": example_rate}


_PUBLISHED = {
    "contact": "BD-contact",
    "travel": "BD-travel",
    "ni_pension": "BD-ni-pension",
    "oncosts": "BD-oncosts",
    "mileage": "BD-mileage",
    "running": "BD-running",
    "surplus": "BD-surplus",
    "total": "BD-total",
    "living_wage": "PAY-NLW-2026",
    "real_living_wage": "PAY-RLW-2026",
    "paper_rate": "PP-rate",
    "reablement": "RT-reablement",
    "lower": "RT-lower",
    "higher": "RT-higher",
    "intensive": "RT-intensive",
    "population_price": "PP-price",
    "norfolk_hours": "NF-hours",
    "norfolk_wage_gap": "NF-wage-gap",
    "norfolk_rate_gap": "NF-association-gap",
}


def population_evidence(plan: PackPlan) -> Row:
    """What the published population price rests on (rates.yaml), against which targets are checked."""
    points = plan.reference.rates.population_price
    return {name: _point(points, entry) for name, entry in _EVIDENCE.items()}


_EVIDENCE = {"reabled": "PP-reabled", "year_one_low": "PP-year-one-low", "year_one_high": "PP-year-one-high"}


def _point(points: Iterable[Point], wanted: str) -> Value[Decimal]:
    """A published point as a figure; unknown where none was found. Its source names the date, so it is not given again."""
    point = by_id(points, wanted)
    return Unknown() if point.value is None else Figure(point.value, "", point.source, None, Status(point.status))

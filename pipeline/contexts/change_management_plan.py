"""Facts of the change management plan: the pack's plan comes in; gateways, phases, benefits and risks come out."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pipeline.facts import FactTable, Row, by_id
from pipeline.facts.schedule import after, milestones
from pipeline.figure import Figure, Status, Unknown, Value, derive, total
from pipeline.pack import PackPlan
from pipeline.reference import Point
from pipeline.timetable import timetable_of

# Weeks from the start of the contract; negative is before it. Norfolk phased its zones a year apart (23 October 2014,
# section 7); a quarter between phases and the review points are drafting assumptions that the board may change.
OFFSETS: Mapping[str, int] = {
    "readiness": -4,
    "go_or_wait": -1,
    "first_month": 4,
    "second_phase": 13,
    "third_phase": 26,
    "benefits": 52,
    "sustain": 104,
}
NORFOLK: Mapping[str, str] = {"quality_cost": "NF-quality-cost", "quality_post": "NF-quality-post"}
FIRST_ZONES = 1


def gateways(plan: PackPlan) -> dict[str, Value[date]]:
    """Give the date of each gateway and review point by name; those before the tender come from the timetable."""
    planned = timetable_of(plan)
    dates = milestones(plan)
    design = planned.stage("design")
    start = dates["contract_start"]
    reviews = {name: after(start, weeks, plan.nation) for name, weeks in OFFSETS.items()}
    return {
        **reviews,
        "mandate": dates["decision_to_proceed"],
        "baseline": dates["decision_to_proceed"],
        "design": design.end if design else start,
        "tender": dates["tender_notice"],
        "award": dates["award_decision"],
        "mobilise": dates["mobilisation_start"],
        "start": start,
    }


def phases(plan: PackPlan) -> list[Row]:
    """Give the lots in up to three phases: the first lot, half of the others, the rest (Norfolk 2014, section 7)."""
    lots = list(plan.profile.lots)
    middle = FIRST_ZONES + (len(lots) - FIRST_ZONES + 1) // 2
    groups = [group for group in (lots[:FIRST_ZONES], lots[FIRST_ZONES:middle], lots[middle:]) if group]
    dates = gateways(plan)
    return [
        {
            "number": number,
            "lots": [lot.name for lot in group],
            "people": total([lot.people for lot in group], unit="people", source="Sum over the lots of the phase"),
            "weekly_hours": total(
                [lot.weekly_hours for lot in group], unit="hours a week", source="Sum over the lots of the phase"
            ),
            "starts": dates[name],
        }
        for number, (name, group) in enumerate(zip(("start", "second_phase", "third_phase"), groups, strict=False), start=1)
    ]


def benefits(plan: PackPlan) -> dict[str, Value[Decimal]]:
    """Give the baselines that are worked out rather than read: hours for one person, and spending for one person."""
    demand = plan.profile.demand
    source = "Present hours or spending divided by people supported"
    return {
        "hours_per_person": derive(_each, demand.weekly_hours_now, demand.people_supported, unit="hours a week", source=source),
        "spend_per_person": derive(_each_pound, demand.annual_spend_now, demand.people_supported, unit="£", source=source),
    }


def _each(amount: Decimal, people: int) -> Decimal:
    """Share an amount between people, to one decimal place."""
    return (amount / max(people, 1)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _each_pound(amount: Decimal, people: int) -> Decimal:
    """Share an amount of money between people, to the pound."""
    return (amount / max(people, 1)).quantize(Decimal(1), ROUND_HALF_UP)


def norfolk(plan: PackPlan) -> dict[str, Value[Decimal]]:
    """Give what Norfolk's quality posts were to cost in 2014, all five and each (rates.yaml)."""
    points = plan.reference.rates.norfolk_2014
    return {name: _yearly(by_id(points, point)) for name, point in NORFOLK.items()}


def _yearly(point: Point) -> Value[Decimal]:
    """Turn a published point into a yearly amount of money with its source."""
    if point.value is None:
        return Unknown(needs=(f"reference.rates.norfolk_2014[{point.id}]",), unit="£ a year")
    return Figure(point.value, "£ a year", point.source, point.as_at, Status(point.status))


FACTS: FactTable = {
    "gateway": gateways,
    "phases": phases,
    "benefit": benefits,
    "norfolk": norfolk,
}
INTERNAL: frozenset[str] = frozenset(FACTS)

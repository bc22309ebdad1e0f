"""Facts of the change management plan: the pack's plan comes in; gateways, phases, benefits and design rules come out."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from pipeline.facts import FactTable, Row, by_id
from pipeline.facts.money import annual_value
from pipeline.facts.schedule import after, milestones
from pipeline.figure import Figure, Status, Unknown, Value, derive, is_known, total
from pipeline.pack import PackPlan
from pipeline.profile import CommissioningModel, Lot, Nation
from pipeline.reference import DesignRule, Point
from pipeline.timetable import next_working_day, timetable_of
from pipeline.wording import money as money_words

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
PHASE_STARTS = ("start", "second_phase", "third_phase")
# Nobody's care is moved between these days (month and day, both included): offices are short of people and families are away.
CHRISTMAS_FROM, CHRISTMAS_TO = (12, 20), (1, 5)
NORFOLK: Mapping[str, str] = {"quality_cost": "NF-quality-cost", "quality_post": "NF-quality-post"}
REABLED = "NF-reabled-first"
FIRST_ZONES = 1


def _is_christmas(day: date) -> bool:
    return (day.month, day.day) >= CHRISTMAS_FROM or (day.month, day.day) <= CHRISTMAS_TO


def _after_christmas(day: date, nation: Nation) -> date:
    """Give the day itself, or the first working day after Christmas when it falls in that time."""
    if not _is_christmas(day):
        return day
    year = day.year + (day.month == CHRISTMAS_FROM[0])
    return next_working_day(date(year, CHRISTMAS_TO[0], CHRISTMAS_TO[1] + 1), nation)


def _review(start: Value[date], name: str, nation: Nation) -> Value[date]:
    """Give the date of a review point; the start of a phase is kept clear of Christmas."""
    day = after(start, OFFSETS[name], nation)
    if name not in PHASE_STARTS:
        return day
    return derive(lambda one: _after_christmas(one, nation), day, unit="", source="Counted in weeks, kept clear of Christmas")


def gateways(plan: PackPlan) -> dict[str, Value[date]]:
    """Give the date of each gateway and review point by name; those before the tender come from the timetable."""
    planned = timetable_of(plan)
    dates = milestones(plan)
    design = planned.stage("design")
    start = dates["contract_start"]
    return {
        **{name: _review(start, name, plan.nation) for name in OFFSETS},
        "mandate": dates["decision_to_proceed"],
        "baseline": dates["decision_to_proceed"],
        "design": design.end if design else start,
        "tender": dates["tender_notice"],
        "award": dates["award_decision"],
        "mobilise": dates["mobilisation_start"],
        "start": start,
        "outcome_pay": _outcome_pay(plan, start),
    }


def _outcome_pay(plan: PackPlan, start: Value[date]) -> Value[date]:
    """Give the first day on which Model 2 may pay for outcomes: the contract opens with a trial of its own."""
    return derive(
        lambda day, weeks: next_working_day(day + timedelta(weeks=weeks), plan.nation),
        start,
        plan.profile.commercial.reward.trial_weeks,
        unit="",
        source="Start of the contract and the length of the trial",
    )


def moved(plan: PackPlan) -> dict[str, bool]:
    """Say which phases were put off because they would have begun at Christmas."""
    start = milestones(plan)["contract_start"]
    counted = {name: after(start, OFFSETS[name], plan.nation) for name in PHASE_STARTS if name in OFFSETS}
    return {name: isinstance(day, Figure) and _is_christmas(day.value) for name, day in counted.items()}


def starts_at_christmas(plan: PackPlan) -> bool:
    """Say whether the contract itself begins at Christmas, which only the profile can change."""
    start = milestones(plan)["contract_start"]
    return isinstance(start, Figure) and _is_christmas(start.value)


def phases(plan: PackPlan) -> list[Row]:
    """Give the lots in up to three phases: the first lot, half of the others, the rest (Norfolk 2014, section 7)."""
    lots = list(plan.profile.lots)
    middle = FIRST_ZONES + (len(lots) - FIRST_ZONES + 1) // 2
    groups = [group for group in (lots[:FIRST_ZONES], lots[FIRST_ZONES:middle], lots[middle:]) if group]
    dates, put_off = gateways(plan), moved(plan)
    return [
        {
            "number": number,
            "lots": [lot.name for lot in group],
            "people": total([lot.people for lot in group], unit="people", source="Sum over the lots of the phase"),
            "weekly_hours": total(
                [lot.weekly_hours for lot in group], unit="hours a week", source="Sum over the lots of the phase"
            ),
            "starts": dates[name],
            "is_moved": put_off.get(name, False),
        }
        for number, (name, group) in enumerate(zip(PHASE_STARTS, groups, strict=False), start=1)
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


def sums(plan: PackPlan) -> dict[str, Value[Decimal] | Value[str]]:
    """Give the yearly value of the service to the pound, and whether the budget bears it."""
    annual = derive(lambda amount: _each_pound(amount, 1), annual_value(plan), unit="£", source="To the whole pound")
    return {
        "annual_value": annual,
        "affordability": derive(
            _verdict, plan.profile.commercial.annual_budget, annual, unit="", source="Budget less estimated annual value"
        ),
    }


def _verdict(budget: Decimal, spend: Decimal) -> str:
    """Say by how much a year's spending is inside the budget, or over it."""
    left = budget - spend
    return f"{money_words(abs(left), pence=False)} {'inside' if left >= 0 else 'over'} the budget"


def largest(plan: PackPlan) -> Row:
    """Give the lot with the most hours, which reserve capacity has to cover (the first lot while hours are unknown)."""
    lot: Lot = max(plan.profile.lots, key=lambda one: one.weekly_hours.value if isinstance(one.weekly_hours, Figure) else -1)
    return {"name": lot.name, "people": lot.people, "weekly_hours": lot.weekly_hours}


def has_largest(plan: PackPlan) -> bool:
    """Say whether the hours of every lot are known, so that the largest can be named."""
    return all(is_known(lot.weekly_hours) for lot in plan.profile.lots)


def norfolk(plan: PackPlan) -> dict[str, Value[Decimal]]:
    """Give what Norfolk's quality posts were to cost in 2014, all five and each, and the share it reabled first (rates.yaml)."""
    points = plan.reference.rates.norfolk_2014
    share = _figure(by_id(points, REABLED), "%")
    return {
        **{name: _figure(by_id(points, point), "£ a year") for name, point in NORFOLK.items()},
        "reabled": derive(lambda part: part * 100, share, unit="%", source="Norfolk, share of referrals"),
    }


def _figure(point: Point, unit: str) -> Value[Decimal]:
    """Turn a published point into a figure with its source."""
    if point.value is None:
        return Unknown(needs=(f"reference.rates.norfolk_2014[{point.id}]",), unit=unit)
    return Figure(point.value, unit, point.source, point.as_at, Status(point.status))


def decision_of(plan: PackPlan, rule_id: str) -> Value[str]:
    """Give what the profile decides on a design rule: for this commissioning model where the models differ."""
    given = by_id(plan.profile.change.design_rules, rule_id)
    by_model = {
        CommissioningModel.CARE_PLANNING: given.care_planning,
        CommissioningModel.REWARD: given.reward,
        CommissioningModel.POPULATION: given.population,
    }
    return given.decision or by_model[plan.model] or Unknown()


def design_rules(plan: PackPlan) -> list[Row]:
    """Give the thirteen design rules, each with the decision on it and where this plan carries it out."""
    return [_rule(plan, number, rule) for number, rule in enumerate(plan.reference.design_rules, start=1)]


def _rule(plan: PackPlan, number: int, rule: DesignRule) -> Row:
    return {
        "id": rule.id,
        "number": number,
        "title": rule.title,
        "rule": rule.rule,
        "decision": decision_of(plan, rule.id),
        "sections": "; ".join(rule.sections),
        "carried_out": " ".join([rule.carried_out, *(words for name, words in rule.by_model.items() if name == plan.model)]),
    }


def rules_open(plan: PackPlan) -> list[str]:
    """Give the ids of the design rules that nothing is decided on."""
    return [rule.id for rule in plan.reference.design_rules if not is_known(decision_of(plan, rule.id))]


def rules_decided_count(plan: PackPlan) -> int:
    """Count the design rules that are decided."""
    return len(plan.reference.design_rules) - len(rules_open(plan))


def has_rules_open(plan: PackPlan) -> bool:
    """Say whether any design rule is undecided."""
    return bool(rules_open(plan))


FACTS: FactTable = {
    "gateway": gateways,
    "moved": moved,
    "starts_at_christmas": starts_at_christmas,
    "phases": phases,
    "benefit": benefits,
    "sums": sums,
    "largest": largest,
    "has_largest": has_largest,
    "norfolk": norfolk,
    "design_rules": design_rules,
    "rules_open": rules_open,
    "rules_decided_count": rules_decided_count,
    "has_rules_open": has_rules_open,
}
INTERNAL: frozenset[str] = frozenset(FACTS)

"""When: the pack's plan comes in; the timetable, its findings, the calendar and the notices come out."""

from collections.abc import Mapping

from pipeline.facts import governance, quality
from pipeline.facts.schedule import milestones
from pipeline.figure import Figure
from pipeline.pack import PackPlan
from pipeline.timetable import timetable_findings, timetable_of

# Which key date of the timetable a notice hangs on; the others go out when their occasion arises.
NOTICE_DATES: Mapping[str, str] = {
    "UK2": "engagement_notice",
    "UK3": "planned_notice",
    "UK4": "tender_notice",
    "UK6": "award_notice",
    "UK7": "details_notice",
}
DYNAMIC_MARKET = ("UK13", "UK14", "UK15", "UK16")


def stage_rows(plan: PackPlan) -> list[dict[str, object]]:
    """Give the timetable's stages, each with its owner by role."""
    titles = governance.role_titles(plan)
    return [
        {
            "number": number,
            "name": stage.name,
            "start": stage.start,
            "end": stage.end,
            "weeks": stage.weeks,
            "working_days": stage.working_days,
            "owner": titles[stage.owner_role],
            "note": stage.note,
        }
        for number, stage in enumerate(timetable_of(plan).stages, 1)
    ]


def schedule(plan: PackPlan) -> dict[str, object]:
    """Give the timetable as a whole: weeks, first day, weeks in hand, standstill, and how it was counted."""
    planned = timetable_of(plan)
    hand = planned.weeks_in_hand
    return {
        "weeks": planned.weeks,
        "weeks_usual": planned.weeks_usual,
        "weeks_shortest": planned.weeks_shortest,
        "is_dated": planned.is_dated,
        "is_counted_back": isinstance(planned.fixed.contract_start, Figure),
        "is_squeezed": planned.is_squeezed,
        "is_infeasible": isinstance(hand, Figure) and hand.value < 0,
        "has_weeks_in_hand": isinstance(hand, Figure) and hand.value > 0,
        "weeks_in_hand": hand,
        "first_day": planned.stages[0].start,
        "standstill_days": planned.standstill_days,
    }


def timetable_notes(plan: PackPlan) -> list[dict[str, str]]:
    """Give the findings of the timetable: whether each makes the dates infeasible or is only a point to note."""
    found = timetable_findings(timetable_of(plan))
    return [{"severity": severity.capitalize(), "message": message} for severity, message in found]


def has_timetable_notes(plan: PackPlan) -> bool:
    """Say whether the timetable gives cause for any finding."""
    return bool(timetable_findings(timetable_of(plan)))


def notice_rows(plan: PackPlan) -> list[dict[str, object]]:
    """Give the notices that bear on this procurement under the Act, with the date each is planned for."""
    dates = milestones(plan)
    route = quality.route(plan)
    is_market = isinstance(route, Figure) and route.value == "dynamic market"
    return [
        {
            "number": one.number,
            "name": one.name,
            "needed": one.needed,
            "is_dated": one.number in NOTICE_DATES,
            "date": dates[NOTICE_DATES[one.number]] if one.number in NOTICE_DATES else "when it arises",
            "when": one.when,
            "note": one.note,
        }
        for one in plan.reference.notices.notices
        if plan.nation in one.applies and one.needed != "not-applicable" and (is_market or one.number not in DYNAMIC_MARKET)
    ]


def selection_steps(plan: PackPlan) -> list[dict[str, object]]:
    """Give the steps of the health service's selection regime in Wales."""
    return [{"title": one.title, "when": one.when, "note": one.note} for one in plan.reference.notices.psr_wales]

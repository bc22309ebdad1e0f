"""When: the pack's plan comes in; the timetable, its findings, the calendar and the notices come out."""

from datetime import date

from pipeline.facts import governance, quality
from pipeline.facts.schedule import milestones
from pipeline.figure import Figure
from pipeline.pack import PackPlan
from pipeline.timetable import Timetable, season_notes, timetable_findings, timetable_of
from pipeline.wording import long_date


def stage_rows(plan: PackPlan) -> list[dict[str, object]]:
    """Give the timetable's stages, each with its owner by role and what the commissioning model makes of it."""
    titles = governance.role_titles(plan)
    own = {one.id: one.model_notes.get(plan.model.value, "") for one in plan.reference.stages}
    return [
        {
            "number": number,
            "name": stage.name,
            "start": stage.start,
            "end": stage.end,
            "weeks": stage.weeks,
            "working_days": stage.working_days,
            "owner": titles[stage.owner_role],
            "note": " ".join(text for text in (stage.note, own[stage.id]) if text),
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


def meetings(plan: PackPlan) -> dict[str, object]:
    """Give the meetings in the calendar that fall in the stages in which the decision body decides."""
    planned = timetable_of(plan)
    found = {name: _meetings_in(planned, name) for name in ("mandate", "approval")}
    return {**found, "has_mandate": bool(found["mandate"]), "has_approval": bool(found["approval"])}


def _meetings_in(planned: Timetable, name: str) -> list[date]:
    """Give the days of committee meetings within one stage, in order."""
    stage = planned.stage(name)
    if stage is None or not (isinstance(stage.start, Figure) and isinstance(stage.end, Figure)):
        return []
    first, last = stage.start.value, stage.end.value
    return sorted(one.starts for one in planned.events if one.kind == "committee" and first <= one.starts <= last)


def calendar_rows(plan: PackPlan) -> list[dict[str, object]]:
    """Give the calendar's events in order of date, each with its day or its period in words."""
    events = sorted(plan.profile.dates.calendar, key=lambda one: (one.starts, one.name))
    return [
        {
            "name": one.name,
            "when": " to ".join(long_date(day) for day in sorted({one.starts, one.ends})),
            "source": one.source,
            "status": one.status.replace("-", " "),
        }
        for one in events
    ]


def timetable_notes(plan: PackPlan) -> list[dict[str, str]]:
    """Give the findings of the timetable: whether each makes the dates infeasible or is only a point to note."""
    return [{"severity": severity.capitalize(), "message": message} for severity, message in _notes(timetable_of(plan))]


def has_timetable_notes(plan: PackPlan) -> bool:
    """Say whether the timetable gives cause for any finding."""
    return bool(_notes(timetable_of(plan)))


def _notes(planned: Timetable) -> list[tuple[str, str]]:
    return [*timetable_findings(planned), *season_notes(planned)]


def notice_rows(plan: PackPlan) -> list[dict[str, object]]:
    """Give every notice of the Act that exists in the nation: whether it is needed here, and the date it is planned for."""
    dates = milestones(plan)
    route = quality.route(plan)
    chosen = route.value if isinstance(route, Figure) else ""
    return [
        {
            "number": one.number,
            "name": one.name,
            "needed": one.needed.replace("-", " "),
            "is_dated": one.key_date is not None,
            "is_off_route": one.route is not None and one.route != chosen,
            "is_needed": one.needed != "not-applicable",
            "date": "" if one.key_date is None else dates[one.key_date],
            "when": one.when,
            "note": one.note,
        }
        for one in plan.reference.notices.notices
        if plan.nation in one.applies
    ]


def selection_steps(plan: PackPlan) -> list[dict[str, object]]:
    """Give the steps of the health service's selection regime in Wales."""
    return [{"title": one.title, "when": one.when, "note": one.note} for one in plan.reference.notices.psr_wales]

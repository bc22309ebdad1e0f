"""What a timetable gives cause to say: a timetable goes in, (severity, message) pairs come out.

`infeasible` means the dates cannot be met however the stages are shortened; everything else is a `note`.
"""

from datetime import date, timedelta

from pipeline.figure import Figure
from pipeline.pack import Severity
from pipeline.profile import CalendarEvent
from pipeline.timetable.stages import PlannedStage, Timetable
from pipeline.wording import TO_BE_CONFIRMED, listing, long_date

# During a pre-election period nothing is launched, consulted on or announced; a recess and a budget bear on decisions.
WHOLE_STAGES = {"election": ("engagement", "approval", "standstill"), "recess": ("approval",), "budget": ("approval",)}
DECISION_STAGES = {"election": ("mandate",), "recess": ("mandate",), "budget": ("mandate",)}
# Stages whose last day others have to meet. Around Christmas few people are there to meet it.
DEADLINES = {
    "tender": "The tender deadline",
    "approval": "The award decision",
    "standstill": "The end of the standstill",
    "signature": "The last day for signing contracts",
}
CHRISTMAS_FROM, CHRISTMAS_TO, AUGUST = (12, 20), (1, 5), 8
ADVICE = {
    "election": "launch nothing and take no contestable decision in that period; move them before or after it",
    "recess": "ask for an urgent decision or move the meeting",
    "budget": "settle with finance which budget the decision rests on",
}


def timetable_findings(planned: Timetable) -> list[tuple[str, str]]:
    """List what a reader of the timetable has to know, each as a severity word and a message."""
    return [*_fit(planned), *_gap(planned), *_calendar(planned), *_meetings(planned), *_deadlines(planned)]


def _fit(planned: Timetable) -> list[tuple[str, str]]:
    """Say when the stages do not fit between the two fixed dates, or only fit when shortened."""
    contract, start = planned.fixed.contract_start, planned.fixed.procurement_start
    if not (isinstance(contract, Figure) and isinstance(start, Figure)):
        return []
    room = (contract.value - start.value).days // 7
    late = planned.weeks_shortest - room
    begin, finish = long_date(start.value), long_date(contract.value)
    if late > 0:
        earliest = long_date(contract.value + timedelta(weeks=late))
        message = (
            f"The plan needs at least {_weeks(planned.weeks_shortest)} before the contract starts on {finish} "
            f"({planned.weeks_usual} is usual); procurement start on {begin} leaves {room}: late by {_weeks(late)}. "
            f"Move the contract's start to {earliest} or later, or change what the stages hold."
        )
        return [(Severity.INFEASIBLE, message)]
    if planned.is_squeezed:
        message = (
            f"The stages usually take {_weeks(planned.weeks_usual)} and were shortened to {planned.weeks} to fit "
            f"between {begin} and {finish}; the shortest they can be is {planned.weeks_shortest}."
        )
        return [(Severity.NOTE, message)]
    return []


def _gap(planned: Timetable) -> list[tuple[str, str]]:
    """Say when the current contracts end before the new one starts."""
    ends, starts = planned.fixed.current_contracts_end, planned.contract_start
    if not (isinstance(ends, Figure) and isinstance(starts, Figure)):
        return []
    uncovered = (starts.value - ends.value).days - 1
    if uncovered <= 0:
        return []
    days = "1 day" if uncovered == 1 else f"{uncovered:,} days"
    message = (
        f"The current contracts end on {long_date(ends.value)}, before the new contract starts on "
        f"{long_date(starts.value)}: {days} without cover. Establish under what terms care is bought meanwhile, and "
        "extend or bridge."
    )
    return [(Severity.NOTE, message)]


def _calendar(planned: Timetable) -> list[tuple[str, str]]:
    """Say which stages meet an election, a recess or a budget."""
    found: list[tuple[str, str]] = []
    for event in planned.events:
        stages = [stage.name for stage in planned.stages if _meets(stage, event)]
        if stages:
            period = f"{long_date(event.starts)} to {long_date(event.ends)}{_doubt(event)}"
            found.append((Severity.NOTE.value, f"{event.name} ({period}) falls in: {listing(stages)}; {ADVICE[event.kind]}."))
    return found


def _meets(stage: PlannedStage, event: CalendarEvent) -> bool:
    """Say whether an event overlaps a stage it bears on, or holds the day a stage's decision falls on."""
    if not (isinstance(stage.start, Figure) and isinstance(stage.end, Figure)):
        return False
    if stage.id in WHOLE_STAGES.get(event.kind, ()):
        return stage.start.value <= event.ends and event.starts <= stage.end.value
    return stage.id in DECISION_STAGES.get(event.kind, ()) and event.starts <= stage.end.value <= event.ends


def _meetings(planned: Timetable) -> list[tuple[str, str]]:
    """Say when committee dates are given and none of them falls in the award's approval."""
    meetings = [event for event in planned.events if event.kind == "committee"]
    approval = next((stage for stage in planned.stages if stage.id == "approval"), None)
    if not meetings or approval is None or not isinstance(approval.start, Figure) or not isinstance(approval.end, Figure):
        return []
    if any(_within(event.starts, approval.start.value, approval.end.value) for event in meetings):
        return []
    period = f"{long_date(approval.start.value)} to {long_date(approval.end.value)}"
    return [(Severity.NOTE, f"No committee date in the calendar falls in {approval.name} ({period}); ask for one.")]


def _deadlines(planned: Timetable) -> list[tuple[str, str]]:
    """Say when a date that others have to meet falls around Christmas."""
    found: list[tuple[str, str]] = []
    for name, words in DEADLINES.items():
        stage = planned.stage(name)
        if stage is not None and isinstance(stage.end, Figure) and _is_christmas(stage.end.value):
            message = (
                f"{words} falls on {long_date(stage.end.value)}, between 20 December and 5 January: move it before or "
                "after, for few people are at work to meet it."
            )
            found.append((Severity.NOTE, message))
    return found


def season_notes(planned: Timetable) -> list[tuple[str, str]]:
    """Say when the tender period runs over Christmas or August: no fault of the dates, but bidders need more time."""
    tender = planned.stage("tender")
    if tender is None or not isinstance(tender.start, Figure) or not isinstance(tender.end, Figure):
        return []
    first, last = tender.start.value, tender.end.value
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    touched = {"Christmas": any(_is_christmas(day) for day in days), "August": any(day.month == AUGUST for day in days)}
    return [
        (
            Severity.NOTE,
            f"The tender period, {long_date(first)} to {long_date(last)}, runs over {season}: give bidders more time or move it.",
        )
        for season, is_touched in touched.items()
        if is_touched
    ]


def _is_christmas(day: date) -> bool:
    """Say whether a date lies between 20 December and 5 January."""
    return (day.month, day.day) >= CHRISTMAS_FROM or (day.month, day.day) <= CHRISTMAS_TO


def _within(day: date, first: date, last: date) -> bool:
    return first <= day <= last


def _doubt(event: CalendarEvent) -> str:
    return f", {TO_BE_CONFIRMED}" if event.status == "to-be-confirmed" else ""


def _weeks(count: int) -> str:
    return "1 week" if count == 1 else f"{count} weeks"

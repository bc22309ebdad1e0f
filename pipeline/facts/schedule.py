"""When: the timetable's key dates and the dates of the profile's calendar, as every document shows them."""

from collections.abc import Mapping
from datetime import date, timedelta

from pipeline.facts import FactTable, Row
from pipeline.figure import Value, derive
from pipeline.pack import PackPlan
from pipeline.profile import Nation
from pipeline.record import shared
from pipeline.timetable import key_dates, last_working_day, timetable_of


@shared
def milestones(plan: PackPlan) -> Mapping[str, Value[date]]:
    """The timetable's key dates by name: tender_notice, award_decision, contract_start and the others."""
    return {one.id: one.date for one in key_dates(timetable_of(plan))}


def after(start: Value[date], weeks: int, nation: Nation) -> Value[date]:
    """The last working day at or before so many weeks after a date (before it when negative)."""
    return derive(
        lambda day: last_working_day(day + timedelta(weeks=weeks), nation),
        start,
        unit="",
        source="Counted in weeks from the date it depends on",
    )


def calendar(plan: PackPlan) -> list[Row]:
    """The elections, recesses, committees and budget dates of the profile, in order of date."""
    events = sorted(plan.profile.dates.calendar, key=lambda event: (event.starts, event.name))
    return [
        {
            "name": event.name,
            "kind": event.kind,
            "starts": event.starts,
            "ends": event.ends,
            "source": event.source,
            "status": event.status.replace("-", " "),
        }
        for event in events
    ]


def has_calendar(plan: PackPlan) -> bool:
    """Whether the profile gives any calendar date."""
    return bool(plan.profile.dates.calendar)


INTERNAL: FactTable = {"milestones": milestones, "calendar": calendar, "has_calendar": has_calendar}

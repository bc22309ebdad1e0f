"""Dates of the procurement: stages and fixed dates go in; dated stages, key dates and findings come out."""

from pipeline.timetable.findings import season_notes, timetable_findings
from pipeline.timetable.stages import FixedDates, KeyDate, PlannedStage, Timetable, key_dates, timetable, timetable_of
from pipeline.timetable.working_days import (
    is_working_day,
    last_working_day,
    next_working_day,
    working_days,
    working_days_back,
)

__all__ = [
    "FixedDates",
    "KeyDate",
    "PlannedStage",
    "Timetable",
    "is_working_day",
    "key_dates",
    "last_working_day",
    "next_working_day",
    "season_notes",
    "timetable",
    "timetable_findings",
    "timetable_of",
    "working_days",
    "working_days_back",
]

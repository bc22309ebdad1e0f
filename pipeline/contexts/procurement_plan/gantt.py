"""The timetable as bars: the pack's plan comes in; equal slices of time, and for each stage the slices it takes up, come out.

Without a fixed date the slices are weeks counted from the start.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from pipeline.figure import Figure, Value
from pipeline.pack import PackPlan
from pipeline.timetable import PlannedStage, timetable_of

SLICES = 26
MOST_LABELS = 9
MONTHS_APART = (1, 3, 6, 12)
WEEKS_APART = (4, 8, 13, 26, 52)
WEEK = 7  # days
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Span = tuple[int, int]


def gantt(plan: PackPlan) -> dict[str, object]:
    """Give the columns, labelled where a month, quarter or run of weeks begins, and a row of cells for each stage."""
    stages = timetable_of(plan).stages
    dated = _dates(stages)
    spans = _days(dated) if dated else _weeks(stages)
    total = spans[-1][1] + 1
    labels = _months(dated[0][0], total) if dated else _week_labels(total)
    return {
        "is_dated": bool(dated),
        "columns": [{"label": label} for label in labels],
        "rows": [
            {
                "name": stage.name,
                "start": _when(stage.start, span[0], is_dated=bool(dated)),
                "end": _when(stage.end, span[1], is_dated=bool(dated)),
                "cells": [{"is_active": active} for active in _cells(span, total)],
            }
            for stage, span in zip(stages, spans, strict=True)
        ],
    }


def _dates(stages: Sequence[PlannedStage]) -> list[tuple[date, date]]:
    """Give the first and last day of every stage, or nothing when one of them is not known."""
    known = [
        (stage.start.value, stage.end.value)
        for stage in stages
        if isinstance(stage.start, Figure) and isinstance(stage.end, Figure)
    ]
    return known if len(known) == len(stages) else []


def _days(dated: Sequence[tuple[date, date]]) -> list[Span]:
    """Count each stage's days from the first day of all, 0 being that day."""
    first = dated[0][0]
    return [((start - first).days, (end - first).days) for start, end in dated]


def _weeks(stages: Sequence[PlannedStage]) -> list[Span]:
    """Count each stage's days from the start when only the lengths in weeks are known."""
    spans, at = [], 0
    for stage in stages:
        spans.append((at, at + stage.weeks * WEEK - 1))
        at += stage.weeks * WEEK
    return spans


def _slice(day: int, total: int) -> int:
    return day * SLICES // total


def _cells(span: Span, total: int) -> list[bool]:
    """Say of each slice whether a stage takes up any of it."""
    first, last = _slice(span[0], total), _slice(span[1], total)
    return [first <= place <= last for place in range(SLICES)]


def _when(day: Value[date], offset: int, *, is_dated: bool) -> Value[date] | str:
    return day if is_dated else f"Week {offset // WEEK + 1}"


def _months(first: date, total: int) -> list[str]:
    """Label the slices in which a month begins; every third, sixth or twelfth month where all would be too many."""
    begins = [day for day in (first + timedelta(days=number) for number in range(total)) if day.day == 1]
    apart = next((one for one in MONTHS_APART if len(begins) <= one * MOST_LABELS), MONTHS_APART[-1])
    labelled = [day for day in begins if (day.month - 1) % apart == 0]
    return _placed([((day - first).days, f"{MONTHS[day.month - 1]} {day.year}") for day in labelled], total)


def _week_labels(total: int) -> list[str]:
    """Label the slices in which a run of weeks begins."""
    weeks = total // WEEK
    apart = next((one for one in WEEKS_APART if weeks <= one * MOST_LABELS), WEEKS_APART[-1])
    return _placed([(week * WEEK, f"Week {week + 1}") for week in range(0, weeks, apart)], total)


def _placed(labels: Sequence[tuple[int, str]], total: int) -> list[str]:
    placed = [""] * SLICES
    for day, label in labels:
        placed[_slice(day, total)] = label
    return placed

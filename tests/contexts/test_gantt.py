"""The timetable as bars: every stage takes up the slices its dates fall in, in every model and with and without dates."""

from itertools import pairwise
from typing import Any

import pytest

from pipeline.catalogue import DOCUMENTS
from pipeline.contexts.procurement_plan import FACTS, INTERNAL
from pipeline.contexts.procurement_plan.gantt import MOST_LABELS, SLICES, gantt
from pipeline.figure import Figure
from pipeline.pack import Mode, PackPlan, Template
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel
from pipeline.timetable import timetable_of
from tests.fixtures.profiles import example, profile, reference

KNOWN = reference()
TEMPLATES = {document.template: Template(document.template, "standard", b"") for document in DOCUMENTS}
NO_DATES = {"dates__contract_start": "to-be-confirmed", "dates__procurement_start": "to-be-confirmed"}


def plan(name: str, model: str, **changes: Any) -> PackPlan:
    given = profile(example(name), **changes)
    return plan_pack(given, KNOWN, CommissioningModel(model), Mode.DRAFT, templates=TEMPLATES)


def active(row: dict[str, Any]) -> list[int]:
    return [place for place, cell in enumerate(row["cells"]) if cell["is_active"]]


CASES = [
    (name, str(model), changes)
    for name in ("exampleshire", "sampleford", "hywel-dda")
    for model in CommissioningModel
    for changes in ({}, NO_DATES)
]


@pytest.mark.parametrize(("name", "model", "changes"), CASES)
def test_each_stage_has_one_unbroken_bar_in_order(name: str, model: str, changes: dict[str, Any]) -> None:
    planned = plan(name, model, **changes)
    made: dict[str, Any] = gantt(planned)
    bars = [active(row) for row in made["rows"]]
    assert [row["name"] for row in made["rows"]] == [stage.name for stage in timetable_of(planned).stages]
    assert {len(row["cells"]) for row in made["rows"]} == {len(made["columns"])} == {SLICES}
    assert all(bar == list(range(bar[0], bar[-1] + 1)) for bar in bars)
    assert bars[0][0] == 0
    assert bars[-1][-1] == SLICES - 1
    assert all(before[-1] <= after[0] <= before[-1] + 1 for before, after in pairwise(bars))


@pytest.mark.parametrize(("name", "model", "changes"), CASES)
def test_labels_are_few_and_in_order(name: str, model: str, changes: dict[str, Any]) -> None:
    made: dict[str, Any] = gantt(plan(name, model, **changes))
    labels = [column["label"] for column in made["columns"] if column["label"]]
    assert 2 <= len(labels) <= MOST_LABELS
    assert len(set(labels)) == len(labels)


def test_a_bar_is_as_long_as_its_stage() -> None:
    planned = plan("exampleshire", "reward")
    made: dict[str, Any] = gantt(planned)
    stages = timetable_of(planned).stages
    first, last = stages[0].start, stages[-1].end
    assert isinstance(first, Figure)
    assert isinstance(last, Figure)
    total = (last.value - first.value).days + 1
    for stage, row in zip(stages, made["rows"], strict=True):
        assert isinstance(stage.start, Figure)
        assert isinstance(stage.end, Figure)
        share = ((stage.end.value - stage.start.value).days + 1) / total * SLICES
        assert share - 1 <= len(active(row)) <= share + 2
        assert (row["start"], row["end"]) == (stage.start, stage.end)


def test_a_label_stands_where_its_month_begins() -> None:
    planned = plan("exampleshire", "reward")
    made: dict[str, Any] = gantt(planned)
    first, last = timetable_of(planned).stages[0].start, timetable_of(planned).stages[-1].end
    assert isinstance(first, Figure)
    assert isinstance(last, Figure)
    total = (last.value - first.value).days + 1
    labels = {column["label"]: place for place, column in enumerate(made["columns"]) if column["label"]}
    year = first.value.year + 1
    assert labels[f"Jan {year}"] == (first.value.replace(year=year, month=1, day=1) - first.value).days * SLICES // total


def test_without_dates_the_bars_are_in_weeks() -> None:
    planned = plan("exampleshire", "care-planning", **NO_DATES)
    made: dict[str, Any] = gantt(planned)
    stages = timetable_of(planned).stages
    assert made["is_dated"] is False
    assert made["columns"][0] == {"label": "Week 1"}
    assert (made["rows"][0]["start"], made["rows"][0]["end"]) == ("Week 1", f"Week {stages[0].weeks}")
    assert made["rows"][1]["start"] == f"Week {stages[0].weeks + 1}"
    assert made["rows"][-1]["end"] == f"Week {sum(stage.weeks for stage in stages)}"


def test_the_bars_are_the_authoritys_alone() -> None:
    assert "gantt" in FACTS
    assert "gantt" in INTERNAL

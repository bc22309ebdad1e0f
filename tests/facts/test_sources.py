"""Sources of figures: every figure a document uses, under the source it comes from."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.contexts import build_context, values_at
from pipeline.facts.sources import figures_in, outstanding_rows, profile_values, source_rows
from pipeline.figure import Figure, Status, derive
from pipeline.pack import Edition
from pipeline.wording import long_date, words_of
from tests.contexts.test_contexts import chosen, plan
from tests.fixtures.profiles import profile

PROFILE = profile()
HELD = {field: value for field, value in profile_values(PROFILE) if isinstance(value, Figure)}


def shown(*fields: str) -> list[tuple[str, Figure[Any]]]:
    """The profile's figures as a document's facts hold them, each naming its field."""
    return [(f"fact.{number}", replace(HELD[field], fields=(field,))) for number, field in enumerate(fields)]


def test_every_figure_of_a_profile_is_found_by_its_field() -> None:
    assert len(HELD) > 150
    assert {"term.extensions[0]", "lots[A].people", "commercial.reward.bands[REABLE].hours", "governance.sro"} <= set(HELD)


def test_every_figure_of_a_profile_is_told_under_its_own_source() -> None:
    rows = source_rows(PROFILE, shown(*HELD))
    assert 5 < len(rows) < len(HELD) / 4
    for field, figure in HELD.items():
        held = [row for row in rows if (row["source"], row["status"]) == (figure.source, figure.status.replace("-", " "))]
        name = words_of(re.sub(r"\[[^\]]*\]", "", field)).rpartition(": ")[2]
        dated = [row for row in held if row["as_at"] == (long_date(figure.as_at) if figure.as_at else "")]
        assert any(name in str(row["figures"]) for row in dated), field


def test_a_field_shown_in_many_places_is_told_once() -> None:
    (row,) = source_rows(PROFILE, shown("term.initial_years") * 3)
    assert row["figures"] == "Term: initial years"


def test_figures_of_one_source_share_a_row_by_section() -> None:
    (row,) = source_rows(
        PROFILE, shown("lots[B].people", "lots[A].people", "lots[A].miles_per_visit", "demand.people_aged_65_plus")
    )
    assert row["figures"] == "Demand: people aged 65+; Lots: people, miles per visit"
    bands = [f"commercial.reward.bands[{band}].hours" for band in ("REABLE", "LOWER")]
    assert len(source_rows(PROFILE, shown(*bands))) == 2  # each has a source of its own


def test_figures_of_the_reference_data_come_last_and_once() -> None:
    threshold = Figure(Decimal(663540), "£", "Regulations", date(2026, 1, 1), Status.CONFIRMED)
    rows = source_rows(PROFILE, [("value.threshold", threshold), *shown("term.initial_years"), ("value.threshold", threshold)])
    assert [row["figures"] for row in rows] == ["Term: initial years", "Value: threshold"]
    assert (rows[1]["source"], rows[1]["as_at"], rows[1]["status"]) == ("Regulations", "1 January 2026", "confirmed")


def test_what_is_worked_out_is_told_by_what_is_behind_it() -> None:
    hours = [figure for _, figure in shown("lots[A].weekly_hours", "lots[B].weekly_hours")]
    summed = derive(lambda *known: sum(known), *hours, unit="hours a week", source="Sum of the lots")
    assert isinstance(summed, Figure)
    (row,) = source_rows(PROFILE, [("volumes.weekly_hours", summed)])
    assert (row["figures"], row["source"]) == ("Lots: weekly hours", HELD["lots[A].weekly_hours"].source)


def test_every_figure_of_a_document_is_told() -> None:
    for name, model in (("exampleshire", "reward"), ("sampleford", "population")):
        given = plan(name, model)
        values = build_context(given, chosen(given, Edition.INTERNAL, "procurement-plan")).values
        found = [(path, one) for path in values for value in values_at(values, path) for one in figures_in(value)]
        fields = {field for _, one in found for field in one.fields}
        told = " ".join(str(row["figures"]) for row in source_rows(given.profile, found))
        ends = {words_of(re.sub(r"\[[^\]]*\]", "", field)).rpartition(": ")[2] for field in fields}
        assert len(fields) > 100
        assert not [end for end in ends if end not in told]


def test_what_waits_is_told_by_field_with_its_note() -> None:
    given = profile(**{"lots[0].people": {"status": "to-be-confirmed", "note": "Ask."}})
    rows = outstanding_rows(given, ("lots[A].people", "reference.notices[X].days"))
    assert [(row["what"], row["needs"]) for row in rows] == [
        ("lot A: people", "Ask."),
        ("reference: notices X: days", "Give value, source and date"),
    ]

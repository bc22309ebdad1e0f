"""Sources of figures: a row for each given figure, as the profile has it, and for each derived one with what is behind it."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.contexts import build_context, values_at
from pipeline.facts.sources import derived_rows, figures_in, given_rows, outstanding_rows, profile_values
from pipeline.figure import Figure, Status, derive
from pipeline.pack import Edition
from pipeline.wording import long_date, with_unit, words_of
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


def test_a_given_figure_reads_as_the_profile_has_it() -> None:
    rows = {field: given_rows(PROFILE, shown(field)) for field in HELD}
    assert len(rows) > 150
    for field, (row,) in rows.items():
        held = HELD[field]
        words = with_unit(held)
        assert row["what"] == words_of(field)
        assert row["value"] == words or (str(row["value"]).endswith(" …") and words.startswith(str(row["value"])[:-2]))
        assert (row["source"], row["status"]) == (held.source, str(held.status))
        assert row["as_at"] == (long_date(held.as_at) if held.as_at else "")


def test_a_field_shown_in_many_places_is_told_once() -> None:
    assert len(given_rows(PROFILE, shown("term.initial_years") * 3)) == 1


def test_fields_of_a_section_with_one_source_share_a_row_that_tells_them_apart() -> None:
    (row,) = given_rows(PROFILE, shown("lots[B].people", "lots[A].people", "lots[A].miles_per_visit"))
    assert (row["what"], row["value"]) == (
        "lots",
        "people: 290 people (lot A), 265 people (lot B); miles per visit: 1.8 miles (lot A)",
    )
    bands = [f"commercial.reward.bands[{band}].hours" for band in ("REABLE", "LOWER")]
    assert len(given_rows(PROFILE, shown(*bands))) == 2  # each has a source of its own


def test_every_figure_used_is_told_with_its_own_source() -> None:
    fields = list(HELD)
    rows = given_rows(PROFILE, shown(*fields))
    for field in fields:
        name = re.sub(r"\[.*", "", field.rpartition(".")[2]).replace("_", " ")
        value = with_unit(HELD[field])[:60].rsplit(" ", 1)[0]
        assert any(
            row["source"] == HELD[field].source and value in str(row["value"]) and name in f"{row['what']} {row['value']}".lower()
            for row in rows
        ), field
    assert len(rows) < len(fields) / 4


def test_figures_of_the_reference_data_come_last_and_once() -> None:
    threshold = Figure(Decimal(663540), "£", "Regulations", date(2026, 1, 1), Status.CONFIRMED)
    rows = given_rows(PROFILE, [("value.threshold", threshold), *shown("term.initial_years"), ("thresholds[].value", threshold)])
    assert [row["what"] for row in rows] == ["term: initial years", "value: threshold"]
    assert (rows[1]["value"], rows[1]["as_at"], rows[1]["status"]) == ("£663,540", "1 January 2026", "confirmed")


def test_a_derived_figure_names_what_it_rests_on() -> None:
    hours = [figure for _, figure in shown("lots[A].weekly_hours", "lots[B].weekly_hours")]
    summed = derive(lambda *known: sum(known), *hours, unit="hours a week", source="Sum of the lots")
    assert isinstance(summed, Figure)
    (row,) = derived_rows(PROFILE, [("volumes.weekly_hours", summed), ("again", summed), *shown("lots[A].weekly_hours")])
    assert (row["what"], row["value"], row["source"]) == ("volumes: weekly hours", "6,900 hours a week", "Sum of the lots")
    assert row["derived_from"] == "lots: weekly hours"
    inputs = given_rows(PROFILE, [("volumes.weekly_hours", summed)])
    assert [(one["what"], one["value"]) for one in inputs] == [
        ("lots", "weekly hours: 3,600 hours a week (lot A), 3,300 hours a week (lot B)")
    ]


def test_figures_worked_out_alike_share_a_row() -> None:
    start = shown("dates.contract_start")[0][1]
    made = [(f"milestones.day_{number}", replace(start, value=date(2027, 1, number), source="Timetable")) for number in (1, 2)]
    many = [("stages[].start", replace(start, value=date(2027, 2, number), source="Timetable")) for number in range(1, 8)]
    (row,) = derived_rows(PROFILE, [*made, *many])
    assert row["what"] == "milestones and stages"
    assert row["value"] == (
        "day 1: 1 January 2027; day 2: 2 January 2027; start: 7 values from 1 February 2027 to 7 February 2027"
    )
    assert (row["source"], row["derived_from"]) == ("Timetable", "dates: contract start")


def test_every_figure_of_a_document_is_told() -> None:
    for name, model in (("exampleshire", "reward"), ("sampleford", "population")):
        given = plan(name, model)
        values = build_context(given, chosen(given, Edition.INTERNAL, "procurement-plan")).values
        found = [(path, one) for path in values for value in values_at(values, path) for one in figures_in(value)]
        fields = {field for _, one in found for field in one.fields}
        told = " ".join(f"{row['what']} {row['value']}" for row in given_rows(given.profile, found)).lower()
        ends = {re.sub(r"\[.*", "", field.rpartition(".")[2]).replace("_", " ") for field in fields}
        assert len(fields) > 100
        assert not [end for end in ends if end not in told]
        assert derived_rows(given.profile, found)


def test_what_waits_is_told_by_field_with_its_note() -> None:
    given = profile(**{"lots[0].people": {"status": "to-be-confirmed", "note": "Ask."}})
    rows = outstanding_rows(given, ("lots[A].people", "reference.notices[X].days"))
    assert [(row["what"], row["needs"]) for row in rows] == [
        ("lot A: people", "Ask."),
        ("reference: notices X: days", "Give value, source and date"),
    ]

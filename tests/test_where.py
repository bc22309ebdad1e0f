"""Where a field is used: every document and place it reaches, through what is worked out too, and the fields that reach none."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.exceptions import ProfileError
from pipeline.where import Use, unused, where_used
from tests.fixtures.packs import LOCALITIES, TEMPLATES, Built
from tests.fixtures.word import docx, p

EXAMPLE = [LOCALITIES / "exampleshire.yaml"]
FIELDS = ("commercial.annual_budget", "commercial.ceiling_rate", "lots[A].people", "governance.sro", "dates.legal_review", "area")


@pytest.fixture(scope="module")
def uses() -> Callable[[str], dict[Use, list[str]]]:
    found: dict[str, dict[Use, list[str]]] = {}

    def get(field: str) -> dict[Use, list[str]]:
        if field not in found:
            found[field] = where_used(field, EXAMPLE)
        return found[field]

    return get


def places(uses: dict[Use, list[str]], document: str) -> set[tuple[str, str]]:
    return {(use.part, use.place) for use in uses if use.document == document and use.is_certain}


def test_a_cell_and_a_section_are_named(uses: Callable[[str], dict[Use, list[str]]]) -> None:
    found = uses("commercial.annual_budget")
    assert ("Budget", "cell B7") in places(found, "internal/pricing-schedule.xlsx")
    assert [place for _, place in places(found, "internal/procurement-plan.docx") if "under “Budget”" in place]
    assert not [use.document for use in found if use.document.startswith("issue/")], "bidders never see it"
    assert all("{{" not in use.place and "“”" not in use.place for use in found)


def test_what_is_worked_out_from_it_counts(uses: Callable[[str], dict[Use, list[str]]]) -> None:
    facts = {use.fact for use in uses("lots[A].people") if use.is_certain}
    assert {"lots[].people", "largest.people"} <= facts
    assert "lots[].name" not in {use.fact for use in uses("lots[A].people")}


@pytest.mark.parametrize("field", FIELDS)
def test_every_document_whose_facts_read_the_field_is_named(
    field: str, uses: Callable[[str], dict[Use, list[str]]], built: Callable[[str, str], Built]
) -> None:
    manifest = built("exampleshire", "reward").manifest
    readers = {
        one["path"]
        for one in manifest["documents"]
        for values in one["facts"].values()
        for value in (values if isinstance(values, list) else [])
        if isinstance(value, dict) and field in value.get("fields", ())
    }
    named = {use.document for use, models in uses(field).items() if "reward" in models}
    assert readers <= named
    assert named


def test_a_section_and_all_entries_of_a_list(uses: Callable[[str], dict[Use, list[str]]]) -> None:
    assert set(uses("lots[A].people")) <= set(uses("lots[].people")) <= set(uses("lots"))


def test_the_models_in_which_a_place_is_filled(uses: Callable[[str], dict[Use, list[str]]]) -> None:
    found = uses("commercial.reward")
    assert found
    assert {"reward"} in [set(models) for models in found.values()]


def test_a_field_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ProfileError, match=r"Did you mean commercial\.ceiling_rate"):
        where_used("commercial.ceiling_rat", EXAMPLE)
    assert main(["where", "commercial.ceiling_rat", "--profile", str(EXAMPLE[0])]) == 1
    assert "is not a field" in capsys.readouterr().err


def test_a_word_like_no_field_has_no_hint_and_the_last_word_of_one_has(capsys: pytest.CaptureFixture[str]) -> None:
    for field, hint in (("nonsense.field", "`packs schema` lists every field."), ("sro", "Did you mean governance.sro?")):
        assert main(["where", field, "--profile", str(EXAMPLE[0])]) == 1
        assert capsys.readouterr().err.strip().endswith(hint)


def test_sure_places_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["where", "commercial.ceiling_rate", "--profile", str(EXAMPLE[0])]) == 0
    sure, _, perhaps = capsys.readouterr().out.partition("May also reach")
    assert "shows money.ceiling_rate" in sure
    assert "shows money.ceiling_rate" not in perhaps
    assert perhaps


def test_the_project_asks_for_no_field_in_vain() -> None:
    found = unused(sorted(LOCALITIES.glob("*.yaml")))
    assert len(found) > 3
    assert {path.stem: fields for path, fields in found.items() if fields} == {}


def test_a_field_that_nothing_uses_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With templates that show next to nothing, next to every field is unused."""
    for path in TEMPLATES.glob("*.docx"):
        (tmp_path / path.name).write_bytes(docx(p("{{ authority.name }} {{ money.ceiling_rate }}" * ("plan" in path.name))))
    arguments = ["--profile", str(EXAMPLE[0]), "--templates", str(tmp_path), "--json"]
    assert main(["unused", *arguments]) == 0
    (fields,) = json.loads(capsys.readouterr().out).values()
    assert "governance.sro" in fields
    assert "commercial.ceiling_rate" not in fields
    assert main(["where", "governance.sro", *arguments[:-1]]) == 0
    assert capsys.readouterr().out == "governance.sro: no document shows it.\n"
    assert main(["where", "commercial.ceiling_rate", *arguments[:-1]]) == 0
    assert "internal/procurement-plan.docx\n  document: paragraph 1" in capsys.readouterr().out

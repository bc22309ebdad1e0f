"""The profile: what its fields accept, how figures are written, and which profiles do not hang together."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.figure import Figure, Status, Unknown
from pipeline.profile import Profile
from pipeline.wording import words_of
from tests.fixtures.packs import LOCALITIES
from tests.fixtures.profiles import example, figure, profile, put

PROFILES = sorted(path.stem for path in LOCALITIES.glob("*.yaml"))


def test_there_are_profiles_to_look_at() -> None:
    assert len(PROFILES) >= 6


@pytest.mark.parametrize("name", PROFILES)
def test_every_locality_is_valid_and_named_after_its_slug(name: str) -> None:
    assert profile(example(name)).slug == name


@pytest.mark.smoke
def test_a_figure_is_read_with_its_unit_source_date_and_status() -> None:
    read = profile(commercial__ceiling_rate=figure("39.50")).commercial.ceiling_rate
    assert read == Figure(Decimal("39.50"), "£ per hour", "Made up for this test", date(2026, 11, 21), Status.INDICATIVE)


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("given", "note"),
    [
        ("to-be-confirmed", ""),
        ({"status": "to-be-confirmed"}, ""),
        ({"status": "to-be-confirmed", "note": "Ask finance."}, "Ask finance."),
    ],
)
def test_an_unknown_may_be_a_word_or_carry_a_note(given: object, note: str) -> None:
    assert profile(commercial__ceiling_rate=given).commercial.ceiling_rate == Unknown(unit="£ per hour", note=note)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("commercial.ceiling_rate", "39.50", "is not a figure"),
        ("commercial.ceiling_rate", {"value": "1", "status": "to-be-confirmed"}, "Extra inputs"),
        ("commercial.ceiling_rate", {"value": "1", "status": "indicative"}, "required"),
        ("commercial.ceiling_rate", figure("-0.01"), "greater than or equal to 0"),
        ("commercial.ceiling_rate", figure("NaN"), "finite"),
        ("commercial.ceiling_rate", figure("Infinity"), "finite"),
        ("commercial.ceiling_rate", figure("1e3x"), "valid decimal"),
        ("term.initial_years", figure("2.5"), "valid integer"),
        ("term.initial_years", figure("0"), "greater than or equal to 1"),
        ("term.initial_years", figure("31"), "less than or equal to 30"),
        ("commercial.retention_percent", figure("100.1"), "less than or equal to 100"),
        ("evaluation.quality_threshold", figure("6"), "less than or equal to 5"),
        ("service.buys", "home-care", "'social-care' or 'health-care'"),
        ("service.cohorts", [], "at least 1 item"),
        ("service.reablement", figure("sometimes"), "'separate', 'follow-on' or 'inside'"),
        ("service.records_system", figure("a\x07b"), "U\\+0007"),
        ("service.records_system", figure("   "), "at least 1 character"),
        ("slug", "../../x", "match pattern"),
        ("slug", "Exampleshire", "match pattern"),
        ("slug", "a" * 61, "at most 60"),
        ("lots", [], "at least 1 item"),
        ("lots[1].id", "A", "lots ids repeat A"),
        ("lots[1].id", "a b", "match pattern"),
        ("standing", "illustrative", "give both or neither"),
        ("schema_version", "2", "less than or equal to 1"),
        ("evaluation.criteria[1].id", "Q1", "criteria ids repeat Q1"),
        ("evaluation.criteria[0].weight_percent", figure("21"), "add to 101, not 100"),
        ("commercial.visit_lengths[0].share_percent", figure("44"), "add to 99, not 100"),
        ("commercial.visit_lengths[0].minutes", "45", "repeat 45"),
        ("commercial.visit_lengths[0].minutes", "14", "greater than or equal to 15"),
        ("commercial.indexation.pay_percent", figure("74.99"), "not 100"),
        ("commercial.reward.bands[1].id", "REABLE", "repeat REABLE"),
        ("dates.contract_start", figure("2026-12-01"), "not after procurement_start"),
        ("dates.calendar[0].ends", "2027-02-28", "before it starts"),
        ("dates.legal_review", figure("31 December 2027"), "valid date"),
        ("control.approval_roles", [{"id": "legal"}, {"id": "legal"}], "approval_roles ids repeat legal"),
        ("control.approval_roles", [{"id": "Legal team"}], "match pattern"),
        ("unheard_of", "x", "Extra inputs"),
    ],
)
def test_what_a_profile_refuses(path: str, value: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Profile.model_validate(put(example(), {path: value}))


def test_weights_that_wait_for_one_another_are_left_alone() -> None:
    data = put(example(), {"evaluation.criteria[0].weight_percent": "to-be-confirmed"})
    assert isinstance(Profile.model_validate(data).evaluation.criteria[0].weight_percent, Unknown)


def test_a_profile_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        profile().slug = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("lots[L1].weekly_hours", "lot L1: weekly hours"),
        ("lots[1].weekly_hours", "lot 1: weekly hours"),
        ("term.extensions[0]", "term: extension 1"),
        ("demand.population", "demand: population"),
        ("commercial.build_up.pay_rate", "commercial: build up: pay rate"),
    ],
)
def test_a_field_in_words(field: str, words: str) -> None:
    assert words_of(field) == words


def test_the_schema_lists_every_field() -> None:
    schema = Profile.model_json_schema()
    assert set(schema["required"]) <= set(schema["properties"]) == set(Profile.model_fields)

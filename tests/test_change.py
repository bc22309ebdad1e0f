"""The profile's decisions on the thirteen design rules: each rule once, one decision for all models or one for each."""

from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.change import DESIGN_RULES, Change
from pipeline.figure import Figure, Unknown
from pipeline.profile import Profile
from pipeline.wording import words_of
from tests.fixtures.packs import EXAMPLES, REAL
from tests.fixtures.profiles import example, figure, profile, put, reference

OPEN = "to-be-confirmed"
THIRTEEN = 13


def rules(*without: str, **changed: Any) -> dict[str, Any]:
    """Thirteen open rules, some left out, some with other fields (DR_05 for DR-05)."""
    given = {one: {"id": one, "decision": OPEN} for one in DESIGN_RULES if one not in without}
    given |= {name.replace("_", "-"): {"id": name.replace("_", "-"), **fields} for name, fields in changed.items()}
    return {"design_rules": list(given.values())}


def test_there_are_thirteen_rules_and_the_reference_data_explains_each() -> None:
    assert len(DESIGN_RULES) == THIRTEEN
    assert tuple(one.id for one in reference().design_rules) == DESIGN_RULES
    assert all(one.source.startswith("Institute of Public Care discussion paper, April 2016") for one in reference().design_rules)


def test_a_rule_may_be_decided_for_every_model_or_for_each() -> None:
    decided = rules(
        DR_01={"decision": figure("Recovery first")}, DR_07={"care_planning": figure("a"), "reward": OPEN, "population": OPEN}
    )
    by_id = {one.id: one for one in Change.model_validate(decided).design_rules}
    assert isinstance(by_id["DR-01"].decision, Figure)
    assert isinstance(by_id["DR-02"].decision, Unknown)
    assert by_id["DR-07"].decision is None
    assert isinstance(by_id["DR-07"].reward, Unknown)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (rules("DR-05"), "DR-05: give each of DR-01 to DR-13 once"),
        (rules(DR_14={"decision": OPEN}), "DR-14: give each of DR-01 to DR-13 once"),
        ({"design_rules": [*rules()["design_rules"], {"id": "DR-02", "decision": OPEN}]}, "DR-02: give each"),
        (rules(DR_05={}), "DR-05: give decision, or care_planning, reward and population"),
        (rules(DR_05={"reward": OPEN}), "DR-05: give decision, or care_planning, reward and population"),
        (
            rules(DR_05={"decision": OPEN, "care_planning": OPEN, "reward": OPEN, "population": OPEN}),
            "DR-05: give decision, or",
        ),
        (rules(DR_05={"decision": "yes"}), "is not a figure"),
        ({"design_rules": []}, "at least 1 item"),
        (rules(rule_5={"decision": OPEN}), "match pattern"),
    ],
)
def test_what_is_refused(given: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Change.model_validate(given)


def test_a_profile_without_the_section_is_refused() -> None:
    data = example()
    del data["change"]
    with pytest.raises(ValidationError, match="change"):
        Profile.model_validate(data)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_examples_decide_every_rule_for_every_model(name: str) -> None:
    decided = [value for rule in profile(example(name)).change.design_rules for value in values(rule)]
    assert len(decided) > THIRTEEN
    assert all(isinstance(value, Figure) for value in decided)


@pytest.mark.parametrize("name", REAL)
def test_real_localities_decide_only_what_a_source_says(name: str) -> None:
    found = [value for rule in profile(example(name)).change.design_rules for value in values(rule)]
    assert any(isinstance(value, Unknown) for value in found)
    assert not [value for value in found if isinstance(value, Figure) and ("Invented" in value.source or value.as_at is None)]


def values(rule: Any) -> list[object]:
    """The decisions that a rule gives."""
    return [value for value in (rule.decision, rule.care_planning, rule.reward, rule.population) if value is not None]


def test_a_rule_in_words() -> None:
    assert words_of("change.design_rules[DR-05].decision") == "change: design rule DR-05: decision"


def test_the_path_of_a_rule_can_be_changed_in_a_test() -> None:
    assert isinstance(
        Profile.model_validate(put(example(), {"change.design_rules[4].decision": OPEN})).change.design_rules[4].decision, Unknown
    )

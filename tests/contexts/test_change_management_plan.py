"""The change management plan: design rules with their decisions, an open rule outstanding, and phases clear of Christmas."""

import re
from datetime import date
from typing import Any

import pytest

from pipeline.assemble import assemble_document
from pipeline.catalogue import DOCUMENTS
from pipeline.contexts import build_context, needs_of
from pipeline.contexts import change_management_plan as change
from pipeline.figure import Figure, Unknown, is_known
from pipeline.pack import Edition, Mode, PackPlan, PlannedDocument
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel
from pipeline.read import read_templates
from pipeline.text import document_text
from tests.coverage.outline import blocks_of
from tests.fixtures.packs import EXAMPLES, MODELS, TEMPLATES
from tests.fixtures.profiles import example, figure, profile, put, reference

KIND = "change-management-plan"
THIRTEEN = 13
OWN = tuple(document for document in DOCUMENTS if document.kind == KIND)


def plan(name: str = "exampleshire", model: str = "reward", changes: dict[str, Any] | None = None) -> PackPlan:
    given = profile(put(example(name), changes or {}))
    templates = read_templates(OWN, [("standard", TEMPLATES)])
    return plan_pack(given, reference(), CommissioningModel(model), Mode.DRAFT, templates=templates, documents=OWN)


def document(planned: PackPlan) -> PlannedDocument:
    return next(one for one in planned.documents if (one.document.kind, one.edition) == (KIND, Edition.INTERNAL))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("model", MODELS)
def test_the_worked_examples_decide_all_thirteen(name: str, model: str) -> None:
    planned = plan(name, model)
    rows = change.design_rules(planned)
    assert [row["number"] for row in rows] == list(range(1, THIRTEEN + 1))
    assert all(is_known(row["decision"]) for row in rows)
    assert change.rules_decided_count(planned) == THIRTEEN
    assert change.rules_open(planned) == []


def test_decisions_that_differ_by_model_are_the_models_own() -> None:
    chosen = [change.decision_of(plan(model=model), "DR-07") for model in MODELS]
    assert all(isinstance(one, Figure) for one in chosen)
    assert len({one.value for one in chosen if isinstance(one, Figure)}) == len(MODELS)
    carried = {model: str(change.design_rules(plan(model=model))[6]["carried_out"]) for model in MODELS}
    assert len(set(carried.values())) == len(MODELS)


def test_an_undecided_rule_is_an_outstanding_item() -> None:
    planned = plan(changes={"change.design_rules[4].decision": {"status": "to-be-confirmed", "note": "Ask the health partner."}})
    values = build_context(planned, document(planned)).values
    assert needs_of(values, ("design_rules[].decision",)) == ("change.design_rules[DR-05].decision",)
    assert change.rules_open(planned) == ["DR-05"]
    assert change.has_rules_open(planned)
    text = "\n".join(document_text(assemble_document(planned, document(planned)).content, f"{KIND}.docx"))
    assert "Decided: 12 of 13." in text
    assert "Open: DR-05." in text
    assert "Ask the health partner." in text


def test_a_rule_open_for_another_model_is_not_outstanding_here() -> None:
    other = {"change.design_rules[6].population": "to-be-confirmed"}
    assert change.rules_open(plan(model="reward", changes=other)) == []
    assert change.rules_open(plan(model="population", changes=other)) == ["DR-07"]


@pytest.mark.parametrize("model", MODELS)
def test_each_rule_leads_to_headings_and_references_that_the_plan_has(model: str) -> None:
    planned = plan(model=model)
    blocks = list(blocks_of(assemble_document(planned, document(planned)).content, KIND))
    headings = {heading for block in blocks for heading in block.headings}
    first_cells = {block.text.split(" | ")[0] for block in blocks}
    for rule in reference().design_rules:
        assert set(rule.sections) <= headings, rule.id
        assert set(re.findall(r"\b(?:RC|ST)-\d+", rule.carried_out)) <= first_cells, rule.id


CHRISTMAS = [
    # a quarter after the start falls on 1 January 2029, a bank holiday; the first working day after 5 January is the 8th
    ("2028-10-02", date(2029, 1, 8), True),
    ("2028-09-11", date(2028, 12, 11), False),
    ("2028-10-16", date(2029, 1, 15), False),
]


@pytest.mark.parametrize(("start", "expected", "is_moved"), CHRISTMAS)
def test_no_phase_begins_at_christmas(start: str, expected: date, *, is_moved: bool) -> None:
    planned = plan(model="care-planning", changes={"dates.contract_start": figure(start)})
    found = change.gateways(planned)["second_phase"]
    assert isinstance(found, Figure)
    assert found.value == expected
    assert change.moved(planned)["second_phase"] is is_moved
    assert [row["is_moved"] for row in change.phases(planned)] == [False, is_moved, False]


def test_a_contract_that_begins_at_christmas_is_noted() -> None:
    assert change.starts_at_christmas(plan(changes={"dates.contract_start": figure("2028-12-27")}))
    assert not change.starts_at_christmas(plan())


def test_unknown_dates_stay_unknown() -> None:
    planned = plan(changes={"dates.contract_start": "to-be-confirmed", "dates.procurement_start": "to-be-confirmed"})
    assert isinstance(change.gateways(planned)["second_phase"], Unknown)
    assert not any(change.moved(planned).values())

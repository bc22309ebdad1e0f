"""The golden thread: complete for every outcome, and reported where it is broken."""

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pydantic import ValidationError

from pipeline.assemble import assemble_document
from pipeline.catalogue import documents_for
from pipeline.facts.thread import LINKS, golden_thread, price_lines
from pipeline.findings import pack_findings
from pipeline.pack import Mode, PackPlan, Severity
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel
from pipeline.read import read_templates
from pipeline.reference import Reference
from tests.fixtures.packs import MODELS, TEMPLATES, Built
from tests.fixtures.profiles import example, profile, reference

LOCALITIES = ("exampleshire", "sampleford", "hywel-dda")
CASES = [(locality, model) for locality in LOCALITIES for model in MODELS]


def plan(locality: str, model: str, data: Reference | None = None) -> PackPlan:
    documents = documents_for(CommissioningModel(model))
    templates = read_templates(documents, [("standard", TEMPLATES)])
    chosen = data if data is not None else reference()
    return plan_pack(profile(example(locality)), chosen, CommissioningModel(model), Mode.DRAFT, templates=templates)


@pytest.mark.parametrize(("locality", "model"), CASES)
def test_every_outcome_leads_through_the_whole_pack(locality: str, model: str) -> None:
    rows = golden_thread(plan(locality, model))
    assert len(rows) == 3 + 5 + 8 + 5
    carried: dict[str, str] = {}
    for row in rows:
        if row["is_service_level"]:
            carried = {kind: str(row[kind]) for kind in LINKS}
        assert row["requirements"], row["id"]
        assert all(row[kind] or carried[kind] for kind in LINKS), row["id"]


@pytest.mark.parametrize(("locality", "model"), CASES)
def test_every_link_leads_to_something_in_the_pack(built: Callable[[str, str], Built], locality: str, model: str) -> None:
    pack = built(locality, model)
    assert not [one for one in pack.manifest["findings"] if "golden-thread" in one["place"]]
    assert "KPI-07" in pack.texts["internal/service-specification.docx"].split("The golden thread")[-1]


@pytest.mark.parametrize("model", MODELS)
def test_price_lines_stand_on_the_sheets_they_name(built: Callable[[str, str], Built], model: str) -> None:
    book = load_workbook(BytesIO(built("exampleshire", model).files["issue/pricing-schedule.xlsx"]))
    lines = price_lines(plan("exampleshire", model))
    assert lines
    assert {str(line["sheet"]) for line in lines} <= set(book.sheetnames)


def test_a_link_that_leads_nowhere_is_a_finding() -> None:
    data = reference().model_dump(by_alias=True)
    data["golden_thread"][1]["requirements"] = ["R-999"]
    data["golden_thread"][2]["clauses"] = [{"id": "C-999", "models": ["reward"]}]
    broken = Reference.model_validate(data)
    for model, lost in (("reward", {"R-999", "C-999"}), ("care-planning", {"R-999"})):
        made = plan("exampleshire", model, broken)
        found = pack_findings(made, [assemble_document(made, planned) for planned in made.documents])
        links = [one for one in found if "golden-thread" in one.place]
        assert {one.place.split()[-1] for one in links} == lost
        assert {one.severity for one in links} == {Severity.OUTSTANDING}
        assert {one.document for one in links} == {"service-specification"}


@pytest.mark.parametrize(
    ("kind", "lost"), [("indicators", "KPI-99"), ("price_lines", "PL-99"), ("actions", "E-999")], ids=lambda one: one
)
def test_a_link_into_the_reference_data_is_checked_when_they_are_read(kind: str, lost: str) -> None:
    data = reference().model_dump(by_alias=True)
    data["golden_thread"][0][kind] = [lost]
    with pytest.raises(ValidationError, match=f"golden-thread.yaml: {lost}: no such id"):
        Reference.model_validate(data)


def test_an_outcome_without_a_thread_is_refused() -> None:
    data = reference().model_dump(by_alias=True)
    *data["golden_thread"], lost = data["golden_thread"]
    with pytest.raises(ValidationError, match=f"golden-thread.yaml: {lost['outcome']}: has no thread"):
        Reference.model_validate(data)

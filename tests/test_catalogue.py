"""The catalogue: six documents for every model, one row for each kind and model, contexts and templates that exist."""

import importlib
from dataclasses import replace

import pytest

from pipeline.catalogue import DOCUMENTS, documents_for
from pipeline.exceptions import CatalogueError
from pipeline.pack import Edition
from pipeline.profile import CommissioningModel
from tests.fixtures.packs import TEMPLATES

KINDS = [
    "service-specification",
    "contract-contents",
    "procurement-plan",
    "change-management-plan",
    "engagement-checklist",
    "pricing-schedule",
]
BOTH = {"service-specification", "contract-contents", "pricing-schedule"}


@pytest.mark.smoke
@pytest.mark.parametrize("model", list(CommissioningModel))
def test_every_model_has_the_six_documents_in_order(model: CommissioningModel) -> None:
    kinds = [document.kind for document in documents_for(model)]
    assert [kind for kind in kinds if kind in KINDS] == KINDS
    assert len(kinds) == len(set(kinds))


def test_only_what_bidders_need_has_an_issue_edition() -> None:
    assert {document.kind for document in DOCUMENTS if Edition.ISSUE in document.editions} == BOTH
    assert all(Edition.INTERNAL in document.editions for document in DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.template)
def test_each_row_names_a_context_and_a_template_that_exist(document: object) -> None:
    row = next(one for one in DOCUMENTS if one is document)
    module = importlib.import_module(row.context)
    assert module.FACTS
    assert set(module.INTERNAL) <= set(module.FACTS)
    assert (TEMPLATES / row.template).is_file()


def test_listing_the_documents_imports_no_context() -> None:
    import subprocess
    import sys

    code = "import sys, pipeline.catalogue; print([name for name in sys.modules if name.startswith('pipeline.contexts')])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_two_rows_for_one_kind_and_model_are_refused() -> None:
    twice = (*DOCUMENTS, replace(DOCUMENTS[0], title="Another"))
    with pytest.raises(CatalogueError, match="service-specification: declared twice for reward"):
        documents_for(CommissioningModel.REWARD, twice)

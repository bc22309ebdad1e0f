"""Planning: the authority is found, the documents and their editions are chosen, and a profile that does not fit is refused."""

from typing import Any

import pytest

from pipeline.catalogue import DOCUMENTS
from pipeline.exceptions import ProfileError
from pipeline.pack import Mode, PackPlan, Template
from pipeline.plan import authority_of, find_authority, plan_pack
from pipeline.profile import CommissioningModel, Nation, Profile
from tests.fixtures.profiles import example, figure, profile, reference

KNOWN = reference()
TEMPLATES = {document.template: Template(document.template, "standard", b"") for document in DOCUMENTS}


def plan(given: Profile, model: CommissioningModel = CommissioningModel.REWARD) -> PackPlan:
    return plan_pack(given, KNOWN, model, Mode.DRAFT, templates=TEMPLATES)


@pytest.mark.parametrize("model", list(CommissioningModel))
def test_a_plan_holds_each_document_in_each_of_its_editions(model: CommissioningModel) -> None:
    names = [planned.name for planned in plan(profile(), model).documents]
    assert names == [
        "internal/service-specification.docx",
        "issue/service-specification.docx",
        "internal/contract-contents.docx",
        "issue/contract-contents.docx",
        "internal/procurement-plan.docx",
        "internal/change-management-plan.docx",
        "internal/engagement-checklist.docx",
        "internal/pricing-schedule.xlsx",
        "issue/pricing-schedule.xlsx",
    ]


def test_the_authority_is_found_by_either_name_whatever_its_case() -> None:
    powys = find_authority("powys county council", KNOWN)
    assert powys.name_en == "Powys County Council"
    assert powys.name_cy
    assert find_authority(powys.name_cy, KNOWN) is powys


def test_document_control_names_documents_of_the_catalogue_alone() -> None:
    changes: dict[str, Any] = {"control.documents[0].id": "letter-to-bidders"}
    wrong = profile(None, **changes)
    with pytest.raises(ProfileError, match=r"control\.documents\[letter-to-bidders\]: is not a document") as refused:
        plan(wrong)
    assert "service-specification, contract-contents" in str(refused.value)


def test_approval_roles_name_documents_of_the_catalogue_alone() -> None:
    changes: dict[str, Any] = {"control.approval_roles": [{"id": "legal", "documents": ["contract-contents", "letter"]}]}
    with pytest.raises(ProfileError, match=r"control\.approval_roles\[legal\]\.documents: letter: is not a document"):
        plan(profile(None, **changes))


@pytest.mark.parametrize(
    ("name", "hint"),
    [("Powis County Council", "Did you mean Powys County Council"), ("Zzz", "The names are in inputs/reference/authorities.csv")],
)
def test_an_unknown_authority_is_refused_with_a_hint(name: str, hint: str) -> None:
    with pytest.raises(ProfileError, match=hint) as refused:
        find_authority(name, KNOWN)
    assert "authority.name" in str(refused.value)


def test_an_invented_authority_is_taken_from_the_profile() -> None:
    authority = authority_of(profile(), KNOWN)
    assert (authority.name_en, authority.nation, authority.verified) == ("Exampleshire County Council", "Wales", False)


def test_the_nation_is_the_authoritys() -> None:
    assert plan(profile()).nation is Nation.WALES
    assert plan(profile(example("sampleford"))).nation is Nation.ENGLAND
    assert plan(profile(example("norfolk"))).nation is Nation.ENGLAND


def test_welsh_switches_for_an_english_authority_are_refused() -> None:
    given = profile(example("sampleford"), welsh={"bilingual_cover": "true", "tenders_in_welsh": "true"})
    with pytest.raises(ProfileError, match="welsh: is given for an English authority"):
        plan(given)


def test_a_procurement_that_began_before_the_act_is_refused() -> None:
    given = profile(dates__procurement_start=figure("2025-02-23"))
    with pytest.raises(ProfileError, match="before 24 February 2025"):
        plan(given)


def test_the_packs_date_stands_in_for_an_unknown_start() -> None:
    assert plan(profile(dates__procurement_start="to-be-confirmed")).documents
    with pytest.raises(ProfileError, match="before 24 February 2025"):
        plan(profile(dates__procurement_start="to-be-confirmed", prepared_on="2025-01-01"))

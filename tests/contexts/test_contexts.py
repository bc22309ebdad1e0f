"""Contexts: facts per edition, what each was read from, what a document waits for, and the register of outstanding items."""

import importlib
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from pipeline.catalogue import DOCUMENTS
from pipeline.contexts import REGISTERS, Context, build_context, needs_of, notes_of, values_at, with_outstanding
from pipeline.exceptions import CatalogueError
from pipeline.figure import Figure, Unknown
from pipeline.pack import Edition, Mode, PackPlan, PlannedDocument, Template
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel
from tests.fixtures.profiles import example, profile, reference

KNOWN = reference()
TEMPLATES = {document.template: Template(document.template, "standard", b"") for document in DOCUMENTS}
EVERY_INTERNAL = {"money", "lot_money", "tariffs"}


def plan(name: str = "exampleshire", model: str = "reward", **changes: Any) -> PackPlan:
    given = profile(example(name), **changes)
    return plan_pack(given, KNOWN, CommissioningModel(model), Mode.DRAFT, templates=TEMPLATES)


def context(edition: Edition, kind: str = "service-specification", *, of: PackPlan | None = None) -> Context:
    planned = of or plan()
    return build_context(planned, chosen(planned, edition, kind))


def chosen(planned: PackPlan, edition: Edition, kind: str) -> PlannedDocument:
    return next(one for one in planned.documents if (one.document.kind, one.edition) == (kind, edition))


PLANS = [plan(name, model) for name in ("exampleshire", "norfolk") for model in CommissioningModel]
EVERY = [(planned, document) for planned in PLANS for document in planned.documents]


@pytest.mark.parametrize(("planned", "document"), EVERY, ids=[f"{p.profile.slug}-{p.model}-{d.name}" for p, d in EVERY])
def test_internal_facts_do_not_exist_in_the_issue_edition(planned: PackPlan, document: PlannedDocument) -> None:
    values = build_context(planned, document).values
    private = importlib.import_module(document.document.context).INTERNAL
    if document.edition is Edition.ISSUE:
        assert not (EVERY_INTERNAL | private | {"outstanding", "has_outstanding"}) & set(values)
    else:
        assert EVERY_INTERNAL | private <= set(values)


def plain(value: object) -> bool:
    """Say whether a value is plain data, without an object whose methods a template could reach."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and key.isidentifier() and plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(plain(item) for item in value)
    return isinstance(value, str | int | bool | Decimal | date | Figure | Unknown)


@pytest.mark.parametrize(("planned", "document"), EVERY, ids=[f"{p.profile.slug}-{p.model}-{d.name}" for p, d in EVERY])
def test_facts_are_plain_data_and_never_profile_objects(planned: PackPlan, document: PlannedDocument) -> None:
    values = build_context(planned, document).values
    odd = [name for name, value in values.items() if not plain(value)]
    assert values
    assert not odd
    assert not [name for name, value in values.items() if isinstance(value, BaseModel)]


def keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for item in value.values() for key in keys(item)}
    return {key for item in value for key in keys(item)} if isinstance(value, list) else set()


@pytest.mark.parametrize("planned", PLANS, ids=[f"{p.profile.slug}-{p.model}" for p in PLANS])
def test_no_field_of_a_fact_hides_behind_a_method_of_dict(planned: PackPlan) -> None:
    names = {key for document in planned.documents for key in keys(dict(build_context(planned, document).values))}
    assert len(names) > 100
    assert not names & set(dir(dict))


def test_each_fact_says_what_it_was_read_from() -> None:
    found = context(Edition.INTERNAL).reads
    assert "lots[A].people" in found["volumes"]
    assert "commercial.annual_budget" in found["money"]
    assert "dates.contract_start" in found["dates"]
    assert "term.initial_years" in found["dates"]
    assert "commercial.annual_budget" not in found["volumes"]
    assert any(read.startswith("reference.legal_register.provisions[PA23]") for read in found["law"])


def test_a_shared_name_cannot_be_taken_by_one_document() -> None:
    module = ModuleType("taken_name_context")
    module.FACTS = {"lots": lambda _: []}  # type: ignore[attr-defined]
    module.INTERNAL = frozenset()  # type: ignore[attr-defined]
    sys.modules["taken_name_context"] = module
    planned = plan()
    first = planned.documents[0]
    clash = replace(first, document=replace(first.document, context="taken_name_context"))
    with pytest.raises(CatalogueError, match="lots: is a fact of every document"):
        build_context(planned, clash)


VALUES: dict[str, object] = {
    "lots": [
        {"hours": Unknown(needs=("lots[A].weekly_hours",))},
        {"hours": Figure(1, "", "s", fields=("lots[B].weekly_hours",))},
    ],
    "value": {"annual": Unknown(needs=("commercial.annual_budget", "lots[A].weekly_hours"))},
    "area": "Exampleshire",
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("area", ["Exampleshire"]),
        ("lots[].hours", [row["hours"] for row in VALUES["lots"]]),  # type: ignore[attr-defined]
        ("lots[]", VALUES["lots"]),
        ("lots", [VALUES["lots"]]),
        ("value.annual", [VALUES["value"]["annual"]]),  # type: ignore[index]
        ("value.monthly", []),
        ("nothing.here", []),
    ],
)
def test_a_path_reaches_its_values(path: str, expected: list[object]) -> None:
    assert list(values_at(VALUES, path)) == expected


@pytest.mark.parametrize(
    ("paths", "needs"),
    [
        (("area",), ()),
        (("lots[].hours",), ("lots[A].weekly_hours",)),
        (("value",), ("commercial.annual_budget", "lots[A].weekly_hours")),
        (("area", "lots[].hours", "value.annual"), ("commercial.annual_budget", "lots[A].weekly_hours")),
    ],
)
def test_a_document_waits_for_what_its_places_show(paths: tuple[str, ...], needs: tuple[str, ...]) -> None:
    assert needs_of(VALUES, paths) == needs


def test_the_register_of_outstanding_items_is_the_authoritys_alone() -> None:
    waiting = plan(
        commercial__annual_budget={"status": "to-be-confirmed", "note": "Ask finance."}, governance__sro="to-be-confirmed"
    )
    needs = ("commercial.annual_budget", "governance.sro")
    inside = with_outstanding(context(Edition.INTERNAL, of=waiting), waiting, needs, Edition.INTERNAL)
    assert inside.values["has_outstanding"] is True
    assert inside.values["outstanding"] == [
        {"what": "commercial: annual budget", "place": "commercial.annual_budget", "needs": "Ask finance."},
        {"what": "governance: senior responsible owner", "place": "governance.sro", "needs": "Give value, source and date"},
    ]
    issued = with_outstanding(context(Edition.ISSUE, of=waiting), waiting, needs, Edition.ISSUE)
    assert not {*REGISTERS, *(f"has_{name}" for name in REGISTERS)} & set(issued.values)


def test_a_finished_profile_has_an_empty_register() -> None:
    complete = plan()
    values = with_outstanding(context(Edition.INTERNAL, of=complete), complete, (), Edition.INTERNAL).values
    assert values["outstanding"] == []
    assert values["has_outstanding"] is False


def test_the_register_follows_the_profile_and_puts_entries_that_need_the_same_in_one_row() -> None:
    lots = ("lots[B].people", "lots[A].people")
    waiting = plan(**dict.fromkeys(("lots[0].people", "lots[1].people", "commercial.annual_budget"), "to-be-confirmed"))
    needs = ("commercial.annual_budget", *lots)
    rows = with_outstanding(context(Edition.INTERNAL, of=waiting), waiting, needs, Edition.INTERNAL).values["outstanding"]
    assert [(row["what"], row["place"]) for row in rows] == [  # type: ignore[attr-defined]
        ("lots: people (lot A and lot B)", "lots[A].people; lots[B].people"),
        ("commercial: annual budget", "commercial.annual_budget"),
    ]


def test_the_sources_are_those_of_what_the_document_shows() -> None:
    given = plan()
    paths = ("volumes.people", "dates.contract_start")
    values = with_outstanding(context(Edition.INTERNAL, of=given), given, (), Edition.INTERNAL, paths).values
    assert [row["figures"] for row in values["figure_sources"]] == [  # type: ignore[attr-defined]
        "Dates: contract start; Lots: people"
    ]
    assert values["has_figure_sources"] is True


def test_a_document_names_its_version_and_in_the_internal_edition_its_approver() -> None:
    inside, outside = (context(edition).values["document"] for edition in (Edition.INTERNAL, Edition.ISSUE))
    assert isinstance(inside, dict)
    assert isinstance(outside, dict)
    assert inside["version"] == outside["version"] == "0.3"
    assert inside["approved_by"].value == "Director of Social Services"
    assert inside["approved_by"].fields == ("control.documents[service-specification].approved_by",)
    assert not {"prepared_by", "approved_by", "approved_on"} & set(outside)


def test_an_approver_nobody_named_is_to_be_confirmed() -> None:
    without = plan(control__documents=[])
    values = context(Edition.INTERNAL, of=without).values
    assert needs_of(values, ("document.approved_by",)) == ("control.documents[service-specification].approved_by",)
    named = plan(**{"control.documents[0].approved_by": "to-be-confirmed"})
    values = context(Edition.INTERNAL, of=named).values
    assert needs_of(values, ("document.approved_by",)) == ("control.documents[service-specification].approved_by",)


def test_notes_are_found_wherever_a_figure_may_stand() -> None:
    note = {"status": "to-be-confirmed", "note": "Ask."}
    given = profile(**{"lots[1].people": note, "term.extensions[0]": note})
    found = notes_of(given)
    assert found["lots[B].people"] == "Ask."
    assert found["term.extensions[0]"] == "Ask."


def test_an_unknown_reaches_every_sum_that_needs_it() -> None:
    values = context(Edition.INTERNAL, of=plan(**{"lots[2].weekly_hours": "to-be-confirmed"}, model="care-planning")).values
    for path in ("volumes.weekly_hours", "volumes.annual_hours", "value.annual", "value.lifetime", "money.headroom"):
        (value,) = values_at(values, path)
        assert isinstance(value, Unknown), path
        assert value.needs == ("lots[C].weekly_hours",), path
    (people,) = values_at(values, "volumes.people")
    assert isinstance(people, Figure)

"""Everything a document must say is said where a reader looks for it, in words of its own, and nowhere it does not apply.

`<kind>.yaml` lists what each document must say (README.md there says how an item is written); `by-model*.yaml` lists what each
commissioning model says on the matters in which the three differ.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.coverage.outline import KINDS, LOCALITIES, Block, Case, editions_of, outline, plain, profile_of
from tests.fixtures.packs import MODELS

FOLDER = Path(__file__).parent
FIELDS = {"id", "brief", "what", "under", "says", "models", "nations", "buys", "editions", "given"}
BY_MODEL = sorted(FOLDER.glob("by-model*.yaml"))
FEWEST_ITEMS = 40
FEWEST_WORDS = 3
SPECIFIED = (
    "unit of commissioning",
    "council assesses",
    "who decides visits",
    "outcome evidence",
    "measures",
    "provider structure",
    "reablement",
    "choice",
    "extra section",
)
PAID = ("base", "at risk", "definition needed", "protection", "volume loss", "charging")
NATIONS = {"exampleshire": "Wales", "sampleford": "England", "hywel-dda": "Wales"}


@cache
def read(path: Path) -> tuple[Mapping[str, Any], ...]:
    """Read one file of items."""
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8")))


def items(kind: str) -> tuple[Mapping[str, Any], ...]:
    return read(FOLDER / f"{kind}.yaml")


def changes(item: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((path, _written(value)) for path, value in item.get("given", {}).items()))


def _written(value: object) -> str:
    """Give a plain value as a profile's text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def is_meant_for(item: Mapping[str, Any], case: Case) -> bool:
    """Say whether an item applies to a case: its model, nation, kind of service and edition."""
    buys = profile_of(case.locality, ()).service.buys
    return (
        case.model in item.get("models", MODELS)
        and NATIONS[case.locality] in item.get("nations", ["Wales", "England"])
        and buys in item.get("buys", ["social-care", "health-care"])
        and case.edition in item.get("editions", editions_of(case.kind))
        and case.given == changes(item)
    )


def where_said(item: Mapping[str, Any], blocks: tuple[Block, ...], *, under: str | None = None) -> list[int]:
    """The places of the blocks that hold an item's words, anywhere or under its own headings."""
    words = plain(item["says"])
    return [
        place
        for place, block in enumerate(blocks)
        if words in plain(block.text) and (under is None or " > ".join(plain(one) for one in block.headings) == plain(under))
    ]


def faults(kind: str, case: Case) -> Iterator[str]:
    """Everything wrong with one document: not said, said twice, said in another item's words, said where it does not apply."""
    blocks = outline(case)
    taken: dict[int, str] = {}
    for item in items(kind):
        if not is_meant_for(item, case):
            if found := where_said(item, blocks):
                yield f"{item['id']}: does not apply, yet is said under {blocks[found[0]].headings}: {item['says']!r}"
            continue
        found = where_said(item, blocks, under=item["under"])
        if len(found) != 1:
            elsewhere = [blocks[place].headings for place in where_said(item, blocks)]
            yield f"{item['id']}: said {len(found)} times under {item['under']!r} (found under {elsewhere}): {item['says']!r}"
            continue
        if found[0] in taken:
            yield f"{item['id']}: rests on the same paragraph or row as {taken[found[0]]}"
        taken[found[0]] = item["id"]


def cases(kind: str) -> list[Case]:
    return [Case(kind, locality, model, edition) for locality in LOCALITIES for model in MODELS for edition in editions_of(kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_list_of_a_document_is_well_made(kind: str) -> None:
    listed = items(kind)
    assert len(listed) >= FEWEST_ITEMS
    assert not [name for name, many in Counter(item["id"] for item in listed).items() if many > 1]
    for item in listed:
        assert {"id", "brief", "what", "under", "says"} <= set(item) <= FIELDS, item["id"]
        assert len(item["says"].split()) >= FEWEST_WORDS, item["id"]
        assert set(item.get("models", MODELS)) <= set(MODELS), item["id"]
        assert any(
            is_meant_for(item, Case(kind, locality, model, edition, changes(item)))
            for locality in LOCALITIES
            for model in MODELS
            for edition in editions_of(kind)
        ), f"{item['id']} is meant for no case"


@pytest.mark.parametrize("case", [case for kind in KINDS for case in cases(kind)], ids=lambda case: f"{case.kind} {case}")
def test_a_document_says_what_it_must_and_nothing_that_does_not_apply(case: Case) -> None:
    assert not list(faults(case.kind, case))


def switched(kind: str) -> Iterator[Case]:
    """The cases in which a term of the profile is changed and an item then applies."""
    for given in sorted({changes(item) for item in items(kind)} - {()}):
        wanted = [item for item in items(kind) if changes(item) == given]
        for plain_case in cases(kind):
            case = Case(kind, plain_case.locality, plain_case.model, plain_case.edition, given)
            if any(is_meant_for(item, case) for item in wanted):
                yield case


@pytest.mark.parametrize("kind", KINDS)
def test_a_term_that_is_switched_on_is_said_and_only_then(kind: str) -> None:
    wrong: list[str] = []
    for case in switched(kind):
        blocks = outline(case)
        for item in items(kind):
            if (
                changes(item) == case.given
                and is_meant_for(item, case)
                and len(where_said(item, blocks, under=item["under"])) != 1
            ):
                elsewhere = [blocks[place].headings for place in where_said(item, blocks)]
                wrong.append(f"{case}: {item['id']}: not said once under {item['under']!r} (found under {elsewhere})")
    assert not wrong


def rows() -> list[Mapping[str, Any]]:
    return [row for path in BY_MODEL for row in read(path)]


def test_every_row_in_which_the_models_differ_is_listed() -> None:
    listed = [row["row"] for row in rows()]
    assert len([row for row in listed if row.startswith("1.3")]) >= len(SPECIFIED)
    assert len([row for row in listed if row.startswith("2.3")]) >= len(PAID)
    for name in (*SPECIFIED, *PAID):
        assert any(name.casefold() in row.casefold() for row in listed), name


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["row"])
def test_each_model_says_its_own(row: Mapping[str, Any]) -> None:
    assert set(row["says"]) == set(MODELS)
    kind = row["document"]
    for locality in LOCALITIES:
        for model in MODELS:
            case = Case(kind, locality, model, "internal")
            if not is_meant_for({**row, "models": MODELS}, case):
                continue
            blocks = outline(case)
            for other, words in row["says"].items():
                under = row["under"][other] if isinstance(row["under"], dict) else row["under"]
                said = where_said({"says": words}, blocks, under=under)
                assert bool(said) == (other == model), (str(case), other, words)
                if other != model:
                    assert not where_said({"says": words}, blocks), (str(case), other, words)

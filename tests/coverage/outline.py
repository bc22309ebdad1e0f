"""Finished Word documents as a reader finds his way in them: every paragraph and table row with the headings above it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pipeline.assemble import assemble_document
from pipeline.catalogue import DOCUMENTS, documents_for
from pipeline.pack import Edition, Mode
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel, Profile
from pipeline.read import read_templates
from pipeline.text import W, blocks, package_parts, paragraph_style, paragraph_text, parse_part, style_names, table_rows
from tests.fixtures.packs import TEMPLATES
from tests.fixtures.profiles import example, figure, put, reference, steps

LOCALITIES = ("exampleshire", "sampleford", "hywel-dda")
"""A council in Wales, a council in England, a health board under the health regime."""

KINDS = tuple(document.kind for document in DOCUMENTS if document.suffix == ".docx")
LEVELS = {"Heading 1": 1, "Appendix Heading": 1, "Heading 2": 2, "Heading 3": 3}
_QUOTES = str.maketrans("‘’“”\u00a0\u2011", "''\"\" -")


@dataclass(frozen=True)
class Block:
    """One paragraph or table row: its words, and the headings above it, outermost first."""

    text: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One document as it is made for a locality and a model, perhaps with some fields of the profile changed."""

    kind: str
    locality: str
    model: str
    edition: str
    given: tuple[tuple[str, str], ...] = field(default=())

    def __str__(self) -> str:
        """Name the case as a failing test shows it."""
        return " ".join([self.locality, self.model, self.edition, *(f"{path}={value}" for path, value in self.given)])


def plain(text: str) -> str:
    """Give words as they are compared: without regard to case, spacing and the shape of quotation marks."""
    return re.sub(r"\s+", " ", text.translate(_QUOTES)).strip().casefold()


@cache
def profile_of(locality: str, given: tuple[tuple[str, str], ...]) -> Profile:
    """Give a locality's profile with some fields changed; a figure stays a figure."""
    data = example(locality)
    return Profile.model_validate(put(data, {path: _as_written(_at(data, path), value) for path, value in given}))


def _at(data: Any, path: str) -> Any:
    for step in steps(path):
        if isinstance(data, dict) and step not in data:
            return None
        data = data[step]
    return data


def _as_written(now: object, value: str) -> object:
    is_figure = now == "to-be-confirmed" or (isinstance(now, dict) and "status" in now)
    return figure(value) if is_figure else value


@cache
def outline(case: Case) -> tuple[Block, ...]:
    """Make a document and give what it says, block by block."""
    documents = documents_for(CommissioningModel(case.model))
    profile = profile_of(case.locality, case.given)
    plan = plan_pack(
        profile,
        reference(),
        CommissioningModel(case.model),
        Mode.DRAFT,
        templates=read_templates(documents, [("standard", TEMPLATES)]),
    )
    planned = next(one for one in plan.documents if one.document.kind == case.kind and one.edition is Edition(case.edition))
    return tuple(blocks_of(assemble_document(plan, planned).content, planned.name))


def blocks_of(content: bytes, name: str) -> Iterator[Block]:
    """Turn a Word document into its blocks; the contents list is left out."""
    parts = package_parts(content, name)
    styles = style_names(parts, name)
    body = parse_part(parts["word/document.xml"], name, "word/document.xml").find(f"{W}body")
    assert body is not None
    headings: list[tuple[int, str]] = []
    for block in blocks(body):
        if block.tag == f"{W}tbl":
            above = tuple(text for _, text in headings)
            for row in table_rows(block):
                cells = (" ".join(paragraph_text(one) for one in blocks(cell) if one.tag == f"{W}p") for cell in row)
                yield Block(" | ".join(cells), above)
            continue
        style, text = styles.get(paragraph_style(block), ""), paragraph_text(block)
        if level := LEVELS.get(style):
            headings = [*(one for one in headings if one[0] < level), (level, text)]
        elif text and not style.startswith("Toc"):
            yield Block(text, tuple(text for _, text in headings))


def editions_of(kind: str) -> tuple[str, ...]:
    """The editions a kind of document is made in."""
    document = next(one for one in DOCUMENTS if one.kind == kind)
    return tuple(sorted(edition.value for edition in document.editions))

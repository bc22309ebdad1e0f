"""How bidders cite a place: a clause by its number and title, where a change list says under which headings it stands."""

import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.compare.change import BODY, Location
from pipeline.compare.word.resolve import open_accepted
from pipeline.compare.word.stories import read_stories

MOST_WORDS = 7
_CLAUSE = re.compile(r"(?P<clause>(?:[A-Z]|\d+)(?:\.\d+)+)(?:\([a-z]+\))*")
_TITLE = re.compile(r"([A-Z][^.:;()]{2,60})\. [A-Z]")
_VERBS = frozenset({"shall", "must", "may", "will", "can", "is", "are", "was", "were", "has", "have", "do", "does", "means"})
"""What the title of a clause does not hold, and its first sentence does."""


def clause_titles(content: bytes, name: str) -> dict[str, str]:
    """Give the titles of a Word document's clauses by number, where the clauses begin with one: "Term. Start of …"."""
    body = read_stories(open_accepted(content, name)[0])[BODY]
    said = {block.label: _title(block.text) for block in reversed(body.blocks) if not block.is_table and is_clause(block.label)}
    return {label: title for label, title in said.items() if title}


def is_clause(label: str) -> bool:
    """Say whether a number is that of a clause: 2.3, 2.3(a)."""
    return _CLAUSE.fullmatch(label) is not None


def _title(text: str) -> str:
    found = _TITLE.match(text)
    words = found[1].split() if found else []
    return " ".join(words) if len(words) <= MOST_WORDS and _VERBS.isdisjoint(words) else ""


def cited(place: Location, titles: Mapping[str, str]) -> Location:
    """Put a clause's number and title, or else the heading it stands under, for its path: clause 2.3 (Term)."""
    found = _CLAUSE.fullmatch(place.clause)
    if found is None or place.table or place.cell:
        return place
    title = titles.get(place.clause) or titles.get(found["clause"]) or _heading(place)
    return replace(place, headings=(), clause=f"clause {place.clause}{f' ({title})' if title else ''}")


def _heading(place: Location) -> str:
    """Give the heading next above a place without its number."""
    last = place.headings[-1] if place.headings else ""
    number, _, words = last.partition(" ")
    return words if words and any(sign.isdigit() for sign in number) else last

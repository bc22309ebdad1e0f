"""What finishing notes on its way through a document: headings, gaps, open paragraphs, and what its parts have in common."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.finish.places import Places
from pipeline.render.scan import Scan


class Heading(NamedTuple):
    """A heading for the contents list: its level, the number Word gives it, its words, and the bookmark round it."""

    level: int
    label: str
    text: str
    bookmark: str


class Gap(NamedTuple):
    """A place among the finished pieces that is filled at the end: what belongs there, for what, in which formatting."""

    at: int
    kind: str
    payload: str
    formatting: str


@dataclass
class Shared:
    """What all parts of a document have in common while they are finished."""

    name: str
    styles: AbstractSet[str]
    scans: Mapping[str, Scan]
    numbers: Iterator[int]
    is_issue: bool
    places: Places = field(default_factory=Places)
    labels: dict[str, str] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)


@dataclass
class Paragraph:
    """An open paragraph: where it begins, where its content does, its style and label, and what goes before its end."""

    at: int
    content: int
    style: str = ""
    label: str = ""
    ends: str = ""
    needs: list[str] = field(default_factory=list)
    is_contents: bool = False

"""What every tracked change is written with: an author, a date, numbers that stand once, and what is known of both documents."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from lxml import etree

from pipeline.text import WORD, W

NAMES = {"w": WORD}


class State(StrEnum):
    """What becomes of a text. The value is the element that says so in Word's files; what is kept has none."""

    KEPT = ""
    INSERTED = "ins"
    DELETED = "del"
    MOVED_HERE = "moveTo"
    MOVED_AWAY = "moveFrom"

    @property
    def is_old(self) -> bool:
        """Say whether it is the old document's, and goes when changes are accepted."""
        return self in {State.DELETED, State.MOVED_AWAY}


class CannotWriteError(Exception):
    """A change that Word has no tracked change for; the message says which."""


@dataclass
class Pen:
    """Writes the elements of tracked changes. `names` are the bookmarks of the new document, `ranges` all by their number."""

    author: str
    date: str
    names: frozenset[str] = frozenset()
    ranges: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    number: int = 0
    moved: int = 0

    def next(self) -> str:
        """Give a number that nothing else has."""
        self.number += 1
        return str(self.number)

    def mark(self, tag: str) -> etree._Element:
        """Make the element of a tracked change."""
        made = word_element(tag)
        made.set(f"{W}id", self.next())
        made.set(f"{W}author", self.author)
        if self.date:
            made.set(f"{W}date", self.date)
        return made

    def change(self, owner: etree._Element, old: etree._Element | None, *without: str) -> None:
        """Note in properties what they were: the old ones, without what Word does not track."""
        name = etree.QName(owner).localname
        made = self.mark(f"{name}Change")
        kept = etree.SubElement(made, owner.tag)
        for child in copy_of(old) if old is not None else ():
            if child.tag not in {f"{W}{tag}" for tag in (*without, f"{name}Change")}:
                kept.append(child)
        owner.append(made)

    def pair(self, kind: str, old: str, new: str) -> None:
        """Note that two references lead to what is one note, changed or not; "" is for none."""
        self.notes.append((kind, old, new))

    def is_replaced(self, node: etree._Element) -> bool:
        """Say whether a bookmark or its end, which is the old document's, stands in the new one too."""
        return self.ranges.get(node.get(f"{W}id") or "", "") in self.names


def word_element(tag: str) -> etree._Element:
    """Make an element with the prefix that the whole of a redline has, so that equal elements are equal as text."""
    return etree.Element(f"{W}{tag}", nsmap=NAMES)


def copy_of(element: etree._Element) -> etree._Element:
    """Give a copy of an element without the text after it."""
    made = etree.fromstring(etree.tostring(element, with_tail=False))
    assert isinstance(made, etree._Element)  # noqa: S101, SLF001 - what mypy cannot know
    return made


def empty_copy(element: etree._Element) -> etree._Element:
    """Give an element with the same attributes and nothing in it."""
    made = etree.Element(element.tag, nsmap=NAMES)
    for key, value in element.attrib.items():
        made.set(key, value)
    return made


def outer(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """Give the elements of some names in an element, but not what is drawn in its runs: a text box is one thing."""
    for child in element:
        if child.tag in tags:
            yield child
        if child.tag != f"{W}r":
            yield from outer(child, *tags)

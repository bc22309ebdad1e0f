"""A paragraph as a row of the smallest things that can be kept, deleted or inserted: words, breaks, pictures, fields, marks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from pipeline.compare.redline.canonical import text_of
from pipeline.compare.redline.marking import BOOKMARKS, NOTES
from pipeline.compare.redline.pen import CannotWriteError, Pen, copy_of, empty_copy, word_element
from pipeline.compare.words import tokens
from pipeline.text import W

ZERO_WIDTH = (*BOOKMARKS, *(f"{W}{tag}" for tag in ("commentRangeStart", "commentRangeEnd", "permStart", "permEnd")))
_WRAPS = tuple(f"{W}{tag}" for tag in ("hyperlink", "sdt", "smartTag", "customXml", "dir", "bdo"))
_INSIDE = (f"{W}r", *_WRAPS, *ZERO_WIDTH)


@dataclass(frozen=True)
class Wrap:
    """What encloses a text, such as a link: its element, and what is equal for equal ones."""

    element: etree._Element = field(compare=False)
    key: str = ""


@dataclass(frozen=True)
class Atom:
    """A smallest thing. `key` is equal for equal ones; `look` is its run's properties as text, `properties` the element."""

    key: str
    nodes: tuple[etree._Element, ...] = field(compare=False)
    wraps: tuple[Wrap, ...] = ()
    look: str = field(default="", compare=False)
    properties: etree._Element | None = field(default=None, compare=False)
    inner: "tuple[Atom, ...]" = field(default=(), compare=False)

    @property
    def is_mark(self) -> bool:
        """Say whether it stands between texts and takes up no place."""
        return not self.inner and self.nodes[0].tag in ZERO_WIDTH

    @property
    def text(self) -> str:
        """Its text; of what is no text, nothing."""
        return self.key[5:] if self.key.startswith("text:") else ""


def read_atoms(paragraph: etree._Element, pen: Pen) -> list[Atom]:
    """Give the atoms of a paragraph; a field that begins and ends in it is one."""
    return _fields(list(_atoms(paragraph, pen, ())))


def _atoms(holder: etree._Element, pen: Pen, wraps: tuple[Wrap, ...]) -> Iterator[Atom]:
    for child in holder:
        if child.tag == f"{W}r":
            yield from _run_atoms(child, wraps)
        elif child.tag in ZERO_WIDTH:
            name = pen.ranges.get(child.get(f"{W}id") or "", child.get(f"{W}id"))
            yield Atom(f"mark:{etree.QName(child).localname} {name}", (child,), wraps)
        elif child.tag in _WRAPS:
            content = child.find(f"{W}sdtContent") if child.tag == f"{W}sdt" else child
            if content is not None:
                yield from _atoms(content, pen, (*wraps, Wrap(child, _shell(child))))
        elif child.tag not in {f"{W}pPr", f"{W}smartTagPr", f"{W}customXmlPr"}:
            raise CannotWriteError(f"a paragraph holds what cannot be compared word by word ({etree.QName(child).localname})")


def _shell(wrap: etree._Element) -> str:
    return text_of(empty_wrap(wrap))


def empty_wrap(wrap: etree._Element) -> etree._Element:
    """Give what encloses a text without the text."""
    made = empty_copy(wrap)
    for child in wrap:
        if child.tag not in {*_INSIDE, f"{W}sdtContent"} or child.tag in {f"{W}sdtPr", f"{W}sdtEndPr"}:
            made.append(copy_of(child))
    return made


def _run_atoms(run: etree._Element, wraps: tuple[Wrap, ...]) -> Iterator[Atom]:
    properties = run.find(f"{W}rPr")
    look = look_of(properties)
    for child in run:
        if child.tag == f"{W}t":
            for word in tokens(child.text or ""):
                node = word_element("t")
                node.text = word
                yield Atom(f"text:{word}", (node,), wraps, look, properties)
        elif child.tag != f"{W}rPr":
            key = NOTES.get(str(child.tag)) or text_of(child)
            yield Atom(key, (child,), wraps, look, properties)


def look_of(properties: etree._Element | None, *without: str) -> str:
    """Give what is equal for equal properties, in whatever order."""
    if properties is None:
        return ""
    names = {f"{W}{tag}" for tag in without}
    return "".join(sorted(text_of(child) for child in properties if child.tag not in names))


def _fields(found: Sequence[Atom]) -> list[Atom]:
    """Join the atoms of each whole field, from its beginning to its end."""
    made: list[Atom] = []
    begun: list[int] = []
    for atom in found:
        made.append(atom)
        kind = _edge(atom)
        if kind == "begin":
            begun.append(len(made) - 1)
        elif kind == "end" and begun:
            start = begun.pop()
            if not begun:
                inner = tuple(made[start:])
                key = "field:" + "".join(f"{one.key}\x1f{one.look}\x1f{one.wraps != atom.wraps}\x1e" for one in inner)
                made[start:] = [Atom(key, (), made[start].wraps, inner=inner)]
    return made


def _edge(atom: Atom) -> str:
    return (atom.nodes[0].get(f"{W}fldCharType") or "") if atom.nodes and atom.nodes[0].tag == f"{W}fldChar" else ""

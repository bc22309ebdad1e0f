"""A Word file in the form in which two files that say and show the same are equal: docs/comparing.md says what that leaves out.

Blocks come out one by one as text, so that the first that differs can be named.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from hashlib import sha256
from typing import Any

from lxml import etree

from pipeline.compare.word.package import MAIN, R, WordFile
from pipeline.text import FALLBACK, W, paragraph_text

Change = Callable[[Any], None]
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
TEXTS = tuple(f"{W}{tag}" for tag in ("t", "delText", "instrText", "delInstrText"))
WORD_2010 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_VOLATILE = re.compile(rf"{re.escape(W)}rsid\w*|{re.escape(WORD_2010)}(paraId|textId)")
_DROPPED = tuple(f"{W}{tag}" for tag in ("proofErr", "lastRenderedPageBreak"))
_PROPERTIES = tuple(f"{W}{tag}" for tag in ("rPr", "pPr", "tblPr", "tblPrEx", "trPr", "tcPr", "sectPr"))
_DRAWN = re.compile(r"\{.*(?:wordprocessingDrawing|drawingml/2006/picture)\}(?:docPr|cNvPr)")
_NOTES = {f"{W}{kind}Reference": kind for kind in ("footnote", "endnote", "comment")}
_RANGES = (f"{W}commentRangeStart", f"{W}commentRangeEnd")
_REFERENCES = (f"{W}headerReference", f"{W}footerReference")
_HIDDEN = re.compile(r"\b_\w+")
_SHOWN = re.compile(r"<[^>]*>")
SHORT = 16


class CanonicalFile:
    """A Word file in that form: blocks of the body, what stands in the margins of each section, and bookmarks by their names."""

    def __init__(self, file: WordFile, change: Change | None = None) -> None:
        self.file = file
        self.change = change
        self._notes: dict[str, Mapping[str, etree._Element]] = {}
        body = self._changed(MAIN).find(f"{W}body")
        assert body is not None  # noqa: S101 - a WordFile has one
        self.body = body
        self.bookmarks = [one.get(f"{W}name") or "" for one in body.iter(f"{W}bookmarkStart")]
        self._targets = _targets(body)
        self.sections = [
            [*self._margins(one)] for one in (*body.iterfind(f"{W}p/{W}pPr/{W}sectPr"), *body.iterchildren(f"{W}sectPr"))
        ]

    def blocks(self, without: Iterable[str] = ()) -> list[str]:
        """Give the body block by block, without some bookmarks."""
        body = deepcopy(self.body)
        _drop_bookmarks(body, set(without))
        self._make_canonical(body, MAIN)
        return [text_of(block) for block in body]

    def margins(self) -> list[str]:
        """Give what each section shows in its margins. One that has none of its own shows what the section before it does."""
        shown: dict[str, str] = {}
        found = []
        for section in self.sections:
            shown |= dict(section)
            found.append("\n".join(f"{name}: {said}" for name, said in sorted(shown.items()) if said))
        return found

    def _margins(self, section: etree._Element) -> Iterator[tuple[str, str]]:
        for reference in section.findall(f"{W}headerReference") + section.findall(f"{W}footerReference"):
            part = self.file.links(MAIN).get(reference.get(f"{R}id") or "", "")
            name = f"{etree.QName(reference).localname.removesuffix('Reference')} {reference.get(f'{W}type')}"
            root = self._changed(part) if part in self.file.parts else etree.Element("nothing")
            self._make_canonical(root, part)
            empty = next(root.iter(f"{W}r", f"{W}tbl"), None) is None
            yield name, "" if empty else "\n".join(text_of(block) for block in root)

    def _changed(self, part: str) -> etree._Element:
        root = deepcopy(self.file.root(part))
        if self.change is not None:
            self.change(root)
        return root

    def _note(self, kind: str, key: str) -> str:
        part = f"word/{kind}s.xml"
        if part not in self.file.parts:
            return ""
        if kind not in self._notes:
            root = self._changed(part)
            self._notes[kind] = {one.get(f"{W}id") or "": one for one in root.iterchildren(f"{W}{kind}")}
        if key not in self._notes[kind]:
            return ""
        note = deepcopy(self._notes[kind][key])
        self._make_canonical(note, part)
        note.attrib.pop(f"{W}id")
        return text_of(note)

    def _make_canonical(self, root: etree._Element, part: str) -> None:
        """Bring a text into the form in which it is compared, in place."""
        for node in list(root.iter(*_DROPPED, etree.Comment)):
            _take(node)
        for reference in list(root.iter(*_REFERENCES)):
            _take(reference)
        for field in list(root.iter(f"{W}fldSimple")):
            spell_out(field)
        for text in root.iter(*TEXTS):
            trim(text)
        self._attributes(root, part)
        _name_ranges(root)
        for node in list(root.iter(*_NOTES)):
            kind = _NOTES[str(node.tag)]
            said = self._note(kind, node.get(f"{W}id") or "")
            for one in (
                node,
                *(one for one in root.iter(*_RANGES) if kind == "comment" and one.get(f"{W}id") == node.get(f"{W}id")),
            ):
                one.attrib.pop(f"{W}id")
                one.set("note", said)
        for node in [one for one in root.iter(*_RANGES) if one.get(f"{W}id") is not None]:
            _take(node)  # of a comment that is not there
        for properties in reversed(list(root.iter(*_PROPERTIES))):
            properties[:] = sorted(properties, key=lambda one: str(one.tag))
            if not len(properties) and not properties.attrib:
                _take(properties)
        drop_empty(root)
        join_runs(root)
        self._name_targets(root)

    def _name_targets(self, root: etree._Element) -> None:
        """Say where links and fields lead whose target has a name that a program gave."""
        for link in root.iter(f"{W}hyperlink"):
            name = link.get(f"{W}anchor") or ""
            if name.startswith("_"):
                link.set(f"{W}anchor", self._targets.get(name, "nowhere"))
        for code in root.iter(f"{W}instrText"):
            code.text = _HIDDEN.sub(lambda found: self._targets.get(found[0], "nowhere"), code.text or "")

    def _attributes(self, root: etree._Element, part: str) -> None:
        links = self.file.links(part)
        for node in root.iter(etree.Element):
            for key in [key for key in node.attrib if _VOLATILE.fullmatch(str(key))]:
                del node.attrib[key]
            for key in [key for key in node.attrib if str(key).startswith(R)]:
                target = links.get(node.get(key) or "", "missing")
                node.set(key, self.file.digest(target) or target)
            if _DRAWN.fullmatch(str(node.tag)):
                node.attrib.pop("id", "")


def text_of(element: etree._Element) -> str:
    """Write an element as text that depends on nothing but what it holds."""
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_tail=False)).decode()


def words_of(block: str) -> str:
    """Give what a reader sees of a block, for a message."""
    return " ".join(_SHOWN.sub(" ", block).split())


def digest_of(root: etree._Element) -> str:
    """Give a digest of what a part holds."""
    return sha256(text_of(root).encode()).hexdigest()[:SHORT]


def spell_out(field: etree._Element) -> None:
    """Write a field that is one element as the runs that mean the same."""

    def edge(kind: str) -> etree._Element:
        run = etree.Element(f"{W}r")
        etree.SubElement(run, f"{W}fldChar").set(f"{W}fldCharType", kind)
        return run

    code = etree.Element(f"{W}r")
    written = etree.SubElement(code, f"{W}instrText")
    written.text = field.get(f"{W}instr")
    written.set(XML_SPACE, "preserve")
    for node in (edge("begin"), code, edge("separate"), *list(field), edge("end")):
        field.addprevious(node)
    _take(field)


def trim(text: etree._Element) -> None:
    """Take out of a text the space at its ends that Word passes over, because nothing says to keep it."""
    if text.attrib.pop(XML_SPACE, "") != "preserve":
        text.text = (text.text or "").strip()


def drop_empty(root: etree._Element) -> None:
    """Take out texts without a letter, runs that hold nothing, and links without a text."""
    for text in list(root.iter(f"{W}t")):
        if not text.text:
            _take(text)
    for run in list(root.iter(f"{W}r")):
        if not any(child.tag not in {f"{W}rPr", FALLBACK} for child in run):
            _take(run)
    for link in list(root.iter(f"{W}hyperlink")):
        if not len(link):
            _take(link)


def join_runs(root: etree._Element) -> None:
    """Join runs that stand side by side and look the same."""
    for run in list(root.iter(f"{W}r")):
        before = run.getprevious()
        if before is not None and before.tag == f"{W}r" and _look(before) == _look(run):
            for child in run:
                if child.tag != f"{W}rPr":
                    _add(before, child)
            _take(run)


def _look(run: etree._Element) -> str:
    properties = run.find(f"{W}rPr")
    return "" if properties is None else text_of(properties)


def _add(run: etree._Element, child: etree._Element) -> None:
    last = run[-1] if len(run) else None
    if last is not None and last.tag == child.tag and child.tag in {f"{W}t", f"{W}instrText"}:
        last.text = (last.text or "") + (child.text or "")
    else:
        run.append(child)


def _name_ranges(root: etree._Element) -> None:
    """Give the end of a bookmark its name; its number says nothing."""
    names = {}
    for node in root.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd"):
        key = node.attrib.pop(f"{W}id", "")
        if node.tag == f"{W}bookmarkStart":
            names[key] = node.get(f"{W}name") or ""
        else:
            node.set(f"{W}name", names.get(key, ""))


def _targets(body: etree._Element) -> dict[str, str]:
    """Say what each bookmark with a name that a program gave stands at: a paragraph, by its text."""
    found: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for paragraph in body.iter(f"{W}p"):
        names = [one.get(f"{W}name") or "" for one in paragraph.iter(f"{W}bookmarkStart")]
        said = paragraph_text(paragraph)
        seen[said] += 1
        found |= {name: f"to {said!r} {seen[said]}" for name in names if name.startswith("_")}
    return found


def _drop_bookmarks(root: etree._Element, names: set[str]) -> None:
    """Take out bookmarks of some names, and those with names that a program gave, which say nothing by themselves."""
    keys = set()
    for node in list(root.iter(f"{W}bookmarkStart")):
        if node.get(f"{W}name") in names or (node.get(f"{W}name") or "").startswith("_"):
            keys.add(node.get(f"{W}id"))
            _take(node)
    for node in list(root.iter(f"{W}bookmarkEnd")):
        if node.get(f"{W}id") in keys:
            _take(node)


def _take(node: etree._Element) -> None:
    """Take a node out of its parent, which keeps the text after it."""
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)

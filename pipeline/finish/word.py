"""Finishing a Word document: the edition's paragraphs, labels, bookmarks, references, contents, highlighted unknowns."""

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from lxml import etree

from pipeline.exceptions import RenderError
from pipeline.finish.captions import number_captions
from pipeline.finish.numbering import W, read_numbering, w
from pipeline.finish.package import CORE, Properties, core_properties, read_parts, scrub, write_parts
from pipeline.finish.places import Places
from pipeline.pack import Edition
from pipeline.render.marks import ANCHOR, CONTENTS, MARK, REFERENCE, START, UNKNOWN, WHERE, pieces

MAIN_PART = "word/document.xml"
COMMENTARY = "Commentary"
UNKNOWN_STYLE = "ToBeConfirmed"
HEADINGS = {"Heading1": 1, "AppendixHeading": 1, "Heading2": 2}
FEW = 12
"""A document with more top headings than this lists those alone in its contents."""
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")


@dataclass(frozen=True)
class Finished:
    """A finished document and the ids it holds."""

    content: bytes
    ids: tuple[str, ...]


@dataclass(frozen=True)
class _Heading:
    level: int
    label: str
    text: str
    bookmark: str


def style_of(paragraph: etree._Element) -> str:
    """The id of a paragraph's style."""
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return "" if style is None else str(style.get(w("val"), ""))


def text_of(element: etree._Element) -> str:
    """The text of a paragraph with tabs and breaks as single spaces."""
    return "".join(node.text or "" if node.tag == w("t") else " " for node in element.iter(w("t"), w("tab"), w("br")))


def finish_word(rendered: bytes, name: str, edition: Edition, properties: Properties) -> Finished:
    """Finish a rendered Word document. A repeated id or a reference to an id that is not there raises RenderError."""
    parts = read_parts(rendered)
    for needed in (MAIN_PART, "word/styles.xml"):
        if needed not in parts:
            raise RenderError(f"{name}: the template does not lead to {needed}. Save it again from Word.")
    roots = {part: etree.fromstring(data) for part, data in parts.items() if _PARTS.fullmatch(part)}
    body = roots[MAIN_PART]
    if edition is Edition.ISSUE:
        for root in roots.values():
            _drop_commentary(root)
    numbering = read_numbering(parts.get("word/numbering.xml"), parts["word/styles.xml"])
    numbers = count(1 + max(_bookmark_ids(roots.values()), default=0))
    places = Places()
    labels, headings = _label(body, numbering.label, numbers, name, places)
    places.leave_body()
    for paragraph in (paragraph for root in roots.values() if root is not body for paragraph in root.iter(w("p"))):
        places.read("", "", text_of(paragraph))
    for root in roots.values():
        _Marks(name, labels, numbers, places).resolve(root)
    _contents(body, headings, name)
    number_captions(body, name)
    parts |= {part: _serialise(root) for part, root in roots.items()}
    scrub(parts)
    parts[CORE] = core_properties(properties)
    return Finished(write_parts(parts), tuple(labels))


def _bookmark_ids(roots: Iterable[etree._Element]) -> Iterator[int]:
    """The numbers of the bookmarks a template brings."""
    for root in roots:
        for mark in root.iter(w("bookmarkStart")):
            yield int(mark.get(w("id"), "0"))


def _serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _drop_commentary(root: etree._Element) -> None:
    for paragraph in list(root.iter(w("p"))):
        parent = paragraph.getparent()
        if style_of(paragraph) == COMMENTARY and parent is not None:
            parent.remove(paragraph)
            if parent.find(w("p")) is None and parent.tag != w("body"):
                etree.SubElement(parent, w("p"))  # a header, footer or cell must hold a paragraph


def bookmark_name(key: str) -> str:
    """Turn an id into a name Word accepts: R-014 → R_014."""
    return re.sub(r"\W", "_", key)[:40]


def _label(
    body: etree._Element, label_of: Callable[[etree._Element], str], numbers: Iterator[int], name: str, places: Places
) -> tuple[dict[str, str], list[_Heading]]:
    """Count every paragraph; give the label of each id and the headings for the contents, bookmarked."""
    labels: dict[str, str] = {}
    headings: list[_Heading] = []
    for paragraph in body.iter(w("p")):
        label = label_of(paragraph)
        text = text_of(paragraph)
        places.read(style_of(paragraph), label, text)
        for kind, payload in pieces(text):
            if kind == ANCHOR:
                if payload in labels:
                    raise RenderError(f"{name}: the id {payload} is given twice. Give each clause its own id.")
                labels[payload] = label
        level = HEADINGS.get(style_of(paragraph))
        if level:
            shown = MARK.sub(lambda found: found[2] if found[1] == UNKNOWN else "", text).strip()
            headings.append(_Heading(level, label, shown, f"_Toc{len(headings) + 1:06d}"))
            _enclose(paragraph, headings[-1].bookmark, next(numbers))
    return labels, headings


def _enclose(paragraph: etree._Element, bookmark: str, number: int) -> None:
    """Put a bookmark round a paragraph's content."""
    start = etree.Element(w("bookmarkStart"), {w("id"): str(number), w("name"): bookmark})
    end = etree.Element(w("bookmarkEnd"), {w("id"): str(number)})
    properties = paragraph.find(w("pPr"))
    paragraph.insert(0 if properties is None else paragraph.index(properties) + 1, start)
    paragraph.append(end)


class _Marks:
    """Replaces the marks in one part by what they stand for."""

    def __init__(self, name: str, labels: dict[str, str], numbers: Iterator[int], places: Places) -> None:
        self.name = name
        self.places = places
        self.labels = labels
        self.numbers = numbers

    def resolve(self, root: etree._Element) -> None:
        """Replace every mark below `root`."""
        for node in list(root.iter(w("t"))):
            if node.text and START in node.text:
                self._resolve_node(node)

    def _resolve_node(self, node: etree._Element) -> None:
        run = node.getparent()
        if run is None or run.tag != w("r"):
            raise RenderError(f"{self.name}: a value stands where Word holds no text. Move its tag into ordinary text.")
        replaced: list[etree._Element] = []
        for kind, payload in pieces(node.text or ""):
            replaced += self._elements(kind, payload, run)
        leading, trailing = _split_round(run, node)
        parent = run.getparent()
        if parent is None:
            return
        at = parent.index(run)
        parent.remove(run)
        for offset, element in enumerate([*leading, *replaced, *trailing]):
            parent.insert(at + offset, element)

    def _elements(self, kind: str, payload: str, run: etree._Element) -> list[etree._Element]:
        if kind == UNKNOWN:
            return [_run(run, payload, UNKNOWN_STYLE)]
        if kind == ANCHOR:
            paragraph = next(run.iterancestors(w("p")))
            _enclose(paragraph, bookmark_name(payload), next(self.numbers))
            return []
        if kind == REFERENCE:
            return self._reference(payload, run)
        if kind == WHERE:
            return [_run(run, self.places.words(payload))]
        if kind == CONTENTS:
            return [_run(run, f"{START}{CONTENTS}")]
        return [_run(run, payload)] if payload else []

    def _reference(self, key: str, run: etree._Element) -> list[etree._Element]:
        label = self.labels.get(key)
        if not label:
            known = "has no number" if key in self.labels else "is not in this document"
            raise RenderError(f"{self.name}: the reference to {key} cannot be made: it {known}. Correct the reference.")
        return field_runs(f"REF {bookmark_name(key)} \\w \\h", label, run)


def _run(like: etree._Element, text: str, style: str = "") -> etree._Element:
    """Make a run with the formatting of another."""
    made = etree.Element(w("r"))
    formatting = like.find(w("rPr"))
    if formatting is not None:
        made.append(copy.deepcopy(formatting))
    if style:
        properties = made.find(w("rPr"))
        if properties is None:
            properties = etree.SubElement(made, w("rPr"))
        for old in properties.findall(w("rStyle")):
            properties.remove(old)
        properties.insert(0, etree.Element(w("rStyle"), {w("val"): style}))
    node = etree.SubElement(made, w("t"), {XML_SPACE: "preserve"})
    node.text = text
    return made


def _split_round(run: etree._Element, node: etree._Element) -> tuple[list[etree._Element], list[etree._Element]]:
    """Give runs with what stood before and after a text in its run (breaks and tabs)."""
    sides: list[list[etree._Element]] = []
    children = [child for child in run if child.tag != w("rPr")]
    at = children.index(node)
    for group in (children[:at], children[at + 1 :]):
        if not group:
            sides.append([])
            continue
        side = _run(run, "")
        side.remove(side[-1])
        side.extend(copy.deepcopy(child) for child in group)
        sides.append([side])
    return sides[0], sides[1]


def field_runs(code: str, result: str, like: etree._Element) -> list[etree._Element]:
    """Make the runs of a Word field with its present result."""

    def part(tag: str, text: str | None = None, **attributes: str) -> etree._Element:
        run = _run(like, "")
        run.remove(run[-1])
        element = etree.SubElement(run, w(tag), {w(key): value for key, value in attributes.items()})
        if text is not None:
            element.text = text
            element.set(XML_SPACE, "preserve")
        return run

    return [
        part("fldChar", fldCharType="begin"),
        part("instrText", f" {code} "),
        part("fldChar", fldCharType="separate"),
        _run(like, result),
        part("fldChar", fldCharType="end"),
    ]


def _contents(body: etree._Element, headings: list[_Heading], name: str) -> None:
    """Put the contents list where the template asks for it: real, linked entries inside a live TOC field (decision 0003)."""
    marker = next((node for node in body.iter(w("t")) if (node.text or "").startswith(f"{START}{CONTENTS}")), None)
    if marker is None:
        return
    paragraph = next(marker.iterancestors(w("p")))
    parent = paragraph.getparent()
    if parent is None:
        return
    at = parent.index(paragraph)
    parent.remove(paragraph)
    depth = 1 if sum(heading.level == 1 for heading in headings) > FEW else 2
    entries = [_entry(heading) for heading in headings if heading.level <= depth]
    if not entries:
        raise RenderError(f"{name}: has a contents list and no heading to list. Give its headings the heading styles.")
    plain = etree.Element(w("r"))
    opening = field_runs(f'TOC \\o "1-{depth}" \\h \\z \\n \\u', "", plain)
    for offset, run in enumerate(opening[:3]):
        entries[0].insert(1 + offset, run)
    entries[-1].append(opening[4])
    for offset, entry in enumerate(entries):
        parent.insert(at + offset, entry)


def _entry(heading: _Heading) -> etree._Element:
    entry = etree.Element(w("p"), nsmap={"w": W})
    properties = etree.SubElement(entry, w("pPr"))
    etree.SubElement(properties, w("pStyle"), {w("val"): f"TOC{heading.level}"})
    link = etree.SubElement(entry, w("hyperlink"), {w("anchor"): heading.bookmark, w("history"): "1"})
    plain = etree.Element(w("r"))
    if heading.label:
        link.append(_run(plain, heading.label))
        etree.SubElement(etree.SubElement(link, w("r")), w("tab"))
    link.append(_run(plain, heading.text))
    return entry

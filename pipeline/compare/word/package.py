"""A Word file opened for comparing: its parts parsed once, its links, its styles and the numbers Word shows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from posixpath import dirname, join, normpath
from typing import Any

from lxml import etree

from pipeline.compare.parts import office_parts, whole
from pipeline.compare.sight import veils
from pipeline.compare.word.markup import Piece, bookmarks_in, numbered, pieces_of, written_pieces
from pipeline.exceptions import DocumentError
from pipeline.finish.numbering import Numbering, numbering_of
from pipeline.text import FALLBACK, W, parse_part

MAIN = "word/document.xml"
_NUMBERING = ("word/numbering.xml", "word/styles.xml")
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
SHORT = 16
_ONE = 2  # its start and its end
_HEADING = re.compile(r"heading (\d)")


class WordFile:
    """A .docx and what comparing asks of it. `other` is the file it is compared with: parts that are the same are parsed once."""

    def __init__(self, data: bytes, name: str, other: "WordFile | None" = None) -> None:
        self.name = name
        self._other = other
        self.parts = office_parts(data, name)
        if MAIN not in self.parts:
            raise DocumentError(f"{name}: holds no Word document. Save it from Word as .docx.")
        self._roots: dict[str, etree._Element] = {}
        self.row_texts: dict[bytes, list[str | None]] = {} if other is None else other.row_texts
        """What the cells of a row say, by its markup: most rows stand in both files."""
        self._looks: dict[bytes, str] = {} if other is None else other._looks  # noqa: SLF001 - another of its own
        self._veils: dict[str, frozenset[str]] = {}

    def root(self, part: str) -> etree._Element:
        """Give a part's root element; each part is parsed once."""
        if self._other is not None and part != MAIN and self._other.parts.get(part) == self.parts[part]:
            return self._other.root(part)
        if part not in self._roots:
            root = parse_part(self.parts[part], self.name, part)
            self._roots[part] = _prefixed(root) if root.tag.startswith(W) and root.prefix != "w" else root
        return self._roots[part]

    def replace(self, part: str, root: etree._Element) -> None:
        """Put another text in the place of a part, before anything is read of it."""
        self.parts[part] = bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
        self._roots[part] = root

    @cached_property
    def body(self) -> etree._Element:
        """The document's body."""
        body = self.root(MAIN).find(f"{W}body")
        if body is None:
            raise DocumentError(f"{self.name}: holds no Word document. Save it from Word as .docx.")
        return body

    def links(self, part: str) -> Mapping[str, str]:
        """Give what the ids of a part lead to: another part's name, or an address."""
        return self._links_of(f"{dirname(part)}/_rels/{part.rpartition('/')[2]}.rels", part)

    def _links_of(self, rels: str, part: str) -> Mapping[str, str]:
        if rels not in self.parts:
            return {}
        found = {}
        for link in self.root(rels):
            target = link.get("Target") or ""
            inside = link.get("TargetMode") != "External"
            path = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
            found[link.get("Id") or ""] = path if inside else target
        return found

    def digest(self, part: str) -> str:
        """Give a short digest of a part, or nothing when it is not there."""
        return sha256(self.parts[part]).hexdigest()[:SHORT] if part in self.parts else ""

    @cached_property
    def styles(self) -> Mapping[str, tuple[str, int]]:
        """Each style's name as Word shows it and, for headings, their level from 1; others have 0. The default's id is ""."""
        if "word/styles.xml" not in self.parts:
            return {}
        if self._other is not None and self._other.parts.get("word/styles.xml") == self.parts["word/styles.xml"]:
            return self._other.styles
        names, levels, based = {}, {}, {}
        for style in self.root("word/styles.xml").iterfind(f"{W}style"):
            key = style.get(f"{W}styleId") or ""
            name = _val(style, "name") or key
            names[key] = name[:1].upper() + name[1:]
            based[key] = _val(style, "basedOn")
            outline = style.find(f"{W}pPr/{W}outlineLvl")
            heading = _HEADING.fullmatch(name.lower())
            levels[key] = int(heading[1]) if heading else whole(outline.get(f"{W}val"), 9) + 1 if outline is not None else 0
            if style.get(f"{W}default") in {"1", "true"} and style.get(f"{W}type") == "paragraph":
                names[""] = names[key]
        return {key: (name, _level(key, levels, based)) for key, name in names.items()}

    def veils_of(self, style: str) -> frozenset[str]:
        """Give what hides the words of a style, named by its name or its id."""
        if style not in self._veils:
            keys = [key for key in self._style_elements if style in {key, self.styles.get(key, (key, 0))[0]}]
            found = (signs for key in reversed(keys) if (signs := self._veils_of_chain(key)))
            self._veils[style] = next(found, frozenset())
        return self._veils[style]

    def _veils_of_chain(self, key: str) -> frozenset[str]:
        signs, seen = frozenset[str](), set[str]()
        while key in self._style_elements and key not in seen:
            seen.add(key)
            style = self._style_elements[key]
            signs, key = signs | veils("; ".join(self.style_look(style))), _val(style, "basedOn")
        return signs

    @cached_property
    def _style_elements(self) -> Mapping[str, etree._Element]:
        if "word/styles.xml" not in self.parts:
            return {}
        return {style.get(f"{W}styleId") or "": style for style in self.root("word/styles.xml").iterfind(f"{W}style")}

    def style_look(self, style: etree._Element) -> list[str]:
        """Say how what has a style looks, by kind of properties."""
        kinds = style.iter(f"{W}rPr", f"{W}pPr", f"{W}tblPr", f"{W}trPr", f"{W}tcPr")
        return [f"{etree.QName(one).localname} {self.look(one)}" for one in kinds]

    def run_look(self, properties: etree._Element) -> str:
        """Say how words look, with what their own style hides."""
        look, style = self.look(properties), _val(properties, "rStyle")
        signs = self.veils_of(style) if style else frozenset[str]()
        return ", ".join((look, *sorted(one for one in signs if one not in look)))

    @cached_property
    def numbering(self) -> Numbering:
        """The lists, with nothing counted yet."""
        if any(part not in self.parts for part in _NUMBERING):
            return Numbering({}, {}, {})
        other = self._other
        if other is not None and all(other.parts.get(part) == self.parts[part] for part in _NUMBERING):
            return replace(other.numbering, counters={})
        try:
            return numbering_of(self.root("word/numbering.xml"), self.root("word/styles.xml"))
        except ValueError as error:
            raise DocumentError(f"{self.name}: its numbering cannot be read ({error}). Save the file again from Word.") from error

    @cached_property
    def labels(self) -> Mapping[etree._Element, str]:
        """The number that Word shows before each numbered paragraph of the body."""
        numbering = replace(self.numbering, counters={})
        found: dict[etree._Element, str] = {}
        for paragraph, style in numbered(self._searched, numbering.styles):
            place = numbering.styles[style] if style is not None else self._place(paragraph, numbering)
            found[paragraph] = numbering.count(place) if place else ""
        return found

    def _place(self, paragraph: etree._Element, numbering: Numbering) -> tuple[str, int] | None:
        try:
            return numbering.place(paragraph)
        except ValueError as error:
            raise DocumentError(f"{self.name}: a list level is no number ({error}). Save the file again from Word.") from error

    def pieces(self, part: str, holders: Sequence[etree._Element]) -> list[Piece]:
        """Give the paragraphs and tables in some elements of a part with their markup."""
        found = self._body_pieces if part == MAIN else pieces_of(self.parts[part], holders)
        return written_pieces(holders) if found is None else found

    @cached_property
    def _body_pieces(self) -> list[Piece] | None:
        return pieces_of(self.parts[MAIN], [self.body])

    @property
    def _searched(self) -> list[Piece]:
        return [(self.body, self.parts[MAIN])] if self._body_pieces is None else self._body_pieces

    def list_of(self, paragraph: etree._Element) -> str:
        """Say what list a paragraph belongs to and how deep: the form and pattern of its level, or nothing."""
        place = self.numbering.place(paragraph)
        return self._level_words(place)

    def level_words(self, style: str) -> str:
        """Say what list a style puts its paragraphs in."""
        return self._level_words(self.numbering.styles.get(style))

    def _level_words(self, place: tuple[str, int] | None) -> str:
        level = self.numbering.levels.get(place) if place else None
        if not level or not place:
            return ""
        return f"{'bullets' if level.form == 'bullet' else f'numbers {level.pattern}, {level.form}'}, level {place[1] + 1}"

    def list_id(self, paragraph: etree._Element) -> str:
        """Name the list a paragraph belongs to, or nothing."""
        place = self.numbering.place(paragraph)
        return place[0] if place else ""

    @cached_property
    def bookmarks(self) -> Mapping[str, etree._Element]:
        """The paragraph in which each bookmark of the body starts."""
        return dict(bookmarks_in(self._searched))

    @cached_property
    def sections(self) -> list[etree._Element]:
        """The properties of each section in order."""
        several = self.parts[MAIN].count(b":sectPr") > _ONE
        inner = list(self.body.iterfind(f"{W}p/{W}pPr/{W}sectPr")) if several else []
        return [*inner, *self.body.iterchildren(f"{W}sectPr")]

    def look(self, element: etree._Element) -> str:
        """Say how something looks: its properties in a fixed order, without what is compared in other ways."""
        raw = etree.tostring(element, with_tail=False)
        if raw not in self._looks:
            self._looks[raw] = ", ".join(_properties(element))
        return self._looks[raw]


def _prefixed(root: etree._Element) -> etree._Element:
    """Give a part's root with the prefix w for Word's own names, on which what reads markup as text counts."""
    names: dict[Any, str] = {prefix: uri for prefix, uri in root.nsmap.items() if uri != W[1:-1]} | {"w": W[1:-1]}
    made = etree.Element(root.tag, nsmap=names)
    for key, value in root.attrib.items():
        made.set(key, value)
    made.extend(list(root))
    return made


def _val(element: etree._Element, tag: str) -> str:
    found = element.find(f"{W}{tag}")
    return "" if found is None else str(found.get(f"{W}val") or "")


def _level(key: str, levels: Mapping[str, int], based: Mapping[str, str]) -> int:
    seen: set[str] = set()
    while key in levels and key not in seen:
        if levels[key]:
            return levels[key] if levels[key] < 10 else 0  # noqa: PLR2004 - 9 is Word's word for body text, counted from 0
        seen.add(key)
        key = based[key]
    return 0


ELSEWHERE = frozenset({"pStyle", "numPr", "rPr", "sectPr", "lang", "noProof", "tblCaption", "pPrChange", "rPrChange"})
"""Properties that are compared in their own way, or that no reader sees."""


TOGGLES = frozenset(
    {"b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow", "emboss", "imprint", "vanish"}
    | {"webHidden", "specVanish", "rtl", "cs", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "contextualSpacing"}
    | {"hidden", "cantSplit", "tblHeader", "noWrap", "tcFitText", "bidi", "mirrorIndents", "suppressLineNumbers"}
)
"""Properties that are on or off, which a file may say in several ways."""
_SWITCH = {"1": "", "true": "", "on": "", "0": "off", "false": "off", "off": "off"}


def _properties(element: etree._Element) -> Iterator[str]:
    for child in sorted(element.iterchildren(etree.Element), key=lambda one: str(one.tag)):
        name = etree.QName(child).localname
        if name in ELSEWHERE or child.tag == FALLBACK:
            continue
        said = " ".join(f"{etree.QName(key).localname} {child.get(key)}" for key in sorted(child.attrib) if "rsid" not in key)
        inner = "; ".join(_properties(child))
        said = _SWITCH.get(said.removeprefix("val "), said) if name in TOGGLES else said
        yield " ".join(part for part in (name, said.removeprefix("val "), f"({inner})" if inner else "") if part)

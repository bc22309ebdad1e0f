"""An Excel file opened for comparing: sheets with their rows, names, and how cells look. Only what is asked for is parsed."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from posixpath import dirname, join, normpath

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from pipeline.compare.parts import office_parts, whole
from pipeline.compare.sheets.cell import DATE, Cell, M, column_letters, read_cell, text_of
from pipeline.compare.words import word_counts
from pipeline.exceptions import DocumentError
from pipeline.text import parse_part

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BOOK = "xl/workbook.xml"
GENERAL = "General"
TOGGLES = frozenset({"b", "i", "strike", "outline", "shadow", "condense", "extend"})
"""What of a font is on or off, which a file may say in several ways."""
LOOKS = ("number format", "font", "fill", "border", "alignment", "protection")
LEAST = 2.0
"""What is less high, in points, shows nothing."""
_C, _ROW = f"{M}c", f"{M}row"
_IN_FORMULA = re.compile(r"\$?[A-Z]{1,3}\$?\d+")
_SIGN = re.compile(r"[%£]")
_FIGURES = re.compile(r"-?[\d.,]*")


class Row:
    """A row for aligning: by what stands first in it, or by what it says."""

    __slots__ = ("_key", "_words", "cells", "hidden", "ids", "number", "raw")
    sort = "row"

    def __init__(self, number: int, cells: dict[str, Cell], *, hidden: bool) -> None:
        self.number = number
        self.cells = cells
        self.hidden = hidden
        first = next(iter(cells.values())).content if cells else ""
        self.ids: tuple[str, ...] = (first,) if first and not first.startswith("=") and not _FIGURES.fullmatch(first) else ()
        self.raw = (hidden, *((cell.column, cell.formula, cell.value, cell.look, cell.is_text) for cell in cells.values()))
        self._key: str | None = None
        self._words: Counter[str] | None = None

    @property
    def key(self) -> str:
        """What it says, whatever row its formulas point to."""
        if self._key is None:
            said = (_IN_FORMULA.sub("", cell.formula) if cell.formula else cell.shown for cell in self.cells.values())
            self._key = " | ".join(said)
        return self._key

    @property
    def words(self) -> Counter[str]:
        """The words in it, counted."""
        if self._words is None:
            self._words = word_counts(self.key)
        return self._words

    @property
    def shown(self) -> str:
        """What a reader sees: values, and the formulas that carry none."""
        return " | ".join(cell.shown or cell.formula for cell in self.cells.values() if cell.content)


class Sheet:
    """A worksheet; `rows` are those that hold anything."""

    def __init__(self, book: "Book", name: str, part: str, state: str) -> None:
        self.book = book
        self.name = name
        self.part = part
        self.state = state

    @cached_property
    def root(self) -> etree._Element:
        """Its markup."""
        return self.book.root(self.part)

    @cached_property
    def rows(self) -> list[Row]:
        """The rows with something in them, in order."""
        found, shared = [], dict[str, tuple[str, int, int]]()
        strings, data = self.book.strings, self.root.find(f"{M}sheetData")
        looks, signs = self.book.looks, self.book.signs
        number = 0
        for row in data.iterchildren(_ROW) if data is not None else ():
            cells, number = {}, whole(row.get("r"), number + 1)
            for place, element in enumerate(row.iterchildren(_C), start=1):
                if element.get("r") is None:  # a program may leave out what follows from the order
                    element.set("r", f"{column_letters(place)}{number}")
                cell = read_cell(element, strings, shared, looks, signs)
                if cell is not None:
                    cells[cell.column] = cell
            hidden = row.get("hidden") in {"1", "true"} or is_small(row.get("ht"), LEAST)
            if cells or hidden:
                found.append(Row(number, cells, hidden=hidden))
        return found

    @cached_property
    def links(self) -> Mapping[str, str]:
        """What the sheet leads to, by kind of part and by id."""
        return self.book.links(self.part)

    @property
    def digest(self) -> str:
        """The digest of its part."""
        return self.book.digest(self.part)


class Book:
    """A workbook and what comparing asks of it."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self.parts = office_parts(data, name)
        if BOOK not in self.parts:
            raise DocumentError(f"{name}: holds no Excel workbook. Save it from Excel as .xlsx.")
        self._roots: dict[str, etree._Element] = {}

    def root(self, part: str) -> etree._Element:
        """Give a part's root element; each part is parsed once."""
        if part not in self._roots:
            if part not in self.parts:
                raise DocumentError(f"{self.name}: {part} is missing. Save it again from Excel.")
            self._roots[part] = parse_part(self.parts[part], self.name, part)
        return self._roots[part]

    def digest(self, part: str) -> str:
        """Give a short digest of a part, or nothing when it is not there."""
        return sha256(self.parts[part]).hexdigest()[:16] if part in self.parts else ""

    def links(self, part: str) -> Mapping[str, str]:
        """Give what a part's ids lead to: another part's name, or an address."""
        rels = f"{dirname(part)}/_rels/{part.rpartition('/')[2]}.rels"
        if rels not in self.parts:
            return {}
        found = {}
        for link in self.root(rels):
            target = link.get("Target") or ""
            path = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
            found[link.get("Id") or ""] = target if link.get("TargetMode") == "External" else path
        return found

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        """The sheets by name, in order."""
        links = self.links(BOOK)
        found = {}
        for one in self.root(BOOK).iter(f"{M}sheet"):
            part, name = links.get(one.get(f"{R}id") or "", ""), one.get("name") or ""
            if "worksheets/" in part:
                found[name] = Sheet(self, name, part, one.get("state") or "visible")
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """The defined names with what they stand for; one of a single sheet bears the sheet's name."""
        sheets = [one.get("name") or "" for one in self.root(BOOK).iter(f"{M}sheet")]
        found = {}
        for one in self.root(BOOK).iter(f"{M}definedName"):
            at = one.get("localSheetId")
            sheet = f"{sheets[whole(at, 0)]}!" if at is not None and whole(at, 0) < len(sheets) else ""
            found[f"{sheet}{one.get('name')}"] = (one.text or "") + (" (hidden)" if one.get("hidden") in {"1", "true"} else "")
        return found

    @cached_property
    def has_results(self) -> bool:
        """Say whether any formula carries what it came to."""
        rows = (row for sheet in self.sheets.values() for row in sheet.rows)
        return any(cell.value for row in rows for cell in row.cells.values() if cell.formula)

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings."""
        part = next((one for one in self.parts if one.lower() == "xl/sharedstrings.xml"), None)
        return [text_of(item) for item in self.root(part).iterchildren(f"{M}si")] if part else []

    @cached_property
    def looks(self) -> list[tuple[str, ...]]:
        """How the cells of each style number look, in the order of LOOKS."""
        if "xl/styles.xml" not in self.parts:
            return [("",) * len(LOOKS)]
        root = self.root("xl/styles.xml")
        formats = {one.get("numFmtId"): one.get("formatCode") or "" for one in root.iter(f"{M}numFmt")}
        parts = {kind: [look_of(one) for one in _in(root, f"{kind}s")] for kind in LOOKS[1:4]}
        found = []
        for xf in _in(root, "cellXfs"):
            number = xf.get("numFmtId") or "0"
            look = [formats.get(number) or BUILTIN_FORMATS.get(whole(number, 0), GENERAL)]
            for kind, known in parts.items():
                at = whole(xf.get(f"{kind}Id"), 0)
                look.append(known[at] if at < len(known) else "")
            alignment, protection = xf.find(f"{M}alignment"), xf.find(f"{M}protection")
            look += ["" if alignment is None else look_of(alignment), _locked(protection)]
            found.append(tuple(look))
        return found or [("",) * len(LOOKS)]

    @cached_property
    def signs(self) -> list[str]:
        """What a number of each look is shown as: `date`, or with the sign % or £, or as it is."""
        found = []
        for number_format, *_ in self.looks:
            sign = _SIGN.search(number_format)
            found.append(DATE if is_date_format(number_format) else sign[0] if sign else "")
        return found


def is_small(size: str | None, least: float) -> bool:
    """Say whether a row or column is too small to be seen."""
    try:
        return size is not None and float(size) < least
    except ValueError:
        return False


def _in(root: etree._Element, holder: str) -> list[etree._Element]:
    found = root.find(f"{M}{holder}")
    return [] if found is None else list(found.iterchildren(etree.Element))


def _locked(protection: etree._Element | None) -> str:
    """Say whether a cell may be changed and its formula seen, on a sheet that is protected."""
    is_open = protection is not None and protection.get("locked") in {"0", "false"}
    is_secret = protection is not None and protection.get("hidden") in {"1", "true"}
    return f"{'open to changes' if is_open else 'locked'}{', formula hidden' if is_secret else ''}"


def look_of(element: etree._Element) -> str:
    """Say what an element holds, whatever the order in which a program wrote it."""
    return " ".join(_said(element))


def _said(element: etree._Element) -> Iterator[str]:
    """Say what an element holds, in a fixed order of attributes."""
    for key in sorted(element.attrib):
        value = element.get(key) or ""
        yield f"{key!s} {value[-6:] if key == 'rgb' else value}"
    for child in sorted(element.iterchildren(etree.Element), key=lambda one: str(one.tag)):
        name, said = etree.QName(child).localname, " ".join(_said(child)).removeprefix("val ")
        if name in TOGGLES:
            if said in {"0", "false"}:
                continue
            said = ""
        yield f"{name}{f' {said}' if said else ''};"

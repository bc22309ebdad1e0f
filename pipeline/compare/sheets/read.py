"""An Excel file opened for comparing: sheets with their rows, names, and how cells look. Only what is asked for is parsed."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from posixpath import dirname, join, normpath

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import from_excel

from pipeline.compare.words import normal, word_counts
from pipeline.exceptions import DocumentError
from pipeline.formulas import shift
from pipeline.text import package_parts, parse_part

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BOOK = "xl/workbook.xml"
GENERAL, DATE = "General", "date"
LOOKS = ("number format", "font", "fill", "border", "alignment", "protection")
_C, _V, _F, _IS, _T, _ROW = (f"{M}{tag}" for tag in ("c", "v", "f", "is", "t", "row"))
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_IN_FORMULA = re.compile(r"\$?[A-Z]{1,3}\$?\d+")
_SIGN = re.compile(r"[%£]")
_FIGURES = re.compile(r"-?[\d.,]*")


class Cell:
    """A cell: what stands in it or its formula came to, its formula if it has one, and how it looks."""

    __slots__ = ("column", "formula", "look", "sign", "value")

    def __init__(self, column: str, value: str, formula: str, look: tuple[str, ...] = (), sign: str = "") -> None:
        self.column = column
        self.value = value
        self.formula = formula
        self.look = look
        self.sign = sign

    @property
    def shown(self) -> str:
        """The value with the sign it is shown with: 12% for 0.12, £21.43 for 21.43."""
        if self.sign == "%":
            return f"{float(self.value) * 100:.13g}%"
        return f"-£{self.value[1:]}" if self.sign and self.value.startswith("-") else f"{self.sign}{self.value}"

    @property
    def content(self) -> str:
        """The formula, or else the value."""
        return self.formula or self.value


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
        self.raw = (hidden, *((cell.column, cell.formula, cell.value, cell.look) for cell in cells.values()))
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
        for row in data.iterchildren(_ROW) if data is not None else ():
            cells = {}
            for element in row.iterchildren(_C):
                cell = _read_cell(element, strings, shared, looks, signs)
                if cell is not None:
                    cells[cell.column] = cell
            hidden = row.get("hidden") in {"1", "true"}
            if cells or hidden:
                found.append(Row(int(row.get("r") or 0), cells, hidden=hidden))
        return found

    @cached_property
    def by_number(self) -> Mapping[int, Row]:
        """The rows by their numbers."""
        return {row.number: row for row in self.rows}

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
        self.parts = package_parts(data, name)
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
            sheet = f"{sheets[int(at)]}!" if at is not None and int(at) < len(sheets) else ""
            found[f"{sheet}{one.get('name')}"] = (one.text or "") + (" (hidden)" if one.get("hidden") in {"1", "true"} else "")
        return found

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings."""
        part = next((one for one in self.parts if one.lower() == "xl/sharedstrings.xml"), None)
        return [_text(item) for item in self.root(part).iterchildren(f"{M}si")] if part else []

    @cached_property
    def looks(self) -> list[tuple[str, ...]]:
        """How the cells of each style number look, in the order of LOOKS."""
        if "xl/styles.xml" not in self.parts:
            return [("",) * len(LOOKS)]
        root = self.root("xl/styles.xml")
        formats = {one.get("numFmtId"): one.get("formatCode") or "" for one in root.iter(f"{M}numFmt")}
        parts = {kind: [_look(one) for one in _in(root, f"{kind}s")] for kind in LOOKS[1:4]}
        found = []
        for xf in _in(root, "cellXfs"):
            number = xf.get("numFmtId") or "0"
            look = [formats.get(number) or BUILTIN_FORMATS.get(int(number), GENERAL)]
            for kind, known in parts.items():
                at = int(xf.get(f"{kind}Id") or 0)
                look.append(known[at] if at < len(known) else "")
            look += ["" if (one := xf.find(f"{M}{kind}")) is None else _look(one) for kind in LOOKS[4:]]
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


def _in(root: etree._Element, holder: str) -> list[etree._Element]:
    found = root.find(f"{M}{holder}")
    return [] if found is None else list(found.iterchildren(etree.Element))


def _look(element: etree._Element) -> str:
    return " ".join(_said(element))


def _said(element: etree._Element) -> Iterator[str]:
    """Say what an element holds, in a fixed order of attributes."""
    for key in sorted(element.attrib):
        yield f"{key} {element.attrib[key]}"
    for child in element.iterchildren(etree.Element):
        said = " ".join(_said(child)).removeprefix("val ")
        yield f"{etree.QName(child).localname}{f' {said}' if said else ''};"


def _text(item: etree._Element) -> str:
    """Give the words of a shared or inline string; how words are pronounced is left out."""
    plain = item.find(_T)
    if plain is not None:
        return plain.text or ""
    return "".join(text.text or "" for run in item.iterchildren(f"{M}r") for text in run.iterchildren(_T))


def _read_cell(
    element: etree._Element, strings: list[str], shared: dict[str, tuple[str, int, int]], looks: list[tuple[str, ...]], signs: list[str]
) -> Cell | None:
    """Read a cell; None for one that is empty and looks like nothing."""
    address = element.get("r") or ""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    kind, look = element.get("t"), min(int(element.get("s") or 0), len(looks) - 1)
    value = formula = sign = ""
    for child in element:
        if child.tag == _V:
            value = child.text or ""
        elif child.tag == _F:
            formula = _formula(child, found[1], int(found[2]), shared)
        elif child.tag == _IS:
            value = _text(child)
    if kind == "s" and value.isdigit() and int(value) < len(strings):
        value = strings[int(value)]
    elif kind == "b":
        value = "TRUE" if value == "1" else "FALSE"
    elif value and kind in {None, "n"}:
        value, sign = _number(value, signs[look])
    if not value and not formula and not look:
        return None
    return Cell(found[1], normal(value) if kind in {"s", "inlineStr", "str"} else value, formula, looks[look], sign)


def _formula(child: etree._Element, column: str, row: int, shared: dict[str, tuple[str, int, int]]) -> str:
    """Give a cell's formula; a shared one is written out for each of its cells."""
    text, group, across = child.text or "", child.get("si"), column_number(column)
    if child.get("t") == "shared" and group is not None:
        if text:
            shared[group] = (text, row, across)
        elif group in shared:
            first, top, left = shared[group]
            text = shift(first, row - top, across - left)
    return f"={text}" if child.get("t") != "array" else f"{{={text}}}"


def _number(text: str, sign: str) -> tuple[str, str]:
    """Write a stored number as a person would, a date as one and 0.1 where the file holds 0.10000000000000001; with its sign."""
    try:
        number = float(text)
        moment = from_excel(number) if sign == DATE else None
    except (ValueError, OverflowError):
        return text, ""
    if sign == DATE:
        return str(moment.isoformat() if moment is not None else text).removesuffix("T00:00:00"), ""
    return f"{number:.15g}", sign


def column_number(letters: str) -> int:
    """Turn a column's letters into its number: AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """Turn a column's number into its letters."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

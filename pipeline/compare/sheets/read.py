"""An Excel file opened for comparing: sheets with their rows, names, and how cells look. Only what is asked for is parsed."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from posixpath import dirname, join, normpath

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from pipeline.compare.parts import office_parts, whole
from pipeline.compare.sheets.cell import DATE, Known, M, Runs, runs_of, text_of
from pipeline.compare.sheets.data import Row, read_rows
from pipeline.compare.sheets.said import OFF, attributes, look_of
from pipeline.compare.words import word_counts
from pipeline.exceptions import DocumentError
from pipeline.text import parse_part

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BOOK = "xl/workbook.xml"
GENERAL = "General"
_OF_NAMES = frozenset({"name", "localSheetId", "hidden"})
HIDDEN = " (hidden)"
"""What is said of a name that Excel does not list."""
LOOKS = ("number format", "font", "fill", "border", "alignment", "protection")
HEADINGS = 2
"""So many texts in a row are headings."""
_SIGN = re.compile(r"[%£]")


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
        data, known = self.root.find(f"{M}sheetData"), Known(*self.book.strings, self.book.looks, self.book.signs)
        where = f"{self.book.name}: sheet {self.name}"
        return [] if data is None else list(read_rows(data, self.book.parts[self.part], known, where))

    @cached_property
    def text(self) -> str:
        """What a reader sees, row by row."""
        return "\n".join(row.shown for row in self.rows)

    @cached_property
    def words(self) -> Counter[str]:
        """The words in it, counted."""
        return word_counts(self.text)

    @cached_property
    def headings(self) -> Mapping[str, list[tuple[int, str]]]:
        """What stands in rows of nothing but texts, for each column in order: the number of the row, and the text."""
        found: dict[str, list[tuple[int, str]]] = {}
        for row in self.rows:
            if len(row.cells) >= HEADINGS and all(cell.is_words for cell in row.cells.values()):
                for column, cell in row.cells.items():
                    if cell.value:
                        found.setdefault(column, []).append((row.number, cell.value))
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

    @property
    def asked(self) -> set[str]:
        """The parts that were read."""
        return set(self._roots)

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
        links, found = self.links(BOOK), {}
        rels = "xl/_rels/workbook.xml.rels"
        kinds = {one.get("Id"): one.get("Type") or "" for one in self.root(rels)} if rels in self.parts else {}
        for one in self.root(BOOK).iter(f"{M}sheet"):
            part, name = links.get(one.get(f"{R}id") or "", ""), one.get("name") or ""
            if kinds.get(one.get(f"{R}id"), "").endswith("/worksheet"):
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
            rest = (f" ({key} {value})" for key, value in attributes(one) if key not in _OF_NAMES and value not in OFF)
            said = (one.text or "") + "".join(rest)
            found[f"{sheet}{one.get('name')}"] = said + (HIDDEN if one.get("hidden") in {"1", "true"} else "")
        return found

    @cached_property
    def has_results(self) -> bool:
        """Say whether any formula carries what it came to."""
        rows = (row for sheet in self.sheets.values() for row in sheet.rows)
        return any(cell.value for row in rows for cell in row.cells.values() if cell.formula)

    @cached_property
    def strings(self) -> tuple[list[str], dict[int, Runs]]:
        """The shared strings, and how their words look where they do not all look alike."""
        part = next((one for one in self.parts if one.lower() == "xl/sharedstrings.xml"), None)
        items = list(self.root(part).iterchildren(f"{M}si")) if part else []
        return [text_of(item) for item in items], {at: runs for at, item in enumerate(items) if (runs := runs_of(item))}

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


def _in(root: etree._Element, holder: str) -> list[etree._Element]:
    found = root.find(f"{M}{holder}")
    return [] if found is None else list(found.iterchildren(etree.Element))


def _locked(protection: etree._Element | None) -> str:
    """Say whether a cell may be changed and its formula seen, on a sheet that is protected."""
    is_open = protection is not None and protection.get("locked") in {"0", "false"}
    is_secret = protection is not None and protection.get("hidden") in {"1", "true"}
    return f"{'open to changes' if is_open else 'locked'}{', formula hidden' if is_secret else ''}"

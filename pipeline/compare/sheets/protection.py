"""What of a workbook and a sheet is protected → the changes. A password is never told, only that it came, went or is another."""

from collections.abc import Iterator

from lxml import etree

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.sheets.cell import M
from pipeline.compare.sheets.read import BOOK, Book, Sheet
from pipeline.compare.sheets.said import ON, attributes

SECRETS = ("algorithmName", "hashValue", "saltValue", "spinCount", "password")
ALLOWABLE = (
    *("formatCells", "formatColumns", "formatRows", "insertColumns", "insertRows", "insertHyperlinks"),
    *("deleteColumns", "deleteRows", "sort", "autoFilter", "pivotTables"),
)
FORBIDDABLE = ("objects", "scenarios", "selectLockedCells", "selectUnlockedCells")
"""What a protected sheet forbids unless it says otherwise, and what it allows unless it says otherwise (ECMA-376, 18.3.1.85)."""


def sheet_protection(old: Sheet, new: Sheet) -> Iterator[Change]:
    """Compare what of a sheet is protected."""
    before, after = (one.root.find(f"{M}sheetProtection") for one in (old, new))
    yield from _change(Location(new.name), (before, after), (_of_sheet(before), _of_sheet(after)))


def book_protection(old: Book, new: Book) -> Iterator[Change]:
    """Compare what of the workbook as a whole is protected, and of writing over its file."""
    for name in ("workbookProtection", "fileSharing"):
        before, after = (one.root(BOOK).find(f"{M}{name}") for one in (old, new))
        yield from _change(Location("workbook"), (before, after), (_of_book(before), _of_book(after)))


def _change(
    where: Location, elements: tuple[etree._Element | None, etree._Element | None], said: tuple[str, str]
) -> Iterator[Change]:
    before, after = (_secrets(one) for one in elements)
    was, now = said
    if before != after:
        was = f"{was}; {'a password' if before else 'no password'}"
        now = f"{now}; {'no password' if not after else 'another password' if before else 'a password'}"
    if was != now:
        yield Change("protection-changed", Severity.CONTENT, where, was.removeprefix("; "), now.removeprefix("; "))


def _secrets(element: etree._Element | None) -> list[tuple[str, str]]:
    if element is None:
        return []
    return [(key, value) for key, value in attributes(element) if any(key.lower().endswith(one.lower()) for one in SECRETS)]


def _of_book(element: etree._Element | None) -> str:
    if element is None:
        return ""
    secret = {key for key, _ in _secrets(element)}
    said = "; ".join(f"{key} {value}" for key, value in attributes(element) if key not in secret)
    return said or etree.QName(element).localname


def _of_sheet(found: etree._Element | None) -> str:
    if found is None or found.get("sheet") not in ON:
        return "not protected"
    told = {key: found.get(key, "1" if key in ALLOWABLE else "0") in ON for key in (*ALLOWABLE, *FORBIDDABLE)}
    allowed = [key for key in ALLOWABLE if not told[key]]
    forbidden = [key for key in FORBIDDABLE if told[key]]
    return f"protected; allowed: {', '.join(allowed) or 'nothing more'}; forbidden: {', '.join(forbidden) or 'nothing more'}"

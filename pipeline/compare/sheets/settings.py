"""What a workbook and a sheet are set to: how they calculate, what is filtered or left out of view, and the rest."""

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.parts import whole
from pipeline.compare.sheets.areas import area_of
from pipeline.compare.sheets.cell import M
from pipeline.compare.sheets.read import BOOK, Book, Sheet, look_of
from pipeline.compare.sight import VISIBILITY

_ON = {"1": "on", "true": "on", "0": "off", "false": "off"}
_DEFAULTS = {"calcMode": "auto", "fullPrecision": "on", "showZeros": "on", "iterateCount": "100", "iterateDelta": "0.001"}
_TOUCHED = {
    "date1904": "date",
    **dict.fromkeys(("calcMode", "fullPrecision", "iterate", "iterateCount", "iterateDelta"), "number"),
    **dict.fromkeys(("zeroHeight", "showZeros", "showFormulas", "autoFilter"), VISIBILITY),
}
"""What a setting touches that makes it as grave as a change of words."""
_LESS = frozenset({"sheetPr", "workbookPr", "showGridLines", "rightToLeft", "customSheetViews", "calcPr", "extLst"})
_BOOK_READ = frozenset(
    {"sheets", "definedNames", "workbookProtection", "bookViews", "fileVersion", "AlternateContent", "revisionPtr"}
    | {"customWorkbookViews", "extLst"}
)
_SHEET_READ = frozenset(
    {"sheetData", "cols", "dataValidations", "conditionalFormatting", "mergeCells", "hyperlinks", "headerFooter", "printOptions"}
    | {"pageMargins", "pageSetup", "rowBreaks", "colBreaks", "sheetProtection", "drawing", "legacyDrawing", "legacyDrawingHF"}
    | {"tableParts", "dimension", "phoneticPr", "ignoredErrors", "AlternateContent"}
)
_ONE_BY_ONE: Mapping[str, frozenset[str]] = {
    "sheetFormatPr": frozenset({"zeroHeight"}),
    "sheetView": frozenset({"showZeros", "showFormulas", "rightToLeft", "showGridLines"}),
    "calcPr": frozenset(
        {"calcMode", "fullPrecision", "iterate", "iterateCount", "iterateDelta", "fullCalcOnLoad", "forceFullCalc"}
    ),
    "workbookPr": frozenset({"date1904", "hidePivotFieldList", "showObjects", "updateLinks", "filterPrivacy"}),
}
"""Elements of which single settings are read, and nothing else matters."""


def book_settings(old: Book, new: Book) -> Iterator[Change]:
    """Compare how two workbooks calculate and count days, and what else they are set to."""
    before, after = (_settings(one.root(BOOK), _BOOK_READ) for one in (old, new))
    yield from _changes(Location("workbook"), before, after, str.__eq__)


def sheet_settings(old: Sheet, new: Sheet, same: Callable[[str, str], bool]) -> Iterator[Change]:
    """Compare filters, what is left out of view, scenarios and whatever else a sheet holds besides cells."""
    before, after = (_settings(one.root, _SHEET_READ) for one in (old, new))
    yield from _changes(Location(new.name), before, after, same)


def _changes(
    where: Location, old: Mapping[str, str], new: Mapping[str, str], same: Callable[[str, str], bool]
) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        was, now = old.get(name, ""), new.get(name, "")
        if was == now or same(was, now):
            continue
        touched = _TOUCHED.get(name.rpartition(" ")[2])
        less = not {name, *name.split()}.isdisjoint(_LESS)
        severity = Severity.HIGH if touched else Severity.LOW if less else Severity.CONTENT
        place = Location(where.story, item=name)
        yield Change("setting-changed", severity, place, was, now, touches=(touched,) if touched else ())


def _settings(root: etree._Element, read: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in root.iterchildren(etree.Element):
        name = etree.QName(one).localname
        for part in one.iterchildren(f"{M}sheetView") if name == "sheetViews" else (one,):
            name = etree.QName(part).localname
            if name in _ONE_BY_ONE:
                found.update(_single(part, name))
            elif name not in read:
                found[name] = "; ".join(filter(None, (found.get(name, ""), look_of(part) or "there")))
    return found


def _single(element: etree._Element, name: str) -> Iterator[tuple[str, str]]:
    for key in sorted(_ONE_BY_ONE[name]):
        value = element.get(key)
        said = "" if value is None else _ON.get(value, value)
        if said and said != _DEFAULTS.get(key, "off"):
            yield f"{name} {key}", said


def order_changes(old: Sheet, new: Sheet) -> Iterator[Change]:
    """Report that the same conditional formats are applied in another order."""
    before, after = (_order(sheet) for sheet in (old, new))
    if before != after and sorted(before) == sorted(after):
        where = Location(new.name, item="order of conditional formats")
        yield Change("conditional-format-changed", Severity.LOW, where, "; ".join(before), "; ".join(after))


def _order(sheet: Sheet) -> list[str]:
    found = []
    for block in sheet.root.iter(f"{M}conditionalFormatting"):
        for rule in block.iterchildren(f"{M}cfRule"):
            said = " ".join(one.text or "" for one in rule.iter(f"{M}formula"))
            found.append((whole(rule.get("priority"), 0), f"{area_of(block.get('sqref') or '')} {said}".strip()))
    return [said for _, said in sorted(found, key=lambda one: one[0])]

"""What a workbook and a sheet are set to: how they calculate, what is filtered or left out of view, and the rest."""

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.parts import whole
from pipeline.compare.sheets.areas import area_of
from pipeline.compare.sheets.data import LEAST, is_small
from pipeline.compare.sheets.read import BOOK, Book, Sheet
from pipeline.compare.sheets.said import apart, attributes, leaves
from pipeline.compare.sight import VISIBILITY

_ON = {"1": "on", "true": "on", "0": "off", "false": "off"}
_NUMBERS = frozenset({"iterateCount", "iterateDelta", "zoomScale", "defaultColWidth", "baseColWidth", "defaultRowHeight"})
_DEFAULTS = {
    "calcMode": "auto",
    "iterateCount": "100",
    "iterateDelta": "0.001",
    "refMode": "A1",
    "zoomScale": "100",
    "view": "normal",
    "visibility": "visible",
    "showObjects": "all",
    "updateLinks": "userSet",
    "baseColWidth": "8",
    **dict.fromkeys(("fullPrecision", "showZeros", "showGridLines", "showRowColHeaders", "showRuler"), "on"),
    **dict.fromkeys(("showOutlineSymbols", "showWhiteSpace", "defaultGridColor", "concurrentCalc", "calcOnSave"), "on"),
    **dict.fromkeys(("calcCompleted", "showSheetTabs", "showHorizontalScroll", "showVerticalScroll"), "on"),
    **dict.fromkeys(("showBorderUnselectedTables", "saveExternalLinkValues"), "on"),
}
_TOUCHED = {
    "date1904": "date",
    **dict.fromkeys(("calcMode", "fullPrecision", "iterate", "iterateCount", "iterateDelta"), "number"),
    **dict.fromkeys(("zeroHeight", "showZeros", "showFormulas", "autoFilter"), VISIBILITY),
    **dict.fromkeys(("visibility", "showSheetTabs", "defaultRowHeight", "too narrow"), VISIBILITY),
}
"""What a setting touches that makes it as grave as a change of words."""
_LESS = frozenset({"sheetPr", "workbookPr", "sheetView", "sheetFormatPr", "customSheetViews", "calcPr", "extLst", "bookViews"})
_LESS_TOO = frozenset({"phoneticPr", "ignoredErrors", "customWorkbookViews", "workbookView", "dataValidations"})
_BOOK_READ = frozenset({"sheets", "definedNames", "workbookProtection", "fileSharing", "fileVersion", "revisionPtr"})
_SHEET_READ = frozenset(
    {"sheetData", "cols", "conditionalFormatting", "mergeCells", "hyperlinks", "headerFooter", "printOptions", "pageMargins"}
    | {"pageSetup", "rowBreaks", "colBreaks", "sheetProtection", "drawing", "legacyDrawing", "tableParts"}
    | {"dimension"}
)
_X14_READ = frozenset({"dataValidations", "conditionalFormattings"})
_SINGLE: Mapping[str, frozenset[str]] = {
    "sheetFormatPr": frozenset({"customHeight", "thickTop", "thickBottom", "outlineLevelRow", "outlineLevelCol", "dyDescent"}),
    "sheetView": frozenset(
        {"tabSelected", "topLeftCell", "workbookViewId", "zoomScaleNormal", "zoomScaleSheetLayoutView", "zoomScalePageLayoutView"}
        | {"zoomToFit", "colorId"}
    ),
    "calcPr": frozenset({"calcId"}),
    "workbookPr": frozenset({"defaultThemeVersion", "codeName"}),
    "dataValidations": frozenset({"count", "xWindow", "yWindow"}),
    "workbookView": frozenset(
        {
            "xWindow",
            "yWindow",
            "windowWidth",
            "windowHeight",
            "tabRatio",
            "activeTab",
            "firstSheet",
            "autoFilterDateGrouping",
            "uid",
        }
    ),
}
"""Elements of which each setting is told apart, and what of them only says how and by what program the file was last open."""
_CHILDREN_READ = frozenset({"pane", "selection", "dataValidation"})


def book_settings(old: Book, new: Book) -> Iterator[Change]:
    """Compare how two workbooks calculate and count days, and what else they are set to."""
    before, after = (_settings(one.root(BOOK), _BOOK_READ) for one in (old, new))
    yield from _changes(Location("workbook"), before, after, str.__eq__)


def sheet_settings(old: Sheet, new: Sheet, same: Callable[[str, str], bool]) -> Iterator[Change]:
    """Compare filters, what is left out of view, scenarios and whatever else a sheet holds besides cells."""
    before, after = (_settings(one.root, _SHEET_READ) for one in (old, new))
    yield from _changes(Location(new.name), before, after, same)


def _changes(
    where: Location, old: Mapping[str, list[str]], new: Mapping[str, list[str]], same: Callable[[str, str], bool]
) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        found = apart(old.get(name, []), new.get(name, []), same)
        if found is None:
            continue
        touched = _TOUCHED.get(name.rpartition(" ")[2]) or _TOUCHED.get(name.partition(" ")[2])
        less = not {name, *name.split()}.isdisjoint(_LESS | _LESS_TOO)
        severity = Severity.HIGH if touched else Severity.LOW if less else Severity.CONTENT
        place = Location(where.story, item=name)
        yield Change("setting-changed", severity, place, *found, touches=(touched,) if touched else ())


def _settings(root: etree._Element, read: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in root.iterchildren(etree.Element):
        name = etree.QName(one).localname
        if name in read:
            continue
        for part in one.iterchildren(etree.Element) if name in {"sheetViews", "bookViews"} else (one,):
            for key, said in _parted(part):
                found.setdefault(key, []).extend(said)
    return found


def _parted(part: etree._Element) -> Iterator[tuple[str, list[str]]]:
    """Give the settings in an element, each by its name."""
    name = etree.QName(part).localname
    if name in _SINGLE:
        yield from _single(part, name)
        for child in part.iterchildren(etree.Element):
            if etree.QName(child).localname not in _CHILDREN_READ:
                yield f"{name} {etree.QName(child).localname}", leaves(child) or ["there"]
    elif name == "extLst":
        for child in (inner for ext in part.iterchildren(etree.Element) for inner in ext.iterchildren(etree.Element)):
            if etree.QName(child).localname not in _X14_READ:
                yield etree.QName(child).localname, leaves(child) or ["there"]
    elif not (name == "AlternateContent" and part.find(".//{*}absPath") is not None):  # where the file was last saved
        yield name, leaves(part) or ["there"]


def _single(element: etree._Element, name: str) -> Iterator[tuple[str, list[str]]]:
    for own, value in attributes(element):
        said = value if own in _NUMBERS else _ON.get(value, value)
        if own in _SINGLE[name] or said == _DEFAULTS.get(own, "off"):
            continue
        if own == "defaultRowHeight":
            if is_small(value, LEAST):
                yield f"{name} {own}", [said]
        else:
            yield f"{name} {'too narrow' if own == 'defaultColWidth' and is_small(value, 1) else own}", [said]


def order_changes(old: Sheet, new: Sheet) -> Iterator[Change]:
    """Report that the same conditional formats are applied in another order."""
    before, after = (_order(sheet) for sheet in (old, new))
    if before != after and sorted(before) == sorted(after):
        where = Location(new.name, item="order of conditional formats")
        yield Change("conditional-format-changed", Severity.LOW, where, "; ".join(before), "; ".join(after))


def _order(sheet: Sheet) -> list[str]:
    found = []
    for rule in sheet.root.iter("{*}cfRule"):
        block = rule.getparent()
        said = " ".join(one.text or "" for one in rule.iter("{*}formula", "{*}f"))
        area = "" if block is None else block.get("sqref") or block.findtext("{*}sqref") or ""
        found.append((whole(rule.get("priority"), 0), f"{area_of(area)} {said}".strip()))
    return [said for _, said in sorted(found, key=lambda one: one[0])]

"""What surrounds a sheet's cells and has to follow its rows → the pattern of the sheet's part."""

from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter

from pipeline.formulas import shift
from pipeline.render.cells import TAG, compile_text
from pipeline.render.sheets.areas import area_of, areas_of
from pipeline.render.sheets.compiled import Header
from pipeline.render.sheets.formulas import BrokenReferenceError, compile_formula
from pipeline.render.sheets.markup import Areas, Hook, M, Marker, Moved, R, RowNumber, Spot, is_marked, local_name
from pipeline.render.sheets.rows import Area

if TYPE_CHECKING:
    from collections.abc import Callable

DATA, SIZE, SELECTED, TABLE = "data", "size", "selected", "table"
_REFUSED = {
    "scenarios": "scenarios",
    "dataConsolidate": "a consolidation",
    "customSheetViews": "custom views",
    "oleObjects": "an embedded object",
    "controls": "form controls",
    "smartTags": "smart tags",
    "webPublishItems": "web publishing settings",
}
_LEFT_OUT = frozenset({"cellWatches", "customProperties", "phoneticPr", "sheetCalcPr"})
_EXTENSIONS_REFUSED = {"slicerList": "a slicer", "timelineRefs": "a timeline", "webExtensions": "a web add-in"}
_EXCEL = "{http://schemas.microsoft.com/office/excel/2006/main}"
_NUMBERS = "0123456789.-+eE"


class Furniture:
    """Marks what has to follow in one sheet's XML; faults that make the template unusable are collected."""

    def __init__(self, root: etree._Element, where: str, title: str, tags: frozenset[int] = frozenset()) -> None:
        """Take the parsed part, `where` for errors (template: sheet), the sheet's title and its tag rows."""
        self.root = root
        self.where = where
        self.title = title
        self.tags = tags
        self.marker = Marker(where)
        self.faults: list[str] = []
        self.headers: list[Header] = []

    def mark(self) -> None:
        """Mark everything; the rows themselves become a hook."""
        steps: dict[str, Callable[[etree._Element], None]] = {
            "dimension": self._dimension,
            "sheetViews": self._views,
            "sheetData": self._data,
            "protectedRanges": lambda one: self._each_areas(one, "sqref"),
            "autoFilter": self._filter,
            "sortState": self._sort,
            "mergeCells": lambda one: self._per_copy(one, "ref"),
            "conditionalFormatting": self._format,
            "dataValidations": self._validations,
            "hyperlinks": self._hyperlinks,
            "rowBreaks": self._breaks,
            "ignoredErrors": lambda one: self._each_areas(one, "sqref"),
            "headerFooter": self._header_footer,
            "pageSetup": lambda one: self._without(one, f"{R}id"),
            "tableParts": self._tables,
            "extLst": self._extensions,
        }
        for element in list(self.root):
            name = local_name(element)
            if name in _REFUSED:
                self.faults.append(f"{self.where}: holds {_REFUSED[name]}, which cannot be carried over; remove it")
            elif not name or name in _LEFT_OUT or not element.tag.startswith(M):
                self.root.remove(element)
            elif step := steps.get(name):
                step(element)

    def formula(self, text: str, areas: tuple[Area, ...], what: str, *, each: bool = False, whole: bool = False) -> str:
        """Give the mark of a formula; one that can never be followed is a fault."""
        place = f"{self.where}: {what} {areas[0].left}{areas[0].top}:" if areas else f"{self.where}: {what}:"
        try:
            return self.marker.slot(Moved(compile_formula(text), f"{place} {text}:", areas, each, whole))
        except BrokenReferenceError as error:
            self.faults.append(f"{place} {text}: {error}")
            return ""

    def _trimmed(self, text: str) -> tuple[tuple[Area, ...], int]:
        """Give areas without the tag rows they begin or end with, and how many rows lower the first of them begins so."""
        areas = areas_of(text)
        trimmed = tuple(self._inner(area) for area in areas)
        top = min((area.top for area in areas), default=0)
        return trimmed, min((area.top for area in trimmed), default=0) - top

    def _inner(self, area: Area) -> Area:
        top, bottom = area.top, area.bottom
        while top in self.tags and top < bottom:
            top += 1
        while bottom in self.tags and bottom > top:
            bottom -= 1
        return area if top in self.tags else replace(area, top=top, bottom=bottom)

    def _without(self, element: etree._Element, *names: str) -> None:
        for name in names:
            element.attrib.pop(name, "")

    def _dimension(self, element: etree._Element) -> None:
        element.set("ref", self.marker.slot(Hook(SIZE)))

    def _data(self, element: etree._Element) -> None:
        for child in list(element):
            element.remove(child)
        element.text = self.marker.slot(Hook(DATA))

    def _views(self, element: etree._Element) -> None:
        """Open every sheet at its top with A1 selected, whatever its author last looked at."""
        for view in element.iterfind(f"{M}sheetView"):
            view.set("tabSelected", self.marker.slot(Hook(SELECTED)))
            pane = view.find(f"{M}pane")
            seen = area_of(view.get("topLeftCell") or "A1")
            self._without(view, "topLeftCell")
            if pane is not None and (pane.get("state") or "").startswith("frozen"):
                split = seen.top + int(float(pane.get("ySplit") or 0))
                column = _first_free(seen, pane)
                if seen.top > 1:  # rows above the frozen ones that cannot be reached
                    view.set("topLeftCell", seen.left + self.marker.slot(RowNumber(seen.top)))
                elif pane.get("ySplit"):
                    pane.set("ySplit", self.marker.slot(RowNumber(split, -1)))
                pane.set("topLeftCell", column + self.marker.slot(RowNumber(split)))
            for selection in view.iterfind(f"{M}selection"):
                selection.set("activeCell", "A1")
                selection.set("sqref", "A1")

    def _each_areas(self, element: etree._Element, attribute: str) -> None:
        for child in element:
            areas = areas_of(child.get(attribute) or "")
            child.set(attribute, self.marker.slot(Areas(areas)))
            self.marker.wrap(child, "areas", areas)
        self.marker.wrap(element, "some")

    def _per_copy(self, element: etree._Element, attribute: str) -> None:
        self._without(element, "count")
        for child in element:
            area = area_of(child.get(attribute) or "")
            child.set(attribute, self.marker.slot(Spot(area)))
            self.marker.wrap(child, "copy", (area,))
        self.marker.wrap(element, "some")

    def _filter(self, element: etree._Element) -> None:
        for child in element.iterfind(f"{M}sortState"):
            self._sort(child)
        areas = areas_of(element.get("ref") or "")
        element.set("ref", self.marker.slot(Areas(areas)))
        self.marker.wrap(element, "areas", areas)

    def _sort(self, element: etree._Element) -> None:
        for one in (element, *element.iter(f"{M}sortCondition")):
            areas = areas_of(one.get("ref") or "")
            one.set("ref", self.marker.slot(Areas(areas)))
            self.marker.wrap(one, "areas", areas)

    def _format(self, element: etree._Element) -> None:
        areas, lower = self._trimmed(element.get("sqref") or "")
        element.set("sqref", self.marker.slot(Areas(areas)))
        what = "a conditional format of"
        for formula in element.iter(f"{M}formula"):
            formula.text = self.formula(shift(formula.text or "", lower, 0), areas, what)
        for value in element.iter(f"{M}cfvo"):
            text = value.get("val") or ""
            if text.strip(_NUMBERS):
                value.set("val", self.formula(shift(text, lower, 0), areas, what))
        self.marker.wrap(element, "areas", areas)

    def _validations(self, element: etree._Element) -> None:
        self._without(element, "count")
        for one in element.iterfind(f"{M}dataValidation"):
            areas, lower = self._trimmed(one.get("sqref") or "")
            one.set("sqref", self.marker.slot(Areas(areas)))
            for formula in (*one.iterfind(f"{M}formula1"), *one.iterfind(f"{M}formula2")):
                formula.text = self._validation(shift(formula.text or "", lower, 0), areas, one)
            self.marker.wrap(one, "areas", areas)
        self.marker.wrap(element, "some")

    def _validation(self, text: str, areas: tuple[Area, ...], one: etree._Element) -> str:
        return self.formula(text, areas, "a validation of", whole=one.get("type") == "list")

    def _hyperlinks(self, element: etree._Element) -> None:
        for link in element:
            area = area_of(link.get("ref") or "")
            link.set("ref", self.marker.slot(Spot(area)))
            if (location := link.get("location")) and not link.get(f"{R}id"):
                link.set("location", self.formula(location.removeprefix("#"), (area,), "a link in", each=True))
            self.marker.wrap(link, "copy", (area,))
        self.marker.wrap(element, "some")

    def _breaks(self, element: etree._Element) -> None:
        self._without(element, "count", "manualBreakCount")
        for one in element:
            row = int(one.get("id") or 0)
            one.set("id", self.marker.slot(RowNumber(row, last=True, each=True)))
            self.marker.wrap(one, "break", (Area("A", row, "A", row),))
        self.marker.wrap(element, "some")

    def _tables(self, element: etree._Element) -> None:
        """Let the writer of the sheet say which tables are left."""
        self._without(element, "count")
        for one in element:
            self.marker.wrap(one, f"{TABLE} {one.get(f'{R}id')}")
        self.marker.wrap(element, "some")

    def _header_footer(self, element: etree._Element) -> None:
        for child in element:
            name = etree.QName(child).localname
            if TAG.search(child.text or ""):
                self.headers.append(Header(name, compile_text((("", child.text or ""),))))
                child.text = self.marker.slot(Hook(name))

    def _extensions(self, element: etree._Element) -> None:
        """Follow conditional formats, validations and sparklines that newer versions keep apart."""
        for one in element.iter():
            name = local_name(one)
            if name in _EXTENSIONS_REFUSED:
                self.faults.append(f"{self.where}: holds {_EXTENSIONS_REFUSED[name]}, which cannot be carried over; remove it")
        grouped: list[etree._Element] = []
        for place in list(element.iter(f"{_EXCEL}sqref")):
            if (holder := place.getparent()) is not None:
                self._extended(holder, place)
                self._group(holder.getparent(), element, grouped)
        for formula in element.iter(f"{_EXCEL}f"):
            formula.text = self._once(formula.text or "")
        if len(element) and all(one in grouped for one in element):
            self.marker.wrap(element, "some")

    def _extended(self, holder: etree._Element, place: etree._Element) -> None:
        (areas, lower), each = self._trimmed(place.text or ""), etree.QName(holder).localname == "sparkline"
        place.text = self.marker.slot(Spot(areas[0]) if each else Areas(areas))
        for formula in holder.iter(f"{_EXCEL}f"):
            is_list = holder.get("type") == "list"
            what = "an extended format or validation of"
            formula.text = self.formula(shift(formula.text or "", lower, 0), areas, what, each=each, whole=is_list)
        self.marker.wrap(holder, "copy" if each else "areas", areas)

    def _once(self, text: str) -> str:
        return text if is_marked(text) else self.formula(text, (), "an extension")

    def _group(self, group: etree._Element | None, top: etree._Element, grouped: list[etree._Element]) -> None:
        """Leave out, where it comes to hold nothing, all that holds a thing that follows, up to the list of extensions."""
        while group is not None and group is not top and group not in grouped:
            grouped.append(group)
            self.marker.wrap(group, "some")
            group = group.getparent()


def _first_free(seen: Area, pane: etree._Element) -> str:
    """Give the first column that a frozen pane lets scroll."""
    return str(get_column_letter(column_index_from_string(seen.left or "A") + int(float(pane.get("xSplit") or 0))))

"""What hangs on a sheet and follows its rows: tables, comments, drawings and charts → patterns of their parts."""

import re

from lxml import etree

from pipeline.exceptions import TemplateError
from pipeline.render.sheets.areas import area_of
from pipeline.render.sheets.charts import CACHES
from pipeline.render.sheets.compiled import Part, Table
from pipeline.render.sheets.formulas import BrokenReferenceError, compile_formula
from pipeline.render.sheets.markup import Areas, Hook, M, Marker, Moved, R, RowNumber, Spot, local_name
from pipeline.render.sheets.rows import Area

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_EXCEL_NOTE = "{urn:schemas-microsoft-com:office:excel}"
_CACHES = frozenset(CACHES.values())
_POINTS = frozenset({"cat", "val", "xVal", "yVal", "bubbleSize", "plus", "minus", "datalabelsRange"})
"""Parts of a series that stand for all the rows of a loop, even where the template has only one."""
SHAPE = "shape"
_SHAPE_ID = re.compile(r"_x0000_s\d+")


def chart_part(part: str, root: etree._Element, where: str) -> Part:
    """Follow the references of a chart's series; of what it remembers of the template's cells only the number format stays."""
    marker = Marker(where)
    for element in list(root.iter()):
        name = local_name(element)
        holder = element.getparent()
        if name in _CACHES:
            for one in list(element):
                if local_name(one) != "formatCode":
                    element.remove(one)
        elif name == "externalData" and holder is not None:
            raise TemplateError(f"{where}: is drawn from an embedded file; draw it again from cells")
        elif name == "f" or (name == "sqref" and element.tag.startswith("{http://schemas.microsoft.com")):
            text, around = element.text or "", {local_name(one) for one in element.iterancestors()}
            levels = "cat" in around and ":" in text  # categories may have several columns
            element.text = _followed(marker, text, where, whole=not levels and not around.isdisjoint(_POINTS))
    return Part(part, marker.pattern(root))


def _followed(marker: Marker, text: str, where: str, *, anchor: tuple[Area, ...] = (), whole: bool = False) -> str:
    try:
        return marker.slot(Moved(compile_formula(text), f"{where}: {text}:", anchor, whole=whole))
    except BrokenReferenceError as error:
        raise TemplateError(f"{where}: {text}: {error}") from error


def drawing_part(part: str, root: etree._Element, where: str) -> Part:
    """Follow the rows that charts and pictures are anchored to; one goes with the rows it stands in."""
    marker = Marker(where)
    found: list[tuple[str, tuple[Area, ...]]] = []
    for anchor in list(root.iter(f"{_DRAWING}twoCellAnchor", f"{_DRAWING}oneCellAnchor")):
        start = _row_of(anchor, "from")
        end = _row_of(anchor, "to")
        if start is None:
            continue
        first, last = start[1], end[1] if end else start[1]
        areas = (Area("A", first, "A", last),)
        start[0].text = marker.slot(RowNumber(first, -1))
        if end is not None:
            moves = anchor.get("editAs") in {None, "twoCell"}
            end[0].text = marker.slot(
                RowNumber(last, -1, last=True, since=first) if moves else RowNumber(first, last - first - 1)
            )
        marker.wrap(anchor, "areas", areas)
        for one in anchor.iter():
            if link := one.get("textlink"):
                one.set("textlink", _followed(marker, link, where))
            found += [(str(value), areas) for key, value in one.attrib.items() if str(key).startswith(R)]
    return Part(part, marker.pattern(root), tuple(found))


def _row_of(anchor: etree._Element, which: str) -> tuple[etree._Element, int] | None:
    row = anchor.find(f"{_DRAWING}{which}/{_DRAWING}row")
    return None if row is None else (row, int(row.text or 0) + 1)


def comments_part(part: str, root: etree._Element, where: str) -> Part:
    """Follow the cells that comments are on; one on a repeated row is repeated with it."""
    marker = Marker(where)
    for comment in root.iter(f"{M}comment"):
        area = area_of(comment.get("ref") or "")
        comment.set("ref", marker.slot(Spot(area)))
        for key in list(comment.attrib):
            if str(key).startswith("{"):
                del comment.attrib[key]  # an id that may stand once only
        marker.wrap(comment, "copy", (area,))
    return Part(part, marker.pattern(root))


def notes_part(part: str, root: etree._Element, where: str) -> Part:
    """Follow the boxes that comments are shown in; every copy has an id of its own."""
    marker = Marker(where)
    for number, shape in enumerate(root):
        data = shape.find(f"{_EXCEL_NOTE}ClientData")
        row = None if data is None else data.find(f"{_EXCEL_NOTE}Row")
        if data is None or row is None:
            continue
        at = int(row.text or 0) + 1
        row.text = marker.slot(RowNumber(at, -1, each=True))
        anchor = data.find(f"{_EXCEL_NOTE}Anchor")
        if anchor is not None:
            anchor.text = _box(marker, (anchor.text or "").split(","), at)
        if _SHAPE_ID.fullmatch(shape.get("id") or ""):
            shape.set("id", marker.slot(Hook(f"{SHAPE}{number}")))
        marker.wrap(shape, "copy", (Area("A", at, "A", at),))
    shapes = len(root)
    return Part(part, marker.pattern(root), shapes=shapes)


def _box(marker: Marker, numbers: list[str], row: int) -> str:
    """Keep a box where it is beside its cell: the third and seventh numbers are its rows."""
    for at in (2, 6):
        if at < len(numbers):
            numbers[at] = f" {marker.slot(RowNumber(row, int(numbers[at]) - row, each=True))}"
    return ",".join(numbers)


def table_part(part: str, link: str, root: etree._Element, where: str) -> tuple[Table, Part]:
    """Follow a table's cells, its filter and the formulas of its columns."""
    area = area_of(root.get("ref") or "")
    columns = tuple(one.get("name") or "" for one in root.iter(f"{M}tableColumn"))
    headings = int(root.get("headerRowCount") or 1)
    totals = int(root.get("totalsRowCount") or 0)
    name = root.get("displayName") or root.get("name") or ""
    at = f"{where}: the table {name}"
    marker = Marker(at)
    for one in (root, *root.iter(f"{M}autoFilter"), *root.iter(f"{M}sortState"), *root.iter(f"{M}sortCondition")):
        one.set("ref", marker.slot(Areas((area_of(one.get("ref") or ""),))))
    body = Area(area.left, area.top + headings, area.right, area.bottom - totals)
    for kind in ("calculatedColumnFormula", "totalsRowFormula"):
        for formula in root.iter(f"{M}{kind}"):
            anchor = () if kind == "totalsRowFormula" else (body,)
            formula.text = _followed(marker, formula.text or "", at, anchor=anchor)
    return Table(part, link, name, area, columns, headings, totals, at), Part(part, marker.pattern(root))

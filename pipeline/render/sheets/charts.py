"""What charts remember of the cells they draw, so that a program that does not calculate can draw them too."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from lxml import etree

from pipeline.formulas import Address, Content, ExcelError, FormulaError, Scalar, corners, plain, written
from pipeline.render.cells import guarded
from pipeline.render.sheets.formulas import unquoted
from pipeline.render.sheets.markup import DECLARATION, local_name
from pipeline.render.sheets.results import Rendered

CACHES = {"strRef": "strCache", "numRef": "numCache", "multiLvlStrRef": "multiLvlStrCache", "datalabelsRange": "dlblRangeCache"}
"""What holds a reference to cells, and what holds the values that it found there."""
_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_NUMBER = "numCache"
_LEVELS = "multiLvlStrCache"
_PART = re.compile(r"(?P<sheet>'(?:[^']|'')+'|[^'!]+)!(?P<rest>[^!]+)")
Values = Mapping[Address, Scalar]


def fill_charts(rendered: Rendered, results: Values) -> None:
    """Let every chart of a rendered workbook remember the values of its cells; `results` are those of the formulas."""
    charts = [part for part, content in rendered.parts.items() if part.endswith(".xml") and _is_chart(content)]
    if not charts:
        return
    values = {at: plain(one) for at, one in rendered.cells.items() if at not in results and _is_value(one)} | dict(results)
    for part in charts:
        root = etree.fromstring(rendered.parts[part])
        for reference in list(root.iter(etree.Element)):
            if local_name(reference) in CACHES:
                _fill(reference, rendered, values)
        rendered.parts[part] = DECLARATION.encode() + etree.tostring(root)


def _is_chart(content: bytes) -> bool:
    return b"chartSpace" in content and _SPACE.encode() in content


def _is_value(content: Content) -> bool:
    return content is None or isinstance(content, Decimal | str | bool)


def _fill(reference: etree._Element, rendered: Rendered, values: Values) -> None:
    """Put beside one reference what its cells hold; nothing where the reference is none that can be followed."""
    formula = next((one for one in reference if local_name(one) == "f"), None)
    if formula is None:
        return
    kind = CACHES[local_name(reference)]
    cache = next((one for one in reference if local_name(one) == kind), None)
    areas = _areas(formula.text or "", rendered)
    if not areas:
        if cache is not None:
            reference.remove(cache)
        return
    if cache is None:
        cache = etree.Element(f"{{{etree.QName(formula).namespace}}}{kind}")
        formula.addnext(cache)
    if kind == _LEVELS:
        _levels(cache, areas[0], values)
        return
    found = [values.get(at) for area in areas for row in area for at in row]
    _count(cache, len(found))
    _points(cache, found, numbers=kind == _NUMBER)


def _count(cache: etree._Element, count: int) -> None:
    _below(cache, "ptCount").set("val", str(count))


def _below(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_SPACE}}}{name}")


def _points(parent: etree._Element, found: Sequence[Scalar], *, numbers: bool) -> None:
    for number, value in enumerate(found):
        if value is None or isinstance(value, ExcelError) or (numbers and not isinstance(value, Decimal)):
            continue  # drawn as nothing
        point = _below(parent, "pt")
        point.set("idx", str(number))
        _below(point, "v").text = guarded(written(value)[1])


def _levels(cache: etree._Element, area: "Grid", values: Values) -> None:
    """Write categories of several levels, the innermost first: the last column of cells that are taller than wide."""
    tall = len(area) >= len(area[0])
    lines = [list(line) for line in (zip(*area, strict=True) if tall else area)]
    _count(cache, len(lines[0]))
    for line in reversed(lines):
        _points(_below(cache, "lvl"), [values.get(at) for at in line], numbers=False)


Grid = list[list[Address]]
"""Cells of an area, row by row."""


def _areas(text: str, rendered: Rendered) -> list[Grid]:
    """Give the cells of a series: an area, several in brackets, or a defined name of one; nothing for anything else."""
    try:
        return list(_grids(text, rendered))
    except (FormulaError, LookupError):
        return []


def _grids(text: str, rendered: Rendered) -> Iterator[Grid]:
    for one in _split(text[1:-1] if text.startswith("(") and text.endswith(")") else text):
        found = _PART.fullmatch(one)
        if found is None:
            raise LookupError(one)
        sheet, rest = unquoted(found["sheet"]), found["rest"]
        named = rendered.names.get((sheet, rest)) or rendered.names.get(rest)
        if named is not None:
            yield from _grids(named, rendered)
            continue
        title = next((title for title in rendered.sheets if title.casefold() == sheet.casefold()), sheet)
        top, left, bottom, right = corners(rest)
        yield [[(title, row, column) for column in range(left, right + 1)] for row in range(top, bottom + 1)]


def _split(text: str) -> list[str]:
    return re.findall(r"(?:'(?:[^']|'')*'|[^',])+", text)

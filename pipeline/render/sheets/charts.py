"""What charts remember of the cells they draw, so that a program that does not calculate can draw them too."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from lxml import etree

from pipeline.formulas import Address, ExcelError, FormulaError, Scalar, corners, written
from pipeline.render.cells import guarded
from pipeline.render.sheets.formulas import unquoted
from pipeline.render.sheets.markup import DECLARATION, local_name

CACHES = {"strRef": "strCache", "numRef": "numCache", "multiLvlStrRef": "multiLvlStrCache", "datalabelsRange": "dlblRangeCache"}
"""What holds a reference to cells, and what holds the values that it found there."""
_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_NUMBER = "numCache"
_LEVELS = "multiLvlStrCache"
_PART = re.compile(r"(?P<sheet>'(?:[^']|'')+'|[^'!]+)!(?P<rest>[^!]+)")
_GAP = "\ufdd0"
_ESCAPES = {"\r": "&#13;"}
Values = Callable[[Address], Scalar]
Grid = list[list[Address]]
"""Cells of an area, row by row."""
Names = Mapping[str | tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class ChartGap:
    """Where a chart remembers cells: of which kind, its cells (of several levels each, innermost first), and the XML's prefix."""

    kind: str
    lines: tuple[tuple[Address, ...], ...]
    prefix: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The part of a chart as pieces of XML, with a gap after each but the last."""

    part: str
    pieces: tuple[bytes, ...]
    gaps: tuple[ChartGap, ...]


def is_chart(part: str, content: bytes) -> bool:
    """Say whether a part is a chart."""
    return part.endswith(".xml") and b"chartSpace" in content and _SPACE.encode() in content


def chart_of(part: str, content: bytes, names: Names, sheets: Sequence[str]) -> Chart:
    """Find where a chart of a laid-out workbook remembers cells, whose names and sheets are given."""
    root = etree.fromstring(content)
    gaps = [
        gap
        for reference in list(root.iter(etree.Element))
        if local_name(reference) in CACHES and (gap := _gap(reference, names, sheets)) is not None
    ]
    text = DECLARATION + str(etree.tostring(root, encoding="unicode"))
    return Chart(part, tuple(piece.encode("ascii", "xmlcharrefreplace") for piece in text.split(_GAP)), tuple(gaps))


def fill_chart(chart: Chart, values: Values) -> bytes:
    """Write a chart that remembers what its cells come to."""
    made = [chart.pieces[0]]
    for gap, piece in zip(chart.gaps, chart.pieces[1:], strict=True):
        made += (_remembered(gap, values).encode("ascii", "xmlcharrefreplace"), piece)
    return b"".join(made)


def _gap(reference: etree._Element, names: Names, sheets: Sequence[str]) -> ChartGap | None:
    """Leave a gap beside one reference for what its cells hold; none where the reference is none that can be followed."""
    formula = next((one for one in reference if local_name(one) == "f"), None)
    if formula is None:
        return None
    kind = CACHES[local_name(reference)]
    cache = next((one for one in reference if local_name(one) == kind), None)
    areas = _areas(formula.text or "", names, sheets)
    if not areas:
        if cache is not None:
            reference.remove(cache)
        return None
    if cache is None:
        cache = etree.Element(f"{{{etree.QName(formula).namespace}}}{kind}")
        formula.addnext(cache)
    sample = etree.SubElement(cache, f"{{{_SPACE}}}pt")
    prefix = f"{sample.prefix}:" if sample.prefix else ""
    cache.remove(sample)
    _append_gap(cache)
    if kind != _LEVELS:
        return ChartGap(kind, (tuple(at for area in areas for row in area for at in row),), prefix)
    tall = len(areas[0]) >= len(areas[0][0])
    lines = [tuple(line) for line in (zip(*areas[0], strict=True) if tall else areas[0])]
    return ChartGap(kind, tuple(reversed(lines)), prefix)


def _append_gap(cache: etree._Element) -> None:
    """Put the mark of a gap where the next child of an element would stand."""
    if len(cache):
        cache[-1].tail = f"{cache[-1].tail or ''}{_GAP}"
    else:
        cache.text = f"{cache.text or ''}{_GAP}"


def _remembered(gap: ChartGap, values: Values) -> str:
    """Write what a gap's cells hold; of several levels the innermost first."""
    prefix, numbers = gap.prefix, gap.kind == _NUMBER
    count = f'<{prefix}ptCount val="{len(gap.lines[0])}"/>'
    points = ["".join(_points(line, values, prefix, numbers=numbers)) for line in gap.lines]
    if gap.kind != _LEVELS:
        return count + points[0]
    return count + "".join(f"<{prefix}lvl>{one}</{prefix}lvl>" if one else f"<{prefix}lvl/>" for one in points)


def _points(line: Sequence[Address], values: Values, prefix: str, *, numbers: bool) -> Iterator[str]:
    for number, at in enumerate(line):
        value = values(at)
        if value is None or isinstance(value, ExcelError) or (numbers and not isinstance(value, Decimal)):
            continue  # drawn as nothing
        text = escape(guarded(written(value)[1]), _ESCAPES)
        yield f'<{prefix}pt idx="{number}"><{prefix}v>{text}</{prefix}v></{prefix}pt>'


def _areas(text: str, names: Names, sheets: Sequence[str]) -> list[Grid]:
    """Give the cells of a series: an area, several in brackets, or a defined name of one; nothing for anything else."""
    try:
        return list(_grids(text, names, sheets))
    except (FormulaError, LookupError):
        return []


def _grids(text: str, names: Names, sheets: Sequence[str]) -> Iterator[Grid]:
    for one in _split(text[1:-1] if text.startswith("(") and text.endswith(")") else text):
        found = _PART.fullmatch(one)
        if found is None:
            raise LookupError(one)
        sheet, rest = unquoted(found["sheet"]), found["rest"]
        named = names.get((sheet, rest)) or names.get(rest)
        if named is not None:
            yield from _grids(named, names, sheets)
            continue
        title = next((title for title in sheets if title.casefold() == sheet.casefold()), sheet)
        top, left, bottom, right = corners(rest)
        yield [[(title, row, column) for column in range(left, right + 1)] for row in range(top, bottom + 1)]


def _split(text: str) -> list[str]:
    return re.findall(r"(?:'(?:[^']|'')*'|[^',])+", text)

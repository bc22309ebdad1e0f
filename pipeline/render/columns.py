"""Tables whose columns repeat: `{%tc for … %}` multiplies cells, and a grid drawn for the template no longer fits them.

Before rendering, each cell of such a table is told its width, or that it repeats. After rendering, the cells that repeat share
what the others leave of the table's width, and the grid is drawn anew from the cells.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lxml import etree

from pipeline.text import W, paragraph_text

TABLE_WIDTH = "table-width"  # attributes of w:tbl and w:tc, there from marking until fitting
CELL_WIDTH = "cell-width"
SHARED = "shared"
SNAP = 20  # twips: edges nearer to each other than a third of a millimetre are one
_TAG = re.compile(r"\{%tc\s+(?P<word>[a-z]+)")


def mark_columns(xml: str) -> str:
    """Mark the tables of a template's body in which cells repeat; other XML comes back as it was."""
    root = etree.fromstring(xml)
    tables = [table for table in root.iter(f"{W}tbl") if any(_words(row) for row in table.findall(f"{W}tr"))]
    for table in tables:
        _mark(table)
    return etree.tostring(root, encoding="unicode") if tables else xml


def fit_columns(root: etree._Element) -> None:
    """Fit the grid of every marked table of a rendered body to its cells, and take the marks out."""
    for table in root.iter(f"{W}tbl"):
        if table.get(TABLE_WIDTH) is not None:
            _fit(table, int(_taken(table, TABLE_WIDTH)))


def _words(row: etree._Element) -> list[str]:
    """Give the word of each cell's column tag in a row, as far as there are any."""
    return [word for cell in row.findall(f"{W}tc") if (word := _word(cell))]


def _word(cell: etree._Element) -> str:
    found = _TAG.search(" ".join(paragraph_text(one) for one in cell.findall(f"{W}p")))
    return found["word"] if found else ""


def _mark(table: etree._Element) -> None:
    grid = [_number(column, "w") for column in table.findall(f"{W}tblGrid/{W}gridCol")]
    table.set(TABLE_WIDTH, str(_stated(table.find(f"{W}tblPr/{W}tblW")) or sum(grid)))
    for row in table.findall(f"{W}tr"):
        at, depth = 0, 0
        for cell in row.findall(f"{W}tc"):
            span = _span(cell)
            own = _stated(cell.find(f"{W}tcPr/{W}tcW")) or sum(grid[at : at + span])
            at += span
            word = _word(cell)
            depth += {"for": 1, "endfor": -1}.get(word, 0)
            cell.set(CELL_WIDTH, SHARED if depth > 0 else str(own))


def _fit(table: etree._Element, width: int) -> None:
    rows = [row.findall(f"{W}tc") for row in table.findall(f"{W}tr")]
    ends = [cell_ends([_taken(cell, CELL_WIDTH) for cell in row], width) for row in rows]
    grid = grid_of({end for row in ends for end in row}, width)
    for row, found in zip(rows, ends, strict=True):
        begin = 0
        for cell, end in zip(row, found, strict=True):
            at = max(nearest(grid, end), begin + 1)
            _set_width(cell, grid[at] - grid[begin], at - begin)
            begin = at
    stated = table.find(f"{W}tblPr/{W}tblW")
    if stated is not None:
        stated.set(f"{W}w", str(width))
        stated.set(f"{W}type", "dxa")
    drawn = table.find(f"{W}tblGrid")
    if drawn is not None:
        drawn[:] = [etree.Element(f"{W}gridCol", {f"{W}w": str(b - a)}) for a, b in pairwise(grid)]


def _taken(element: etree._Element, mark: str) -> str:
    """Take a mark out and give what it said."""
    said = element.get(mark, SHARED)
    if mark in element.attrib:
        del element.attrib[mark]
    return said


def cell_ends(widths: Sequence[str], width: int) -> list[int]:
    """Turn a row's widths into where each cell ends; the cells that repeat share what the others leave."""
    return list(_ends(widths, width))


def _ends(widths: Sequence[str], width: int) -> Iterator[int]:
    fixed = sum(int(one) for one in widths if one != SHARED)
    shared = sum(one == SHARED for one in widths)
    share = max(width - fixed, shared * SNAP * 2) / shared if shared else 0.0
    scale = width / (fixed + share * shared) if widths else 1.0
    at = 0.0
    for one in widths:
        at += (share if one == SHARED else int(one)) * scale
        yield round(at)


def grid_of(ends: set[int], width: int) -> list[int]:
    """Give the edges of the grid's columns from 0 to the table's width, each once."""
    edges = [0]
    for end in sorted(ends):
        if end - edges[-1] > SNAP and width - end > SNAP:
            edges.append(end)
    return [*edges, width]


def nearest(grid: Sequence[int], end: int) -> int:
    """Give the place of the grid's edge that is nearest to where a cell ends."""
    return min(range(len(grid)), key=lambda place: abs(grid[place] - end))


def _set_width(cell: etree._Element, width: int, span: int) -> None:
    """Give a cell its width and the columns it covers, in the order Word wants them."""
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        properties = etree.Element(f"{W}tcPr")
        cell.insert(0, properties)
    for old in (*properties.findall(f"{W}tcW"), *properties.findall(f"{W}gridSpan")):
        properties.remove(old)
    if span > 1:
        properties.insert(0, etree.Element(f"{W}gridSpan", {f"{W}val": str(span)}))
    properties.insert(0, etree.Element(f"{W}tcW", {f"{W}w": str(width), f"{W}type": "dxa"}))


def _span(cell: etree._Element) -> int:
    found = cell.find(f"{W}tcPr/{W}gridSpan")
    return 1 if found is None else _number(found, "val") or 1


def _stated(element: etree._Element | None) -> int:
    """Give a width in twips, or 0 when it is given in another way."""
    return _number(element, "w") if element is not None and element.get(f"{W}type", "dxa") == "dxa" else 0


def _number(element: etree._Element, attribute: str) -> int:
    text = element.get(f"{W}{attribute}", "")
    return int(text) if text.isdigit() else 0

"""The rows of a sheet: markup in, rows with their cells out; a place that no sheet has is refused."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from pipeline.compare.parts import whole
from pipeline.compare.sheets.cell import Cell, Known, M, column_letters, make_cell, read_cell
from pipeline.compare.sheets.quick import FARTHEST, plain_rows
from pipeline.compare.sheets.said import OFF, ON, attributes
from pipeline.compare.words import word_counts
from pipeline.exceptions import DocumentError

LEAST = 2.0
"""What is less high, in points, shows nothing."""
LAST_ROW = 1_048_576
_C, _ROW = f"{M}c", f"{M}row"
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d*)")
_IN_FORMULA = re.compile(r"\$?[A-Z]{1,3}\$?\d+")
_FIGURES = re.compile(r"-?[\d.,]*")
_READ = frozenset({"r", "spans", "s", "customFormat", "ht", "hidden", "customHeight", "thickTop", "thickBot", "ph", "dyDescent"})


class Row:
    """A row for aligning: by what stands first in it, or by what it says.

    `look` is that of its empty cells, `rest` whether it can be folded away with others.
    """

    __slots__ = ("_key", "_words", "cells", "hidden", "ids", "look", "number", "raw", "rest")
    sort = "row"

    def __init__(self, number: int, cells: dict[str, Cell], *, hidden: bool, look: tuple[str, ...] = (), rest: str = "") -> None:
        self.number = number
        self.look = look
        self.rest = rest
        self.cells = cells
        self.hidden = hidden
        first = next(iter(cells.values())).content if cells else ""
        self.ids: tuple[str, ...] = (first,) if first and not first.startswith("=") and not _FIGURES.fullmatch(first) else ()
        self.raw = (hidden, look, rest, *((cell.column, *cell.raw) for cell in cells.values()))
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


def read_rows(data: etree._Element, content: bytes, known: Known, where: str) -> Iterator[Row]:
    """Read the rows with something in them, in order; `content` is the part they stand in."""
    rows = list(data.iterchildren(_ROW))
    number, seen = 0, set[int]()
    for row, written in zip(rows, plain_rows(content, len(rows)), strict=True):
        number = _number(row.get("r"), number + 1, where)
        if number in seen:
            raise DocumentError(f"{where}: holds row {number} twice. Save it again from Excel.")
        seen.add(number)
        made = _read_cells(row, number, known, where) if written is None else [make_cell(one, known) for one in written]
        cells = {cell.column: cell for cell in made if cell is not None}
        hidden = row.get("hidden") in ON or is_small(row.get("ht"), LEAST)
        style = min(whole(row.get("s"), 0), len(known.looks) - 1) if row.get("customFormat") in ON else 0
        look = known.looks[style] if style else ()
        said = () if _READ.issuperset(row.keys()) else attributes(row)
        rest = "; ".join(f"{key} {value}" for key, value in said if key not in _READ and value not in OFF)
        if cells or hidden or look or rest:
            yield Row(number, cells, hidden=hidden, look=look, rest=rest)


def _number(written: str | None, otherwise: int, where: str) -> int:
    if written is None:
        return otherwise
    if not written.isdecimal() or not 0 < int(written) <= LAST_ROW:
        raise DocumentError(f"{where}: holds a row {written[:20]!r}, which no sheet has. Save it again from Excel.")
    return int(written)


def _read_cells(row: etree._Element, number: int, known: Known, where: str) -> Iterator[Cell | None]:
    seen = set[str]()
    for place, element in enumerate(row.iterchildren(_C), start=1):
        if element.get("r") is None:  # a program may leave out what follows from the order
            element.set("r", f"{column_letters(place)}{number}")
        address = element.get("r") or ""
        found = _ADDRESS.fullmatch(address)
        if found is None or int(found[2]) != number or (len(found[1]), found[1]) > FARTHEST or address in seen:
            raise DocumentError(
                f"{where}: holds a cell {address[:20]!r} in row {number}: beyond XFD{LAST_ROW}, misplaced or there twice. "
                "Save it again from Excel."
            )
        seen.add(address)
        yield read_cell(element, known)


def is_small(size: str | None, least: float) -> bool:
    """Say whether a row or column is too small to be seen."""
    try:
        return size is not None and float(size) < least
    except ValueError:
        return False

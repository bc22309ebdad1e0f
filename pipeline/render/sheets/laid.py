"""A laid-out workbook: a compiled template whose rows have found their places, with gaps where values belong. Plain data."""

from dataclasses import dataclass, field

from pipeline.formulas import Address, Content, Table
from pipeline.render.cells import Runs
from pipeline.render.rendered import Package
from pipeline.render.sheets.charts import Chart
from pipeline.render.sheets.compiled import Cell, Header, Row


@dataclass(frozen=True, slots=True)
class TextGap:
    """Where among the chunks the number of a text belongs."""

    at: int
    text: str | Runs


@dataclass(frozen=True, slots=True)
class CellGap:
    """Where among the chunks a cell that a tag fills belongs."""

    at: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class RowGap:
    """A finished row with cells to fill: where among the chunks its head belongs, and its texts and cells from left to right.

    `block` and `copy` say which copy of which repeated rows it is; `block` is -1 outside them.
    """

    row: Row
    number: int
    head: int
    block: int
    copy: int
    gaps: tuple[TextGap | CellGap, ...]


@dataclass(frozen=True, slots=True)
class LaidSheet:
    """A sheet in chunks of XML, some of them gaps: for its rows, for headers that hold tags, and for the values of formulas.

    A formula's gaps are two: the type of its value, and two places on the value.
    """

    title: str
    part: str
    chunks: tuple[str, ...] = field(repr=False)
    gaps: tuple[TextGap | RowGap, ...] = field(repr=False)
    headers: tuple[tuple[int, Header], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A laid-out workbook: `parts` are those that no value changes, where it holds texts and (`bare`) where it holds none.

    Charts are among them as they stand before anything is worked out. `strings` is the name of the part that holds the texts.
    `cells` holds what cells hold that no tag fills, formulas among them; `slots` is where the types of their values belong.
    """

    sheets: tuple[LaidSheet, ...]
    names: dict[str | tuple[str, str], str]
    tables: tuple[Table, ...]
    strings: str
    charts: tuple[Chart, ...] = field(repr=False)
    parts: Package
    bare: Package
    cells: dict[Address, Content] = field(repr=False)
    slots: dict[Address, tuple[str, int]] = field(repr=False)

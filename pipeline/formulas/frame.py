"""Where a formula is being worked out, and what it can ask for there."""

from dataclasses import dataclass
from typing import Protocol

from pipeline.formulas.tree import Name, Structured
from pipeline.formulas.values import Area, Array, ExcelError, RaisedError, Scalar, Value


class Cells(Protocol):
    """The workbook as a formula sees it: values of cells, names and tables, each worked out when first asked for."""

    def read(self, sheet: str, row: int, column: int) -> Scalar:
        """Give the value of one cell."""

    def array(self, area: Area) -> Array:
        """Give the values of an area in their places."""

    def filled(self, area: Area) -> list[Scalar]:
        """Give the values of an area without its empty cells."""

    def index(self, area: Area) -> "Index":
        """Give where in an area (one row or one column) each value first stands and what kinds of value it holds."""

    def named(self, frame: "Frame", name: Name) -> Value:
        """Give what a defined name stands for."""

    def structured(self, frame: "Frame", node: Structured) -> Area:
        """Give the cells that a structured reference means."""

    def subtotalled(self, area: Area) -> list[Scalar]:
        """Give the values of an area without empty cells and without cells that are subtotals themselves."""


@dataclass(frozen=True, slots=True)
class Index:
    """The values of an area in one line, and the places of each by its comparable form.

    `clean` says that no value is an error, `numeric` that none is an error or text.
    """

    values: tuple[Scalar, ...]
    places: dict[object, list[int]]
    clean: bool
    numeric: bool


@dataclass(eq=False, slots=True)
class Frame:
    """The cell that a formula stands in."""

    book: Cells
    sheet: str
    row: int
    column: int

    def deref(self, value: Value) -> Scalar | Array:
        """Give the values of an area; what is none stays."""
        if not isinstance(value, Area):
            return value
        if value.top == value.bottom and value.left == value.right:
            return self.book.read(value.sheet, value.top, value.left)
        return self.book.array(value)

    def single(self, value: Value) -> Scalar | Array:
        """Give the one cell of an area in the formula's own row or column, as a formula made for single values takes it."""
        if not isinstance(value, Area):
            return value
        one_row, one_column = value.top == value.bottom, value.left == value.right
        if one_row and one_column:
            return self.book.read(value.sheet, value.top, value.left)
        if one_column and value.top <= self.row <= value.bottom:
            return self.book.read(value.sheet, self.row, value.left)
        if one_row and value.left <= self.column <= value.right:
            return self.book.read(value.sheet, value.top, self.column)
        raise RaisedError(ExcelError.VALUE)

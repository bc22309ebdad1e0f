"""What a cell or a formula can be worth: number, text, yes or no, an Excel error, nothing; and areas and arrays of these."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, DecimalException, DivisionByZero
from enum import Enum
from functools import lru_cache


class ExcelError(Enum):
    """An error as a cell shows it; a value like any other, which whatever uses it becomes too."""

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"


Scalar = Decimal | str | bool | ExcelError | None
"""The worth of one cell; None is an empty cell."""

LONGEST_TEXT = 32_767  # what a cell of Excel can hold, in the units that it counts
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384


@dataclass(frozen=True, slots=True)
class Array:
    """Values in rows and columns, as an array constant or a calculation over areas gives them."""

    rows: tuple[tuple[Scalar, ...], ...]

    @property
    def height(self) -> int:
        """Count the rows."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """Count the columns."""
        return len(self.rows[0]) if self.rows else 0

    def __iter__(self) -> Iterator[Scalar]:
        for row in self.rows:
            yield from row


@dataclass(frozen=True, slots=True)
class Area:
    """A reference to cells: the sheet (its name in lower case) and its first and last row and column."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Count the rows."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """Count the columns."""
        return self.right - self.left + 1


Value = Scalar | Array | Area
"""What an argument of a function can be."""


class FormulaError(ValueError):
    """A formula cannot be read or may not be used; the message says what, and what to use instead."""


class UnclearTextError(FormulaError):
    """A text that is calculated with means one number today and another one later."""


class CircularError(FormulaError):
    """Cells need each other's values; `cells` names them in order, as Sheet!A1."""

    def __init__(self, cells: tuple[str, ...]) -> None:
        """Take the cells, each needing the next and the last the first."""
        self.cells = cells
        super().__init__(f"these cells need each other: {' needs '.join((*cells, cells[0]))}; break the circle")


class RaisedError(Exception):
    """An Excel error on its way from the calculation that met it to whatever can show or catch it."""

    def __init__(self, error: ExcelError) -> None:
        """Take the error to show."""
        self.error = error
        super().__init__(error.value)


CAUGHT = (RaisedError, DecimalException)
"""What a calculation may raise in place of giving a value; `error_of` says which error it means."""


def error_of(raised: Exception) -> ExcelError:
    """Give the Excel error that a calculation broke off with."""
    if isinstance(raised, RaisedError):
        return raised.error
    return ExcelError.DIV0 if isinstance(raised, DivisionByZero) else ExcelError.NUM


def units(text: str) -> int:
    """Count a text as Excel does: a letter beyond the 65,536 most used, as most emoji are, counts twice."""
    return len(text) if text.isascii() else len(text) + sum(letter > "\uffff" for letter in text)


def column_letters(column: int) -> str:
    """Write a column's number in letters: 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Read a column's letters: AB is 28."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number

"""What a workbook is made of for the evaluator, and what it gives back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from pipeline.formulas.dates import serial_of
from pipeline.formulas.numbers import CALCULATION, written_number
from pipeline.formulas.values import ExcelError, FormulaError, Scalar, column_number

_AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)(?::\$?([A-Za-z]{1,3})\$?(\d+))?")
Address = tuple[str, int, int]
"""Sheet, row and column, counted from 1."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in a cell, with or without its =; `area` ("B2:B9") when it is an array formula whose results fill these cells."""

    text: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its sheet, its whole area with headers and totals, the names of its columns in order."""

    name: str
    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    columns: tuple[str, ...]
    headers: bool = True
    totals: bool = False

    @classmethod
    def over(cls, name: str, sheet: str, area: str, columns: Sequence[str], *, totals: bool = False) -> "Table":
        """Make a table that has a row of headers from its area as a workbook writes it: A1:D9."""
        return cls(name, sheet, *corners(area), tuple(columns), totals=totals)


def corners(area: str) -> tuple[int, int, int, int]:
    """Read an area as a workbook writes it, B2:D9 or one cell: its first row and column and its last."""
    found = _AREA.fullmatch(area)
    if found is None:
        raise FormulaError(f"{area!r} is not an area such as B2:D9")
    first = int(found[2]), column_number(found[1])
    return (*first, int(found[4]), column_number(found[3])) if found[3] else (*first, *first)


Content = Formula | Scalar | int | float | date | time
"""What a cell can hold. Text is text, whatever it begins with."""
Contents = Mapping[Address, Content]
Names = Mapping[str | tuple[str, str], str]
"""Formula texts by name; by sheet and name for those that belong to one sheet."""


def plain(content: Content) -> Scalar:
    """Give the value of a cell that holds no formula: whole numbers and floats as Decimal, dates as the days Excel counts."""
    if isinstance(content, bool | str | Decimal | ExcelError) or content is None:
        return content
    if isinstance(content, datetime):
        return CALCULATION.add(Decimal(serial_of(content.date())), _share(content))
    if isinstance(content, time):
        return _share(content)
    if isinstance(content, date):
        return Decimal(serial_of(content))
    if isinstance(content, int | float):
        return Decimal(repr(content))
    raise TypeError(f"a cell cannot hold {content!r}")


def _share(moment: datetime | time) -> Decimal:
    """Give the share of a day that has passed."""
    seconds = Decimal(moment.hour * 3600 + moment.minute * 60 + moment.second)
    return CALCULATION.divide(seconds + Decimal(moment.microsecond).scaleb(-6), Decimal(86400))


def written(value: Scalar) -> tuple[str, str]:
    """Give a value as a cell's XML holds it: the type (n, str, b, e) and the text of <v>."""
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, Decimal):
        return "n", written_number(value)
    if isinstance(value, ExcelError):
        return "e", value.value
    return "str", value or ""

"""What a workbook is made of for the evaluator, and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from pipeline.formulas.dates import serial_of
from pipeline.formulas.numbers import CALCULATION, written_number
from pipeline.formulas.values import ExcelError, Scalar

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

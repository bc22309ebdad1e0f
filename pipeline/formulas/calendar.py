"""Functions of dates."""

from decimal import Decimal

from pipeline.formulas.dates import month_end, months_later, parts_of, serial_from, weekday_of
from pipeline.formulas.numbers import ONE, whole_of
from pipeline.formulas.registry import Function
from pipeline.formulas.values import ExcelError, RaisedError

_WEEKS = {1: 0, 2: 6, 3: 6, **{kind: 17 - kind for kind in range(11, 18)}}
"""Kinds of week, and how many days after its first day Sunday is."""


def _parts(value: Decimal) -> tuple[int, int, int]:
    return parts_of(_day(value))


def _day(value: Decimal) -> int:
    if value < 0:
        raise RaisedError(ExcelError.NUM)
    return whole_of(value)


def _date(year: Decimal, month: Decimal, day: Decimal) -> Decimal:
    return Decimal(serial_from(whole_of(year), whole_of(month), whole_of(day)))


def _edate(start: Decimal, months: Decimal) -> Decimal:
    return Decimal(months_later(_day(start), whole_of(months)))


def _eomonth(start: Decimal, months: Decimal) -> Decimal:
    year, month, _ = _parts(start)
    return Decimal(month_end(year, month + whole_of(months)))


def _weekday(value: Decimal, kind: Decimal = ONE) -> Decimal:
    shift = _WEEKS.get(whole_of(kind))
    if shift is None:
        raise RaisedError(ExcelError.NUM)
    return Decimal((weekday_of(_day(value)) + shift) % 7 + (whole_of(kind) != 3))  # noqa: PLR2004 - kind 3 counts from 0


FUNCTIONS = {
    "DATE": Function("nnn", 3, _date),
    "YEAR": Function("n", 1, lambda value: Decimal(_parts(value)[0])),
    "MONTH": Function("n", 1, lambda value: Decimal(_parts(value)[1])),
    "DAY": Function("n", 1, lambda value: Decimal(_parts(value)[2])),
    "EDATE": Function("nn", 2, _edate),
    "EOMONTH": Function("nn", 2, _eomonth),
    "DAYS": Function("nn", 2, lambda end, start: Decimal(_day(end) - _day(start))),
    "WEEKDAY": Function("nn", 1, _weekday),
}

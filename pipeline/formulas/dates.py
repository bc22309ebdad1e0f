"""Dates as Excel counts them: 1 is 1 January 1900, and 60 is the 29 February 1900 that never was."""

from datetime import date, timedelta

from pipeline.formulas.values import ExcelError, RaisedError

_PHANTOM = 60
_BEFORE, _AFTER = date(1899, 12, 31), date(1899, 12, 30)
LAST_SERIAL = 2_958_465  # 31 December 9999
_CENTURY, _FIRST_YEAR, _LAST_YEAR = 1900, 1900, 9999


def serial_of(day: date) -> int:
    """Number a day; before 1900 is #NUM!."""
    if day.year < _FIRST_YEAR:
        raise RaisedError(ExcelError.NUM)
    return (day - (_AFTER if day >= date(1900, 3, 1) else _BEFORE)).days


def parts_of(serial: int) -> tuple[int, int, int]:
    """Give year, month and day of a day's number; outside 0 to 31 December 9999 is #NUM!."""
    if not 0 <= serial <= LAST_SERIAL:
        raise RaisedError(ExcelError.NUM)
    if serial == 0:
        return 1900, 1, 0
    if serial == _PHANTOM:
        return 1900, 2, 29
    day = (_BEFORE if serial < _PHANTOM else _AFTER) + timedelta(days=serial)
    return day.year, day.month, day.day


def weekday_of(serial: int) -> int:
    """Give the day of the week of a day's number as Excel names it, 0 for Sunday."""
    return (serial - 1) % 7


def serial_from(year: int, month: int, day: int) -> int:
    """Number a day given by year, month and day, where months and days outside their range run over, as DATE does."""
    if 0 <= year < _CENTURY:
        year += _CENTURY
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise RaisedError(ExcelError.NUM)
    serial = serial_of(date(year, month, 1)) + day - 1
    if not 0 <= serial <= LAST_SERIAL:
        raise RaisedError(ExcelError.NUM)
    return serial


def month_end(year: int, month: int) -> int:
    """Give the number of the last day of a month, which may lie outside 1 to 12."""
    return serial_from(year, month + 1, 0)


def months_later(serial: int, months: int) -> int:
    """Give the same day of a later or earlier month, or that month's last day where it is shorter."""
    year, month, day = parts_of(serial)
    first = serial_from(year, month + months, 1)
    return min(first + day - 1, month_end(year, month + months))

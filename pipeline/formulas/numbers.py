"""Numbers as Excel shows them, kept in Decimal; and how numbers, text, yes or no and nothing turn into each other.

Excel calculates in binary with some 17 digits, and shows, compares and rounds at 15. Here everything is calculated with 34
decimal digits, and what compares or rounds first takes the 15 digits that Excel would show: so 103.25*21.9 rounds to 2261.18,
and 1/3*3 is 1.
"""

import re
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from pipeline.formulas.dates import serial_of
from pipeline.formulas.values import ExcelError, RaisedError, Scalar, UnclearTextError

CALCULATION = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-999, Emax=308, traps=[DivisionByZero, InvalidOperation, Overflow])
_SHOWN = Context(prec=15, rounding=ROUND_HALF_UP)
_WRITTEN = Context(prec=17, rounding=ROUND_HALF_EVEN)
GREATEST = Decimal("1.7976931348623157E+308")
_GREATEST_POWER = 308
ZERO = Decimal(0)
ONE = Decimal(1)
_DIGITS = 15
_SMALLEST_PLAIN, _GREATEST_PLAIN = -9, 20  # powers of ten that are written out rather than as 1E-10

_NUMBER = re.compile(
    r"(?P<sign>[+-]?£?|£[+-])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)(?P<power>[eE][+-]?\d+)?(?P<share>%?)"
)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_UK_DATE = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})")
_LONG_DATE = re.compile(r"(?:(\d{1,2})[ -])?([A-Za-z]{3,9})[ -](\d{4})|(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{2})")
_TIME = re.compile(r"(\d{1,4}):([0-5]?\d)(?::([0-5]?\d))?(?: ?([AP])M)?", re.IGNORECASE)
_FRACTION = re.compile(r"([+-]?)(\d{1,9}) (\d{1,5})/(\d{1,5})")
_YEARLESS = re.compile(r"\d{1,2}[/-]\d{1,2}|\d{1,2}[ -]?([A-Za-z]{3,9})|([A-Za-z]{3,9})[ -]?\d{1,2}")
_THIS_CENTURY = 30
"""Years of two digits below it are of this century."""
_NOON = 12
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

shown = _SHOWN.plus
"""Give a number with the 15 significant digits that Excel shows."""


def _held(number: Decimal) -> Decimal:
    """Give a number back that Excel can hold; a greater one is #NUM!."""
    if number.adjusted() >= _GREATEST_POWER and abs(number) > GREATEST:
        raise RaisedError(ExcelError.NUM)
    return number


def add(left: Decimal, right: Decimal) -> Decimal:
    """Add; a sum that is nothing but the rounding error of its parts is 0, as in Excel."""
    total = _held(CALCULATION.add(left, right))
    if left.is_signed() == right.is_signed() or not (left and right):
        return total
    return ZERO if total.adjusted() < max(left.adjusted(), right.adjusted()) - _DIGITS else total


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """Subtract; as `add`."""
    return add(left, CALCULATION.minus(right))


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """Multiply."""
    return _held(CALCULATION.multiply(left, right))


def divide(left: Decimal, right: Decimal) -> Decimal:
    """Divide; by zero is #DIV/0!."""
    if not right:
        raise RaisedError(ExcelError.DIV0)
    return _held(CALCULATION.divide(left, right))


def negative(value: Decimal) -> Decimal:
    """Change the sign."""
    return CALCULATION.minus(value)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Raise to a power; 0^0 and the root of a negative number are #NUM!."""
    if not base:
        if exponent < 0:
            raise RaisedError(ExcelError.DIV0)
        if not exponent:
            raise RaisedError(ExcelError.NUM)
        return ZERO
    if base < 0 and exponent != exponent.to_integral_value():
        raise RaisedError(ExcelError.NUM)
    return _held(CALCULATION.power(base, exponent))


def _plain(number: Decimal) -> str:
    """Write out digits, or use the form 1.5E+21 where Excel does."""
    number = number.normalize()
    if not number:
        return "0"
    size = number.adjusted()
    if _SMALLEST_PLAIN <= size <= _GREATEST_PLAIN:
        return f"{number:f}"
    digits = "".join(map(str, number.as_tuple().digits))
    return (
        f"{'-' if number < 0 else ''}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}E{'+' if size > 0 else '-'}{abs(size):02}"
    )


def number_text(number: Decimal) -> str:
    """Write a number as joining it to text does: 15 significant digits, no trailing zeros."""
    return _plain(shown(number))


def written_number(number: Decimal) -> str:
    """Write a number as a workbook's XML holds it: 17 significant digits at most, no trailing zeros."""
    return _plain(_WRITTEN.plus(number))


def number_of(value: Scalar) -> Decimal:
    """Take a value as a number: nothing is 0, TRUE is 1, text is what it looks like or #VALUE!."""
    if type(value) is Decimal:
        return value
    if value is None:
        return ZERO
    if isinstance(value, bool):
        return ONE if value else ZERO
    if isinstance(value, str):
        found = read_number(value)
        if found is None:
            _demand_year(value.strip())
            raise RaisedError(ExcelError.VALUE)
        return found
    raise raised(value)


def whole_of(value: Scalar) -> int:
    """Take a value as a whole number, what follows the point cut off."""
    return int(shown(number_of(value)))


def text_of(value: Scalar) -> str:
    """Take a value as text: nothing is "", TRUE is the word."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return number_text(value)
    raise raised(value)


def logical_of(value: Scalar) -> bool:
    """Take a value as yes or no: a number is yes unless 0, text only as the words TRUE and FALSE."""
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    if isinstance(value, Decimal):
        return bool(value)
    if isinstance(value, str):
        if value.upper() in {"TRUE", "FALSE"}:
            return value.upper() == "TRUE"
        raise RaisedError(ExcelError.VALUE)
    raise raised(value)


def raised(value: object) -> RaisedError:
    """Make the error to raise for an error value."""
    return RaisedError(value if isinstance(value, ExcelError) else ExcelError.VALUE)


def read_number(text: str) -> Decimal | None:
    """Read text that looks like a number, money, a percentage, a fraction, date or time, as a British Excel does; else None."""
    bare = text.strip()
    if bare.startswith("(") and bare.endswith(")") and bare[1:2] in "0123456789.£":
        bare = f"-{bare[1:-1]}"
    if found := _NUMBER.fullmatch(bare):
        number = Decimal(found["sign"].strip("£") + found["digits"].replace(",", "") + (found["power"] or ""))
        if number.adjusted() > _GREATEST_POWER:
            return None
        return CALCULATION.scaleb(number, -2) if found["share"] else number
    if found := _FRACTION.fullmatch(bare):
        if not int(found[4]):
            return None
        return Decimal(f"{found[1]}1") * CALCULATION.add(
            Decimal(found[2]), CALCULATION.divide(Decimal(found[3]), Decimal(found[4]))
        )
    day, _, clock = bare.rpartition(" ") if ":" in bare and not _TIME.fullmatch(bare) else ("", "", bare)
    share = _time_number(clock)
    if share is None or not day:
        return share if share is not None else _date_number(bare)
    date_number = _date_number(day)
    return None if date_number is None else CALCULATION.add(date_number, share)


def _time_number(text: str) -> Decimal | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = (int(found[at] or 0) for at in (1, 2, 3))
    if found[4]:
        if hour > _NOON:
            return None
        hour = hour % _NOON + (_NOON if found[4].upper() == "P" else 0)
    return CALCULATION.divide(Decimal(hour * 3600 + minute * 60 + second), Decimal(86400))


def _date_number(text: str) -> Decimal | None:
    if found := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _UK_DATE.fullmatch(text):
        day, month, year = int(found[1]), int(found[3]), _year(found[4])
    elif (found := _LONG_DATE.fullmatch(text)) and (month := _month(found[2] or found[5])):
        day, year = int(found[1] or found[4] or 1), _year(found[3] or found[6])
    else:
        return None
    try:
        return Decimal(serial_of(date(year, month, day)))
    except (ValueError, RaisedError):
        return None


def _year(text: str) -> int:
    return int(text) + (0 if len(text) > 2 else 2000 if int(text) < _THIS_CENTURY else 1900)  # noqa: PLR2004 - of two digits


def _month(name: str) -> int:
    """Give the number of a month by its name or its first three letters; 0 for any other word."""
    full = name.title()
    return next((at for at, month in enumerate(MONTHS, 1) if full in {month, month[:3]}), 0)


def _demand_year(text: str) -> None:
    """Refuse a date without its year, which means another day in every year that it is calculated in."""
    found = _YEARLESS.fullmatch(text)
    word = found and (found[1] or found[2])
    if found and (not word or _month(word)):
        raise UnclearTextError(
            f"calculates with the text {text!r}, to Excel a date in the year that it calculates in; give its year"
        )

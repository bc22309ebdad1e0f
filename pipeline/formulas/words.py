"""Functions of text."""

from decimal import Decimal

from pipeline.formulas.numbers import ONE, number_of, whole_of
from pipeline.formulas.registry import Function
from pipeline.formulas.showing import show
from pipeline.formulas.values import LONGEST_TEXT, ExcelError, RaisedError, Scalar, units


def _length(value: Decimal, least: int = 0) -> int:
    length = whole_of(value)
    if length < least:
        raise RaisedError(ExcelError.VALUE)
    return length


def _left(text: str, length: Decimal = ONE) -> str:
    return _cut(text, 0, _length(length))


def _right(text: str, length: Decimal = ONE) -> str:
    size, count = units(text), _length(length)
    return _cut(text, max(size - count, 0), count)


def _mid(text: str, start: Decimal, length: Decimal) -> str:
    first = _length(start, 1) - 1
    return _cut(text, first, _length(length))


def _cut(text: str, first: int, length: int) -> str:
    """Cut a piece out of a text as Excel counts it; half a letter that counts twice is a letter that cannot be shown."""
    if units(text) == len(text):
        return text[first : first + length]
    return text.encode("utf-16-le")[2 * first : 2 * (first + length)].decode("utf-16-le", "replace")


def _trim(text: str) -> str:
    return " ".join(part for part in text.split(" ") if part)


def joined(*texts: str) -> str:
    """Join texts; more than a cell can hold is #VALUE!."""
    text = "".join(texts)
    if units(text) > LONGEST_TEXT:
        raise RaisedError(ExcelError.VALUE)
    return text


def _substitute(text: str, old: str, new: str, which: Decimal | None = None) -> str:
    if which is None:
        return joined(text.replace(old, new)) if old else text
    count = _length(which, 1)
    parts = text.split(old) if old else [text]
    if len(parts) <= count:
        return text
    return joined(old.join(parts[:count]), new, old.join(parts[count:]))


def _value(value: Scalar) -> Decimal:
    if isinstance(value, bool):
        raise RaisedError(ExcelError.VALUE)
    return number_of(value)


FUNCTIONS = {
    "LEN": Function("t", 1, lambda text: Decimal(units(text))),
    "LEFT": Function("tn", 1, _left),
    "RIGHT": Function("tn", 1, _right),
    "MID": Function("tnn", 3, _mid),
    "TRIM": Function("t", 1, _trim),
    "UPPER": Function("t", 1, str.upper),
    "LOWER": Function("t", 1, str.lower),
    "CONCATENATE": Function("*t", 1, joined),
    "SUBSTITUTE": Function("tttn", 3, _substitute),
    "VALUE": Function("v", 1, _value),
    "TEXT": Function("vt", 2, show),
    "EXACT": Function("tt", 2, lambda left, right: left == right),
}

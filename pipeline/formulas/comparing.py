"""How Excel compares values, and how the criteria of COUNTIF and its kin pick them."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from pipeline.formulas.numbers import ZERO, raised, read_number, shown
from pipeline.formulas.values import ExcelError, Scalar

Key = tuple[int, Decimal | str | bool]
"""A value made comparable: numbers before text before FALSE before TRUE, capitals and small letters alike."""


_SIGNS = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$£€"
_RANKS = str.maketrans({one: chr(at) for at, one in enumerate(f" {_SIGNS}0123456789abcdefghijklmnopqrstuvwxyz", 0x20)})
_PLAIN = re.compile(r"[0-9A-Za-z ]*")


@lru_cache(maxsize=4096)
def collated(text: str) -> str:
    """Give what orders a text: signs before digits before letters, by their base letters, then by accents and the rest."""
    folded = text.casefold()
    if _PLAIN.fullmatch(text):
        return _ordered_letters(folded)
    parts = unicodedata.normalize("NFD", folded)
    base = "".join(letter for letter in parts if not unicodedata.combining(letter))
    accents = "".join(letter if unicodedata.combining(letter) else "\x01" for letter in parts)
    return f"{_ordered_letters(base)}\x00{accents}\x00{folded}"


def _ordered_letters(text: str) -> str:
    """Put digits and letters behind all signs."""
    return text.translate(_RANKS)


def key_of(value: Scalar) -> Key:
    """Make a value comparable; an error is raised."""
    if type(value) is Decimal:
        return 0, shown(value)
    if isinstance(value, str):
        return 1, collated(value)
    if isinstance(value, bool):
        return 2, value
    if value is None:
        return 0, ZERO
    raise raised(value)


def _keys(left: Scalar, right: Scalar) -> tuple[Key, Key]:
    one, other = key_of(left), key_of(right)
    if left is None and right is not None:
        one = (other[0], type(other[1])())
    elif right is None and left is not None:
        other = (one[0], type(one[1])())
    return one, other


def equal(left: Scalar, right: Scalar) -> bool:
    """Say whether two values are the same to Excel; nothing equals 0, "" and FALSE."""
    if type(left) is str and type(right) is str:
        return left.casefold() == right.casefold()
    one, other = _keys(left, right)
    return one == other


def less(left: Scalar, right: Scalar) -> bool:
    """Say whether a value comes before another."""
    one, other = _keys(left, right)
    if one[0] != other[0]:
        return one[0] < other[0]
    return one[1] < other[1]  # type: ignore[operator]  # the first parts say they are of one kind


COMPARISONS: dict[str, Callable[[Scalar, Scalar], bool]] = {
    "=": equal,
    "<>": lambda left, right: not equal(left, right),
    "<": less,
    ">": lambda left, right: less(right, left),
    "<=": lambda left, right: not less(right, left),
    ">=": lambda left, right: not less(left, right),
}

_CRITERION = re.compile(r"(<=|>=|<>|=|<|>)?(.*)", re.DOTALL)
WILD = re.compile(r"[*?~]")


@lru_cache(maxsize=512)
def wildcard(pattern: str) -> re.Pattern[str]:
    """Read a text with * (any run), ? (any one character) and ~ (the next one as it stands) as a pattern for whole texts."""
    parts = re.findall(r"~[*?~]|.", pattern, re.DOTALL)
    made = {"*": ".*", "?": "."}
    return re.compile("".join(made.get(part) or re.escape(part[-1]) for part in parts), re.IGNORECASE | re.DOTALL)


Test = Callable[[Scalar], bool]


def criterion(wanted: Scalar) -> Test:
    """Make the test that a criterion of COUNTIF, SUMIF and their kin is: 5, "yes", ">=10", "<>", "Lot*"."""
    if isinstance(wanted, str):
        return _text_criterion(wanted)
    value = ZERO if wanted is None else wanted
    if isinstance(value, ExcelError):
        return lambda cell: cell is value
    if isinstance(value, bool):
        return lambda cell: cell is value
    return _equals_number(shown(value))


def _text_criterion(wanted: str) -> Test:
    found = _CRITERION.fullmatch(wanted)
    operator, operand = (found[1] or "", found[2]) if found else ("", wanted)
    if operand == "":
        return _emptiness(operator)
    number = read_number(operand)
    if number is None and operand.upper() in {"TRUE", "FALSE"}:
        return _ordered(operator or "=", operand.upper() == "TRUE")
    if operator in {"", "=", "<>"}:
        matches = _equals_number(shown(number)) if number is not None else _like(operand)
        return matches if operator != "<>" else lambda cell: not matches(cell)
    return _ordered(operator, number if number is not None else operand)


def _emptiness(operator: str) -> Test:
    if operator == "":
        return lambda cell: cell is None or cell == ""
    if operator == "=":
        return lambda cell: cell is None
    if operator == "<>":
        return lambda cell: cell is not None
    return lambda _cell: False


def _equals_number(number: Decimal) -> Test:
    def test(cell: Scalar) -> bool:
        if type(cell) is Decimal:
            return shown(cell) == number
        return isinstance(cell, str) and read_number(cell) == number

    return test


def _like(text: str) -> Test:
    if not WILD.search(text):
        folded = text.casefold()
        return lambda cell: isinstance(cell, str) and cell.casefold() == folded
    pattern = wildcard(text)
    return lambda cell: isinstance(cell, str) and pattern.fullmatch(cell) is not None


def _ordered(operator: str, operand: Decimal | str | bool) -> Test:  # noqa: FBT001 - a value, not a switch
    compare = COMPARISONS[operator]
    kind = type(operand)
    return lambda cell: type(cell) is kind and compare(cell, operand)

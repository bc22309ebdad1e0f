"""Functions of numbers: rounding and its kin, powers, remainders."""

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal

from pipeline.formulas.numbers import CALCULATION, ONE, ZERO, divide, multiply, power, shown, subtract
from pipeline.formulas.registry import Function
from pipeline.formulas.values import ExcelError, RaisedError

_MOST_PLACES = 300
_HALF = Decimal("0.5")
_EXACT = 15
"""Powers of ten below which binary digits hold a fraction."""
_MOST_STEPS = 2**50
"""Excel's limit of what a number may hold of the divisor of MOD."""


def _round(rounding: str) -> Callable[..., Decimal]:
    def call(number: Decimal, places: Decimal = ZERO) -> Decimal:
        return rounded(number, int(shown(places)), rounding)

    return call


def rounded(number: Decimal, places: int, rounding: str) -> Decimal:
    """Round the number that Excel shows to so many places; fewer than none are tens, hundreds, thousands."""
    number = shown(number)
    places = max(-_MOST_PLACES, min(places, _MOST_PLACES))
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number
    return number.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=CALCULATION)


def whole(number: Decimal) -> Decimal:
    """Give the whole number at or below; what binary digits cannot tell from a whole number is one."""
    nearest = number.to_integral_value(ROUND_HALF_UP)
    if nearest.adjusted() < _EXACT and float(number) == float(nearest):
        return nearest
    return number.to_integral_value(ROUND_FLOOR)


def _mod(number: Decimal, divisor: Decimal) -> Decimal:
    quotient = divide(number, divisor)
    if abs(quotient) >= _MOST_STEPS:
        raise RaisedError(ExcelError.NUM)
    return subtract(number, multiply(divisor, whole(quotient)))


def _steps(number: Decimal, step: Decimal, rounding: str) -> Decimal:
    return multiply(shown(divide(number, step)).to_integral_value(rounding), step)


def _ceiling(number: Decimal, step: Decimal) -> Decimal:
    if not step or not number:
        return ZERO
    if number > 0 > step:
        raise RaisedError(ExcelError.NUM)
    return _steps(number, step, ROUND_CEILING)


def _floor(number: Decimal, step: Decimal) -> Decimal:
    if not number:
        return ZERO
    if number > 0 > step:
        raise RaisedError(ExcelError.NUM)
    return _steps(number, step, ROUND_FLOOR)


def _mround(number: Decimal, step: Decimal) -> Decimal:
    if not step or not number:
        return ZERO
    if (number > 0) != (step > 0):
        raise RaisedError(ExcelError.NUM)
    quotient = divide(number, step)
    if quotient % 1 == _HALF:  # Excel takes the side that the binary digits happen to be on
        return multiply(Decimal(math.floor(float(number) / float(step) + 0.5)), step)
    return _steps(number, step, ROUND_HALF_UP)


def _sign(number: Decimal) -> Decimal:
    return ZERO if not number else ONE.copy_sign(number)


def _root(number: Decimal) -> Decimal:
    if number < 0:
        raise RaisedError(ExcelError.NUM)
    return CALCULATION.sqrt(number)


FUNCTIONS = {
    "ROUND": Function("nn", 2, _round(ROUND_HALF_UP)),
    "ROUNDUP": Function("nn", 2, _round(ROUND_UP)),
    "ROUNDDOWN": Function("nn", 2, _round(ROUND_DOWN)),
    "TRUNC": Function("nn", 1, _round(ROUND_DOWN)),
    "INT": Function("n", 1, whole),
    "MOD": Function("nn", 2, _mod),
    "CEILING": Function("nn", 2, _ceiling),
    "FLOOR": Function("nn", 2, _floor),
    "MROUND": Function("nn", 2, _mround),
    "ABS": Function("n", 1, CALCULATION.abs),
    "SIGN": Function("n", 1, _sign),
    "POWER": Function("nn", 2, power),
    "SQRT": Function("n", 1, _root),
}

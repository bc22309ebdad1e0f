"""AND, OR, NOT and the questions about values."""

from decimal import Decimal

from pipeline.formulas.aggregates import held
from pipeline.formulas.frame import Frame
from pipeline.formulas.numbers import logical_of
from pipeline.formulas.registry import Function
from pipeline.formulas.values import MANY, ExcelError, RaisedError, Scalar, Value


def _truths(frame: Frame, values: tuple[Value, ...]) -> list[bool]:
    """Give the truths among arguments; text in areas is passed over, and none at all is #VALUE!."""
    found: list[bool] = []
    for value in values:
        if isinstance(value, MANY):
            for one in held(frame, value):
                if isinstance(one, ExcelError):
                    raise RaisedError(one)
                if not isinstance(one, str):
                    found.append(logical_of(one))
        else:
            found.append(logical_of(value))
    if not found:
        raise RaisedError(ExcelError.VALUE)
    return found


def _and(frame: Frame, *values: Value) -> bool:
    return all(_truths(frame, values))


def _or(frame: Frame, *values: Value) -> bool:
    return any(_truths(frame, values))


def _not(value: bool) -> bool:  # noqa: FBT001 - the value that the function is about
    return not value


def _na() -> Scalar:
    raise RaisedError(ExcelError.NA)


FUNCTIONS = {
    "AND": Function("*r", 1, _and),
    "OR": Function("*r", 1, _or),
    "NOT": Function("b", 1, _not),
    "TRUE": Function("", 0, lambda: True),
    "FALSE": Function("", 0, lambda: False),
    "NA": Function("", 0, _na),
    "ISBLANK": Function("e", 1, lambda value: value is None),
    "ISNUMBER": Function("e", 1, lambda value: type(value) is Decimal),
    "ISTEXT": Function("e", 1, lambda value: isinstance(value, str)),
    "ISNONTEXT": Function("e", 1, lambda value: not isinstance(value, str)),
    "ISLOGICAL": Function("e", 1, lambda value: isinstance(value, bool)),
    "ISERROR": Function("e", 1, lambda value: isinstance(value, ExcelError)),
    "ISERR": Function("e", 1, lambda value: isinstance(value, ExcelError) and value is not ExcelError.NA),
    "ISNA": Function("e", 1, lambda value: value is ExcelError.NA),
}

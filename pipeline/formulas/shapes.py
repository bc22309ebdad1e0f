"""Calculating with arrays: a function for single values, done for every place of the arrays it is given."""

from collections.abc import Callable, Iterable, Sequence

from pipeline.formulas.values import CAUGHT, Array, ExcelError, RaisedError, Scalar, error_of


def place(value: Scalar | Array, row: int, column: int) -> Scalar:
    """Give an array's value at a place; one row or column serves for all, and outside the array is #N/A."""
    if not isinstance(value, Array):
        return value
    row = 0 if value.height == 1 else row
    column = 0 if value.width == 1 else column
    return value.rows[row][column] if row < value.height and column < value.width else ExcelError.NA


def lift(function: Callable[..., Scalar], values: Sequence[Scalar | Array]) -> Scalar | Array:
    """Call a function of single values; where some are arrays, once for each place, an error staying in its place."""
    arrays = [value for value in values if isinstance(value, Array)]
    if not arrays:
        return function(*values)
    height, width = max(one.height for one in arrays), max(one.width for one in arrays)

    def guarded(*these: Scalar) -> Scalar:
        try:
            return function(*these)
        except CAUGHT as raised:
            return error_of(raised)

    grids = [_spread(value, height, width) for value in values]
    return Array(tuple(tuple(map(guarded, *lines)) for lines in zip(*grids, strict=True)))


def _spread(value: Scalar | Array, height: int, width: int) -> Iterable[Iterable[Scalar]]:
    """Give a value or array the size of the largest: one row or column is repeated, what is missing is #N/A."""
    if not isinstance(value, Array):
        return [(value,) * width] * height
    if value.height == height and value.width == width:
        return value.rows
    return tuple(tuple(place(value, row, column) for column in range(width)) for row in range(height))


def first(value: Scalar | Array) -> Scalar:
    """Give the first value of an array, which is what one cell shows of it."""
    return value.rows[0][0] if isinstance(value, Array) else value


def unless_error(value: Scalar) -> Scalar:
    """Give a value back, or raise the error it is."""
    if isinstance(value, ExcelError):
        raise RaisedError(value)
    return value

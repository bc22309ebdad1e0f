"""Functions over areas: sums, counts, averages, with and without criteria."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from pipeline.formulas.comparing import criterion
from pipeline.formulas.frame import Frame
from pipeline.formulas.numbers import ONE, ZERO, add, divide, multiply, number_of
from pipeline.formulas.registry import Function
from pipeline.formulas.shapes import place, unless_error
from pipeline.formulas.values import MANY, Area, Array, ExcelError, RaisedError, Scalar, Value


def held(frame: Frame, value: Area | Array) -> list[Scalar]:
    """Give what an area or array holds, without empty cells."""
    return frame.book.filled(value) if isinstance(value, Area) else [one for one in value if one is not None]


def numbers(frame: Frame, values: tuple[Value, ...]) -> Iterator[Decimal]:
    """Give the numbers among arguments: in areas numbers only, written in the formula also what can be read as one."""
    for value in values:
        if isinstance(value, MANY):
            for one in held(frame, value):
                if type(one) is Decimal:
                    yield one
                elif isinstance(one, ExcelError):
                    raise RaisedError(one)
        else:
            yield number_of(value)


def total(values: Iterator[Decimal] | list[Decimal]) -> Decimal:
    """Add up."""
    result = ZERO
    for value in values:
        result = add(result, value)
    return result


def _sum(frame: Frame, *values: Value) -> Decimal:
    return total(numbers(frame, values))


def _product(frame: Frame, *values: Value) -> Decimal:
    result, none = ONE, True
    for value in numbers(frame, values):
        result, none = multiply(result, value), False
    return ZERO if none else result


def _average(frame: Frame, *values: Value) -> Decimal:
    return mean(list(numbers(frame, values)))


def mean(values: list[Decimal]) -> Decimal:
    """Give the average; of nothing it is #DIV/0!."""
    return divide(total(values), Decimal(len(values)))


def _least(frame: Frame, *values: Value) -> Decimal:
    return min(numbers(frame, values), default=ZERO)


def _most(frame: Frame, *values: Value) -> Decimal:
    return max(numbers(frame, values), default=ZERO)


def _is_number(value: Value) -> bool:
    try:
        number_of(value)  # type: ignore[arg-type]  # only called with single values
    except RaisedError:
        return False
    return True


def _count(frame: Frame, *values: Value) -> Decimal:
    found = 0
    for value in values:
        if isinstance(value, MANY):
            found += list(map(type, held(frame, value))).count(Decimal)
        else:
            found += _is_number(value)
    return Decimal(found)


def _count_all(frame: Frame, *values: Value) -> Decimal:
    return Decimal(sum(len(held(frame, value)) if isinstance(value, MANY) else 1 for value in values))


def _count_blank(frame: Frame, value: Value) -> Decimal:
    if not isinstance(value, Area):
        raise RaisedError(ExcelError.VALUE)
    return Decimal(value.height * value.width - sum(one != "" for one in frame.book.filled(value)))


def _matching(frame: Frame, pairs: tuple[Any, ...]) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Give the places where every criterion is met, and the size of the areas, which must be equal."""
    areas, wanted = pairs[::2], pairs[1::2]
    if any(not isinstance(area, Area) for area in areas):
        raise RaisedError(ExcelError.VALUE)
    size = areas[0].height, areas[0].width
    if any((area.height, area.width) != size for area in areas):
        raise RaisedError(ExcelError.VALUE)
    places: list[tuple[int, int]] | None = None
    for area, want in zip(areas, wanted, strict=True):
        test, grid = criterion(want), frame.book.array(area).rows
        if places is None:
            places = [(row, column) for row, line in enumerate(grid) for column, one in enumerate(line) if test(one)]
        else:
            places = [(row, column) for row, column in places if row < len(grid) and test(grid[row][column])]
    return places or [], size


def _picked(frame: Frame, area: Value, pairs: tuple[Any, ...], *, sized: bool) -> list[Decimal]:
    """Give the numbers of an area at the places where every criterion is met; `sized` demands an area of the same size."""
    places, size = _matching(frame, pairs)
    if not isinstance(area, Area) or (sized and (area.height, area.width) != size):
        raise RaisedError(ExcelError.VALUE)
    read, sheet, top, left = frame.book.read, area.sheet, area.top, area.left
    found = [unless_error(read(sheet, top + row, left + column)) for row, column in places]
    return [one for one in found if type(one) is Decimal]


def _sum_if(frame: Frame, area: Value, want: Scalar, summed: Value = None) -> Decimal:
    return total(_picked(frame, area if summed is None else summed, (area, want), sized=False))


def _average_if(frame: Frame, area: Value, want: Scalar, averaged: Value = None) -> Decimal:
    return mean(_picked(frame, area if averaged is None else averaged, (area, want), sized=False))


def _sum_ifs(frame: Frame, area: Value, *pairs: Any) -> Decimal:
    return total(_picked(frame, area, pairs, sized=True))


def _average_ifs(frame: Frame, area: Value, *pairs: Any) -> Decimal:
    return mean(_picked(frame, area, pairs, sized=True))


def _count_ifs(frame: Frame, *pairs: Any) -> Decimal:
    places, size = _matching(frame, pairs)
    beyond = size[0] * size[1] - sum(len(row) for row in frame.book.array(pairs[0]).rows)
    empty = all(criterion(want)(None) for want in pairs[1::2])
    return Decimal(len(places) + (beyond if empty else 0))


def sum_product(frame: Frame, *values: Value) -> Decimal:
    """Multiply arrays place by place and add up; what is no number counts as 0, and sizes must be equal."""
    arrays = [frame.deref(value) for value in values]
    sizes = {(one.height, one.width) if isinstance(one, Array) else (1, 1) for one in arrays}
    if len(sizes) != 1:
        raise RaisedError(ExcelError.VALUE)
    ((height, width),) = sizes
    if len(arrays) == 1:
        return total([counted(place(arrays[0], row, column)) for row in range(height) for column in range(width)])
    result = ZERO
    for row in range(height):
        for column in range(width):
            one = ONE
            for array in arrays:
                one = multiply(one, counted(place(array, row, column)))
            result = add(result, one)
    return result


def counted(value: Scalar) -> Decimal:
    """Give what a value counts in SUMPRODUCT: what is no number is 0."""
    if type(value) is Decimal:
        return value
    if isinstance(value, ExcelError):
        raise RaisedError(value)
    return ZERO


def _subtotal(frame: Frame, kind: Decimal, *values: Value) -> Value:
    calls: dict[int, Callable[..., Value]]
    calls = {1: _average, 2: _count, 3: _count_all, 4: _most, 5: _least, 6: _product, 9: _sum}
    call = calls.get(int(kind) % 100)
    if call is None or int(kind) // 100 not in {0, 1} or any(not isinstance(value, Area) for value in values):
        raise RaisedError(ExcelError.VALUE)
    return call(frame, *(Array((tuple(frame.book.subtotalled(value)),)) for value in values if isinstance(value, Area)))


FUNCTIONS = {
    "SUM": Function("*r", 1, _sum),
    "PRODUCT": Function("*r", 1, _product),
    "AVERAGE": Function("*r", 1, _average),
    "MIN": Function("*r", 1, _least),
    "MAX": Function("*r", 1, _most),
    "COUNT": Function("*r", 1, _count),
    "COUNTA": Function("*r", 1, _count_all),
    "COUNTBLANK": Function("r", 1, _count_blank),
    "COUNTIF": Function("re", 2, _count_ifs),
    "COUNTIFS": Function("*re", 2, _count_ifs),
    "SUMIF": Function("rer", 2, _sum_if),
    "SUMIFS": Function("r*re", 3, _sum_ifs),
    "AVERAGEIF": Function("rer", 2, _average_if),
    "AVERAGEIFS": Function("r*re", 3, _average_ifs),
    "SUMPRODUCT": Function("*a", 1, sum_product),
    "SUBTOTAL": Function("n*r", 2, _subtotal),
}

"""Finding things: INDEX, MATCH, VLOOKUP, and the numbers of rows and columns."""

from collections.abc import Sequence
from decimal import Decimal

from pipeline.formulas.comparing import WILD, key_of, less, wildcard
from pipeline.formulas.frame import Frame
from pipeline.formulas.numbers import ONE, ZERO, whole_of
from pipeline.formulas.registry import Function
from pipeline.formulas.values import MANY, Area, Array, ExcelError, RaisedError, Scalar, Value


def _index(_frame: Frame, source: Value, row: Decimal, column: Decimal | None = None) -> Value:
    """Give a cell of an area (as a reference) or of an array by its place; 0 means the whole row or column."""
    if not isinstance(source, MANY):
        source = Array(((_given(source),),))
    down, across = whole_of(row), 0 if column is None else whole_of(column)
    if column is None and source.height == 1:
        down, across = (1 if source.width > 1 or down else 0), down
    elif column is None and source.width > 1:
        raise RaisedError(ExcelError.REF)
    if down < 0 or across < 0:
        raise RaisedError(ExcelError.VALUE)
    if down > source.height or across > source.width:
        raise RaisedError(ExcelError.REF)
    rows = (down, down) if down else (1, source.height)
    columns = (across, across) if across else (1, source.width)
    if isinstance(source, Area):
        top, left = source.top - 1, source.left - 1
        return Area(source.sheet, top + rows[0], left + columns[0], top + rows[1], left + columns[1])
    picked = Array(tuple(line[columns[0] - 1 : columns[1]] for line in source.rows[rows[0] - 1 : rows[1]]))
    return picked.rows[0][0] if down and across else picked


def _given(value: Scalar) -> Scalar:
    if isinstance(value, ExcelError):
        raise RaisedError(value)
    return value


def _line(frame: Frame, source: Value) -> Sequence[Scalar]:
    """Give a single row or column as a sequence."""
    array = frame.deref(source)
    if not isinstance(array, Array):
        return [array]
    if array.width == 1:
        return [row[0] for row in array.rows]
    if array.height != 1:
        raise RaisedError(ExcelError.NA)
    return array.rows[0]


def find(frame: Frame, wanted: Scalar, source: Value, order: int) -> int:
    """Give the place of a value in a row or column, from 1: exactly (0), or the last not beyond it in rising or falling order."""
    if isinstance(source, ExcelError):
        raise RaisedError(source)
    if order == 0:
        return _exactly(frame, wanted, source)
    line, kind, found = _line(frame, source), key_of(wanted)[0], 0
    for at, one in enumerate(line, 1):
        if one is None or isinstance(one, ExcelError) or key_of(one)[0] != kind:
            continue
        if less(wanted, one) if order > 0 else less(one, wanted):
            break
        found = at
    if not found:
        raise RaisedError(ExcelError.NA)
    return found


def _exactly(frame: Frame, wanted: Scalar, source: Value) -> int:
    if isinstance(wanted, str) and WILD.search(wanted):
        pattern = wildcard(wanted)
        places = [at for at, one in enumerate(_line(frame, source)) if isinstance(one, str) and pattern.fullmatch(one)]
    elif isinstance(source, Area):
        if source.width > 1 and source.height > 1:
            raise RaisedError(ExcelError.NA)
        places = frame.book.index(source).places.get(key_of(wanted), [])
    else:
        key, line = key_of(wanted), _line(frame, source)
        places = [at for at, one in enumerate(line) if one is not None and not isinstance(one, ExcelError) and key_of(one) == key]
    if not places:
        raise RaisedError(ExcelError.NA)
    return places[0] + 1


def _match(frame: Frame, wanted: Scalar, source: Value, order: Decimal = ONE) -> Decimal:
    return Decimal(find(frame, wanted, source, 0 if not order else int(ONE.copy_sign(order))))


def _vlookup(frame: Frame, wanted: Scalar, source: Value, column: Decimal, sorted_: bool = True) -> Scalar:  # noqa: FBT001, FBT002
    """Look a value up in the first column of an area and give what stands beside it."""
    if not isinstance(source, MANY):
        raise RaisedError(ExcelError.NA if not isinstance(source, ExcelError) else source)
    across = whole_of(column)
    if across < 1:
        raise RaisedError(ExcelError.VALUE)
    if across > source.width:
        raise RaisedError(ExcelError.REF)
    if isinstance(source, Area):
        keys: Value = Area(source.sheet, source.top, source.left, source.bottom, source.left)
        row = find(frame, wanted, keys, int(sorted_))
        return frame.book.read(source.sheet, source.top + row - 1, source.left + across - 1)
    row = find(frame, wanted, Array(tuple((line[0],) for line in source.rows)), int(sorted_))
    return source.rows[row - 1][across - 1]


def _height(_frame: Frame, value: Value) -> Decimal:
    return Decimal(value.height) if isinstance(value, MANY) else _one(value)


def _width(_frame: Frame, value: Value) -> Decimal:
    return Decimal(value.width) if isinstance(value, MANY) else _one(value)


def _one(value: Scalar) -> Decimal:
    if isinstance(value, ExcelError):
        raise RaisedError(value)
    return ONE


def _row(_frame: Frame, value: Value) -> Scalar | Array:
    if not isinstance(value, Area):
        raise RaisedError(ExcelError.VALUE)
    return Array(tuple((Decimal(row),) for row in range(value.top, value.bottom + 1))) if value.height > 1 else ZERO + value.top


def _column(_frame: Frame, value: Value) -> Scalar | Array:
    if not isinstance(value, Area):
        raise RaisedError(ExcelError.VALUE)
    return Array((tuple(Decimal(one) for one in range(value.left, value.right + 1)),)) if value.width > 1 else ZERO + value.left


FUNCTIONS = {
    "INDEX": Function("ann", 2, _index, refers=True),
    "MATCH": Function("van", 2, _match),
    "VLOOKUP": Function("vrnb", 3, _vlookup),
    "ROWS": Function("r", 1, _height),
    "COLUMNS": Function("r", 1, _width),
    "ROW": Function("r", 1, _row),
    "COLUMN": Function("r", 1, _column),
}

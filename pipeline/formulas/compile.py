"""From a formula's tree to a function that works it out for any cell it is copied to."""

from collections.abc import Callable
from decimal import Decimal

from pipeline.formulas.branches import Branches
from pipeline.formulas.comparing import COMPARISONS
from pipeline.formulas.frame import Frame
from pipeline.formulas.library import BRANCHES, FUNCTIONS
from pipeline.formulas.numbers import ZERO, add, divide, multiply, negative, number_of, power, subtract, text_of
from pipeline.formulas.products import picked_product
from pipeline.formulas.registry import CONVERSIONS, WHOLE, Function
from pipeline.formulas.shapes import lift, unless_error
from pipeline.formulas.tree import Axis, Call, Infix, Literal, Name, Node, Percent, Prefix, Reference, Structured
from pipeline.formulas.values import CAUGHT, LAST_COLUMN, LAST_ROW, Area, Array, ExcelError, RaisedError, Scalar, Value, error_of
from pipeline.formulas.words import joined

Operand = Callable[[Frame], Value]
"""Works out a part of a formula, references kept."""
Worth = Callable[[Frame], Scalar | Array]
"""Works out a part of a formula as values."""


def _numeric(function: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Scalar, Scalar], Scalar]:
    def call(left: Scalar, right: Scalar) -> Decimal:
        if type(left) is Decimal and type(right) is Decimal:
            return function(left, right)
        return function(number_of(left), number_of(right))

    return call


_INFIX: dict[str, Callable[[Scalar, Scalar], Scalar]] = {
    "+": _numeric(add),
    "-": _numeric(subtract),
    "*": _numeric(multiply),
    "/": _numeric(divide),
    "^": _numeric(power),
    "&": lambda left, right: joined(text_of(left), text_of(right)),
    **COMPARISONS,
}


def _line(axis: Axis, anchor: int, last: int, *, wraps: bool) -> Callable[[int], int]:
    """Say how a row or column of a reference follows from the formula's own; with `wraps` the first comes after the last."""
    if axis.fixed:
        return lambda _own: axis.number
    distance = axis.number - anchor

    def follow(own: int) -> int:
        line = (own + distance - 1) % last + 1 if wraps else own + distance
        if not 1 <= line <= last:
            raise RaisedError(ExcelError.REF)
        return line

    return follow


class Compiler(Branches):
    """Compiles trees of formulas that stand in one cell; `row` and `column` are where the addresses in them are counted from.

    With `wraps`, as in names, addresses that run past the end of a sheet go on from its beginning.
    """

    def __init__(self, row: int, column: int, *, wraps: bool = False) -> None:
        self.row = row
        self.column = column
        self.wraps = wraps

    def line(self, axis: Axis, *, of_rows: bool) -> Callable[[int], int]:
        """Say how a row or column of a reference follows from the formula's own."""
        anchor, last = (self.row, LAST_ROW) if of_rows else (self.column, LAST_COLUMN)
        return _line(axis, anchor, last, wraps=self.wraps)

    def worth(self, node: Node, *, arrays: bool) -> Worth:
        """Compile a part whose value is wanted: `arrays` says that areas count with all their cells, else by the one in line."""
        if isinstance(node, Reference) and node.single and not arrays:
            return self.cell(node)
        if isinstance(node, Name) and not arrays:
            return lambda frame: frame.single(frame.book.named(frame, node))
        operand = self.operand(node, arrays=arrays)
        if arrays and not isinstance(node, Literal):
            operand = _settled(operand)  # an error beside an array is an error in every place of it
        if not _refers(node):
            return operand  # type: ignore[return-value]  # it never gives a reference

        def run(frame: Frame) -> Scalar | Array:
            value = operand(frame)
            if type(value) is Area:
                return frame.deref(value) if arrays else frame.single(value)
            return value  # type: ignore[return-value]  # no area

        return run

    def operand(self, node: Node, *, arrays: bool) -> Operand:  # noqa: PLR0911 - one for each kind of node
        """Compile a part where references may stay references."""
        match node:
            case Literal(value):
                return lambda _frame: value
            case Reference():
                return self.area(node)
            case Name():
                return lambda frame: frame.book.named(frame, node)
            case Structured():
                return lambda frame: frame.book.structured(frame, node)
            case Prefix(operator, inner):
                return self.signed(operator, self.worth(inner, arrays=arrays))
            case Percent(inner):
                return self.lifted(lambda value: divide(number_of(value), Decimal(100)), self.worth(inner, arrays=arrays))
            case Infix(operator, left, right):
                return self.infix(_INFIX[operator], self.worth(left, arrays=arrays), self.worth(right, arrays=arrays))
            case Call():
                return self.call(node, arrays=arrays)

    def cell(self, node: Reference) -> Worth:
        """Compile a reference to one cell as its value."""
        sheet = None if node.sheet is None else node.sheet.casefold()
        if node.top.fixed and node.left.fixed:
            top, left = node.top.number, node.left.number
            return lambda frame: frame.book.read(frame.sheet if sheet is None else sheet, top, left)
        if self.wraps:
            row, column = self.line(node.top, of_rows=True), self.line(node.left, of_rows=False)
            return lambda frame: frame.book.read(frame.sheet if sheet is None else sheet, row(frame.row), column(frame.column))
        fixed_row, fixed_column = node.top.fixed, node.left.fixed
        down = node.top.number - (0 if fixed_row else self.row)
        across = node.left.number - (0 if fixed_column else self.column)

        def run(frame: Frame) -> Scalar:
            row = down if fixed_row else frame.row + down
            column = across if fixed_column else frame.column + across
            if not (0 < row <= LAST_ROW and 0 < column <= LAST_COLUMN):
                raise RaisedError(ExcelError.REF)
            return frame.book.read(frame.sheet if sheet is None else sheet, row, column)

        return run

    def area(self, node: Reference) -> Operand:
        """Compile a reference as a reference."""
        if (fixed := fixed_area(node)) is not None:
            return lambda _frame: fixed
        top, bottom = (self.line(axis, of_rows=True) for axis in (node.top, node.bottom))
        left, right = (self.line(axis, of_rows=False) for axis in (node.left, node.right))
        sheet = node.sheet.casefold() if node.sheet is not None else None
        if node.single:
            return lambda frame: _cell_area(frame.sheet if sheet is None else sheet, top(frame.row), left(frame.column))

        def run(frame: Frame) -> Area:
            first, last = top(frame.row), bottom(frame.row)
            start, end = left(frame.column), right(frame.column)
            where = frame.sheet if sheet is None else sheet
            return Area(where, min(first, last), min(start, end), max(first, last), max(start, end))

        return run

    def signed(self, operator: str, inner: Worth) -> Worth:
        """Compile a sign: minus makes a number, plus leaves what it is."""
        if operator == "+":
            return inner
        return self.lifted(lambda value: negative(number_of(value)), inner)

    def lifted(self, function: Callable[[Scalar], Scalar], inner: Worth) -> Worth:
        """Compile a function of one value."""

        def run(frame: Frame) -> Scalar | Array:
            value = inner(frame)
            return lift(function, (value,)) if isinstance(value, Array) else function(value)

        return run

    def infix(self, function: Callable[[Scalar, Scalar], Scalar], left: Worth, right: Worth) -> Worth:
        """Compile an operator between two values."""

        def run(frame: Frame) -> Scalar | Array:
            one, other = left(frame), right(frame)
            if type(one) is Array or type(other) is Array:
                return lift(function, (one, other))
            return function(one, other)  # type: ignore[arg-type]  # neither is an array

        return run

    def call(self, node: Call, *, arrays: bool) -> Operand:
        """Compile a function with its arguments."""
        if node.function in BRANCHES:
            return self.branch(node, arrays=arrays)
        function = FUNCTIONS[node.function]
        kinds = [function.kind(at) for at in range(len(node.arguments))]
        given = [self.argument(kind, one, arrays=arrays) for kind, one in zip(kinds, node.arguments, strict=True)]
        made = self.framed(function, kinds, given) if function.framed else self.plain(function, kinds, given)
        if node.function == "SUMPRODUCT":
            return picked_product(node, lambda one: self.operand(one, arrays=True), made)
        return made

    def argument(self, kind: str, node: Node, *, arrays: bool) -> Operand:
        """Compile an argument of a function; where the function sees errors itself, they are given to it."""
        if kind not in WHOLE:
            worth = self.worth(node, arrays=arrays)
            return _settled(worth) if kind == "e" else worth
        if isinstance(node, Literal) and node.value is None:
            return lambda _frame: ZERO
        operand = self.operand(node, arrays=arrays or kind == "a")
        return operand if isinstance(node, Reference) and fixed_area(node) is not None else _settled(operand)

    def plain(self, function: Function, kinds: list[str], given: list[Operand]) -> Operand:
        """Compile a call of a function of single values."""
        conversions = [CONVERSIONS[kind] for kind in kinds]
        call = function.call

        def once(*values: Scalar) -> Scalar:
            return call(*[convert(value) for convert, value in zip(conversions, values, strict=True)])  # type: ignore[no-any-return]

        def run(frame: Frame) -> Value:
            values = [worth(frame) for worth in given]
            if Array in map(type, values):
                return lift(once, values)  # type: ignore[arg-type]  # no areas: they are worked out as values
            return once(*values)  # type: ignore[arg-type]

        return run

    def framed(self, function: Function, kinds: list[str], given: list[Operand]) -> Operand:
        """Compile a call of a function that takes areas whole; its single values may still be arrays."""
        call = function.call
        singles = [(at, CONVERSIONS[kind]) for at, kind in enumerate(kinds) if kind not in WHOLE]
        if not singles:
            return lambda frame: call(frame, *[worth(frame) for worth in given])

        def once(frame: Frame, values: list[Value]) -> Value:
            for at, convert in singles:
                values[at] = convert(values[at])  # type: ignore[arg-type]  # no area: it is worked out as a value
            return call(frame, *values)  # type: ignore[no-any-return]

        def run(frame: Frame) -> Value:
            values = [worth(frame) for worth in given]
            for at, _ in singles:
                if type(values[at]) is Array:
                    return spread(frame, values)
            return once(frame, values)

        def spread(frame: Frame, values: list[Value]) -> Value:
            def placed(*these: Scalar) -> Scalar:
                for (at, _), value in zip(singles, these, strict=True):
                    values[at] = value
                return _alone(frame, once(frame, values))

            return lift(placed, [values[at] for at, _ in singles])  # type: ignore[misc]  # no areas, as above

        return run


def fixed_area(node: Reference) -> Area | None:
    """Give the cells of a reference that means the same ones from every cell of the workbook; None for any other."""
    if node.sheet is None or not all(axis.fixed for axis in (node.top, node.left, node.bottom, node.right)):
        return None
    rows, columns = sorted((node.top.number, node.bottom.number)), sorted((node.left.number, node.right.number))
    return Area(node.sheet.casefold(), rows[0], columns[0], rows[1], columns[1])


def _refers(node: Node) -> bool:
    """Say whether a part can give a reference instead of values."""
    if not isinstance(node, Call):
        return isinstance(node, Reference | Name | Structured)
    if node.function in BRANCHES:
        return any(map(_refers, node.arguments[1:]))
    return FUNCTIONS[node.function].refers


def _cell_area(sheet: str, row: int, column: int) -> Area:
    return Area(sheet, row, column, row, column)


def _alone(frame: Frame, value: Value) -> Scalar:
    """Give the one value that a place of an array can hold."""
    made = frame.deref(value)
    return unless_error(made.rows[0][0] if isinstance(made, Array) else made)


def _settled(operand: Operand) -> Operand:
    """Give an error as a value instead of raising it."""

    def run(frame: Frame) -> Value:
        try:
            return operand(frame)
        except CAUGHT as raised:
            return error_of(raised)

    return run

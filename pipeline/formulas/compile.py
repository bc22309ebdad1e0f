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
    return lambda left, right: function(number_of(left), number_of(right))


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
        operand = self.operand(node, arrays=arrays)
        if arrays and not isinstance(node, Literal):
            operand = _settled(operand)  # an error beside an array is an error in every place of it
        if isinstance(node, Infix | Prefix | Percent | Literal):
            return operand  # type: ignore[return-value]  # none of these gives a reference

        def run(frame: Frame) -> Scalar | Array:
            value = operand(frame)
            if isinstance(value, Area):
                return frame.deref(value) if arrays else frame.single(value)
            return value

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
        row, column = self.line(node.top, of_rows=True), self.line(node.left, of_rows=False)
        if node.sheet is None:
            return lambda frame: frame.book.read(frame.sheet, row(frame.row), column(frame.column))
        sheet = node.sheet.casefold()
        return lambda frame: frame.book.read(sheet, row(frame.row), column(frame.column))

    def area(self, node: Reference) -> Operand:
        """Compile a reference as a reference."""
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
            if isinstance(one, Array) or isinstance(other, Array):
                return lift(function, (one, other))
            return function(one, other)

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
        return _settled(self.operand(node, arrays=arrays or kind == "a"))

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
        singles = [at for at, kind in enumerate(kinds) if kind not in WHOLE]
        if not singles:
            return lambda frame: call(frame, *[worth(frame) for worth in given])

        def run(frame: Frame) -> Value:
            values = [worth(frame) for worth in given]

            def once(*converted: Scalar) -> Value:
                for at, value in zip(singles, converted, strict=True):
                    values[at] = CONVERSIONS[kinds[at]](value)
                return call(frame, *values)  # type: ignore[no-any-return]

            wanted = [values[at] for at in singles]
            if not any(isinstance(value, Array) for value in wanted):
                return once(*wanted)  # type: ignore[arg-type]  # no areas: they are worked out as values
            return lift(lambda *these: _alone(frame, once(*these)), wanted)  # type: ignore[arg-type]

        return run


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

"""The functions that work out only what they need: IF, IFERROR, CHOOSE."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.formulas.frame import Frame
from pipeline.formulas.numbers import logical_of, whole_of
from pipeline.formulas.shapes import lift, unless_error
from pipeline.formulas.tree import Call, Literal, Node
from pipeline.formulas.values import CAUGHT, Area, Array, ExcelError, RaisedError, Scalar, Value, error_of

if TYPE_CHECKING:
    from pipeline.formulas.compile import Operand, Worth


class Branches:
    """Compiles calls that choose between their arguments; the compiler of everything else is built on it."""

    if TYPE_CHECKING:

        def worth(self, node: Node, *, arrays: bool) -> Worth:
            """See Compiler."""

        def operand(self, node: Node, *, arrays: bool) -> Operand:
            """See Compiler."""

    def branch(self, node: Call, *, arrays: bool) -> "Operand":
        """Compile IF, IFERROR, IFNA or CHOOSE."""
        if node.function == "IF":
            no = node.arguments[2] if len(node.arguments) > 2 else Literal(value=False)  # noqa: PLR2004
            return self.choice(_whether, (node.arguments[0], no, node.arguments[1]), arrays=arrays)
        if node.function == "CHOOSE":
            return self.choice(whole_of, (node.arguments[0], Literal(ExcelError.VALUE), *node.arguments[1:]), arrays=arrays)
        caught = frozenset(ExcelError) if node.function == "IFERROR" else frozenset({ExcelError.NA})
        return self.fallback(caught, *node.arguments, arrays=arrays)

    def choice(self, place: Callable[[Scalar], int], nodes: tuple[Node, ...], *, arrays: bool) -> "Operand":
        """Compile a choice: the first part, made a place by `place`, says which of the others is the value."""
        which = self.worth(nodes[0], arrays=arrays)
        kept = [self.operand(node, arrays=arrays) for node in nodes[1:]]

        def run(frame: Frame) -> Value:
            chosen = which(frame)
            if chosen is True or chosen is False:  # TRUE is the second place, of IF as of CHOOSE
                return kept[chosen](frame)
            if not isinstance(chosen, Array):
                return kept[_within(place(chosen), len(kept))](frame)
            values = [_tried(one, frame) for one in kept]
            return lift(lambda at, *these: unless_error(these[_within(place(at), len(these))]), (chosen, *values))

        return run

    def fallback(self, caught: frozenset[ExcelError], tried: Node, instead: Node, *, arrays: bool) -> "Operand":
        """Compile a value with another to take its place where it is an error."""
        first, second = self.worth(tried, arrays=arrays), self.worth(instead, arrays=arrays)

        def run(frame: Frame) -> Value:
            value = _tried(first, frame)
            if isinstance(value, Array):
                other = _tried(second, frame)
                return lift(lambda one, two: unless_error(two if one in caught else one), (value, other))
            if value in caught:
                return second(frame)
            return unless_error(value)

        return run


def _whether(value: Scalar) -> int:
    return int(logical_of(value))


def _within(at: int, count: int) -> int:
    if not 0 <= at < count:
        raise RaisedError(ExcelError.VALUE)
    return at


def _tried(operand: "Operand", frame: Frame) -> Scalar | Array:
    try:
        value = operand(frame)
        return frame.deref(value) if isinstance(value, Area) else value
    except CAUGHT as raised:
        return error_of(raised)

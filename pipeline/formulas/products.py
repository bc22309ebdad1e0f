"""SUMPRODUCT over rows picked by a condition, without going through all the others.

SUMPRODUCT((A8:A2007=A8)*1,H8:H2007) is what every lot's row holds: done as written, twice the lots make four times the work.
Where a condition says which rows count, and nothing in the others can be an error, only those rows are multiplied; else it is
done as written.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.formulas.aggregates import counted
from pipeline.formulas.comparing import COMPARISONS, key_of
from pipeline.formulas.frame import Frame, Index
from pipeline.formulas.numbers import ONE, ZERO, add, multiply, number_of
from pipeline.formulas.tree import Call, Infix, Literal, Name, Node, Prefix, Reference, Structured
from pipeline.formulas.values import Area, Array, ExcelError, Scalar, Value

Operand = Callable[[Frame], Value]
At = Callable[[int], Scalar]
"""Gives the value at a place, counted from 0 along rows and then down."""


@dataclass(frozen=True, slots=True)
class Part:
    """A factor as this cell's formula sees it: its value at each place, its size (None for any), and where it is not 0."""

    at: At
    size: tuple[int, int] | None = None
    places: list[int] | None = None


Factor = Callable[[Frame, bool], Part | None]
"""Makes a factor ready; told whether text in it would be an error; None where it has to be done as written."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of SUMPRODUCT as the factors it is the product of; `product` says that it is more than one bare value."""

    factors: tuple[Factor, ...]
    product: bool


def picked_product(node: Call, compile_operand: Callable[[Node], Operand], written: Operand) -> Operand:
    """Compile a SUMPRODUCT, with what it is as written to fall back on."""
    arguments = [_argument(one, compile_operand) for one in node.arguments]
    known = [one for one in arguments if one is not None]
    if len(known) < len(arguments) or not any(_picks(one) for one in node.arguments):
        return written

    def run(frame: Frame) -> Value:
        parts: list[tuple[list[Part], bool]] = []
        for argument in known:
            ready = [factor(frame, argument.product) for factor in argument.factors]
            some = [part for part in ready if part is not None]
            if len(some) < len(ready):
                return written(frame)
            parts.append((some, argument.product))
        places = _common([part for some, _ in parts for part in some])
        return written(frame) if places is None else _total(parts, places)

    return run


def _common(parts: list[Part]) -> list[int] | None:
    """Give the places worth looking at; None where no condition picks them, or sizes differ."""
    sizes = {part.size for part in parts if part.size is not None}
    picked = [part.places for part in parts if part.places is not None]
    if len(sizes) != 1 or not picked:
        return None
    return min(picked, key=len)


def _total(parts: list[tuple[list[Part], bool]], places: list[int]) -> Scalar:
    result = ZERO
    for at in places:
        one = ONE
        for factors, product in parts:
            if product:
                for factor in factors:
                    one = multiply(one, number_of(factor.at(at)))
            else:
                one = multiply(one, counted(factors[0].at(at)))
        result = add(result, one)
    return result


def _picks(node: Node) -> bool:
    """Say whether a condition of the form cells = value is among the factors."""
    if isinstance(node, Infix):
        return node.operator == "=" or (node.operator == "*" and (_picks(node.left) or _picks(node.right)))
    return isinstance(node, Prefix) and _picks(node.operand)


def _argument(node: Node, compile_operand: Callable[[Node], Operand]) -> Argument | None:
    """Take an argument apart into its factors; None where one of them is not of a kind known here."""
    factors: list[Factor] = []
    waiting, product = [node], False
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, Infix) and one.operator == "*":
            waiting[:0], product = [one.left, one.right], True
        elif isinstance(one, Prefix) and isinstance(one.operand, Prefix) and one.operator == one.operand.operator == "-":
            waiting[:0], product = [one.operand.operand], True
        elif (factor := _factor(one, compile_operand)) is not None:
            factors.append(factor)
        else:
            return None
    return Argument(tuple(factors), product)


def _factor(node: Node, compile_operand: Callable[[Node], Operand]) -> Factor | None:
    if isinstance(node, Literal):
        value = node.value
        return None if isinstance(value, Array | ExcelError | str) else lambda _frame, _product: Part(lambda _at: value)
    if isinstance(node, Reference | Name | Structured):
        return _cells(compile_operand(node))
    if isinstance(node, Infix) and node.operator in COMPARISONS and isinstance(node.left, Reference | Name | Structured):
        return _condition(node.operator, compile_operand(node.left), compile_operand(node.right))
    if isinstance(node, Call) and node.function == "ISNUMBER" and isinstance(node.arguments[0], Reference | Name | Structured):
        return _numeric(compile_operand(node.arguments[0]))
    return None


def _many(value: Value) -> Area | None:
    return value if isinstance(value, Area) and value.height * value.width > 1 else None


def _cells(operand: Operand) -> Factor:
    """Make a factor of cells as they are: none may be an error, nor text where it is multiplied."""

    def ready(frame: Frame, product: bool) -> Part | None:  # noqa: FBT001 - see Factor
        area = _many(operand(frame))
        if area is None:
            return None
        index = frame.book.index(area)
        if not index.clean or (product and not index.numeric):
            return None
        return Part(index.values.__getitem__, (area.height, area.width))

    return ready


def _condition(operator: str, left: Operand, right: Operand) -> Factor:
    """Make a factor of cells compared with one value, which is 0 or 1."""
    compare = COMPARISONS[operator]

    def ready(frame: Frame, _product: bool) -> Part | None:  # noqa: FBT001 - see Factor
        area, wanted = _many(left(frame)), frame.deref(right(frame))
        if area is None or isinstance(wanted, Array | ExcelError):
            return None
        index = frame.book.index(area)
        if not index.clean:
            return None
        places = _places(index, wanted) if operator == "=" else None
        return Part(lambda at: compare(index.values[at], wanted), (area.height, area.width), places)

    return ready


def _places(index: Index, wanted: Scalar) -> list[int] | None:
    """Give the places of a value; None for what an empty cell equals too."""
    if not wanted:
        return None
    return index.places.get(key_of(wanted), [])


def _numeric(operand: Operand) -> Factor:
    """Make a factor of whether cells hold numbers."""

    def ready(frame: Frame, _product: bool) -> Part | None:  # noqa: FBT001 - see Factor
        area = _many(operand(frame))
        if area is None:
            return None
        values = frame.book.index(area).values
        return Part(lambda at: type(values[at]) is type(ZERO), (area.height, area.width))

    return ready

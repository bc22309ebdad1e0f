"""Formulas made ready once: rows that repeat a formula with only its relative addresses moved share the work."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.formulas.allow import faults
from pipeline.formulas.compile import Compiler, Operand
from pipeline.formulas.frame import Frame
from pipeline.formulas.moving import normal_form
from pipeline.formulas.parse import parse
from pipeline.formulas.tree import Call, Node, children
from pipeline.formulas.values import Array, FormulaError, Scalar

_MOST = 20_000
_ready: dict[tuple[str, bool], "Compiled"] = {}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A formula ready to be worked out in any cell of the same normal form; `subtotal` says that it is one."""

    run: Callable[[Frame], Scalar | Array]
    subtotal: bool


def compiled(formula: str, row: int, column: int, *, arrays: bool) -> Compiled:
    """Make a formula ready that stands in a cell; `arrays` for one entered as an array formula."""
    key = normal_form(formula, row, column), arrays
    found = _ready.get(key)
    if found is None:
        node = _checked(formula, arrays=arrays)
        found = Compiled(Compiler(row, column).worth(node, arrays=arrays), _has_subtotal(node))
        if len(_ready) >= _MOST:
            _ready.clear()
        _ready[key] = found
    return found


def defined(formula: str) -> Operand:
    """Make a defined name ready: its relative addresses are counted from A1, and it is worked out with arrays."""
    return Compiler(1, 1, wraps=True).operand(_checked(formula, arrays=True), arrays=True)


def _checked(formula: str, *, arrays: bool) -> Node:
    """Read a formula and refuse it where it uses what is not worked out as Excel does."""
    node = parse(formula)
    if found := faults(node, array=arrays):
        raise FormulaError("; ".join(found))
    return node


def _has_subtotal(node: Node) -> bool:
    return (isinstance(node, Call) and node.function == "SUBTOTAL") or any(map(_has_subtotal, children(node)))

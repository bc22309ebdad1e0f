"""Formulas made ready once: rows that repeat a formula with only its relative addresses moved share the work."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from pipeline.formulas.allow import faults
from pipeline.formulas.compile import Compiler, Operand, fixed_area
from pipeline.formulas.frame import Frame
from pipeline.formulas.moving import normal_form
from pipeline.formulas.parse import parse
from pipeline.formulas.tree import Call, Node, Reference, children
from pipeline.formulas.values import Area, Array, FormulaError, Scalar

_MOST = 20_000
_ready: dict[tuple[str, bool], "Compiled"] = {}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A formula ready to be worked out in any cell of the same normal form.

    `subtotal` says that it is one, `depth` how deep its parts are nested.
    """

    run: Callable[[Frame], Scalar | Array]
    subtotal: bool
    depth: int


@dataclass(frozen=True, slots=True)
class Defined:
    """A defined name ready to be worked out; `area` holds the cells of one that means the same cells everywhere."""

    run: Operand
    area: Area | None


@lru_cache(maxsize=_MOST)
def compiled(formula: str, row: int, column: int, *, arrays: bool) -> Compiled:
    """Make a formula ready that stands in a cell; `arrays` for one entered as an array formula."""
    key = normal_form(formula, row, column), arrays
    found = _ready.get(key)
    if found is None:
        node = _checked(formula, arrays=arrays)
        found = Compiled(Compiler(row, column).worth(node, arrays=arrays), _has_subtotal(node), _depth(node))
        if len(_ready) >= _MOST:
            _ready.clear()
        _ready[key] = found
    return found


@lru_cache(maxsize=_MOST)
def defined(formula: str) -> Defined:
    """Make a defined name ready: its relative addresses are counted from A1, and it is worked out with arrays."""
    node = _checked(formula, arrays=True)
    area = fixed_area(node) if isinstance(node, Reference) else None
    return Defined(Compiler(1, 1, wraps=True).operand(node, arrays=True), area)


def _checked(formula: str, *, arrays: bool) -> Node:
    """Read a formula and refuse it where it uses what is not worked out as Excel does."""
    node = parse(formula)
    if found := faults(node, array=arrays):
        raise FormulaError("; ".join(found))
    return node


def _has_subtotal(node: Node) -> bool:
    return (isinstance(node, Call) and node.function == "SUBTOTAL") or any(map(_has_subtotal, children(node)))


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, children(node)), default=0)

"""What a formula is made of, once read."""

from dataclasses import dataclass
from decimal import Decimal

from pipeline.formulas.values import Array, ExcelError


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, yes or no, an error or an array constant; None is an argument left out between commas."""

    value: Decimal | str | bool | ExcelError | Array | None


@dataclass(frozen=True, slots=True)
class Axis:
    """A row or column of a reference: its number where the formula stands, and whether $ holds it there."""

    number: int
    fixed: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """Cells by their address; `sheet` is None for the sheet the formula stands on."""

    sheet: str | None
    top: Axis
    left: Axis
    bottom: Axis
    right: Axis

    @property
    def single(self) -> bool:
        """Say whether it is written as one cell."""
        return self.top is self.bottom and self.left is self.right


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name; `sheet` is given when it belongs to one sheet and is used from another."""

    sheet: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Structured:
    """Cells of a table: which parts (#Data, #Headers, #Totals, #All, #This Row) of which columns; no columns means all."""

    table: str
    parts: tuple[str, ...]
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Prefix:
    """Plus or minus before a value."""

    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Percent:
    """A value followed by %."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Infix:
    """Two values with an operator between them."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function, named in capitals, with its arguments."""

    function: str
    arguments: tuple["Node", ...]


Node = Literal | Reference | Name | Structured | Prefix | Percent | Infix | Call


def children(node: Node) -> tuple[Node, ...]:
    """Give the parts a node is made of."""
    if isinstance(node, Infix):
        return node.left, node.right
    if isinstance(node, Prefix | Percent):
        return (node.operand,)
    return node.arguments if isinstance(node, Call) else ()

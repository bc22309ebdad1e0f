"""What a formula refers to by name: sheets, defined names, tables and their columns."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.formulas.parse import parse
from pipeline.formulas.tree import Name, Node, Reference, Structured, children


@dataclass(frozen=True, slots=True)
class Uses:
    """The sheets a formula names, the defined names (each with the sheet before it, or ""), and the tables' columns.

    A table stands as (table, column), with "" as the table that the formula stands in and "" as the whole table.
    """

    sheets: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]


def uses_of(formula: str) -> Uses:
    """Say what a formula refers to, as it writes it, each once; FormulaError when it cannot be read."""
    nodes = list(_within(parse(formula)))
    sheets = [node.sheet for node in nodes if isinstance(node, Name | Reference) and node.sheet]
    names = [(node.sheet or "", node.name) for node in nodes if isinstance(node, Name)]
    columns = [
        (node.table, column)
        for node in nodes
        if isinstance(node, Structured)
        for column in ([node.first, node.last or node.first] if node.first else [""])
    ]
    return Uses(*(tuple(dict.fromkeys(found)) for found in (sheets, names, columns)))  # type: ignore[arg-type]


def _within(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _within(child)

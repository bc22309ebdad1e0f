"""What a rendered workbook holds, for whoever works out its formulas; and the values they come to, put where Excel looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape

Key = tuple[str, int, int]
"""A cell: its sheet, row and column, the last two counted from 1."""


@dataclass(frozen=True, slots=True)
class FormulaText:
    """A formula in a cell, without its equals sign; `area` is the cells an array formula fills, "" for any other."""

    text: str
    area: str = ""


CellContent = Decimal | str | bool | FormulaText


@dataclass(frozen=True, slots=True)
class TableRange:
    """A table of a rendered workbook: its sheet, its whole area with headings and totals, its columns' names in order."""

    name: str
    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    columns: tuple[str, ...]
    headers: bool
    totals: bool


@dataclass
class Rendered:
    """A rendered workbook whose formulas have no values yet: `cells`, `names` and `tables` are all they can depend on.

    A name is under (sheet, name) where it is local to a sheet. `chunks` holds the texts that each sheet's part is made of,
    and `slots` where among them stands what a formula fills.
    """

    parts: dict[str, bytes]
    cells: dict[Key, CellContent]
    names: dict[str | tuple[str, str], str]
    tables: tuple[TableRange, ...]
    chunks: dict[str, list[str]] = field(repr=False)
    slots: dict[Key, tuple[str, int]] = field(repr=False)


def fill_values(rendered: Rendered, values: Mapping[Key, tuple[str, str]]) -> None:
    """Put beside each formula what it comes to: the type that a cell's XML gives it (n, str, b or e), and its text.

    A formula that is not among the values stays without one.
    """
    for key, (kind, text) in values.items():
        if key not in rendered.slots:
            continue
        part, at = rendered.slots[key]
        chunks = rendered.chunks[part]
        chunks[at] += "" if kind == "n" else f' t="{kind}"'
        chunks[at + 1] = f"{chunks[at + 1].removesuffix('</c>')}<v>{escape(text, _RETURN)}</v></c>"


_RETURN = {"\r": "_x000D_"}


def finished_parts(rendered: Rendered) -> dict[str, bytes]:
    """Give all parts, those of the sheets from their texts."""
    return {**rendered.parts, **{part: "".join(chunks).encode() for part, chunks in rendered.chunks.items()}}

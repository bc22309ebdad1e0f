"""What a rendered workbook holds, for whoever works out its formulas; and the values they come to, put where Excel looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from pipeline.formulas import Address, Content, Table
from pipeline.render.cells import guarded


@dataclass
class Rendered:
    """A rendered workbook whose formulas have no values yet: `cells`, `names` and `tables` are all they can depend on.

    `sheets` are the titles of its sheets, in order. Formulas in `cells` are without their equals sign.
    A name is under (sheet, name) where it is local to a sheet. `chunks` holds the texts that each sheet's part is made of,
    and `slots` where among them stands what a formula fills.
    """

    parts: dict[str, bytes]
    sheets: tuple[str, ...]
    cells: dict[Address, Content]
    names: dict[str | tuple[str, str], str]
    tables: tuple[Table, ...]
    chunks: dict[str, list[str]] = field(repr=False)
    slots: dict[Address, tuple[str, int]] = field(repr=False)


def fill_values(rendered: Rendered, values: Mapping[Address, tuple[str, str]]) -> None:
    """Put beside each formula what it comes to: the type that a cell's XML gives it (n, str, b or e), and its text.

    A formula that is not among the values stays without one.
    """
    for key, (kind, text) in values.items():
        if key not in rendered.slots:
            continue
        part, at = rendered.slots[key]
        chunks = rendered.chunks[part]
        chunks[at] += "" if kind == "n" else f' t="{kind}"'
        chunks[at + 1] = f"{chunks[at + 1].removesuffix('</c>')}<v>{escape(guarded(text), _RETURN)}</v></c>"


_RETURN = {"\r": "_x000D_"}


def finished_parts(rendered: Rendered) -> dict[str, bytes]:
    """Give all parts, those of the sheets from their texts."""
    return {**rendered.parts, **{part: "".join(chunks).encode() for part, chunks in rendered.chunks.items()}}

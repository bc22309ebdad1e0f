"""What a rendered workbook holds, for whoever works out its formulas; and the values they come to, put where Excel looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape

from pipeline.formulas import Address, Content, ExcelError, Scalar, Table, written
from pipeline.render.cells import guarded
from pipeline.render.rendered import Package
from pipeline.render.sheets.charts import Chart, fill_chart


@dataclass
class Rendered:
    """A rendered workbook whose formulas have no values yet: `cells`, `names` and `tables` are all they can depend on.

    `package` holds the parts that no value changes, `changed` those that values went into but the sheets; `sheets` are the
    titles of its sheets, in order. Formulas in `cells` are without their equals sign. A name is under (sheet, name) where it
    is local to a sheet. `chunks` holds the texts that each sheet's part is made of, and `slots` where among them the type of
    a formula's value belongs; the value belongs two places on.
    """

    package: Package
    changed: dict[str, bytes]
    sheets: tuple[str, ...]
    cells: dict[Address, Content]
    names: dict[str | tuple[str, str], str]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    chunks: dict[str, list[str]] = field(repr=False)
    slots: dict[Address, tuple[str, int]] = field(repr=False)

    def made(self) -> dict[str, bytes]:
        """Give the parts that values went into, those of the sheets from their chunks."""
        return {**self.changed, **{part: "".join(chunks).encode() for part, chunks in self.chunks.items()}}

    def parts(self) -> dict[str, bytes]:
        """Give all parts of the workbook as it stands, unfinished."""
        return {**self.package.parts, **self.made()}


def fill_values(rendered: Rendered, values: Mapping[Address, Scalar]) -> None:
    """Put beside each formula, and into each chart, what it comes to; a formula that is not among the values stays without."""
    for key, value in values.items():
        if key not in rendered.slots:
            continue
        part, at = rendered.slots[key]
        chunks = rendered.chunks[part]
        kind, text = written(value)
        if kind == "n":
            chunks[at + 2] = f"<v>{text}</v>"
        else:
            chunks[at] = f' t="{kind}"'
            chunks[at + 2] = f"<v>{escape(guarded(text), _RETURN)}</v>"
    for chart in rendered.charts:
        rendered.changed[chart.part] = fill_chart(chart, lambda at: _held(rendered, values, at))


_RETURN = {"\r": "_x000D_"}


def _held(rendered: Rendered, values: Mapping[Address, Scalar], at: Address) -> Scalar:
    """Give what a cell shows."""
    if at in values:
        return values[at]
    content = rendered.cells.get(at)
    return content if isinstance(content, Decimal | str | bool | ExcelError) else None

"""A compiled workbook template: plain data that can be pickled, held in memory, and rendered any number of times."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pipeline.render.cells import Program, Runs
from pipeline.render.sheets.formulas import Formula
from pipeline.render.sheets.markup import Moved, Pattern
from pipeline.render.sheets.rows import Area, Block
from pipeline.render.sheets.styles import Styles

if TYPE_CHECKING:
    from pipeline.render.sheets.laid import Layout

Kind = Literal["blank", "value", "text", "formula", "member", "fill"]
"""What a cell holds; a member is filled by the array formula of another cell."""
Places = tuple[tuple[str, tuple[Block, ...]], ...]
"""Where the rows of a workbook go: the sheets that stay, in order, each with its repeated rows."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a template.

    `where` is its place as errors name it; `text` is what is in it: a value's XML, a text's words, a formula with its equals
    sign. `typed` is the type of a value, or of an array formula the cells it fills. `room` is how many characters of a
    wrapped text fit on one line, 0 where the text does not wrap; `line` is how many points a line takes. `source` is the text
    as the template has it, where a sheet tag was taken out of it.
    """

    column: str
    number: int
    style: int
    kind: Kind
    where: str
    text: str = ""
    typed: str = ""
    runs: Runs = ()
    program: Program | None = None
    formula: Formula | None = None
    area: Area | None = None
    extra: str = ""
    room: int = 0
    line: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a template that is more than empty: its attributes but number and height, and its cells left to right."""

    number: int
    attributes: str
    height: float | None
    height_text: str
    cells: tuple[Cell, ...]
    needs: float = 0.0


@dataclass(frozen=True, slots=True)
class RowTag:
    """The rows of a block and the tag that opens it; `fault` says what is wrong with how it is placed."""

    opening: int
    closing: int
    word: str
    rest: str
    tag: str
    where: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A header or footer that holds tags."""

    name: str
    program: Program


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship from one part to another, or to outside the package."""

    id: str
    kind: str
    target: str
    external: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part that follows its sheet's rows: its content as a pattern, and what it points to.

    `found` holds the relationships that go when rows are left out, each with the cells it depends on; `shapes` is how many
    boxes of comments the part holds at most.
    """

    name: str
    pattern: Pattern
    found: tuple[tuple[str, tuple[Area, ...]], ...] = ()
    shapes: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the part that holds it, its name, its cells, its columns' names, and its heading and totals rows."""

    part: str
    link: str
    name: str
    area: Area
    columns: tuple[str, ...]
    heading_rows: int
    totals_rows: int
    where: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a template."""

    title: str
    part: str
    link: str
    test: str
    test_tag: str
    rows: tuple[Row, ...]
    tags: tuple[RowTag, ...]
    pattern: Pattern
    headers: tuple[Header, ...] = ()
    tables: tuple[Table, ...] = ()
    parts: tuple[Part, ...] = ()
    columns: tuple[str, str] = ("A", "A")


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name: what it is called, the sheet it is local to (or ""), the sheets it points to, what it says, and more."""

    name: str
    home: str
    sheets: frozenset[str]
    formula: Moved
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledWorkbook:
    """A workbook template, compiled: its sheets, names and styles, and every other part as it is; and its last layouts."""

    name: str
    part: str
    pattern: Pattern
    sheets: tuple[Sheet, ...]
    names: tuple[Name, ...]
    styles: Styles
    styles_part: str
    parts: dict[str, bytes] = field(repr=False)
    links: dict[str, tuple[Link, ...]]
    defaults: tuple[tuple[str, str], ...]
    overrides: dict[str, str]
    layouts: dict[Places, "Layout"] = field(default_factory=dict, repr=False, compare=False)

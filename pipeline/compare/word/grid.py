"""A table read into rows, cells and columns that can be aligned."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.compare.change import shortened
from pipeline.compare.word.block import Block
from pipeline.compare.word.markup import raw_of
from pipeline.compare.word.paragraph import Paragraph, read_paragraph
from pipeline.compare.word.quick import cells_of, plain_cell, plain_rows
from pipeline.compare.words import OPEN, fill, normal, word_counts
from pipeline.text import W

if TYPE_CHECKING:
    from collections.abc import Sequence

_MERGED = re.compile(rb"<w:vMerge[^>]*>")
_SPAN = re.compile(rb"<w:gridSpan w:val=\"(\d+)\"")


class Cell:
    """A cell and the columns it covers. Its element is looked for only when its markup does not say enough."""

    __slots__ = ("_paragraphs", "_text", "_whole", "at", "column", "raw", "span", "table")

    def __init__(self, table: "Table", at: tuple[int, int], raw: bytes, column: int) -> None:
        self.table = table
        self.at = at
        self.raw = raw
        self.column = column
        span = _SPAN.search(raw) if table.has_spans else None
        self.span = int(span[1]) if span else 1
        self._paragraphs: list[tuple[str, Paragraph]] | None = None
        self._text: str | None = None
        self._whole: Paragraph | None = None

    @property
    def paragraphs(self) -> list[tuple[str, Paragraph]]:
        """Its paragraphs with their styles."""
        if self._paragraphs is None:
            story, (row, place) = self.table.block.story, self.at
            element = self.table.elements[row][place]
            self._paragraphs = [
                (story.style(one)[0], read_paragraph(one, story.file, story.links)) for one in element.iter(f"{W}p")
            ]
        return self._paragraphs

    @property
    def whole(self) -> Paragraph:
        """Its text as if it were one paragraph."""
        if self._whole is None:
            results = {name: result for _, one in self.paragraphs for name, result in one.shown.items()}
            self._whole = Paragraph("\n".join(normal(one.key) for _, one in self.paragraphs).strip(), results)
        return self._whole

    @property
    def text(self) -> str:
        """What is read."""
        if self._text is None:
            row, place = self.at
            texts = self.table.block.texts
            plain = texts[row][place] if texts else plain_cell(self.raw)
            self._text = normal(self.whole.key if plain is None else plain)
        return self._text

    @property
    def merged_words(self) -> frozenset[str]:
        """Its words where another cell is merged over it, so that nobody sees them."""
        found = _MERGED.search(self.raw)
        is_under = found is not None and b"restart" not in found[0]
        return frozenset({f"merged over “{self.text}”"}) if is_under and self.text else frozenset()

    @property
    def shown(self) -> str:
        """What a reader sees."""
        return fill(self.text, self.whole.shown) if OPEN in self.text else self.text


class Row:
    """A row with the columns that both tables have. It is cut into cells when that is first asked for."""

    __slots__ = ("_cells", "_key", "_places", "_words", "at", "columns", "ids", "markup", "table")
    sort = "row"

    def __init__(self, table: "Table", at: int, markup: bytes) -> None:
        self.table = table
        self.at = at
        self.markup = markup
        self.columns: Sequence[int] | None = None
        self.ids: list[str] = []
        self._cells: list[Cell] | None = None
        self._places: dict[int, Cell] | None = None
        self._key: str | None = None
        self._words: Counter[str] | None = None

    @property
    def cells(self) -> list[Cell]:
        """Its cells in order."""
        if self._cells is None:
            self._cells, column = [], 0
            for place, raw in enumerate(self.table.cut(self.at)):
                self._cells.append(Cell(self.table, (self.at, place), raw, column))
                column += self._cells[-1].span
        return self._cells

    @property
    def places(self) -> dict[int, Cell]:
        """Its cells by the columns they start in."""
        if self._places is None:
            self._places = {cell.column: cell for cell in self.cells}
        return self._places

    @property
    def raw(self) -> object:
        """All that can be compared of it."""
        return self.markup if self.columns is None else self.key

    @property
    def key(self) -> str:
        """What is read."""
        if self._key is None:
            columns = self.places if self.columns is None else self.columns
            self._key = " | ".join(self.text(column) for column in columns)
        return self._key

    @property
    def words(self) -> Counter[str]:
        """Its words, counted."""
        if self._words is None:
            self._words = word_counts(self.key)
        return self._words

    def text(self, column: int) -> str:
        """What a cell says."""
        cell = self.places.get(column)
        return cell.text if cell else ""

    @property
    def shown(self) -> str:
        """What a reader sees."""
        return " | ".join(cell.shown for cell in self.cells)

    @property
    def name(self) -> str:
        """What to call it: its first words."""
        return next((shortened(cell.shown) for cell in self.cells if cell.text), str(self.at + 1))


@dataclass(eq=False)
class Column:
    """A column to be aligned: by its heading, or else by what is in it."""

    key: str
    values: list[str]
    ids: list[str]
    sort: str = "column"

    @property
    def raw(self) -> object:
        """All there is to it."""
        return (self.key, *self.values)

    @cached_property
    def words(self) -> Counter[str]:
        """What is in it, counted."""
        return Counter(self.values) if any(self.values) else Counter([self.key])


class Table:
    """A table read into rows by column."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.has_spans = b"<w:gridSpan " in block.markup
        self._raws = plain_rows(block.markup)
        markups = self._raws or [block.written(b"".join(raw_of(cell) for cell in row)) for row in self.elements]
        self.rows = [Row(self, at, markup) for at, markup in enumerate(markups)]

    def cut(self, at: int) -> list[bytes]:
        """Cut a row into the markup of its cells."""
        return (
            cells_of(self._raws[at])
            if self._raws is not None
            else [self.block.written(raw_of(cell)) for cell in self.elements[at]]
        )

    @cached_property
    def width(self) -> int:
        """How many columns it has."""
        grid = self.block.markup.partition(b"</w:tblGrid>")[0].count(b"<w:gridCol ")
        return grid or max((row.cells[-1].column + row.cells[-1].span for row in self.rows if row.cells), default=0)

    @property
    def elements(self) -> list[list[etree._Element]]:
        """The elements of the cells, row by row."""
        return self.block.cells

    def has_cells(self, column: int) -> bool:
        """Say whether any row has a cell that begins in a column; a grid may be wider than all rows."""
        return any(column in row.places for row in self.rows)

    def row_look(self, at: int) -> str:
        """Say how a row is laid out."""
        row = self.elements[at][0].getparent() if self.elements[at] else None
        properties = None if row is None else row.find(f"{W}trPr")
        return "" if properties is None else self.block.story.file.look(properties)

    @cached_property
    def headings(self) -> list[str]:
        """The texts of the first row."""
        return [self.rows[0].text(column) for column in range(self.width)] if self.rows else []

    def columns(self) -> list[Column]:
        """Give the columns for aligning."""
        single = Counter(self.headings)
        texts = [[text for text in row if text is not None] for row in self.block.texts]
        if self.has_spans or not texts or any(len(row) != self.width for row in texts):
            texts = [[row.text(at) for at in range(self.width)] for row in self.rows]
        values = list(zip(*texts[1:], strict=True)) or [()] * self.width
        return [
            Column(heading, list(values[at]), [heading] if heading and single[heading] == 1 else [])
            for at, heading in enumerate(self.headings)
        ]

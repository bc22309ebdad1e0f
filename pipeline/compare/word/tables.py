"""Two tables that are one and the same → what changed in it: columns, rows, cells, layout."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lxml import etree

from pipeline.compare.align import align
from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.word.package import raw_of
from pipeline.compare.word.paragraph import Paragraph, read_paragraph
from pipeline.compare.word.paragraphs import detail_changes, text_change
from pipeline.compare.word.stories import Block
from pipeline.compare.word.quick import plain_cell, plain_rows
from pipeline.compare.words import OPEN, fill, normal, word_counts
from pipeline.text import W, table_rows

HEADER = "\x00header"
KEY_COLUMNS = 2
LONGEST_NAME = 60
_FIGURES = re.compile(r"[£€$]?[\d.,\s]+%?")


class Cell:
    """A cell and the columns it covers."""

    __slots__ = ("_paragraphs", "_text", "_whole", "block", "column", "element", "raw", "span")

    def __init__(self, element: etree._Element, raw: bytes, block: Block, column: int, span: int) -> None:
        self.element = element
        self.raw = raw
        self.block = block
        self.column = column
        self.span = span
        self._paragraphs: list[tuple[str, Paragraph]] | None = None
        self._text: str | None = None
        self._whole: Paragraph | None = None

    @property
    def paragraphs(self) -> list[tuple[str, Paragraph]]:
        """Its paragraphs with their styles."""
        if self._paragraphs is None:
            story = self.block.story
            self._paragraphs = [
                (story.style(one)[0], read_paragraph(one, story.file, story.links)) for one in self.element.iter(f"{W}p")
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
            plain = plain_cell(self.raw)
            self._text = normal(self.whole.key if plain is None else plain)
        return self._text

    @property
    def shown(self) -> str:
        """What a reader sees."""
        return fill(self.text, self.whole.shown) if OPEN in self.text else self.text


class Row:
    """A row with the columns that both tables have."""

    __slots__ = ("_key", "_words", "at", "cells", "columns", "ids", "markup", "places")
    sort = "row"

    def __init__(self, cells: list[Cell], at: int) -> None:
        self.cells = cells
        self.at = at
        self.markup = b"".join(cell.raw for cell in cells)
        self.places = {cell.column: cell for cell in cells}
        self.columns: Sequence[int] | None = None
        self.ids: list[str] = []
        self._key: str | None = None
        self._words: Counter[str] | None = None

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
        return next((cell.shown[:LONGEST_NAME] for cell in self.cells if cell.text), str(self.at + 1))


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
        self.rows: list[Row] = []
        elements = table_rows(block.element)
        raws = plain_rows(block.markup) or [[raw_of(cell) for cell in row] for row in elements]
        spans = b"<w:gridSpan " in block.markup
        for cells, markups in zip(elements, raws, strict=True):
            made, column = [], 0
            for cell, raw in zip(cells, markups, strict=True):
                span = cell.find(f"{W}tcPr/{W}gridSpan") if spans else None
                made.append(Cell(cell, raw, block, column, 1 if span is None else int(span.get(f"{W}val") or 1)))
                column += made[-1].span
            if made:
                self.rows.append(Row(made, len(self.rows)))
        self.width = max((row.cells[-1].column + row.cells[-1].span for row in self.rows), default=0)

    @cached_property
    def headings(self) -> list[str]:
        """The texts of the first row."""
        return [self.rows[0].text(column) for column in range(self.width)] if self.rows else []

    def columns(self) -> list[Column]:
        """Give the columns for aligning."""
        single = Counter(self.headings)
        return [
            Column(heading, [row.text(at) for row in self.rows[1:]], [heading] if heading and single[heading] == 1 else [])
            for at, heading in enumerate(self.headings)
        ]


def table_changes(old: Block, new: Block) -> Iterator[Change]:
    """Say what changed in a table."""
    before, after = Table(old), Table(new)
    where = new.location
    pairs = [(at, at) for at in range(after.width)]
    if before.headings != after.headings or before.width != after.width:
        pairs = yield from _column_changes(before, after, where)
    yield from _row_changes(before, after, pairs, where)
    if before.width == after.width:
        yield from _layout_change(old, new, where)


def _column_changes(
    before: Table, after: Table, where: Location
) -> Iterator[Change]:  # a generator that returns the pairs of columns
    old, new = before.columns(), after.columns()
    found = align(old, new)
    for at in found.removed:
        yield _column_change("column-removed", old[at], where, is_new=False)
    for at in found.inserted:
        yield _column_change("column-inserted", new[at], where, is_new=True)
    for i, j in found.moves:
        place = replace(where, column=new[j].key)
        moved = replace(before.block.location, column=old[i].key)
        yield Change("column-moved", Severity.CONTENT, place, old[i].key, new[j].key, moved_from=moved)
    return sorted([*found.pairs, *found.moves], key=lambda one: one[1])


def _column_change(kind: str, column: Column, where: Location, *, is_new: bool) -> Change:
    text = " | ".join((column.key, *column.values))
    old, new = ("", text) if is_new else (text, "")
    touched = touches(old, new)
    return Change(kind, severity_of(touched), replace(where, column=column.key), old, new, touches=touched)


def _row_changes(before: Table, after: Table, pairs: Sequence[tuple[int, int]], where: Location) -> Iterator[Change]:
    if before.width != after.width or any(i != j for i, j in pairs):
        for table, side in ((before, 0), (after, 1)):
            for row in table.rows:
                row.columns = [pair[side] for pair in pairs]
    _name_rows(before, after, pairs)
    found = align(before.rows, after.rows)
    moved = {j: i for i, j in found.moves}
    events: list[tuple[float, int, int | None, int | None]] = [(j, 1, i, j) for i, j in [*found.pairs, *found.moves]]
    events += [(j, 1, None, j) for j in found.inserted]
    events += [(_after(found.pairs, i), 0, i, None) for i in found.removed]
    for _, _, i, j in sorted(events, key=lambda one: (one[0], one[1], -1 if one[2] is None else one[2])):
        if j is None and i is not None:
            yield _row_change("row-removed", before.rows[i], where, is_new=False)
        elif i is None and j is not None:
            yield _row_change("row-inserted", after.rows[j], where, is_new=True)
        elif i is not None and j is not None:
            row = after.rows[j]
            if j in moved:
                place, was = replace(where, row=row.name), replace(before.block.location, row=str(i + 1))
                yield Change("row-moved", Severity.CONTENT, place, row.shown, row.shown, moved_from=was)
            if before.rows[i].markup != row.markup:
                yield from _cell_changes(before.rows[i], row, pairs, after, where)


def _after(pairs: Sequence[tuple[int, int]], i: int) -> float:
    """Give the place after the last pair before an old row."""
    return max((j for other, j in pairs if other < i), default=-1) + 0.5


def _name_rows(before: Table, after: Table, pairs: Sequence[tuple[int, int]]) -> None:
    """Give rows as ids the texts of the first column in which every row of both tables has its own, figures apart."""
    for table in (before, after):
        if table.rows:
            table.rows[0].ids = [HEADER]
    for i, j in pairs[:KEY_COLUMNS]:
        texts = [[row.text(column) for row in table.rows[1:]] for table, column in ((before, i), (after, j))]
        if all(_is_key(one) for one in texts):
            for table, names in zip((before, after), texts, strict=True):
                for row, name in zip(table.rows[1:], names, strict=True):
                    row.ids = [name]
            return


def _is_key(texts: Sequence[str]) -> bool:
    return all(texts) and len(set(texts)) == len(texts) and not all(_FIGURES.fullmatch(text) for text in texts)


def _row_change(kind: str, row: Row, where: Location, *, is_new: bool) -> Change:
    text = row.shown
    old, new = ("", text) if is_new else (text, "")
    touched = touches(old, new)
    return Change(kind, severity_of(touched), replace(where, row=row.name), old, new, touches=touched)


def _cell_changes(
    old: Row, new: Row, pairs: Sequence[tuple[int, int]], after: Table, where: Location
) -> Iterator[Change]:
    for i, j in pairs:
        was, now = old.places.get(i), new.places.get(j)
        if was is None and now is None or was is not None and now is not None and was.raw == now.raw:
            continue
        heading = after.headings[j] if j < len(after.headings) else ""
        place = replace(where, row=new.name, column=heading or str(j + 1))
        before, here = was.whole if was else Paragraph(), now.whole if now else Paragraph()
        if normal(before.key) != normal(here.key):
            yield text_change("cell-changed", place, before, here)
        if was and now and len(was.paragraphs) == len(now.paragraphs):
            yield from _inner_changes(was, now, place)


def _inner_changes(was: Cell, now: Cell, place: Location) -> Iterator[Change]:
    for (old_style, before), (new_style, after) in zip(was.paragraphs, now.paragraphs, strict=True):
        if old_style != new_style:
            yield Change("style-changed", Severity.LOW, place, old_style, new_style)
        yield from detail_changes(before, after, place)


def _layout_change(old: Block, new: Block, where: Location) -> Iterator[Change]:
    """Report widths, shading, merged cells and the like once for a table."""
    before, after = _layout(old), _layout(new)
    if before[0] != after[0] or len(before[1]) == len(after[1]) and before[1] != after[1]:
        gone = [one for one in dict.fromkeys([before[0], *before[1]]) if one not in (after[0], *after[1])]
        come = [one for one in dict.fromkeys([after[0], *after[1]]) if one not in (before[0], *before[1])]
        yield Change("table-layout-changed", Severity.LOW, where, "; ".join(gone), "; ".join(come))


def _layout(block: Block) -> tuple[str, list[str]]:
    look = block.story.file.look
    table = [look(one) for tag in ("tblPr", "tblGrid") if (one := block.element.find(f"{W}{tag}")) is not None]
    return ", ".join(table), [look(one) for one in block.element.iter(f"{W}trPr", f"{W}tcPr")]

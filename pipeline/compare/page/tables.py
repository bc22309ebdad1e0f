"""A table of a Word file as the page shows it: one table with what came, went, moved and changed in it marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.compare.align import in_order
from pipeline.compare.change import Location
from pipeline.compare.page.notes import Placed, has
from pipeline.compare.page.shape import CHANGED, INSERTED, MOVED, MOVED_AWAY, REMOVED, SAME, Cell, Grid, Note, Row, folded, plain
from pipeline.compare.word.block import Block
from pipeline.compare.word.grid import Row as TableRow
from pipeline.compare.word.grid import Table
from pipeline.compare.word.tables import TableMatch, cell_changes, match_tables, row_changes

Column = tuple[int | None, int | None]
HEAD = frozenset({0})
FIRST = frozenset(range(4))
"""The rows that stay in sight: of a table whose columns changed a few more, to show in what."""


def whole_table(block: Block, notes: tuple[Note, ...], state: str) -> Grid:
    """Show a table all of one kind: the same on both sides, come or gone."""
    table = Table(block)
    rows = [
        Row(tuple(Cell(plain(cell.shown, state), state, (), cell.span) for cell in row.cells), state, is_head=row.at == 0)
        for row in table.rows
    ]
    return Grid(block.location.words(), rows, state, notes=notes)


def changed_table(was: Block, now: Block, notes: tuple[Note, ...], state: str) -> Grid:
    """Show a table that changed; the notes are put to the rows and cells they are on."""
    match = match_tables(was, now)
    drawing = _Drawing(match, now.location, Placed(notes))
    rows = drawing.rows()
    left = drawing.placed.rest()
    first = min((note.change.number for row in rows for note in row.notes), default=0)
    above = tuple(note for note in left if note.change.number < first or not first)
    marks = [_mark(column, match) for column in drawing.columns]
    below = tuple(note for note in left if note not in above)
    state = state if state == MOVED else CHANGED
    is_same = all(mark == SAME for mark in marks)
    shown = folded(rows, "unchanged row", HEAD) if is_same else folded(rows, "otherwise unchanged row", FIRST)
    return Grid(now.location.words(), shown, state, marks, notes=above, after=below)


def _mark(column: Column, match: TableMatch) -> str:
    i, j = column
    if i is not None and j is not None:
        return MOVED if column in match.columns.moves else SAME
    if i is None:
        return INSERTED
    return MOVED_AWAY if any(i == old for old, _ in match.columns.moves) else REMOVED


@dataclass
class _Drawing:
    """A table being drawn."""

    match: TableMatch
    where: Location
    placed: Placed

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of both tables in the order of the new one; one that went follows what stood before it."""
        found = self.match.columns
        return in_order(replace(found, pairs=[pair for pair in self.match.pairs if pair not in found.moves]))

    def rows(self) -> list[Row]:
        """Give the rows in the order of the new table; what left follows what stood before it."""
        made: list[tuple[float, int, Row]] = []
        for i, j in self.match.rows:
            change = next(row_changes(self.match, i, j, self.where), None)
            note = self.placed.like(change) if change and change.kind.startswith("row-") else None
            notes = (note,) if note else ()
            if i is None or j is None:
                made.append((self._place(i, j), i or 0, self._row(i, j, INSERTED if i is None else REMOVED, notes)))
                continue
            is_moved = (i, j) in self.match.moved
            made.append((j, 0, self._row(i, j, MOVED if is_moved else SAME, notes)))
            if is_moved:
                made.append((self._place(i, None), i, replace(self._row(i, None, MOVED_AWAY, ()), other_end=note)))
        return [row for _, _, row in sorted(made, key=lambda one: one[:2])]

    def _place(self, i: int | None, j: int | None) -> float:
        """Give the place of a row in the new table, or of one that left, after the last one that stayed before it."""
        if j is not None or i is None:
            return j or 0
        kept = ((was, now) for was, now in self.match.rows if (was, now) not in self.match.moved)
        return max((now for was, now in kept if was is not None and now is not None and was < i), default=-1) + 0.5

    def _row(self, i: int | None, j: int | None, state: str, notes: tuple[Note, ...]) -> Row:
        old, new = self.match.before.rows[i] if i is not None else None, self.match.after.rows[j] if j is not None else None
        cells = tuple(self._cells(old, new, state))
        inner = tuple(note for cell in cells for note in cell.notes)
        return Row(cells, CHANGED if inner and state == SAME else state, notes=(*notes, *inner), is_head=0 in {i, j})

    def _cells(self, old: TableRow | None, new: TableRow | None, state: str) -> Iterator[Cell]:
        covered = -1
        columns = self.columns
        for at, (i, j) in enumerate(columns):
            if at <= covered:
                continue
            row, column = (new, j) if new is not None and j is not None else (old, i)
            is_side = j is not None or new is None
            here = row.places.get(column) if row is not None and column is not None else None
            if here is None:
                yield Cell()
                continue
            if is_side and here.span > 1 and column is not None:
                covered = _last_covered(columns, at, column + here.span, is_new=row is new)
            yield self._cell(old, new, (i, j), state, max(covered - at + 1, 1))

    def _cell(self, old: TableRow | None, new: TableRow | None, column: Column, state: str, span: int) -> Cell:
        i, j = column
        was = old.places.get(i) if old is not None and i is not None else None
        now = new.places.get(j) if new is not None and j is not None else None
        here = now or was
        shown = here.shown if here else ""
        if old is None or new is None or i is None or j is None:
            side = _mark(column, self.match) if old is not None and new is not None else state
            return Cell(plain(shown, side), side, (), span)
        changes = cell_changes(old, new, (i, j), self.match.after, self.where)
        notes = tuple(note for note in map(self.placed.like, changes) if note is not None)
        said = has(notes, "cell-changed")
        return Cell(said.change.segments if said else plain(shown), CHANGED if notes else SAME, notes, span)


def _last_covered(columns: Sequence[Column], at: int, end: int, *, is_new: bool) -> int:
    """Give the last column that a cell covers which ends before a column of its own table."""
    side = 1 if is_new else 0
    found = at
    for place in range(at, len(columns)):
        own = columns[place][side]
        if own is not None and own >= end:
            break
        found = place if own is not None else found
    return found

"""Two workbooks and the notes on their changes → the sheets of the page as grids, runs of the same rows folded."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.compare.align import Alignment, in_order
from pipeline.compare.change import Mark, Segment
from pipeline.compare.page.notes import Placed, has
from pipeline.compare.page.shape import (
    CHANGED,
    INSERTED,
    MOVED,
    MOVED_AWAY,
    REMOVED,
    SAME,
    Cell,
    Grid,
    Note,
    Row,
    Story,
    folded,
    item_notes,
    plain,
)
from pipeline.compare.sheets.cell import Cell as SheetCell
from pipeline.compare.sheets.cell import column_letters, column_number
from pipeline.compare.sheets.compare import sheet_pairs
from pipeline.compare.sheets.data import Row as SheetRow
from pipeline.compare.sheets.read import Book, Sheet
from pipeline.compare.sheets.rows import SheetPair

Column = tuple[int | None, int | None, str]
HEADINGS, NO_RESULT = 2, "(no result)"


def sheet_stories(old: bytes, new: bytes, name: str, placed: Placed) -> Iterator[Story]:
    """Give the sheets in which something changed; those that went come last."""
    before, after = Book(old, name), Book(new, name)
    pairs = {pair.new.name: pair for pair in sheet_pairs(before, after)}
    for title, sheet in after.sheets.items():
        pair = pairs.get(title)
        grid = _whole(sheet, INSERTED) if pair is None else _Drawing(pair, placed).grid()
        grid = _with_others(grid, placed.story(title))
        if any(True for _ in item_notes(grid)):
            yield Story(title, [grid])
    known = {pair.old.name for pair in pairs.values()}
    for title, sheet in before.sheets.items():
        if title not in known:
            yield Story(title, [replace(_whole(sheet, REMOVED), notes=placed.story(title))])


def _with_others(grid: Grid, others: Sequence[Note]) -> Grid:
    """Set what is said of the sheet above or below its rows, so that the numbers of its changes run in order."""
    first = min((note.change.number for note in item_notes(grid)), default=0)
    above = tuple(note for note in others if note.change.number < first)
    return replace(grid, notes=above, after=tuple(note for note in others if note not in above))


def _whole(sheet: Sheet, state: str) -> Grid:
    """Show a sheet that came or went."""
    width = max((column_number(letters) for row in sheet.rows for letters in row.cells), default=0)
    letters = [column_letters(at) for at in range(1, width + 1)]
    drawn = ((row, tuple(_plain(row.cells.get(one), state) for one in letters)) for row in sheet.rows)
    rows = [Row(_title(cells) or cells, state, str(row.number)) for row, cells in drawn]
    return Grid(sheet.name, rows, state, [state] * width, letters)


def _plain(cell: SheetCell | None, state: str, *, has_results: bool = False) -> Cell:
    """Show a cell by its value; a formula only where its sheet has no results at all."""
    text = (cell.shown or ("" if has_results else cell.formula)) if cell else ""
    return Cell(plain(text, state), state, is_figure=_has_figure(cell))


def _has_figure(cell: SheetCell | None) -> bool:
    return cell is not None and _is_figure(cell.value)


class _Drawing:
    """A sheet being drawn."""

    def __init__(self, pair: SheetPair, placed: Placed) -> None:
        self.pair = pair
        self.placed = placed
        self.columns = _columns(pair)
        self.name = pair.new.name
        cells = (cell for sheet in (pair.old, pair.new) for row in sheet.rows for cell in row.cells.values())
        self.has_results = any(cell.formula and cell.value for cell in cells)

    def grid(self) -> Grid:
        """Show the sheet: its rows in the order of the new one; what left follows what stood before it."""
        made = list(self._rows())
        letters = [column_letters(new or old or 0) for old, new, _ in self.columns]
        return Grid(self.name, folded(made, "unchanged row", _heads(made)), CHANGED, [mark for *_, mark in self.columns], letters)

    def _rows(self) -> Iterator[Row]:
        found, old, new = self.pair.found, self.pair.old.rows, self.pair.new.rows
        if not any((found.pairs, found.moves, found.inserted, found.removed)):  # nothing in the sheet differs
            found = Alignment([(at, at) for at in range(len(new))])
        moved = dict(found.moves)
        notes = {j: self._on_row(new[j]) for j in [*moved.values(), *found.inserted]}
        for i, j in in_order(found):
            if i is not None and j is not None:
                yield self._row(old[i], new[j], MOVED if i in moved else SAME, notes.get(j, ()))
            elif j is not None:
                yield self._row(None, new[j], INSERTED, notes[j])
            elif i in moved:
                yield self._row(old[i], None, MOVED_AWAY, (), has(notes[moved[i]], "row-moved"))
            elif i is not None:
                yield self._row(old[i], None, REMOVED, self._removed(old[i]))

    def _on_row(self, row: SheetRow) -> tuple[Note, ...]:
        return self.placed.row(self.name, row.number, ("row-inserted", "row-moved"))

    def _removed(self, row: SheetRow) -> tuple[Note, ...]:
        return self.placed.row(self.pair.old.name, row.number, ("row-removed",))

    def _row(
        self, old: SheetRow | None, new: SheetRow | None, state: str, notes: tuple[Note, ...], other_end: Note | None = None
    ) -> Row:
        cells = tuple(self._cell(old, new, column, state) for column in self.columns)
        row = new or old
        inner = tuple(note for cell in cells for note in cell.notes)
        across = self.placed.across(self.name, new.number) if new is not None else ()
        notes = tuple(sorted((*notes, *across, *inner), key=lambda note: note.change.number))
        state = CHANGED if notes and state == SAME else state
        is_head = row is not None and _is_head(row)
        return Row(_title(cells) or cells, state, str(row.number) if row else "", notes, other_end, is_head)

    def _cell(self, old: SheetRow | None, new: SheetRow | None, column: Column, state: str) -> Cell:
        i, j, mark = column
        was = old.cells.get(column_letters(i)) if old is not None and i is not None else None
        now = new.cells.get(column_letters(j)) if new is not None and j is not None else None
        if old is None or new is None:
            return self._plain(now or was, state)
        notes = self.placed.cell(self.name, f"{column_letters(j)}{new.number}", new.number) if j is not None else ()
        if mark != SAME and not notes:
            return self._plain(now or was, mark)
        if notes:
            return Cell(_pieces(was, now, notes), CHANGED, notes, is_figure=_has_figure(now))
        is_lost = now is not None and now.formula and not now.shown  # of the two only one carries results
        return self._plain(was if is_lost else now, SAME)

    def _plain(self, cell: SheetCell | None, state: str) -> Cell:
        return _plain(cell, state, has_results=self.has_results)


def _title(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Give the first cell of a row that has no other the room of all, as a title in a sheet has."""
    first, *others = cells or (Cell(),)
    is_alone = first.pieces and not first.is_figure and others and not any(one.pieces or one.notes for one in others)
    return (replace(first, span=len(cells)),) if is_alone else ()


def _pieces(was: SheetCell | None, now: SheetCell | None, notes: tuple[Note, ...]) -> tuple[Segment, ...]:
    """Show what a cell came to before and now; of a formula that comes to the same, the result."""
    said = has(notes, "value-changed", "computed-changed")
    if said:
        return said.detail
    before, after = (cell.value and cell.shown if cell else "" for cell in (was, now))
    if before == after:
        return plain(after)
    after = after or (NO_RESULT if now is not None and now.formula else "")
    return tuple(Segment(mark, text) for mark, text in ((Mark.REMOVED, before), (Mark.INSERTED, after)) if text)


def _columns(pair: SheetPair) -> list[Column]:
    """Give the columns of both sheets in the order of the new one; one that went follows what stood before it."""
    width = max((column_number(letters) for row in pair.new.rows for letters in row.cells), default=0)
    found = pair.found_columns
    if not (found.pairs or found.moves or found.inserted or found.removed):
        return [(at, at, SAME) for at in range(1, width + 1)]
    moved = dict(found.moves)
    made: list[Column] = []
    for i, j in in_order(found):
        if j is None:
            made.append((i + 1 if i is not None else None, None, MOVED_AWAY if i in moved else REMOVED))
        else:
            made.append((i + 1 if i is not None else None, j + 1, INSERTED if i is None else MOVED if i in moved else SAME))
    return made


def _heads(rows: Sequence[Row]) -> frozenset[int]:
    """Give the rows of headings above rows that changed, which stay in sight."""
    kept: set[int] = set()
    head = -1
    for at, row in enumerate(rows):
        if row.is_head:
            head = at
        elif (row.notes or row.state != SAME) and head >= 0:
            kept.add(head)
    return frozenset(kept)


def _is_head(row: SheetRow) -> bool:
    """Say whether a row holds nothing but texts."""
    cells = [cell for cell in row.cells.values() if cell.content]
    return len(cells) >= HEADINGS and all(not cell.formula and not _is_figure(cell.value) for cell in cells)


def _is_figure(value: str) -> bool:
    return value.replace(".", "", 1).lstrip("-").isdigit()

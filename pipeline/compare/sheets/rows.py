"""Two sheets that are one and the same → where its rows and columns went, and which came, went or moved."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from pipeline.compare.align import Alignment, align
from pipeline.compare.change import Change, Location, Severity, shortened
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.sheets.cell import column_letters, column_number
from pipeline.compare.sheets.data import Row
from pipeline.compare.sheets.places import Axis, axis_of
from pipeline.compare.sheets.read import Sheet
from pipeline.compare.sight import VISIBILITY


@dataclass
class SheetPair:
    """A sheet before and after, with what became of its rows and columns."""

    old: Sheet
    new: Sheet
    rows: Axis = field(default_factory=Axis)
    columns: Axis = field(default_factory=Axis)
    row_pairs: list[tuple[Row, Row]] = field(default_factory=list)
    found: Alignment = field(default_factory=Alignment)
    found_columns: Alignment = field(default_factory=Alignment)

    def new_column(self, letters: str) -> str:
        """Give the letters a column has now."""
        return column_letters(self.columns.went(column_number(letters))) if self.columns.is_moved else letters


@dataclass(eq=False)
class _Column:
    """A column for aligning."""

    number: int
    values: list[str]
    ids: list[str]
    sort: str = "column"

    @property
    def raw(self) -> object:
        return tuple(self.values)

    @property
    def key(self) -> str:
        return "\n".join(self.values)

    @property
    def words(self) -> Counter[str]:
        return Counter(value for value in self.values if value)


def pair_sheets(old: Sheet, new: Sheet, *, is_same: bool) -> SheetPair:
    """Align the rows and columns of a sheet; `is_same` says that nothing in it can differ."""
    pair = SheetPair(old, new)
    if is_same:
        return pair
    if width(old) != width(new):
        _align_columns(pair)
    pair.found = _retyped(old.rows, new.rows, align(old.rows, new.rows))
    matched = [*pair.found.pairs, *pair.found.moves]
    pair.row_pairs = [(old.rows[i], new.rows[j]) for i, j in sorted(matched, key=lambda one: one[1])]
    pair.rows = axis_of(
        ((was.number, now.number) for was, now in pair.row_pairs),
        (old.rows[i].number for i in pair.found.removed),
        (new.rows[j].number for j in pair.found.inserted),
    )
    return pair


def _retyped(old: Sequence[Row], new: Sequence[Row], found: Alignment) -> Alignment:
    """Pair the rows that hold a formula where the other holds a value, and stand between the same rows: nothing else is alike."""
    if not found.removed or not found.inserted:
        return found
    left = set(found.removed)
    there = dict(found.pairs)
    pairs, last = [*found.pairs], -1
    come = set(found.inserted)
    for i, row in enumerate(old):
        last = there.get(i, last)
        j = last + 1
        if i in left and j in come and _is_retyped(row, new[j]):
            pairs.append((i, j))
            last = j
    if len(pairs) == len(found.pairs):
        return found
    gone, now = {i for i, _ in pairs}, {j for _, j in pairs}
    return Alignment(sorted(pairs), found.moves, sorted(left - gone), sorted(come - now))


def _is_retyped(old: Row, new: Row) -> bool:
    same = old.cells.keys() == new.cells.keys()
    return same and any(bool(cell.formula) != bool(new.cells[column].formula) for column, cell in old.cells.items())


def width(sheet: Sheet) -> int:
    """Give the number of the last column that holds anything."""
    return max((column_number(next(reversed(row.cells))) for row in sheet.rows if row.cells), default=0)


def _align_columns(pair: SheetPair) -> None:
    before, after = (_columns(sheet) for sheet in (pair.old, pair.new))
    pair.found_columns = align(before, after)
    found = pair.found_columns
    found.removed, found.inserted = _own(found.removed, before, len(after)), _own(found.inserted, after, len(before))
    pair.columns = axis_of(
        ((before[i].number, after[j].number) for i, j in [*found.pairs, *found.moves]),
        (before[i].number for i in found.removed),
        (after[j].number for j in found.inserted),
    )


def _own(columns: Sequence[int], known: Sequence[_Column], end: int) -> list[int]:
    """Leave out of the columns that came or went those beyond the last of the other sheet that hold one cell or none."""
    return [at for at in columns if at < end or sum(map(bool, known[at].values)) > 1]


def _columns(sheet: Sheet) -> list[_Column]:
    """Give the columns, each known by its longest heading: the text that stands nowhere else in its row's sheet."""
    made = []
    for number in range(1, width(sheet) + 1):
        letters = column_letters(number)
        cells = [row.cells.get(letters) for row in sheet.rows]
        values = [cell.value if cell and not cell.formula else "=" if cell else "" for cell in cells]
        heading = next((value for value in values if value and not value.startswith("=")), "")
        made.append(_Column(number, values, [heading] if heading else []))
    return made


def row_changes(pair: SheetPair) -> Iterator[Change]:
    """Report the rows and columns that came, went or moved."""
    for at in pair.found_columns.removed:
        yield _column_change("column-removed", pair.old, at + 1, is_new=False)
    for at in pair.found_columns.inserted:
        yield _column_change("column-inserted", pair.new, at + 1, is_new=True)
    for i, j in pair.found_columns.moves:
        text = _column_text(pair.new, j + 1)
        place = Location(pair.new.name, column=column_letters(j + 1))
        was = Location(pair.old.name, column=column_letters(i + 1))
        yield Change("column-moved", Severity.CONTENT, place, text, text, moved_from=was)
    for i in pair.found.removed:
        if pair.old.rows[i].shown:
            yield _row_change("row-removed", pair.old, pair.old.rows[i], is_new=False)
    for j in pair.found.inserted:
        if pair.new.rows[j].shown:
            yield _row_change("row-inserted", pair.new, pair.new.rows[j], is_new=True)
    for i, j in pair.found.moves:
        text = pair.new.rows[j].shown
        was = row_location(pair.old, pair.old.rows[i])
        yield Change("row-moved", Severity.CONTENT, row_location(pair.new, pair.new.rows[j]), text, text, moved_from=was)


def _row_change(kind: str, sheet: Sheet, row: Row, *, is_new: bool) -> Change:
    text = row.shown
    old, new = ("", text) if is_new else (text, "")
    touched = (*touches(old, new), *((VISIBILITY,) if is_new and row.hidden else ()))
    return Change(kind, severity_of(touched), row_location(sheet, row), old, new, touches=touched)


def _column_change(kind: str, sheet: Sheet, number: int, *, is_new: bool) -> Change:
    text = _column_text(sheet, number)
    old, new = ("", text) if is_new else (text, "")
    touched = touches(old, new)
    return Change(kind, severity_of(touched), Location(sheet.name, column=column_letters(number)), old, new, touches=touched)


def _column_text(sheet: Sheet, number: int) -> str:
    letters = column_letters(number)
    cells = (row.cells.get(letters) for row in sheet.rows)
    return " | ".join(cell.shown or cell.formula for cell in cells if cell and cell.content)


def row_location(sheet: Sheet, row: Row) -> Location:
    """Where a person finds a row."""
    return Location(sheet.name, row=row_name(row), cell=f"row {row.number}", block=row.number)


def row_name(row: Row) -> str:
    """What to call a row: its first words, or its first number where it holds more than that."""
    filled = [cell for cell in row.cells.values() if cell.content]
    first = next((cell for cell in filled if cell.value and not cell.formula), None)
    return shortened(first.value) if first is not None and (len(filled) > 1 or first.is_words) else ""


def cell_location(sheet: Sheet, row: Row, column: str) -> Location:
    """Where a person finds a cell: its address, the first words of its row, and the heading above it."""
    return Location(
        sheet.name,
        row=row_name(row),
        column=_heading(sheet, row.number, column),
        cell=f"{column}{row.number}",
        block=row.number,
    )


def _heading(sheet: Sheet, number: int, column: str) -> str:
    """Give the nearest text above a cell that stands in a row of nothing but texts."""
    found = sheet.headings.get(column, [])
    at = bisect_left(found, number, key=itemgetter(0))
    return shortened(found[at - 1][1]) if at else ""

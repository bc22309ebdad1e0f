"""The results of formulas that changed → the changed cells, rows and columns that each formula reads."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.compare.change import Change
from pipeline.compare.sheets.cell import column_number
from pipeline.compare.sheets.places import Area, areas_of
from pipeline.compare.sheets.read import Book

RESULT = "computed-changed"
CELLS = frozenset({"value-changed", "formula-changed", RESULT})
OTHERS = ("row-", "column-", "sheet-", "table-", "name-", "setting-", "hidden-")
"""Changes that may change a result without changing a cell."""
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d+)")
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_WORD = re.compile(r"[^\W\d][\w.\\]*")
_UNCLEAR = re.compile(
    r"[\[#]|'[^']*:[^']*'!|\w:[^\W\d]\w*!|\b(?:INDIRECT|OFFSET|NOW|TODAY|RAND|RANDBETWEEN|CELL|INFO)\(", re.IGNORECASE
)
"""What may read cells that a formula does not name, or come to something else by itself."""
LAST = 1 << 21


def with_reads(changes: Sequence[Change], book: Book) -> list[Change]:
    """Give each result that changed the cells that changed and that it reads; none where that cannot be told."""
    results = [one.location.story for one in changes if one.kind == RESULT]
    if not results or any(one.kind.startswith(OTHERS) for one in changes):
        return [*changes]
    known, formulas = _Changed(changes), _formulas(book, dict.fromkeys(results))
    names = {name.casefold(): said for name, said in book.names.items()}
    made = []
    for one in changes:
        place = one.location.story, one.location.cell
        areas = list(_areas(formulas.get(place, "#"), place[0], names)) if one.kind == RESULT else []
        made.append(replace(one, reads=known.within(areas, place)) if areas and None not in areas else one)
    return made


def _formulas(book: Book, sheets: Iterable[str]) -> dict[tuple[str, str], str]:
    return {
        (name, f"{cell.column}{row.number}"): cell.formula
        for name in sheets
        for row in book.sheets[name].rows
        for cell in row.cells.values()
        if cell.formula
    }


class _Changed:
    """The cells that changed, by sheet and row."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.cells: dict[str, dict[int, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
        for change in changes:
            found = _ADDRESS.fullmatch(change.location.cell)
            if change.kind in CELLS and found is not None:
                self.cells[change.location.story][int(found[2])][column_number(found[1])] = found[0]
        self.rows = {sheet: sorted(rows) for sheet, rows in self.cells.items()}

    def within(self, areas: Sequence[Area | None], place: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        """Give the cells that changed in some areas, but for the one that reads them."""
        found = {one for area in areas if area is not None for one in self._within(area)}
        return tuple(sorted(found - {place}))

    def _within(self, area: Area) -> Iterator[tuple[str, str]]:
        rows = self.rows.get(area.sheet, [])
        for row in rows[bisect_left(rows, area.top) : bisect_right(rows, area.bottom or LAST)]:
            for column, address in self.cells[area.sheet][row].items():
                if area.left <= column <= (area.right or LAST):
                    yield area.sheet, address


def _areas(formula: str, sheet: str, names: Mapping[str, str], depth: int = 0) -> Iterator[Area | None]:
    """Give the areas that a formula reads, by itself or by a name; None where it may read what it does not say."""
    if depth > len(names) or _UNCLEAR.search(_TEXT.sub("", formula)):
        yield None
        return
    for piece in areas_of(formula, sheet):
        if isinstance(piece, Area):
            yield piece
            continue
        for found in _WORD.finditer(_TEXT.sub("", piece)):
            word = found[0].casefold()
            said = names.get(f"{sheet.casefold()}!{word}", names.get(word))
            if said is not None:
                yield from _areas(said, sheet, names, depth + 1)

"""Places in a part's markup that are filled after rendering: numbers of pictures, and the widths of cells that repeat.

At compile time the places are marked in the template's text; the pieces that hold them are divided there. After each rendering
the pieces are put in line, and what goes between them is worked out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise

from jinja2 import nodes

from pipeline.render.columns import CELL_WIDTH, TABLE_WIDTH, cell_ends, grid_of, nearest

BEGIN, END = "\ue004", "\ue005"
NUMBER, TABLE, WIDTH, GRID, ROW, CELL, CLOSE, ANY, ANY_CLOSE = "nbwgrcxao"
FIRST_NUMBER = 1001  # as docxtpl counts

Slot = tuple[str, str]
Divided = tuple[str | Slot, ...]

_MARKS = re.compile(f"{BEGIN}([a-z])([^{END}]*){END}")
_TABLES = re.compile(r"<w:tbl(?=[\s>])|</w:tbl>")
_PICTURE = re.compile(r'(<wp:docPr\s[^>]*?\bid=")[^"]*(")')
_PLACES = re.compile(
    rf'(?P<table><w:tbl[^>]*?) {TABLE_WIDTH}="(?P<width>\d+)"'
    r"|(?P<stated><w:tblW\s[^>]*/>)"
    r"|(?P<grid><w:tblGrid\s*/>|<w:tblGrid>.*?</w:tblGrid>)"
    r"|(?P<row><w:tr(?=[\s>]))"
    rf'|(?P<cell><w:tc[^>]*?) {CELL_WIDTH}="(?P<own>\w+)"(?P<rest>[^>]*>)(?P<properties><w:tcPr\s*/?>)?'
    r"|(?P<taken><w:(?:tcW|gridSpan)(?=[\s/])[^>]*/>)",
    re.DOTALL,
)


def _slot(kind: str, said: str = "") -> str:
    return f"{BEGIN}{kind}{said}{END}"


def mark_slots(tree: nodes.Template, tables: Mapping[int, str], *, numbered: bool) -> None:
    """Mark the slots in a part's template text: `tables` names those to redraw, `numbered` says whether pictures are counted."""
    marker = _Marker(tables)
    for data in tree.find_all(nodes.TemplateData):
        data.data = marker.mark(data.data)
        if numbered:
            data.data = _PICTURE.sub(rf"\g<1>{_slot(NUMBER)}\g<2>", data.data)


class _Marker:
    """Marks the tables of a part, piece by piece, in the order of the document."""

    def __init__(self, tables: Mapping[int, str]) -> None:
        self.tables = tables
        self.number = -1
        self.open: list[str] = []

    def mark(self, text: str) -> str:
        marked, at = "", 0
        for found in _TABLES.finditer(text):
            closes = found[0].startswith("</")
            within = "columns" in self.open
            before, at = text[at : found.start()], found.start()
            marked += _PLACES.sub(_place, before) if within else before
            if closes:
                kind = self.open.pop()
                marked += f"{found[0]}{_slot(CLOSE if kind == 'columns' else ANY_CLOSE)}" if kind else found[0]
                at = found.end()
            else:
                self.number += 1
                kind = self.tables.get(self.number, "")
                self.open.append(kind)
                marked += _slot(ANY) if kind == "any" else ""
        rest = text[at:]
        return marked + (_PLACES.sub(_place, rest) if "columns" in self.open else rest)


def _place(found: re.Match[str]) -> str:
    if found["table"]:
        return f"{_slot(TABLE, found['width'])}{found['table']}"
    if found["cell"]:
        is_open = found["properties"] == "<w:tcPr>"
        return f"{found['cell']}{found['rest']}<w:tcPr>{_slot(CELL, found['own'])}{'' if is_open else '</w:tcPr>'}"
    if found["row"]:
        return f"{_slot(ROW)}{found['row']}"
    return "" if found["taken"] else _slot(WIDTH if found["stated"] else GRID)


def divided(piece: str) -> Divided:
    """Divide a piece at its slots."""
    found: list[str | Slot] = []
    at = 0
    for one in _MARKS.finditer(piece):
        if one.start() > at:
            found.append(piece[at : one.start()])
        found.append((one[1], one[2]))
        at = one.end()
    if at < len(piece):
        found.append(piece[at:])
    return tuple(found)


@dataclass
class _Table:
    """One table while its pieces are put in line: its width, where its grid goes, and its rows' cells with where they go."""

    width: int
    grid: int = -1
    rows: list[list[tuple[str, int]]] = field(default_factory=list)


def filled(pieces: Iterable[str], slots: Mapping[str, Divided], redraw: Callable[[list[str]], str]) -> list[str]:
    """Put rendered pieces in line with their slots filled; `redraw` redraws the pieces of a table that are left to docxtpl."""
    return _Filler(slots, redraw).fill(pieces)


class _Filler:
    def __init__(self, slots: Mapping[str, Divided], redraw: Callable[[list[str]], str]) -> None:
        self.slots = slots
        self.redraw = redraw
        self.made: list[str] = []
        self.numbers = count(FIRST_NUMBER)
        self.table = _Table(0)
        self.begin = 0

    def fill(self, pieces: Iterable[str]) -> list[str]:
        made, slots = self.made, self.slots
        for piece in pieces:
            parts = slots.get(piece)
            if parts is None:
                made.append(piece)
                continue
            for part in parts:
                if isinstance(part, str):
                    made.append(part)
                else:
                    self._fill(*part)
        return made

    def _fill(self, kind: str, said: str) -> None:
        made, table = self.made, self.table
        if kind == NUMBER:
            made.append(str(next(self.numbers)))
        elif kind == TABLE:
            self.table = _Table(int(said))
        elif kind == WIDTH:
            made.append(f'<w:tblW w:w="{table.width}" w:type="dxa"/>')
        elif kind == GRID:
            table.grid = len(made)
            made.append("")
        elif kind == ROW:
            table.rows.append([])
        elif kind == CELL:
            table.rows[-1].append((said, len(made)))
            made.append("")
        elif kind == CLOSE:
            self._fit()
        elif kind == ANY:
            self.begin = len(made)
        else:
            made[self.begin :] = [self.redraw(made[self.begin :])]

    def _fit(self) -> None:
        """Fit the grid of a table to its cells, and the cells to the grid (pipeline.render.columns)."""
        table = self.table
        kinds = dict.fromkeys(tuple(said for said, _ in row) for row in table.rows)
        ends = {kind: cell_ends(kind, table.width) for kind in kinds}
        grid = grid_of({end for row in ends.values() for end in row}, table.width)
        columns = "".join(f'<w:gridCol w:w="{b - a}"/>' for a, b in pairwise(grid))
        self.made[table.grid] = f"<w:tblGrid>{columns}</w:tblGrid>"
        texts = {kind: list(_cells(found, grid)) for kind, found in ends.items()}
        for row in table.rows:
            for (_, at), text in zip(row, texts[tuple(said for said, _ in row)], strict=True):
                self.made[at] = text


def _cells(ends: Sequence[int], grid: Sequence[int]) -> Iterator[str]:
    """Give what each cell of a row says of its width and the columns it covers."""
    begin = 0
    for end in ends:
        at = max(nearest(grid, end), begin + 1)
        span = f'<w:gridSpan w:val="{at - begin}"/>' if at - begin > 1 else ""
        yield f'<w:tcW w:w="{grid[at] - grid[begin]}" w:type="dxa"/>{span}'
        begin = at

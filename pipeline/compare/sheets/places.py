"""Where the rows and columns of an old workbook went, and whether a reference of the new one points to the same cells."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pipeline.compare.sheets.cell import column_letters, column_number

_QUOTED = re.compile(r"'([A-Za-z_][A-Za-z0-9_.]*)'!")
FOLLOWED = "(as it would read had it followed its cells)"
FARTHEST = 5000
"""A range of more rows than this is followed only when nothing moved."""
# Texts are stepped over; a sheet's name belongs to the addresses after it.
_REFERENCE = re.compile(
    r"""(?: (?=["'\[]) | (?<![\w.])(?=[$\w.]) )  # nothing of it begins within a word, which most letters are
    (?: (?P<text>\"(?:[^"]|"")*\") | (?P<table>\[(?:[^\[\]]|\[[^\[\]]*\])*\])
    | (?:(?P<sheet>'(?:[^']|'')*'|[\w.]++)!)?
      (?<![\w.\\?]) (?: \$?(?P<c1>[A-Z]{1,3})\$?(?P<r1>[1-9]\d{0,6})
        (?::\$?(?P<c2>[A-Z]{1,3})\$?(?P<r2>[1-9]\d{0,6}))?
      | (?<![:$]) (?:\$?(?P<c3>[A-Z]{1,3}):\$?(?P<c4>[A-Z]{1,3}) | \$?(?P<r3>[1-9]\d{0,6}):\$?(?P<r4>[1-9]\d{0,6})) (?![:$])
      ) (?![\w.\\?(!]) )""",
    re.VERBOSE,
)


@dataclass
class Axis:
    """Where each row (or column) of a sheet went. One that is not listed went where its neighbours before it went."""

    forth: dict[int, int] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    inserted: set[int] = field(default_factory=set)
    is_moved: bool = False

    def __post_init__(self) -> None:
        """Order what is listed."""
        self.is_moved = bool(self.removed or self.inserted) or any(i != j for i, j in self.forth.items())
        self.listed = sorted(self.forth)

    def first(self, start: int, end: int) -> int | None:
        """Give where the first row of an old range that is still there went."""
        return next((self.went(at) for at in range(start, min(end, start + FARTHEST) + 1) if at not in self.removed), None)

    def last(self, start: int, end: int) -> int | None:
        """Give where the last row of an old range that is still there went."""
        return next((self.went(at) for at in range(end, max(start, end - FARTHEST) - 1, -1) if at not in self.removed), None)

    def kept(self, start: int, end: int) -> tuple[int | None, int | None]:
        """Give the first and last row of a new range that were there before."""
        rows = range(start, end + 1)
        inner = min(end, start + FARTHEST)
        return (
            next((at for at in range(start, inner + 1) if at not in self.inserted), None),
            next((at for at in reversed(rows) if at not in self.inserted), None),
        )

    def went(self, at: int) -> int:
        """Give where an old row went."""
        near = bisect_right(self.listed, at)
        return at + self.forth[self.listed[near - 1]] - self.listed[near - 1] if near else at


STILL = Axis()


@dataclass(frozen=True)
class Places:
    """Where rows and columns went, for every sheet by its old name, and what sheets are called now."""

    rows: Mapping[str, Axis]
    columns: Mapping[str, Axis]
    names: Mapping[str, str]
    _pieces: dict[tuple[str, str], list["str | Area"]] = field(default_factory=dict, repr=False)

    def is_same(self, old: str, new: str, old_sheet: str, new_sheet: str) -> bool:
        """Say whether two formulas (or areas) are the same but for where rows and columns went."""
        if old == new and "!" not in old and self.names.get(old_sheet, old_sheet) == new_sheet and not self._is_moved(old_sheet):
            return True
        before, after = self._cut(old, old_sheet), self._cut(new, new_sheet)
        return len(before) == len(after) and all(self._same(one, other) for one, other in zip(before, after, strict=True))

    def _is_moved(self, sheet: str) -> bool:
        return self.rows.get(sheet, STILL).is_moved or self.columns.get(sheet, STILL).is_moved

    def _cut(self, formula: str, sheet: str) -> list["str | Area"]:
        pieces = self._pieces.get((formula, sheet))
        if pieces is None:
            pieces = self._pieces[formula, sheet] = areas_of(formula, sheet)
        return pieces

    def _same(self, one: "str | Area", other: "str | Area") -> bool:
        if isinstance(one, str) or isinstance(other, str):
            return one == other
        sheet, left, top, right, bottom, is_single, _ = one
        there, new_left, new_top, new_right, new_bottom, is_still_single, _ = other
        if self.names.get(sheet, sheet) != there or is_single is not is_still_single:
            return False
        rows, columns = self.rows.get(sheet, STILL), self.columns.get(sheet, STILL)
        return _covers(rows, top, bottom, new_top, new_bottom) and _covers(columns, left, right, new_left, new_right)

    def moved(self, old: str, sheet: str) -> str:
        """Give a formula as it would read had it only followed its rows and columns."""

        def write(piece: "str | Area") -> str:
            if isinstance(piece, str):
                return piece
            rows, columns = self.rows.get(piece.sheet, STILL), self.columns.get(piece.sheet, STILL)
            ends = [(columns.went(c), rows.went(r)) for c, r in ((piece.left, piece.top), (piece.right, piece.bottom))]
            said = [f"{column_letters(c) if c else ''}{r or ''}" for c, r in ends]
            return self._prefix(piece) + (said[0] if piece.is_single else ":".join(said))

        return "".join(write(piece) for piece in areas_of(old, sheet))

    def told(self, old: str, new: str, sheet: str) -> str:
        """Give an old text; one that reads as the new does, and should not, as it would read had it followed its cells."""
        return f"{self.moved(old, sheet)} {FOLLOWED}" if old == new else old

    def _prefix(self, area: "Area") -> str:
        now = self.names.get(area.sheet, area.sheet)
        quoted = now.replace("'", "''")
        return area.prefix if not area.prefix or now == area.sheet else f"'{quoted}'!"

    @cached_property
    def anything_moved(self) -> bool:
        """Say whether any row, column or sheet is elsewhere."""
        return any(axis.is_moved for axis in (*self.rows.values(), *self.columns.values())) or any(
            old != new for old, new in self.names.items()
        )


class Area(NamedTuple):
    """Cells that a formula refers to. Whole columns have rows 0, whole rows have columns 0."""

    sheet: str
    left: int
    top: int
    right: int
    bottom: int
    is_single: bool
    prefix: str = ""


def _covers(axis: Axis, start: int, end: int, new_start: int, new_end: int) -> bool:
    """Say whether a range still begins and ends with the same rows, rows that came or went apart."""
    if not axis.is_moved or end - start > FARTHEST or not end:
        return (start, end) == (new_start, new_end)
    first = axis.first(start, end)
    return first is not None and (first, axis.last(start, end)) == axis.kept(new_start, new_end)


def areas_of(formula: str, sheet: str) -> list["str | Area"]:
    """Cut a formula into areas and what is between them."""
    pieces: list[str | Area] = []
    at = 0
    formula = _QUOTED.sub(r"\1!", formula) if "'" in formula else formula
    for found in _REFERENCE.finditer(formula):
        text, table, quoted, c1, r1, c2, r2, c3, c4, r3, r4 = found.groups()
        if text or table:
            continue
        start, end = found.span()
        pieces.append(formula[at:start])
        named = quoted.strip("'").replace("''", "'") if quoted else sheet
        left, top = column_number(c1 or c3 or ""), int(r1 or r3 or 0)
        right, bottom = column_number(c2 or c4 or ""), int(r2 or r4 or 0)
        is_single = not right and not bottom
        ends = (left, top) if is_single else (right, bottom)
        pieces.append(Area(named or sheet, left, top, *ends, is_single, f"{quoted}!" if quoted else ""))
        at = end
    return [*pieces, formula[at:]]


def axis_of(pairs: Iterable[tuple[int, int]], removed: Iterable[int], inserted: Iterable[int]) -> Axis:
    """Make an axis from what became of each row."""
    return Axis(dict(pairs), set(removed), set(inserted))

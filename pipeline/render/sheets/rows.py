"""Where a sheet's rows go when some are repeated or left out: template row numbers in, finished row numbers out."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

LAST_ROW = 1_048_576  # ECMA-376 part 1, 18.3.1.73: the highest row of a sheet


@dataclass(frozen=True, slots=True)
class Block:
    """Rows `first` to `last` of a template between the tag rows `opening` and `closing`, `copies` times from `start` on.

    `loop` is what the rows are repeated over; it is "" where they are only kept or left out. Repeated over nothing they are
    there once, `empty`.
    """

    opening: int
    first: int
    last: int
    closing: int
    loop: str
    copies: int
    start: int
    empty: bool = False

    @property
    def height(self) -> int:
        """How many rows one copy has."""
        return self.last - self.first + 1

    @property
    def end(self) -> int:
        """The first finished row after all copies."""
        return self.start + self.copies * self.height


@dataclass(frozen=True, slots=True)
class Area:
    """Cells of a template: columns as letters (empty where whole rows are meant) and the rows between them."""

    left: str
    top: int
    right: str
    bottom: int


@dataclass(frozen=True, slots=True)
class RowMap:
    """Which rows of the finished sheet each row of the template became; none for tag rows and rows left out."""

    blocks: tuple[Block, ...]
    openings: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Note where the blocks begin, so that the one near a row is found at once."""
        object.__setattr__(self, "openings", tuple(block.opening for block in self.blocks))

    def block(self, row: int) -> Block | None:
        """Give the block a template row lies in, if any; a tag row lies in none."""
        near = self._near(row)
        return near if near is not None and near.first <= row <= near.last else None

    def targets(self, row: int) -> range:
        """Give every finished row made from a template row."""
        near = self._near(row)
        if near is None:
            return range(row, row + 1)
        if row > near.closing:
            target = min(row - near.closing - 1 + near.end, LAST_ROW)
            return range(target, target + 1)
        if not near.first <= row <= near.last:
            return range(0)
        base = near.start + row - near.first
        return range(base, base + near.copies * near.height, near.height)

    def first(self, row: int) -> int:
        """Give the first finished row at or after a template row."""
        if found := self.targets(row):
            return found[0]
        near = self._near(row)
        if near is None:
            return row
        return near.end if row == near.closing else near.start

    def last(self, row: int) -> int:
        """Give the last finished row at or before a template row; 0 where there is none."""
        if row >= LAST_ROW:
            return LAST_ROW
        if found := self.targets(row):
            return found[-1]
        near = self._near(row)
        if near is None:
            return row
        return near.end - 1 if row == near.closing else near.start - 1

    def copies(self, area: Area) -> Iterator[tuple[int, int]]:
        """Give the finished rows of an area: once per copy inside one block, otherwise everything from its top to its bottom."""
        block = self.block(area.top)
        if block is not None and block is self.block(area.bottom):
            yield from zip(self.targets(area.top), self.targets(area.bottom), strict=True)
        elif (top := self.first(area.top)) <= (bottom := self.last(area.bottom)):
            yield top, bottom

    def copy(self, area: Area, number: int) -> tuple[int, int]:
        """Give the finished rows of one of an area's copies."""
        tops, bottoms = self.targets(area.top), self.targets(area.bottom)
        if number < len(tops) and len(tops) == len(bottoms) and self.block(area.top) is self.block(area.bottom):
            return tops[number], bottoms[number]
        return self.first(area.top), self.last(area.bottom)

    def spans(self, area: Area) -> Iterator[tuple[int, int]]:
        """Give the finished rows of an area as `copies` does, but in one where it covers a whole block."""
        block = self.block(area.top)
        if block is not None and (area.top, area.bottom) == (block.first, block.last):
            if block.copies:
                yield block.start, block.end - 1
        else:
            yield from self.copies(area)

    def _near(self, row: int) -> Block | None:
        """Give the last block that begins at or above a row."""
        at = bisect_right(self.openings, row)
        return self.blocks[at - 1] if at else None


def moved(row_map: RowMap, area: Area) -> list[str]:
    """Write where an area went, as a sheet's XML refers to cells: A1 or A1:B3."""
    return [written(area, top, bottom) for top, bottom in row_map.spans(area)]


def written(area: Area, top: int, bottom: int) -> str:
    """Write an area's columns with other rows."""
    if top == bottom and area.left == area.right and area.left:
        return f"{area.left}{top}"
    return f"{area.left}{top}:{area.right}{bottom}"

"""Two rows of blocks → what became of each, as `align` finds it, but for two things that only paragraphs have.

A heading of the same level and number in the same place is the same heading, whatever it says now. A paragraph that was split, or
joined to its neighbour, and of which no letter, look or style changed, is that and nothing else.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from pipeline.compare.align import Alignment, align
from pipeline.compare.sight import veils
from pipeline.compare.word.block import Block
from pipeline.compare.word.paragraph import Paragraph


@dataclass(frozen=True)
class Cuts:
    """Paragraphs that were split, by their old place, with the new places of their parts; those joined, the other way round."""

    split: Mapping[int, range]
    joined: Mapping[int, range]

    def is_part(self, old: int | None, new: int | None) -> bool:
        """Say whether a paragraph that stands on one side only is part of one that was split or joined."""
        if old is None:
            return any(new in parts for parts in self.split.values())
        return new is None and any(old in parts for parts in self.joined.values())


def align_blocks(old: Sequence[Block], new: Sequence[Block]) -> Alignment:
    """Align two rows of blocks, with headings that were renamed."""
    found = align(old, new)
    headings = list(_headings(old, new, found))
    if headings:
        gone, come = {i for i, _ in headings}, {j for _, j in headings}
        found.pairs = sorted([*found.pairs, *headings])
        found.removed = [i for i in found.removed if i not in gone]
        found.inserted = [j for j in found.inserted if j not in come]
    return found


def _headings(old: Sequence[Block], new: Sequence[Block], found: Alignment) -> Iterator[tuple[int, int]]:
    """Pair headings that went and came between the same two pairs, if there is one of that level and number on either side."""
    befores, afters = [i for i, _ in found.pairs], [j for _, j in found.pairs]
    gone = _by_place(old, found.removed, befores)
    come = _by_place(new, found.inserted, afters)
    for place, there in gone.items():
        if len(there) == 1 == len(come.get(place, ())):
            yield there[0], come[place][0]


def _by_place(blocks: Sequence[Block], places: Sequence[int], paired: Sequence[int]) -> dict[tuple[int, int, str], list[int]]:
    found: dict[tuple[int, int, str], list[int]] = {}
    for at in places:
        block = blocks[at]
        if block.level and block.key:
            found.setdefault((bisect_left(paired, at), block.level, block.label), []).append(at)
    return found


def cuts(old: Sequence[Block], new: Sequence[Block], found: Alignment) -> Cuts:
    """Find the paragraphs that were split or joined."""
    pairs = [(i, j) for i, j in found.pairs if old[i].raw != new[j].raw and not old[i].is_table]
    return Cuts(
        dict(_parts(old, new, pairs, {*found.inserted})),
        dict(_parts(new, old, [(j, i) for i, j in pairs], {*found.removed})),
    )


def _parts(
    wholes: Sequence[Block], blocks: Sequence[Block], pairs: Sequence[tuple[int, int]], free: set[int]
) -> Iterator[tuple[int, range]]:
    """Give each whole with its parts, of which it is paired with one; the others are free."""
    for whole, at in pairs:
        first, end = at, at + 1
        text = _bare(wholes[whole].key)
        while first - 1 in free and _is_part(blocks[first - 1], text):
            first -= 1
        while end in free and _is_part(blocks[end], text):
            end += 1
        parts = range(first, end)
        if len(parts) > 1 and _is_cut(wholes[whole], [blocks[one] for one in parts]):
            yield whole, parts


def _is_part(block: Block, text: str) -> bool:
    return not block.is_table and bool(block.key) and _bare(block.key) in text


def _bare(text: str) -> str:
    return "".join(text.split())


def _is_cut(whole: Block, parts: Sequence[Block]) -> bool:
    """Say whether parts make up a whole to the letter, each looking as it did in it."""
    if _bare(whole.key) != "".join(_bare(one.key) for one in parts):
        return False
    look = whole.style, veils(whole.paragraph.layout)
    if any((one.style, veils(one.paragraph.layout)) != look for one in parts):
        return False
    return _inside([whole.paragraph]) == _inside([one.paragraph for one in parts])


def _inside(paragraphs: Sequence[Paragraph]) -> dict[str, list[object]]:
    """Give all that stands in some paragraphs, but for their ids: their letters, each with its look, and every other list."""
    letters: list[object] = [
        (sign, look) for one in paragraphs for text, look in one.looks for sign in text if not sign.isspace()
    ]
    held: dict[str, list[object]] = {"letters": letters}
    for name in (one.name for one in fields(Paragraph) if one.name not in {"looks", "ids"}):
        values = [getattr(one, name) for one in paragraphs]
        held[name] = [item for value in values if isinstance(value, list) for item in value]
    return held

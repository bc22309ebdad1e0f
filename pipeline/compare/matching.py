"""What two sequences have in common, run by run: exactly what difflib finds with no junk, many times as quickly.

Each different item becomes one letter, so that the search for the longest common run is a search for text, which C does.
Its cost still grows with the product of both lengths and more, so what is long is first cut at what is certain: the same
start and end, and what stands once on both sides. Where there is nothing of the kind it is cut into equal parts.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from math import isqrt

from pipeline.compare.chains import longest_rise

MOST = 250_000
"""How many pairs of places are searched at once."""
_GRAMS = (1, 2, 4, 8)
Region = tuple[int, int, int, int]
Opcode = tuple[str, int, int, int, int]


def matching_runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int, int]]:
    """Give the runs that both sequences hold, in order: where each begins in the old and the new one, and how long it is."""
    letters: dict[Hashable, str] = {}
    before, after = ("".join([letters.setdefault(one, chr(len(letters))) for one in side]) for side in (old, new))
    found: list[tuple[int, int, int]] = []
    regions: list[Region] = [(0, len(before), 0, len(after))]
    while regions:
        top, bottom, left, right = regions.pop()
        if (bottom - top) * (right - left) > MOST:
            sure = _sure(before, after, (top, bottom, left, right))
            found += sure
            regions += _between(sure, (top, bottom, left, right)) if sure else _parts(top, bottom, left, right)
            continue
        i, j, size = _longest(before, after, (top, bottom, left, right))
        if size:
            found.append((i, j, size))
            if top < i and left < j:
                regions.append((top, i, left, j))
            if i + size < bottom and j + size < right:
                regions.append((i + size, bottom, j + size, right))
    return _joined(sorted(found))


def opcodes(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Opcode]:
    """Say how the old sequence becomes the new one: `equal`, `replace`, `delete` or `insert`, with the places on both sides."""
    made: list[Opcode] = []
    i = j = 0
    for i_next, j_next, size in [*matching_runs(old, new), (len(old), len(new), 0)]:
        if i < i_next or j < j_next:
            made.append(("replace" if i < i_next and j < j_next else "delete" if i < i_next else "insert", i, i_next, j, j_next))
        i, j = i_next + size, j_next + size
        if size:
            made.append(("equal", i_next, i, j_next, j))
    return made


def _longest(before: str, after: str, region: Region) -> tuple[int, int, int]:
    """Give the longest run that both texts hold in a region: of several the first in the old text, then in the new one."""
    top, bottom, left, right = region
    found, size = (top, left), 0
    for i in range(top, bottom):
        j = left
        while i + size < bottom and (j := after.find(before[i : i + size + 1], j, right)) >= 0:
            found, size = (i, j), size + 1
            while i + size < bottom and j + size < right and before[i + size] == after[j + size]:
                size += 1
        if i + size >= bottom:
            break
    return (*found, size)


def _sure(before: str, after: str, region: Region) -> list[tuple[int, int, int]]:
    """Give runs that both texts hold in a region, in order: at its start and end, and what stands once in both, the shortest."""
    top, bottom, left, right = region
    start = _shared(before[top:bottom], after[left:right])
    end = _shared(before[top + start : bottom][::-1], after[left + start : right][::-1])
    if start or end:
        return [run for run in ((top, left, start), (bottom - end, right - end, end)) if run[2]]
    for size in _GRAMS:
        places = [_single(text, first, last, size) for text, first, last in ((before, top, bottom), (after, left, right))]
        rise = longest_rise([(i, places[1][gram]) for gram, i in places[0].items() if gram in places[1]])
        if rise:
            return [(i, j, 1) for i, j in rise]
    return []


def _shared(one: str, other: str) -> int:
    """Count the letters at the start that are the same in both."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _single(text: str, first: int, last: int, size: int) -> dict[str, int]:
    """Give where each run of some letters stands that stands once, in order."""
    counted = Counter(text[at : at + size] for at in range(first, last - size + 1))
    return {gram: at for at in range(first, last - size + 1) if counted[gram := text[at : at + size]] == 1}


def _between(runs: Sequence[tuple[int, int, int]], region: Region) -> Iterator[Region]:
    i, j = region[0], region[2]
    for i_next, j_next, size in [*runs, (region[1], region[3], 0)]:
        if i < i_next and j < j_next:
            yield i, i_next, j, j_next
        i, j = i_next + size, j_next + size


def _parts(top: int, bottom: int, left: int, right: int) -> Iterator[Region]:
    """Cut a region into parts that are small enough, each as large a share of the one text as of the other."""
    count = isqrt((bottom - top) * (right - left) // MOST) + 1
    cuts = [[first + (last - first) * at // count for at in range(count + 1)] for first, last in ((top, bottom), (left, right))]
    yield from ((i, i_next, j, j_next) for (i, i_next), (j, j_next) in zip(*map(pairwise, cuts), strict=True))


def _joined(runs: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Join runs that follow each other on both sides."""
    made: list[tuple[int, int, int]] = []
    for i, j, size in runs:
        if made and made[-1][0] + made[-1][2] == i and made[-1][1] + made[-1][2] == j:
            made[-1] = (made[-1][0], made[-1][1], made[-1][2] + size)
        else:
            made.append((i, j, size))
    return made

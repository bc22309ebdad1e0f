"""What two sequences have in common, run by run: exactly what difflib finds with no junk, many times as quickly.

Each different item becomes one letter, so that the search for the longest common run is a search for text, which C does.
"""

from collections.abc import Hashable, Sequence

Opcode = tuple[str, int, int, int, int]


def matching_runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int, int]]:
    """Give the runs that both sequences hold, in order: where each begins in the old and the new one, and how long it is."""
    letters: dict[Hashable, str] = {}
    before, after = ("".join([letters.setdefault(one, chr(len(letters))) for one in side]) for side in (old, new))
    found: list[tuple[int, int, int]] = []
    regions = [(0, len(before), 0, len(after))]
    while regions:
        top, bottom, left, right = regions.pop()
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


def _longest(before: str, after: str, region: tuple[int, int, int, int]) -> tuple[int, int, int]:
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


def _joined(runs: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Join runs that follow each other on both sides."""
    made: list[tuple[int, int, int]] = []
    for i, j, size in runs:
        if made and made[-1][0] + made[-1][2] == i and made[-1][1] + made[-1][2] == j:
            made[-1] = (made[-1][0], made[-1][1], made[-1][2] + size)
        else:
            made.append((i, j, size))
    return made

"""Finding what became of what: two sequences of paragraphs, tables or rows in; pairs, moves, removals and insertions out.

Stable ids first, then equal content, then likeness. The order of two pairs never crosses; what crosses is a move.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from pipeline.compare.chains import best_rise, longest_rise
from pipeline.compare.islands import LITTLE
from pipeline.compare.matching import matching_runs
from pipeline.compare.words import likeness

ALIKE, ALONE, MOVED_ALIKE = 0.5, LITTLE, 0.8
"""How alike two blocks are to be one that changed: among several, alone in their gap, and in different places."""
SHORTEST_MOVE, SHORTEST_EDITED_MOVE = 10, 30
EVERY_PAIR = 2500
RARE = 12


class Item(Protocol):
    """What can be aligned. `raw` is equal only for equal items; `key` is what is read; `sort` keeps tables from paragraphs."""

    @property
    def raw(self) -> Hashable:
        """All there is to it."""

    @property
    def key(self) -> str:
        """Its text."""

    @property
    def ids(self) -> Sequence[str]:
        """Its stable ids."""

    @property
    def sort(self) -> str:
        """What it is."""

    @property
    def words(self) -> Mapping[str, int]:
        """The words in it, counted."""


@dataclass
class Alignment:
    """What became of what, by places in the old and the new sequence."""

    pairs: list[tuple[int, int]] = field(default_factory=list)
    moves: list[tuple[int, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    inserted: list[int] = field(default_factory=list)


def in_order(found: Alignment) -> list[tuple[int | None, int | None]]:
    """Give what became of everything, old and new place, in the order of the new sequence; None where it has no place.

    What moved stands in its new place with both, and in its old one, as what was removed, with that alone. What left its place
    follows what stood before it.
    """
    settled = dict(found.pairs)
    events: list[tuple[float, int, tuple[int | None, int | None]]] = [(j, -1, (i, j)) for i, j in [*found.pairs, *found.moves]]
    events += [(j, -1, (None, j)) for j in found.inserted]
    last = -1
    for i in sorted([*settled, *found.removed, *(i for i, _ in found.moves)]):
        last = settled.get(i, last)
        if i not in settled:
            events.append((last + 0.5, i, (i, None)))
    return [places for *_, places in sorted(events, key=lambda one: one[:2])]


def align(old: Sequence[Item], new: Sequence[Item]) -> Alignment:
    """Align two sequences."""
    start = common(old, new)
    end = common(old[start:][::-1], new[start:][::-1])
    middle = _align_middle(old[start : len(old) - end], new[start : len(new) - end])
    shift = len(new) - len(old)
    return Alignment(
        pairs=[
            *((at, at) for at in range(start)),
            *((i + start, j + start) for i, j in middle.pairs),
            *((at, at + shift) for at in range(len(old) - end, len(old))),
        ],
        moves=[(i + start, j + start) for i, j in middle.moves],
        removed=[i + start for i in middle.removed],
        inserted=[j + start for j in middle.inserted],
    )


def common(old: Sequence[Item], new: Sequence[Item]) -> int:
    """Count the items at the start that are the same on both sides."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one.raw != other.raw:
            break
        count += 1
    return count


def _align_middle(old: Sequence[Item], new: Sequence[Item]) -> Alignment:
    if not old or not new:
        return Alignment(removed=[*range(len(old))], inserted=[*range(len(new))])
    before, after = _keys(old, new)
    pairs = _equal(before, after)
    left, right = set(range(len(old))) - {i for i, _ in pairs}, set(range(len(new))) - {j for _, j in pairs}
    moves = _exact_moves(before, after, left, right, old)
    left -= {i for i, _ in moves}
    right -= {j for _, j in moves}
    for i, j in [*moves]:
        moves += [pair for step in (1, -1) for pair in _along((before, after), left, right, (i, j), step)]
    pairs += [pair for gap in _gaps(pairs, left, right, len(old), len(new)) for pair in _alike(old, new, *gap)]
    left -= {i for i, _ in pairs}
    right -= {j for _, j in pairs}
    moves += _edited_moves(old, new, left, right)
    gone, come = {i for i, _ in moves}, {j for _, j in moves}
    kept = _in_order(pairs, moves)
    pairs, moves = sorted([*pairs, *kept]), [move for move in moves if move not in kept]
    return Alignment(pairs, sorted(moves, key=lambda one: one[1]), sorted(left - gone), sorted(right - come))


def _in_order(pairs: Sequence[tuple[int, int]], moves: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Give the moves that cross no pair, and each other as little as can be: they kept their place."""
    rising = sorted(pairs)
    before, after = [i for i, _ in rising], [j for _, j in rising]
    return set(longest_rise([(i, j) for i, j in sorted(moves) if bisect_left(before, i) == bisect_left(after, j)]))


def _keys(old: Sequence[Item], new: Sequence[Item]) -> tuple[list[Hashable], list[Hashable]]:
    """Give each item a key that is equal for items that are the same: by stable id, or all there is to it, or its text."""
    ids = _single(old).keys() & _single(new).keys()
    same = {one.raw for one in old} & {one.raw for one in new}

    def key(item: Item) -> Hashable:
        known = next((one for one in item.ids if one in ids), None)
        return ("id", known) if known is not None else ("raw", item.raw) if item.raw in same else (item.sort, item.key)

    return [key(one) for one in old], [key(one) for one in new]


def _equal(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Pair in order what is equal: first what stands once on both sides, then the rest between those."""
    pairs, i, j = [], 0, 0
    for i_next, j_next in [*_anchors(before, after), (len(before), len(after))]:
        if i < i_next and j < j_next:
            runs = matching_runs(before[i:i_next], after[j:j_next])
            pairs += [(i + a + at, j + b + at) for a, b, size in runs for at in range(size)]
        if i_next < len(before):
            pairs.append((i_next, j_next))
        i, j = i_next + 1, j_next + 1
    return pairs


def _anchors(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Give the longest run in order of pairs whose key stands once on both sides."""
    gone, come = Counter(before), Counter(after)
    there = {key: j for j, key in enumerate(after) if come[key] == 1}
    return longest_rise([(i, there[key]) for i, key in enumerate(before) if gone[key] == 1 and key in there])


def longest_in_order(places: Sequence[int]) -> set[int]:
    """Give which of some places, by their turn, make the longest run that only rises."""
    return {i for i, _ in longest_rise(list(enumerate(places)))}


def _single(items: Iterable[Item]) -> Mapping[str, int]:
    """Give the ids that stand only once."""
    counted = Counter(one for item in items for one in item.ids)
    return {one: count for one, count in counted.items() if count == 1}


def _exact_moves(
    before: Sequence[Hashable], after: Sequence[Hashable], left: set[int], right: set[int], old: Sequence[Item]
) -> list[tuple[int, int]]:
    """Pair what is unpaired, equal, in both sequences once, and long enough to be known again."""
    gone, come = Counter(before[i] for i in left), Counter(after[j] for j in right)
    there = {after[j]: j for j in right}
    return [
        (i, there[before[i]])
        for i in sorted(left)
        if gone[before[i]] == 1 == come[before[i]] and (_is_id(before[i]) or len(old[i].key) >= SHORTEST_MOVE)
    ]


def _along(
    keys: tuple[Sequence[Hashable], Sequence[Hashable]], left: set[int], right: set[int], move: tuple[int, int], step: int
) -> Iterable[tuple[int, int]]:
    """Give what stands beside something that moved and moved with it, however short or often there; take it off what is left."""
    i, j = move[0] + step, move[1] + step
    while i in left and j in right and keys[0][i] == keys[1][j]:
        left.discard(i)
        right.discard(j)
        yield i, j
        i, j = i + step, j + step


def _is_id(key: Hashable) -> bool:
    return isinstance(key, tuple) and key[0] == "id"


def _gaps(
    pairs: Sequence[tuple[int, int]], left: set[int], right: set[int], old_end: int, new_end: int
) -> list[tuple[list[int], list[int]]]:
    """Give what is unpaired on both sides between two pairs."""
    gaps, i, j = [], 0, 0
    for i_next, j_next in [*pairs, (old_end, new_end)]:
        gone = [at for at in range(i, i_next) if at in left]
        come = [at for at in range(j, j_next) if at in right]
        if gone and come:
            gaps.append((gone, come))
        i, j = i_next + 1, j_next + 1
    return gaps


def _alike(old: Sequence[Item], new: Sequence[Item], gone: Sequence[int], come: Sequence[int]) -> list[tuple[int, int]]:
    """Pair in order what is alike within a gap, so that the pairs have as much in common as can be.

    In a large gap only likely pairs are looked at, so what is left between them is looked at again.
    """
    pairs = best_rise(_scored(old, new, gone, come, ALONE if len(gone) == 1 == len(come) else ALIKE))
    if pairs and len(gone) * len(come) > EVERY_PAIR:
        left, right = {*gone} - {i for i, _ in pairs}, {*come} - {j for _, j in pairs}
        for still, also in _gaps(pairs, left, right, len(old), len(new)):
            pairs += best_rise(_scored(old, new, still, also, ALIKE))
    return sorted(pairs)


def _scored(
    old: Sequence[Item], new: Sequence[Item], gone: Sequence[int], come: Sequence[int], least: float
) -> Iterable[tuple[int, int, float]]:
    """Give the pairs that are at least so much alike; where there are many, only those that share a rare word."""
    sizes = [{at: sum(side[at].words.values()) for at in places} for side, places in ((old, gone), (new, come))]
    for i, j in _candidates(old, new, gone, come):
        both = sizes[0][i] + sizes[1][j]
        if old[i].sort == new[j].sort and both and 2 * min(sizes[0][i], sizes[1][j]) / both >= least:  # it cannot be more
            score = likeness(old[i].words, new[j].words)
            if score >= least:
                yield i, j, score


def _candidates(old: Sequence[Item], new: Sequence[Item], gone: Sequence[int], come: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Give the pairs to look at: all of a few. Of many those that share a rare word, or stand at the same place of as many.

    What has no rare word is known by two words beside each other.
    """
    if len(gone) * len(come) <= EVERY_PAIR:
        return [(i, j) for i in gone for j in come]
    found = set(zip(gone, come, strict=True)) if len(gone) == len(come) else set()
    words = _rare((j, new[j].words) for j in come)
    plain = [i for i in gone if words.keys().isdisjoint(old[i].words)]
    found |= {(i, j) for i in gone for word in old[i].words for j in words.get(word, ())}
    if plain:
        twos = _rare((j, _twos(new[j].key)) for j in come)
        found |= {(i, j) for i in plain for two in _twos(old[i].key) for j in twos.get(two, ())}
    return sorted(found)


def _rare(known: Iterable[tuple[int, Iterable[str]]]) -> Mapping[str, list[int]]:
    """Give where each word stands that few places have."""
    holders: dict[str, list[int]] = defaultdict(list)
    for at, words in known:
        for word in words:
            holders[word].append(at)
    return {word: places for word, places in holders.items() if len(places) <= RARE}


def _twos(text: str) -> set[str]:
    return {" ".join(two) for two in pairwise(text.split())}


def _edited_moves(old: Sequence[Item], new: Sequence[Item], left: set[int], right: set[int]) -> list[tuple[int, int]]:
    """Pair what is long and much alike but elsewhere, the most alike first."""
    gone = [i for i in sorted(left) if len(old[i].key) > SHORTEST_EDITED_MOVE]
    come = [j for j in sorted(right) if len(new[j].key) > SHORTEST_EDITED_MOVE]
    moves: list[tuple[int, int]] = []
    taken: set[int] = set()
    for i, j, _ in sorted(_scored(old, new, gone, come, MOVED_ALIKE), key=lambda one: -one[2]):
        if j not in taken and all(i != other for other, _ in moves):
            moves.append((i, j))
            taken.add(j)
    return moves

"""Chains of pairs: of places in an old and a new sequence, those that keep the order of both."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence


def longest_rise(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the longest run of pairs that rises on both sides."""
    ends: list[int] = []
    last: list[int] = []
    trail: list[tuple[int, int, int]] = []
    for i, j in pairs:
        at = bisect_left(ends, j)
        ends[at : at + 1], last[at : at + 1] = [j], [len(trail)]
        trail.append((i, j, last[at - 1] if at else -1))
    return _chain(trail, last)


def best_rise(found: Iterable[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """Give of scored pairs the run that rises on both sides and has the highest sum."""
    ends: list[int] = []  # where the best chains so far end in the new sequence, with their sums and last links
    tops: list[float] = []
    last: list[int] = []
    trail: list[tuple[int, int, int]] = []
    for i, j, score in sorted(found, key=lambda one: (one[0], -one[1])):
        at = bisect_left(ends, j)
        total = score + (tops[at - 1] if at else 0.0)
        if at < len(ends) and ends[at] == j and tops[at] >= total:
            continue
        trail.append((i, j, last[at - 1] if at else -1))
        stop = at
        while stop < len(ends) and tops[stop] <= total:
            stop += 1
        ends[at:stop], tops[at:stop], last[at:stop] = [j], [total], [len(trail) - 1]
    return _chain(trail, last)


def _chain(trail: Sequence[tuple[int, int, int]], last: Sequence[int]) -> list[tuple[int, int]]:
    """Follow a chain of pairs from its end back to its start."""
    chain, at = [], last[-1] if last else -1
    while at >= 0:
        i, j, at = trail[at]
        chain.append((i, j))
    return chain[::-1]

"""The changes of a workbook with their causes → the same, where results of formulas have the cause of all that they read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.compare.change import UNKNOWN, Cause, Change

Place = tuple[str, str]
CELLS = frozenset({"value-changed", "formula-changed", "computed-changed"})


def with_causes_of_what_they_read(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Give a result its cause for certain when every changed cell that it reads, through others too, has that very cause."""
    if not any(change.reads for change in changes):
        return tuple(changes)
    known = _settled({_place(one): one for one in changes if one.kind in CELLS})
    return tuple(replace(one, causes=known[_place(one)]) if one.reads and known.get(_place(one)) else one for one in changes)


def _place(change: Change) -> Place:
    return change.location.story, change.location.cell


def _settled(changes: Mapping[Place, Change]) -> dict[Place, tuple[Cause, ...]]:
    """Give the causes of each cell that are certain, in the order in which formulas read each other; none for the others."""
    waiting = {place: {*one.reads} for place, one in changes.items() if one.reads and not _certain(one)}
    readers: dict[Place, list[Place]] = defaultdict(list)
    for place, reads in waiting.items():
        for read in reads:
            readers[read].append(place)
    known = {place: _certain(one) for place, one in changes.items() if place not in waiting}
    ready = [*known]
    while ready:
        read = ready.pop()
        for place in readers[read]:
            waiting[place].discard(read)
            if not waiting[place]:
                behind = {known.get(one, ()) for one in changes[place].reads}
                known[place] = behind.pop() if len(behind) == 1 else ()
                ready.append(place)
    return known


def _certain(change: Change) -> tuple[Cause, ...]:
    """Give the causes of a change where all of them are known for certain."""
    return change.causes if all(one.is_certain and one.kind != UNKNOWN for one in change.causes) else ()

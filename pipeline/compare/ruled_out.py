"""Values against a change: whether they account for all of it, and which profile fields it cannot come from.

A field is ruled out if documents show all that it is behind as it is, and the change shows none of it. What is behind a flag, a
list or a text kept as a digest, or became known, may steer what else a document says: it is never ruled out.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from pipeline.compare.change import Change, Mark, Segment
from pipeline.compare.values import leftover, stands_in, unit_of, value_text
from pipeline.compare.words import exact_segments

Told = tuple[tuple[str, str, str], ...]
"""The values that a field is behind: each as it was, as it is, and its unit."""
Fact = tuple[str, Any, Any]
VERSION = "control.version"


def accounts_for(change: Change, told: Told) -> bool:
    """Say whether values that changed are all that changed: what is left over may come from elsewhere."""
    exact = exact_segments(change.old, change.new) if change.segments else ()
    return any(_is_all(change, pieces, told) for pieces in dict.fromkeys((change.segments, exact)))


def _is_all(change: Change, pieces: tuple[Segment, ...], told: Told) -> bool:
    sides = (
        (Mark.REMOVED, change.old, change.new, [(was, unit) for was, _, unit in told]),
        (Mark.INSERTED, change.new, change.old, [(now, unit) for _, now, unit in told]),
    )
    for mark, mine, other, values in sides:
        texts = [one.text for one in pieces if one.mark is mark] if pieces else [_only_in(mine, other)]
        if any(leftover(text, values) for text in texts):
            return False
    return True


def _only_in(text: str, other: str) -> str:
    """Give the words of one text that another has less often."""
    return " ".join((Counter(text.split()) - Counter(other.split())).elements())


def values_behind(name: str, was: Any, now: Any, facts: Iterable[Fact], read_by: Callable[[str], set[str]]) -> Told | None:
    """Give every changed value that a field is behind, its own among them; None if it may be behind anything else."""
    if not _is_told(was, now):
        return None
    found = [(value_text(was), value_text(now), unit_of(now))]
    for path, before, after in facts:
        is_figure = isinstance(before, dict) and isinstance(after, dict)
        if not (name in {*before.get("fields", ()), *after.get("fields", ())} if is_figure else name in read_by(path)):
            continue
        if not _is_told(before, after):
            return None
        found.append((value_text(before), value_text(after), unit_of(after)))
    return tuple(found)


def _is_told(was: Any, now: Any) -> bool:
    """Say whether two values differ in the value alone, and are known both times, and no flags, lists or digests."""
    if isinstance(was, dict) and isinstance(now, dict):
        if {**was, "value": None} != {**now, "value": None}:
            return False
        was, now = was.get("value"), now.get("value")
    return all(
        isinstance(one, str | int | float) and not isinstance(one, bool) and value_text(one) not in {"", "0"}
        for one in (was, now)
    )


def is_ruled_out(change: Change, name: str, told: Told) -> bool:
    """Say whether a change shows none of the values that a field is behind. What formulas come to may follow from any of them."""
    is_calculated = change.location.cell and name != VERSION
    if is_calculated or change.kind.endswith(("-moved", "computed-changed")):
        return False
    gone, come = (_changed(change, mark) for mark in (Mark.REMOVED, Mark.INSERTED))
    return not any(stands_in(gone, was, unit) or stands_in(come, now, unit) for was, now, unit in told)


def _changed(change: Change, mark: Mark) -> str:
    if change.segments:
        return " … ".join(one.text for one in change.segments if one.mark is mark)
    return change.old if mark is Mark.REMOVED else change.new

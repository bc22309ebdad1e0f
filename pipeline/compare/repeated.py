"""A change of looks that is the same in many places → one change that lists them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from pipeline.compare.change import Change, Severity

LEAST = 3
FORMATS = frozenset(
    {"number-format-changed", "conditional-format-inserted", "conditional-format-removed", "conditional-format-changed"}
)
LOOKS = frozenset(
    {"style-changed", "layout-changed", "numbering-changed", "spacing-changed", "table-layout-changed", "section-changed"}
    | {"print-changed", "view-changed", "width-changed", "control-changed"}
)


def said_once(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Say a change of looks with the same old and new text once, at its first place; `also` names the others."""
    kept: list[Change | None] = []
    places: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for at, change in enumerate(changes):
        kept.append(change)
        if change.kind in FORMATS or (change.kind in LOOKS and change.severity is Severity.LOW):
            places[change.kind, change.severity, change.old, change.new].append(at)
    for found in places.values():
        if len(found) < LEAST:
            continue
        others = [one for at in found[1:] if (one := kept[at]) is not None]
        first = kept[found[0]]
        kept[found[0]] = first and replace(first, also=tuple(one.location.words() for one in others))
        for at in found[1:]:
            kept[at] = None
    return tuple(one for one in kept if one is not None)

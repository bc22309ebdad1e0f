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
    found = tuple(changes)
    alike: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for at, change in enumerate(found):
        if change.kind in FORMATS or (change.kind in LOOKS and change.severity is Severity.LOW):
            alike[change.kind, change.severity, change.old, change.new].append(at)
    others = {first: rest for first, *rest in alike.values() if len(rest) + 1 >= LEAST}
    said_before = {at for rest in others.values() for at in rest}
    return tuple(
        replace(change, also=tuple(found[other].location.words() for other in others[at])) if at in others else change
        for at, change in enumerate(found)
        if at not in said_before
    )

"""The editions of a pack: which file is of which, and which change is told again, word for word, in the other edition."""

from collections import defaultdict
from collections.abc import Mapping

from pipeline.compare.change import Change, PackDiff

EDITIONS: Mapping[str, str] = {"issue": "For bidders (issue)", "internal": "Internal"}
Key = tuple[object, ...]


def edition_of(path: str) -> str:
    """Give the edition that a file is of, or nothing."""
    folder = path.partition("/")[0]
    return folder if folder in EDITIONS and "/" in path else ""


def twins(diff: PackDiff) -> dict[int, Change]:
    """Give, by the number of a change, the one of the other edition that says the same at the same place.

    Where a place has several that say the same, they are paired in order, if the other edition has as many.
    """
    sides: dict[Key, dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
    for change in diff.changes:
        edition = edition_of(change.file)
        if edition:
            sides[_said(change)][edition].append(change)
    found: dict[int, Change] = {}
    for by_edition in sides.values():
        here, there = (by_edition.get(edition, []) for edition in EDITIONS)
        if len(here) == len(there):
            for one, other in zip(here, there, strict=True):
                found[one.number], found[other.number] = other, one
    return found


def _said(change: Change) -> Key:
    where = change.location
    return change.file.partition("/")[2], change.kind, where.stable, where.headings, where.cell, change.old, change.new

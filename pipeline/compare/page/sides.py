"""What two packs say of themselves → how the page names them, and what there is to say when both say the same."""

from collections.abc import Mapping
from datetime import date

from pipeline.compare.change import BY_HAND, UNKNOWN, PackDiff, Status
from pipeline.compare.page.causes import model_words
from pipeline.compare.shown import pack_words
from pipeline.wording import long_date

FACTS: Mapping[str, str] = {
    "name": "Document",
    "authority": "Contracting authority",
    "locality": "Locality",
    "model": "Commissioning model",
    "state": "State",
    "version": "Version",
    "prepared_on": "Prepared on",
    "number": "Pack of this locality and model",
    "revision": "From git revision",
    "digest": "Digest of its files (SHA-256)",
}
LINE = ("name", "authority", "model", "state", "version", "prepared_on")
_PARTLY = {Status.ADDED, Status.REMOVED, Status.ERROR, Status.UNCOMPARED}


def lines(diff: PackDiff) -> list[list[tuple[str, bool]]]:
    """Name both packs: for each the parts of its line, and whether the other's is another."""
    told = []
    for mine, other in ((diff.old, diff.new), (diff.new, diff.old)):
        keys = [key for key in LINE if mine.get(key)]
        if keys == ["authority"] or not keys:
            told.append([(pack_words(mine), True)])
            continue
        told.append([(_worded(key, mine[key]), mine[key] != other.get(key)) for key in keys])
    return told


def _worded(key: str, value: str) -> str:
    if key == "version":
        return f"version {value}"
    return f"prepared on {_fact(key, value)}" if key == "prepared_on" else _fact(key, value)


def _fact(key: str, value: str) -> str:
    if key == "model":
        return model_words(value)
    if key == "number":
        return f"number {value}"
    try:
        return long_date(date.fromisoformat(value)) if key == "prepared_on" else value
    except ValueError:
        return value


def facts(diff: PackDiff) -> list[tuple[str, str, str]]:
    """Give what both packs say of themselves: what it is, old, new."""
    old, new = diff.old, diff.new
    known = [key for key in FACTS if old.get(key) or new.get(key)]
    return [(FACTS[key], _fact(key, old.get(key, "")), _fact(key, new.get(key, ""))) for key in known]


def alike(diff: PackDiff) -> str:
    """Say, when both packs say the same of themselves and yet differ, what that means; else nothing."""
    before, after = ({key: value for key, value in side.items() if key != "digest"} for side in (diff.old, diff.new))
    if before != after or "version" not in before or diff.is_identical:
        return ""
    kinds = {cause.kind for change in diff.changes for cause in change.causes} | {cause.kind for cause in diff.causes}
    if kinds <= {BY_HAND, UNKNOWN}:
        is_partly = any(file.status in _PARTLY for file in diff.files)
        done = "edited by hand, added or taken away" if is_partly else "edited by hand"
        return f"The same pack, built the same: its files were {done} afterwards."
    return "Both packs say the same of themselves: what they were made from differs, as told below."

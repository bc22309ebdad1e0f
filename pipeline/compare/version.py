"""The version of a pack, which its documents say in many places: a file's changes in, with one for all of these out."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.compare.change import Change, FileDiff, Location, Severity, identify

VERSION, KIND = "version", "version-changed"
EVERYWHERE = "throughout"
SHOWN = 4
NOTE = "its version is told in"
"""How the note on a file begins that says where it tells its version."""


def one_for_versions(
    files: tuple[FileDiff, ...], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> tuple[FileDiff, ...]:
    """Put one change of content, the last of its file, for all that do no more than say the version that both manifests say."""
    was, now = (str((manifest or {}).get(VERSION, "")) for manifest in (old, new))
    return tuple(_one_for(file, was, now) for file in files) if was and now and was != now else files


def _one_for(file: FileDiff, was: str, now: str) -> FileDiff:
    mine: list[Change] = []
    kept: list[Change] = []
    for change in file.changes:
        (mine if _says_no_more(change, was, now) else kept).append(change)
    if not mine:
        return file
    made = Change(KIND, Severity.CONTENT, Location(EVERYWHERE), was, now)
    places = "; ".join(change.location.words() for change in mine[:SHOWN])
    more = f"; and {len(mine) - SHOWN} more" if len(mine) > SHOWN else ""
    note = f"{NOTE} {len(mine)} place{'s' if len(mine) > 1 else ''}, which count as one change: {places}{more}"
    return replace(file, changes=identify(file.path, (*kept, made)), notes=(*file.notes, note))


def _says_no_more(change: Change, was: str, now: str) -> bool:
    """Say whether a change is where a version is said, and of nothing but the version."""
    where = change.location
    if change.moved_from is not None or change.kind == "formula-changed":
        return False
    if VERSION in {where.row.lower(), where.item.lower() if where.story == "properties" else ""}:
        return (change.old, change.new) == (was, now)
    said = re.compile(rf"(\bversion ){re.escape(was)}(?!\w|[.,]\d)", re.IGNORECASE)
    return change.old != change.new and said.sub(lambda found: found[1] + now, change.old) == change.new

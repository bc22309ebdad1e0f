"""A PackDiff as JSON, in the form that docs/change-list.schema.json publishes: the same two packs give the same bytes."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from pipeline.compare.change import Cause, Change, FileDiff, Location, PackDiff, Status, severities

SCHEMA_VERSION = 2


def change_list(diff: PackDiff) -> str:
    """Write the change list as sorted JSON."""
    return json.dumps(as_data(diff), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def as_data(diff: PackDiff) -> dict[str, Any]:
    """Give the change list as plain data."""
    ids = _ids(diff)
    statuses = Counter(file.status for file in diff.files)
    return {
        "schema_version": SCHEMA_VERSION,
        "old": dict(diff.old),
        "new": dict(diff.new),
        "summary": {
            "files": {status.value: statuses[status] for status in Status},
            "severities": severities(diff.changes),
            "kinds": dict(sorted(Counter(change.kind for change in diff.changes).items())),
        },
        "causes": [{"id": key, **_cause(cause)} for cause, key in ids.items()],
        "pack_causes": [ids[_settled(cause)] for cause in diff.causes],
        "findings": list(diff.findings),
        "files": [_file(file) for file in diff.files],
        "changes": [_change(change, ids) for change in diff.changes],
    }


def _ids(diff: PackDiff) -> dict[Cause, str]:
    """Give each cause, certain or not, a name in the list: c1, c2."""
    every = dict.fromkeys(_settled(cause) for causes in (diff.causes, *(one.causes for one in diff.changes)) for cause in causes)
    return {cause: f"c{number}" for number, cause in enumerate(every, 1)}


def _settled(cause: Cause) -> Cause:
    return cause if cause.is_certain else replace(cause, is_certain=True)


def _file(file: FileDiff) -> dict[str, Any]:
    return {
        "path": file.path,
        "status": file.status.value,
        "old_digest": file.old_digest,
        "new_digest": file.new_digest,
        "severities": file.counts,
        "notes": list(file.notes),
        "parts": list(file.parts),
    }


def _change(change: Change, ids: Mapping[Cause, str]) -> dict[str, Any]:
    return {
        "id": change.id,
        "number": change.number,
        "file": change.file,
        "kind": change.kind,
        "severity": change.severity.value,
        "touches": list(change.touches),
        "location": _location(change.location),
        "moved_from": _location(change.moved_from) if change.moved_from is not None else None,
        "old": change.old,
        "new": change.new,
        "segments": [{"mark": one.mark.value, "text": one.text} for one in change.segments],
        "causes": [ids[_settled(cause)] for cause in change.causes if cause.is_certain],
        "perhaps": [ids[_settled(cause)] for cause in change.causes if not cause.is_certain],
        "also": list(change.also),
    }


def _location(location: Location) -> dict[str, Any]:
    return {**asdict(location), "headings": list(location.headings), "words": location.words()}


def _cause(cause: Cause) -> dict[str, str]:
    return {"kind": cause.kind, "name": cause.name, "old": cause.old, "new": cause.new, "words": cause.words()}

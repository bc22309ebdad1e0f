"""The form of the index: whatever was read from its file in, whether it can be used out. Standard library only."""

import contextlib
import json
import re
from collections.abc import Mapping
from typing import Any

from pipeline.manifest import FILE_NAME

FORM = 2
KEY = 4  # model, profile, templates, inputs
STAT = 4  # size, times of change, inode
_FOLDER = re.compile(r"[^/.\0][^/\0]*/[^/.\0][^/\0]*")


def is_index(found: Any) -> bool:
    """Say whether it has the form of an index throughout; anything may have been done to the file."""
    if not isinstance(found, dict) or found.get("form") != FORM:
        return False
    groups: Any = found.get("groups")
    files, packs = found.get("files"), found.get("packs")
    return (
        _are_words(groups)
        and all(_is_group(group) for group in groups.values())
        and isinstance(files, dict)
        and all(_is_known(one) for one in files.values())
        and isinstance(packs, dict)
        and all(_is_list_of_words(key, KEY) and _is_entry(entry, groups) for key, entry in packs.items())
    )


def _are_words(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _is_group(group: str) -> bool:
    kind, _, place = group.partition(":")
    return kind in {"sources", "folder"} or (kind == "files" and _is_list_of_words(place))


def _is_list_of_words(text: str, count: int | None = None) -> bool:
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(text)
        return isinstance(found, list) and count in {None, len(found)} and all(isinstance(one, str) for one in found)
    return False


def _is_known(value: Any) -> bool:
    return (
        isinstance(value, list)
        and [type(one) for one in value] == [list, str]
        and [type(one) for one in value[0]] == [int] * STAT
    )


def _is_entry(entry: Any, groups: Mapping[str, str]) -> bool:
    return (
        isinstance(entry, dict)
        and all(isinstance(entry.get(name), str) for name in ("folder", "locality", "mode", "state"))
        and _FOLDER.fullmatch(entry["folder"]) is not None
        and _are_words(entry.get("groups"))
        and all(name in groups for name in entry["groups"])
        and _are_words(entry.get("files"))
        and FILE_NAME in entry["files"]
    )

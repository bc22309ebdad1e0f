"""The manifest: what a pack holds and what each document was made from. Standard library only, so that reading one is quick."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from hashlib import sha256
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

SCHEMA_VERSION = 4
UNSEALED = (1, 2)
FILE_NAME = "manifest.json"
DRAFT, FINAL, ISSUED = "draft", "final", "issued"
ONE_PACK = ("locality", "model")
"""What all packs that are versions of one have in common."""
IN_PROPERTIES = ("area", "authority.name", "prepared_on", "control.version")
"""The fields of the profile that every document has in its properties, shown in its text or not."""
SEAL = "seal"
"""The key of a record's seal: a digest of all else in it, by which damage shows. Whoever wants to deceive can make another."""


def state_words(state: str) -> str:
    """Say in words what a pack is that is not issued: a draft, a final pack."""
    return "a draft" if state == DRAFT else f"a {state} pack"


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes in hexadecimal."""
    return sha256(data).hexdigest()


@dataclass(frozen=True)
class ManifestDocument:
    """One document of a pack: the file, its template, and the facts in it with the profile fields behind them.

    `inputs_digest` is of all that the document's words and properties come from besides its template; `part_digests` are of the
    parts inside the file, which are the same with every compressor; `detached` says that a person has edited it and keeps it,
    and `built_from` then holds the mode, profile and reference data of the build that last made it.
    """

    kind: str
    edition: str
    path: str
    title: str
    ocds_type: str
    template: str
    template_origin: str
    template_digest: str
    inputs_digest: str
    file_digest: str
    part_digests: Mapping[str, str]
    facts: Mapping[str, Any]
    reads: Mapping[str, tuple[str, ...]]
    provisions: tuple[str, ...]
    ids: tuple[str, ...]
    outstanding: tuple[str, ...]
    detached: bool = False
    built_from: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Predecessor:
    """The issued pack that a pack supersedes."""

    number: int
    version: str
    manifest_digest: str


@dataclass(frozen=True)
class Manifest:
    """What a pack is, what it was made from, and what was found in it. Nothing in it depends on the machine or the clock.

    `mode` is what the build was asked for; `state` is the same until the pack is issued. `number` counts the packs of one
    locality and commissioning model, of which each but the last was issued. `profile` holds every field of the profile, and
    `reference` the digest of every entry of the reference data that the documents read.
    """

    locality: str
    authority: str
    nation: str
    model: str
    mode: str
    state: str
    prepared_on: str
    profile_digest: str
    reference_digest: str
    engine: Mapping[str, str]
    documents: tuple[ManifestDocument, ...]
    findings: tuple[Mapping[str, str], ...]
    outstanding: tuple[str, ...]
    version: str = ""
    number: int = 1
    supersedes: Predecessor | None = None
    profile: Mapping[str, Any] = field(default_factory=dict)
    reference: Mapping[str, str] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION

    def plain(self) -> dict[str, Any]:
        """Give the manifest as reading it back gives it."""
        supersedes = None if self.supersedes is None else vars(self.supersedes)
        return {**vars(self), "supersedes": supersedes, "documents": [vars(one) for one in self.documents]}

    def to_json(self) -> str:
        """Write the manifest as sorted JSON."""
        return write_json(self.plain())


def write_json(record: Mapping[str, Any]) -> str:
    """Write a manifest, or another record of ours, as sorted JSON with its seal; a line for each fact, field or finding."""
    lines = _lines(record)
    return _joined({**lines, SEAL: _spread(_seal(lines), 1)})


def seal(record: Mapping[str, Any]) -> str:
    """The digest of a record without its seal."""
    return _seal(_lines(record))


def is_as_written(record: Mapping[str, Any], text: str) -> bool:
    """Say whether a record's text is what `write_json` made: nothing in it, or in how it is laid out, has changed since."""
    return write_json(record) == text


def is_sealed(record: Mapping[str, Any]) -> bool:
    """Say whether a manifest has a seal, or should have one; those of earlier versions have none."""
    return SEAL in record or record.get("schema_version") not in UNSEALED


_DOCUMENT, _LIST_OF_DOCUMENT = 2, 3
_LINE = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
_GROUPS = (dict, list, tuple)


def _lines(record: Mapping[str, Any]) -> dict[str, str]:
    """Give each entry of a record, its seal apart, as it is written."""
    return {key: _spread(value, 1) for key, value in record.items() if key != SEAL}


def _joined(lines: Mapping[str, str]) -> str:
    """Put the entries of a record together."""
    entries = ",".join(f"\n {_LINE.encode(key)}: {lines[key]}" for key in sorted(lines))
    return f"{{{entries}\n}}\n"


def _seal(lines: Mapping[str, str]) -> str:
    return digest(_joined(lines).encode())


def _spread(value: Any, depth: int) -> str:
    """Write a value over lines down to what a document lists, and below that, or where it holds single values, on one."""
    is_mapping = isinstance(value, dict)
    held = value.values() if is_mapping else value if isinstance(value, _GROUPS) else ()
    is_single = depth == _DOCUMENT and not any(isinstance(one, _GROUPS) for one in held)
    if not held or is_single or depth > _LIST_OF_DOCUMENT:
        return _LINE.encode(value)
    margin = "\n" + " " * depth
    if is_mapping:
        lines = [f"{margin} {_LINE.encode(key)}: {_spread(value[key], depth + 1)}" for key in sorted(value)]
    else:
        lines = [f"{margin} {_spread(one, depth + 1)}" for one in value]
    first, last = "{}" if is_mapping else "[]"
    return f"{first}{','.join(lines)}{margin}{last}"


_FINDING = {"severity", "document", "place", "message"}
_LATER = frozenset({SEAL, "inputs_digest", "part_digests"})
"""What earlier versions did not write, besides the fields that have a default."""


def _is_manifest(found: Any) -> bool:
    """Say whether what was read has the shape of a manifest, of this version or an earlier one."""
    return (
        _fits(found, Manifest)
        and found["mode"] in {"draft", "final"}
        and found["state"] in ({ISSUED, "final"} if found["mode"] == "final" else {"draft"})
        and found.get("number", 1) >= 1
        and all(set(one) == _FINDING for one in found["findings"])
    )


def _fits(value: Any, kind: Any) -> bool:
    """Say whether a value that was read is of the kind that a field is declared to be."""
    held = get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        known, required = _fields(kind)
        return (
            isinstance(value, dict)
            and required <= set(value) <= {*known, *_LATER}
            and all(_fits(one, known[name]) for name, one in value.items() if name in known)
        )
    if get_origin(kind) is UnionType:
        return any(_fits(value, one) for one in held)
    if get_origin(kind) is tuple:
        return isinstance(value, list | tuple) and all(_fits(one, held[0]) for one in value)
    if get_origin(kind) is Mapping:
        return isinstance(value, dict) and (held[1] is Any or all(_fits(one, held[1]) for one in value.values()))
    return value is None if kind is NoneType else type(value) is kind


@cache
def _fields(kind: Any) -> tuple[dict[str, Any], set[str]]:
    """Give the fields of a record with their kinds, and those that every version has."""
    required = {one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}
    return get_type_hints(kind), required - _LATER


def read_json(text: str) -> dict[str, Any]:
    """Read a manifest's JSON; ValueError when it is none of ours."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("is not a manifest") from None
    if not _is_manifest(found):
        raise ValueError("is not a manifest")
    return dict(found)


def file_digests(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The digest of each file a manifest lists, by its path in the pack."""
    return {str(entry["path"]): str(entry["file_digest"]) for entry in manifest["documents"]}

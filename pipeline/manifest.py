"""The manifest: what a pack holds and what each document was made from. Standard library only, so that reading one is quick."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

SCHEMA_VERSION = 3
UNSEALED = (1, 2)
FILE_NAME = "manifest.json"
ISSUED = "issued"
SEAL = "seal"
"""The key of a record's seal: a digest of all else in it, by which damage shows. Whoever wants to deceive can make another."""


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes in hexadecimal."""
    return sha256(data).hexdigest()


@dataclass(frozen=True)
class ManifestDocument:
    """One document of a pack: the file, its template, and the facts in it with the profile fields behind them.

    `inputs_digest` is of all that the document's words and properties come from besides its template; `part_digests` are of the
    parts inside the file, which are the same with every compressor; `detached` says that a person has edited it and keeps it.
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

    def to_json(self) -> str:
        """Write the manifest as sorted JSON."""
        supersedes = None if self.supersedes is None else vars(self.supersedes)
        return write_json({**vars(self), "supersedes": supersedes, "documents": [vars(one) for one in self.documents]})


def write_json(record: Mapping[str, Any]) -> str:
    """Write a manifest, or another record of ours, as sorted JSON with its seal."""
    return _json({**record, SEAL: seal(record)})


def seal(record: Mapping[str, Any]) -> str:
    """The digest of a record without its seal."""
    return digest(_json({name: value for name, value in record.items() if name != SEAL}).encode())


def is_as_written(record: Mapping[str, Any], text: str) -> bool:
    """Say whether a record's text is what `write_json` made: nothing in it, or in how it is laid out, has changed since."""
    return record.get(SEAL) == seal(record) and _json(record) == text


def is_sealed(record: Mapping[str, Any]) -> bool:
    """Say whether a manifest has a seal, or should have one; those of earlier versions have none."""
    return SEAL in record or record.get("schema_version") not in UNSEALED


def _json(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_json(text: str) -> dict[str, Any]:
    """Read a manifest's JSON; ValueError when it is none of ours."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("is not a manifest") from None
    if not isinstance(found, dict) or not isinstance(found.get("documents"), list):
        raise ValueError("is not a manifest")  # noqa: TRY004 - one error for whatever is wrong with the file
    return found


def file_digests(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The digest of each file a manifest lists, by its path in the pack."""
    return {str(entry["path"]): str(entry["file_digest"]) for entry in manifest["documents"]}

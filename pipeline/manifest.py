"""The manifest: what a pack holds and what each document was made from. Standard library only, so that reading one is quick."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

SCHEMA_VERSION = 1
FILE_NAME = "manifest.json"


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes in hexadecimal."""
    return sha256(data).hexdigest()


@dataclass(frozen=True)
class ManifestDocument:
    """One document of a pack: the file, its template, and the facts in it with the profile fields behind them."""

    kind: str
    edition: str
    path: str
    title: str
    ocds_type: str
    template: str
    template_origin: str
    template_digest: str
    file_digest: str
    part_digests: Mapping[str, str]
    facts: Mapping[str, Any]
    reads: Mapping[str, tuple[str, ...]]
    provisions: tuple[str, ...]
    ids: tuple[str, ...]
    outstanding: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """What a pack is, what it was made from, and what was found in it. Nothing in it depends on the machine or the clock."""

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
    schema_version: int = SCHEMA_VERSION

    def to_json(self) -> str:
        """Write the manifest as sorted JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


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

"""Approvals of a pack's documents: who approved which document at which digest, and which of that still stands.

They lie beside the manifest in a file of their own, to which entries are only added. The record says what somebody typed; it
proves nobody's identity. Standard library only.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.manifest import SEAL, is_as_written, write_json

APPROVALS = "approvals.json"
SCHEMA_VERSION = 1
ROLES = ("legal", "finance", "safeguarding", "procurement", "commissioner")
"""Who approves where a profile does not say."""
DAMAGED = "is not as it was written: it was edited or damaged"


@dataclass(frozen=True)
class Role:
    """Who has to approve: the role's id, and the kinds of document it has to approve, all when none is named."""

    id: str
    documents: tuple[str, ...] = ()

    def approves(self, kind: str) -> bool:
        """Say whether a document of a kind needs this role's approval."""
        return not self.documents or kind in self.documents


@dataclass(frozen=True)
class Against:
    """The change list that was approved: what changed since which pack. `change_list` is the digest of `packs compare --json`."""

    version: str
    number: int
    state: str
    manifest_digest: str
    change_list: str
    changes: int


@dataclass(frozen=True)
class Approval:
    """One approval. `content_digest` is of the parts in the file and decides whether it stands; `file_digest` is of its bytes."""

    document: str
    edition: str
    path: str
    version: str
    state: str
    content_digest: str
    file_digest: str
    role: str
    reviewer: str
    on: str
    note: str = ""
    against: Against | None = None

    def words(self) -> str:
        """Say it in a line: internal/contract-contents.docx: legal (A. Lawyer, 2026-11-22)."""
        return f"{self.path}: {self.role} ({self.reviewer}, {self.on})"


@dataclass(frozen=True)
class ApprovalState:
    """What came of the approvals of a pack: those that hold, those that lapsed, and for each role the documents it lacks."""

    given: tuple[Approval, ...] = ()
    lapsed: tuple[Approval, ...] = ()
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def missing_lines(missing: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Say which roles have still to approve which documents: once for all documents that lack the same roles."""
    lacking: dict[str, list[str]] = {}
    for path in dict.fromkeys(path for paths in missing.values() for path in paths):
        lacking.setdefault(", ".join(role for role, paths in missing.items() if path in paths), []).append(path)
    yield from (f"approvals missing: {roles} of {', '.join(paths)}" for roles, paths in lacking.items())


def approvals_json(approvals: Sequence[Approval]) -> str:
    """Write approvals as sorted JSON with a seal."""
    return write_json({"schema_version": SCHEMA_VERSION, "approvals": [asdict(one) for one in approvals]})


def read_approvals(text: str) -> tuple[Approval, ...]:
    """Read approvals, the oldest first; ValueError when the file is not as it was written."""
    try:
        found = json.loads(text)
        is_whole = isinstance(found, dict) and SEAL in found and is_as_written(found, text)
        entries = found["approvals"] if is_whole and found["schema_version"] == SCHEMA_VERSION else None
        approvals = None if entries is None else tuple(_approval(entry) for entry in entries)
    except (ValueError, TypeError, KeyError, RecursionError):
        approvals = None
    if approvals is None:
        raise ValueError(DAMAGED)
    return approvals


def _approval(entry: Mapping[str, Any]) -> Approval:
    against = entry["against"]
    return Approval(**{**entry, "against": None if against is None else Against(**against)})


def roles_of(manifest: Mapping[str, Any]) -> tuple[Role, ...]:
    """Give the roles that a pack's profile names, as its manifest keeps them."""
    profile = manifest.get("profile", {})
    names = profile.get("control.approval_roles")
    if not isinstance(names, list):
        return tuple(Role(name) for name in ROLES)
    return tuple(Role(str(name), _documents(profile, f"control.approval_roles[{name}].documents")) for name in names)


def _documents(profile: Mapping[str, Any], path: str) -> tuple[str, ...]:
    kept = profile.get(path) or ()
    return tuple(str(profile.get(f"{path}[{at}]", "")) for at, _ in enumerate(kept))


def approval_state(
    approvals: Iterable[Approval], roles: Sequence[Role], kinds: Mapping[str, str], digests: Mapping[str, str]
) -> ApprovalState:
    """Say which approvals stand: `kinds` and `digests` are of the documents now, by path.

    An approval stands while its document has the contents that were approved, and again when it has them again.
    """
    latest: dict[tuple[str, str], Approval] = {}
    for one in approvals:
        key = (one.path, one.role)
        stood = key in latest and _stands(latest[key], digests)
        if not stood or _stands(one, digests):
            latest[key] = one
    ordered = [latest[key] for key in sorted(latest)]
    given = tuple(one for one in ordered if _stands(one, digests))
    have = {(one.path, one.role) for one in given}
    lacks = {
        role.id: tuple(path for path, kind in sorted(kinds.items()) if role.approves(kind) and (path, role.id) not in have)
        for role in roles
    }
    lapsed = tuple(one for one in ordered if not _stands(one, digests))
    return ApprovalState(given, lapsed, {role: paths for role, paths in lacks.items() if paths})


def _stands(approval: Approval, digests: Mapping[str, str]) -> bool:
    return digests.get(approval.path) == approval.content_digest

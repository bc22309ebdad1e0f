"""What a run came to, as it is told: of each pack its documents, what was done to them and why, and what was found.

Standard library only, so that a run with nothing to do can tell it too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.folder import PackFolder
from pipeline.manifest import FILE_NAME, digest, file_digests
from pipeline.request import BuildRequest

SAME, DIFFERENT, ERROR = 0, 1, 2
"""How commands that compare exit, as diff does."""


EDITED_SINCE = "edited since it was issued; restore it from the copy that went to bidders"
MISSING_SINCE = "missing since it was issued; restore it from the copy that went to bidders"


class Action(StrEnum):
    """What a build does to a document."""

    KEEP = "keep"
    NEW = "new"
    BUILD = "build"
    REMOVE = "remove"
    LEAVE = "leave"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Reason:
    """Why: the kind of cause, what it is about, and where a value changed, from what to what."""

    cause: str
    subject: str = ""
    before: str = ""
    after: str = ""
    statuses: str = ""

    def __str__(self) -> str:
        """The reason as one line: commercial.ceiling_rate 21.43 → 22.10 (indicative → confirmed)."""
        words = [self.subject, self.cause] if not (self.before or self.after) else [self.subject]
        if self.before or self.after:
            words.append(self.before if self.before == self.after else f"{self.before or 'nothing'} → {self.after or 'nothing'}")
        if self.statuses:
            words.append(f"({self.statuses})")
        return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Change:
    """What a build does to one document, with its reasons; the document is named by its path in the pack."""

    path: str
    action: Action
    reasons: tuple[Reason, ...] = ()

    @property
    def is_stale(self) -> bool:
        """Whether a build has something to do, or a person something to decide."""
        return self.action not in {Action.KEEP, Action.LEAVE}


def stale(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Give the changes that are anything to do."""
    return tuple(change for change in changes if change.is_stale)


@dataclass(frozen=True)
class DocumentSummary:
    """One document of a pack; `fallback` says why docxtpl itself had to render it just now, "" where it had not."""

    kind: str
    edition: str
    path: str
    size: int
    outstanding: int
    fallback: str = ""


@dataclass(frozen=True)
class Noted:
    """One finding of a pack, as its manifest keeps it."""

    severity: str
    document: str
    place: str
    message: str


@dataclass(frozen=True)
class PackSummary:
    """A pack as it stands, what was done or is to be done to it, and what else lies in its folder.

    `supersedes` is the version of the issued pack that it follows; `notes` are for the reader; `folder` is where the pack is, or
    will be; `digests` are of all its files by their paths in it, and `inputs` of what it was made from, both for the index.
    `successor` names the folder that a build would make because an issued pack has changed, `refusal` says why a build would be
    refused, and `warnings` what is wrong beside the pack itself.
    """

    locality: str
    model: str
    mode: str
    state: str
    folder: Path
    documents: tuple[DocumentSummary, ...] = ()
    findings: tuple[Noted, ...] = ()
    changes: tuple[Change, ...] = ()
    others: tuple[str, ...] = ()
    open_files: tuple[str, ...] = ()
    supersedes: str = ""
    notes: tuple[str, ...] = ()
    successor: str = ""
    refusal: str = ""
    warnings: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict, repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_stale(self) -> bool:
        """Whether anything was to be done."""
        return any(change.is_stale for change in self.changes)

    @property
    def is_refused(self) -> bool:
        """Whether a build would stop until a person has decided or mended something."""
        return bool(self.refusal) or any(change.action is Action.REFUSE for change in self.changes)

    @property
    def is_damaged(self) -> bool:
        """Whether an issued pack is no longer as it was issued."""
        return any(reason.cause in {EDITED_SINCE, MISSING_SINCE} for change in self.changes for reason in change.reasons)


@dataclass(frozen=True)
class BuildResult:
    """What became of a request: a pack or a refusal, never both; `trace` says where the program itself failed."""

    request: BuildRequest
    pack: PackSummary | None
    refusal: str | None
    trace: str = ""


def summary_of(
    found: PackFolder, manifest: Mapping[str, Any], changes: Iterable[Change], inputs: Mapping[str, str] | None = None
) -> PackSummary:
    """Tell of the pack in a folder by its manifest."""
    follows = manifest.get("supersedes") or {}
    return PackSummary(
        locality=manifest["locality"],
        model=manifest["model"],
        mode=manifest["mode"],
        state=manifest["state"],
        folder=found.folder,
        documents=tuple(_document(found.folder, entry) for entry in manifest["documents"]),
        findings=tuple(Noted(**one) for one in manifest["findings"]),
        changes=tuple(changes),
        others=found.others,
        open_files=found.open_files,
        supersedes=str(follows.get("version", "")),
        inputs=inputs or {},
        digests={**file_digests(manifest), FILE_NAME: digest((found.folder / FILE_NAME).read_bytes())},
    )


def _document(folder: Path, entry: Mapping[str, Any]) -> DocumentSummary:
    path = folder / entry["path"]
    size = path.stat().st_size if path.is_file() else 0
    return DocumentSummary(entry["kind"], entry["edition"], entry["path"], size, len(entry["outstanding"]))

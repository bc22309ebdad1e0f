"""What a reviewer should look at before all else: files that are not in both packs, findings, and the gravest changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pipeline.compare.change import BY_HAND, UNKNOWN, FileDiff, Mark, PackDiff, Severity, Status
from pipeline.compare.page.shape import FileView, Note

MOST = 8
GRAVEST = ("visibility", "money", "liability", "obligation", "extent", "period", "date", "percentage", "condition", "consent")
"""What a change may touch, the gravest first; what is not named here comes after these."""
LOST = {
    Status.REMOVED: " is only in the old pack: it was taken out, or lost.",
    Status.ERROR: " cannot be compared.",
    Status.ADDED: " is only in the new pack: it was added.",
    Status.UNCOMPARED: " differs in what is not compared.",
}
"""Files that have no changes to read, the gravest first."""


@dataclass(frozen=True)
class Lead:
    """A change to look at, and how many others are like it."""

    note: Note
    like: int


def lost_files(views: Sequence[FileView], findings: Sequence[str]) -> list[tuple[FileView, str]]:
    """Give the files that are not to be read as changes, with what is found of them or else what became of them."""
    found = dict(finding.split(": ", 1) for finding in findings if ": " in finding)
    lost = [(view, words) for status, words in LOST.items() for view in views if view.diff.status is status]
    return [(view, f": {found[view.diff.path]}" if view.diff.path in found else words) for view, words in lost]


def other_findings(views: Sequence[FileView], findings: Sequence[str]) -> list[str]:
    """Give the findings but for those on files that are not to be read as changes."""
    lost = tuple(f"{view.diff.path}: " for view in views if view.diff.status in LOST)
    return [finding for finding in findings if not lost or not finding.startswith(lost)]


def leads(views: Iterable[FileView]) -> list[Lead]:
    """Give the gravest changes, of all that are alike the first, and of whatever they touch by turns."""
    alike: dict[object, list[Note]] = {}
    for note in (note for view in views for note in view.notes if note.change.severity is Severity.HIGH):
        alike.setdefault(_alike(note), []).append(note)
    ranked: dict[int, list[Lead]] = {}
    for found in alike.values():
        ranked.setdefault(min(_rank(note) for note in found), []).append(Lead(found[0], len(found) - 1))
    turns = zip_longest(*(ranked[rank] for rank in sorted(ranked)))
    chosen = [lead for turn in turns for lead in turn if lead is not None][:MOST]
    return sorted(chosen, key=lambda lead: (_rank(lead.note), lead.note.change.number))


def _alike(note: Note) -> object:
    """Say what makes changes alike: the same certain cause, the same column of a sheet, or the same changed words."""
    change, where = note.change, note.change.location
    if note.causes and not note.perhaps and all(cause.kind not in {UNKNOWN, BY_HAND} for cause in note.causes):
        return note.causes
    if where.cell and where.column:
        return change.file.rpartition("/")[2], change.kind, where.story, where.column
    said = tuple((one.mark, " ".join(one.text.split())) for one in note.detail if one.mark is not Mark.SAME)
    return said or change.number


def _rank(note: Note) -> int:
    if any(cause.kind == UNKNOWN for cause in note.causes):
        return -1
    places = [GRAVEST.index(one) for one in note.change.touches if one in GRAVEST]
    return min(places, default=len(GRAVEST))


def outcome(diff: PackDiff) -> str:
    """Say of packs without changes, though not the same, what differs."""
    counts = [
        (sum(file.status is status for file in diff.files), status.words) for status in Status if status is not Status.CHANGED
    ]
    said = ", ".join(f"{count} {words}" for count, words in counts if count)
    read = [file for file in diff.files if _is_read(file)]
    return f"Files: {said}." + (" The files that are in both packs, and can be compared, have no changes." if read else "")


def _is_read(file: FileDiff) -> bool:
    return file.status in {Status.IDENTICAL, Status.CHANGED}

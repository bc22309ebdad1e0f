"""What came of the approvals of a pack: its folder in, what holds, what lapsed and what is missing out.

Whether an approval holds is never stored: it is found by comparing the document that is there with the one that was approved.
"""

from collections.abc import Iterator
from pathlib import Path

from pipeline.approvals import APPROVALS, Approval, ApprovalState, approval_state, missing_lines, read_approvals, roles_of
from pipeline.exceptions import OutputError
from pipeline.folder import PackFolder
from pipeline.intact import content_digest

_DAMAGED = "{}: {}. Put an undamaged copy back, or move it away to begin anew."


def read_record(folder: Path) -> tuple[Approval, ...]:
    """Read the approvals of the pack in a folder, the oldest first; OutputError when they are not as they were written."""
    path = folder / APPROVALS
    try:
        return read_approvals(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except ValueError as error:
        raise OutputError(_DAMAGED.format(path, error)) from None
    except OSError as error:
        raise OutputError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from None


def approvals_of(found: PackFolder) -> ApprovalState:
    """Say which approvals of the pack in a folder hold, have lapsed or are missing."""
    paths = {name: found.folder / name for name in found.documents}
    digests = {name: content_digest(path.read_bytes()) for name, path in paths.items() if path.is_file()}
    kinds = {name: str(entry["kind"]) for name, entry in found.documents.items()}
    return approval_state(read_record(found.folder), roles_of(found.manifest or {}), kinds, digests)


def lapsed_lines(found: PackFolder) -> Iterator[str]:
    """Say which approvals of a pack no longer hold."""
    try:
        lapsed = approvals_of(found).lapsed
    except OutputError as error:
        yield str(error)
        return
    yield from (f"approval lapsed, for the document has changed since: {one.words()}" for one in lapsed)


def lacking_lines(found: PackFolder) -> Iterator[str]:
    """Say which approvals of a pack have lapsed and which roles have still to approve."""
    try:
        missing = approvals_of(found).missing
    except OutputError as error:
        yield f"  {error}"
        return
    yield from (f"  {line}." for line in lapsed_lines(found))
    yield from (f"  {line}." for line in missing_lines(missing))

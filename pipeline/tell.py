"""What a run came to, in plain lines and as JSON. Standard library only: a run with nothing to do ends here."""

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.folder import EDITED as EDITED_FOLDER
from pipeline.manifest import FILE_NAME
from pipeline.result import Action, BuildResult, Change, PackSummary, stale

REASONS = 6
EDITED = "  A build stops at what was edited by hand, until it is moved aside (--replace) or kept (--detach)."


def pack_name(pack: PackSummary) -> str:
    """Name a pack by locality, model and state."""
    return f"{pack.locality}: {pack.model} ({pack.state})"


def plan_lines(pack: PackSummary) -> Iterator[str]:
    """Say what a build would do to each document of a pack, and why."""
    if not pack.is_stale:
        yield from up_to_date_lines(pack)
        yield from _refused_lines(pack)
        return
    documents = [change for change in pack.changes if change.path != FILE_NAME]
    count = len(stale(documents))
    follows = f"; it follows version {pack.supersedes}, which was issued" if pack.supersedes else ""
    to_do = f"{count} of {len(documents)} to build" if count else "only the record of the build to write anew"
    yield f"{pack_name(pack)}: {to_do}{follows}"
    yield from (f"  {change.action:<7} {change.path} — {reasons_text(change)}" for change in pack.changes)
    if any(change.action is Action.REFUSE for change in pack.changes):
        yield EDITED
    yield from _refused_lines(pack)
    yield from folder_lines(pack)


def _refused_lines(pack: PackSummary) -> Iterator[str]:
    """Say why a build would be refused."""
    if pack.refusal:
        yield f"  would be refused: {pack.refusal}"


def up_to_date_lines(pack: PackSummary) -> Iterator[str]:
    """Say that there was nothing to do for a pack."""
    yield f"{pack_name(pack)}: {_standing(pack)}. {pack.folder}"
    for change in pack.changes:
        if change.action is Action.LEAVE and [str(reason) for reason in change.reasons] != ["issued"]:
            yield f"  {change.path} — {reasons_text(change)}"
    yield from folder_lines(pack)


def _standing(pack: PackSummary) -> str:
    """Say in a few words how a pack stands for which there is nothing to do."""
    if pack.state != "issued":
        return "up to date"
    damage = "issued, damaged" if pack.is_damaged else ""
    since = f"changed since it was issued; a build makes {pack.successor}" if pack.successor else ""
    return "; ".join(filter(None, (damage, since))) or "issued, nothing to build"


def folder_lines(pack: PackSummary) -> Iterator[str]:
    """Mention what else lies in a pack's folder, and what else is to be known."""
    yield from (f"  warning: {warning}" for warning in pack.warnings)
    yield from (f"  {note}" for note in pack.notes)
    if others := [_plain(name) for name in pack.others if name.partition("/")[0] != EDITED_FOLDER]:
        yield f"  Not of the pack, and left alone: {_some(others)}"
    if pack.open_files:
        yield f"  Open in another program, as it seems: {_some([_plain(name) for name in pack.open_files])}"


def refusal_lines(results: Sequence[BuildResult]) -> Iterator[str]:
    """Give where the program itself failed, then every refusal once."""
    yield from dict.fromkeys(result.trace for result in results if result.trace)
    yield from dict.fromkeys(result.refusal for result in results if result.refusal is not None)


def _plain(name: str) -> str:
    """Write a file's name on one line, whatever is in it."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in name)


def reasons_text(change: Change) -> str:
    """Give a change's reasons in one line."""
    return _some([str(reason) for reason in change.reasons], "; ") or "up to date"


def _some(names: Sequence[str], between: str = ", ") -> str:
    more = f" … and {len(names) - REASONS} more" if len(names) > REASONS else ""
    return between.join(names[:REASONS]) + more


def results_json(results: Sequence[BuildResult]) -> list[dict[str, Any]]:
    """Give the results for machines."""
    return [
        {
            "profile": str(result.request.profile),
            "model": str(result.request.model),
            "built": result.pack is not None,
            "refusal": result.refusal,
            **({"traceback": result.trace} if result.trace else {}),
            **(_pack_json(result.pack) if result.pack is not None else {}),
        }
        for result in results
    ]


def _pack_json(pack: PackSummary) -> dict[str, Any]:
    return {
        "locality": pack.locality,
        "mode": pack.mode,
        "state": pack.state,
        "folder": str(pack.folder),
        "supersedes": pack.supersedes or None,
        "successor": pack.successor or None,
        "stale": pack.is_stale,
        "damaged": pack.is_damaged,
        "would_be_refused": pack.refusal or None,
        "warnings": list(pack.warnings),
        "changes": [
            {
                "path": change.path,
                "action": change.action.value,
                "reasons": [_reason_json(reason) for reason in change.reasons],
            }
            for change in pack.changes
        ],
        "notes": [*pack.notes],
        "others": [*pack.others, *pack.open_files],
        "documents": [
            {
                "kind": row.kind,
                "edition": row.edition,
                "path": row.path,
                "bytes": row.size,
                "outstanding": row.outstanding,
                "rendered_by_docxtpl": row.fallback,
            }
            for row in pack.documents
        ],
        "findings": [vars(one) for one in pack.findings],
    }


def _reason_json(reason: Any) -> dict[str, str]:
    return {**{name: value for name, value in vars(reason).items() if value}, "text": str(reason)}

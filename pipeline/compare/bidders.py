"""What bidders may be told of a change list: the changes in their edition, and nothing of what lies behind them."""

from dataclasses import replace

from pipeline.compare.change import FileDiff, PackDiff, Status

ISSUE = "issue"


def for_bidders(diff: PackDiff) -> PackDiff:
    """Keep what stands in the documents of the issue edition: no causes, which name internal fields, no findings, no notes.

    A note stays where it is all there is to say of a file.
    """
    files = tuple(_told(file) for file in diff.files if file.path.startswith(f"{ISSUE}/"))
    return replace(diff, files=files, findings=(), causes=())


def _told(file: FileDiff) -> FileDiff:
    notes = file.notes if file.status in {Status.ERROR, Status.UNCOMPARED} else ()
    return replace(file, notes=notes, changes=tuple(replace(change, causes=()) for change in file.changes))

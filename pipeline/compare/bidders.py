"""What bidders may be told of a change list: the changes in their edition, and nothing of what lies behind them."""

import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.compare.change import Change, FileDiff, PackDiff, Status

ISSUE = "issue"
WHOLE_FILE = "the file as a whole"
THINGS: Mapping[str, str] = {
    "paragraph": "paragraph",
    "passage": "several paragraphs",
    "table": "table",
    "row": "row",
    "column": "column",
    "cell": "table cell",
    "value": "value",
    "formula": "formula",
    "computed": "calculated result",
    "image": "image",
    "alternative-text": "description of an image",
    "chart": "chart",
    "drawing": "shape, text box or embedded file",
    "reference": "words that a note belongs to",
    "field": "cross-reference or other automatic text",
    "link": "link",
    "comment": "comment",
    "sheet": "sheet",
    "name": "name of cells",
    "validation": "rule for what may be entered",
    "protection": "protection against changes",
    "setting": "setting of the file",
    "hidden": "whether it is hidden",
    "margin": "header or footer of a printed sheet",
    "file": "file",
    "version": "version",
    "renumbered": "numbers",
    "style": "style",
    "formatting": "look of words",
    "layout": "layout of a paragraph",
    "numbering": "numbering of a paragraph",
    "spacing": "space between paragraphs",
    "table-layout": "layout of a table",
    "section": "page layout",
    "id": "bookmark",
    "control": "part of a form to fill in",
    "style-definition": "look of a style",
    "numbering-definition": "look of a list",
    "number-format": "how numbers are shown",
    "conditional-format": "rule for highlighting cells",
    "merge": "merging of cells",
    "width": "width of columns",
    "print": "print layout",
    "view": "what stays in view",
    "property": "property of the file",
    "part": "other content of the file",
}
HAPPENED = {"inserted": "added", "removed": "taken out", "": "changed"}
"""How bidders are told of kinds of change: of what it is, and where the kind's own word would not do what happened."""
_BY_DIGEST = frozenset({"file", "part", "image", "drawing", "chart"})
_REFERENCE = re.compile(r"REF \S+(?: \\\S+)* \((.*)\)", re.DOTALL)
_DIGEST = re.compile(r"\s*\b(?:sha256:)?[0-9a-f]{16}\b;?")


def for_bidders(diff: PackDiff) -> PackDiff:
    """Keep what stands in the documents of the issue edition: no causes, which name internal fields, no findings, no notes.

    A note stays where it is all there is to say of a file.
    """
    files = tuple(_told(file) for file in diff.files if file.path.startswith(f"{ISSUE}/"))
    return replace(diff, files=files, findings=(), causes=())


def _told(file: FileDiff) -> FileDiff:
    notes = file.notes if file.status in {Status.ERROR, Status.UNCOMPARED} else ()
    return replace(file, notes=notes, changes=tuple(replace(change, causes=()) for change in file.changes))


def what_happened(kind: str) -> str:
    """Say in words for bidders what a kind of change is: Row taken out."""
    thing, _, happened = kind.rpartition("-") if kind not in THINGS else (kind, "", "")
    words = f"{THINGS[thing]} {HAPPENED.get(happened, happened)}"
    return f"{words[:1].upper()}{words[1:]}"


def for_readers(change: Change) -> Change:
    """Give a change without the digests and codes that stand for what it is about, which tell bidders nothing."""
    if change.kind == "field-changed":
        old, new = (_REFERENCE.sub(r"\1", text) for text in (change.old, change.new))
        return replace(change, old=old, new=f"{new} (to another place)" if old == new else new)
    if change.kind.rpartition("-")[0] not in _BY_DIGEST:
        return change
    old, new = (_DIGEST.sub("", text).strip() or ("content" if text else "") for text in (change.old, change.new))
    if old == new and change.moved_from is None:
        old, new = f"{old} (as it was)", f"{new} (another)"
    return replace(change, old=old, new=new, segments=() if (old, new) != (change.old, change.new) else change.segments)

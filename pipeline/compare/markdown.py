"""A PackDiff as Markdown for a comment on a pull request, short enough for one."""

from collections.abc import Mapping

from pipeline.compare.change import Change, FileDiff, PackDiff, Severity, Status
from pipeline.compare.shown import because, change_words, file_words, pack_words, place_words, totals

MOST = 65_000
"""Characters: GitHub takes no comment of more than 65,536."""
_HEAD = ("", "| No. | Severity | What | Where | Change | Cause |", "|---|---|---|---|---|---|")
_ROOM = 200
_SIGNS = str.maketrans({sign: f"&#{ord(sign)};" if sign in "<>&|" else f"\\{sign}" for sign in "\\`*_{}[]<>#|~&"})


def markdown(diff: PackDiff, most: int = MOST) -> str:
    """Write a change list for a pull request: a table for each file. What would be too long is left out, the gravest last."""
    rows = {change.number: _row(change) for change in diff.changes}
    made = _written(diff, rows)
    if len(made) <= most:
        return made
    room = most - len(_written(diff, {})) - _ROOM - sum(sum(map(len, _HEAD)) + len(_HEAD) for file in diff.files if file.changes)
    kept = {}
    for change in sorted(diff.changes, key=lambda one: list(Severity).index(one.severity)):
        room -= len(rows[change.number]) + 1
        if room < 0:
            break
        kept[change.number] = rows[change.number]
    return _cut(_written(diff, kept), most)


def _written(diff: PackDiff, rows: Mapping[int, str]) -> str:
    lines = [f"**{plain(pack_words(diff.old))}** → **{plain(pack_words(diff.new))}**", "", totals(diff)]
    left = [change for change in diff.changes if change.number not in rows]
    if left:
        grave = sum(change.severity is Severity.HIGH for change in left)
        said = f"{len(left)} of the changes, {grave} of them high, are left out here, for a comment has no room for them."
        lines += ["", f"**{said}** `packs compare --html` and `--json` give every change."]
    lines += [f"- {plain(finding)}" for finding in diff.findings]
    for file in diff.files:
        if file.status is not Status.IDENTICAL:
            lines += _file(file, rows)
    return "\n".join(lines) + "\n"


def _file(file: FileDiff, rows: Mapping[int, str]) -> list[str]:
    shown = [rows[change.number] for change in file.changes if change.number in rows]
    lines = ["", f"### {plain(file.path)}: {file_words(file)}", *(f"- {plain(note)}" for note in file.notes)]
    return [*lines, *_HEAD, *shown] if shown else lines


def _cut(text: str, most: int) -> str:
    """Cut a text at a line."""
    return text if len(text) <= most else f"{text[: most - 1].rpartition(chr(10))[0]}\n"


def _row(change: Change) -> str:
    words = (
        str(change.number),
        change.severity.value,
        change.kind.replace("-", " "),
        place_words(change),
        change_words(change),
        because(change.causes).replace("because of ", "").removeprefix("because "),
    )
    return f"| {' | '.join(plain(word) for word in words)} |"


def plain(text: str) -> str:
    """Keep a text from being read as Markdown or HTML."""
    return " ".join(text.translate(_SIGNS).split())

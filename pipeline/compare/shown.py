"""A PackDiff in words: for a terminal, and as a unified diff of the documents' texts."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff

from pipeline.compare.change import BY_HAND, EDITED_AFTER, Cause, Change, FileDiff, Mark, PackDiff, Severity, Status
from pipeline.compare.margins import in_words
from pipeline.exceptions import DocumentError
from pipeline.text import document_text

AROUND, LONGEST, FEW, CAUSES = 24, 160, 25, 2
SIGNS = {Mark.SAME: "{}", Mark.REMOVED: "[-{}-]", Mark.INSERTED: "{{+{}+}}"}


def summary(diff: PackDiff, most: int = FEW) -> str:
    """Write a change list for a terminal: a line for each file, and the first changes of each, the gravest first."""
    lines = [f"{pack_words(diff.old)} → {pack_words(diff.new)}"]
    for file in diff.files:
        if file.status is Status.IDENTICAL:
            continue
        lines += ["", f"{file.path}: {file_words(file)}", *(f"  note: {note}" for note in file.notes)]
        gravest = sorted(file.changes, key=lambda one: list(Severity).index(one.severity))[:most]
        for change in sorted(gravest, key=lambda one: one.number):
            lines += _change_lines(change)
        if len(file.changes) > most:
            lines.append(f"  … and {len(file.changes) - most} more; --json and --html list them all.")
    lines += ["", *(f"finding: {finding}" for finding in diff.findings), totals(diff)]
    return "\n".join(lines)


def pack_words(said: Mapping[str, str]) -> str:
    """Name a pack: exampleshire, reward, draft, version 0.3, prepared on 2026-11-21."""
    if "name" in said:
        return said["name"]
    words = [said.get(name, "") for name in ("locality", "model", "state")]
    words += [f"version {said['version']}"] if said.get("version") else []
    words += [f"number {said['number']}"] if said.get("number") else []
    words += [f"prepared on {said['prepared_on']}"] if said.get("prepared_on") else []
    words += [f"from revision {said['revision'][:12]}"] if said.get("revision") else []
    return ", ".join(word for word in words if word) or f"pack {said.get('digest', '')[:12]}"


def totals(diff: PackDiff) -> str:
    """Say in one line how much changed."""
    counts = [(sum(file.status is status for file in diff.files), status) for status in Status]
    files = ", ".join(f"{count} {status.words}" for count, status in counts if count)
    changes = diff.changes
    by = ", ".join(f"{sum(one.severity is severity for one in changes)} {severity.value}" for severity in Severity)
    none = "No changes." if diff.is_identical else "No changes in what could be compared."
    return f"Files: {files or 'none'}. {f'Changes: {len(changes)} ({by}).' if changes else none}"


def file_words(file: FileDiff) -> str:
    """Say what became of a file: its status, or how many changes it has."""
    if file.status is not Status.CHANGED:
        return file.status.words
    parts = [f"{count} {severity}" for severity, count in file.counts.items() if count]
    return f"{len(file.changes)} change{'s' if len(file.changes) > 1 else ''} ({', '.join(parts)})"


def _change_lines(change: Change) -> Iterator[str]:
    touched = f" ({', '.join(change.touches)})" if change.touches else ""
    yield f"  {change.number}. {change.severity.value}: {change.kind.replace('-', ' ')}{touched}: {place_words(change)}"
    yield f"     {change_words(change)}"
    if change.causes:
        yield f"     {because(change.causes)}"


def because(causes: Sequence[Cause]) -> str:
    """Say what a change comes from: because of one thing, and perhaps of others."""
    certain, others = ([one for one in causes if one.is_certain is known] for known in (True, False))
    said = [f"because {_causes(certain)}"] if certain else []
    said += [f"perhaps {'also ' if certain else ''}because {_causes(others)}"] if others else []
    return "; ".join(said)


def _causes(causes: Sequence[Cause]) -> str:
    listed = [EDITED_AFTER if one.kind == BY_HAND else _cut(one.words()) for one in causes[:CAUSES]]
    more = f" and {len(causes) - CAUSES} more" if len(causes) > CAUSES else ""
    if listed[0] != EDITED_AFTER:
        return f"of {'; '.join(listed)}{more}"
    return f"{EDITED_AFTER}{', or of ' if listed[1:] else ''}{'; '.join(listed[1:])}{more}"


def place_words(change: Change) -> str:
    """Say where a change is; of one that is the same in several places, the first and how many more."""
    more = f" and {len(change.also)} more places" if change.also else ""
    return f"{change.location.words()}{more}"


def change_words(change: Change) -> str:
    """Say what changed in a line: the changed words with a few around them, or old → new."""
    change = in_words(change)
    if change.segments:
        return "".join(_segment(one.mark, one.text, at, len(change.segments)) for at, one in enumerate(change.segments))
    if change.moved_from is not None:
        return f"“{_cut(change.new)}”, moved from {change.moved_from.words() or 'elsewhere'}"
    old, new = _cut(change.old), _cut(change.new)
    if not old or not new:
        return f"[-{old}-]" if old else f"{{+{new}+}}"
    return f"{old} → {new}"


def _segment(mark: Mark, text: str, at: int, count: int) -> str:
    text = " ".join(text.splitlines())
    if mark is Mark.SAME and len(text) > 2 * AROUND:
        start, end = text[:AROUND] if at else "", text[-AROUND:] if at < count - 1 else ""
        return f"{start}…{end}"
    return SIGNS[mark].format(_cut(text) if mark is not Mark.SAME else text)


def _cut(text: str) -> str:
    line = " / ".join(text.splitlines())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def text_diff(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> str:
    """Write a unified diff of the documents' texts."""
    lines: list[str] = []
    for path in sorted({*old, *new}):
        if old.get(path) == new.get(path):
            continue
        before, after = (_lines(files.get(path), path) for files in (old, new))
        found = list(unified_diff(before, after, f"old/{path}", f"new/{path}", lineterm=""))
        lines += found or [f"Files old/{path} and new/{path} differ, but not in their text"]
    return "\n".join(lines)


def _lines(content: bytes | None, path: str) -> list[str]:
    if content is None:
        return []
    try:
        return document_text(content, path)
    except DocumentError:
        return ["(neither Word nor Excel, or damaged)"]

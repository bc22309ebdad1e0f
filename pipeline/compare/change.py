"""The nouns of comparing: a change with its place, the changes of one file, and those of a whole pack."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256

ID_LENGTH, BRIEF, LONGEST_NAME = 12, 40, 60
BODY = "body"
"""The story that is the text of a document itself."""
UNKNOWN = "no known cause"
TEMPLATE = "template"
BY_HAND = "edited by hand"
"""The kind of cause that names a file as one a person changed after it was built."""
EDITED_AFTER = "it was edited by hand after it was built"
MARGINS = {
    "oddHeader": "header",
    "oddFooter": "footer",
    "evenHeader": "header of even pages",
    "evenFooter": "footer of even pages",
    "firstHeader": "header of the first page",
    "firstFooter": "footer of the first page",
}
"""The margins of a printed sheet, as Excel names them and as a person does."""


class Severity(StrEnum):
    """How much a change matters: docs/comparing.md says which change is which."""

    HIGH = "high"
    CONTENT = "content"
    LOW = "low"


def shortened(text: str, most: int = LONGEST_NAME) -> str:
    """Cut a text that is longer than so many letters, between two words."""
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0] or text[:most]}…"


class Status(StrEnum):
    """What became of a file between two packs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    IDENTICAL = "identical"
    UNCOMPARED = "uncompared"
    ERROR = "error"

    @property
    def words(self) -> str:
        """Say it to a reader."""
        return {"uncompared": "differs in what is not compared", "error": "cannot be compared"}.get(self.value, self.value)


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a changed text: kept, removed or inserted."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Location:
    """Where a person finds a change. `block` counts the paragraphs and tables of a story, or the rows of a sheet, from 1."""

    story: str
    headings: tuple[str, ...] = ()
    clause: str = ""
    item: str = ""
    table: str = ""
    row: str = ""
    column: str = ""
    cell: str = ""
    block: int = 0

    def words(self) -> str:
        """Say it in words: 4 Reporting › 4.3, Table 2: Prices, row PL-01, column Rate."""
        path = " › ".join(self.headings)
        at_heading = bool(self.headings) and bool(self.clause) and self.headings[-1].startswith(f"{self.clause} ")
        clause = "" if at_heading else self.clause
        story = self.story
        if story == BODY and not self.cell:
            nowhere = f"paragraph {self.block} of the text" if self.block else BODY
            story = "" if path or clause or self.table else nowhere
        row, column = f"row {self.row}" if self.row else "", f"column {self.column}" if self.column else ""
        item = "" if path or clause or self.table or self.cell else MARGINS.get(self.item, self.item)
        parts = (story, f"{path} › {clause}" if path and clause else path or clause, self.table, row, column, self.cell, item)
        return ", ".join(part for part in parts if part)

    def brief(self) -> str:
        """Say it in a word or two: 4.3; Table 2, row PL-01; Prices, E4."""
        if self.cell:
            return f"{self.story}, {self.cell}"
        if self.table:
            row = f", row {self.row}" if self.row else ""
            return shortened(f"{self.table.partition(':')[0]}{row}", BRIEF)
        return shortened(self.clause or (self.headings[-1] if self.headings else "") or self.words(), BRIEF)

    @property
    def stable(self) -> tuple[str, ...]:
        """What of a place stays the same when something else is inserted before it."""
        return (self.story, self.item, self.table.partition(": ")[2] or self.table, self.row, self.column)


@dataclass(frozen=True, slots=True)
class Cause:
    """What a change comes from: a profile field, template, provision, reference entry, code or library version, or nothing known.

    `is_certain` is false where it is one of several things that changed and may be behind the change.
    """

    kind: str
    name: str
    old: str = ""
    new: str = ""
    is_certain: bool = True

    def words(self) -> str:
        """Say it in words: profile field rates.standard: 21.43 → 22.10. A template's digests say nothing to a reader."""
        if self.kind == BY_HAND:
            return f"an edit by hand after it was built ({self.name})"
        has_values = (self.old or self.new) and self.kind != TEMPLATE
        values = f": {self.old or 'nothing'} → {self.new or 'nothing'}" if has_values else ""
        return f"{f'{self.kind} {self.name}'.strip()}{values}"


@dataclass(frozen=True, slots=True)
class Change:
    """One change as a reviewer would count it.

    `location` is in the new file, or in the old one for what was removed; `moved_from` is in the old file, for what moved.
    `also` names other places with the same change of looks; `reads` are the changed cells that a formula's result is made of.
    `touches` says what makes it grave: money, an obligation, a condition; docs/comparing.md lists them.
    `unread` is the part of the file, where all that is known is that this place differs in what is not compared.
    """

    kind: str
    severity: Severity
    location: Location
    old: str = ""
    new: str = ""
    segments: tuple[Segment, ...] = ()
    touches: tuple[str, ...] = ()
    moved_from: Location | None = None
    file: str = ""
    id: str = ""
    number: int = 0
    causes: tuple[Cause, ...] = ()
    also: tuple[str, ...] = ()
    unread: str = ""
    reads: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What became of one file; `notes` say what a reader of the changes has to know, such as tracked changes in it.

    `parts` are those of its parts that differ in what is not compared.
    """

    path: str
    status: Status
    old_digest: str = ""
    new_digest: str = ""
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each severity."""
        return severities(self.changes)


@dataclass(frozen=True)
class PackDiff:
    """What changed between two packs. `old` and `new` say which packs they are; no clock and no path of this machine is in it."""

    old: Mapping[str, str]
    new: Mapping[str, str]
    files: tuple[FileDiff, ...]
    findings: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = field(default=())

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change of every file in order."""
        return tuple(change for file in self.files for change in file.changes)

    @property
    def is_identical(self) -> bool:
        """Say whether there is nothing to review."""
        return all(file.status is Status.IDENTICAL for file in self.files)


def uncompared(where: Location, part: str, severity: Severity = Severity.CONTENT) -> Change:
    """Say that a place of a file, in some part of it, differs in what is not compared."""
    return Change("part-changed", severity, where, "", Status.UNCOMPARED.words, unread=part)


def severities(changes: Iterable[Change]) -> dict[str, int]:
    """Count changes by severity, the gravest first; each severity is always there."""
    counted = Counter(change.severity for change in changes)
    return {severity.value: counted[severity] for severity in Severity}


def identify(file: str, changes: Iterable[Change]) -> tuple[Change, ...]:
    """Give each change of a file its id: a digest of kind, place and texts; the second with the same gets -2."""
    used: Counter[str] = Counter()
    made = []
    for change in changes:
        said = "\x1f".join((change.kind, file, *change.location.stable, change.old, change.new))
        key = sha256(said.encode(errors="backslashreplace")).hexdigest()[:ID_LENGTH]
        used[key] += 1
        made.append(replace(change, file=file, id=key if used[key] == 1 else f"{key}-{used[key]}"))
    return tuple(made)


def number(files: Iterable[FileDiff]) -> tuple[FileDiff, ...]:
    """Number the changes of several files through, from 1."""
    count, numbered = 0, []
    for file in files:
        start = count + 1
        numbered.append(replace(file, changes=tuple(replace(one, number=start + at) for at, one in enumerate(file.changes))))
        count += len(file.changes)
    return tuple(numbered)

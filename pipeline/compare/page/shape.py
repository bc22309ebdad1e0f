"""The nouns of the page: notes on changes, paragraphs, tables and folds, as the template draws them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pipeline.compare.change import Cause, Change, FileDiff, Mark, Segment

ITEM = TypeVar("ITEM", bound="Words | Grid | Row")
SHORTEST_FOLD = 2
SAME, CHANGED, INSERTED, REMOVED = "same", "changed", "inserted", "removed"
MOVED, MOVED_AWAY, ONE_SIDED = "moved", "moved-away", {"inserted": Mark.INSERTED, "removed": Mark.REMOVED}


@dataclass(frozen=True)
class Note:
    """What is said of one change.

    `causes` are those that are certain, `perhaps` the others; `twin` says the same in the other edition.
    """

    change: Change
    where: str
    here: str
    brief: str
    detail: tuple[Segment, ...]
    excerpt: tuple[Segment, ...]
    causes: tuple[Cause, ...]
    perhaps: tuple[Cause, ...]
    tokens: str
    twin: Change | None = None

    @property
    def why(self) -> tuple[Cause, ...]:
        """All that is said of where it comes from."""
        return (*self.causes, *self.perhaps)


@dataclass(frozen=True)
class Fold:
    """A run of what did not change."""

    items: "Sequence[Words | Grid | Row]"
    words: str
    sort: str = "fold"


@dataclass(frozen=True)
class Words:
    """A paragraph: `before` and `after` are what it says on each side; where it changed, `pieces` show how."""

    state: str
    before: str = ""
    after: str = ""
    pieces: tuple[Segment, ...] = ()
    old_label: str = ""
    label: str = ""
    level: int = 0
    notes: tuple[Note, ...] = ()
    other_end: Note | None = None
    sort: str = "words"


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text in pieces, and the changes that it shows."""

    pieces: tuple[Segment, ...] = ()
    state: str = SAME
    notes: tuple[Note, ...] = ()
    span: int = 1
    is_figure: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table or sheet; `number` is its place in a sheet, `is_head` says that its cells are headings."""

    cells: tuple[Cell, ...]
    state: str = SAME
    number: str = ""
    notes: tuple[Note, ...] = ()
    other_end: Note | None = None
    is_head: bool = False
    sort: str = "row"


@dataclass(frozen=True)
class Grid:
    """A table, or the cells of a sheet. `letters` head the columns of a sheet; `marks` say which columns came, went or moved."""

    name: str
    rows: Sequence[Row | Fold]
    state: str = SAME
    marks: Sequence[str] = ()
    letters: Sequence[str] = ()
    notes: tuple[Note, ...] = ()
    after: tuple[Note, ...] = ()
    sort: str = "grid"

    @property
    def width(self) -> int:
        """How many columns it has."""
        rows = [one for row in self.rows for one in (row.items if isinstance(row, Fold) else (row,))]
        return max((sum(cell.span for cell in row.cells) for row in rows if isinstance(row, Row)), default=1)


Item = Words | Grid


@dataclass(frozen=True)
class Story:
    """A flow of text, or a sheet: its name, what stands in it, and changes that belong to no one place in it."""

    name: str
    items: Sequence[Item | Fold]
    others: tuple[Note, ...] = ()

    @property
    def has_sides(self) -> bool:
        """Say whether it has paragraphs, which stand side by side."""
        return any(isinstance(item, Words) for item in self.items)

    @property
    def is_sheet(self) -> bool:
        """Say whether it is a sheet of a workbook."""
        return any(isinstance(item, Grid) and item.letters for item in self.items)


@dataclass(frozen=True)
class FileView:
    """A file of the pack as the page shows it; `lines` are the text of one that is only in one pack."""

    number: int
    diff: FileDiff
    stories: tuple[Story, ...] = ()
    others: tuple[Note, ...] = ()
    lines: tuple[str, ...] = field(default=(), repr=False)
    edition: str = ""

    @property
    def notes(self) -> Iterator[Note]:
        """Every note in the order of the page."""
        for story in self.stories:
            for item in story.items:
                yield from item_notes(item)
            yield from story.others
        yield from self.others


def item_notes(item: Item | Row | Fold) -> Iterator[Note]:
    """Give the notes of an item in the order of the page."""
    if isinstance(item, Fold):
        return
    yield from item.notes
    if isinstance(item, Grid):
        for row in item.rows:
            yield from item_notes(row)
        yield from item.after


def plain(text: str, state: str = SAME) -> tuple[Segment, ...]:
    """Give a text as one piece: inserted, removed, or the same on both sides."""
    return (Segment(ONE_SIDED.get(state, Mark.SAME), text),) if text else ()


def folded(items: Sequence[ITEM], words: str, kept: frozenset[int] = frozenset()) -> list[ITEM | Fold]:
    """Fold runs of items that did not change, but for those next to a change and those to be kept in sight."""
    changed = [at for at, one in enumerate(items) if one.state != SAME or one.notes]
    near = kept.union(*({at - 1, at, at + 1} for at in changed))
    made: list[ITEM | Fold] = []
    run: list[ITEM] = []
    for at, one in enumerate(items):
        if at not in near:
            run.append(one)
            continue
        made += _settled(run, words)
        run = []
        made.append(one)
    return [*made, *_settled(run, words)]


def _settled(run: Sequence[ITEM], words: str) -> Sequence[ITEM | Fold]:
    return run if len(run) < SHORTEST_FOLD else [Fold(tuple(run), _many(run, words))]


def _many(run: Sequence[Item | Row], words: str) -> str:
    grids = sum(isinstance(one, Grid) for one in run)
    said = [(len(run) - grids, words), (grids, "unchanged table")]
    return " and ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in said if count)

"""The changes of a file as notes that are found by their places: each is taken once, and what nothing took is left over."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.compare.change import Change, Location, Mark, Segment
from pipeline.compare.margins import in_words
from pipeline.compare.page.causes import Causes
from pipeline.compare.page.shape import Note
from pipeline.compare.words import segments

AROUND, LONGEST, LONGEST_DIFFERENCE = 18, 70, 3000
GONE = frozenset({"paragraph-removed", "table-removed"})
"""Kinds whose place is one of the old file."""
AT_THE_END = "renumbered"
_IN_CELLS = frozenset({"value-changed", "formula-changed", "computed-changed"})


def note_of(change: Change, causes: Causes, twin: Change | None = None) -> Note:
    """Say what there is to say of a change; `twin` is the one that says the same in the other edition."""
    change = in_words(change)
    where = change.location
    here = replace(where, story="", headings=(), clause="", item="", table="")
    detail = _detail(change)
    return Note(
        change,
        "; ".join((where.words(), *change.also)),
        here.words() if where.row or where.column or where.cell else "",
        where.brief(),
        detail,
        tuple(_excerpt(detail)),
        tuple(cause for cause in change.causes if cause.is_certain),
        tuple(cause for cause in change.causes if not cause.is_certain),
        causes.tokens(change.causes),
        twin,
    )


def _detail(change: Change) -> tuple[Segment, ...]:
    if change.segments:
        return change.segments
    if change.old == change.new:
        return (Segment(Mark.SAME, change.new),)
    if change.old and change.new and len(change.old) + len(change.new) <= LONGEST_DIFFERENCE:
        pieces = segments(change.old, change.new)
        if 2 * sum(len(one.text) for one in pieces if one.mark is Mark.SAME) >= min(len(change.old), len(change.new)):
            return pieces
    both = ((Mark.REMOVED, change.old), (Mark.INSERTED, change.new))
    return tuple(Segment(mark, text) for mark, text in both if text)


def _excerpt(pieces: tuple[Segment, ...]) -> Iterable[Segment]:
    """Cut a text to the first words that changed and a few around them."""
    first = next((at for at, one in enumerate(pieces) if one.mark is not Mark.SAME), 0)
    room = LONGEST
    for at, one in enumerate(pieces[max(0, first - 1) :], start=max(0, first - 1)):
        if room <= 0:
            return
        text = one.text
        if one.mark is Mark.SAME and at < first and len(text) > AROUND:
            text = f"…{text[-AROUND:].partition(' ')[2]}"
        elif len(text) > room:
            text = f"{text[:room].rpartition(' ')[0] or text[:room]}…"
        room -= len(text)
        yield Segment(one.mark, text)


class Placed:
    """Notes, each taken once by the place that shows it."""

    def __init__(self, notes: Iterable[Note]) -> None:
        self._left: dict[int, Note] = {note.change.number: note for note in notes}
        self._known: dict[object, deque[int]] = defaultdict(deque)
        self._blocks: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._rows: dict[tuple[str, int], list[int]] = defaultdict(list)
        for number, note in self._left.items():
            change = note.change
            self._known[_key(change)].append(number)
            if change.location.cell == f"row {change.location.block}":
                self._rows[change.location.story, change.location.block].append(number)
            if change.kind not in GONE and change.kind != AT_THE_END:
                self._blocks[change.location.story, change.location.block].append(number)

    def like(self, change: Change) -> Note | None:
        """Take the note on a change that the comparer, asked anew, gives for one place."""
        found = self._known.get(_key(change))
        while found:
            note = self._left.pop(found.popleft(), None)
            if note is not None:
                return note
        return None

    def block(self, story: str, block: int) -> tuple[Note, ...]:
        """Take the notes on a paragraph, table or row of the new file."""
        return self._take(self._blocks.get((story, block), ()))

    def cell(self, sheet: str, address: str, row: int) -> tuple[Note, ...]:
        """Take the notes on what stands in a cell of the new file."""
        found = (number for number in self._blocks.get((sheet, row), ()) if number in self._left)
        changes = ((number, self._left[number].change) for number in found)
        return self._take([number for number, one in changes if one.kind in _IN_CELLS and one.location.cell == address])

    def across(self, sheet: str, row: int) -> tuple[Note, ...]:
        """Take what is left of a row of the new file: its look, that of several of its cells, whether it is hidden."""
        found = (number for number in self._blocks.get((sheet, row), ()) if number in self._left)
        return self._take([number for number in found if not self._left[number].change.kind.startswith("row-")])

    def row(self, sheet: str, row: int, kinds: Sequence[str]) -> tuple[Note, ...]:
        """Take the notes of some kinds on a row of a sheet as a whole."""
        found = (number for number in self._rows.get((sheet, row), ()) if number in self._left)
        return self._take([number for number in found if self._left[number].change.kind in kinds])

    def story(self, story: str) -> tuple[Note, ...]:
        """Take what is left of a story."""
        return self._take([number for number, note in self._left.items() if note.change.location.story == story])

    def rest(self) -> tuple[Note, ...]:
        """Take what is left."""
        return self._take([*self._left])

    def _take(self, numbers: Iterable[int]) -> tuple[Note, ...]:
        taken = (self._left.pop(number, None) for number in list(numbers))
        return tuple(note for note in taken if note is not None)


def _key(change: Change) -> tuple[str, Location, str, str]:
    return change.kind, change.location, change.old, change.new


def has(notes: Iterable[Note], *kinds: str) -> Note | None:
    """Give the first note of one of some kinds."""
    return next((note for note in notes if note.change.kind in kinds), None)

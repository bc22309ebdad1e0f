"""What bidders are shown of a change: its old or new text in pieces, of which some were taken out or added."""

from pipeline.compare.change import Change, Mark, Segment
from pipeline.compare.margins import in_words
from pipeline.compare.words import segments

Passage = tuple[Segment, ...]
AROUND, WHOLE = 60, 300
NUMBERS = "renumbered"
ROWS = frozenset(f"{thing}-{happened}" for thing in ("row", "column", "table") for happened in ("inserted", "removed"))
"""Kinds of change whose text is that of several cells."""


def passage(change: Change, side: Mark) -> Passage:
    """Give the old or the new text in pieces: all of it, or where it is long what changed with a few words around."""
    told = in_words(change)
    whole = told.old if side is Mark.REMOVED else told.new
    if change.moved_from is not None or change.kind == NUMBERS:
        return kept(whole)
    if change.kind in ROWS:
        return (Segment(side, _cells(whole)),) if whole else ()
    pieces = [one for one in told.segments if one.mark in {Mark.SAME, side}]
    if "".join(one.text for one in pieces) != whole:  # there are none, or it is told in other words
        pieces = [one for one in segments(told.old, told.new) if one.mark in {Mark.SAME, side}]
    if len(whole) <= WHOLE:
        return tuple(pieces)
    last = len(pieces) - 1
    return tuple(
        one if one.mark is side else Segment(Mark.SAME, _cut(one.text, is_first=at == 0, is_last=at == last))
        for at, one in enumerate(pieces)
    )


def kept(text: str) -> Passage:
    """Give a text of which nothing changed."""
    return (Segment(Mark.SAME, text),) if text else ()


def _cells(text: str) -> str:
    """Say the cells of a row, or of each row of a table: Verifier: The individual appointed; 4.4."""
    rows = ([cell.strip() for cell in row.split(" | ")] for row in text.split("\n"))
    return "\n".join(": ".join(filter(None, (row[0], "; ".join(filter(None, row[1:]))))) for row in rows)


def _cut(text: str, *, is_first: bool, is_last: bool) -> str:
    """Leave out the middle of what stayed, at a space."""
    if len(text) <= 2 * AROUND:
        return text
    start = "" if is_first else f"{text[:AROUND].rpartition(' ')[0]} "
    end = "" if is_last else f" {text[-AROUND:].partition(' ')[2]}"
    return f"{start}…{end}"

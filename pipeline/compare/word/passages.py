"""Paragraphs and tables that moved together, such as a section with its heading: the moves of a story in, in runs out."""

from collections.abc import Sequence

from pipeline.compare.change import Change, Severity
from pipeline.compare.word.block import Block

Move = tuple[int, int]


def passages(moves: Sequence[Move], old: Sequence[Block]) -> list[tuple[Move, ...]]:
    """Give the moves, by places in the old and the new story, in runs of what stayed beside each other; most are of one."""
    runs: list[list[Move]] = []
    for i, j in sorted(moves, key=lambda one: one[1]):
        if old[i].is_derived:
            continue
        if runs and (i - 1, j - 1) == runs[-1][-1]:
            runs[-1].append((i, j))
        else:
            runs.append([(i, j)])
    return [tuple(run) for run in runs]


def passage_change(run: Sequence[Move], old: Sequence[Block], new: Sequence[Block]) -> Change:
    """A run that moved, told by its first words and by how much there is of it."""
    was, now = (blocks[run[0][at]] for at, blocks in enumerate((old, new)))
    tables = sum(new[j].is_table for _, j in run)
    counts = ((len(run) - tables, "paragraph"), (tables, "table"))
    size = " and ".join(f"{count} {thing}{'s' if count > 1 else ''}" for count, thing in counts if count)
    text = f"{now.text.partition(chr(10))[0]} … ({size})"
    return Change("passage-moved", Severity.CONTENT, now.location, text, text, moved_from=was.location)

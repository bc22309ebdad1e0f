"""Two Word files and the notes on their changes → the stories of the page: what stands beside what, runs of the same folded."""

from collections.abc import Iterator

from pipeline.compare.align import Alignment, in_order
from pipeline.compare.change import BODY
from pipeline.compare.page.notes import Placed, has
from pipeline.compare.page.shape import (
    CHANGED,
    INSERTED,
    MOVED,
    MOVED_AWAY,
    REMOVED,
    SAME,
    Item,
    Note,
    Story,
    Words,
    folded,
    item_notes,
    plain,
)
from pipeline.compare.page.tables import changed_table, whole_table
from pipeline.compare.word.block import Block
from pipeline.compare.word.pairing import Cuts, align_blocks, cuts
from pipeline.compare.word.paragraphs import block_change
from pipeline.compare.word.passages import passages
from pipeline.compare.word.resolve import open_accepted
from pipeline.compare.word.stories import Story as Text
from pipeline.compare.word.stories import read_stories

MOVES = ("paragraph-moved", "table-moved", "image-moved", "passage-moved")


def word_stories(old: bytes, new: bytes, name: str, placed: Placed) -> Iterator[Story]:
    """Give the stories in which something changed."""
    before, _ = open_accepted(old, name)
    after, _ = open_accepted(new, name, before)
    was, now = read_stories(before), read_stories(after)
    for story in dict.fromkeys([*now, *was]):
        items = list(_items(was.get(story), now.get(story), placed))
        others = placed.story(story)
        if others or any(any(True for _ in item_notes(item)) for item in items):
            title = "Text" if story == BODY else story[:1].upper() + story[1:]
            yield Story(title, folded(items, "unchanged paragraph"), others)


def _items(old: Text | None, new: Text | None, placed: Placed) -> Iterator[Item]:
    before, after = old.blocks if old else [], new.blocks if new else []
    found = align_blocks(before, after) if before and after else Alignment([], [], [*range(len(before))], [*range(len(after))])
    cut = cuts(before, after, found) if before and after else Cuts({}, {})
    gone = {i: _gone(before[i], placed) for i in found.removed}
    away = dict(found.moves)
    moved: dict[int, tuple[Note, ...]] = {j: placed.block(after[j].story.name, j + 1) for _, j in found.moves}
    with_others = {j for run in passages(found.moves, before) for _, j in run[1:]}
    for i, j in in_order(found):
        if cut.is_part(i, j):
            continue
        if i is not None and j is not None:
            notes = moved[j] if j in moved else placed.block(after[j].story.name, j + 1)
            yield _pair(before[i], after[j], notes, MOVED if j in moved else CHANGED, is_shown=bool(notes) or j in with_others)
        elif j is not None:
            yield _whole(after[j], placed.block(after[j].story.name, j + 1), INSERTED)
        elif i in away:
            yield _moved_away(before[i], has(moved[away[i]], *MOVES))
        elif i is not None and gone[i]:
            yield _whole(before[i], gone[i], REMOVED)


def _gone(block: Block, placed: Placed) -> tuple[Note, ...]:
    """Take the note on a block that went; an entry of a contents list that went with its heading has none."""
    note = placed.like(block_change(f"{block.sort}-removed", block, is_new=False))
    return (note,) if note else ()


def _pair(was: Block, now: Block, notes: tuple[Note, ...], state: str, *, is_shown: bool) -> Item:
    """Show a paragraph or table that stands on both sides; what moved with what stands before it has no note of its own."""
    state = state if is_shown else SAME
    if now.is_table:
        return changed_table(was, now, notes, state) if notes else whole_table(now, (), state)
    change = has(notes, "paragraph-changed", "paragraph-split", "paragraph-joined")
    pieces = change.change.segments if change else ()
    return Words(state, _said(was), _said(now), pieces, was.label, now.label, now.level, notes)


def _whole(block: Block, notes: tuple[Note, ...], state: str) -> Item:
    """Show a paragraph or table that came or went; an entry of a contents list that came with its heading is no change."""
    if block.is_table:
        return whole_table(block, notes, state if notes else SAME)
    text, is_new = _said(block), state == INSERTED
    state = state if notes else SAME
    before, after = ("", text) if is_new else (text, "")
    return Words(state, before, after, plain(text, state), block.label, block.label, block.level, notes)


def _moved_away(block: Block, note: Note | None) -> Words:
    """Show where a block stood before it moved; of a table its first row."""
    text = f"{block.text.partition(chr(10))[0]} …" if block.is_table else _said(block)
    return Words(MOVED_AWAY, text, "", plain(text), block.label, block.label, block.level, (), note)


def _said(block: Block) -> str:
    """What a paragraph says; of one that holds an image alone, what the image is."""
    if block.text or block.is_table:
        return block.text
    return ", ".join(f"image {one.digest}{f' “{one.words}”' if one.words else ''}" for one in block.paragraph.pictures)

"""Two Word files → every change between them, in the order of the new file's text."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.compare.align import Alignment
from pipeline.compare.change import BODY, Change, Severity
from pipeline.compare.word.block import Block
from pipeline.compare.word.numbers import label_words
from pipeline.compare.word.others import between_changes, leads_elsewhere, rest_of_pair, space_changes
from pipeline.compare.word.package import WordFile
from pipeline.compare.word.pairing import Cuts, align_blocks, cuts
from pipeline.compare.word.paragraphs import block_change, cut_changes, paragraph_changes
from pipeline.compare.word.passages import passage_change, passages
from pipeline.compare.word.ranges import shifted_words
from pipeline.compare.word.references import reference_changes
from pipeline.compare.word.resolve import open_accepted
from pipeline.compare.word.rest import rest_changes
from pipeline.compare.word.sections import section_changes
from pipeline.compare.word.stories import Story, read_stories
from pipeline.compare.word.tables import table_changes

TRACKED = "The {} file holds tracked changes. It is compared as if they were accepted."
NO_NUMBER = "no number"


def compare_word(old: bytes, new: bytes, name: str) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Compare two Word files: their changes, and notes on what a reader of the changes has to know."""
    before, was_tracked = open_accepted(old, name)
    after, is_tracked = open_accepted(new, name, before)
    notes = tuple(TRACKED.format(which) for which, tracked in (("old", was_tracked), ("new", is_tracked)) if tracked)
    if before.parts == after.parts:
        return (), notes
    changes = [*_story_changes(before, after), *reference_changes(before, after), *section_changes(before, after)]
    return (*changes, *rest_changes(before, after, changes)), notes


def _story_changes(before: WordFile, after: WordFile) -> Iterator[Change]:
    old, new = read_stories(before), read_stories(after)
    for name in dict.fromkeys([*new, *old]):
        if name in old and name in new:
            yield from story_changes(old[name], new[name])
        else:
            story, is_new = (new[name], True) if name in new else (old[name], False)
            for block in story.blocks:
                yield block_change(f"{block.sort}-{'inserted' if is_new else 'removed'}", block, is_new=is_new)


def story_changes(old: Story, new: Story) -> Iterator[Change]:
    """Compare one story. What differs there and is not compared is of its part."""
    for change in _changes_in(old, new):
        yield replace(change, unread=new.part) if change.unread else change


def _changes_in(old: Story, new: Story) -> Iterator[Change]:
    yield from between_changes(old, new)
    found = align_blocks(old.blocks, new.blocks)
    cut = cuts(old.blocks, new.blocks, found)
    moved = {j for _, j in found.moves}
    runs = {run[0][1]: run for run in passages(found.moves, old.blocks) if len(run) > 1}
    together = {j for run in runs.values() for _, j in run}
    turned = [key for key in {*old.targets, *new.targets} if old.targets.get(key) != new.targets.get(key)]
    gone, come = {*found.removed, *(i for i, _ in found.moves)}, {*found.inserted, *moved}
    for i, j in _in_order(found):
        was, now = None if i is None else old.blocks[i], None if j is None else new.blocks[j]
        if was is None or now is None or i is None or j is None:
            block, ending = (was, "removed") if was else (now, "inserted")
            if block is not None and not block.is_derived and not cut.is_part(i, j):
                yield block_change(f"{block.sort}-{ending}", block, is_new=now is not None)
        elif (turned and leads_elsewhere(was, now, turned)) or was.raw != now.raw or j in moved:
            if j in runs:
                yield passage_change(runs[j], old.blocks, new.blocks)
            said = _cut_changes(old, new, (i, j), cut) or list(_pair_changes(was, now, is_moved=j in moved - together))
            yield from said
            if i + 1 not in gone and j + 1 not in come:  # else what is beside them accounts for the space between
                yield from space_changes(was, now)
            if j not in runs and all(one.kind.endswith("-moved") for one in said):
                yield from rest_of_pair(was, now)
    if new.name == BODY:
        yield from _renumbered(old, new, [*found.pairs, *found.moves])


def _cut_changes(old: Story, new: Story, pair: tuple[int, int], cut: Cuts) -> list[Change]:
    """Say that a paragraph was split or joined, and nothing where it was neither."""
    (i, j), was, now = pair, old.blocks[pair[0]], new.blocks[pair[1]]
    if i in cut.split:
        return list(cut_changes("paragraph-split", was, now, [was], [new.blocks[at] for at in cut.split[i]]))
    if j in cut.joined:
        return list(cut_changes("paragraph-joined", was, now, [old.blocks[at] for at in cut.joined[j]], [now]))
    return []


def _pair_changes(was: Block, now: Block, *, is_moved: bool) -> Iterator[Change]:
    if was.is_derived and now.is_derived:
        before, after = ("; ".join(one.paragraph.fields) for one in (was, now))
        if before != after:
            yield Change("field-changed", Severity.LOW, now.location, before, after)
        return
    if is_moved:
        yield block_change(f"{now.sort}-moved", now, is_new=True, moved_from=was.location)
    yield from table_changes(was, now) if now.is_table else paragraph_changes(was, now)


def _in_order(found: Alignment) -> list[tuple[int | None, int | None]]:
    """Give what became of every block in the order of the new story; what was removed follows what stood before it."""
    before = dict(found.pairs)
    events: list[tuple[tuple[float, int], int | None, int | None]] = []
    last, removed = -1, set(found.removed)
    for i in range(len(before) + len(found.moves) + len(found.removed)):
        if i in before:
            last = before[i]
        elif i in removed:
            events.append(((last + 0.5, i), i, None))
    events += [((j, -1), i, j) for i, j in [*found.pairs, *found.moves]]
    events += [((j, -1), None, j) for j in found.inserted]
    return [(i, j) for _, i, j in sorted(events, key=lambda one: one[0])]


def _renumbered(old: Story, new: Story, pairs: Sequence[tuple[int, int]]) -> Iterator[Change]:
    """Report the numbers that shifted, once for each list and each kind of caption."""
    shifts = any(i != j for i, j in pairs) or list(old.file.labels.values()) != list(new.file.labels.values())
    shifted: dict[str, list[tuple[str, str, Block]]] = defaultdict(list)
    for i, j in sorted(pairs, key=lambda one: one[1]):
        was, now = old.blocks[i], new.blocks[j]
        if now.is_table or (was.raw == now.raw and not shifts):
            continue
        if was.label != now.label and ((was.label and now.label) or was.raw == now.raw):
            shifted[new.file.list_id(now.element)].append((was.label, now.label, now))
        elif was.raw != now.raw:
            for name, result in now.paragraph.shown.items():
                if name.startswith("SEQ ") and was.paragraph.shown.get(name, result) != result:
                    shifted[name].append((was.paragraph.shown[name], result, now))
    for name, labels in shifted.items():
        first = labels[0][2].location
        prefix = f"{name.removeprefix('SEQ ')} " if name.startswith("SEQ ") else ""
        before, after = shifted_words([(prefix + was, prefix + now) for was, now, _ in labels])
        before, after = (said if any(one[at] for one in labels) else NO_NUMBER for at, said in enumerate((before, after)))
        is_grave = any(not was or not now or label_words(was) != label_words(now) for was, now, _ in labels)
        yield Change("renumbered", Severity.HIGH if is_grave else Severity.LOW, first, before, after)

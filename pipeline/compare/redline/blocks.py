"""Two texts as blocks → one text with what went and what came marked: a body, a cell, a header or footer, a note."""

from collections.abc import Iterator, Sequence

from lxml import etree

from pipeline.compare.redline.atoms import look_of
from pipeline.compare.redline.events import Block, Event, end_events, events_of, name_whole_moves, tail_of
from pipeline.compare.redline.marking import (
    BOOKMARKS,
    drop,
    mark_content,
    mark_end,
    mark_whole,
    properties_of,
)
from pipeline.compare.redline.paragraphs import write_paragraph, write_properties
from pipeline.compare.redline.pen import CannotWriteError, Pen, State, copy_of, word_element
from pipeline.compare.redline.tables import write_table
from pipeline.text import W


def write_blocks(old: Sequence[etree._Element], new: Sequence[etree._Element], pen: Pen) -> list[etree._Element]:
    """Write a text."""
    events = end_events(events_of([Block(one, pen) for one in old], [Block(one, pen) for one in new], pen))
    tail = tail_of(events)
    name_whole_moves(events[:tail])
    made = [one for event in events[:tail] for one in _written(event, pen)]
    if tail is not None:
        made += _tail(events[tail:], pen)
    elif events and not events[-1].is_kept and events[-1].block.sort == "p":
        _untrack(made[-1])  # a text that is all new, or all gone, keeps its last paragraph
    return made


def _written(event: Event, pen: Pen) -> Iterator[etree._Element]:
    old, new = event.old, event.new
    if old is not None and new is not None:
        yield from _both(old, new, pen)
    elif event.block.element.tag in BOOKMARKS:
        if new is not None or not pen.is_replaced(event.block.element):
            yield copy_of(event.block.element)
    elif event.move:
        yield from _moved(event, pen)
    else:
        yield mark_whole(copy_of(event.block.element), State.DELETED if new is None else State.INSERTED, pen)


def _both(old: Block, new: Block, pen: Pen) -> Iterator[etree._Element]:
    if old.raw == new.raw and not new.has_notes:
        yield copy_of(new.element)
    elif new.sort == old.sort == "p":
        yield from write_paragraph(old.element, new.element, pen)
    elif new.sort == old.sort == "tbl":
        yield write_table(old.element, new.element, pen, write_blocks)
    elif new.sort == old.sort == "sdt":
        yield _control(old.element, new.element, pen)
    else:
        raise CannotWriteError(f"a block ({new.sort}) changed that Word has no tracked change for")


def _control(old: etree._Element, new: etree._Element, pen: Pen) -> etree._Element:
    made = copy_of(new)
    content, before = made.find(f"{W}sdtContent"), old.find(f"{W}sdtContent")
    if content is None or before is None or look_of(old, "sdtContent") != look_of(new, "sdtContent"):
        raise CannotWriteError("a content control changed, and Word has no tracked change for that")
    content[:] = write_blocks(list(before), list(content), pen)
    return made


def _moved(event: Event, pen: Pen) -> Iterator[etree._Element]:
    """Write one end of a move: the range it covers, named so that both ends find each other, and what it holds."""
    state = State.MOVED_AWAY if event.new is None else State.MOVED_HERE
    made = mark_whole(copy_of(event.block.element), state, pen)
    start = pen.mark(f"{state}RangeStart")
    start.set(f"{W}name", event.move)
    properties_of(made).addnext(start)
    yield made
    end = word_element(f"{state}RangeEnd")
    end.set(f"{W}id", start.get(f"{W}id") or "")
    yield end


def _tail(events: Sequence[Event], pen: Pen) -> list[etree._Element]:
    """Write paragraphs added or removed at the end: each mark goes with the text after it, and the very last one stays.

    What was added or removed is the mark before each of these paragraphs, not the one after it, as when somebody types there.
    """
    kept, rest = events[0], events[1:]
    old, new = kept.old, kept.new
    assert old is not None  # noqa: S101 - it is kept
    assert new is not None  # noqa: S101
    is_new = rest[0].old is None
    state = State.INSERTED if is_new else State.DELETED
    (first,) = write_paragraph(old.element, new.element, pen)
    _give(first, (new if is_new else old).element)
    mark_end(first, state, pen)
    made = [first]
    for event in rest:
        one = copy_of(event.block.element)
        mark_content(one, state, pen)
        if event is not rest[-1]:
            mark_end(one, state, pen)
        made.append(one)
    last = made[-1]
    source = (old if is_new else new).element
    if is_new:
        write_properties(last, source, pen)
    else:
        was = copy_of(last)
        _give(last, source)
        write_properties(last, was, pen)
    return made


def _give(made: etree._Element, source: etree._Element) -> None:
    """Give a paragraph the properties of another."""
    for own in made.findall(f"{W}pPr"):
        made.remove(own)
    properties = source.find(f"{W}pPr")
    if properties is not None:
        made.insert(0, copy_of(properties))


def _untrack(paragraph: etree._Element) -> None:
    """Take the mark of a paragraph out of what is tracked."""
    for state in filter(None, State):
        for node in paragraph.findall(f"{W}pPr/{W}rPr/{W}{state}"):
            drop(node)

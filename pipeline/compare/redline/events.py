"""Two rows of blocks → what became of each, in the order in which a redline shows it: what went stands before what came."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from pipeline.compare.align import align
from pipeline.compare.redline.canonical import text_of
from pipeline.compare.redline.marking import NOTES
from pipeline.compare.redline.pen import Pen, copy_of
from pipeline.compare.words import normal, word_counts
from pipeline.text import W, paragraph_text


class Block:
    """A paragraph, table or other block, for aligning."""

    def __init__(self, element: etree._Element, pen: Pen) -> None:
        self.element = element
        self.sort = etree.QName(element).localname
        starts = element.iter(f"{W}bookmarkStart") if self.sort == "p" else ()
        named = [text_of(one) for one in element.iterchildren(f"{W}sdtPr")]  # a content control is known by what it is
        self.ids = named + [name for name in (one.get(f"{W}name") or "" for one in starts) if name and not name.startswith("_")]
        self._pen = pen

    @cached_property
    def raw(self) -> str:
        """All there is to it, but for the numbers of bookmarks and notes."""
        return raw_of(self.element, self._pen)

    @cached_property
    def key(self) -> str:
        """What it says."""
        return normal(" ".join(paragraph_text(one) for one in self.element.iter(f"{W}p")))

    @cached_property
    def words(self) -> Counter[str]:
        """Its words, counted."""
        return word_counts(self.key)

    @property
    def has_notes(self) -> bool:
        """Say whether it refers to notes, whose texts are looked at too."""
        return next(self.element.iter(*NOTES), None) is not None

    @cached_property
    def open_fields(self) -> str:
        """The fields that begin here and end elsewhere, or the other way round; nothing for most blocks."""
        edges = [one.get(f"{W}fldCharType") for one in self.element.iter(f"{W}fldChar")]
        return ",".join(one or "" for one in edges) if edges.count("begin") != edges.count("end") else ""


def raw_of(element: etree._Element, pen: Pen) -> str:
    """Give an element as text in which bookmarks have no numbers but names."""
    if next(element.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd", *NOTES), None) is None:
        return text_of(element)
    copied = copy_of(element)
    for node in copied.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd", *NOTES):
        key = str(node.attrib.pop(f"{W}id", ""))
        node.set(f"{W}name", "" if node.tag in NOTES else pen.ranges.get(key, ""))
    return text_of(copied)


@dataclass
class Event:
    """What became of a block: kept (both are there), deleted (`old` alone) or inserted (`new` alone). `move` names a move."""

    old: Block | None
    new: Block | None
    move: str = ""

    @property
    def is_kept(self) -> bool:
        """Say whether both documents have it."""
        return self.old is not None and self.new is not None

    @property
    def block(self) -> Block:
        """The block, the new one where there are two."""
        found = self.new or self.old
        assert found is not None  # noqa: S101 - one of them is there
        return found


def events_of(old: Sequence[Block], new: Sequence[Block], pen: Pen) -> list[Event]:
    """Say what became of every block."""
    found = [event for part in _parts(old, new) for event in _aligned(*part, pen)]
    return _apart(found)


def _parts(old: Sequence[Block], new: Sequence[Block]) -> Iterator[tuple[Sequence[Block], Sequence[Block]]]:
    """Cut both sides where a field that spans paragraphs begins or ends, so that its halves stay in one document."""
    cuts = [[at for at, one in enumerate(side) if one.open_fields] for side in (old, new)]
    if [old[at].open_fields for at in cuts[0]] != [new[at].open_fields for at in cuts[1]]:
        cuts = [[], []]
    i = j = 0
    for i_cut, j_cut in zip(*cuts, strict=True):
        yield old[i:i_cut], new[j:j_cut]
        yield old[i_cut : i_cut + 1], new[j_cut : j_cut + 1]
        i, j = i_cut + 1, j_cut + 1
    yield old[i:], new[j:]


def _aligned(old: Sequence[Block], new: Sequence[Block], pen: Pen) -> list[Event]:
    if len(old) == 1 == len(new) and old[0].sort == new[0].sort and old[0].open_fields and new[0].open_fields:
        return [Event(old[0], new[0])]
    found = align(old, new)
    names = {}
    for i, j in found.moves:
        if old[i].raw == new[j].raw and old[i].sort == "p" and not old[i].has_notes:
            pen.moved += 1
            names[i, j] = f"move{pen.moved}"
    moved_to = {j: name for (_, j), name in names.items()}
    moved_from = {i: name for (i, _), name in names.items()}
    made: list[Event] = []
    i = j = 0
    for i_next, j_next in [*found.pairs, (len(old), len(new))]:
        made += [Event(old[at], None, moved_from.get(at, "")) for at in range(i, i_next)]
        made += [Event(None, new[at], moved_to.get(at, "")) for at in range(j, j_next)]
        if i_next < len(old):
            made.append(Event(old[i_next], new[j_next]))
        i, j = i_next + 1, j_next + 1
    return made


def _apart(found: list[Event]) -> list[Event]:
    """Make one of a table that went and one that came with nothing between them, which Word would show as one."""
    made: list[Event] = []
    for event in found:
        last = made[-1] if made else None
        is_gap = last is not None and last.new is None and event.old is None
        if last is not None and is_gap and last.block.sort == event.block.sort == "tbl":
            made[-1] = Event(last.old, event.new)
        else:
            made.append(event)
    return made


def end_events(found: list[Event]) -> list[Event]:
    """Bring what stands at the end of a text into an order in which its last paragraph, which Word keeps, can be written.

    Where the last paragraphs of both sides are not one and the same, they come out as one event at the end, unless
    paragraphs were only added, or only removed, after the last one that both have.
    """
    paragraphs = [event for event in found if event.block.sort == "p"]
    if not paragraphs or found[-1].block.sort != "p" or found[-1].is_kept or tail_of(found) is not None:
        return found
    last_old = next((event for event in reversed(paragraphs) if event.old is not None), None)
    last_new = next((event for event in reversed(paragraphs) if event.new is not None), None)
    if last_old is None or last_new is None:
        return found
    made = []
    for event in found:
        if event is last_old and event.new is not None:
            made.append(Event(None, event.new))
        elif event is last_new and event.old is not None:
            made.append(Event(event.old, None))
        elif event is not last_old and event is not last_new:
            made.append(event)
    return [*made, Event(last_old.old, last_new.new)]


def name_whole_moves(found: Sequence[Event]) -> None:
    """Take the name off moves of which one end came to be written otherwise, in place: what is left went, or came."""
    ends = Counter(event.move for event in found if not event.is_kept)
    for event in found:
        if ends[event.move] != 2:  # noqa: PLR2004 - where it was, and where it is
            event.move = ""


def tail_of(found: Sequence[Event]) -> int | None:
    """Give where the last kept paragraph stands when only paragraphs of one side follow it, up to the end."""
    for at in range(len(found) - 1, -1, -1):
        if found[at].block.sort != "p":
            return None
        if found[at].is_kept:
            after = found[at + 1 :]
            one_side = all(event.old is None for event in after) or all(event.new is None for event in after)
            plain = all(one.element.find(f"{W}pPr/{W}sectPr") is None for one in (found[at].old, found[at].new) if one)
            return at if after and one_side and plain else None
    return None

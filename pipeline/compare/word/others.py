"""What two stories differ in besides their paragraphs and tables, and pairs that differ in nothing that is compared."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import zip_longest

from lxml import etree

from pipeline.compare.change import Change, Location, Severity, uncompared
from pipeline.compare.matching import opcodes
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.word.alternates import ALTERNATES
from pipeline.compare.word.block import Block
from pipeline.compare.word.drawn import control_words
from pipeline.compare.word.entire import entire
from pipeline.compare.word.markup import Piece
from pipeline.compare.word.paragraph import Paragraph, read_paragraph
from pipeline.compare.word.paragraphs import ELSEWHERE, OTHERS, space_change
from pipeline.compare.word.stories import Story
from pipeline.text import W, paragraph_text

_ALL = ("key", "fields", "links", "pictures", "ids", "controls", "shapes", "drawn", "unread", "layout", "mark")
_DERIVED = ("pictures", "shapes", "drawn", "unread", "layout", "mark")
"""What of an entry of a contents list does not follow its heading."""
_BLOCKS = frozenset({f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc"})
_KNOWN = frozenset(
    {f"{W}{name}" for name in ("tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "bookmarkEnd", "proofErr", "sdtPr", "sdtEndPr")}
    | {f"{W}commentRange{end}" for end in ("Start", "End")}
)
_HOLDERS = frozenset({f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}footnote", f"{W}endnote", f"{W}comment"})
_TABLE = "table "
Told = list[tuple[str, str]]
"""What stands somewhere, and the words before it."""
_ODD = (b"<w:sdt", b"<w:customXml", b"<w:perm", b"<w:tblPrEx", b"<w:altChunk", b"<w:subDoc", b"<w:ins ")
_KINDS = {"control": "control-changed", "altChunk": "part-changed", "bookmarkStart": "id-changed"} | OTHERS
_GRAVITY = {"altChunk": Severity.HIGH, "bookmarkStart": Severity.LOW}


def differs(old: Paragraph, new: Paragraph, names: Sequence[str] = _ALL) -> bool:
    """Say whether anything is known of a paragraph that is not known of another, but for what fields count."""
    if names is _ALL and _runs(old) != _runs(new):
        return True
    return any(getattr(old, name) != getattr(new, name) for name in names)


def _runs(paragraph: Paragraph) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for text, look in paragraph.looks:
        if found and found[-1][1] == look:
            found[-1] = (found[-1][0] + text, look)
        elif text:
            found.append((text, look))
    return found


def rest_of_pair(old: Block, new: Block) -> Iterator[Change]:
    """Say of two paragraphs that gave no change whether they are the same in all that is known of them."""
    if not new.is_table:
        names = _DERIVED if old.is_derived and new.is_derived else _ALL
        if differs(old.paragraph, new.paragraph, names):
            yield uncompared(new.location, new.story.name)


def space_changes(old: Block, new: Block) -> Iterator[Change]:
    """Compare the empty paragraphs after two blocks."""
    if old.empty or new.empty:
        yield from _spaces(old.story, new.story, (old.empty, new.empty), new)


def _spaces(
    old: Story, new: Story, pieces: tuple[Sequence[Piece], Sequence[Piece]], after: Block | None = None
) -> Iterator[Change]:
    where = after.location if after is not None else Location(new.name)
    names = old.space(pieces[0]), new.space(pieces[1])
    if names[0] != names[1]:
        yield space_change(*names, where)
    for (was, old_raw), (now, new_raw) in zip(*pieces, strict=False) if names[0] == names[1] else ():
        if old_raw != new_raw and differs(read_paragraph(was, old.file, old.links), read_paragraph(now, new.file, new.links)):
            yield uncompared(where, where.story)
            return


def leads_elsewhere(old: Block, new: Block, turned: Iterable[str]) -> bool:
    """Say whether a pair holds an id that leads elsewhere than it did; in a table what it leads to is then of its markup."""
    ids = [key for key in turned if key.encode() in old.markup or key.encode() in new.markup]
    for key in ids if new.is_table else ():
        new.turned[key.encode()] = f"{key} {new.story.targets.get(key, '')}".encode()
        new.markup = new.written(new.markup)
    return bool(ids)


def between_changes(old: Story, new: Story) -> Iterator[Change]:
    """Compare what stands before, between and round the paragraphs and tables of a story."""
    if old.lead != new.lead:
        yield from _spaces(old, new, (old.lead, new.lead))
    if old.is_plain and new.is_plain:
        return
    before, after = ([one for holder in story.holders for one in _between(holder, story)] for story in (old, new))
    texts = ({paragraph_text(one)[:60] for holder in story.holders for one in holder.iter(f"{W}p")} for story in (old, new))
    yield from _told(before, after, new, known={"", *set.intersection(*texts)})


def frame_changes(old: Block, new: Block, *, has_others: bool) -> Iterator[Change]:
    """Compare what stands round the rows and cells of two tables; a table in a cell only where that gave no other change."""
    if any(sign in one.markup for one in (old, new) for sign in _ODD) or _nests(old) or _nests(new):
        found = ([said for said, _ in _between(one.element, one.story)] for one in (old, new))
        before, after = ([(said, "") for said in one if not (has_others and said.startswith(_TABLE))] for one in found)
        yield from _told(before, after, new.story, new.location)


def _nests(block: Block) -> bool:
    return block.markup.count(b"<w:tbl>") + block.markup.count(b"<w:tbl ") > 1


def _told(
    old: Told, new: Told, story: Story, where: Location | None = None, known: AbstractSet[str] = frozenset()
) -> Iterator[Change]:
    """Compare what stands between blocks; `known` are the words before it that both stories have."""
    said = [said for said, _ in old], [said for said, _ in new]
    for _, i1, i2, j1, j2 in (one for one in opcodes(*said) if one[0] != "equal"):
        for was, now in zip_longest(old[i1:i2], new[j1:j2], fillvalue=("", "")):
            place = where or replace(Location(story.name), item=now[1] or was[1])
            yield _change(place, was[0], now[0])
    if said[0] == said[1]:
        for was, now in zip(old, new, strict=True):
            if was[1] != now[1] and {was[1], now[1]} <= known:
                place = replace(Location(story.name), item=now[1])
                yield _change(place, *(f"{what} after “{at}”" for what, at in (was, now)))


def _change(place: Location, was: str, now: str) -> Change:
    name = (was or now).partition(" ")[0]
    kind = _KINDS.get(name)
    if name == ELSEWHERE:
        touched = touches(was, now)
        return Change("paragraph-changed", severity_of(touched), place, was, now, touches=touched)
    if kind is None:
        return replace(uncompared(place, place.story), old=was, new=now)
    return Change(kind, _GRAVITY.get(name, Severity.CONTENT), place, was, now)


def _between(holder: etree._Element, story: Story, at: str = "") -> Iterator[tuple[str, str]]:  # noqa: C901 - one branch a tag
    """Give what stands between paragraphs, tables, rows and cells, each with the words before it."""

    def lead(key: str) -> str:
        return story.targets.get(key, story.links.get(key, key))

    for child in holder.iterchildren(etree.Element):
        if child.tag in _BLOCKS:
            if child.tag == f"{W}p":
                at = paragraph_text(child)[:60]
                continue
            if child.tag == f"{W}tbl":
                yield f"{_TABLE}{sum(1 for _ in child.iter(f'{W}tr'))} rows, {sum(1 for _ in child.iter(f'{W}tc'))} cells", at
            yield from _between(child, story, at)
            at = " ".join(paragraph_text(one) for one in child.iter(f"{W}p"))[:60]
        elif child.tag == f"{W}sdt":
            properties = child.find(f"{W}sdtPr")
            yield f"control {_control(properties)}".strip(), at
            yield from (one for content in child.iterchildren(f"{W}sdtContent") for one in _between(content, story, at))
        elif child.tag in _HOLDERS:
            yield from _between(child, story, at)
        elif child.tag == f"{W}customXml":
            yield entire(child, lead, is_deep=False), at
            yield from _between(child, story, at)
        elif child.tag == ALTERNATES:
            words = " ".join(text.text or "" for text in child.iter(f"{W}t"))
            yield f"{ELSEWHERE} form: {f'“{words}”' if words else entire(child, lead)}", at
        elif child.tag not in _KNOWN and not (child.get(f"{W}name") or "").startswith("_"):
            yield entire(child, lead), at


def _control(properties: etree._Element | None) -> str:
    if properties is None:
        return ""
    names = " / ".join(str(one.get(f"{W}val")) for one in properties.iterchildren(f"{W}alias", f"{W}tag"))
    return ", ".join(filter(None, (names, control_words(properties))))

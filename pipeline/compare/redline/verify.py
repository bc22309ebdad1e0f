"""A redline → what is wrong with it: accepted it has to be the new document, rejected the old one. It trusts no engine."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.compare.parts import property_changes
from pipeline.compare.redline.canonical import CanonicalFile, digest_of, words_of
from pipeline.compare.word.package import WordFile
from pipeline.compare.word.resolve import REMOVED_BY_REJECTING, TEXT, accept, reject, texts_of
from pipeline.text import W

SHOWN, SHOWN_BEFORE = 90, 40
SHOWN_NAMES = 5
AS_NEW = "{} as in the new document, for Word does not track that"
UNTRACKED = {
    "word/styles.xml": "styles look",
    "word/numbering.xml": "lists look",
    "word/settings.xml": "settings and protection are",
}
_MOVES = ("moveFrom", "moveTo")
_DEFINITIONS = {"word/styles.xml": ("style", "styleId"), "word/numbering.xml": ("num", "numId")}


@dataclass(frozen=True)
class Verdict:
    """What was found: problems, for which a redline is not delivered, and what no tracked change can show."""

    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()


def verify_redline(redline: WordFile, old: WordFile, new: WordFile) -> Verdict:
    """Accept all and compare with the new document, reject all and compare with the old one."""
    accepted, rejected = CanonicalFile(redline, accept), CanonicalFile(redline, reject)
    before, after = CanonicalFile(old), CanonicalFile(new)
    left_over = {*before.bookmarks} - {*after.bookmarks}
    come = {*after.bookmarks} - {*before.bookmarks}
    problems = [*_differences(accepted, after, left_over, "accepted", "new")]
    went_along = _went_along(redline, {*before.bookmarks} & {*after.bookmarks})
    problems += _differences(rejected, before, come | went_along, "rejected", "old")
    problems += _parts(redline, new)
    problems += _malformed(redline)
    problems += _defined(redline, old)
    notes = [*_notes(old, new, went_along)]
    if _loose_ranges(accepted) > _loose_ranges(after) or _loose_ranges(rejected) > _loose_ranges(before):
        notes.append("a comment came or went; where it is not, the marks of its range stay, empty, and show nothing")
    return Verdict(tuple(problems), tuple(notes))


def _differences(found: CanonicalFile, wanted: CanonicalFile, without: set[str], state: str, which: str) -> Iterator[str]:
    places = (("block", found.blocks(without), wanted.blocks(without)), ("margins of section", found.margins(), wanted.margins()))
    for name, has, should in places:
        at = next((at for at, (one, other) in enumerate(zip(has, should, strict=False)) if one != other), None)
        if at is None and len(has) != len(should):
            at = min(len(has), len(should))
        if at is not None:
            yield (
                f"{state}, it is not the {which} document: {name} {at + 1} is {_said(has, at, should)}"
                f" where the {which} document has {_said(should, at, has)}"
            )


def _said(blocks: Sequence[str], at: int, others: Sequence[str]) -> str:
    if at >= len(blocks):
        return "missing"
    words = words_of(blocks[at])
    other = words_of(others[at]) if at < len(others) else ""
    if words == other and at < len(others):
        words, other = blocks[at], others[at]  # what a reader sees is the same, so the markup has to tell
    differ = next((i for i, (one, two) in enumerate(zip(words, other, strict=False)) if one != two), min(len(words), len(other)))
    start = max(0, differ - SHOWN_BEFORE)
    return f"“{'…' if start else ''}{words[start : start + SHOWN]}”"


def _went_along(redline: WordFile, both: set[str]) -> set[str]:
    """Name the bookmarks of both documents whose text moved or was replaced whole. They stand with the new text alone."""
    inside: dict[str, list[bool]] = {}
    open_ranges: dict[str, str] = {}
    for node in redline.body.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd", f"{W}r"):
        key = node.get(f"{W}id") or ""
        if node.tag == f"{W}bookmarkStart":
            open_ranges[key] = node.get(f"{W}name") or ""
        elif node.tag == f"{W}bookmarkEnd":
            open_ranges.pop(key, None)
        else:
            is_new = next(node.iterancestors(*REMOVED_BY_REJECTING), None) is not None
            for name in open_ranges.values():
                inside.setdefault(name, []).append(is_new)
    return {name for name, runs in inside.items() if name in both and all(runs) and not name.startswith("_")}


def _loose_ranges(settled: CanonicalFile) -> int:
    """Count the ranges of comments that are not there: Word tracks where a comment is referred to, and not its range."""
    there = {one.get(f"{W}id") for one in settled.body.iter(f"{W}commentReference")}
    return sum(one.get(f"{W}id") not in there for one in settled.body.iter(f"{W}commentRangeStart"))


def _malformed(redline: WordFile) -> Iterator[str]:
    """Look for what Word would take for damage: a number used twice, deleted text not named so, or other text named so."""
    for part in texts_of(redline):
        root = redline.root(part)
        signed = [node for node in root.iter(etree.Element) if node.get(f"{W}author") and node.tag != f"{W}comment"]
        numbers = Counter(node.get(f"{W}id") for node in signed)
        yield from (f"{part}: two changes have the number {number}" for number, count in numbers.items() if count > 1)
        for node in root.iter(f"{W}t", f"{W}delText"):
            is_deleted = next(node.iterancestors(f"{W}del"), None) is not None
            if is_deleted != (node.tag == f"{W}delText") and next(node.iterancestors(f"{W}txbxContent"), None) is None:
                yield f"{part}: “{(node.text or '')[:SHOWN]}” is {'not ' if is_deleted else ''}written as deleted text"
                break
        yield from (f"{part}: {problem}" for problem in _half_moves(root))


def _half_moves(root: etree._Element) -> Iterator[str]:
    """A move has two ends of one name, each a range that begins and ends once; what is marked as moved stands in such a range."""
    names = {side: Counter(one.get(f"{W}name") for one in root.iter(f"{W}{side}RangeStart")) for side in _MOVES}
    odd = [name for name in names["moveFrom"] | names["moveTo"] if any(names[side][name] != 1 for side in _MOVES)]
    if odd:
        yield f"the move {odd[0]} does not have two ends"
    for side in _MOVES:
        is_open = ""
        for node in root.iter(f"{W}{side}", f"{W}{side}RangeStart", f"{W}{side}RangeEnd"):
            kind = etree.QName(node).localname.removeprefix(side)
            if kind == "RangeStart":
                right, is_open = not is_open, node.get(f"{W}id") or ""
            elif kind == "RangeEnd":
                right, is_open = is_open == node.get(f"{W}id"), ""
            else:
                right = bool(is_open) or next(node.iterancestors(f"{W}rPr"), None) is not None
            if not right:
                yield f"a text is marked as moved ({side}) without a range, or its range is not whole"
                return
        if is_open:
            yield f"a range of what moved ({side}) does not end"


def _parts(redline: WordFile, new: WordFile) -> Iterator[str]:
    """Everything of the new document but its texts has to be there unchanged."""
    for part, content in new.parts.items():
        if TEXT.fullmatch(part) or part.endswith(".rels") or part == "[Content_Types].xml":
            continue
        if part not in redline.parts:
            yield f"{part} is missing"
        elif redline.parts[part] != content:
            if part in _DEFINITIONS:
                yield from _kept(redline, new, part)
            elif not part.endswith(".xml") or digest_of(redline.root(part)) != digest_of(new.root(part)):
                yield f"{part} is not the new document's"


def _kept(redline: WordFile, new: WordFile, part: str) -> Iterator[str]:
    has, should = ({_key(one): digest_of(one) for one in file.root(part)} for file in (redline, new))
    for key in should:
        if has.get(key) != should[key]:
            yield f"{part}: {' '.join(key)} is not the new document's"


def _key(one: etree._Element) -> tuple[str, str]:
    name = etree.QName(one).localname
    return name, next((one.get(f"{W}{key}") or "" for key in ("styleId", "numId", "abstractNumId") if one.get(f"{W}{key}")), "")


def _defined(redline: WordFile, old: WordFile) -> Iterator[str]:
    """What the old text refers to has to be there."""
    for part, (tag, key) in _DEFINITIONS.items():
        if part in old.parts:
            has = (
                {one.get(f"{W}{key}") for one in redline.root(part).iterchildren(f"{W}{tag}")} if part in redline.parts else set()
            )
            gone = [
                one.get(f"{W}{key}") or "" for one in old.root(part).iterchildren(f"{W}{tag}") if one.get(f"{W}{key}") not in has
            ]
            if gone:
                yield f"{part}: {tag} {gone[0]} of the old document is missing"


def _notes(old: WordFile, new: WordFile, went_along: set[str]) -> Iterator[str]:
    """Say what the redline has as the new document has it, whatever is rejected."""
    for part, words in UNTRACKED.items():
        has, had = (file.root(part) if part in file.parts else None for file in (new, old))
        if (has is None or had is None) != (has is had) or (
            has is not None and had is not None and digest_of(has) != digest_of(had)
        ):
            yield AS_NEW.format(words)
    if next(property_changes(old.parts, new.parts, new.name), None) is not None:
        yield AS_NEW.format("the properties of the file (title, version, date …) are")
    if went_along:
        names = ", ".join(sorted(went_along)[:SHOWN_NAMES]) + (" …" if len(went_along) > SHOWN_NAMES else "")
        yield f"text named by a bookmark moved or was replaced whole; rejected, the bookmark is lost: {names}"

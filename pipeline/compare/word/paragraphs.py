"""Two paragraphs that are one and the same → what changed in it: words, style, numbering, formatting, fields, links, images."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from pipeline.compare.change import Change, Location, Severity, uncompared
from pipeline.compare.matching import matching_runs
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.sight import VISIBILITY, unseen, veils
from pipeline.compare.word.block import Block
from pipeline.compare.word.differences import differences, drawn_changes, picture_words
from pipeline.compare.word.fields import is_reference
from pipeline.compare.word.paragraph import Paragraph
from pipeline.compare.word.quick import is_reworded
from pipeline.compare.words import CLOSE, MARKED, OPEN, fill, likeness, normal, segments, shown, tokens, word_counts

Looks = list[tuple[str, str]]
"""Words and how they look."""
EXCERPT = 60
CUT = "¶"
OF_A_PART = frozenset({"style-changed", "numbering-changed", "layout-changed", "id-changed"})
"""What is said of the part of a paragraph that was split or joined."""
MUCH = 0.8
ELSEWHERE = "other"
OTHERS = {"permStart": "protection-changed", "permEnd": "protection-changed", "smartTag": "control-changed"} | {
    "customXml": "control-changed"
}
"""Markup round words, and the kind of change it is."""


def block_change(kind: str, block: Block, *, is_new: bool, moved_from: Location | None = None) -> Change:
    """A whole paragraph or table that was removed, inserted or moved."""
    if not block.is_table and not block.key and block.paragraph.pictures:
        return _picture_block(kind.replace("paragraph", "image"), block, is_new=is_new, moved_from=moved_from)
    text = block.text or ("" if block.is_table else "; ".join(block.paragraph.shapes))
    touched = () if moved_from else touches("" if is_new else block.key, block.key if is_new else "")
    if is_new and not moved_from and (unseen(text) or (not block.is_table and _is_veiled(block))):
        touched = (*touched, VISIBILITY)
    old, new = ("", text) if is_new else (text, "")
    if moved_from:
        old, new = text, text
    return Change(kind, severity_of(touched), block.location, old, new, touches=touched, moved_from=moved_from)


def _picture_block(kind: str, block: Block, *, is_new: bool, moved_from: Location | None) -> Change:
    words = ", ".join(picture_words(one) for one in block.paragraph.pictures)
    old, new = words if moved_from or not is_new else "", words if is_new else ""
    return Change(kind, Severity.CONTENT, block.location, old, new, moved_from=moved_from)


def paragraph_changes(old: Block, new: Block) -> Iterator[Change]:
    """Say what changed in a paragraph, the space after it apart."""
    is_plain = has_same_styles(old, new) and is_reworded(old.markup, new.markup)
    before, after = (Paragraph(old.key), Paragraph(new.key)) if is_plain else (old.paragraph, new.paragraph)
    where = new.location
    if old.key != new.key:
        yield from text_changes("paragraph-changed", where, before, after)
    if old.style != new.style:
        yield look_change("style-changed", where, (old.style, new.style), (_veils_of_style(old), _veils_of_style(new)))
    lists = (old.story.file.list_of(old.element), new.story.file.list_of(new.element))
    yield from _low("numbering-changed", where, *(_level_words(one) for one in lists))
    if not is_plain:
        yield from detail_changes(before, after, where)


def has_same_styles(old: Block, new: Block) -> bool:
    """Say whether the names of styles mean the same in the files of two blocks."""
    return old.story.file.styles is new.story.file.styles


def cut_changes(kind: str, old: Block, new: Block, were: Sequence[Block], are: Sequence[Block]) -> Iterator[Change]:
    """Say that a paragraph was split or joined; `old` and `new` are the two of its parts that are paired."""
    before, after = (f" {CUT} ".join(one.text for one in side) for side in (were, are))
    yield Change(kind, Severity.CONTENT, new.location, before, after, segments(before, after))
    yield from (one for one in paragraph_changes(old, new) if one.kind in OF_A_PART)


def space_change(old: Sequence[str], new: Sequence[str], where: Location) -> Change:
    """Say that the empty paragraphs after a paragraph or table are others."""
    return Change("spacing-changed", Severity.LOW, where, ", ".join(old), ", ".join(new))


def _level_words(level: str) -> str:
    return level or "not numbered"


def text_changes(kind: str, where: Location, old: Paragraph, new: Paragraph) -> Iterator[Change]:
    """Report a change of words; another field that shows the same is none."""
    if _blank(old.key) == _blank(new.key):
        return
    before, after = levelled(old, new)
    was, now = fill(before, old.shown), fill(after, new.shown)
    if was != now:
        touched = touches(before, after)
        touched = touched if unseen(before) == unseen(after) else (*touched, VISIBILITY)
        pieces = shown(segments(before, after), old.shown, new.shown)
        yield Change(kind, severity_of(touched), where, was, now, pieces, touched)


def levelled(old: Paragraph, new: Paragraph) -> tuple[str, str]:
    """Give two texts in which what only one of them has as a field stands as the words it shows."""
    before, after = normal(old.key), normal(new.key)
    names = [frozenset(MARKED.findall(text)) for text in (before, after)]
    if names[0] == names[1]:
        return before, after
    alone = names[0] ^ names[1]
    return _filled(before, alone, old), _filled(after, alone, new)


def _filled(text: str, names: frozenset[str], paragraph: Paragraph) -> str:
    return MARKED.sub(lambda found: paragraph.shown.get(found[1], "") if found[1] in names else found[0], text)


def _blank(key: str) -> str:
    return normal(MARKED.sub(OPEN + CLOSE, key))


def look_change(kind: str, where: Location, said: tuple[str, str], signs: tuple[frozenset[str], frozenset[str]]) -> Change:
    """A change of looks: high when it hides something or shows it, else low."""
    is_grave = signs[0] != signs[1]
    return Change(kind, Severity.HIGH if is_grave else Severity.LOW, where, *said, touches=(VISIBILITY,) if is_grave else ())


def _veils_of_style(block: Block) -> frozenset[str]:
    return block.story.file.veils_of(block.style)


def _is_veiled(block: Block) -> bool:
    """Say whether any words of a paragraph are hidden."""
    if b"<w:rPr" in block.markup and any(veils(look) for text, look in block.paragraph.looks if text.strip()):
        return True
    return bool(_veils_of_style(block))


def detail_changes(old: Paragraph, new: Paragraph, where: Location) -> Iterator[Change]:
    """Say what changed in a paragraph besides its words and style."""
    if old.layout != new.layout:
        yield look_change("layout-changed", where, (old.layout, new.layout), (veils(old.layout), veils(new.layout)))
    if old.mark != new.mark:
        said = (f"end of paragraph: {old.mark or 'as its style'}", f"end of paragraph: {new.mark or 'as its style'}")
        yield look_change("formatting-changed", where, said, (veils(old.mark), veils(new.mark)))
    looks = _look_change(old, new)
    if looks:
        yield look_change("formatting-changed", where, (_look_words(looks[0]), _look_words(looks[1])), _signs(*looks))
    if old.looks != new.looks and not (looks and _signs(*looks)[0] != _signs(*looks)[1]):
        yield from _veiled_words(old, new, where)
    yield from _field_changes(old, new, where)
    yield from _link_changes(old, new, where)
    yield from drawn_changes(old, new, where)
    yield from _low("id-changed", where, ", ".join(sorted(old.ids)), ", ".join(sorted(new.ids)))
    if old.controls != new.controls:
        yield Change("control-changed", Severity.CONTENT, where, ", ".join(old.controls), ", ".join(new.controls))
    for was, now in differences(old.unread, new.unread):
        yield _other_change(where, was, now)


def _other_change(where: Location, was: str, now: str) -> Change:
    """Report markup in a paragraph that is neither words nor looks."""
    name = (was or now).partition(" ")[0]
    if name in OTHERS:
        return Change(OTHERS[name], Severity.CONTENT, where, was, now)
    if name == ELSEWHERE:
        touched = touches(was, now)
        return Change("paragraph-changed", severity_of(touched), where, was, now, touches=touched)
    return replace(uncompared(where, where.story), old=was, new=now)


def _low(kind: str, where: Location, old: str, new: str) -> Iterator[Change]:
    if old != new:
        yield Change(kind, Severity.LOW, where, old, new)


def _signs(was: Looks, now: Looks) -> tuple[frozenset[str], frozenset[str]]:
    """Give what hides words before and now; where any word's signs differ, the two do."""
    differ = [(veils(before), veils(after)) for (_, before), (_, after) in zip_longest(was, now, fillvalue=("", ""))]
    return next((pair for pair in differ if pair[0] != pair[1]), (frozenset(), frozenset()))


def _veiled_words(old: Paragraph, new: Paragraph, where: Location) -> Iterator[Change]:
    """Report words that came hidden, or hidden words that are no longer there, beside the change of the words."""
    was, now = ([(text, look) for text, look in one.looks if text.strip() and veils(look)] for one in (old, new))
    if _by_sign(was) != _by_sign(now):
        said = _look_words(was), _look_words(now)
        yield Change("formatting-changed", Severity.HIGH, where, *said, touches=(VISIBILITY,))


def _by_sign(words: Looks) -> dict[frozenset[str], str]:
    found: dict[frozenset[str], str] = {}
    for text, look in words:
        found[veils(look)] = found.get(veils(look), "") + "".join(text.split())
    return found


def _look_change(old: Paragraph, new: Paragraph) -> tuple[Looks, Looks] | None:
    """Compare how the words look that both paragraphs hold; None when they look the same, or hold little in common."""
    if old.looks == new.looks or (old.key != new.key and likeness(word_counts(old.key), word_counts(new.key)) < MUCH):
        return None
    before, after = _token_looks(old), _token_looks(new)
    if [one for one in before if one[0].strip()] == [one for one in after if one[0].strip()]:
        return None
    was: Looks = []
    now: Looks = []
    for i, j, size in matching_runs([text for text, _ in before], [text for text, _ in after]):
        for at in range(size):
            if before[i + at][0].strip() and before[i + at][1] != after[j + at][1]:
                _extend(was, before[i : i + at + 1])
                _extend(now, after[j : j + at + 1])
    return (was, now) if was else None


def _token_looks(paragraph: Paragraph) -> list[tuple[str, str]]:
    """Give each word with how its first letter looks."""
    text = "".join(text for text, _ in paragraph.looks)
    ends: list[tuple[int, str]] = []
    end = 0
    for piece, look in paragraph.looks:
        end += len(piece)
        ends.append((end, look))
    found, start, run = [], 0, 0
    for token in tokens(text):
        while ends[run][0] <= start:
            run += 1
        found.append((token, ends[run][1]))
        start += len(token)
    return found


def _extend(pieces: list[tuple[str, str]], before: Sequence[tuple[str, str]]) -> None:
    text, look = before[-1]
    space = before[-2][0] if len(before) > 1 and not before[-2][0].strip() else ""
    if pieces and pieces[-1][1] == look:
        pieces[-1] = (f"{pieces[-1][0]}{space}{text}", look)
    else:
        pieces.append((text, look))


def _look_words(pieces: Sequence[tuple[str, str]]) -> str:
    cut = ((MARKED.sub("", text), look) for text, look in pieces)
    return "; ".join(f"“{text[:EXCERPT]}{'…' if len(text) > EXCERPT else ''}”: {look or 'as its style'}" for text, look in cut)


def _field_changes(old: Paragraph, new: Paragraph, where: Location) -> Iterator[Change]:
    """Report fields where they are all that changed, or where the text does not show that they did."""
    if old.fields == new.fields and old.shown.keys() == new.shown.keys():
        return
    was, now = fill(normal(old.key), old.shown), fill(normal(new.key), new.shown)
    is_all = _blank(old.key) == _blank(new.key) or was == now
    told = [[_as_told(code, one, other) for code in one.fields] for one, other in ((old, new), (new, old))]
    if not is_all:
        sides = ((old, new, was, now), (new, old, now, was))
        told = [[code for code in codes if _is_unseen(code, *side)] for codes, side in zip(told, sides, strict=True)]
    for before, after in differences(*told):
        yield Change("field-changed", Severity.CONTENT, where, _with_result(before, old), _with_result(after, new))


def _as_told(code: str, paragraph: Paragraph, other: Paragraph) -> str:
    """Give a field's code; one that follows what it names in the other text alone is another."""
    return f"{code} " if _name(code, other) and not _name(code, paragraph) else code


def _is_unseen(code: str, paragraph: Paragraph, other: Paragraph, here: str, there: str) -> bool:
    """Say whether the words that changed do not show that a field came, went or no longer follows what it names."""
    mine, its = _name(code, paragraph), _name(code, other)
    if mine:
        return mine != its and _says(there, paragraph.shown[mine])
    return _says(here, other.shown[its]) if its else code not in other.fields


def _says(text: str, result: str) -> bool:
    """Say whether a text holds what a field shows: 4.1, which 4.10 does not hold."""
    return re.search(rf"(?<![\w.]){re.escape(normal(result))}(?!\w|\.\d)", text) is not None


def _name(code: str, paragraph: Paragraph) -> str:
    """Give the name under which a field's result follows what it names, or nothing."""
    return next((name for name in paragraph.shown if code.upper().startswith(name.upper())), "")


def _with_result(code: str, paragraph: Paragraph) -> str:
    code = code.strip()
    name = _name(code, paragraph)
    result = paragraph.shown[name] if name else paragraph.led.get(code, "")
    return f"{code} ({result})" if result and is_reference(code.split()) else code


def _link_changes(old: Paragraph, new: Paragraph, where: Location) -> Iterator[Change]:
    for was, now in differences(old.links, new.links):
        yield Change("link-changed", Severity.CONTENT, where, was, now)

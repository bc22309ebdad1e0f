"""Pictures and shapes of two paragraphs that are one and the same → what came, went or is drawn otherwise."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.matching import opcodes
from pipeline.compare.matter import severity_of
from pipeline.compare.sight import VISIBILITY
from pipeline.compare.word.drawn import is_laid_over
from pipeline.compare.word.paragraph import Paragraph, Picture


def drawn_changes(old: Paragraph, new: Paragraph, where: Location) -> Iterator[Change]:
    """Report pictures and shapes; where nothing that is known of them differs, that they are drawn otherwise."""
    found = list(_picture_changes(old.pictures, new.pictures, where))
    for was, now in differences(old.shapes, new.shapes):
        kind = f"drawing-{'inserted' if not was else 'removed' if not now else 'changed'}"
        touched = (VISIBILITY,) if is_laid_over(was) or is_laid_over(now) else ()
        found.append(Change(kind, severity_of(touched), where, was, now, touches=touched))
    yield from found
    if not found and old.drawn != new.drawn:
        for was, now in differences(old.drawn, new.drawn):
            yield Change("drawing-changed", Severity.CONTENT, where, *_apart(was, now))


def _apart(old: str, new: str) -> tuple[str, str]:
    """Give of two long descriptions what differs."""
    before, after = (re.split(r"[;()]+ ?", one) for one in (old, new))
    said = ("; ".join(one.strip() for one in mine if one not in other) for mine, other in ((before, after), (after, before)))
    return next(said) or "otherwise", next(said) or "otherwise"


def differences(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pair what differs between two lists, the old beside the new; what has no counterpart stands beside nothing."""
    if old == new:
        return
    for tag, i1, i2, j1, j2 in opcodes(old, new):
        if tag != "equal":
            yield from zip_longest(old[i1:i2], new[j1:j2], fillvalue="")


def _picture_changes(old: Sequence[Picture], new: Sequence[Picture], where: Location) -> Iterator[Change]:
    for tag, i1, i2, j1, j2 in opcodes([one.digest for one in old], [one.digest for one in new]):
        for was, now in zip_longest(old[i1:i2], new[j1:j2]):
            if was is None or now is None:
                kind = "image-inserted" if was is None else "image-removed"
                yield Change(kind, Severity.CONTENT, where, picture_words(was), picture_words(now))
                continue
            if tag != "equal":
                yield Change("image-changed", Severity.CONTENT, where, picture_words(was), picture_words(now))
            if was.words != now.words:
                yield Change("alternative-text-changed", Severity.CONTENT, where, was.words, now.words)
            if was.size != now.size:
                yield Change("image-resized", Severity.LOW, where, was.size, now.size)


def picture_words(picture: Picture | None) -> str:
    """Name a picture by its digest and what is said of it."""
    return "" if picture is None else f"image {picture.digest}{f' “{picture.words}”' if picture.words else ''}"

"""Texts in words: what counts as one word, what changed between two texts, and how much two texts have in common."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pipeline.compare.change import Mark, Segment
from pipeline.compare.islands import gathered
from pipeline.compare.matching import Opcode, opcodes

OPEN, CLOSE = "\ue000", "\ue001"
"""Enclose what stands for a field's result in a text to compare, so that a number that follows its clause is no change."""
MARKED = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_TOKEN = re.compile(
    rf"""{OPEN}[^{CLOSE}]*{CLOSE}
    | \d{{1,2}}\s(?:{MONTHS})\s\d{{4}}\b | \d{{4}}-\d\d-\d\d | \d{{1,2}}/\d{{1,2}}/\d{{2,4}}
    | [£€$]\s?\d(?:[\d,.]*\d)?(?:\s?(?:million|billion|m|bn|k)\b)?
    | \d(?:[\d,.]*\d)?\s?% | \d(?:[\d,.]*\d)?(?:\([a-z]{{1,3}}\))*
    | [A-Z]{{1,6}}-\d+\w* | \w+(?:['’-]\w+)* | \s+ | .""",
    re.VERBOSE,
)
_WORDS = re.compile(r"\w+")


def tokens(text: str) -> list[str]:
    """Cut a text into words and what is between them; an amount, a percentage, a date or a clause number is one word."""
    return _TOKEN.findall(text)


def normal(text: str) -> str:
    """Give a text with every run of space as one, and none at its ends."""
    return " ".join(text.split())


def word_counts(text: str) -> Counter[str]:
    """Count the words of a text."""
    return Counter(_WORDS.findall(text))


def likeness(old: Mapping[str, int], new: Mapping[str, int]) -> float:
    """Say how much two texts have in common, from 0 to 1, by the words that both hold."""
    both = len(old) and len(new) and sum(min(count, new[word]) for word, count in old.items() if word in new)
    return 2 * both / (sum(old.values()) + sum(new.values())) if both else 0.0


def segments(old: str, new: str) -> tuple[Segment, ...]:
    """Show word by word what changed between two texts; what little is kept between two changes is part of them."""
    before, after = tokens(old), tokens(new)
    return tuple(_pieces(gathered(opcodes(before, after), before, after), before, after))


def exact_segments(old: str, new: str) -> tuple[Segment, ...]:
    """Show every word that changed between two texts by itself."""
    before, after = tokens(old), tokens(new)
    return tuple(_pieces(opcodes(before, after), before, after))


def _pieces(codes: Sequence[Opcode], before: Sequence[str], after: Sequence[str]) -> Iterator[Segment]:
    for tag, i1, i2, j1, j2 in codes:
        gone, come = "".join(before[i1:i2]), "".join(after[j1:j2])
        if tag == "equal":
            yield Segment(Mark.SAME, gone)
            continue
        yield from (Segment(mark, text) for mark, text in ((Mark.REMOVED, gone), (Mark.INSERTED, come)) if text)


def shown(pieces: tuple[Segment, ...], old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Segment, ...]:
    """Put into pieces what fields show, in the old or the new text."""
    return tuple(Segment(one.mark, fill(one.text, old if one.mark is Mark.REMOVED else new)) for one in pieces)


def fill(text: str, results: Mapping[str, str]) -> str:
    """Put what fields show into a text."""
    return MARKED.sub(lambda found: results.get(found[1], ""), text) if OPEN in text else text

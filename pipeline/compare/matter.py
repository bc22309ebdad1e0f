"""How much a change of text matters: the old and the new text in; money, dates, duties and the like that changed out."""

import re
from collections import Counter
from collections.abc import Mapping

from pipeline.compare.binding import NUMBERS, ORDINALS, PREFIXES, WORDS
from pipeline.compare.change import Severity
from pipeline.compare.words import MARKED, MONTHS

_COUNTED = rf"(?:\d[\d,.]*|{NUMBERS})"
_UNITS = r"(?:working|calendar|clear|business)?[\s-]*(?:minute|hour|day|week|fortnight|month|quarter|year)s?"
_PARTIES = (
    "Authority|Council|Health Board|Integrated Care Board|Commissioner|Provider|Supplier|Contractor|Subcontractor|Bidder"
    "|Tenderer|Consortium|Lead Provider|Guarantor|Party|Parties"
)
_FIGURES = re.compile(
    rf"""(?: (?=[\d£€$]) | \b(?=\w) )(?:  # nothing of it begins within a word, which most letters are
      (?P<date>\b\d{{1,2}}\s(?:{MONTHS})(?:\s\d{{4}})?\b|\b(?:{MONTHS})\s\d{{4}}\b|\b\d{{4}}-\d\d-\d\d\b
        |\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b)
    | (?P<period>\b(?i:{_COUNTED})\s*(?:\(\d+\)\s*)?{_UNITS}\b)
    | (?P<money>[£€$]\s?\d[\d,.]*(?:\s?(?:million|billion|m|bn|k)\b)?|\b\d[\d,.]*\s?(?:pence|pounds)\b)
    | (?P<percentage>\d[\d,.]*\s?(?:%|per\ cent\b))
    | (?P<number>(?<![\w-])\d[\d,.]*(?:\([a-z]+\))*|\b(?i:{NUMBERS}|{ORDINALS})\b)
    | (?P<obligation>\bmay\b)
    | (?P<party>\b(?:{_PARTIES})s?\b))""",
    re.VERBOSE,
)
_CLASSES = "|".join(f"(?P<{name}>{'|'.join(entries)})" for name, entries in WORDS.items())
_BINDING = re.compile(rf"\b(?=[a-z])(?:{_CLASSES})\b")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
EXTENT = "extent"
NAMES = ("money", "date", "period", "percentage", "number", *WORDS, "party")
Signs = Mapping[tuple[str, str], int]


def touches(old: str, new: str) -> tuple[str, ...]:
    """Name what a change of text changes of that which binds: `period` when "28 days" became "30 days"."""
    before, after = MARKED.sub("", old), MARKED.sub("", new)
    were, are = _signs(before), _signs(after)
    found = {one[0] for one in were.keys() | are.keys() if were.get(one) != are.get(one)}
    if before and after and EXTENT not in found and _is_turned(_words(before), _words(after)):
        found.add(EXTENT)
    return tuple(name for name in NAMES if name in found)


def severity_of(touched: tuple[str, ...]) -> Severity:
    """A change of wording is high when it touches anything that binds."""
    return Severity.HIGH if touched else Severity.CONTENT


def _signs(text: str) -> Signs:
    """Count what binds in a text: its figures, and of what lies between them the words that bind."""
    found: dict[tuple[str, str], int] = {}
    end = 0
    for one in (*_FIGURES.finditer(text), None):
        start = len(text) if one is None else one.start()
        said = [(word.lastgroup or "", word[0]) for word in _BINDING.finditer(text[end:start].lower())]
        if one is not None:
            said.append((one.lastgroup or "", " ".join(one[0].rstrip(".,").split())))
            end = one.end()
        for sign in said:
            found[sign] = found.get(sign, 0) + 1
    return found


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))


def _is_turned(before: Counter[str], after: Counter[str]) -> bool:
    """Say whether a word became its opposite (lawful, unlawful), or "and" became "or"."""
    gone, come = before - after, after - before
    sides = ((gone, come), (come, gone))
    if any("and" in one and "or" in other for one, other in sides):
        return True
    return any(f"{prefix}{word}" in other for words, other in sides for word in words for prefix in PREFIXES)

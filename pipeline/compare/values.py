"""Values of a manifest as they may stand in a document: 1234.5 as £1,234.50, 2026-11-21 as 21 November 2026."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from pipeline.compare.words import MONTHS

SHORTEST = 3
_MONTHS = MONTHS.split("|")
_WORD = re.compile(r"\w+")


def value_text(value: Any) -> str:
    """Give a manifest's value as text: of a figure its value, of long texts nothing, for they are kept as digests."""
    if isinstance(value, dict):
        return "to be confirmed" if value.get("value", "") is None else value_text(value.get("value"))
    if isinstance(value, list):
        return ", ".join(value_text(one) for one in value)
    text = "" if value is None else str(value)
    return "" if text.startswith("sha256:") else text


class Values:
    """Pairs of values, each what it was and what it is now; asked which of them a change shows."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = pairs
        self._by_word: dict[str, set[int]] = defaultdict(set)
        for at, (was, now) in enumerate(pairs):
            for form in _forms(was) if was and now and was != now else ():
                first = _WORD.search(form)
                self._by_word[first[0] if first else ""].add(at)

    def shown(self, old: str, new: str) -> list[int]:
        """Give the places of the pairs that a change from `old` to `new` shows."""
        if not old or not new:
            return []
        words = {"", *_WORD.findall(old)}  # a value stands apart, so that its first word is a word of the text
        likely = {at for word in words if word in self._by_word for at in self._by_word[word]}
        return [at for at in sorted(likely) if shows(old, new, *self._pairs[at])]


def shows(old: str, new: str, was: str, now: str) -> bool:
    """Say whether a change from `old` to `new` shows that a value was one thing and is another."""
    return was != now and _holds(old, was) and _holds(new, now) and not (_holds(new, was) and _holds(old, now))


def _holds(text: str, value: str) -> bool:
    return any(form in text and _pattern(form).search(text) for form in _forms(value))


@lru_cache(maxsize=4096)
def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,]){re.escape(form)}(?![\w]|[.,]\d)")


@lru_cache(maxsize=4096)
def _forms(value: str) -> tuple[str, ...]:
    return tuple(sorted(forms(value)))


def forms(value: str) -> set[str]:
    """Give the ways in which a document may write a value."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        pass
    else:
        return {value, f"{day.day} {_MONTHS[day.month - 1]} {day.year}", f"{day:%d/%m/%Y}"}
    try:
        number = Decimal(value)
    except InvalidOperation:
        return {value} if len(value) >= SHORTEST else set()
    if not number.is_finite():
        return {value}
    plain = f"{number.normalize():f}"
    written = {plain, f"{number:,.2f}", f"{Decimal(plain):,}"}
    share = f"{(number * 100).normalize():f}"
    return written | {f"£{one}" for one in written} | {f"{share}%", f"{plain}%"}

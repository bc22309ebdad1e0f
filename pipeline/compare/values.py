"""Values of a manifest as they may stand in a document: 1234.5 as £1,234.50, 2026-11-21 as 21 November 2026."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from pipeline.compare.binding import NUMBERS
from pipeline.compare.words import MONTHS

SHORTEST, KEPT = 3, 32_768
PERCENT, SHARE = "%", "share of one"
_FRACTION = re.compile(r"-?[01]\.\d+")
MARKS = ("%", " %", " per cent", " percent")
_NO_SHARE = r"(?!\s?%|\s*per\s?cent\b)"
_MONTHS = MONTHS.split("|")
_WORDS = dict(enumerate(NUMBERS.split("|")[:19], 1))


def value_text(value: Any) -> str:
    """Give a manifest's value as text: of a figure its value, of long texts nothing, for they are kept as digests."""
    if isinstance(value, dict):
        return "to be confirmed" if value.get("value", "") is None else value_text(value.get("value"))
    if isinstance(value, list):
        return ", ".join(value_text(one) for one in value)
    text = "" if value is None else str(value)
    return "" if text.startswith("sha256:") else text


def unit_of(value: Any) -> str:
    """Give the unit of a manifest's figure, a fraction without one being a share of a whole; nothing for any other value."""
    if not isinstance(value, dict):
        return ""
    return str(value.get("unit") or (SHARE if _FRACTION.fullmatch(str(value.get("value"))) else ""))


def shows(old: str, new: str, was: str, now: str, unit: str = "") -> bool:
    """Say whether a change from `old` to `new` shows that a value was one thing and is another.

    One that merely stands in both texts is not shown to have changed; a value of a unit is not one of another: 5 years, 5%.
    """
    if was == now:
        return False
    told = _count(old, was, unit)  # most values stand in neither text
    return told > 0 and told > _count(new, was, unit) and _count(new, now, unit) > _count(old, now, unit)


def stands_in(text: str, value: str, unit: str = "") -> bool:
    """Say whether a value may stand in a text: in one of its forms, as a word, or a date or a text in part."""
    number = _number(value)
    if number is not None:
        word = _WORDS.get(int(number), "") if number == int(number) else ""
        is_figure = _count(text, value, unit) > 0 or _count(text, value, "") > 0
        return is_figure or bool(word and re.search(rf"\b{word}\b", text, re.IGNORECASE))
    parts = {part for form in (*forms(value), value) for part in form.casefold().split() if len(part) >= SHORTEST}
    return not parts or not parts.isdisjoint(_bare(word) for word in text.casefold().split())


def leftover(text: str, values: Sequence[tuple[str, str]]) -> set[str]:
    """Give the words of a text that some values, each with its unit, do not account for."""
    words = {_bare(word) for word in text.split()} - {""}
    for value, unit in values:
        if text.strip() in _whole(value, unit):
            return set()
        words -= {_bare(word) for form in (*forms(value, unit), value) for word in form.split()}
        words -= {form for word in unit.split() for form in (word, word.removesuffix("s"), f"{word}s")}
    return words


def _bare(word: str) -> str:
    return word.strip(".,;:()[]“”\"'–-…")


def _count(text: str, value: str, unit: str) -> int:
    if text.strip() in _whole(value, unit):
        return 1
    found = (pattern.finditer(text) for form, pattern in _patterns(value, unit) if form in text)
    return len({one.end() for several in found for one in several})


@lru_cache(maxsize=KEPT)
def _patterns(value: str, unit: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    written = sorted(forms(value, unit))
    return tuple((form, re.compile(rf"(?<![\w.,£$€]){re.escape(form)}{_after(form)}")) for form in written)


def _after(form: str) -> str:
    """What may not follow: another digit or letter, and after a number without one no sign of a percentage."""
    return rf"(?![\w]|[.,]\d){_NO_SHARE if form[-1].isdigit() else ''}"


@lru_cache(maxsize=KEPT)
def _whole(value: str, unit: str) -> frozenset[str]:
    """Give the ways in which a cell may hold a percentage whose sign is in its heading or its number format."""
    number = _number(value) if unit == PERCENT else None
    return frozenset() if number is None else frozenset({f"{number:f}", f"{_plain(number)}", f"{_plain(number / 100)}"})


def forms(value: str, unit: str = "") -> set[str]:
    """Give the ways in which a document or a cell's number format may write a value: £1,234.50, 60.0%, 21 November 2026."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        pass
    else:
        return {value, f"{day.day} {_MONTHS[day.month - 1]} {day.year}", f"{day:%d/%m/%Y}"}
    number = _number(value)
    if number is None:
        return {value} if len(value) >= SHORTEST else set()
    return _numbers(number, PERCENT, 100) | _numbers(number, "") if unit == SHARE else _numbers(number, unit)


def _numbers(one: Decimal, unit: str, times: int = 1) -> set[str]:
    number = one * times
    sign, size = ("-", -number) if number < 0 else ("", number)
    plain = _plain(size)
    written = {plain, f"{Decimal(plain):,}", f"{size:,.2f}"}
    if unit == PERCENT:
        written |= {f"{_plain(round(size, places))}" for places in (1, 2)} | {f"{size:,.1f}"}
        return {f"{sign}{one}{mark}" for one in written for mark in MARKS}
    if unit.startswith("£"):
        written.add(f"{size:,.0f}")
        return {f"{mark}{one}" for one in written for mark in (f"{sign}£", f"£{sign}", sign)}
    if unit:
        return {f"{sign}{one}" for one in {*written, f"{size:,.1f}"}}
    return {f"{mark}{one}" for one in written for mark in (sign, f"{sign}£")}


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"

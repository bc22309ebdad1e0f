"""Values of a manifest as they may stand in a document: 1234.5 as £1,234.50, 2026-11-21 as 21 November 2026."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from pipeline.compare.words import MONTHS

SHORTEST = 3
_MONTHS = MONTHS.split("|")


def value_text(value: Any) -> str:
    """Give a manifest's value as text: of a figure its value, of long texts nothing, for they are kept as digests."""
    if isinstance(value, dict):
        return "to be confirmed" if value.get("value", "") is None else value_text(value.get("value"))
    if isinstance(value, list):
        return ", ".join(value_text(one) for one in value)
    text = "" if value is None else str(value)
    return "" if text.startswith("sha256:") else text


def shows(old: str, new: str, was: str, now: str) -> bool:
    """Say whether a change from `old` to `new` shows that a value was one thing and is another."""
    return was != now and _holds(old, was) and _holds(new, now) and not (_holds(new, was) and _holds(old, now))


def _holds(text: str, value: str) -> bool:
    return any(pattern.search(text) for pattern in _patterns(value))


@lru_cache(maxsize=4096)
def _patterns(value: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?<![\w.,]){re.escape(form)}(?![\w]|[.,]\d)") for form in sorted(forms(value)))


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

"""How values are worded: money, numbers, dates and lists in British English (babel does the formatting)."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from pipeline.figure import Figure, Unknown

LOCALE = "en_GB"
TO_BE_CONFIRMED = "to be confirmed"

# XML 1.0 section 2.2 forbids these; U+E000-U+E003 are the marks finishing uses (pipeline/render/marks.py).
ILLEGAL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ue000-\ue003"
_ILLEGAL = re.compile(f"[{ILLEGAL}]")


def illegal_characters(text: str) -> str:
    """Name the first character that an Office file cannot hold (`U+0007`), or return an empty string."""
    found = _ILLEGAL.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


@lru_cache(maxsize=4096, typed=True)
def money(amount: Decimal | int, *, pence: bool | None = None) -> str:
    """Word an amount in pounds: £1,234.50, or £1,234 when there are no pence (or `pence` is False)."""
    whole = amount == int(amount) if pence is None else not pence
    pattern = "¤#,##0" if whole else "¤#,##0.00"
    return format_currency(amount, "GBP", pattern, locale=LOCALE, currency_digits=False)


@lru_cache(maxsize=4096, typed=True)
def number(amount: Decimal | float) -> str:
    """Word a number with thousands separators and no needless decimals."""
    return format_decimal(amount, "#,##0.######", locale=LOCALE)


@lru_cache(maxsize=4096, typed=True)
def long_date(day: date) -> str:
    """Word a date as 21 November 2026."""
    return format_date(day, "d MMMM y", locale=LOCALE)


def listing(items: Sequence[str], style: str = "standard") -> str:
    """Word a list: a, b and c (`style` "or" gives a, b or c)."""
    return format_list(list(items), style=style, locale=LOCALE)  # type: ignore[arg-type]


def value_text(value: object) -> str:
    """Word any plain value or figure as a document shows it, without its unit's words."""
    if isinstance(value, Unknown):
        return TO_BE_CONFIRMED
    if isinstance(value, Figure):
        return _figure_text(value)
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return number(value)
    return str(value)


def _figure_text(figure: Figure[object]) -> str:
    value = figure.value
    if isinstance(value, Decimal | int) and figure.unit.startswith("£"):
        return money(value, pence=True if " per " in figure.unit else None)
    text = value_text(value)
    return f"{text}%" if figure.unit == "%" else text


def with_unit(value: object) -> str:
    """Word a figure with its unit: £21.43 per hour, 2,400 hours a week."""
    if not isinstance(value, Figure) or value.unit in {"", "£", "%"}:
        return value_text(value)
    unit = value.unit.removeprefix("£ ") if value.unit.startswith("£") else value.unit
    if value.value == 1:
        unit = {"years": "year", "months": "month", "weeks": "week", "hours": "hour", "minutes": "minute", "miles": "mile"}.get(
            unit, unit
        )
    return f"{_figure_text(value)} {unit}"


_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def extension_words(extensions: Sequence[int], first: int | None = None) -> str:
    """Word a term: "6 years with options to extend by 2 years and then 2 years"; without `first`, the extensions alone."""
    spans = [_years(years) for years in extensions]
    if first is None:
        if not spans:
            return "no extension"
        count = _COUNTS[len(spans)] if len(spans) < len(_COUNTS) else str(len(spans))
        return f"{count} extension{'s' if len(spans) > 1 else ''} of {listing(spans)}"
    if not spans:
        return f"{_years(first)} with no extension"
    return f"{_years(first)} with {'options' if len(spans) > 1 else 'an option'} to extend by {' and then '.join(spans)}"


def _years(years: int) -> str:
    return f"{years} year{'' if years == 1 else 's'}"


_ONE_OF = {
    "lots": "lot",
    "criteria": "criterion",
    "bands": "band",
    "visit_lengths": "visit length",
    "extensions": "extension",
    "options": "option",
    "design_rules": "design rule",
    "documents": "document",
}


_WORDED = (  # what a field's name spells out in full for a reader
    (re.compile(r" (\d\d) plus"), r" \1+"),
    (re.compile(r"(.+) percent"), r"\1 (%)"),
    (re.compile(r"\bni\b"), "National Insurance"),
    (re.compile(r"\bvat\b"), "VAT"),
    (re.compile(r"\bsro\b"), "senior responsible owner"),
)


_COUNTED = frozenset({"visit_lengths", "extensions", "options", "calendar"})  # these have no ids


def words_of(field: str) -> str:
    """Turn a field path into words: `lots[L1].weekly_hours` → `lot L1: weekly hours`."""
    return ": ".join(_step_words(step) for step in field.split("."))


def _step_words(step: str) -> str:
    found = re.fullmatch(r"(\w+)\[(.+)\]", step)
    if found is None:
        words = step.replace("_", " ")
        for pattern, worded in _WORDED:
            words = pattern.sub(worded, words)
        return words
    key = str(int(found[2]) + 1) if found[1] in _COUNTED else found[2]
    return f"{_ONE_OF.get(found[1], found[1])} {key}"

"""How values read: a table of what goes in and what a document shows."""

from datetime import date
from decimal import Decimal

import pytest

from pipeline.figure import Figure, Unknown
from pipeline.wording import extension_words, illegal_characters, listing, long_date, money, number, value_text, with_unit


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("amount", "pence", "expected"),
    [
        (Decimal(0), None, "£0"),
        (Decimal(1234), None, "£1,234"),
        (Decimal("1234.00"), None, "£1,234"),
        (Decimal("1234.5"), None, "£1,234.50"),
        (Decimal(21), True, "£21.00"),
        (Decimal("21.43"), None, "£21.43"),
        (Decimal(663540), None, "£663,540"),
        (Decimal(21_750_000), False, "£21,750,000"),
        (Decimal("-5.25"), None, "-£5.25"),
        (7, None, "£7"),
    ],
)
def test_money(amount: Decimal, pence: bool | None, expected: str) -> None:  # noqa: FBT001 - a column of the table
    assert money(amount, pence=pence) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Figure(Decimal("1234.5"), "£", "s"), "£1,234.50"),
        (Figure(Decimal(33), "£ per hour", "s"), "£33.00"),
        (Figure(Decimal("0.45"), "£ per mile", "s"), "£0.45"),
        (Figure(Decimal("2.8"), "%", "s"), "2.8%"),
        (Figure(Decimal("100.00"), "%", "s"), "100%"),
        (Figure(47000, "people", "s"), "47,000"),
        (Figure(Decimal("21.33"), "hours", "s"), "21.33"),
        (Figure(Decimal("0.333333"), "hours", "s"), "0.333333"),
        (Figure(date(2026, 11, 21), "", "s"), "21 November 2026"),
        (Figure("price-band", "", "s"), "price-band"),
        (Unknown(), "to be confirmed"),
        (date(2028, 1, 2), "2 January 2028"),
        (3, "3"),
        ("plain", "plain"),
        (True, "True"),
    ],
)
def test_values_word_themselves(value: object, expected: str) -> None:
    assert value_text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Figure(Decimal("21.43"), "£ per hour", "s"), "£21.43 per hour"),
        (Figure(Decimal(2400), "hours a week", "s"), "2,400 hours a week"),
        (Figure(6, "years", "s"), "6 years"),
        (Figure(1, "years", "s"), "1 year"),
        (Figure(1, "months", "s"), "1 month"),
        (Figure(Decimal(1), "miles", "s"), "1 mile"),
        (Figure(Decimal(5), "%", "s"), "5%"),
        (Figure(Decimal(5), "£", "s"), "£5"),
        (Unknown(unit="years"), "to be confirmed"),
        ("text", "text"),
    ],
)
def test_units(value: object, expected: str) -> None:
    assert with_unit(value) == expected


@pytest.mark.parametrize(
    ("items", "style", "expected"),
    [
        ([], "standard", ""),
        (["a"], "standard", "a"),
        (["a", "b"], "standard", "a and b"),
        (["a", "b", "c"], "standard", "a, b and c"),
        (["a", "b", "c"], "or", "a, b or c"),
    ],
)
def test_lists(items: list[str], style: str, expected: str) -> None:
    assert listing(items, style) == expected


def test_dates_and_numbers() -> None:
    assert long_date(date(2026, 2, 1)) == "1 February 2026"
    assert number(Decimal("1234567.50")) == "1,234,567.5"
    assert number(-3) == "-3"


@pytest.mark.parametrize(
    ("extensions", "first", "expected"),
    [
        ((2, 2), 6, "6 years with options to extend by 2 years and then 2 years"),
        ((1,), 5, "5 years with an option to extend by 1 year"),
        ((), 1, "1 year with no extension"),
        ((), None, "no extension"),
        ((2, 1), None, "two extensions of 2 years and 1 year"),
        ((3,), None, "one extension of 3 years"),
        ((1,) * 11, None, "11 extensions of " + "1 year, " * 9 + "1 year and 1 year"),
    ],
)
def test_terms(extensions: tuple[int, ...], first: int | None, expected: str) -> None:
    assert extension_words(extensions, first) == expected


ILLEGAL = ("\x00", "\x07", "\x0b", "\x1f", "\x7f", "\x80", "\x9f", "\ud800", "\udfff", "\ufffe", "\uffff", "\ue000", "\ue003")
LEGAL = ("\t", "\n", "é", "ŵ", "ŷ", "&", "<", "\u2028", "\U0001f3e0", "\x85", "{{ 7*7 }}", "\ufffd")


@pytest.mark.parametrize("sign", ILLEGAL, ids=lambda sign: f"U+{ord(sign):04X}")
def test_characters_no_office_file_can_hold_are_named(sign: str) -> None:
    assert illegal_characters(f"a{sign}b") == f"U+{ord(sign):04X}"


@pytest.mark.parametrize("text", LEGAL, ids=ascii)
def test_every_other_character_is_left_alone(text: str) -> None:
    assert illegal_characters(text) == ""

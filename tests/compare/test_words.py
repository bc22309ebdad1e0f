"""What counts as one word, which words changed, and what a change touches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.change import Mark, Segment, Severity
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.words import CLOSE, OPEN, likeness, segments, shown, tokens, word_counts


@pytest.mark.parametrize(
    "word",
    [
        "£1,250,000.50",
        "£2.4 million",
        "12.5%",
        "21 November 2026",
        "2026-11-21",
        "21/11/2026",
        "4.3",
        "4.1(a)",
        "R-014",
        "carer's",
    ],
)
def test_an_amount_a_date_or_a_number_is_one_word(word: str) -> None:
    assert word in tokens(f"It says {word} here")


def test_a_changed_amount_is_one_piece_each_way() -> None:
    found = [(one.mark.value, one.text) for one in segments("pays £250,000.00 a year", "pays £275,500.00 a year")]
    assert found == [("same", "pays "), ("removed", "£250,000.00"), ("inserted", "£275,500.00"), ("same", " a year")]


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_give_both_texts_back(old: str, new: str) -> None:
    pieces = segments(old, new)
    assert "".join(one.text for one in pieces if one.mark is not Mark.INSERTED) == old
    assert "".join(one.text for one in pieces if one.mark is not Mark.REMOVED) == new


TOUCHED = (
    ("within 28 days", "within 30 days", ("period",)),
    ("within two weeks", "within three weeks", ("period",)),
    ("a rate of £21.43", "a rate of £22.10", ("money",)),
    ("weighted 40%", "weighted 45%", ("percentage",)),
    ("by 4 January 2027", "by 11 January 2027", ("date",)),
    ("the Provider shall", "the Provider may", ("obligation",)),
    ("is paid", "is not paid", ("obligation",)),
    ("the Council decides", "the Provider decides", ("party",)),
    ("at 12 sites", "at 13 sites", ("number",)),
    ("people take part", "people join in", ()),
    ("shall report and may pause", "may pause and shall report", ()),
)


@pytest.mark.parametrize(("old", "new", "expected"), TOUCHED)
def test_a_change_touches_what_binds(old: str, new: str, expected: tuple[str, ...]) -> None:
    assert touches(old, new) == expected
    assert severity_of(expected) is (Severity.HIGH if expected else Severity.CONTENT)


def test_likeness_counts_the_words_in_common() -> None:
    assert likeness(word_counts("one two three four"), word_counts("one two three five")) == 0.75
    assert likeness(word_counts(""), word_counts("one")) == 0


def test_a_piece_shows_what_its_field_showed_on_its_side() -> None:
    pieces = tuple(Segment(mark, f"see {OPEN}REF A{CLOSE}") for mark in (Mark.SAME, Mark.REMOVED, Mark.INSERTED))
    assert [one.text for one in shown(pieces, {"REF A": "4.3"}, {"REF A": "4.4"})] == ["see 4.4", "see 4.3", "see 4.4"]

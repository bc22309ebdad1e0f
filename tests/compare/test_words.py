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


def _inline(old: str, new: str) -> str:
    signs = {Mark.SAME: "{}", Mark.REMOVED: "[{}]", Mark.INSERTED: "{{{}}}"}
    return "".join(signs[one.mark].format(one.text) for one in segments(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "Told how rates are set and who checks them, once a year.",
            "Told why the tariff is sound and where it was tried, once a year.",
            "Told [how rates are set and who checks them]{why the tariff is sound and where it was tried}, once a year.",
        ),
        (
            "The board keeps a list of faults and of those who found them in the week.",
            "The board holds a list of faults and of those who mended them in the week.",
            "The board [keeps]{holds} a list of faults and of those who [found]{mended} them in the week.",
        ),
        ("from 48 to 60 hours", "from 24 to 30 hours", "from [48]{24} to [60]{30} hours"),
        ("paid by time", "paid well by the time", "paid{ well} by {the }time"),
        (
            "The person moves time; what the board learns.",
            "Before it is fixed providers record what care costs, for all.",
            "[The person moves time; what the board learns.]{Before it is fixed providers record what care costs, for all.}",
        ),
        (
            "Form of the contract. A framework without a duty till each award is made.",
            "Form of the contract. One for each lot; Schedule 6 tells how.",
            "Form of the contract. [A framework without a duty till each award is made]{One for each lot; Schedule 6 tells how}.",
        ),
    ],
)
def test_scraps_between_changes_are_part_of_them(old: str, new: str, expected: str) -> None:
    assert _inline(old, new) == expected


TOUCHED = (
    ("within 28 days", "within 30 days", ("period",)),
    ("within two weeks", "within three weeks", ("period",)),
    ("a rate of £21.43", "a rate of £22.10", ("money",)),
    ("weighted 40%", "weighted 45%", ("percentage",)),
    ("by 4 January 2027", "by 11 January 2027", ("date",)),
    ("the Provider shall", "the Provider may", ("obligation",)),
    ("is paid", "is not paid", ("extent",)),
    ("the Council decides", "the Provider decides", ("party",)),
    ("at 12 sites", "at 13 sites", ("number",)),
    ("in two lots", "in three lots", ("number",)),
    ("liability is limited", "liability is unlimited", ("liability", "extent")),
    ("waives the claim", "keeps the claim", ("liability",)),
    ("an exclusive right", "a non-exclusive right", ("extent",)),
    ("a lawful order", "an unlawful order", ("extent",)),
    ("every visit", "most visits", ("extent",)),
    ("It suits the service", "It does not suit the service", ("extent",)),
    ("care and support", "care or support", ("extent",)),
    ("reports monthly", "reports quarterly", ("time",)),
    ("for each week", "for each month", ("time",)),
    ("replies promptly", "replies immediately", ("time",)),
    ("by the end of the term", "before the end of the term", ("time",)),
    ("gives notice in writing", "gives notice orally", ("form",)),
    ("it shall report", "it shall normally report", ("condition",)),
    ("it shall report", "it shall ordinarily report", ("condition",)),
    ("it shall report", "it shall where practicable report", ("condition",)),
    ("subject to the budget", "under the budget", ("condition",)),
    ("reasonable steps", "steps", ("condition",)),
    ("about 30 people", "30 people", ("condition",)),
    ("after consulting people", "with the agreement of people", ("consent", "time")),
    ("it will pay", "it shall pay", ("obligation",)),
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

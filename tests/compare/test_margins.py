"""The margins of printed sheets in words: what Excel counts in brackets, its codes for looks left out."""

from dataclasses import replace

import pytest

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.margins import in_words, margin_words

CHANGE = Change("margin-changed", Severity.HIGH, Location("Prices", item="oddFooter"), "&LDraft&RPage &P", "&LFinal&RPage &P")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("&LExamplewick&RPage &P of &N", "Examplewick Page (page) of (pages)"),
        ('&C&"Arial,Bold"&14&KFF0000Prices', "Prices"),
        ("&A: R&&D, &D &T", "(sheet): R&D, (date) (time)"),
        ("", ""),
    ],
)
def test_codes_become_words_or_nothing(text: str, words: str) -> None:
    assert margin_words(text) == words


def test_a_change_of_words_is_told_in_words() -> None:
    found = in_words(CHANGE)
    assert (found.old, found.new) == ("Draft Page (page)", "Final Page (page)")


def test_a_change_of_codes_alone_is_told_in_codes() -> None:
    change = replace(CHANGE, old="&LDraft", new="&CDraft")
    assert in_words(change) == change


def test_other_changes_are_told_as_they_are() -> None:
    change = replace(CHANGE, kind="value-changed", old="R&D &P", new="&P")
    assert in_words(change) == change

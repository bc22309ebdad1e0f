"""Common runs are those that difflib finds."""

from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.matching import matching_runs, opcodes

WORDS = st.lists(st.sampled_from(["the", " ", "Provider", "shall", "report", "."]), max_size=40)


@given(WORDS, WORDS)
def test_common_runs_and_steps_are_those_of_difflib(old: list[str], new: list[str]) -> None:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    assert matching_runs(old, new) == [tuple(one) for one in matcher.get_matching_blocks() if one.size]
    assert opcodes(old, new) == matcher.get_opcodes()


def test_more_different_words_than_letters_below_the_surrogates() -> None:
    old = [str(number) for number in range(60_000)]
    assert opcodes(old, [*old[:58_000], "other", *old[58_001:]]) == [
        ("equal", 0, 58_000, 0, 58_000),
        ("replace", 58_000, 58_001, 58_000, 58_001),
        ("equal", 58_001, 60_000, 58_001, 60_000),
    ]

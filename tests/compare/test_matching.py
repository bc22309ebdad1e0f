"""Common runs are those that difflib finds."""

from difflib import SequenceMatcher
from random import Random
from time import process_time

import pytest
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


LONG = 3000
MANY = Random(1).choices([f"w{at}" for at in range(1000)], k=16_000)  # noqa: S311 - the same each time
CHANGED = {
    "all different": ([f"a{at}" for at in range(LONG)], [f"b{at}" for at in range(LONG)], 0),
    "each seventh": (
        MANY[:LONG],
        [one if at % 7 else "x" for at, one in enumerate(MANY[:LONG])],
        LONG * 6 // 7 - 1,
    ),
    "in pairs": (["a", "b"] * (LONG // 2), ["b", "a", "a"] * (LONG // 3), LONG // 2),
    "turned round": ([f"{at}" for at in range(LONG)], [f"{LONG - at}" for at in range(LONG)], 1),
}


@pytest.mark.parametrize("name", CHANGED)
def test_what_is_long_is_matched_too_and_nothing_is_lost(name: str) -> None:
    old, new, least = CHANGED[name]
    steps = opcodes(old, new)
    assert [one for _, i1, i2, _, _ in steps for one in old[i1:i2]] == old
    assert [one for _, _, _, j1, j2 in steps for one in new[j1:j2]] == new
    assert all(old[i1:i2] == new[j1:j2] for tag, i1, i2, j1, j2 in steps if tag == "equal")
    assert sum(i2 - i1 for tag, i1, i2, _, _ in steps if tag == "equal") >= least


def test_long_texts_cost_little_more_than_short_ones() -> None:
    """Without a cut at what is certain, four times as long costs twenty times as much."""
    times = []
    for count in (4_000, 16_000):
        new = [one if at % 7 else "x" for at, one in enumerate(MANY[:count])]
        started = process_time()
        opcodes(MANY[:count], new)
        times.append(process_time() - started)
    assert times[1] < 10 * times[0] + 0.1

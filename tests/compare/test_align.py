"""Aligning: what is paired, what moved, and that nothing is lost."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.align import align, longest_in_order
from pipeline.compare.words import word_counts


@dataclass(eq=False)
class Line:
    """A line of text to align."""

    key: str
    ids: tuple[str, ...] = ()
    sort: str = "line"
    words: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        self.words = word_counts(self.key)

    @property
    def raw(self) -> str:
        """All there is to it."""
        return self.key


def _lines(*texts: str) -> list[Line]:
    return [Line(text) for text in texts]


def test_a_long_enough_line_that_stands_elsewhere_moved() -> None:
    found = align(_lines("the first of all", "second", "third"), _lines("second", "third", "the first of all"))
    assert (found.pairs, found.moves, found.removed, found.inserted) == ([(1, 0), (2, 1)], [(0, 2)], [], [])


def test_a_short_line_that_stands_elsewhere_went_and_came() -> None:
    found = align(_lines("Yes", "second one", "third one"), _lines("second one", "third one", "Yes"))
    assert (found.moves, found.removed, found.inserted) == ([], [0], [2])


def test_an_id_pairs_lines_that_have_nothing_else_in_common() -> None:
    old = [Line("as it was", ("R_1",)), Line("between")]
    new = [Line("between"), Line("wholly other words", ("R_1",))]
    assert align(old, new).moves == [(0, 1)]


def test_the_more_alike_are_paired() -> None:
    old = _lines("start", "one two three four five", "six seven eight nine ten", "end")
    new = _lines("start", "one two three four FIVE", "something else here", "six seven eight nine TEN", "end")
    assert align(old, new).pairs == [(0, 0), (1, 1), (2, 3), (3, 4)]


@given(st.lists(st.sampled_from("abcdef"), max_size=12), st.lists(st.sampled_from("abcdef"), max_size=12))
def test_everything_is_accounted_for_once(old: list[str], new: list[str]) -> None:
    found = align(_lines(*old), _lines(*new))
    matched = [*found.pairs, *found.moves]
    assert sorted([*(i for i, _ in matched), *found.removed]) == list(range(len(old)))
    assert sorted([*(j for _, j in matched), *found.inserted]) == list(range(len(new)))
    assert found.pairs == sorted(found.pairs)
    assert [j for _, j in found.pairs] == sorted(j for _, j in found.pairs)


def test_many_lines_that_share_only_rare_words_are_still_paired() -> None:
    old = [Line(f"the clause about topic{at} says what the provider does") for at in range(80)]
    new = [Line(f"the clause about topic{at} says what the council does") for at in range(80)]
    assert align(old, new).pairs == [(at, at) for at in range(80)]


def test_the_longest_run_in_order() -> None:
    assert longest_in_order([0, 3, 1, 2, 4]) == {0, 2, 3, 4}


@pytest.mark.parametrize("gone", [[], [70, 71]])
def test_lines_that_keep_their_order_did_not_move(gone: list[int]) -> None:
    old = [f"The fee for lot {at} is due within 30 days of the invoice of lot {at}." for at in range(200)]
    new = [old[at].replace("30", "45") for at in range(200) if at not in gone]
    found = align(_lines(*old), _lines(*new))
    assert (found.moves, found.removed, found.inserted) == ([], gone, [])
    assert found.pairs == list(zip([at for at in range(200) if at not in gone], range(200), strict=False))


@pytest.mark.parametrize("come", [[], [300]])
def test_many_lines_without_a_rare_word_are_paired_by_their_place(come: list[int]) -> None:
    chance = Random(1)  # noqa: S311 - the same each time
    said = [" ".join(f"w{chance.randrange(90)}" for _ in range(13)) for _ in range(1000)]
    new = [f"{text} z{at}" for at, text in enumerate(said)]
    for at in come:
        new.insert(at, "Nothing like that was ever said of it before")
    found = align(_lines(*(f"{text} x{at}" for at, text in enumerate(said))), _lines(*new))
    assert (found.moves, found.removed, found.inserted) == ([], [], come)

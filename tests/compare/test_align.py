"""Aligning: what is paired, what moved, and that nothing is lost."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.align import Alignment, align, in_order, longest_in_order
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


LONG = [f"{one} is a line long enough to be known again wherever it stands" for one in ("this", "that", "which")]
SORTS = st.lists(st.sampled_from([*"abcdef", *LONG, f"{LONG[0]} now", f"{LONG[0]} too"]), max_size=12)


def test_the_more_alike_are_paired_whichever_comes_first() -> None:
    near, far = "one two three four five six", "one two three 14 15 16"
    new = _lines("start", "one two three four five 26", "end")
    assert align(_lines("start", near, far, "end"), new).pairs == [(0, 0), (1, 1), (3, 2)]
    assert align(_lines("start", far, near, "end"), new).pairs == [(0, 0), (2, 1), (3, 2)]
    assert align(_lines("start", f"{near} now", f"{near} too", "end"), new).pairs == [(0, 0), (1, 1), (3, 2)]


@pytest.mark.parametrize(("new", "is_one"), [("one 12 13 14 15", False), ("one two 13 14 15", True)])
def test_what_is_alone_between_two_pairs_need_share_less(new: str, *, is_one: bool) -> None:
    """Of five words two will do, which among several would be too few."""
    old = "one two three four five"
    assert ((1, 1) in align(_lines("start", old, "end"), _lines("start", new, "end")).pairs) is is_one
    among = align(_lines("start", old, "six", "end"), _lines("start", new, "seven", "end"))
    assert (among.removed, among.inserted) == ([1, 2], [1, 2])


TEN = "first second third fourth fifth sixth seventh eighth ninth tenth"


@pytest.mark.parametrize(
    ("was", "now", "is_move"),
    [
        (TEN, TEN.replace("fifth", "5th"), True),
        (TEN, TEN.replace("fifth sixth seventh", "5th 6th 7th"), False),
        ("a b c d e f g h i j", "a b c d 5 f g h i j", False),
    ],
    ids=["a word of ten", "three words of ten", "too short"],
)
def test_what_moved_and_changed_is_one_where_it_is_long_and_much_alike(was: str, now: str, *, is_move: bool) -> None:
    found = align(_lines(was, "between them", "these stay"), _lines("between them", "these stay", now))
    assert found.moves == ([(0, 2)] if is_move else [])
    assert (found.removed, found.inserted) == (([], []) if is_move else ([0], [2]))


def test_what_stands_twice_does_not_move() -> None:
    line = "longer than ten"
    found = align(_lines(line, "between", line, "these stay", "and these"), _lines("between", "these stay", "and these", line))
    assert (found.moves, found.removed, found.inserted) == ([], [0, 2], [3])


def test_lines_of_common_words_alone_are_paired_where_they_are_few() -> None:
    turns = [" ".join(one) for one in permutations(("one", "two", "three", "four", "five"))]
    assert align(_lines(*turns[:14]), _lines(*turns[14:28])).pairs == [(at, at) for at in range(14)]


@given(SORTS, SORTS)
def test_everything_is_accounted_for_once(old: list[str], new: list[str]) -> None:
    found = align(_lines(*old), _lines(*new))
    matched = [*found.pairs, *found.moves]
    assert sorted([*(i for i, _ in matched), *found.removed]) == list(range(len(old)))
    assert sorted([*(j for _, j in matched), *found.inserted]) == list(range(len(new)))
    assert found.pairs == sorted(found.pairs)
    assert [j for _, j in found.pairs] == sorted(j for _, j in found.pairs)
    told = in_order(found)
    assert sorted(told, key=str) == sorted(
        [*matched, *((i, None) for i in (*found.removed, *dict(found.moves))), *((None, j) for j in found.inserted)], key=str
    )
    assert [j for _, j in told if j is not None] == [*range(len(new))]


def test_what_left_its_place_follows_what_stood_before_it() -> None:
    found = Alignment(pairs=[(1, 0), (3, 2), (5, 3)], moves=[(4, 1)], removed=[0, 2], inserted=[4])
    assert in_order(found) == [(0, None), (1, 0), (2, None), (4, 1), (3, 2), (4, None), (5, 3), (None, 4)]


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

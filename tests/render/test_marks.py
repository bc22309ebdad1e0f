"""Marks go through a template unharmed and come apart again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.marks import END, MIDDLE, START, UNKNOWN, mark, parts_of, pieces

PLAIN = st.text(st.characters(blacklist_characters=START + MIDDLE + END, blacklist_categories=["Cs"]), max_size=20)
KIND = st.sampled_from(["", "unknown", "id", "ref", "contents"])


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("plain", [("", "plain")]),
        (f"a{mark('unknown', 'to be confirmed')}b", [("", "a"), ("unknown", "to be confirmed"), ("", "b")]),
        (mark("id", "R-1") + mark("ref", "R-2"), [("id", "R-1"), ("ref", "R-2")]),
        (mark("contents"), [("contents", "")]),
        (f"{START}broken", [("", f"{START}broken")]),
    ],
)
def test_text_comes_apart_at_its_marks(text: str, expected: list[tuple[str, str]]) -> None:
    assert list(pieces(text)) == expected


def test_an_unknown_carries_what_it_waits_for_and_shows_none_of_it() -> None:
    text = (
        f"a{mark(UNKNOWN, 'to be confirmed', ('lots[A].people', 'term.initial_years'))}b{mark(UNKNOWN, 'c')}{mark('id', 'R-1')}"
    )
    assert [needs for *_, needs in parts_of(text) if needs] == ["lots[A].people;term.initial_years"]
    assert "".join(payload for _, payload in pieces(text)) == "ato be confirmedbcR-1"


@given(st.lists(st.tuples(KIND, PLAIN), max_size=8))
def test_nothing_is_lost_or_added(parts: list[tuple[str, str]]) -> None:
    text = "".join(mark(kind, payload) if kind else payload for kind, payload in parts)
    found = list(pieces(text))
    assert "".join(payload for _, payload in found) == "".join(payload for _, payload in parts)
    assert [pair for pair in found if pair[0]] == [pair for pair in parts if pair[0]]

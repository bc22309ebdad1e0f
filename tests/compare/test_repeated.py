"""A change of looks in many places is said once; whatever may matter is said at each of its places."""

from dataclasses import replace

import pytest

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.repeated import said_once

LOOK = Change("layout-changed", Severity.LOW, Location("body"), "left", "right")


def _at(change: Change, *places: str) -> list[Change]:
    return [replace(change, location=Location("body", clause=place)) for place in places]


def test_from_three_places_on_it_is_one_change_that_names_the_others() -> None:
    assert [one.also for one in said_once(_at(LOOK, "1", "2"))] == [(), ()]
    (found,) = said_once(_at(LOOK, "1", "2", "3"))
    assert (found.location.clause, found.also) == ("1", ("2", "3"))


def test_what_stands_between_stays_in_its_place() -> None:
    text = Change("paragraph-changed", Severity.LOW, Location("body"), "a", "b")
    first, *others = _at(LOOK, "1", "2", "3")
    assert [one.kind for one in said_once([text, first, text, *others, text])] == [
        "paragraph-changed",
        "layout-changed",
        "paragraph-changed",
        "paragraph-changed",
    ]


@pytest.mark.parametrize(
    ("change", "count"),
    [
        (LOOK, 1),
        (replace(LOOK, severity=Severity.HIGH), 3),
        (replace(LOOK, kind="number-format-changed", severity=Severity.HIGH), 1),
        (replace(LOOK, kind="paragraph-changed"), 3),
    ],
    ids=["a look", "a look that hides", "a number format", "words"],
)
def test_only_looks_that_hide_nothing_and_formats_of_numbers_are_said_once(change: Change, count: int) -> None:
    assert len(said_once(_at(change, "1", "2", "3"))) == count


@pytest.mark.parametrize("other", [{"old": "centre"}, {"new": "centre"}, {"kind": "style-changed"}])
def test_other_changes_are_not_the_same(other: dict[str, str]) -> None:
    changes = [*_at(LOOK, "1", "2"), replace(LOOK, **other)]  # type: ignore[arg-type]
    assert len(said_once(changes)) == 3

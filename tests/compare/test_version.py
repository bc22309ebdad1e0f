"""One change for the version of a pack, and what else stays a change of its own."""

import pytest

from pipeline.compare.change import Change, FileDiff, Location, Severity, Status
from pipeline.compare.version import one_for_versions

BODY = Location("body", clause="1.1")


def _left(*changes: Change, now: str = "0.4") -> list[tuple[str, str, str]]:
    (file,) = one_for_versions(
        (FileDiff("a.docx", Status.CHANGED, changes=changes),), {"version": "0.3"}, {"version": now} if now else {}
    )
    return [(one.kind, one.old, one.new) for one in file.changes]


VERSION = ("version-changed", "0.3", "0.4")
SAID = {
    "in a text": Change("paragraph-changed", Severity.HIGH, BODY, "This is version 0.3.", "This is version 0.4."),
    "twice": Change("paragraph-changed", Severity.HIGH, BODY, "Version 0.3, not version 0.3", "Version 0.4, not version 0.4"),
    "in a row of its own": Change("cell-changed", Severity.HIGH, Location("body", table="Table 1", row="Version"), "0.3", "0.4"),
    "in the properties": Change("property-changed", Severity.LOW, Location("properties", item="version"), "0.3", "0.4"),
}
NOT_SAID = {
    "a longer number": Change("paragraph-changed", Severity.HIGH, BODY, "version 0.31", "version 0.41"),
    "a number with more parts": Change("paragraph-changed", Severity.HIGH, BODY, "version 0.3.1", "version 0.4.1"),
    "another version too": Change("paragraph-changed", Severity.HIGH, BODY, "version 0.3 of 2", "version 0.4 of 3"),
    "no word of a version": Change("paragraph-changed", Severity.HIGH, BODY, "rate 0.3", "rate 0.4"),
    "another value in that row": Change("cell-changed", Severity.HIGH, Location("body", row="Version"), "0.3", "0.5"),
    "an item called so elsewhere": Change(
        "setting-changed", Severity.CONTENT, Location("settings", item="version"), "0.3", "0.4"
    ),
    "a formula": Change("formula-changed", Severity.HIGH, BODY, "version 0.3", "version 0.4"),
    "a move": Change("paragraph-moved", Severity.CONTENT, BODY, "version 0.3", "version 0.4", moved_from=BODY),
    "the same on both sides": Change("field-changed", Severity.CONTENT, BODY, "see 4.3", "see 4.3"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_says_the_version_is_one_change(name: str) -> None:
    assert _left(SAID[name]) == [VERSION]


@pytest.mark.parametrize("name", NOT_SAID)
def test_what_says_more_stays_a_change(name: str) -> None:
    change = NOT_SAID[name]
    assert _left(change) == [(change.kind, change.old, change.new)]


def test_all_that_say_it_are_one_at_the_end_and_a_note_says_where() -> None:
    other = NOT_SAID["no word of a version"]
    changes = (SAID["in a text"], other, *(SAID["in a row of its own"],) * 5)
    (file,) = one_for_versions((FileDiff("a.docx", Status.CHANGED, changes=changes),), {"version": "0.3"}, {"version": "0.4"})
    assert [one.kind for one in file.changes] == ["paragraph-changed", "version-changed"]
    assert len({one.id for one in file.changes}) == 2
    row = "Table 1, row Version"
    said = f"its version is told in 6 places, which count as one change: 1.1; {row}; {row}; {row}; and 2 more"
    assert file.notes == (said,)


@pytest.mark.parametrize("now", ["0.3", ""])
def test_without_two_versions_nothing_is_put_together(now: str) -> None:
    change = SAID["in a text"]
    assert _left(change, now=now) == [(change.kind, change.old, change.new)]

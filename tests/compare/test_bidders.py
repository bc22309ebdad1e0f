"""What bidders are told of a change list, and what not."""

import pytest

from pipeline.compare.bidders import for_bidders
from pipeline.compare.change import Cause, Change, FileDiff, Location, PackDiff, Severity, Status

FIELD = Cause("profile field", "commercial.ceiling_rate", "21", "22")
CHANGE = Change("paragraph-changed", Severity.HIGH, Location("body"), "21", "22", number=1, id="a", causes=(FIELD,))


def _told(*files: FileDiff) -> PackDiff:
    found = PackDiff({"version": "1"}, {"version": "2"}, files, ("internal/plan.docx: was edited by hand.",), (FIELD,))
    return for_bidders(found)


def test_causes_and_findings_are_the_authoritys_own() -> None:
    found = _told(FileDiff("issue/terms.docx", Status.CHANGED, changes=(CHANGE,), notes=("its version is told",)))
    assert (found.findings, found.causes) == ((), ())
    assert [(one.old, one.new, one.causes) for one in found.changes] == [("21", "22", ())]
    assert (found.old, found.new) == ({"version": "1"}, {"version": "2"})
    assert found.files[0].notes == ()


def test_the_other_edition_is_not_there() -> None:
    paths = ("internal/issue.docx", "issue/terms.docx", "issued/terms.docx", "issue.docx")
    assert [file.path for file in _told(*(FileDiff(path, Status.ADDED) for path in paths)).files] == ["issue/terms.docx"]


@pytest.mark.parametrize("status", Status)
def test_a_note_stays_where_it_is_all_there_is_to_say(status: Status) -> None:
    (file,) = _told(FileDiff("issue/terms.docx", status, notes=("a note",))).files
    assert bool(file.notes) is (status in {Status.ERROR, Status.UNCOMPARED})

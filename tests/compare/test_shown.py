"""A change list in words."""

import pytest

from pipeline.compare.change import BY_HAND, Cause, Change, FileDiff, Location, PackDiff, Severity, Status, number
from pipeline.compare.shown import because, change_words, pack_words, place_words, summary

HAND = Cause(BY_HAND, "new file", is_certain=False)
RATE = Cause("profile field", "rate", "21", "22")
CODE = Cause("code", "pipeline", "a", "b", is_certain=False)


def _diff(*severities: Severity) -> PackDiff:
    changes = tuple(
        Change("value-changed", one, Location("Prices", cell=f"B{at}"), "1", "2") for at, one in enumerate(severities)
    )
    return PackDiff({"name": "a"}, {"name": "b"}, number([FileDiff("prices.xlsx", Status.CHANGED, changes=changes)]))


def test_where_there_are_many_the_gravest_are_shown_in_their_order() -> None:
    found = summary(_diff(Severity.LOW, Severity.HIGH, Severity.CONTENT, Severity.HIGH), most=2).splitlines()
    assert [line.split(":")[0].strip() for line in found if ". high" in line or ". low" in line] == ["2. high", "4. high"]
    assert "  … and 2 more; --json and --html list them all." in found


def test_where_there_are_few_nothing_is_said_to_be_left_out() -> None:
    assert "more;" not in summary(_diff(Severity.LOW, Severity.HIGH), most=2)


@pytest.mark.parametrize(
    ("causes", "words"),
    [
        ((RATE,), "because of profile field rate: 21 → 22"),
        ((RATE, CODE), "because of profile field rate: 21 → 22; perhaps also because of code pipeline: a → b"),
        ((HAND, CODE), "perhaps because it was edited by hand after it was built, or of code pipeline: a → b"),
        ((HAND,), "perhaps because it was edited by hand after it was built"),
        ((RATE, RATE, RATE), "because of profile field rate: 21 → 22; profile field rate: 21 → 22 and 1 more"),
    ],
)
def test_causes_in_words(causes: tuple[Cause, ...], words: str) -> None:
    assert because(causes) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("value-changed", Severity.HIGH, Location("P"), "1", "2"), "1 → 2"),
        (Change("row-inserted", Severity.HIGH, Location("P"), "", "2"), "{+2+}"),
        (Change("row-removed", Severity.HIGH, Location("P"), "1\n2", ""), "[-1 / 2-]"),
        (
            Change("row-moved", Severity.HIGH, Location("P"), "1", "1", moved_from=Location("P", cell="B2")),
            "“1”, moved from P, B2",
        ),
        (Change("row-moved", Severity.HIGH, Location("P"), "1", "1", moved_from=Location("")), "“1”, moved from elsewhere"),
    ],
)
def test_a_change_in_words(change: Change, words: str) -> None:
    assert change_words(change) == words


def test_a_place_names_how_many_more_there_are() -> None:
    assert (
        place_words(Change("style-changed", Severity.LOW, Location("P", cell="B2"), also=("x", "y"))) == "P, B2 and 2 more places"
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "a.docx", "digest": "d"}, "a.docx"),
        ({"locality": "powys", "model": "reward", "state": "draft", "version": "0.3"}, "powys, reward, draft, version 0.3"),
        ({"locality": "powys", "revision": "0123456789abcdef"}, "powys, from revision 0123456789ab"),
        ({"digest": "0123456789abcdef"}, "pack 0123456789ab"),
    ],
)
def test_a_pack_is_named_by_what_is_known_of_it(said: dict[str, str], words: str) -> None:
    assert pack_words(said) == words

"""The appendices that close each internal document: outstanding items name places that are there, sources are the profile's."""

import re
from collections.abc import Callable

import pytest

from pipeline.facts.sources import profile_values
from pipeline.figure import Figure
from pipeline.finish.places import COVER, MARGIN, UNSEEN
from pipeline.wording import long_date, words_of
from tests.fixtures.packs import Built
from tests.fixtures.profiles import example, profile

KINDS = ("service-specification", "contract-contents", "procurement-plan", "change-management-plan", "engagement-checklist")
LEAST = {"carmarthenshire": 8, "exampleshire": 0}


def rows(text: str, heading: str) -> list[list[str]]:
    """The rows of the tables under an appendix's heading, header rows left out."""
    _, _, after = text.partition(f"[Appendix Heading] {heading}")
    own = re.split(r"^\[Appendix Heading\]", after, maxsplit=1, flags=re.MULTILINE)[0]
    tables = [line.strip("| ").split(" | ") for line in own.splitlines() if line.startswith("| ")]
    return [row for row in tables if row[0] not in {"What", "Source and date"}]


def places(text: str) -> set[str]:
    """What may be named as a place: the contents' numbered entries, and the pages before the first section."""
    entries = re.findall(r"^\[toc 1\] (.+)$", text, re.MULTILINE | re.IGNORECASE)
    return {re.sub(r"\s+", " ", entry) for entry in entries} | {COVER, MARGIN, UNSEEN, "Document control"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locality", LEAST)
def test_each_outstanding_item_names_a_place_that_exists(built: Callable[[str, str], Built], locality: str, kind: str) -> None:
    pack = built(locality, "reward")
    text = pack.texts[f"internal/{kind}.docx"]
    listed = rows(text, "Outstanding information")
    known = places(text)
    assert len(listed) >= LEAST[locality]
    assert len(known) > 8
    for row in listed:
        assert [place for place in row[2].split("; ") if re.sub(r"\s+", " ", place) not in known] == [], row
    needs = next(one for one in pack.manifest["documents"] if one["path"] == f"internal/{kind}.docx")["outstanding"]
    assert bool(listed) is bool(needs)


@pytest.mark.parametrize("kind", KINDS)
def test_each_source_equals_the_profiles(built: Callable[[str, str], Built], kind: str) -> None:
    text = built("exampleshire", "reward").texts[f"internal/{kind}.docx"]
    held = {path: value for path, value in profile_values(profile(example())) if isinstance(value, Figure)}
    listed = rows(text, "Sources of figures")
    assert listed
    for field in ("dates.legal_review", "governance.legal"):
        figure = held[field]
        section, _, name = words_of(field).rpartition(": ")
        assert figure.as_at
        told = [row for row in listed if row[0] == f"{figure.source}, {long_date(figure.as_at)}" and row[1] == figure.status]
        assert any(re.search(rf"{section}: [^;]*{name}", row[2], re.IGNORECASE) for row in told), field


@pytest.mark.parametrize("kind", KINDS)
def test_bidders_get_version_and_date_and_no_approver(built: Callable[[str, str], Built], kind: str) -> None:
    pack = built("exampleshire", "reward")
    inside = pack.texts[f"internal/{kind}.docx"]
    assert "| Version | 0.3 |" in inside
    assert re.search(r"^\| Approver \| (?!to be confirmed).+ \|$", inside, re.MULTILINE)
    if f"issue/{kind}.docx" in pack.texts:
        outside = pack.texts[f"issue/{kind}.docx"]
        assert "| Version | 0.3 |" in outside
        assert "| Approver |" not in outside
        assert "Sources of figures" not in outside

"""The starter profile: for every authority a valid profile with every figure still to be confirmed."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.exceptions import OutputError, ProfileError, ReferenceDataError
from pipeline.plan import authority_of
from pipeline.read import read_profile, read_reference
from pipeline.reference import Reference
from pipeline.starter import STARTER_TEMPLATE, area_of, slug_of, starter_profile, write_starter

INPUTS = Path(__file__).parents[1] / "inputs"
DAY = date(2026, 11, 21)
NAMES = [
    ("Powys County Council", "Powys", "powys"),
    ("Powys Teaching Health Board", "Powys", "powys-teaching"),
    ("Hywel Dda University Health Board", "Hywel Dda", "hywel-dda"),
    ("Rhondda Cynon Taf County Borough Council", "Rhondda Cynon Taf", "rhondda-cynon-taf"),
    ("City and County of Swansea Council", "Swansea", "swansea"),
    ("City of Cardiff Council", "Cardiff", "cardiff"),
    ("Isle of Anglesey County Council", "Isle of Anglesey", "isle-of-anglesey"),
    ("Wiltshire Council", "Wiltshire", "wiltshire"),
    ("Cyngor Ynys Môn Council", "Cyngor Ynys Môn", "cyngor-ynys-mon"),
]


@pytest.fixture(scope="module")
def reference() -> Reference:
    return read_reference(INPUTS / "reference")


@pytest.fixture(scope="module")
def template() -> str:
    return (INPUTS / "reference" / STARTER_TEMPLATE).read_text("utf-8")


@pytest.mark.parametrize(("name", "area", "slug"), NAMES)
def test_area_and_slug_come_from_the_name(name: str, area: str, slug: str) -> None:
    assert (area_of(name), slug_of(name)) == (area, slug)


def test_every_authority_gets_a_valid_profile(reference: Reference, template: str, tmp_path: Path) -> None:
    assert len(reference.authorities) > 30
    for authority in reference.authorities:
        text = starter_profile(authority, DAY, template)
        path = tmp_path / f"{slug_of(authority.name_en)}.yaml"
        assert not path.exists(), "two authorities share a slug"
        path.write_text(text, "utf-8")
        profile = read_profile(path)
        assert authority_of(profile, reference) is authority
        assert profile.prepared_on == DAY
        assert (profile.welsh is not None) is (authority.nation == "Wales")
        assert profile.service.buys == ("social-care" if authority.kind == "council" else "health-care")
        assert authority.name_en not in profile.service.partners


def test_no_figure_is_filled_in(reference: Reference, template: str) -> None:
    for authority in reference.authorities:
        lines = starter_profile(authority, DAY, template).splitlines()
        assert not [line for line in lines if "value:" in line and not line.lstrip().startswith("#")]


def test_the_same_authority_and_day_give_the_same_text(reference: Reference, template: str) -> None:
    first, second = (starter_profile(reference.authorities[0], DAY, template) for _ in range(2))
    assert first == second
    assert "prepared_on: 2026-11-21" in first


def test_awkward_names_stay_whole(reference: Reference, template: str, tmp_path: Path) -> None:
    name = 'Ŷ & "Quoted" <Council>: # Council'
    authority = reference.authorities[0].model_copy(update={"name_en": name})
    path = tmp_path / "profile.yaml"
    path.write_text(starter_profile(authority, DAY, template), "utf-8")
    assert read_profile(path).authority.name == name


def test_a_broken_template_is_named(reference: Reference) -> None:
    with pytest.raises(ReferenceDataError, match=STARTER_TEMPLATE):
        starter_profile(reference.authorities[0], DAY, "{{ nothing }}")


def test_writing_never_replaces_a_profile(tmp_path: Path) -> None:
    path = write_starter("Powys County Council", DAY, INPUTS / "reference", tmp_path / "new")
    assert path == tmp_path / "new" / "powys.yaml"
    path.write_text("mine", "utf-8")
    with pytest.raises(OutputError, match="is there already"):
        write_starter("Cyngor Sir Powys", DAY, INPUTS / "reference", tmp_path / "new")
    assert path.read_text("utf-8") == "mine"


def test_an_unknown_authority_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="Did you mean Powys County Council"):
        write_starter("Powis County Council", DAY, INPUTS / "reference", tmp_path)


def test_a_folder_that_cannot_be_made_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutputError, match=r"powys\.yaml: "):
        write_starter("Powys County Council", DAY, INPUTS / "reference", tmp_path / "file")

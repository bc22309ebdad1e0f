"""The profiles that come with the project: all valid, the real ones honest about their sources, the invented ones complete."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import pricing
from pipeline.figure import Figure, Status, Unknown
from pipeline.plan import authority_of
from pipeline.profile import Profile, Standing
from pipeline.read import read_profile, read_reference

INPUTS = Path(__file__).parents[1] / "inputs"
PROFILES = sorted((INPUTS / "localities").glob("*.yaml"))
INVENTED = {"exampleshire", "sampleford"}
REAL = {"carmarthenshire", "rhondda-cynon-taf", "norfolk", "hywel-dda"}


def values(part: Any) -> Iterator[Figure[Any] | Unknown]:
    if isinstance(part, Figure | Unknown):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from values(item)
    elif hasattr(type(part), "model_fields"):
        for name in type(part).model_fields:
            yield from values(getattr(part, name))


def test_the_six_localities_are_there() -> None:
    assert {path.stem for path in PROFILES} == INVENTED | REAL


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_each_is_valid_and_belongs_to_a_known_authority(path: Path) -> None:
    profile = read_profile(path)
    assert profile.slug == path.stem
    assert authority_of(profile, read_reference(INPUTS / "reference")).name_en == profile.authority.name
    assert profile.standing is (Standing.INVENTED if path.stem in INVENTED else Standing.ILLUSTRATIVE)


@pytest.mark.parametrize("name", sorted(INVENTED))
def test_the_worked_examples_are_complete_and_indicative(name: str) -> None:
    found = list(values(read_profile(INPUTS / "localities" / f"{name}.yaml")))
    assert len(found) > 100
    assert all(isinstance(one, Figure) and one.status is Status.INDICATIVE for one in found)


@pytest.mark.parametrize("name", sorted(REAL))
def test_real_localities_do_not_borrow_invented_figures(name: str) -> None:
    found = list(values(read_profile(INPUTS / "localities" / f"{name}.yaml")))
    assert any(isinstance(one, Unknown) for one in found)
    assert not [one for one in found if isinstance(one, Figure) and "invented" in one.source.lower()]


@pytest.mark.parametrize("name", sorted(INVENTED))
def test_the_worked_examples_add_up(name: str) -> None:
    profile: Profile = read_profile(INPUTS / "localities" / f"{name}.yaml")
    demand = profile.demand
    assert _sum([lot.weekly_hours for lot in profile.lots]) == _known(demand.weekly_hours_now)
    assert _sum([lot.people for lot in profile.lots]) == _known(demand.people_supported)
    assert _sum([lot.referrals_a_year for lot in profile.lots]) == _known(demand.referrals_a_year)
    assert _known(demand.annual_spend_now) == _known(demand.weekly_hours_now) * 52 * _known(demand.average_rate_now)
    rate = pricing.sustainable_rate(profile.commercial, profile.lots)
    ceiling = _known(profile.commercial.ceiling_rate)
    assert 32 < _known(rate) < 37
    assert all(_known(pricing.lot_rate(profile.commercial, lot)) < ceiling for lot in profile.lots)


def _known(value: Figure[Any] | Unknown) -> Any:
    assert isinstance(value, Figure)
    return value.value


def _sum(found: list[Any]) -> Any:
    return sum(_known(one) for one in found)

"""The legal register asked questions: worked dates for both nations, what has gone, what is to come, and the regime."""

from datetime import date

import pytest

from pipeline.exceptions import ProfileError
from pipeline.law import expected_text, from_text, in_force, regime, to_come
from pipeline.profile import Nation
from pipeline.reference import Provision
from tests.fixtures.profiles import reference

REGISTER = reference().legal_register.provisions
BY_ID = {provision.id: provision for provision in REGISTER}
WALES, ENGLAND = Nation.WALES, Nation.ENGLAND
TODAY = date(2026, 11, 21)
ENDED = tuple(provision.id for provision in REGISTER if provision.standing == "ended")


def cited(nation: Nation, day: date) -> set[str]:
    return {provision.id for provision in in_force(REGISTER, nation, day)}


@pytest.mark.parametrize(
    ("provision", "nation", "day", "expected"),
    [
        ("PA23", WALES, date(2025, 2, 23), False),
        ("PA23", WALES, date(2025, 2, 24), True),
        ("PA23", ENGLAND, date(2025, 2, 24), True),
        ("SSWBA14", WALES, date(2016, 4, 5), False),
        ("SSWBA14", WALES, date(2016, 4, 6), True),
        ("SSWBA14", ENGLAND, TODAY, False),
        ("CARE14", ENGLAND, TODAY, True),
        ("CARE14", WALES, TODAY, False),
        ("RISCA16", WALES, date(2018, 4, 1), False),
        ("RISCA16", WALES, TODAY, True),
        ("HSCW25", WALES, date(2025, 12, 31), False),
        ("HSCW25", WALES, date(2026, 1, 1), True),
        ("PSRW25", WALES, TODAY, True),
        ("PSRW25", ENGLAND, TODAY, False),
        ("PSRE23", ENGLAND, TODAY, True),
        ("PSRE23", WALES, TODAY, False),
        ("SPPPA23a", WALES, date(2026, 3, 24), False),
        ("SPPPA23a", WALES, TODAY, True),
        ("SPPPA23a", ENGLAND, TODAY, False),
        ("SVA12", ENGLAND, TODAY, True),
        ("SVA12", WALES, TODAY, False),
        ("NLW26", WALES, date(2026, 3, 31), False),
        ("NLW26", WALES, date(2027, 3, 31), True),
        ("NLW26", WALES, date(2027, 4, 1), False),
        ("EQA10", WALES, TODAY, True),
        ("EQA10", ENGLAND, TODAY, True),
        ("FPAE", ENGLAND, date(2030, 1, 1), False),
        ("ERA25b", WALES, date(2030, 1, 1), False),
    ],
)
def test_what_is_in_force_on_a_day(provision: str, nation: Nation, day: date, expected: bool) -> None:  # noqa: FBT001
    assert provision in BY_ID
    assert (provision in cited(nation, day)) is expected


@pytest.mark.parametrize("nation", list(Nation))
def test_what_has_ended_is_never_cited_today(nation: Nation) -> None:
    assert "PCR15" in ENDED
    assert len(ENDED) >= 8
    assert not cited(nation, TODAY) & set(ENDED)


@pytest.mark.parametrize("nation", list(Nation))
def test_what_replaced_another_is_never_cited_beside_it(nation: Nation) -> None:
    found = cited(nation, TODAY)
    pairs = [(one.id, one.supersedes) for one in REGISTER if one.id in found and one.supersedes]
    assert pairs
    assert not [pair for pair in pairs if pair[1] in found]


@pytest.mark.parametrize("nation", list(Nation))
def test_law_to_come_is_not_yet_law(nation: Nation) -> None:
    coming = {provision.id for provision in to_come(REGISTER, nation, TODAY)}
    assert ("FPAW" if nation is WALES else "FPAE") in coming
    assert not coming & cited(nation, TODAY)


def test_an_unconfirmed_start_says_so() -> None:
    assert from_text(BY_ID["PA23"]) == "24 February 2025"
    assert BY_ID["WFG15"].from_status == "to-be-confirmed"
    assert from_text(BY_ID["WFG15"]) == "to be confirmed"
    assert from_text(BY_ID["MCA05"]) == "to be confirmed"


def test_law_to_come_says_what_is_known_of_its_start() -> None:
    worded = [expected_text(provision) for provision in to_come(REGISTER, WALES, TODAY)]
    assert worded
    assert all(text.startswith("to be confirmed") or text[0].isdigit() for text in worded)
    noted = BY_ID["ERA25-32"]
    assert noted.date_note
    assert expected_text(noted) == f"to be confirmed ({noted.date_note})"


@pytest.mark.parametrize(
    ("nation", "buys", "light_touch", "deciding"),
    [
        (WALES, "social-care", True, ("PA23", "PWREG24")),
        (ENGLAND, "social-care", True, ("PA23", "PREG24")),
        (WALES, "health-care", False, ("PSRW25",)),
        (ENGLAND, "health-care", False, ("PSRE23",)),
    ],
)
def test_the_regime_follows_the_nation_and_what_is_bought(
    nation: Nation,
    buys: str,
    light_touch: bool,  # noqa: FBT001 - a column of the table
    deciding: tuple[str, ...],
) -> None:
    found = regime(nation, buys, date(2025, 2, 24))
    assert found.is_light_touch is light_touch
    assert found.is_psr is not light_touch
    assert found.deciding == deciding
    assert set(deciding) <= cited(nation, TODAY)


def test_a_start_before_the_act_is_refused() -> None:
    with pytest.raises(ProfileError, match="procurement_start: 23 February 2025 is before 24 February 2025"):
        regime(WALES, "social-care", date(2025, 2, 23))


def provision(**fields: object) -> Provision:
    plain = BY_ID["PA23"].model_dump()
    return Provision.model_validate({**plain, **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"effective_from": None, "from_status": "to-be-confirmed"}, True),
        ({"effective_from": None, "from_status": "to-be-confirmed", "standing": "planned"}, False),
        ({"effective_from": None, "from_status": "to-be-confirmed", "standing": "ended"}, False),
        ({"standing": "to-be-confirmed"}, False),
        ({"standing": "ended", "effective_to": TODAY}, True),
        ({"effective_to": TODAY}, True),
        ({"effective_to": date(2026, 11, 20)}, False),
        ({"effective_from": TODAY}, True),
        ({"effective_from": date(2026, 11, 22)}, False),
    ],
)
def test_an_entry_without_dates_counts_by_its_standing(fields: dict[str, object], expected: bool) -> None:  # noqa: FBT001
    assert bool(in_force([provision(**fields)], WALES, TODAY)) is expected

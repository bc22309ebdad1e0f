"""The legal register asked questions: what is in force for a nation on a date, what comes later, and which regime applies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.exceptions import ProfileError
from pipeline.profile import Nation
from pipeline.reference import Provision
from pipeline.wording import TO_BE_CONFIRMED, long_date

ACT_IN_FORCE = date(2025, 2, 24)  # Procurement Act 2023, main commencement


@dataclass(frozen=True)
class Regime:
    """The procurement regime that applies and the ids of the provisions that decide it."""

    is_light_touch: bool
    is_psr: bool
    deciding: tuple[str, ...]


def is_in_force(provision: Provision, nation: Nation, day: date) -> bool:
    """Say whether a provision binds in a nation on a day; one without a start date counts by its standing."""
    if nation not in provision.nation or provision.standing in {"planned", "to-be-confirmed"}:
        return False
    started = provision.effective_from is None or provision.effective_from <= day
    over = provision.effective_to is not None and provision.effective_to < day
    ended_undated = provision.standing == "ended" and provision.effective_to is None
    return started and not over and not ended_undated


def in_force(provisions: Sequence[Provision], nation: Nation, day: date) -> tuple[Provision, ...]:
    """The provisions a document dated `day` may cite as law for a nation, in the register's order."""
    return tuple(provision for provision in provisions if is_in_force(provision, nation, day))


def to_come(provisions: Sequence[Provision], nation: Nation, day: date) -> tuple[Provision, ...]:
    """The provisions expected to start after `day`, dated or planned: change in law over the term."""
    return tuple(
        provision
        for provision in provisions
        if nation in provision.nation
        and (provision.standing == "planned" or (provision.effective_from is not None and provision.effective_from > day))
    )


def from_text(provision: Provision) -> str:
    """Word a provision's start: its date when that is confirmed, else to be confirmed."""
    if provision.effective_from is not None and provision.from_status == "confirmed":
        return long_date(provision.effective_from)
    return TO_BE_CONFIRMED


def expected_text(provision: Provision) -> str:
    """Word the start of a provision to come with what is known of it: to be confirmed (planned for 2027)."""
    start = from_text(provision)
    return f"{start} ({provision.date_note})" if start == TO_BE_CONFIRMED and provision.date_note else start


def regime(nation: Nation, buys: str, start: date) -> Regime:
    """Decide the regime of a procurement that starts on `start`.

    Health care for the health service goes by the nation's Provider Selection Regime, social care by the light touch of the
    Procurement Act 2023. A start before 24 February 2025 is refused: other regulations govern it.
    """
    if start < ACT_IN_FORCE:
        given, first = long_date(start), long_date(ACT_IN_FORCE)
        problem = (
            f"dates.procurement_start: {given} is before {first}, when the Procurement Act 2023 began to apply; "
            "packs are drafted for procurements under it. Give the start of the new procurement."
        )
        raise ProfileError([problem])
    if buys == "health-care":
        return Regime(is_light_touch=False, is_psr=True, deciding=("PSRW25",) if nation is Nation.WALES else ("PSRE23",))
    return Regime(
        is_light_touch=True,
        is_psr=False,
        deciding=("PA23", "PWREG24") if nation is Nation.WALES else ("PA23", "PREG24"),
    )

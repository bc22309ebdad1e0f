"""Figures: values about the world with their source, and the unknowns that wait for one.

Arithmetic over an unknown is itself unknown and names what it waits for, so nothing is ever a blank, a zero or a guess.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")


class Status(StrEnum):
    """How far a figure may be relied on."""

    CONFIRMED = "confirmed"
    INDICATIVE = "indicative"
    TO_BE_CONFIRMED = "to-be-confirmed"


@dataclass(frozen=True, slots=True)
class Figure(Generic[T]):
    """A known value with its unit, source and date; `fields` are the profile fields behind it."""

    value: T
    unit: str
    source: str
    as_at: date | None = None
    status: Status = Status.INDICATIVE
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known yet; `needs` names the profile fields it waits for."""

    needs: tuple[str, ...] = ()
    unit: str = ""
    note: str = ""


Value: TypeAlias = Figure[T] | Unknown


def is_known(value: object) -> bool:
    """Say whether a value is anything other than an unknown."""
    return not isinstance(value, Unknown)


def unknowns(values: Iterable[object]) -> Unknown | None:
    """Return one unknown naming everything the given values wait for, or None when all are known."""
    waiting = [value for value in values if isinstance(value, Unknown)]
    if not waiting:
        return None
    return Unknown(needs=tuple(sorted({need for value in waiting for need in value.needs})))


def derive(calculate: Callable[..., T], *values: Value[Any], unit: str, source: str) -> Value[T]:
    """Calculate a figure from others; unknown when any of them is, indicative when any of them is."""
    waiting = unknowns(values)
    if waiting is not None:
        return Unknown(needs=waiting.needs, unit=unit)
    known = [value for value in values if isinstance(value, Figure)]
    confirmed = all(figure.status is Status.CONFIRMED for figure in known)
    dates = [figure.as_at for figure in known if figure.as_at is not None]
    return Figure(
        value=calculate(*(figure.value for figure in known)),
        unit=unit,
        source=source,
        as_at=max(dates, default=None),
        status=Status.CONFIRMED if confirmed else Status.INDICATIVE,
        fields=tuple(sorted({field for figure in known for field in figure.fields})),
    )


def total(values: Iterable[Value[Any]], *, unit: str, source: str) -> Value[Any]:
    """Add figures up; unknown when any of them is."""
    return derive(lambda *known: sum(known), *values, unit=unit, source=source)

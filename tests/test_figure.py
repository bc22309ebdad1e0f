"""Figures and unknowns: arithmetic keeps sources, statuses and fields, and an unknown never becomes a number."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.figure import Figure, Status, Unknown, Value, derive, is_known, total, unknowns


def known(value: int, status: Status = Status.INDICATIVE, *fields: str, as_at: date | None = None) -> Figure[int]:
    return Figure(value, "hours", "A source", as_at, status, fields)


@pytest.mark.smoke
def test_a_sum_of_known_figures_is_their_sum() -> None:
    assert total([known(2), known(3)], unit="hours", source="Sum") == Figure(5, "hours", "Sum")


@pytest.mark.smoke
def test_an_unknown_makes_the_result_unknown_and_names_what_it_waits_for() -> None:
    found = total([known(2), Unknown(needs=("b",)), Unknown(needs=("a", "b"))], unit="£", source="Sum")
    assert found == Unknown(needs=("a", "b"), unit="£")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (Status.CONFIRMED, Status.CONFIRMED, Status.CONFIRMED),
        (Status.CONFIRMED, Status.INDICATIVE, Status.INDICATIVE),
        (Status.INDICATIVE, Status.INDICATIVE, Status.INDICATIVE),
    ],
)
def test_a_result_is_confirmed_only_when_everything_behind_it_is(first: Status, second: Status, expected: Status) -> None:
    found = total([known(1, first), known(1, second)], unit="", source="Sum")
    assert isinstance(found, Figure)
    assert found.status is expected


def test_a_result_keeps_every_field_behind_it_and_the_latest_date() -> None:
    early, late = date(2020, 1, 1), date(2026, 1, 1)
    found = derive(
        lambda a, b: a * b,
        known(2, Status.INDICATIVE, "lots[A].people", as_at=late),
        known(3, Status.INDICATIVE, "demand.population", as_at=early),
        unit="people",
        source="Product",
    )
    assert found == Figure(6, "people", "Product", late, Status.INDICATIVE, ("demand.population", "lots[A].people"))


def test_unknowns_finds_none_among_known_values() -> None:
    assert unknowns([known(1), "text", None]) is None
    assert unknowns([known(1), Unknown(needs=("x",))]) == Unknown(needs=("x",))


def test_zero_and_nothing_are_known() -> None:
    assert is_known(known(0))
    assert is_known(0)
    assert not is_known(Unknown())


def test_the_calculation_is_not_tried_on_an_unknown() -> None:
    def refuse(*_: object) -> int:
        raise AssertionError

    assert isinstance(derive(refuse, Unknown(), known(1), unit="", source=""), Unknown)


numbers = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=Decimal(-10_000), max_value=Decimal(10_000))
values: st.SearchStrategy[Value[Decimal]] = st.one_of(
    numbers.map(lambda number: Figure(number, "£", "s")),
    st.sampled_from(["a", "b", "c"]).map(lambda need: Unknown(needs=(need,))),
)


@given(st.lists(values, min_size=1, max_size=8))
def test_a_total_is_unknown_exactly_when_a_part_is(parts: list[Value[Decimal]]) -> None:
    found = total(parts, unit="£", source="Sum")
    needs = {need for part in parts if isinstance(part, Unknown) for need in part.needs}
    if needs:
        assert isinstance(found, Unknown)
        assert set(found.needs) == needs
    else:
        assert isinstance(found, Figure)
        assert found.value == sum(part.value for part in parts if isinstance(part, Figure))

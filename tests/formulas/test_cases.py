"""Worked examples: what Excel shows, and what LibreOffice makes of the same workbook."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.formulas import Address, Scalar
from tests.fixtures.formulas import agrees, recalculated, worked_out
from tests.formulas.build import build
from tests.formulas.cases import ARRAYS, CASES, DIFFERS, TABLE

Built = tuple[Path, dict[str, Address], dict[Address, Scalar]]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Built:
    path = tmp_path_factory.mktemp("cases") / "cases.xlsx"
    where = build(path)
    return path, where, worked_out(path)


def same(value: Scalar, expected: Any) -> bool:
    """Equal and of one kind, so that 1 is not TRUE."""
    return type(value) is type(expected) and value == expected


@pytest.mark.parametrize(("formula", "expected"), [case for case in (*CASES, *TABLE) if case[1] is not None])
def test_a_formula_gives_what_excel_shows(book: Built, formula: str, expected: Any) -> None:
    _, where, values = book
    assert same(values[where[formula]], expected), values[where[formula]]


@pytest.mark.parametrize(("formula", "size", "expected"), ARRAYS)
def test_an_array_formula_fills_its_cells(book: Built, formula: str, size: str, expected: tuple[Any, ...]) -> None:
    _, where, values = book
    sheet, row, column = where[f"{{{formula}}}"]
    assert size == f"1x{len(expected)}"
    assert all(same(values[sheet, row + at, column], one) for at, one in enumerate(expected))


def test_the_cases_are_told_apart() -> None:
    formulas = [formula for formula, _ in (*CASES, *TABLE)]
    assert len(set(formulas)) == len(formulas)
    assert set(DIFFERS) <= {*formulas, *(f"{{{formula}}}" for formula, _, _ in ARRAYS)}


@pytest.mark.system
def test_libreoffice_agrees_but_for_what_is_listed(book: Built, tmp_path: Path) -> None:
    path, where, values = book
    shown = recalculated(tmp_path / "home", [path])[path]
    assert set(values) <= set(shown)  # LibreOffice also takes plain TRUE for a formula
    listed = {where[formula]: formula for formula in DIFFERS}
    wrong = {place: (value, shown[place]) for place, value in values.items() if not agrees(value, shown[place])}
    assert {place: both for place, both in wrong.items() if place not in listed} == {}
    assert [formula for place, formula in listed.items() if place not in wrong] == [], "these differ no longer"
    assert len(values) > 500


def test_numbers_are_kept_exactly(book: Built) -> None:
    _, where, values = book
    third = values[where["1/3"]]
    assert isinstance(third, Decimal)
    assert len(third.as_tuple().digits) == 34

"""Workbooks worked out: order, circles, names, tables, arrays, and the same formula in many rows."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pipeline.formulas import (
    Address,
    CircularError,
    Content,
    ExcelError,
    Formula,
    FormulaError,
    Scalar,
    Table,
    evaluate_workbook,
    written,
)
from pipeline.formulas import compiled as ready

Cells = dict[tuple[str, int, int], Any]


def value(formula: str, cells: Cells | None = None, **more: Any) -> Scalar:
    """Work out one formula in Z99 of the sheet S."""
    return evaluate_workbook({**(cells or {}), ("S", 99, 26): Formula(formula)}, **more)["S", 99, 26]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("8.72+1.70+1.14+1.97+1.36+5.20+0.60", "20.69"),
        ("ROUND(103.25*21.9,2)", "2261.18"),
        ("1200000*(7.65-7)", "780000"),
        ("1200000*2.73", "3276000"),
        ("1575/15", "105"),
        ("75/15", "5"),
        ("150/15", "10"),
        ("ROUND(320/15,1)", "21.3"),
        ("600000/15/100", "400"),
        ("100*400*32.14", "1285600"),
        ("ROUND(100/100*600000*(32.14/15),2)", "1285600"),
        ("ROUND(320/15*32.14,2)", "685.65"),
        ("105*32.14", "3374.70"),
    ],
)
def test_published_sums_come_out(formula: str, expected: str) -> None:
    assert value(formula) == Decimal(expected)


def test_text_is_text_whatever_it_begins_with() -> None:
    assert value("A1&LEN(A1)", {("S", 1, 1): "=1+1"}) == "=1+14"


def test_what_cells_may_hold() -> None:
    cells: Cells = {
        ("S", 1, 1): date(2026, 11, 21),
        ("S", 1, 2): datetime(2026, 11, 21, 18, tzinfo=UTC),
        ("S", 1, 3): 0.1,
        ("S", 1, 4): ExcelError.NA,
    }
    assert value("A1", cells) == Decimal(46347)
    assert value("B1-A1", cells) == Decimal("0.75")
    assert value("C1*3", cells) == Decimal("0.3")
    assert value("D1", cells) is ExcelError.NA


def test_long_chains_are_worked_out_in_any_order() -> None:
    rows = range(2, 3001)
    cells: Cells = {("S", row, 1): Formula(f"A{row - 1}+1") for row in reversed(rows)}
    cells["S", 1, 1] = 1
    assert evaluate_workbook(cells)["S", 3000, 1] == 3000


def test_long_chains_through_ranges() -> None:
    cells: Cells = {("S", row, 1): Formula(f"SUM(A$1:A{row - 1})") for row in range(60, 1, -1)}
    cells["S", 1, 1] = 1
    assert evaluate_workbook(cells)["S", 60, 1] == 2**58


@pytest.mark.parametrize("length", [1, 2, 7, 40])
def test_a_circle_names_its_cells(length: int) -> None:
    cells: Cells = {("S", row, 1): Formula(f"A{row % length + 1}*2") for row in range(1, length + 1)}
    with pytest.raises(CircularError) as raised:
        evaluate_workbook({**cells, ("S", 1, 3): Formula("A1")})
    assert sorted(raised.value.cells) == sorted(f"S!A{row}" for row in range(1, length + 1))


def test_a_circle_that_is_not_walked_is_none() -> None:
    cells: Cells = {("S", 1, 1): Formula("IF(TRUE,1,A2)"), ("S", 2, 1): Formula("A1+1")}
    assert evaluate_workbook(cells) == {("S", 1, 1): 1, ("S", 2, 1): 2}


def test_a_circle_through_a_range_and_a_name() -> None:
    cells: Cells = {("S", 1, 1): Formula("SUM(Everything)"), ("S", 2, 1): 5}
    with pytest.raises(CircularError, match=r"S!A1 needs S!A1"):
        evaluate_workbook(cells, {"Everything": "S!$A$1:$A$2"})


def test_names_of_one_sheet_and_of_all() -> None:
    cells: Cells = {("S", 1, 1): 3, ("T", 1, 1): 4, ("T", 2, 1): Formula("Rate"), ("T", 3, 1): Formula("S!Rate")}
    names: dict[str | tuple[str, str], str] = {"rate": "S!$A$1", ("T", "Rate"): "T!$A$1*10", ("S", "RATE"): "S!$A$1+1"}
    assert value("Rate", cells, names=names) == 4
    assert evaluate_workbook(cells, names)["T", 2, 1] == 40
    assert evaluate_workbook(cells, names)["T", 3, 1] == 4
    assert value("Unknown+1", cells, names=names) is ExcelError.NAME


def test_a_relative_name_is_counted_from_the_cell_it_is_used_in() -> None:
    cells: Cells = {("S", 99, 1): 7}
    assert value("First*2", cells, names={"First": "S!$A1"}) == 14


def test_a_name_defined_by_itself_is_refused() -> None:
    with pytest.raises(FormulaError, match=r"Rate is defined by itself"):
        value("Rate", names={"Rate": "Rate+1"})
    with pytest.raises(FormulaError, match=r"the name Rate: TODAY\(\) uses TODAY"):
        value("Rate", names={"Rate": "TODAY()"})
    assert value("1", names={"_xlnm.Print_Area": "S!$A$1:$B$2,S!$D$1"}) == 1


def test_other_sheets_are_found_whatever_their_capitals() -> None:
    cells: Cells = {("Lot rates", 1, 1): 5}
    assert value("'LOT RATES'!A1", cells) == 5
    assert value("Nowhere!A1", cells) is ExcelError.REF
    assert value("SUM(Empty!A1:A9)", cells, sheets=["Empty"]) == 0


LOTS = Table("Lots", "S", 1, 1, 5, 3, ("Lot", "Hours", "Price"), totals=True)


def test_structured_references_follow_the_table() -> None:
    cells: Cells = {("S", row, 2): row for row in (2, 3, 4)}
    cells |= {("S", row, 3): Formula("[@Hours]*10") for row in (2, 3, 4)}
    cells["S", 5, 3] = Formula("SUBTOTAL(109,[Price])")
    assert evaluate_workbook(cells, tables=[LOTS])["S", 5, 3] == 90
    assert value("SUM(lots[price])", cells, tables=[LOTS]) == 90
    assert value("Lots[[#Totals],[Price]]", cells, tables=[LOTS]) == 90
    assert value("Lots[@Hours]", cells, tables=[LOTS]) is ExcelError.VALUE
    assert value("SUM(Lots[Nothing])", cells, tables=[LOTS]) is ExcelError.REF
    assert value("SUM(Nobody[Price])", cells, tables=[LOTS]) is ExcelError.REF


def test_an_array_formula_fills_its_area() -> None:
    cells: Cells = {("S", 1, 1): 1, ("S", 2, 1): 2, ("S", 1, 2): Formula("A1:A2*10", "B1:C3")}
    found = evaluate_workbook(cells)
    assert [found["S", row, 2] for row in (1, 2, 3)] == [10, 20, ExcelError.NA]
    assert found["S", 2, 3] == 20
    with pytest.raises(FormulaError, match=r"S!B1: the array formula's area C1:C3 does not begin there"):
        evaluate_workbook({("S", 1, 2): Formula("1", "C1:C3")})


def test_an_old_formula_takes_the_cell_in_its_row_or_column() -> None:
    cells: Cells = {("S", row, 1): row * 10 for row in range(1, 4)} | {("S", row, 2): Formula("A1:A3+1") for row in range(1, 5)}
    found = evaluate_workbook(cells)
    assert [found["S", row, 2] for row in range(1, 5)] == [11, 21, 31, ExcelError.VALUE]


def test_rows_of_one_formula_are_read_once() -> None:
    ready._ready.clear()  # noqa: SLF001 - what is counted here
    cells: Cells = {}
    for row in range(1, 501):
        cells |= {
            ("S", row, 1): row,
            ("S", row, 2): Formula(f"=$A{row}*2+SUM(A$1:A$3)"),
            ("S", row, 3): Formula(f"B{row}&Q1!A{row}"),
        }
    found = evaluate_workbook(cells, sheets=["Q1"])
    assert (found["S", 1, 2], found["S", 500, 2], found["S", 500, 3]) == (8, 1006, "1006")
    assert len(ready._ready) == 2  # noqa: SLF001


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Decimal("2261.1800"), ("n", "2261.18")),
        (Decimal(1) / Decimal(3), ("n", "0.33333333333333333")),
        (Decimal("0.9999999999999999999999999"), ("n", "1")),
        (Decimal("-0"), ("n", "0")),
        (Decimal("1E+3"), ("n", "1000")),
        (Decimal("1.5E+30"), ("n", "1.5E+30")),
        (Decimal("-2.5E-12"), ("n", "-2.5E-12")),
        ("to be confirmed", ("str", "to be confirmed")),
        ("", ("str", "")),
        (True, ("b", "1")),
        (False, ("b", "0")),
        (ExcelError.DIV0, ("e", "#DIV/0!")),
    ],
)
def test_values_are_written_as_excel_stores_them(given: Scalar, expected: tuple[str, str]) -> None:
    assert written(given) == expected


@pytest.mark.parametrize("text", ["1/2", "31-12", "1 Feb", "Feb 26"])
def test_a_date_without_its_year_is_refused_and_not_guessed(text: str) -> None:
    cells: dict[Address, Content] = {("S", 1, 1): text, ("S", 1, 2): Formula("=A1+1"), ("S", 1, 3): Formula("=B1")}
    with pytest.raises(FormulaError, match=rf"^S!B1: calculates with the text '{text}', .* give its year$"):
        evaluate_workbook(cells)
    assert evaluate_workbook({("S", 1, 1): text, ("S", 1, 2): Formula('=A1&"x"')})["S", 1, 2] == f"{text}x"


def test_a_name_that_is_not_absolute_counts_from_its_cell_and_past_the_last_row_from_the_first() -> None:
    cells: dict[Address, Content] = {
        ("S", 1, 1): Decimal(7),
        ("S", 2, 1): Decimal(8),
        ("S", 2, 3): Formula("=Above"),
        ("S", 1, 3): Formula("=Below"),
    }
    assert evaluate_workbook(cells, {"Above": "S!$A1048576", "Below": "S!$A2"}) == {("S", 2, 3): 7, ("S", 1, 3): 8}


def test_a_column_whose_heading_holds_signs_of_the_formula_language() -> None:
    table = Table.over("Lots", "S", "A1:B2", ["Rate #1", "[a]'b"])
    cells: dict[Address, Content] = {
        ("S", 2, 1): Decimal(5),
        ("S", 2, 2): Decimal(6),
        ("S", 9, 1): Formula("=SUM(Lots[Rate '#1])"),
    }
    cells["S", 9, 2] = Formula("=SUM(Lots[[#Data],['[a']''b]])")
    assert evaluate_workbook(cells, {}, [table]) == {("S", 9, 1): 5, ("S", 9, 2): 6}

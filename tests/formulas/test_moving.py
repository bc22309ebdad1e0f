"""Formulas copied to other cells."""

import pytest

from pipeline.formulas import shift
from pipeline.formulas.moving import normal_form


@pytest.mark.parametrize(
    ("formula", "rows", "columns", "expected"),
    [
        ("=A1+$B$1+C$1+$D1", 2, 1, "=B3+$B$1+D$1+$D3"),
        ("=SUM(A1:B2)*Rate", 1, 0, "=SUM(A2:B3)*Rate"),
        ("='Lot A1'!A1&\"A1\"", 1, 1, "='Lot A1'!B2&\"A1\""),
        ("=Q1!A1", 1, 0, "=Q1!A2"),
        ("=LOG10(A1)", 1, 0, "=LOG10(A2)"),
        ("=Lots[A1]+Lots[[#Totals],[A1]]", 1, 0, "=Lots[A1]+Lots[[#Totals],[A1]]"),
        ("=SUM(A:A,$B:C,3:5,$3:5)", 1, 1, "=SUM(B:B,$B:D,4:6,$3:6)"),
        ("=A1", -1, 0, "=#REF!"),
        ("=XFD1", 0, 1, "=#REF!"),
        ("=YTD2026*1E5+_A1", 1, 1, "=YTD2026*1E5+_A1"),
        ("=#REF!+A1", 1, 0, "=#REF!+A2"),
        ("=A1%*2.5", 1, 0, "=A2%*2.5"),
    ],
)
def test_relative_addresses_move(formula: str, rows: int, columns: int, expected: str) -> None:
    assert shift(formula, rows, columns) == expected


def test_the_normal_form_is_the_same_where_the_formula_was_copied() -> None:
    formula = "=IF($A8=\"A8\",SUM(B$1:B8),'A8'!C8)+Q1!A8+8:8"
    assert normal_form(formula, 8, 5) == normal_form(shift(formula, 40, 0), 48, 5)
    assert normal_form(formula, 8, 5) != normal_form(formula, 9, 5)
    assert normal_form("=Q1!A1", 1, 1) != normal_form("=Q2!A2", 2, 1)
    assert normal_form("=$A$1", 1, 1) == normal_form("=$A$1", 7, 7)
    assert normal_form("=A$1", 1, 1) != normal_form("=A$2", 2, 1)

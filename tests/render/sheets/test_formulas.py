"""Formulas compiled once and settled for where their rows have gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.sheets.formulas import BrokenReferenceError, compile_formula
from pipeline.render.sheets.resolving import Place, Targets, resolve, write
from pipeline.render.sheets.rows import Block, RowMap
from tests.fixtures.workbooks import named


def targets(copies: int) -> Targets:
    """A sheet whose row 3 is repeated between tag rows; a name and a table that are not in this edition."""
    maps = {"S": RowMap((Block(2, 3, 3, 4, "lots", copies, 2),))}
    return Targets(maps, gone_names=frozenset({"secret"}), gone_tables=frozenset({"budget"}))


def shifted(formula: str, place: Place, copies: int, copy: int = 0) -> str:
    return write(resolve(compile_formula(formula), place, targets(copies)), copy)


@given(copies=st.integers(1, 500), at=st.integers(0, 499), below=st.integers(0, 2000))
def test_references_follow_their_rows_whatever_the_number(copies: int, at: int, below: int) -> None:
    inside, copy = Place("S", "lots"), at % copies
    row = 2 + copy
    assert shifted("=A3+$A$3*A1-SUM($A$3:$A$3)", inside, copies, copy) == f"A{row}+$A$2*A1-SUM($A$2:$A${1 + copies})"
    assert shifted("=SUM(A1:A6)+A3", Place("S"), copies) == f"SUM(A1:A{3 + copies})+A2"
    assert shifted(f"=A{7 + below}", Place("S"), copies) == f"A{4 + copies + below}"


@pytest.mark.parametrize(
    "formula",
    [
        *("=A2", "=A4", "=T!A1", "=#REF!+1", "=A1#", "=Secret*2", "=SUM(Budget[x])", "=[1]S!A1"),
        *("=S:T!A1", "=T!A:A", "=SUM(A1:INDEX(B1:B3,2))"),
    ],
    ids=named,
)  # fmt: skip
def test_a_reference_to_nothing_is_refused(formula: str) -> None:
    with pytest.raises(BrokenReferenceError):
        shifted(formula, Place("S"), 2)


@pytest.mark.parametrize(
    "formula",
    [
        *("1+2", '"A3"&"B$3"', "Total*2", "SUM(A:A)", "PI()", "TRUE", "{1,2;3,4}", "SUM(Lots[x])"),
        *("Lots[[#This Row],[a b]]", "S!Local+1"),
    ],
    ids=named,
)  # fmt: skip
def test_what_is_no_reference_to_rows_stays(formula: str) -> None:
    assert shifted(f"={formula}", Place("S"), 9) == formula


def test_a_formula_written_once_for_all_copies_holds_on_to_what_does_not_follow_them() -> None:
    pinned = Place("S", "lots", pinned=1)
    assert shifted("=A3>B5+$C1", pinned, 3) == "A2>B$5+$C$1"
    with pytest.raises(BrokenReferenceError, match="dollar sign"):
        shifted("=A3>B5", Place("S", "lots", pinned=1, tall=True), 3)


def test_a_single_cell_may_stand_for_all_its_copies() -> None:
    assert shifted("S!$A$3", Place("", whole=True), 4) == "S!$A$2:$A$5"
    assert shifted("S!$A$3", Place("", whole=True), 1) == "S!$A$2"


@pytest.mark.parametrize("formula", ["=OFFSET(A1,1,1)", "=TODAY()", "=_xlfn.WEBSERVICE(A1)", '="{{ x }}"&A1', "=A1+"], ids=named)
def test_what_can_never_be_followed_is_refused_when_it_is_compiled(formula: str) -> None:
    if formula == "=A1+":
        assert compile_formula(formula).references  # a fault in the sum itself is for whoever works it out
        return
    with pytest.raises(BrokenReferenceError):
        compile_formula(formula)


@pytest.mark.parametrize("copies", [1, 3])
def test_percent_signs_and_ampersands_stay(copies: int) -> None:
    block = Block(2, 3, 3, 4, "lots", copies, 2)
    made = Targets({"5% & more": RowMap((block,)), "S": RowMap(()), "<b>": RowMap(())})
    formula = compile_formula("""=A3*5%&"%s %d 100%"&'5% & more'!B3&'<b>'!A1""")
    settled = resolve(formula, Place("5% & more", "lots"), made)
    last = copies - 1
    rows = tuple(base + last * step for base, step in settled.rows)
    assert write(settled, last) == f"""A{2 + last}*5%&"%s %d 100%"&'5% & more'!B{2 + last}&'<b>'!A1"""
    assert settled.markup % rows == write(settled, last).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

"""The allow-list: everything the templates use is on it, and what is not is refused with what to use instead."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.formulas import FormulaError, check_formula, evaluate_workbook
from pipeline.formulas.allow import ALLOWED, problems
from pipeline.formulas.contents import Formula
from tests.fixtures.packs import TEMPLATES


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.xlsx")), ids=lambda path: path.stem)
def test_the_templates_use_nothing_else(path: Path) -> None:
    book = load_workbook(path)
    formulas = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) > 50
    assert [(formula, found) for formula in formulas if (found := problems(formula))] == []


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("TODAY()", "put the date in a cell"),
        ("NOW()+1", "put the date in a cell"),
        ("RAND()", "put a value in a cell"),
        ("OFFSET(A1,1,1)", "INDEX"),
        ('INDIRECT("A1")', "INDEX"),
        ("_xlfn.XLOOKUP(1,A1:A9,B1:B9)", "use INDEX and MATCH"),
        ("_xlfn.LET(_xlpm.x,1,_xlpm.x)", "a cell for each step"),
        ("_xlfn._xlws.FILTER(A1:A9,B1:B9)", "rows that the template repeats"),
        ('_xlfn.TEXTJOIN(",",TRUE,A1:A9)', "join with &"),
        ("_xlfn.IFS(A1,1)", "IF within IF"),
        ("WEBSERVICE(A1)", "outside the workbook"),
        ("GETPIVOTDATA(A1,B1)", "outside the workbook"),
        ("NOSUCH(1)", "list in templates/README.md"),
        ("ROUND(1)", "it takes 2"),
        ("IF(1)", "it takes 2 to 3"),
        ("SUM()", "at least 1"),
        ("ROW()", "name the cell"),
        ("SUMIFS(A1:A9,B1:B9)", "at least 3"),
        ("SUMIFS(A1:A9,B1:B9,1,C1:C9)", "in pairs"),
        ("COUNTIF(A1:A9*2,1)", "refer to cells"),
        ("SUMPRODUCT(IF(A1:A9>1,1,0))", "multiply by the condition"),
        ("SUM(A1:A9*2)", "use SUMPRODUCT"),
        ("#REF!+1", "holds #REF!"),
        ("IFERROR({#N/A},1)", "array constant"),
        ("TEXT(A1,B1)", "written in the formula"),
        ('TEXT(A1,"0.0E+0")', "is not followed"),
        ('TEXT(A1,"# ?/?")', "fractions"),
        ('TEXT(A1,"General")', "width of a cell"),
        ('TEXT(A1,"0%%")', "sign twice"),
        ('TEXT(A1,"d 0")', "mixes digits"),
        ('TEXT(A1,"#,##0 00")', "more than commas"),
        ('TEXT(A1,"[foo]0")', "is not followed"),
        ("1E999", "greater than any number"),
        ("ROUND(1,2,3)", "it takes 2"),
        ('LEN("a","b")', "it takes 1"),
        ("+".join(["A2"] * 200), "use SUM over a range"),
        ("&".join(["1"] * 1500), "split it over several cells"),
        ("-" * 3000 + "1", "split it over several cells"),
        ("[2]Rates!A1*2", "another workbook"),
        ("SUM(", "complete"),
    ],
)
def test_what_is_refused_comes_with_advice(formula: str, said: str) -> None:
    with pytest.raises(FormulaError, match=r".") as raised:
        check_formula(formula)
    assert said in str(raised.value)
    with pytest.raises(FormulaError, match=r".") as raised:
        evaluate_workbook({("S", 2, 3): Formula(formula)})
    assert said in str(raised.value)
    assert str(raised.value).startswith("S!C2: ")


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert len(problems("NOW()+RAND()+ROUND(1)")) == 3


def test_array_formulas_may_calculate_over_cells() -> None:
    assert problems("SUM(A1:A9*2)", array=True) == []
    assert problems("SUM(IF(A1:A9>1,1,0))", array=True) == []
    assert problems("SUMPRODUCT(IF(MAX(A1:A9)>1,1,0)*A1:A9)") == []
    assert problems("A1:A9*2") == []
    assert problems("COUNT(SUM(A1:A9)*2,SUMIFS(A1:A9,B1:B9,1)-MATCH(1,A1:A9,0))") == []


def test_the_list_of_the_brief_is_on_it() -> None:
    named = """SUM SUMPRODUCT SUMIF SUMIFS COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS MIN MAX AVERAGE ROUND ROUNDUP ROUNDDOWN INT
    TRUNC MOD CEILING FLOOR MROUND IF AND OR NOT IFERROR ISBLANK ISNUMBER ISTEXT ISERROR NA INDEX MATCH VLOOKUP ABS SIGN POWER
    SQRT TEXT
    DATE YEAR MONTH DAY EDATE EOMONTH DAYS LEN LEFT RIGHT MID TRIM UPPER LOWER CONCATENATE CHOOSE ROW COLUMN ROWS COLUMNS"""
    assert set(named.split()) <= ALLOWED


def test_template_authors_can_read_the_list() -> None:
    guide = (
        (TEMPLATES / "README.md")
        .read_text(encoding="utf-8")
        .partition("### Formulas")[2]
        .partition("Everything else is refused")[0]
    )
    assert set(re.findall(r"\b[A-Z]{2,}\b", guide)) == ALLOWED

"""What the formulas of a template may use is checked with the template, and what a workbook's formulas come to is in it."""

from decimal import Decimal

import pytest
from lxml import etree
from xlsxwriter import Workbook

from pipeline.exceptions import TemplateError
from pipeline.finish.package import read_parts, write_parts
from pipeline.templates.check import check_template
from tests.fixtures.formulas import carried
from tests.fixtures.workbooks import named, repeated, workbook_bytes, written

NAME = "prices.xlsx"


def template(formula: str, *, array: bool = False) -> bytes:
    """A workbook with a table, names and a formula in Prices!H1."""

    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        if array:
            sheet.write_array_formula("H1:H1", f"{{{formula}}}")
        else:
            sheet.write_formula("H1", formula)
        sheet.add_table("A1:B3", {"name": "Lots", "columns": [{"header": "Hours"}, {"header": "Price"}]})
        sheet.write("A2", 7)
        sheet.write_formula("D2", formula if "[@" in formula else "=1")
        book.add_worksheet("Terms").write("A1", 5)
        book.define_name("Rate", "=Terms!$A$1")
        book.define_name("Terms!Own", "=Terms!$A$1*2")
        book.define_name("Twice", "=Rate+Terms!Own")
        book.define_name("Moving", "=Rate+Nowhere")
        book.define_name("Unused", "=XLOOKUP(1,Terms!$A:$A,Terms!$B:$B)")

    return written(build)


REFUSED = {
    "=_xlfn.XLOOKUP(1,A2:A3,B2:B3)": "uses XLOOKUP, which is not in older versions of Excel and other programs; use INDEX",
    "=TODAY()": "uses TODAY, which changes by itself from day to day; put the date in a cell",
    "=NOSUCH(1)": "uses NOSUCH, which is not among the functions that are worked out here; see the list in templates/README.md",
    "=SUM(A2:A3*2)": "calculates over many cells within SUM; use SUMPRODUCT, or a column for the calculation",
    "=Nowhere*2": "uses the name Nowhere, which the workbook does not have; define it, or correct the formula",
    "=Own*2": "uses the name Own, which the workbook does not have; define it, or correct the formula",
    "=SUM(Rows[Price])": "uses the table Rows, which the workbook does not have; correct it",
    "=SUM(Lots[Prise])": "uses the column Prise, which the table Lots does not have; correct it",
    "=Gone!A1": "refers to the sheet 'Gone', which the workbook does not have; correct it",
}


@pytest.mark.parametrize(("formula", "message"), REFUSED.items(), ids=[named(formula) for formula in REFUSED])
def test_the_check_and_a_build_refuse_what_a_formula_may_not_use(formula: str, message: str) -> None:
    content = template(formula)
    (line,) = check_template(content, NAME, {})
    assert line.startswith(f"{NAME}: Prices!H1: {formula}: {message}")
    with pytest.raises(TemplateError) as caught:
        workbook_bytes(content, NAME, {})
    assert message in str(caught.value)


def test_a_name_is_checked_when_a_formula_uses_it() -> None:
    message = f"{NAME}: the name Moving: Rate+Nowhere: uses the name Nowhere, which the workbook does not have; define it, or"
    assert check_template(template("=Moving"), NAME, {}) == [f"{message} correct the formula"]
    assert check_template(template("=Twice"), NAME, {}) == []


@pytest.mark.parametrize(
    ("formula", "array", "value"),
    [
        ("=Rate*2", False, "10"),
        ("=rate*2", False, "10"),
        ("=Terms!Own", False, "10"),
        ("=Twice", False, "15"),
        ("=SUM(Lots[Hours])", False, "7"),
        ("=SUM(Lots[[#All],[Hours]:[Price]])", False, "7"),
        ("=ROWS(Lots[])", False, "2"),
        ("=SUM(A2:A3*2)", True, "14"),
        ("=ROUND(103.25*21.899999999999999,2)", False, "2261.18"),
        ("=0.28999999999999998*100", False, "29"),
    ],
)
def test_what_is_allowed_is_worked_out(formula: str, array: bool, value: str) -> None:  # noqa: FBT001 - a case
    content = template(formula, array=array)
    assert check_template(content, NAME, {}) == []
    assert carried(workbook_bytes(content, NAME, {}))["Prices", 1, 8] == Decimal(value)


def test_a_number_is_the_one_that_excel_shows() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write("A1", 21.9)
        sheet.write_formula("B1", "=ROUND(103.25*A1,2)")

    parts = read_parts(written(build))
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b"<v>21.9</v>" in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"<v>21.9</v>", b"<v>21.899999999999999</v>")  # as Excel saves it
    content = workbook_bytes(write_parts(parts), NAME, {})
    assert carried(content)["Prices", 1, 2] == Decimal("2261.18")
    assert b"<v>21.899999999999999</v>" in read_parts(content)["xl/worksheets/sheet1.xml"]


def test_cells_that_need_each_other_are_named() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        sheet.write_formula("A1", "=D5")
        sheet.write_formula("F3", "=A1")
        sheet.write_formula("C3", "=F3")

    with pytest.raises(TemplateError, match=r"^prices\.xlsx: these cells need each other: Prices!\w+ needs .*break the circle"):
        workbook_bytes(written(build), NAME, {"lots": [{"name": "a", "hours": 1, "rate": 2}]})


def test_a_word_that_looks_like_markup_stays_text() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write("A1", "{{ name }}")
        sheet.write_formula("B1", '=A1&" & <co>"')

    content = workbook_bytes(written(build), NAME, {"name": "=1+1"})
    assert carried(content)["Prices", 1, 2] == "=1+1 & <co>"
    etree.fromstring(read_parts(content)["xl/worksheets/sheet1.xml"])

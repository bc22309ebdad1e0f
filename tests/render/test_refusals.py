"""What a workbook template may not hold, and expressions that come to nothing: one error that names the place."""

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import Workbook

from pipeline.exceptions import PipelineError, TemplateError
from pipeline.finish.package import read_parts, write_parts
from pipeline.templates.check import check_template
from pipeline.templates.pieces import read_pieces
from tests.fixtures.workbooks import workbook_bytes

Change = Callable[[Workbook], None]


def template(change: Change) -> bytes:
    book = Workbook()
    book.worksheets[0].title = "Prices"
    book.worksheets[0]["A1"] = "Rate"
    change(book)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def hidden_row(book: Workbook) -> None:
    book["Prices"]["A3"] = "secret"
    book["Prices"].row_dimensions[3].hidden = True


def all_rows(book: Workbook) -> None:
    book["Prices"].sheet_format.zeroHeight = True


def hidden_column(book: Workbook) -> None:
    book["Prices"].column_dimensions["C"].hidden = True


def hidden_columns(book: Workbook) -> None:
    book["Prices"].column_dimensions.group("C", "E", hidden=True)


def hidden_sheet(book: Workbook) -> None:
    book.create_sheet("Notes").sheet_state = "veryHidden"


def far(book: Workbook) -> None:
    book["Prices"]["XFD1"] = book["Prices"]["A1048576"] = 1


def far_row(book: Workbook) -> None:
    book["Prices"].row_dimensions[1_048_576].height = 20


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (hidden_row, "Prices: row 3 is hidden"),
        (all_rows, "Prices: hides its rows"),
        (hidden_column, "Prices: column C is hidden"),
        (hidden_columns, "Prices: columns C to E are hidden"),
        (hidden_sheet, "Notes: holds a hidden sheet"),
        (far, "Prices: reaches as far as XFD1048576"),
        (far_row, "Prices: reaches as far as A1048576"),
    ],
)
def test_what_is_hidden_or_far_out_is_refused_when_the_template_is_opened(change: Change, message: str) -> None:
    for opens in (lambda data, name: workbook_bytes(data, name, {}), read_pieces):
        with pytest.raises(TemplateError, match=f"^prices.xlsx: {message}"):
            opens(template(change), "prices.xlsx")


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        (b'<row r="1"', b'<row r="1" ht="0" customHeight="1"', "row 1 is hidden"),
        (b"<sheetData>", b'<cols><col min="2" max="2" width="0" customWidth="1"/></cols><sheetData>', "column B is hidden"),
    ],
)
def test_a_row_or_column_of_no_size_is_hidden_too(was: bytes, now: bytes, message: str) -> None:
    parts = read_parts(template(lambda _: None))
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert was in sheet
    content = write_parts({**parts, "xl/worksheets/sheet1.xml": sheet.replace(was, now)})
    with pytest.raises(TemplateError, match=f"^prices.xlsx: Prices: {message}"):
        workbook_bytes(content, "prices.xlsx", {})


def cell(value: str) -> Change:
    def change(book: Workbook) -> None:
        book["Prices"]["B2"] = value

    return change


@pytest.mark.parametrize(
    "formula",
    [
        '=WEBSERVICE("https://example.org/"&A1)',
        '=_xlfn.webservice("https://example.org/"&A1)',
        '=HYPERLINK("https://example.org/","x")',
        '=IF(TRUE,RTD("x",,"y"))',
        '=CALL("x","y","z")',
        "=_xlfn.ENCODEURL(A1)",
        '=_xlfn.FILTERXML(A1,"//a")',
    ],
)
def test_a_function_that_reaches_outside_the_workbook_is_refused(formula: str) -> None:
    with pytest.raises(TemplateError, match=r"Prices!B2: .* which reaches outside the workbook"):
        workbook_bytes(template(cell(formula)), "prices.xlsx", {})


@pytest.mark.parametrize(
    "tag",
    [
        "{{ 1/0 }}",
        "{{ 10**400 }}",
        "{{ 9**9**9 }}",
        "{{ 'a'*10**11 }}",
        "{{ 1 + 'a' }}",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{{ 1" + "0" * 5000 + " }}",
        "{{ 1" + "0" * 400 + " }}",
        "{% if 1/0 %}x{% endif %}",
        "{{ x|listing }}",
    ],
    ids=lambda tag: tag[:14],
)
def test_an_expression_that_cannot_be_worked_out_is_an_error_that_names_its_cell(tag: str) -> None:
    content = template(cell(tag))
    with pytest.raises(PipelineError, match=r"^prices.xlsx: Prices!B2: "):
        workbook_bytes(content, "prices.xlsx", {"x": 5})
    assert any("Prices, cell B2" in line for line in check_template(content, "prices.xlsx", {"x": 5}))

"""Values that a workbook can hold only with care: times, escaped texts, great and broken numbers, long texts, odd names."""

import re
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from pipeline.exceptions import RenderError
from pipeline.finish.package import read_parts, write_parts
from pipeline.render.workbook import render_workbook
from pipeline.templates.check import check_template
from tests.fixtures.formulas import carried
from tests.fixtures.workbooks import Build, Finished, written

NAME = "prices.xlsx"
SHEET = "xl/worksheets/sheet1.xml"


def cells(**texts: object) -> bytes:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        for place, text in texts.items():
            if isinstance(text, str) and text.startswith("="):
                sheet.write_formula(place, text)
            else:
                sheet.write(place, text)

    return written(build)


def test_a_date_keeps_its_time() -> None:
    content = render_workbook(cells(A1="{{ at }}", B1="=A1*48"), NAME, {"at": datetime(2026, 1, 1, 14, 30)})  # noqa: DTZ001 - as a profile has it
    assert load_workbook(BytesIO(content))["Prices"]["A1"].value == datetime(2026, 1, 1, 14, 30)  # noqa: DTZ001
    assert carried(content)["Prices", 1, 2] == 46023 * 48 + 29


@pytest.mark.parametrize("value", ["_x0041_", "a_x000D_b"])
def test_a_text_that_looks_like_an_escape_is_itself(value: str) -> None:
    made = cells(A1="{{ v }}", B1="=LEN(A1)", C1='=A1&"!"', A2=value, B2="=LEN(A2)")
    content = render_workbook(made, NAME, {"v": value})
    shown = carried(content)
    assert shown["Prices", 1, 2] == shown["Prices", 2, 2] == len(value)
    assert shown["Prices", 1, 3] == f"{value.replace('_x', '_x005F_x')}!"  # as the file writes it
    assert Finished(content).texts()["A1"] == value.replace("_x", "_x005F_x")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("-Infinity")])
@pytest.mark.parametrize("text", ["{{ v }}", "x {{ v }} y"])
def test_what_is_no_number_is_refused_in_texts_too(text: str, value: float) -> None:
    with pytest.raises(
        RenderError, match=rf"^prices\.xlsx: Prices!A1: {re.escape(text)}: gives .*, which is not a number a cell"
    ):
        render_workbook(cells(A1=text), NAME, {"v": value})


def test_a_number_with_more_digits_than_can_be_worded_is_named() -> None:
    with pytest.raises(
        RenderError, match=r"Prices!A1: .* gives 1234567890\d+\.5, which cannot be put into words .* fewer digits"
    ):
        render_workbook(cells(A1="x {{ v }} y"), NAME, {"v": Decimal("123456789012345678901234567890.5")})


@pytest.mark.parametrize(
    ("text", "fits"), [("😀" * 16_383, True), ("😀" * 16_384, False), ("é" * 32_767, True), ("é" * 32_768, False)]
)
def test_the_longest_text_is_counted_as_excel_counts(text: str, *, fits: bool) -> None:
    if fits:
        assert render_workbook(cells(A1="{{ v }}"), NAME, {"v": text})
    else:
        with pytest.raises(RenderError, match="a cell holds 32,767"):
            render_workbook(cells(A1="{{ v }}"), NAME, {"v": text})


@pytest.mark.parametrize(
    ("footer", "expected"),
    [
        ('&C&"Arial,Bold"&10{{ title }}', '&C&"Arial,Bold"&10 2026 to 2030'),
        ("&C&10 {{ title }}", "&C&10 2026 to 2030"),
        ("&C&&10{{ title }}", "&C&&102026 to 2030"),
        ("&C&10Plan {{ title }}", "&C&10Plan 2026 to 2030"),
    ],
)
def test_a_footer_value_does_not_run_into_the_size_before_it(footer: str, expected: str) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write("A1", "x")
        sheet.set_footer(footer)

    made = Finished(render_workbook(written(build), NAME, {"title": "2026 to 2030"}))
    assert made.one(SHEET, "//m:oddFooter").text == expected


def with_cell(xml: str) -> bytes:
    parts = read_parts(cells(F1=5, G1="=F1*2"))
    assert parts[SHEET].count(b'<c r="F1"><v>5</v></c>') == 1
    return write_parts({**parts, SHEET: parts[SHEET].replace(b'<c r="F1"><v>5</v></c>', xml.encode())})


@pytest.mark.parametrize("value", ["0x10", "NaN", "1E400", "1_0", "twelve"])
def test_a_broken_number_in_a_cell_is_named(value: str) -> None:
    said = f"{NAME}: Prices!F1: holds {value}, which is no number or date that Excel knows; enter it again"
    assert check_template(with_cell(f'<c r="F1"><v>{value}</v></c>'), NAME) == [said]


def test_dates_that_a_cell_holds_as_such() -> None:
    for value, doubled in (("12:00:00", "1"), ("2026-02-01", "92108"), ("2026-02-01T12:00:00", "92109")):
        content = with_cell(f'<c r="F1" t="d"><v>{value}</v></c>')
        assert carried(render_workbook(content, NAME, {}))["Prices", 1, 7] == Decimal(doubled)
    (line,) = check_template(with_cell('<c r="F1" t="d"><v>1899-12-31</v></c>'), NAME)
    assert line.endswith("Prices!F1: holds 1899-12-31, which is no number or date that Excel knows; enter it again")


def test_names_with_accents_and_headings_with_signs() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.add_table("A1:B2", {"name": "Élan", "columns": [{"header": "Name"}, {"header": "Rate #1"}]})
        sheet.write("B2", 21)
        sheet.write_formula("D1", "=SUM(Élan[Rate '#1])*Ŵyth")
        book.define_name("Ŵyth", "=Prices!$B$2")

    content = written(build)
    assert check_template(content, NAME) == []
    assert carried(render_workbook(content, NAME, {}))["Prices", 1, 4] == 441


def test_cell_checkboxes_are_refused_by_name() -> None:
    build: Build = lambda book: book.add_worksheet("Prices").insert_checkbox("A1", boolean=True)  # noqa: E731
    assert any(
        "holds cell checkboxes, which cannot be carried over; use a list" in line for line in check_template(written(build), NAME)
    )

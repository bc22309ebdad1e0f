"""Finished workbooks, calculated by LibreOffice in one run: every total is right for no, one, two and seven rows."""

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from pipeline.finish.package import read_parts, write_parts
from tests.fixtures.formulas import carried, differences, recalculated
from tests.fixtures.workbooks import repeated, workbook_bytes, written

COUNTS = (0, 1, 2, 7)
EACH = "Lots[[#This Row],[Hours]]*Lots[[#This Row],[Rate]]"


def totals(book: Workbook) -> None:
    """Totals above, below and beside the rows, on their sheet and on another, by range, name, array and table."""
    sheet = book.add_worksheet("Prices")
    total = repeated(sheet)
    sheet.write_formula("F1", "=SUM(D3:D3)")
    sheet.write_formula("F3", "=D3/D$5")
    sheet.write_formula("G3", "=SUM(D$3:D3)")
    sheet.write_formula(total, 5, "=SUM(F3:F3)")
    sheet.write_formula("A8", "=SUMPRODUCT(B3:B3,C3:C3)+COUNT(B2:B4)")
    sheet.write_array_formula("B8:B8", "{=SUM(B3:B3*C3:C3)}")
    other = book.add_worksheet("It's 2")
    other.write_formula("A1", "=Prices!D5+SUM(Values)+SUM(Prices!D1:D3)")
    other.write("A2", "{%tr for lot in lots %}")
    other.write_formula("A3", "=Prices!D3*2")
    other.write("A4", "{%tr endfor %}")
    other.write_formula("A5", "=SUM(A3:A3)")
    other.write("A6", "{%tr if lots %}")
    other.write("A7", 5)
    other.write("A8", "{%tr endif %}")
    other.write_formula("A9", "=SUM(A5:A8)")
    book.define_name("Values", "=Prices!$D$3:$D$3")


def table(book: Workbook) -> None:
    sheet = book.add_worksheet("Prices")
    columns = [
        {"header": "Name", "total_string": "Total"},
        {"header": "Hours", "total_function": "sum"},
        {"header": "Rate"},
        {"header": "Value", "formula": f"={EACH}", "total_function": "sum"},
    ]
    sheet.add_table("A1:D5", {"name": "Lots", "columns": columns, "total_row": True})
    sheet.write_column("A2", ["{%tr for lot in lots %}", "{{ lot.name }}", "{%tr endfor %}"])
    sheet.write_row("B3", ["{{ lot.hours }}", "{{ lot.rate }}"])
    for blank in ("D2", "D4"):
        sheet.write_blank(blank, None, book.add_format({"italic": True}))
    for cell, column in (("B5", "Hours"), ("D5", "Value")):
        sheet.write_formula(cell, f"=SUBTOTAL(109,Lots[{column}])")  # as Excel writes it; XlsxWriter leaves the table's name out
    sheet.write_formula("F1", "=SUM(Lots[Value])")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Prices!$D$3:$D$3", "categories": "=Prices!$A$3:$A$3"})
    sheet.insert_chart("H2", chart)


def shared() -> bytes:
    """Formulas written once and shared by the cells beside and below, as Excel saves a formula that was filled down."""

    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write_column("A1", ["{%tr for lot in lots %}", "{{ lot.hours }}", 2, "{%tr endfor %}", 3, 4])
        for row in (2, 3, 5, 6):
            sheet.write_formula(f"B{row}", f"=A{row}*$A$5")
        sheet.write_formula("A7", "=SUM(A2:A3)")
        sheet.write_formula("B7", "=SUM(B2:B3)+B5")

    parts = read_parts(written(build))
    text = parts["xl/worksheets/sheet1.xml"].decode()
    text = text.replace("<f>A2*$A$5</f>", '<f t="shared" ref="B2:B6" si="0">A2*$A$5</f>')
    for row in (3, 5, 6):
        text = text.replace(f"<f>A{row}*$A$5</f>", '<f t="shared" si="0"/>')
    text = text.replace("<f>SUM(A2:A3)</f>", '<f t="shared" ref="A7:C7" si="1">SUM(A2:A3)</f>')
    assert text.count('t="shared"') == 5
    return write_parts({**parts, "xl/worksheets/sheet1.xml": text.encode()})


def lots(count: int) -> list[dict[str, object]]:
    return [{"name": f"Lot {n}", "hours": Decimal(n), "rate": Decimal("10.5")} for n in range(1, count + 1)]


@pytest.fixture(scope="module")
def calculated(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Every workbook of this module with the values that LibreOffice gives its formulas, which are those that they carry."""
    folder = tmp_path_factory.mktemp("calculated")
    templates = {"totals": written(totals), "table": written(table), "shared": shared()}
    names = [(kind, count) for kind in templates for count in COUNTS]
    for kind, count in names:
        content = workbook_bytes(templates[kind], "prices.xlsx", {"lots": lots(count)})
        (folder / f"{kind}-{count}.xlsx").write_bytes(content)
    files = sorted(folder.glob("*.xlsx"))
    shown = recalculated(folder / "home", files, folder / "out")
    assert {path.stem: found for path in files if (found := differences(carried(path.read_bytes()), shown[path]))} == {}
    return {path.stem: load_workbook(BytesIO(path.read_bytes()), data_only=True) for path in Path(folder / "out").glob("*.xlsx")}


@pytest.mark.system
@pytest.mark.parametrize("count", COUNTS)
def test_totals(calculated: Mapping[str, Any], count: int) -> None:
    book = calculated[f"totals-{count}"]
    sheet, other, last = book["Prices"], book["It's 2"], max(count, 1) + 1
    hours = sum(range(1, count + 1))
    value = hours * 10.5
    assert [sheet.cell(last + 1, column).value for column in (2, 4)] == [hours, value]
    assert sheet["F1"].value == value
    assert sheet.cell(last + 1, 6).value == pytest.approx(1 if count else 0)
    assert [sheet.cell(row, 7).value for row in range(2, 2 + count)] == [sum(range(1, n + 1)) * 10.5 for n in range(1, count + 1)]
    assert sheet.cell(last + 4, 1).value == value + count
    assert sheet.cell(last + 4, 2).value == value
    first_rows = value if count else 0
    assert other["A1"].value == 2 * value + first_rows
    assert other.cell(last + 1, 1).value == 2 * value
    assert other.cell(last + 2 + bool(count), 1).value == 2 * value + (5 if count else 0)


@pytest.mark.system
@pytest.mark.parametrize("count", COUNTS)
def test_a_table(calculated: Mapping[str, Any], count: int) -> None:
    sheet, last = calculated[f"table-{count}"]["Prices"], max(count, 1) + 1
    hours = sum(range(1, count + 1))
    assert [sheet.cell(last + 1, column).value for column in (2, 4)] == [hours, hours * 10.5]
    assert sheet["F1"].value == hours * 10.5
    assert sheet.tables["Lots"].ref == f"A1:D{last + 1}"


@pytest.mark.system
@pytest.mark.parametrize("count", COUNTS)
def test_shared_formulas(calculated: Mapping[str, Any], count: int) -> None:
    sheet, rows = calculated[f"shared-{count}"]["Prices"], 2 * max(count, 1)
    hours = sum(range(1, count + 1)) + 2 * count
    values = [n for one in range(1, count + 1) for n in (one, 2)]
    assert [sheet.cell(row, 2).value for row in range(1, 1 + 2 * count)] == [value * 3 for value in values]
    assert [sheet.cell(rows + step, 2).value for step in (1, 2)] == [9, 12]
    assert [sheet.cell(rows + 3, column).value for column in (1, 2)] == [hours, hours * 3 + 9]

"""What no rendering could follow is refused by the check, with its place; what looks like it and can be followed is."""

import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.exceptions import TemplateError
from pipeline.finish.package import read_parts, write_parts
from pipeline.render.workbook import render_workbook
from pipeline.templates.check import check_template
from tests.fixtures.workbooks import Finished, repeated, written

NAME = "prices.xlsx"
SHEET = "xl/worksheets/sheet1.xml"
LOOP = ("{%tr for lot in lots %}", "{%tr endfor %}")
Fill = Callable[[Workbook, Worksheet], None]


def lots(count: int) -> list[dict[str, object]]:
    return [{"name": f"Lot {n}", "hours": Decimal(n), "rate": Decimal("10.5")} for n in range(1, count + 1)]


def two_rows(fill: Fill, opening: str = LOOP[0]) -> bytes:
    """A block of two rows, 3 and 4: a name and hours, a word and a rate."""

    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write_column("A1", ["Name", opening, "{{ lot.name }}", "rate", LOOP[1], "Total"])
        sheet.write_column("B3", ["{{ lot.hours }}", "{{ lot.rate }}"])
        fill(book, sheet)

    return written(build)


def formula(cell: str, text: str) -> Fill:
    return lambda _, sheet: sheet.write_formula(cell, text) and None


def chart(values: str, categories: str = "") -> Fill:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        made = book.add_chart({"type": "column"})
        made.add_series({"values": values, **({"categories": categories} if categories else {})})
        sheet.insert_chart("F10", made)

    return fill


def other(text: str) -> Fill:
    """Another sheet whose rows are repeated over a list by another path."""

    def fill(book: Workbook, _: Worksheet) -> None:
        sheet = book.add_worksheet("Other")
        sheet.write_column("A1", ["{%tr for lot in group.lots %}", "{{ lot.name }}", LOOP[1]])
        sheet.write_formula("B2", text)

    return fill


def validated(book: Workbook, sheet: Worksheet) -> None:
    del book
    sheet.data_validation("D9", {"validate": "list", "source": "=$A$3"})


COUNTED = "refers to {}, some of the rows that are repeated together, and would take in the others; give what is added up"
REFUSED: dict[str, tuple[Fill, str]] = {
    "a total of one row of two": (formula("B6", "=SUM(B3:B3)"), f"Prices!B6: =SUM(B3:B3): {COUNTED.format('B3:B3')}"),
    "from the second row on": (formula("B8", "=SUM(B4:B7)"), f"Prices!B8: =SUM(B4:B7): {COUNTED.format('B4:B7')}"),
    "a running total of one row": (formula("C3", "=SUM(B$3:B3)"), f"Prices!C3: =SUM(B$3:B3): {COUNTED.format('B$3:B3')}"),
    "a name": (
        lambda book, _: book.define_name("Hours", "=Prices!$B$3:$B$3"),
        "the name Hours: refers to Prices!$B$3:$B$3, some",
    ),
    "a chart": (chart("=Prices!$B$3"), "Prices: chart 1: Prices!$B$3: refers to Prices!$B$3, some of the rows"),
    "a list": (validated, "Prices: a validation of D9: $A$3: refers to $A$3, some of the rows"),
    "a series along the row": (chart("=Prices!$B$3:$C$4"), "Prices!$B$3:$C$4, several columns of repeated rows; a series"),
    "a row of another loop": (
        other("=Prices!B3*2"),
        "Other!B2: =Prices!B3*2: refers to Prices!B3, a row repeated over lots, from",
    ),
    "a relative name": (lambda book, _: book.define_name("Below", "=Prices!$B3"), "the name Below: means other cells from every"),
    "a merged area": (
        lambda _, sheet: sheet.merge_range("D4:D6", "") and None,
        "Prices: D4:D6 is merged, linked or drawn in over",
    ),
    "an array formula": (
        lambda _, sheet: sheet.write_array_formula("D4:D6", "{=B4:B6*2}") and None,
        "Prices!D4: =B4:B6*2: is an array formula over the edge of a block of rows; keep it within",
    ),
    "a tag row": (formula("D3", "=B3-B2"), "Prices!D3: =B3-B2: refers to B2, a tag row or rows that are left out"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_check_refuses_what_would_come_out_wrong(case: str) -> None:
    fill, said = REFUSED[case]
    content = two_rows(fill)
    (line,) = check_template(content, NAME)
    assert line.startswith(f"{NAME}: ")
    assert said in line
    with pytest.raises(TemplateError, match=re.escape(said)):
        render_workbook(content, NAME, {"lots": lots(3), "group": {"lots": lots(3)}})


def test_all_rows_of_a_block_and_rows_of_the_same_copy_are_followed() -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_formula("B6", "=SUM(B3:B4)")
        sheet.write_formula("B7", "=SUM(B$1:B6)")
        sheet.write_formula("C3", "=SUM(B3:B3)")
        sheet.write_formula("C4", "=SUM(B$3:B4)")
        book.define_name("Every", "=Prices!$B$3:$B$4")
        sheet.merge_range("E3:E4", "")
        sheet.merge_range("F1:F6", "")
        chart("=Prices!$B$3:$B$4", "=Prices!$A$3:$B$4")(book, sheet)

    content = two_rows(fill)
    assert check_template(content, NAME) == []
    made = Finished(render_workbook(content, NAME, {"lots": lots(2)}))
    rows = {"C2": "SUM(B2:B2)", "C3": "SUM(B$2:B3)", "C4": "SUM(B4:B4)", "C5": "SUM(B$2:B5)"}
    assert made.formulas() == {**rows, "B6": "SUM(B2:B5)", "B7": "SUM(B$1:B6)"}
    assert [one.get("ref") for one in made.find(SHEET, "//m:mergeCell")] == ["E2:E3", "E4:E5", "F1:F6"]
    assert [one.text for one in made.find("xl/charts/chart1.xml", "//c:f")] == ["Prices!$A$2:$B$5", "Prices!$B$2:$B$5"]


def test_parallel_loops_over_the_same_path_pair_their_rows() -> None:
    content = two_rows(other("=Prices!B3*2+SUM(Prices!B3:B4)"), "{%tr for lot in group.lots %}")
    assert check_template(content, NAME) == []
    made = Finished(render_workbook(content, NAME, {"group": {"lots": lots(2)}}))
    assert made.formulas(2) == {"B1": "Prices!B2*2+SUM(Prices!B2:B3)", "B2": "Prices!B4*2+SUM(Prices!B4:B5)"}


def test_names_that_look_like_cells_stay_in_plain_and_shared_formulas() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        for row in (8, 9):
            sheet.write_formula(f"F{row}", f"=B5*A{row}*XYearAAA")
        sheet.write("G1", 7)
        book.define_name("Aaaaaaa", "=Prices!$G$1")

    parts = read_parts(written(build))
    names = parts["xl/workbook.xml"].replace(b'"Aaaaaaa"', b'"YTD2026"')
    cells = parts[SHEET].replace(b"<f>B5*A8*XYearAAA</f>", b'<f t="shared" ref="F8:F9" si="0">$B$5*A8*YTD2026</f>')
    cells = cells.replace(b"<f>B5*A9*XYearAAA</f>", b'<f t="shared" si="0"/>')
    content = write_parts({**parts, "xl/workbook.xml": names, SHEET: cells})
    assert check_template(content, NAME) == []
    formulas = Finished(render_workbook(content, NAME, {"lots": lots(4)})).formulas()
    assert (formulas["F9"], formulas["F10"]) == ("$B$6*A9*YTD2026", "$B$6*A10*YTD2026")


def test_relative_names_stay_where_no_rows_move() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write_column("A1", [1, 2, 3])
        sheet.write_formula("B2", "=Above*10")
        book.define_name("Above", "=Prices!$A1048576")

    content = render_workbook(written(build), NAME, {})
    book = load_workbook(BytesIO(content), data_only=True)
    assert book["Prices"]["B2"].value == 10


@pytest.mark.parametrize("count", [0, 1, 3])
def test_formats_and_validations_selected_from_a_tag_row_begin_with_the_first_copy(count: int) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        red = book.add_format({"font_color": "red"})
        sheet.conditional_format("A2:D4", {"type": "formula", "criteria": "=$B2>$B$5", "format": red})
        sheet.data_validation("C2:C4", {"validate": "custom", "value": "=C2>B2"})

    content = written(build)
    assert check_template(content, NAME) == []
    made = Finished(render_workbook(content, NAME, {"lots": lots(count)}))
    last = max(count, 1) + 1
    (rule,) = made.find(SHEET, "//m:conditionalFormatting")
    assert (rule.get("sqref"), "".join(rule.itertext())) == (f"A2:D{last}", f"$B2>$B${last + 1}")
    (check,) = made.find(SHEET, "//m:dataValidation")
    assert (check.get("sqref"), "".join(check.itertext())) == ("C2" if last == 2 else f"C2:C{last}", "C2>B2")


@pytest.mark.parametrize("shown", [True, False])
def test_a_chart_goes_with_its_rows_and_what_it_draws_may_go_with_them(*, shown: bool) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write_column("A1", ["x", "{%tr if shown %}", *range(12), "{%tr endif %}"])
        made = book.add_chart({"type": "bar"})
        made.add_series({"values": "=Prices!$A$3:$A$14"})
        sheet.insert_chart("C4", made, {"x_scale": 0.2, "y_scale": 0.2})

    parts = read_parts(render_workbook(written(build), NAME, {"shown": shown}))
    assert [part for part in parts if "charts/" in part] == (["xl/charts/chart1.xml"] if shown else [])


@pytest.mark.parametrize("shown", [True, False])
def test_a_filter_goes_with_its_rows(*, shown: bool) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write_column("A1", [1, "{%tr if shown %}", 5, 6, "{%tr endif %}", 7])
        sheet.autofilter("A3:B4")

    made = Finished(render_workbook(written(build), NAME, {"shown": shown}))
    assert len(made.find(SHEET, "//m:autoFilter")) == len(made.find("xl/workbook.xml", "//m:definedName")) == int(shown)

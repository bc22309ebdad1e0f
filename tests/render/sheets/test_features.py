"""Everything that spans or points past repeated rows, as Excel writes it, for no, one, two and seven rows."""

import re
import warnings
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from pipeline.exceptions import TemplateError
from pipeline.finish.package import read_parts, write_parts
from pipeline.render.workbook import render_workbook
from tests.fixtures.soundness import against_the_rules, unsound
from tests.fixtures.workbooks import PIXEL, Finished, repeated, written

NAME = "prices.xlsx"
COUNTS = (0, 1, 2, 7)
SHEET = "xl/worksheets/sheet1.xml"
Build = Callable[[Workbook], None]


def lots(count: int) -> list[dict[str, object]]:
    return [{"name": f"Lot {n}", "hours": Decimal(n), "rate": Decimal("10.5")} for n in range(1, count + 1)]


def finished(build: Build, count: int, **context: Any) -> Finished:
    content = render_workbook(written(build), NAME, {"lots": lots(count), **context})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl does not know
        load_workbook(BytesIO(content))
    assert unsound(content) == []
    assert against_the_rules(content) == []
    return Finished(content)


def span(column: str, count: int, end: str = "") -> str:
    """The finished rows of the loop in a column: B2 or B2:B8."""
    last = max(count, 1) + 1
    return f"{column}2" if last == 2 and not end else f"{column}2:{end or column}{last}"


def absolute(column: str, count: int, *, always: bool = False) -> str:
    last = max(count, 1) + 1
    return f"${column}$2" if last == 2 and not always else f"${column}$2:${column}${last}"


# ------------------------------------------------------------------------------------------------ formulas and names


@pytest.mark.parametrize("count", COUNTS)
def test_row_formulas_totals_and_references_from_other_sheets(count: int) -> None:
    def build(book: Workbook) -> None:
        repeated(book.add_worksheet("Prices"))
        other = book.add_worksheet("It's 2")
        other.write_formula("A1", "=Prices!D5+SUM(Prices!$D$3:$D$3)+COUNT(Prices!B2:B4)")
        other.write("A2", "{%tr for lot in lots %}")
        other.write_formula("A3", "=Prices!D3/Prices!$D$5")
        other.write("A4", "{%tr endfor %}")
        other.write_formula("A5", "=SUM(A3:A3)")

    made = finished(build, count)
    total = max(count, 1) + 2
    rows = {f"D{row}": f"B{row}*C{row}" for row in range(2, 2 + count)}
    sums = {f"B{total}": f"SUM(B2:B{total - 1})", f"D{total}": f"SUM(D2:D{total - 1})"}
    assert made.formulas() == rows | sums
    shares = {f"A{row}": f"Prices!D{row}/Prices!$D${total}" for row in range(2, 2 + count)}
    first = f"Prices!D{total}+SUM($D$2:$D${total - 1})+COUNT(Prices!B2:B{total - 1})".replace("SUM($", "SUM(Prices!$")
    assert made.formulas(2) == {"A1": first, **shares, f"A{total}": f"SUM(A2:A{total - 1})"}


def balance(formula: str) -> Build:
    """Rows whose last column is a running balance that begins above them."""

    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write_row("A1", ["Opening", 100])
        sheet.write_column("A2", ["{%tr for lot in lots %}", "{{ lot.hours }}", "{%tr endfor %}"])
        sheet.write_formula("B3", formula)

    return build


@pytest.mark.parametrize("count", COUNTS)
def test_a_running_balance_adds_up_from_the_first_row(count: int) -> None:
    made = finished(balance("=B$1+SUM(A$3:A3)"), count)
    assert made.formulas() == {f"B{row}": f"B$1+SUM(A$2:A{row})" for row in range(2, 2 + count)}


def test_a_running_balance_from_the_row_above_is_refused_with_a_way_to_write_it() -> None:
    with pytest.raises(TemplateError, match=r"Prices!B3: .* B2, a tag row .* running total .* SUM\(E\$14:E14\)"):
        finished(balance("=B2+A3"), 3)


@pytest.mark.parametrize("count", COUNTS)
def test_defined_names_print_areas_titles_and_filters(count: int) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        book.add_worksheet("Other")
        book.define_name("Total", "=Prices!$D$5")
        book.define_name("Hours", "=Prices!$B$3:$B$3")
        book.define_name("Other!Local", "=SUM(Prices!$D$3:$D$3)*2")
        book.define_name("VatShare", "=0.2")
        sheet.print_area("A1:D5")
        sheet.repeat_rows(0)
        sheet.repeat_columns("A:A")
        sheet.autofilter("A1:D4")

    made = finished(build, count)
    last = max(count, 1) + 1
    names = {
        (one.get("name"), one.get("localSheetId")): one.text for one in made.find("xl/workbook.xml", "//m:definedName")
    }  # fmt: skip
    assert names == {
        ("Total", None): f"Prices!$D${last + 1}",
        ("Hours", None): f"Prices!$B$2:$B${last}",
        ("Local", "1"): f"SUM(Prices!$D$2:$D${last})*2",
        ("VatShare", None): "0.2",
        ("_xlnm.Print_Area", "0"): f"Prices!$A$1:$D${last + 1}",
        ("_xlnm.Print_Titles", "0"): "Prices!$A:$A,Prices!$1:$1",
        ("_xlnm._FilterDatabase", "0"): f"Prices!$A$1:$D${last}",
    }
    assert made.one(SHEET, "//m:autoFilter").get("ref") == f"A1:D{last}"


@pytest.mark.parametrize("count", COUNTS)
def test_array_formulas(count: int) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        total = repeated(sheet)
        sheet.write_array_formula(2, 5, 2, 5, "{=SUM(B3:C3*2)}")
        sheet.write_array_formula(total, 5, total, 5, "{=SUM(B3:B3*C3:C3)}")
        sheet.write_array_formula(0, 7, 4, 7, "{=B1:B5}")

    made = finished(build, count)
    last = max(count, 1) + 1
    arrays = {one.getparent().get("r"): (one.get("ref"), one.text) for one in made.find(SHEET, "//m:f[@t='array']")}
    own = {f"F{row}": (f"F{row}", f"SUM(B{row}:C{row}*2)") for row in range(2, 2 + count)}
    total = f"F{last + 1}"
    assert arrays == own | {
        total: (total, f"SUM(B2:B{last}*C2:C{last})"),
        "H1": (f"H1:H{last + 1}", f"B1:B{last + 1}"),
    }
    hours = [str(n) for n in range(1, count + 1)] or ["0"]
    column = ["Hours", *hours, str(sum(range(1, count + 1)))]
    shown = {one.get("r"): one.findtext("{*}v") for one in made.find(SHEET, "//m:c[starts-with(@r, 'H')]")}
    assert shown == {f"H{row}": text for row, text in enumerate(column, start=1)}


# ------------------------------------------------------------------------------------------------------------- tables


EACH = "Lots[[#This Row],[Hours]]*Lots[[#This Row],[Rate]]"


def table(book: Workbook) -> None:
    sheet = book.add_worksheet("Prices")
    repeated(sheet)
    columns = [
        {"header": "Name", "total_string": "Total"},
        {"header": "Hours", "total_function": "sum"},
        {"header": "Rate"},
        {"header": "Value", "formula": f"={EACH}", "total_function": "sum"},
    ]
    sheet.add_table("A1:D5", {"name": "Lots", "columns": columns, "total_row": True})
    sheet.write("A2", "{%tr for lot in lots %}")
    sheet.write_row("A3", ["{{ lot.name }}", "{{ lot.hours }}", "{{ lot.rate }}"])
    for blank in ("D2", "D4"):
        sheet.write_blank(blank, None, book.add_format({"italic": True}))
    sheet.write("A4", "{%tr endfor %}")
    sheet.write_formula("F1", "=SUM(Lots[Value])+Lots[[#Totals],[Value]]")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Prices!$D$3", "categories": "=Prices!$A$3:$A$3", "name": "=Prices!$D$1"})
    sheet.insert_chart("H2", chart)


@pytest.mark.parametrize("count", COUNTS)
def test_a_table_grows_with_its_rows_and_keeps_one_where_there_are_none(count: int) -> None:
    made = finished(table, count)
    last = max(count, 1) + 1
    head = made.one("xl/tables/table1.xml", "/m:table")
    assert head.get("ref") == f"A1:D{last + 1}"
    assert head.get("totalsRowCount") == "1"
    assert made.one("xl/tables/table1.xml", "//m:autoFilter").get("ref") == f"A1:D{last}"
    assert made.one("xl/tables/table1.xml", "//m:calculatedColumnFormula").text == EACH
    formulas = made.formulas()
    assert formulas["F1"] == "SUM(Lots[Value])+Lots[[#Totals],[Value]]"
    assert formulas[f"D{last + 1}"] == "SUBTOTAL(109,[Value])"
    for row in range(2, 2 + count):
        assert formulas[f"D{row}"] == EACH


def test_a_table_that_would_lose_its_last_row_is_refused() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.add_table("A1:B4", {"columns": [{"header": "a"}, {"header": "b"}]})
        sheet.write_column("A2", ["{%tr if shown %}", "x", "{%tr endif %}"])

    finished(build, 0, shown=True)
    with pytest.raises(TemplateError, match="Prices: the table Table1: has no row left under its heading"):
        finished(build, 0, shown=False)


@pytest.mark.parametrize("shown", [True, False])
def test_a_table_goes_with_the_rows_it_stands_in(*, shown: bool) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write("A1", "{%tr if shown %}")
        sheet.add_table("A2:B4", {"name": "Gone", "columns": [{"header": "a"}, {"header": "b"}]})
        sheet.write("A5", "{%tr endif %}")
        sheet.add_table("A7:B9", {"name": "Kept", "columns": [{"header": "a"}, {"header": "b"}]})
        sheet.write_formula("D7", "=ROWS(Kept[a])")

    made = finished(build, 0, shown=shown)
    areas = [made.one(part, "/m:table").get("ref") for part in sorted(made.parts) if part.startswith("xl/tables/table")]
    assert areas == (["A1:B3", "A5:B7"] if shown else ["A2:B4"])
    assert len(made.find(SHEET, "//m:tablePart")) == len(areas)


def test_a_formula_that_uses_a_table_left_out_is_refused() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write_formula("A1", "=SUM(Budget[a])")
        book.add_worksheet("Other").add_table("A2:B4", {"name": "Budget", "columns": [{"header": "a"}, {"header": "b"}]})
        book.worksheets()[1].write("A1", "{%sheet if shown %}x")

    finished(build, 0, shown=True)
    with pytest.raises(TemplateError, match=r"Prices!A1: =SUM\(Budget\[a\]\): refers to the table budget, which is not in this"):
        finished(build, 0, shown=False)


# -------------------------------------------------------------------------------------------- validations and formats


@pytest.mark.parametrize("count", COUNTS)
def test_validations(count: int) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        sheet.data_validation("B3", {"validate": "decimal", "criteria": "<=", "value": "=B5", "input_message": "Hours"})
        sheet.data_validation("C3", {"validate": "custom", "value": "=C3>B3"})
        sheet.data_validation("F1", {"validate": "list", "source": "=Names!$A$3"})
        sheet.data_validation("F2", {"validate": "list", "source": ["yes", "no"]})
        other = book.add_worksheet("Names")
        other.write_column("A1", ["Names", "{%tr for lot in lots %}", "{{ lot.name }}", "{%tr endfor %}"])

    made = finished(build, count)
    rules = {
        one.get("sqref"): one.findtext("m:formula1", namespaces={"m": one.nsmap[None]})
        for one in made.find(SHEET, "//m:dataValidation")
    }
    last = max(count, 1) + 1
    total = f"B${last + 1}" if count > 1 else f"B{last + 1}"
    assert rules == {
        span("B", count): total,
        span("C", count): "C2>B2",
        "F1": f"Names!{absolute('A', count)}",
    }


@pytest.mark.parametrize("count", COUNTS)
def test_conditional_formats(count: int) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        red = book.add_format({"font_color": "red"})
        sheet.conditional_format("D3", {"type": "formula", "criteria": "=$D3>$D$5", "format": red})
        sheet.conditional_format("B3:C3", {"type": "2_color_scale", "max_type": "formula", "max_value": "=$D$5"})
        sheet.conditional_format(
            "D3:D3", {"type": "data_bar", "data_bar_2010": True, "max_type": "formula", "max_value": "=$D$5"}
        )
        sheet.conditional_format("A7:A9", {"type": "cell", "criteria": "==", "value": "=A5", "format": red})

    made = finished(build, count)
    last = max(count, 1) + 1
    rules = {one.get("sqref"): "".join(one.itertext()).strip() for one in made.find(SHEET, "//m:conditionalFormatting")}
    shift = last - 4
    assert rules[f"A{7 + shift}:A{9 + shift}"] == f"A{last + 1}"
    assert f"$D2>$D${last + 1}" in rules[span("D", count)]
    assert made.one(SHEET, "//m:colorScale/m:cfvo[@type='formula']").get("val") == f"$D${last + 1}"
    assert made.one(SHEET, "//x14:conditionalFormatting/xm:sqref").text == span("D", count)
    assert made.one(SHEET, "//x14:cfvo/xm:f").text == f"$D${last + 1}"


# ----------------------------------------------------------------------------------- charts, pictures, comments, links


def remembered(made: Finished, part: str, chart: int = 1) -> list[str]:
    """What a part of a chart's series remembers of its cells."""
    return [one.text for one in made.find(f"xl/charts/chart{chart}.xml", f"//{part}//c:pt/c:v")]


def points(cache: Any) -> dict[str, str]:
    """The points of a cache by their places."""
    return {one.get("idx"): one.findtext("{*}v") for one in cache.findall("{*}pt")}


def test_what_a_chart_remembers_is_what_its_cells_hold() -> None:
    def build(book: Workbook) -> None:
        sheet, other = book.add_worksheet("Prices"), book.add_worksheet("It's, 2")
        money = book.add_format({"num_format": "£0.00"})
        other.write_row("A1", ["Pay", 2, None, "none", "=1/0"])
        other.write_formula("E1", "=1/0")
        other.write_formula("F1", "=B1*3", money)
        sheet.write_column("A1", ["2026", "", "2027", ""])
        sheet.write_column("B1", ["low", "high", "low", "high"])
        sheet.write_column("C1", [1, 2, 3, 4])
        book.define_name("Series", "='It''s, 2'!$B$1:$F$1")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"name": "='It''s, 2'!$A$1", "values": "='It''s, 2'!$B$1:$F$1"})
        chart.add_series({"categories": "=Prices!$A$1:$B$4", "values": "=Prices!$C$1:$C$4"})
        chart.add_series({"values": "=(Prices!$C$1:$C$2,Prices!$C$4)"})
        chart.add_series({"values": "='It''s, 2'!Series"})
        sheet.insert_chart("E1", chart)

    part = "xl/charts/chart1.xml"
    parts = read_parts(written(build))
    text = re.sub(r"(<c:cat><c:)\w+(>.*?</c:)\w+(></c:cat>)", r"\1multiLvlStrRef\2multiLvlStrRef\3", parts[part].decode())
    parts[part] = re.sub(r"<c:(str|num)Cache>.*?</c:(str|num)Cache>", "", text).encode()
    made = Finished(render_workbook(write_parts(parts), NAME, {}))
    values = [points(cache) for cache in made.find(part, "//c:val//c:numCache")]
    row = {"0": "2", "4": "6"}
    assert values == [row, {"0": "1", "1": "2", "2": "3", "3": "4"}, {"0": "1", "1": "2", "2": "4"}, row]
    levels = [points(level) for level in made.find(part, "//c:multiLvlStrCache/c:lvl")]
    assert levels == [{"0": "low", "1": "high", "2": "low", "3": "high"}, {"0": "2026", "2": "2027"}]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("kind", ["bar", "column", "line", "pie", "scatter"])
def test_chart_series_and_anchors(kind: str, count: int) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        chart = book.add_chart({"type": kind})
        chart.add_series({"name": "=Prices!$D$1", "categories": "=Prices!$A$3", "values": "=Prices!$D$3:$D$3"})
        sheet.insert_chart("A8", chart, {"description": "Value of each lot"})

    made = finished(build, count)
    last = max(count, 1) + 1
    references = [one.text for one in made.find("xl/charts/chart1.xml", "//c:f")]
    assert references == ["Prices!$D$1", f"Prices!{absolute('A', count)}", f"Prices!{absolute('D', count, always=True)}"]
    assert remembered(made, "c:tx") == ["Value"]
    assert remembered(made, "c:xVal" if kind == "scatter" else "c:cat") == [f"Lot {n}" for n in range(1, count + 1)]
    values = [Decimal(text) for text in remembered(made, "c:yVal" if kind == "scatter" else "c:val")]
    assert values == [n * Decimal("10.5") for n in range(1, count + 1)]
    sizes = [one.get("val") for one in made.find("xl/charts/chart1.xml", "//c:ptCount")]
    assert sizes == ["1", *[str(max(count, 1))] * 2]
    assert made.one("xl/drawings/drawing1.xml", "//xdr:from/xdr:row").text == str(7 + last - 4)
    assert made.find("xl/drawings/drawing1.xml", "//xdr:cNvPr[@descr='Value of each lot']")


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("cell", ["$D$3", "$D$3:$D$3"])
def test_a_chart_on_another_sheet_draws_all_copies_of_its_one_row(cell: str, count: int) -> None:
    def build(book: Workbook) -> None:
        repeated(book.add_worksheet("Prices"))
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"=Prices!{cell}"})
        book.add_worksheet("Picture").insert_chart("A1", chart)

    made = finished(build, count)
    expected = absolute("D", count, always=":" in cell)
    assert made.one("xl/charts/chart1.xml", "//c:val//c:f").text == f"Prices!{expected}"
    assert [Decimal(text) for text in remembered(made, "c:val")] == [n * Decimal("10.5") for n in range(1, count + 1)]


def test_a_text_box_shows_the_cell_it_is_linked_to() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        sheet.insert_textbox("F9", "0", {"textlink": "=$D$5"})

    made = finished(build, 7)
    assert made.one("xl/drawings/drawing1.xml", "//xdr:sp").get("textlink") == "$D$9"
    assert made.one("xl/drawings/drawing1.xml", "//xdr:from/xdr:row").text == "12"


def test_a_picture_goes_with_the_rows_it_stands_in() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write_column("A1", ["x", "{%tr if shown %}", "y", "{%tr endif %}", "z"])
        sheet.insert_image("B3", "pixel.png", {"image_data": BytesIO(PIXEL), "description": "A pixel"})
        sheet.set_row(2, 100)

    kept, gone = finished(build, 0, shown=True), finished(build, 0, shown=False)
    assert kept.one("xl/drawings/drawing1.xml", "//xdr:from/xdr:row").text == "1"
    assert "xl/media/image1.png" in kept.parts
    assert not gone.find("xl/drawings/drawing1.xml", "//xdr:pic")
    assert "xl/media/image1.png" not in gone.parts


@pytest.mark.parametrize("count", COUNTS)
def test_comments_and_links_are_repeated_with_their_rows(count: int) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        sheet.write_comment("B3", "Hours a week", {"author": "Finance"})
        sheet.write_comment("D5", "All lots", {"author": "Finance"})
        sheet.write_url("F3", "internal:Prices!D3", string="Value")
        sheet.write_url("F5", "https://example.org/a?b=1&c=2", string="Web")
        sheet.write_url("G5", "internal:Prices!D3", string="First")

    made = finished(build, count)
    copies, last = max(count, 1), max(count, 1) + 1
    cells = [f"B{row}" for row in range(2, 2 + copies)] + [f"D{last + 1}"]
    assert [one.get("ref") for one in made.find("xl/comments1.xml", "//m:comment")] == cells
    notes = made.parts["xl/drawings/vmlDrawing1.vml"].decode()
    rows = [int(text.split("<")[0]) + 1 for text in notes.split("<x:Row>")[1:]]
    assert rows == [*range(2, 2 + copies), last + 1]
    ids = [text.split('"')[0] for text in notes.split(' id="_x0000_s')[1:]]
    assert len(set(ids)) == len(ids) == copies + 1
    links = {one.get("ref"): one.get("location") for one in made.find(SHEET, "//m:hyperlink")}
    own = {f"F{row}": f"Prices!D{row}" for row in range(2, 2 + copies)}
    assert links == own | {f"F{last + 1}": None, f"G{last + 1}": "Prices!D2"}


# ---------------------------------------------------------------------------------------------------- the sheet itself


@pytest.mark.parametrize("count", COUNTS)
def test_rows_columns_panes_breaks_and_what_is_merged(count: int) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        bold = book.add_format({"bold": True})
        sheet.set_column("B:D", 14, bold)
        repeated(sheet, money=book.add_format({"num_format": "£#,##0.00"}))
        sheet.set_row(2, 33, None, {"level": 1})
        sheet.set_row(4, 44, bold, {"collapsed": True})
        sheet.merge_range("F3:G3", "", bold)
        sheet.merge_range("A7:D8", "Note", bold)
        sheet.merge_range("E1:E5", "", bold)
        sheet.freeze_panes(1, 1)
        sheet.set_h_pagebreaks([3, 6])
        sheet.set_selection("D5")
        sheet.ignore_errors({"number_stored_as_text": "A1:A5"})
        sheet.protect()
        sheet.unprotect_range("B3:C3", "Inputs")

    made = finished(build, count)
    copies, last = max(count, 1), max(count, 1) + 1
    rows = {int(one.get("r")): one for one in made.find(SHEET, "//m:row")}
    for row in range(2, 2 + copies):
        assert (rows[row].get("ht"), rows[row].get("outlineLevel")) == ("33", "1")
    assert (rows[last + 1].get("ht"), rows[last + 1].get("collapsed")) == ("44.25", "1")
    merged = {one.get("ref") for one in made.find(SHEET, "//m:mergeCell")}
    own = {f"F{row}:G{row}" for row in range(2, 2 + copies)}
    assert merged == own | {f"A{last + 3}:D{last + 4}", f"E1:E{last + 1}"}
    assert made.one(SHEET, "//m:pane").get("topLeftCell") == "B2"
    assert made.one(SHEET, "//m:pane").get("ySplit") == "1"
    assert {one.get("activeCell") for one in made.find(SHEET, "//m:selection")} == {"A1"}
    breaks = [int(one.get("id")) for one in made.find(SHEET, "//m:rowBreaks/m:brk")]
    assert breaks == [*range(2, 2 + copies), last + 2]
    assert made.one(SHEET, "//m:ignoredError").get("sqref") == f"A1:A{last + 1}"
    assert made.one(SHEET, "//m:protectedRange").get("sqref") == (f"B2:C{last}")
    assert made.one(SHEET, "//m:dimension").get("ref") == f"A1:G{last + 4}"
    assert made.find(SHEET, "//m:col[@min='2' and @max='4' and @style]")


@pytest.mark.parametrize("count", COUNTS)
def test_sparklines_are_repeated_with_their_rows(count: int) -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        sheet.add_sparkline("F3", {"range": "Prices!B3:D3"})

    made = finished(build, count)
    places = [one.text for one in made.find(SHEET, "//x14:sparkline/xm:sqref")]
    assert places == [f"F{row}" for row in range(2, 2 + max(count, 1))]
    assert [one.text for one in made.find(SHEET, "//x14:sparkline/xm:f")] == [
        f"Prices!B{row}:D{row}" for row in range(2, 2 + max(count, 1))
    ]


def test_rich_text_keeps_its_looks_and_a_tag_may_be_split_over_runs() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red"})
        sheet.write_rich_string("A1", "Hours: ", bold, "{{ hours", red, " }}", " a week ", red, "{{ place }}")
        sheet.write_rich_string("A2", bold, "{{ ho", red, "urs }}")
        sheet.write_rich_string("A3", bold, "plain", " text")

    made = finished(build, 0, hours=Decimal("12.5"), place="Powys & co")
    assert made.texts() == {"A1": "Hours: 12.5 a week Powys & co", "A3": "plain text"}
    assert made.one(SHEET, "//m:c[@r='A2']/m:v").text == "12.5"
    runs = made.find("xl/sharedStrings.xml", "//m:si[1]/m:r")
    assert [run.findtext("{*}t") for run in runs] == ["Hours: ", "12.5", " a week ", "Powys & co"]
    assert [run.find("{*}rPr/{*}b") is not None for run in runs] == [False, True, False, False]


def test_texts_of_dropped_sheets_and_tags_are_not_in_the_file() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write("A1", "{{ name }}")
        budget = book.add_worksheet("Budget")
        budget.write("A1", "{%sheet if no %}Secret wording")
        budget.insert_image("B3", "pixel.png", {"image_data": BytesIO(PIXEL)})
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Budget!$A$1:$A$3"})
        budget.insert_chart("C3", chart)
        budget.add_table("E1:F3", {"name": "Hidden"})

    made = finished(build, 0, no=False, name="x")
    text = b"".join(made.parts.values())
    for gone in (b"Secret", b"Budget", b"{{", b"Hidden"):
        assert gone not in text
    assert not [part for part in made.parts if "chart" in part or "media" in part or "table" in part or "sheet2" in part]


def test_the_same_input_gives_the_same_bytes() -> None:
    template = written(table)
    first, second = (render_workbook(template, NAME, {"lots": lots(3)}) for _ in range(2))
    assert first == second

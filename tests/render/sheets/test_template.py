"""What a template may not hold is refused when it is compiled, all of it at once, with its place and what to do."""

import pickle
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

import pytest
from xlsxwriter import Workbook

from pipeline.exceptions import TemplateError
from pipeline.finish.package import read_parts, write_parts
from pipeline.formulas import Address, ExcelError, Formula, Scalar, Table
from pipeline.render.sheets.render import render_parts
from pipeline.render.sheets.results import fill_values
from pipeline.render.sheets.template import compile_workbook
from pipeline.templates.check import check_template
from tests.fixtures.workbooks import PIXEL, Finished, repeated, workbook_bytes, written

NAME = "prices.xlsx"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
Parts = dict[str, bytes]


def plain(book: Workbook) -> None:
    sheet = book.add_worksheet("Prices")
    sheet.write("A1", "Rate")
    sheet.write_url("A2", "https://example.org/")


def changed(change: Callable[[Parts], None], build: Callable[[Workbook], None] = plain) -> bytes:
    parts = read_parts(written(build))
    change(parts)
    return write_parts(parts)


def points_to(part: str, kind: str, target: str) -> Callable[[Parts], None]:
    """Let a part point to another one, of a kind."""
    folder, _, file = part.rpartition("/")
    path = f"{folder}/_rels/{file}.rels"

    def change(parts: Parts) -> None:
        link = f'<Relationship Id="rId99" Type="{kind if "/" in kind else f"{OFFICE}/{kind}"}" Target="{target}"/>'
        parts[path] = parts[path].replace(b"</Relationships>", link.encode() + b"</Relationships>")
        parts[f"xl/{target.removeprefix('../')}"] = b"<x/>"

    return change


MICROSOFT = "http://schemas.microsoft.com/office"
REFUSED = {
    "pivot table": (points_to(SHEET, "pivotTable", "../pivotTables/pivotTable1.xml"), "Prices: holds a pivot table"),
    "pivot cache": (points_to(BOOK, "pivotCacheDefinition", "pivotCache/x.xml"), "holds a pivot table"),
    "external link": (points_to(BOOK, "externalLink", "externalLinks/externalLink1.xml"), "holds a link to another workbook"),
    "macros": (points_to(BOOK, f"{MICROSOFT}/2006/relationships/vbaProject", "vbaProject.bin"), "holds macros"),
    "threaded comment": (
        points_to(SHEET, f"{MICROSOFT}/2017/10/relationships/threadedComment", "../threadedComments/threadedComment1.xml"),
        "Prices: holds a threaded comment, which cannot be carried over; delete it, or write it as a note",
    ),
    "slicer": (points_to(SHEET, f"{MICROSOFT}/2007/relationships/slicer", "../slicers/slicer1.xml"), "Prices: holds a slicer"),
    "data model": (points_to(BOOK, "powerPivotData", "model/item.data"), "holds a data model"),
    "connection": (points_to(BOOK, "connections", "connections.xml"), "holds a data connection"),
    "embedded object": (points_to(SHEET, "oleObject", "../embeddings/x.bin"), "Prices: holds an embedded object"),
    "form control": (points_to(SHEET, "ctrlProp", "../ctrlProps/x.xml"), "Prices: holds a form control"),
    "something new": (points_to(SHEET, "novelty", "../novelty.xml"), "Prices: holds something that is not known here (novelty)"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_followed_is_refused_by_the_check(change: Callable[[Parts], None], message: str) -> None:
    content = changed(change)
    lines = check_template(content, NAME, {})
    assert len(lines) == 1
    assert lines[0].startswith(f"{NAME}: ")
    assert message in lines[0]
    with pytest.raises(TemplateError) as caught:
        workbook_bytes(content, NAME, {})
    assert str(caught.value) == lines[0]


def test_all_faults_are_told_at_once() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        sheet.write_formula("A1", "=TODAY()")
        sheet.write_formula("A2", "=OFFSET(A1,1,1)")
        sheet.write_url("A3", "external:other.xlsx")
        book.add_worksheet("Hidden").hide()

    lines = check_template(written(build), NAME, {})
    assert [line.partition(";")[0] for line in lines] == [
        "prices.xlsx: Hidden: holds a hidden sheet, which cannot be carried over",
        "prices.xlsx: Prices!A1: =TODAY(): uses TODAY, which changes by itself from day to day",
        "prices.xlsx: Prices!A2: =OFFSET(A1,1,1): uses OFFSET, which cannot follow its rows",
        "prices.xlsx: Prices: holds a link to other.xlsx",
    ]


def tag_in_title(book: Workbook) -> None:
    sheet = book.add_worksheet("Prices")
    chart = book.add_chart({"type": "bar"})
    chart.set_title({"name": "{{ authority.name }}"})
    chart.add_series({"values": "=Prices!$A$1:$A$3"})
    sheet.insert_chart("A5", chart)


def tag_in_prompt(book: Workbook) -> None:
    sheet = book.add_worksheet("Prices")
    sheet.data_validation("A1", {"validate": "any", "input_title": "x", "input_message": "{{ lot.name }}"})


def tag_in_comment(book: Workbook) -> None:
    book.add_worksheet("Prices").write_comment("A1", "{{ name }}")


def tag_in_alt_text(book: Workbook) -> None:
    book.add_worksheet("Prices").insert_image("A1", "x.png", {"image_data": BytesIO(PIXEL), "description": "{{ name }}"})


def tag_in_link(book: Workbook) -> None:
    book.add_worksheet("Prices").write_url("A1", "https://example.org/{{ name }}", string="x")


def tag_in_heading(book: Workbook) -> None:
    book.add_worksheet("Prices").add_table("A1:B3", {"columns": [{"header": "{{ name }}"}, {"header": "b"}]})


def table_cut_by_rows(book: Workbook) -> None:
    sheet = book.add_worksheet("Prices")
    sheet.add_table("A2:B4", {"columns": [{"header": "a"}, {"header": "b"}]})
    sheet.write("A1", "{%tr for x in xs %}")
    sheet.write("A3", "{%tr endfor %}")


def table_in_rows(book: Workbook) -> None:
    sheet = book.add_worksheet("Prices")
    sheet.add_table("A2:B4", {"columns": [{"header": "a"}, {"header": "b"}]})
    sheet.write("A1", "{%tr for x in xs %}")
    sheet.write("A5", "{%tr endfor %}")


def chart(book: Workbook) -> None:
    sheet = book.add_worksheet("Prices")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Prices!$A$1:$A$3"})
    sheet.insert_chart("A5", chart)


def test_a_chart_of_another_workbook_is_refused() -> None:
    def change(parts: Parts) -> None:
        parts["xl/charts/chart1.xml"] = parts["xl/charts/chart1.xml"].replace(b"Prices!$A", b"[1]Prices!$A")

    lines = check_template(changed(change, chart), NAME, {})
    assert [line.partition(",")[0] for line in lines] == [
        "prices.xlsx: Prices: chart 1: [1]Prices!$A$1:$A$3: refers to [1]Prices!$A$1:$A$3"
    ]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (tag_in_title, "chart 1: {{ authority.name }}: a tag stands where none is filled"),
        (tag_in_prompt, "Prices: {{ lot.name }}"),
        (tag_in_comment, "Prices: a comment: {{ name }}"),
        (tag_in_alt_text, "Prices: a drawing: {{ name }}"),
        (tag_in_link, "link to web pages only, without tags"),
        (tag_in_heading, "Prices: the table Table1: {{ name }}: a tag stands where none is filled"),
        (table_cut_by_rows, "begins or ends inside repeated rows"),
        (table_in_rows, "stands inside repeated rows"),
    ],
)
def test_tags_and_tables_in_the_wrong_place(build: Callable[[Workbook], None], message: str) -> None:
    assert any(message in line for line in check_template(written(build), NAME, {"name": "x"}))


def test_what_excel_notes_for_itself_is_left_out() -> None:
    def change(parts: Parts) -> None:
        for part, kind, target in (
            (BOOK, "calcChain", "calcChain.xml"),
            (SHEET, "printerSettings", "../printerSettings/printerSettings1.bin"),
            (BOOK, "http://schemas.microsoft.com/office/2017/10/relationships/person", "persons/person.xml"),
        ):
            points_to(part, kind, target)(parts)
        parts["docProps/app.xml"] = parts["docProps/app.xml"].replace(b"</Properties>", b"<Company>Powys</Company></Properties>")
        path = b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><x>C:\\Users\\a</x>'
        parts[BOOK] = parts[BOOK].replace(b"<bookViews>", path + b"</mc:AlternateContent><bookViews>")

    made = Finished(workbook_bytes(changed(change), NAME, {}))
    assert not [part for part in made.parts if "calcChain" in part or "printer" in part or "person" in part]
    assert b"Powys" not in made.parts["docProps/app.xml"]
    assert b"Users" not in made.parts[BOOK]
    assert made.one(BOOK, "//m:calcPr").get("fullCalcOnLoad") == "1"


def test_a_workbook_whose_parts_write_a_prefix_is_read_like_any_other() -> None:
    def change(parts: Parts) -> None:
        text = parts[SHEET].decode()
        for tag in (
            "worksheet",
            "sheetData",
            "row",
            "c",
            "v",
            "dimension",
            "sheetViews",
            "sheetView",
            "pageMargins",
            "sheetFormatPr",
        ):
            text = text.replace(f"<{tag}>", f"<x:{tag}>").replace(f"<{tag} ", f"<x:{tag} ").replace(f"</{tag}>", f"</x:{tag}>")
        text = text.replace("<hyperlink", "<x:hyperlink").replace("</hyperlink", "</x:hyperlink")
        parts[SHEET] = text.replace('xmlns="', 'xmlns:x="').encode()

    made = Finished(workbook_bytes(changed(change), NAME, {}))
    assert made.texts() == {"A1": "Rate", "A2": "https://example.org/"}


def test_a_compiled_template_is_plain_data() -> None:
    def build(book: Workbook) -> None:
        repeated(book.add_worksheet("Prices"))

    compiled = compile_workbook(written(build), NAME)
    again = pickle.loads(pickle.dumps(compiled))  # noqa: S301 - written a moment ago
    assert again == compiled
    context = {"lots": [{"name": "x", "hours": 2, "rate": 3}]}
    assert render_parts(again, context).parts() == render_parts(compiled, context).parts()


def test_values_are_put_where_excel_looks_for_them() -> None:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        for cell in ("F1", "G1", "H1"):
            sheet.write_formula(cell, "=A1")
        sheet.write_array_formula("J5:J6", "{=B5:B6}")
        sheet.write("F5", True)  # noqa: FBT003 - a value of a cell
        book.define_name("Total", "=Prices!$D$5")
        book.define_name("Prices!Own", "=Prices!$A$1")
        book.add_worksheet("Lists").add_table("B2:C4", {"name": "Names", "columns": [{"header": "a"}, {"header": "b"}]})

    lots = [{"name": f"Lot {n}", "hours": Decimal(n), "rate": Decimal("10.50")} for n in (1, 2)]
    rendered = render_parts(compile_workbook(written(build), NAME), {"lots": lots})
    cells = rendered.cells
    assert cells["Prices", 2, 1] == "Lot 1"
    assert cells["Prices", 3, 3] == Decimal("10.5")
    assert cells["Prices", 3, 4] == Formula("B3*C3")
    assert cells["Prices", 4, 6] is True
    assert cells["Prices", 4, 10] == Formula("B4:B5", "J4:J5")
    assert rendered.names == {"Total": "Prices!$D$4", ("Prices", "Own"): "Prices!$A$1"}
    assert rendered.tables == (Table("Names", "Lists", 2, 2, 4, 3, ("a", "b"), headers=True, totals=False),)
    values: dict[Address, Scalar] = {("Prices", 3, 4): Decimal(21), ("Prices", 1, 6): "a<b", ("Prices", 1, 7): True}
    fill_values(
        rendered,
        {
            **values,
            ("Prices", 1, 8): ExcelError.NA,
            ("Prices", 4, 10): Decimal(2),
            ("Prices", 5, 10): Decimal(3),
            ("Prices", 9, 9): Decimal(1),
        },
    )
    made = Finished(write_parts(rendered.parts()))
    shown = {one.get("r"): (one.get("t"), one.findtext("{*}v")) for one in made.find(SHEET, "//m:c[m:f]")}
    assert shown["D3"] == (None, "21")
    assert shown["F1"] == ("str", "a<b")
    assert shown["G1"] == ("b", "1")
    assert shown["H1"] == ("e", "#N/A")
    assert shown["J4"] == (None, "2")
    assert made.one(SHEET, "//m:c[@r='J5']/m:v").text == "3"
    assert shown["B4"] == (None, None)
    assert made.formulas()["D3"] == "B3*C3"

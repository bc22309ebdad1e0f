"""A sheet written out as Excel saves one, with all it notes beside the cells: what is not about rows comes through as it was."""

from datetime import date
from decimal import Decimal

import pytest
from xlsxwriter import Workbook

from pipeline.exceptions import TemplateError
from pipeline.finish.package import read_parts, write_parts
from tests.fixtures.workbooks import Finished, workbook_bytes, written

SHEET = "xl/worksheets/sheet1.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr" '
    'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
    'xr:uid="{00000000-0001-0000-0000-000000000000}">'
    '<sheetPr codeName="Sheet1"><tabColor theme="4"/></sheetPr><dimension ref="A1:D7"/>'
    '<sheetViews><sheetView tabSelected="1" zoomScale="85" workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A21" activePane="bottomLeft" state="frozen"/>'
    '<selection pane="bottomLeft" activeCell="C40" sqref="C40:D41"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="14.5" x14ac:dyDescent="0.35"/>'
    '<cols><col min="1" max="1" width="18.7" bestFit="1" customWidth="1"/></cols>'
)  # fmt: skip
ROWS = (
    '<row r="1" spans="1:4" x14ac:dyDescent="0.35"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> Lot </t>'
    '<rPh sb="0" eb="1"><t>x</t></rPh></is></c><c r="B1" t="str"><v>Hours</v></c><c r="C1" t="b"><v>1</v></c></row>'
    '<row r="2" spans="1:4"><c r="A2" t="inlineStr"><is><t>{%tr for lot in lots %}</t></is></c></row>'
    '<row r="3" ht="29" thickBot="1" x14ac:dyDescent="0.35"><c r="A3" t="inlineStr"><is><r><t>{{ lot</t></r><r><rPr><b/></rPr>'
    '<t>.name }}</t></r></is></c><c r="B3" t="inlineStr"><is><t>{{ lot.hours }}</t></is></c>'
    '<c r="C3"><f>B3*2</f><v>0</v></c><c r="D3" t="str"><f>IF(B3&gt;1,"more","less")</f><v>less</v></c></row>'
    '<row r="4"><c r="A4" t="inlineStr"><is><t>{%tr endfor %}</t></is></c></row>'
    '<row r="5"><c r="C5"><f>SUM(C3:C3)</f><v>0</v></c></row>'
    '<row r="7"><c><v>1.50</v></c><c t="inlineStr"><is><t>a_x000D_b</t></is></c></row>'
)
TAIL = (
    '<sheetData>{rows}</sheetData><sheetProtection sheet="1" objects="1" scenarios="1"/>'
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" r:id="rId1"/>'
    "<headerFooter><oddHeader>&amp;L{{ notice }}&amp;R&amp;9 {{ name }}</oddHeader>"
    "<oddFooter>&amp;CPage &amp;P</oddFooter></headerFooter>"
    '<rowBreaks count="1" manualBreakCount="1"><brk id="4" max="16383" man="1"/></rowBreaks></worksheet>'
)


def template() -> bytes:
    def build(book: Workbook) -> None:
        book.add_worksheet("Prices")

    parts = read_parts(written(build))
    return write_parts({**parts, SHEET: (HEAD + TAIL.replace("{rows}", ROWS)).encode()})


def made(count: int) -> Finished:
    lots = [{"name": f"Lot {n}", "hours": Decimal(n)} for n in range(1, count + 1)]
    return Finished(workbook_bytes(template(), "prices.xlsx", {"lots": lots, "notice": "", "name": "Tom & Sons"}))


def test_cells_and_formulas() -> None:
    book = made(2)
    assert book.texts() == {"A1": " Lot ", "B1": "Hours", "A2": "Lot 1", "A3": "Lot 2", "B6": "a_x000D_b"}
    assert book.formulas() == {
        "C2": "B2*2",
        "C3": "B3*2",
        "D2": 'IF(B2>1,"more","less")',
        "D3": 'IF(B3>1,"more","less")',
        "C4": "SUM(C2:C3)",
    }
    shown = {one.get("r"): (one.get("t"), one.findtext("{*}v")) for one in book.find(SHEET, "//m:c[m:f]")}
    assert shown == {
        "C2": (None, "2"),
        "C3": (None, "4"),
        "D2": ("str", "less"),
        "D3": ("str", "more"),
        "C4": (None, "6"),
    }
    assert book.one(SHEET, "//m:c[@r='A6']/m:v").text == "1.50"
    assert book.one(SHEET, "//m:c[@r='C1']").get("t") == "b"


def test_what_is_not_about_rows_stays_and_the_view_begins_at_the_top() -> None:
    book = made(3)
    text = book.parts[SHEET].decode()
    for kept in (
        'mc:Ignorable="x14ac xr"',
        'xr:uid="{00000000-0001-0000-0000-000000000000}"',
        '<sheetPr codeName="Sheet1"><tabColor theme="4"/></sheetPr>',
        '<sheetProtection sheet="1" objects="1" scenarios="1"/>',
        '<col min="1" max="1" width="18.7" bestFit="1" customWidth="1"/>',
        '<pageSetup paperSize="9" orientation="landscape"/>',
        "&amp;R&amp;9 Tom &amp;&amp; Sons</oddHeader>",
        "<oddFooter>&amp;CPage &amp;P</oddFooter>",
    ):
        assert kept in text
    assert text.count('thickBot="1" x14ac:dyDescent="0.35" ht="29">') == 3
    assert "&amp;L" not in text
    assert "spans=" not in text
    pane = book.one(SHEET, "//m:pane")
    assert (pane.get("ySplit"), pane.get("topLeftCell")) == ("1", "A2")
    assert book.one(SHEET, "//m:sheetView").get("topLeftCell") is None
    assert [one.get("id") for one in book.find(SHEET, "//m:brk")] == ["4"]


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (Decimal("21.4300"), "21.43"),
        (Decimal("0.1000000000000000000000000001"), "0.1000000000000000000000000001"),
        (Decimal("1E+5"), "1E+5"),
        (Decimal(-0), "0"),
        (12_345_678_901_234_567_890, "12345678901234567890"),
        (0.1, "0.1"),
        (1e22, "1e+22"),
        (date(2026, 11, 21), "46347"),
    ],
)
def test_numbers_are_written_exactly(value: object, stored: str) -> None:
    def build(book: Workbook) -> None:
        book.add_worksheet("Prices").write("A1", "{{ x }}")

    book = Finished(workbook_bytes(written(build), "prices.xlsx", {"x": value}))
    assert book.one(SHEET, "//m:c[@r='A1']/m:v").text == stored


@pytest.mark.parametrize(
    ("place", "words", "message"),
    [
        (b"<workbookPr ", b'date1904="1" ', "counts its days from 1904"),
        (b"<calcPr ", b'fullPrecision="0" ', "calculates with the figures as displayed"),
        (b"<calcPr ", b'iterate="1" ', "calculates in circles"),
    ],
)
def test_what_calculates_in_its_own_way_is_refused(place: bytes, words: bytes, message: str) -> None:
    parts = read_parts(template())
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(place, place + words)
    with pytest.raises(TemplateError, match=message):
        workbook_bytes(write_parts(parts), "prices.xlsx", {"lots": [], "notice": "", "name": ""})


def test_a_choice_between_texts_keeps_the_looks_of_its_runs() -> None:
    def build(book: Workbook) -> None:
        sheet, bold = book.add_worksheet("Prices"), book.add_format({"bold": True})
        sheet.write_rich_string("A1", "{% if yes %}", bold, "Agreed", "{% else %}Refused{% endif %}")

    for yes, text, is_bold in ((True, "Agreed", True), (False, "Refused", False)):
        book = Finished(workbook_bytes(written(build), "prices.xlsx", {"yes": yes}))
        assert book.texts() == {"A1": text}
        assert bool(book.find("xl/sharedStrings.xml", "//m:b")) is is_bold

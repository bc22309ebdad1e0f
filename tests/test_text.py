"""A Word or Excel file as lines of text."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from docx import Document
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.exceptions import DocumentError, PipelineError
from pipeline.text import document_text, open_workbook

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]
    return target.getvalue()


def word(body: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return target.getvalue()


def test_a_document_s_properties_header_paragraphs_and_tables_come_in_order() -> None:
    document = Document()
    document.core_properties.title, document.core_properties.author = "Service specification", ""
    document.sections[0].header.paragraphs[0].text = "Draft"
    document.add_heading("Scope", 1)
    document.add_paragraph("The Provider shall\tarrive\non time.")
    document.add_paragraph("")
    table = document.add_table(2, 2)
    for cell, text in zip((table.cell(0, 0), table.cell(0, 1), table.cell(1, 0)), ("Lot", "Hours", "North"), strict=True):
        cell.text = text
    table.cell(1, 1).paragraphs[0].text = "1,200"
    table.cell(1, 1).add_paragraph("a week")
    document.add_paragraph("After", style="List Bullet")
    assert document_text(saved(document), "a.docx") == [
        "property title: Service specification",
        "header1: [Header] Draft",
        "[Heading 1] Scope",
        "[Normal] The Provider shall\tarrive ↵ on time.",
        "| Lot | Hours |",
        "| North | 1,200 // a week |",
        "[List Bullet] After",
    ]


def test_an_empty_heading_shows() -> None:
    document = Document()
    document.add_heading("", 2)
    assert "[Heading 2]" in document_text(saved(document), "a.docx")


def test_field_codes_deletions_and_fallbacks_are_not_text_and_content_controls_are() -> None:
    compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    body = (
        "<w:p><w:r><w:instrText>REF x</w:instrText></w:r><w:r><w:t>4.1</w:t></w:r>"
        "<w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t> new</w:t></w:r></w:ins>"
        f'<mc:AlternateContent xmlns:mc="{compatibility}"><mc:Fallback><w:r><w:t>twice</w:t></w:r></mc:Fallback>'
        "</mc:AlternateContent></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>inside</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert document_text(word(body), "a.docx") == ["4.1 new", "inside"]


def test_a_table_in_a_table_stays_in_its_cell() -> None:
    inner = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    body = f"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p>{inner}<w:p/></w:tc></w:tr></w:tbl>"
    assert document_text(word(body), "a.docx") == ["| a // (b) |"]


def test_a_workbook_s_values_formulas_names_and_validations_come_sheet_by_sheet() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Rates"
    sheet["A1"], sheet["B1"], sheet["C1"] = "Pay\nrate", Decimal("13.45"), date(2026, 4, 1)
    sheet["B2"], sheet["C2"] = "=B1*2", True
    sheet["B3"] = "=not a formula"
    sheet["B3"].data_type = "s"
    sheet["A1"].comment = Comment("why", "somebody")
    rule = DataValidation(type="list", formula1='"a,b"')
    rule.add("B4")
    sheet.add_data_validation(rule)
    sheet.merge_cells("A6:B6")
    assert sheet.oddFooter is not None
    sheet.oddFooter.center.text = "Page 1"
    hidden = book.create_sheet("Scores")
    hidden.sheet_state = "hidden"
    book.defined_names["Rate"] = DefinedName("Rate", attr_text="Rates!$B$1")
    assert document_text(saved(book), "a.xlsx") == [
        "name Rate = Rates!$B$1",
        "sheet Rates",
        "Rates!A1 = Pay ↵ rate",
        "Rates!A1 comment: why",
        "Rates!B1 = 13.45",
        "Rates!C1 = 2026-04-01",
        "Rates!B2 = =B1*2",
        "Rates!C2 = TRUE",
        "Rates!B3 = '=not a formula",
        "Rates!A6:B6 merged",
        'Rates!B4 validation list: "a,b"',
        "Rates footer: Page 1",
        "sheet Scores (hidden)",
    ]


def test_the_same_bytes_give_the_same_lines() -> None:
    data = saved(Workbook())
    assert document_text(data, "a.xlsx") == document_text(data, "a.xlsx")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.docx"),
        (b"plain text", "a.xlsx"),
        (word("<w:p>"), "a.docx"),
        (word("<w:p/>").replace(b"<w:p/>", b""), "a.docx"),
        (word(""), "a.xlsx"),
        (b"", "a.pdf"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(data: bytes, name: str) -> None:
    with pytest.raises(PipelineError, match=r"^a\.(docx|xlsx|pdf): "):
        document_text(data, name)


def test_a_document_without_its_main_part_is_refused() -> None:
    with pytest.raises(PipelineError, match="holds no Word document"):
        document_text(saved(Workbook()), "a.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(encoding: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        body = "<w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body>"
        bomb = f'<!DOCTYPE d [<!ENTITY x "boom">]><w:document xmlns:w="{WORD}">{body}</w:document>'
        package.writestr("word/document.xml", bomb.encode(encoding))
    with pytest.raises(DocumentError, match=r"^a.docx: word/document.xml holds a document type"):
        document_text(target.getvalue(), "a.docx")


def test_a_part_that_is_there_twice_is_refused() -> None:
    target = io.BytesIO(word("<w:p/>"))
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("word/Document.xml", "<x/>")
    with pytest.raises(DocumentError, match=r"^a.docx: holds the same part twice"):
        document_text(target.getvalue(), "a.docx")


def workbook_with(parts: dict[str, bytes | None]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(Workbook()))) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = parts.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NO_STRING = (
    f'<worksheet xmlns="{SPREADSHEET}"><sheetData><row r="1"><c r="A1" t="s" s="9999"><v>9</v></c></row></sheetData></worksheet>'
)
FAR_MERGE = f'<worksheet xmlns="{SPREADSHEET}"><sheetData/><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'


@pytest.mark.parametrize(
    "parts",
    [{SHEET: b"<a"}, {"xl/workbook.xml": None}, {SHEET: NO_STRING.encode()}],
    ids=["malformed", "no workbook", "no such string"],
)
def test_every_way_a_workbook_may_be_broken_is_one_error(parts: dict[str, bytes | None]) -> None:
    with pytest.raises(DocumentError, match=r"^a.xlsx: is not an Excel workbook"):
        open_workbook(workbook_with(parts), "a.xlsx")


def test_a_stray_far_cell_is_refused_before_anything_walks_to_it() -> None:
    book = Workbook()
    book.worksheets[0]["XFD1"] = book.worksheets[0]["A1048576"] = 1
    with pytest.raises(DocumentError, match=r"^a.xlsx: Sheet: reaches as far as XFD1048576"):
        document_text(saved(book), "a.xlsx")


def test_a_merged_area_that_fills_a_sheet_is_refused() -> None:
    with pytest.raises(DocumentError, match="reaches as far as XFD1048576"):
        open_workbook(workbook_with({SHEET: FAR_MERGE.encode()}), "a.xlsx")

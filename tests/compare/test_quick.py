"""What is read from markup as text says what the full reader says, and whatever takes more is left to that."""

import re

import pytest

from pipeline.compare.sheets.quick import plain_rows
from pipeline.compare.sheets.read import Book
from pipeline.compare.word.quick import is_reworded
from pipeline.finish.package import read_parts, write_parts
from tests.fixtures.schedules_compared import schedule

PRICES = "xl/worksheets/sheet2.xml"
ORIGINAL = read_parts(schedule())
WRITTEN = {
    "as it is": ("", ""),
    "a sign written as a name": ("<f>D4*E4</f>", "<f>IF(D4&lt;&gt;E4,&quot;a&amp;lt;&quot;,D4*E4)</f>"),
    "a sign written as a number": ("<f>D4*E4</f>", "<f>D4&#42;E4</f>"),
    "a sign that seems to make another": ("<f>D4*E4</f>", "<f>D4&#38;lt;E4&#x2B;1</f>"),
    "an array formula": ("<f>D4*E4</f>", '<f t="array" ref="F4">D4*E4</f>'),
    "an empty formula": ("<f>D4*E4</f>", "<f></f>"),
    "a row of nothing": ("</sheetData>", '<row r="99"/><row r="100" hidden="1"></row></sheetData>'),
    "a text in the cell": (
        "</sheetData>",
        '<row r="99"><c r="A99" t="inlineStr"><is><t>&amp;lt;</t></is></c></row></sheetData>',
    ),
    "a text in two fonts": (
        "</sheetData>",
        '<row r="99"><c r="A99" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row></sheetData>',
    ),
    "a row with another line end": ("</sheetData>", '<row r="99"><c r="A99" t="str"><v>a\r\nb</v></c></row></sheetData>'),
    "a truth": ("</sheetData>", '<row r="99"><c r="A99" t="b"><v>1</v></c><c r="B99" s="1"/></row></sheetData>'),
}


def _rows(markup: str) -> list[object]:
    book = Book(write_parts({**ORIGINAL, PRICES: markup.encode()}), "a.xlsx")
    sheet = next(sheet for sheet in book.sheets.values() if sheet.part == PRICES)
    return [(row.number, row.raw) for row in sheet.rows]


@pytest.mark.parametrize("name", WRITTEN)
def test_cells_read_from_markup_are_those_of_the_full_reader(name: str) -> None:
    markup = ORIGINAL[PRICES].decode().replace(*WRITTEN[name], 1) if WRITTEN[name][0] else ORIGINAL[PRICES].decode()
    in_full = markup.replace("<sheetData>", "<sheetData><!-- nothing is read from the markup -->", 1)
    assert _rows(markup) == _rows(in_full)


def test_most_rows_are_read_from_markup() -> None:
    count = len(re.findall(rb"<row ", ORIGINAL[PRICES]))
    assert count > 0
    assert all(row is not None for row in plain_rows(ORIGINAL[PRICES], count))
    assert plain_rows(ORIGINAL[PRICES], count + 1) == [None] * (count + 1)


PLAIN = b'<w:p><w:pPr><w:pStyle w:val="Clause"/></w:pPr><w:r><w:t>one</w:t></w:r></w:p>'


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (PLAIN, PLAIN.replace(b"one", b"two"), True),
        (PLAIN, PLAIN.replace(b"Clause", b"Note"), False),
        (PLAIN, PLAIN.replace(b"one", b"t\nwo"), False),
        (PLAIN.replace(b"<w:r>", b"<w:r><w:rPr><w:b/></w:rPr>"), PLAIN.replace(b"<w:r>", b"<w:r><w:rPr><w:b/></w:rPr>"), False),
        (PLAIN.replace(b"<w:r>", b"<w:hyperlink><w:r>"), PLAIN.replace(b"<w:r>", b"<w:hyperlink><w:r>"), False),
        (PLAIN.replace(b"<w:t>", b"<w:br/><w:t>"), PLAIN.replace(b"<w:t>", b"<w:br/><w:t>"), False),
    ],
)
def test_only_plain_paragraphs_are_said_to_differ_in_words_alone(old: bytes, new: bytes, expected: bool) -> None:  # noqa: FBT001
    assert is_reworded(old, new) is expected

"""What could be hidden in a workbook: each pair gives its change, and never less than what it does to a reader."""

import re
from typing import Any

import pytest

from pipeline.compare.packs import compare_files
from pipeline.compare.sheets import compare_workbooks
from pipeline.compare.sheets.areas import area_of
from pipeline.compare.sheets.seen import cell_veils, format_touches
from pipeline.finish.package import read_parts, write_parts
from tests.fixtures.schedules_compared import Edit, schedule, tweaked

Found = list[tuple[str, str]]
ORIGINAL = schedule()


def found(old: bytes, new: bytes) -> Found:
    changes, _ = compare_workbooks(old, new, "a.xlsx")
    return [(change.kind, change.severity.value) for change in changes]


def rewritten(part: str, *pairs: tuple[str, str]) -> bytes:
    parts = read_parts(ORIGINAL)
    text = parts[part].decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return write_parts({**parts, part: text.encode()})


def number_format(code: str) -> Edit:
    return tweaked(lambda book, sheets, _: sheets["Summary"].write("B4", 0.03, book.add_format({"num_format": code})))


LOOKS: dict[str, tuple[Edit, Found]] = {
    "nothing shown": (number_format(";;;"), [("number-format-changed", "high")]),
    "another currency": (number_format("€0.0"), [("number-format-changed", "high")]),
    "more places": (number_format("0.00%"), [("number-format-changed", "low")]),
    "a flat row": (
        tweaked(lambda _, sheets, __: sheets["Prices"].set_row(9, 0.5)),
        [("hidden-changed", "high")],
    ),
    "a narrow column": (
        tweaked(lambda _, sheets, __: sheets["Prices"].set_column("D:D", 0.1)),
        [("hidden-changed", "high"), ("width-changed", "low")],
    ),
    "a format that whites out": (
        tweaked(
            lambda book, sheets, _: sheets["Summary"].conditional_format(
                "B3", {"type": "cell", "criteria": ">", "value": 0, "format": book.add_format({"font_color": "#FFFFFF"})}
            )
        ),
        [("conditional-format-inserted", "high")],
    ),
}


@pytest.mark.parametrize("name", LOOKS)
def test_what_hides_is_as_grave_as_what_is_said(name: str) -> None:
    edit, expected = LOOKS[name]
    kinds = [one for one in found(ORIGINAL, schedule(edit)) if one[0] not in {"style-changed", "protection-changed"}]
    assert kinds == expected


@pytest.mark.parametrize(
    ("font", "fill", "signs"),
    [
        ("font color rgb FFFFFF; sz 10;", "", {"as its ground"}),
        ("font color theme 0; sz 10;", "", {"as its ground"}),
        ("color rgb FFFFFF; sz 10;", "patternFill patternType solid fgColor rgb 1F3A5F;;", set()),
        ("color rgb 1F3A5F; sz 10;", "patternFill patternType solid fgColor rgb 1F3A60;;", {"as its ground"}),
        ("sz 10;", "patternFill patternType solid fgColor rgb 000000;;", {"as its ground", "black ground"}),
        ("strike; sz 1;", "", {"struck", "tiny"}),
        ("name Arial; sz 10;", "", set()),
    ],
)
def test_what_counts_as_hiding(font: str, fill: str, signs: set[str]) -> None:
    assert cell_veils(font, fill) == signs


@pytest.mark.parametrize(
    ("old", "new", "touched"),
    [
        ("0.0#%", ";;;", ("percentage", "visibility")),
        ("£#,##0.00", "€#,##0.00", ("money",)),
        ("£#,##0.00", "£#,##0.00,", ("number",)),
        ("#,##0", '#,##0" thousand"', ("number",)),
        ("0.00", "dd/mm/yyyy", ("date",)),
        ("0", "[White]0", ("visibility",)),
        ("0;0;", "0", ("number", "visibility")),
        ("£#,##0.00", "£#,##0.00;£#,##0.00", ("number",)),
        ("£#,##0.00", "£#,##0.00;[Red]£#,##0.00", ("number",)),
        ("£#,##0.00", "£#,##0.00;[Red]-£#,##0.00", ()),
        ("£#,##0.00", "£#,##0.00;(£#,##0.00)", ()),
        ("£#,##0.00", "[<0]£#,##0.00;£#,##0.00", ("number",)),
        ("£0", "£0!0", ("number",)),
        ("£0", "£9#,##0", ("number",)),
        ("£0", '£0"0"', ("number",)),
        ("0.0", '0.0" per year"', ("number",)),
        ("0", '0" "0', ("number",)),
        ("0", "*90", ("number",)),
        ("0", "_(* 0_)", ()),
        ("dd/mm/yyyy", "mm/dd/yyyy", ("date",)),
        ("dd/mm/yyyy", "d mmmm yyyy", ()),
        ("[h]:mm", "h:mm", ()),
        ("0", "[Color 2]0", ("visibility",)),
        ("", "General", ()),
        ('"£"#,##0', "£#,##0", ()),
        ("[$£-809]#,##0.00", "£#,##0.00", ()),
        ("+£0.00;-£0.00;£0.00", "£0.0", ()),
    ],
)
def test_what_another_number_format_touches(old: str, new: str, touched: tuple[str, ...]) -> None:
    assert format_touches(old, new) == touched


SUMMARY, BOOK = "xl/worksheets/sheet3.xml", "xl/workbook.xml"
SETTINGS: dict[str, tuple[str, str, str, Found]] = {
    "days counted from 1904": (BOOK, "<workbookPr ", '<workbookPr date1904="1" ', [("setting-changed", "high")]),
    "calculated by hand": (BOOK, "<calcPr ", '<calcPr calcMode="manual" ', [("setting-changed", "high")]),
    "as precise as shown": (BOOK, "<calcPr ", '<calcPr fullPrecision="0" ', [("setting-changed", "high")]),
    "calculated in circles": (BOOK, "<calcPr ", '<calcPr iterate="1" ', [("setting-changed", "high")]),
    "better read than written": (BOOK, "<bookViews>", "<fileSharing/><bookViews>", [("protection-changed", "content")]),
    "zeros left out": (SUMMARY, "<sheetView ", '<sheetView showZeros="0" ', [("setting-changed", "high")]),
    "rows without a height hidden": (SUMMARY, "<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" ', [("setting-changed", "high")]),
    "scenarios": (SUMMARY, "<pageMargins", "<scenarios/><pageMargins", [("setting-changed", "content")]),
    "a filter": (
        SUMMARY,
        "<pageMargins",
        '<autoFilter ref="A2:B5"><filterColumn colId="0"/></autoFilter><pageMargins',
        [("setting-changed", "high")],
    ),
    "a number kept as a text": (
        SUMMARY,
        "<v>0.03</v>",
        "<is><t>0.03</t></is>",
        [("value-changed", "high")],
    ),
    "a reference that stays": (SUMMARY, "<f>B3*(1+B4)</f>", "<f>$B$3*(1+B4)</f>", [("formula-changed", "high")]),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_what_a_workbook_is_set_to_is_compared(name: str) -> None:
    part, before, after, expected = SETTINGS[name]
    pairs = [(before, after)]
    if after.startswith("<is>"):
        text = read_parts(ORIGINAL)[part].decode()
        cell = next(one for one in re.findall(r"<c [^>]*>", text) if f"{one}{before}" in text)
        pairs = [(f"{cell}{before}", f'{cell[:-1]} t="inlineStr">{after}')]
    assert found(ORIGINAL, rewritten(part, *pairs)) == expected


def test_a_result_that_was_taken_out_is_found() -> None:
    text = read_parts(ORIGINAL)[SUMMARY].decode()
    cell = re.search(r"<f>B3\*\(1\+B4\)</f><v>[^<]*</v>", text)
    assert cell is not None
    assert found(ORIGINAL, rewritten(SUMMARY, (cell[0], "<f>B3*(1+B4)</f>"))) == [("computed-changed", "high")]


def _validated(**more: object) -> bytes:
    rule = {"validate": "list", "source": ["net", "gross"], **more}
    return schedule(tweaked(lambda _, sheets, __: sheets["Guide"].data_validation("B3", rule)))


@pytest.mark.parametrize(
    ("more", "severity"),
    [({"error_type": "information"}, "high"), ({"show_error": False}, "high"), ({"source": ["net", "gross", "free"]}, "content")],
)
def test_a_restriction_that_lets_more_through_is_found(more: dict[str, object], severity: str) -> None:
    assert found(_validated(), _validated(**more)) == [("validation-changed", severity)]


def _boxed(text: str, row: int = 20) -> bytes:
    return schedule(tweaked(lambda _, sheets, __: sheets["Summary"].insert_textbox(row, 1, text)))


def test_words_in_a_shape_are_compared_and_where_it_stands() -> None:
    assert found(_boxed("Add £5."), _boxed("Add £9.")) == [("drawing-changed", "high")]
    assert found(_boxed("Add £5."), _boxed("Add £5.", 25)) == [("drawing-moved", "low")]
    assert found(ORIGINAL, _boxed("Add £5.")) == [("drawing-inserted", "high")]


def _two_formats(first: int) -> bytes:
    def edit(_: object, sheets: dict[str, object], formats: dict[str, object]) -> None:
        for at in (first, 1 - first):
            rule = {"type": "cell", "criteria": "<", "value": at, "format": formats["head"]}
            sheets["Summary"].conditional_format(f"B{3 + at}", rule)  # type: ignore[attr-defined]

    return schedule(tweaked(edit))


def test_another_order_of_conditional_formats_is_found() -> None:
    assert found(_two_formats(0), _two_formats(1)) == [("conditional-format-changed", "low")]


@pytest.mark.parametrize(
    ("listed", "area"),
    [
        ("B7 B8 B9", "B7:B9"),
        ("B9 B7:B8", "B7:B9"),
        ("B7 C7 B8 C8", "B7:C8"),
        ("B7:B9 D7:D9 B16", "B7:B9 B16 D7:D9"),
        ("B7", "B7"),
        ("A1:XFD1048576 B2", "A1:XFD1048576 B2"),
        ("#REF! B2", "#REF! B2"),
    ],
)
def test_an_area_is_written_in_one_way(listed: str, area: str) -> None:
    assert area_of(listed) == area


def test_a_restriction_listed_cell_by_cell_is_the_same() -> None:
    def ruled(area: str) -> bytes:
        rule = f'<dataValidation type="list" sqref="{area}"><formula1>"a,b"</formula1></dataValidation>'
        return rewritten(SUMMARY, ("<pageMargins", f'<dataValidations count="1">{rule}</dataValidations><pageMargins'))

    assert found(ruled("B3 B4 B5"), ruled("B3:B5")) == []
    assert found(ruled("B3 B4"), ruled("B3:B5")) == [("validation-changed", "content")]


def test_the_same_change_of_looks_on_many_sheets_is_said_once() -> None:
    def turn(_: object, sheets: dict[str, Any], __: object) -> None:
        for sheet in sheets.values():
            sheet.set_landscape()

    changes = compare_files(ORIGINAL, schedule(tweaked(turn)), "a.xlsx").changes
    assert [(one.kind, one.location.words(), one.also) for one in changes] == [
        ("print-changed", "Guide", ("Prices", "Summary", "Lists"))
    ]


def test_colours_and_switches_may_be_written_in_several_ways() -> None:
    styles = "xl/styles.xml"
    text = read_parts(ORIGINAL)[styles].decode()
    assert "<b/>" in text
    assert "<b/><sz" in text
    again = rewritten(styles, ("<b/>", '<b val="true"/>'))
    assert found(ORIGINAL, again) == []
    turned = rewritten(styles, *[(one, f"{one[4:]}<b/>") for one in re.findall(r"<b/><sz[^>]*/>", text)[:1]])
    assert found(ORIGINAL, turned) == []

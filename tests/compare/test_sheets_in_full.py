"""Whatever else a workbook holds: each pair differs in one thing that is easily overlooked, and gives exactly its change."""

import re
from dataclasses import dataclass

import pytest

from pipeline.compare.change import Status
from pipeline.compare.packs import compare_files
from pipeline.compare.sheets import compare_workbooks
from pipeline.exceptions import DocumentError
from pipeline.finish.package import read_parts, write_parts
from tests.fixtures.schedules_compared import schedule

ORIGINAL = read_parts(schedule())
GUIDE, PRICES, SUMMARY = (f"xl/worksheets/sheet{at}.xml" for at in (1, 2, 3))
BOOK, STYLES, STRINGS, CHART = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/charts/chart1.xml"
DRAWING = "xl/drawings/drawing1.xml"
SEEN = ("visibility",)
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"


@dataclass(frozen=True)
class Pair:
    """A part, what stands in the old file in place of a text of the original, what in the new, and the change."""

    part: str
    at: str
    old: str
    new: str
    kind: str
    severity: str
    said: tuple[str, str] = ("*", "*")


def _formatted(rule: str) -> str:
    return f'<conditionalFormatting sqref="B3">{rule}</conditionalFormatting><pageMargins'


def _extended(inner: str) -> str:
    return f'<extLst><ext uri="{{X}}" xmlns:x14="{X14}" xmlns:xm="{XM}">{inner}</ext></extLst></worksheet>'


def _limited(cell: str) -> str:
    formula = f"<x14:formula1><xm:f>{cell}</xm:f></x14:formula1><xm:sqref>B3</xm:sqref>"
    rule = f'<x14:dataValidation type="decimal" operator="lessThan">{formula}</x14:dataValidation>'
    return _extended(f"<x14:dataValidations>{rule}</x14:dataValidations>")


def _whitened(colour: str) -> str:
    rule = f'<x14:cfRule type="expression" priority="9"><xm:f>TRUE</xm:f><x14:dxf><font>{colour}</font></x14:dxf></x14:cfRule>'
    block = f"<x14:conditionalFormatting>{rule}<xm:sqref>B3</xm:sqref></x14:conditionalFormatting>"
    return _extended(f"<x14:conditionalFormattings>{block}</x14:conditionalFormattings>")


def _icons(more: str = "", last: int = 67) -> str:
    limits = "".join(f'<cfvo type="num" val="{at}"/>' for at in (0, 33, last))
    return _formatted(f'<cfRule type="iconSet" priority="2"><iconSet iconSet="3Arrows"{more}>{limits}</iconSet></cfRule>')


def _run(look: str) -> str:
    return f'<si><r><t>Value a year </t></r><r><rPr>{look}<sz val="11"/></rPr><t>later</t></r></si>'


def _linked(rest: str) -> str:
    return f'<hyperlinks><hyperlink ref="A1" location="Guide!A1" {rest}/></hyperlinks><pageMargins'


def _listed(rest: str) -> str:
    return f'<dataValidation type="list" allowBlank="1" {rest} showErrorMessage="1" sqref="C4:C33">'


INDEXATION = '<c r="B4" s="4"><v>0.03</v></c>'
CELL = '<c r="B4" s="4">{}<v>0.03</v></c>'
RULED = 'showInputMessage="1" showErrorMessage="1" sqref="C4:C33"'
LISTED = f'<dataValidation type="list" allowBlank="1" {RULED}>'
NAMED = "</definedNames>"
PROTECTED = '<sheetProtection sheet="1"'
MINMAX = '<c:orientation val="minMax"/>'

PAIRS = {
    "data table, another input": Pair(
        SUMMARY,
        INDEXATION,
        CELL.format('<f t="dataTable" ref="B4" r1="B1"/>'),
        CELL.format('<f t="dataTable" ref="B4" r1="C1"/>'),
        "formula-changed",
        "high",
        ("{=TABLE(,B1)}", "{=TABLE(,C1)}"),
    ),
    "data table instead of a value": Pair(
        SUMMARY,
        INDEXATION,
        INDEXATION,
        CELL.format('<f t="dataTable" ref="B4" r1="C1" dtr="1"/>'),
        "formula-changed",
        "high",
        ("3.0%", "{=TABLE(C1,)}"),
    ),
    "array over other cells": Pair(
        SUMMARY,
        INDEXATION,
        CELL.format('<f t="array" ref="B4:B6">1+1</f>'),
        CELL.format('<f t="array" ref="B4">1+1</f>'),
        "formula-changed",
        "high",
        ("{=1+1} over B4:B6", "{=1+1}"),
    ),
    "a formula that is always calculated": Pair(
        SUMMARY,
        "<f>B3*(1+B4)</f>",
        "<f>B3*(1+B4)</f>",
        '<f ca="1">B3*(1+B4)</f>',
        "part-changed",
        "content",
        ("", "formula ca 1"),
    ),
    "an error instead of a text": Pair(
        SUMMARY,
        INDEXATION,
        '<c r="B4" t="str"><v>#REF!</v></c>',
        '<c r="B4" t="e"><v>#REF!</v></c>',
        "value-changed",
        "high",
        ("#REF!", "#REF! (an error)"),
    ),
    "struck words within a cell": Pair(
        STRINGS,
        "<si><t>Value a year later</t></si>",
        _run(""),
        _run("<strike/>"),
        "style-changed",
        "high",
        ("“Value a year ”; “later” sz 11;", "“Value a year ”; “later” strike; sz 11;"),
    ),
    "white words within a cell": Pair(
        STRINGS,
        "<si><t>Value a year later</t></si>",
        _run(""),
        _run('<color rgb="FFFFFFFF"/>'),
        "style-changed",
        "high",
    ),
    "bold words within a cell": Pair(
        STRINGS,
        "<si><t>Value a year later</t></si>",
        "<si><t>Value a year later</t></si>",
        _run("<b/>"),
        "style-changed",
        "low",
    ),
    "limit on another sheet": Pair(
        SUMMARY,
        "</worksheet>",
        _limited("Lists!$A$2"),
        _limited("Lists!$A$3"),
        "validation-changed",
        "high",
        ("decimal lessThan Lists!$A$2 wrong entries accepted blank refused", "*"),
    ),
    "white by an extended rule": Pair(
        SUMMARY,
        "</worksheet>",
        _whitened('<color rgb="FF000000"/>'),
        _whitened('<color rgb="FFFFFFFF"/>'),
        "conditional-format-changed",
        "high",
    ),
    "lines in cells": Pair(
        SUMMARY,
        "</worksheet>",
        _extended("<x14:sparklineGroups><xm:f>A1:A2</xm:f></x14:sparklineGroups>"),
        _extended("<x14:sparklineGroups><xm:f>A1:A9</xm:f></x14:sparklineGroups>"),
        "setting-changed",
        "content",
    ),
    "bars without numbers": Pair(
        SUMMARY,
        "<pageMargins",
        _formatted('<cfRule type="dataBar" priority="2"><dataBar><cfvo type="min"/></dataBar></cfRule>'),
        _formatted('<cfRule type="dataBar" priority="2"><dataBar showValue="0"><cfvo type="min"/></dataBar></cfRule>'),
        "conditional-format-changed",
        "high",
    ),
    "icons turned round": Pair(SUMMARY, "<pageMargins", _icons(), _icons(' reverse="1"'), "conditional-format-changed", "low"),
    "icons from elsewhere on": Pair(SUMMARY, "<pageMargins", _icons(), _icons(last=10), "conditional-format-changed", "low"),
    "the first three": Pair(
        SUMMARY,
        "<pageMargins",
        _formatted('<cfRule type="top10" rank="3" priority="2"/>'),
        _formatted('<cfRule type="top10" rank="300" bottom="1" priority="2"/>'),
        "conditional-format-changed",
        "low",
        ("top10 rank 3", "top10 bottom 1 rank 300"),
    ),
    "rows of no height": Pair(
        SUMMARY,
        'defaultRowHeight="15"',
        'defaultRowHeight="15"',
        'defaultRowHeight="0.1"',
        "setting-changed",
        "high",
    ),
    "columns of no width": Pair(
        SUMMARY,
        'defaultRowHeight="15"',
        'defaultRowHeight="15"',
        'defaultColWidth="0.1" defaultRowHeight="15"',
        "setting-changed",
        "high",
    ),
    "a window that is hidden": Pair(
        BOOK,
        "<workbookView ",
        "<workbookView ",
        '<workbookView visibility="hidden" ',
        "setting-changed",
        "high",
        ("", "hidden"),
    ),
    "no tabs": Pair(BOOK, "<workbookView ", "<workbookView ", '<workbookView showSheetTabs="0" ', "setting-changed", "high"),
    "one round of circles": Pair(
        BOOK,
        "<calcPr ",
        '<calcPr iterate="1" ',
        '<calcPr iterate="1" iterateCount="1" ',
        "setting-changed",
        "high",
        ("", "1"),
    ),
    "a password": Pair(
        PRICES,
        PROTECTED,
        PROTECTED,
        f'{PROTECTED} password="CC1A"',
        "protection-changed",
        "content",
    ),
    "another password": Pair(
        PRICES,
        PROTECTED,
        f'{PROTECTED} password="CC1A"',
        f'{PROTECTED} password="CC1B"',
        "protection-changed",
        "content",
    ),
    "no list to choose from": Pair(
        PRICES,
        LISTED,
        LISTED,
        _listed('showDropDown="1" showInputMessage="1"'),
        "validation-changed",
        "high",
    ),
    "a message that is not shown": Pair(
        PRICES,
        LISTED,
        _listed('prompt="Net" showInputMessage="1"'),
        _listed('prompt="Net"'),
        "validation-changed",
        "high",
    ),
    "a place within a link": Pair(
        SUMMARY,
        "<pageMargins",
        _linked('tooltip="t"'),
        _linked('tooltip="t"').replace('A1" t', 'A2" t'),
        "link-changed",
        "content",
        ("#Guide!A1 (“t”)", "#Guide!A2 (“t”)"),
    ),
    "what is told of a link": Pair(
        SUMMARY,
        "<pageMargins",
        _linked('tooltip="t"'),
        _linked('tooltip="£5"'),
        "link-changed",
        "high",
    ),
    "an axis from five": Pair(CHART, MINMAX, MINMAX, f'<c:min val="5"/>{MINMAX}', "chart-changed", "content"),
    "an axis turned round": Pair(CHART, MINMAX, MINMAX, '<c:orientation val="maxMin"/>', "chart-changed", "content"),
    "a chart's own values": Pair(CHART, "<c:v>1850.0</c:v>", "<c:v>1850.0</c:v>", "<c:v>9.0</c:v>", "chart-changed", "content"),
    "a drawing that is hidden": Pair(
        DRAWING, ' descr="p.png"', ' descr="p.png"', ' descr="p.png" hidden="1"', "drawing-changed", "high"
    ),
    "a palette": Pair(
        STYLES,
        "</styleSheet>",
        "</styleSheet>",
        '<colors><indexedColors><rgbColor rgb="FFFFFFFF"/></indexedColors></colors></styleSheet>',
        "style-definition-changed",
        "high",
    ),
    "a name that is a number": Pair(
        BOOK,
        NAMED,
        f'<definedName name="VatRate">0.2</definedName>{NAMED}',
        f'<definedName name="VatRate">0.5</definedName>{NAMED}',
        "name-changed",
        "high",
        ("0.2", "0.5"),
    ),
    "a name that computes": Pair(
        BOOK,
        NAMED,
        f'<definedName name="Up">_xlfn.LAMBDA(x,x*1.2)</definedName>{NAMED}',
        f'<definedName name="Up">_xlfn.LAMBDA(x,x*0.2)</definedName>{NAMED}',
        "name-changed",
        "high",
    ),
    "a name that is hidden": Pair(
        BOOK,
        'name="Rates">',
        'name="Rates">',
        'name="Rates" hidden="1">',
        "name-changed",
        "content",
    ),
    "merged over words": Pair(
        SUMMARY,
        "<pageMargins",
        "<pageMargins",
        '<mergeCells><mergeCell ref="A3:B3"/></mergeCells><pageMargins',
        "merge-inserted",
        "high",
    ),
    "merged over nothing": Pair(
        SUMMARY,
        "<pageMargins",
        "<pageMargins",
        '<mergeCells><mergeCell ref="A5:A7"/></mergeCells><pageMargins',
        "merge-inserted",
        "low",
    ),
    "another first page": Pair(
        PRICES,
        "<headerFooter>",
        "<headerFooter>",
        '<headerFooter differentFirst="1">',
        "margin-changed",
        "content",
    ),
    "where pages end": Pair(
        SUMMARY,
        "<drawing",
        '<rowBreaks count="1"><brk id="2" man="1"/></rowBreaks><drawing',
        '<rowBreaks count="1"><brk id="3" man="1"/></rowBreaks><drawing',
        "print-changed",
        "low",
    ),
    "rows to fold": Pair(SUMMARY, '<row r="4"', '<row r="4"', '<row r="4" outlineLevel="1"', "view-changed", "low"),
    "an input cell that is locked": Pair(
        GUIDE, '<c r="B9" s="2"/>', '<c r="B9" s="2"/>', '<c r="B9" s="3"/>', "protection-changed", "content"
    ),
    "a column for input": Pair(
        SUMMARY,
        "<sheetData>",
        '<cols><col min="3" max="3" width="9" style="3"/></cols><sheetData>',
        '<cols><col min="3" max="3" width="9" style="4"/></cols><sheetData>',
        "number-format-changed",
        "high",
    ),
    "how large it is shown": Pair(SUMMARY, "<sheetView ", "<sheetView ", '<sheetView zoomScale="10" ', "setting-changed", "low"),
    "controls": Pair(
        SUMMARY,
        "<drawing",
        "<drawing",
        '<mc:AlternateContent xmlns:mc="m"><mc:Choice><controls/></mc:Choice></mc:AlternateContent><drawing',
        "setting-changed",
        "content",
    ),
}


def _with(part: str, at: str, text: str) -> bytes:
    whole = ORIGINAL[part].decode()
    assert at in whole
    return write_parts({**ORIGINAL, part: whole.replace(at, text, 1).encode()})


@pytest.mark.parametrize("name", PAIRS)
def test_each_pair_gives_exactly_its_change(name: str) -> None:
    pair = PAIRS[name]
    old, new = _with(pair.part, pair.at, pair.old), _with(pair.part, pair.at, pair.new)
    changes, _ = compare_workbooks(old, new, "a.xlsx")
    assert [(one.kind, one.severity.value) for one in changes if one.kind == pair.kind] == [(pair.kind, pair.severity)]
    assert {one.kind for one in changes} <= {pair.kind, "style-changed"}
    change = next(one for one in changes if one.kind == pair.kind)
    for said, wanted in zip((change.old, change.new), pair.said, strict=True):
        assert wanted in {"*", said}
    assert change.old != change.new


@pytest.mark.parametrize("name", PAIRS)
def test_what_stays_gives_none(name: str) -> None:
    pair = PAIRS[name]
    old = _with(pair.part, pair.at, pair.old)
    again = write_parts({**read_parts(old), "docProps/app.xml": ORIGINAL["docProps/app.xml"] + b" "})
    assert compare_workbooks(old, again, "a.xlsx")[0] == ()


def test_a_place_that_differs_in_what_is_not_compared_says_so() -> None:
    old = write_parts(ORIGINAL)
    new = _with(SUMMARY, "<f>B3*(1+B4)</f>", '<f ca="1">B3*(1+B4)</f>')
    diff = compare_files(old, new, "a.xlsx")
    assert (diff.status, diff.parts) == (Status.UNCOMPARED, (SUMMARY,))
    assert diff.changes[0].location.cell == "B5"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (INDEXATION, INDEXATION.replace("B4", "XFE4")),
        (INDEXATION, INDEXATION.replace("B4", "ZZZZZ99999999999")),
        (INDEXATION, INDEXATION.replace("B4", "B5")),
        (INDEXATION, INDEXATION.replace("B4", "b4")),
        (INDEXATION, f"{INDEXATION}{INDEXATION}"),
        ('<row r="4"', '<row r="1048577"'),
        ('<row r="4"', '<row r="-4"'),
        ('<row r="4"', '<row r="3"'),
    ],
)
def test_a_place_that_no_sheet_has_is_refused(at: str, text: str) -> None:
    with pytest.raises(DocumentError, match=r"a\.xlsx: sheet Summary: holds"):
        compare_workbooks(write_parts(ORIGINAL), _with(SUMMARY, at, text), "a.xlsx")


def test_the_last_cell_that_a_sheet_has_is_one_change() -> None:
    new = _with(SUMMARY, INDEXATION, f'{INDEXATION}<c r="XFD4"><v>7</v></c>')
    changes, _ = compare_workbooks(write_parts(ORIGINAL), new, "a.xlsx")
    assert [(one.kind, one.location.cell, one.new) for one in changes] == [("value-changed", "XFD4", "7")]


def test_an_input_cell_that_went_is_found() -> None:
    for text in ('<row r="9" spans="1:2"/>', ""):
        new = _with(GUIDE, '<row r="9" spans="1:2"><c r="B9" s="2"/></row>', text)
        kinds = {one.kind for one in compare_workbooks(write_parts(ORIGINAL), new, "a.xlsx")[0]}
        assert "protection-changed" in kinds


def test_a_name_that_formulas_use_and_one_that_hides_another_are_grave() -> None:
    used = "<f>B3*(1+B4)*SUM(Rates)</f>"
    old = _with(SUMMARY, "<f>B3*(1+B4)</f>", used)
    parts = read_parts(old)
    own = f'<definedName name="Rates" localSheetId="2">\'Prices\'!$D$4:$D$33</definedName>{NAMED}'
    for at, text, kind in ((NAMED, own, "name-inserted"), ("$E$4:$E$33", "$D$4:$D$33", "name-changed")):
        new = write_parts({**parts, BOOK: parts[BOOK].decode().replace(at, text).encode()})
        found = [(one.kind, one.severity.value) for one in compare_workbooks(old, new, "a.xlsx")[0]]
        assert found == [(kind, "high")]


def test_sheets_are_found_in_whatever_folder_they_stand() -> None:
    def moved(data: bytes) -> bytes:
        parts = read_parts(data)
        made = {name.replace("xl/worksheets/", "xl/pages/"): content for name, content in parts.items()}
        linked = {name: content for name, content in made.items() if name.endswith(".rels") or name.startswith("[")}
        return write_parts({**made, **{name: re.sub(rb"worksheets/(?=sheet)", b"pages/", one) for name, one in linked.items()}})

    new = _with(SUMMARY, INDEXATION, INDEXATION.replace("0.03", "0.04"))
    changes, _ = compare_workbooks(moved(write_parts(ORIGINAL)), moved(new), "a.xlsx")
    assert [(one.kind, one.old, one.new) for one in changes] == [("value-changed", "3.0%", "4.0%")]

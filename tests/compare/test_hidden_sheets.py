"""What could be hidden in a workbook: each pair gives its change, and never less than what it does to a reader."""

import pytest

from pipeline.compare.sheets import compare_workbooks
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
        ("0;0;", "0", ("visibility",)),
        ("", "General", ()),
        ('"£"#,##0', "£#,##0", ()),
        ("[$£-809]#,##0.00", "£#,##0.00", ()),
        ("+£0.00;-£0.00;£0.00", "£0.0", ()),
    ],
)
def test_what_another_number_format_touches(old: str, new: str, touched: tuple[str, ...]) -> None:
    assert format_touches(old, new) == touched

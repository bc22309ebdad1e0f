"""Finished workbooks keep the rules of the format, whatever is in them; and the checks of that find what is planted."""

import re
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from itertools import product

import pytest
from xlsxwriter import Workbook

from pipeline.finish import Properties, finish_workbook
from pipeline.finish.package import read_parts, write_parts
from pipeline.pack import Edition
from pipeline.profile import CommissioningModel
from pipeline.read import read_profile
from tests.fixtures.packs import LOCALITIES
from tests.fixtures.priced import MODELS, schedule
from tests.fixtures.schedules import odd_profile, unknown_profile
from tests.fixtures.soundness import against_the_rules, unsound
from tests.fixtures.workbooks import PIXEL, written

PROPERTIES = Properties("Pricing schedule: Exampleshire", "Commissioning model: reward", "", date(2026, 11, 21), "0.1")
CASES = [
    *product(("exampleshire", "carmarthenshire", "unknown", "0", "1", "7"), MODELS, Edition),
    ("500", CommissioningModel.REWARD, Edition.INTERNAL),
]


@pytest.mark.parametrize(("name", "model", "edition"), CASES)
def test_a_pricing_schedule_keeps_the_rules(name: str, model: CommissioningModel, edition: Edition) -> None:
    if name.isdigit():
        given = odd_profile(max(int(name), 1))
    else:
        given = unknown_profile() if name == "unknown" else read_profile(LOCALITIES / f"{name}.yaml")
    content = finish_workbook(schedule(given, model, edition, empty=name == "0").finished(), PROPERTIES)
    assert against_the_rules(content) == []
    assert unsound(content) == []


def furnished() -> bytes:
    """A sound workbook with everything that the checks look at, as Excel would save it."""

    def build(book: Workbook) -> None:
        sheet, other = book.add_worksheet("Prices"), book.add_worksheet("It's 2")
        bold = book.add_format({"bold": True})
        sheet.add_table("A1:B3", {"name": "Lots", "columns": [{"header": "Name"}, {"header": "Hours"}]})
        sheet.add_table("D1:D3", {"name": "Rates", "columns": [{"header": "Rate"}]})
        sheet.write_column("A2", ["North", "South"], bold)
        sheet.write_column("B2", [1, 2])
        sheet.merge_range("A6:B7", "Merged")
        sheet.merge_range("A9:B9", "Merged too")
        sheet.write_formula("B5", "=SUM(B2:B3)*'It''s 2'!A1")
        sheet.conditional_format("B2:B3", {"type": "cell", "criteria": ">", "value": "$B$5", "format": bold})
        sheet.data_validation("B2:B3", {"validate": "list", "source": "='It''s 2'!$A$1:$A$2"})
        sheet.insert_image("F2", "pixel.png", {"image_data": BytesIO(PIXEL)})
        sheet.insert_image("F9", "pixel.png", {"image_data": BytesIO(PIXEL)})
        other.write_column("A1", [3, 4])
        book.define_name("Hours", "=Prices!$B$2:$B$3")
        book.define_name("Rate", "='It''s 2'!$A$1")

    return written(build)


SHEET, BOOK, DRAWING = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/drawings/drawing1.xml"
PLANTED = {
    "a name of a sheet that is gone": (BOOK, r"Prices!\$B\$2", "Costs!$B$2", "not there"),
    "a name past the end": (BOOK, r"\$B\$3", "$B$1048577", "past the end"),
    "a name that points nowhere": (BOOK, r"Prices!\$B\$2:\$B\$3", "#REF!", "points nowhere"),
    "a name given twice": (BOOK, 'name="Rate"', 'name="HOURS"', "given twice"),
    "a name like a table": (BOOK, 'name="Rate"', 'name="Rates"', "both called"),
    "a long title": (BOOK, 'name="Prices"', f'name="{"Prices" * 6}"', "more than 31"),
    "a forbidden title": (BOOK, 'name="Prices"', 'name="Prices?"', "none may have"),
    "a title again": (BOOK, 'name="Prices"', """name="IT'S 2\"""", "of two sheets"),
    "a formula that cannot be read": (SHEET, r"SUM\(B2:B3\)", 'SUM(B2:B3)&amp;"', "cannot be read"),
    "a bracket": (SHEET, r"SUM\(B2:B3\)", "(SUM(B2:B3)", "brackets"),
    "a formula to no sheet": (SHEET, r"(<f>[^<]*)'It''s 2'", r"\1'It''s 3'", "not there"),
    "a choice from no sheet": (SHEET, r"(<formula1>)'It''s 2'", r"\1'It''s 3'", "not there"),
    "rows out of order": (SHEET, '<row r="5"', '<row r="2"', "after row"),
    "a cell again": (SHEET, 'r="B2"', 'r="A2"', "after column"),
    "a cell in another row": (SHEET, '<c r="B3"', '<c r="B4"', "in row 3"),
    "merged cells overlap": (SHEET, 'ref="A9:B9"', 'ref="B7:C8"', "overlap"),
    "a format that is not there": (SHEET, r'(<c r="A2" s=)"\d+"', r'\1"99"', "format 99"),
    "a rule's format": (SHEET, r'dxfId="\d+"', 'dxfId="9"', "format 9"),
    "a text that is not there": (SHEET, r'(<c r="A2"[^>]*><v>)\d+', r"\g<1>77", "text 77"),
    "tables with one id": ("xl/tables/table2.xml", ' id="2"', ' id="1"', "have the id 1"),
    "tables with one name": ("xl/tables/table2.xml", 'ame="Rates"', 'ame="Lots"', "have the name"),
    "a table's columns": ("xl/tables/table1.xml", 'ref="A1:B3"', 'ref="A1:C3"', "columns over"),
    "a table without rows": ("xl/tables/table1.xml", 'ref="A1:B3"', 'ref="A1:B1"', "has no row"),
    "a table's column again": ("xl/tables/table1.xml", 'name="Hours"', 'name="Name"', "two columns"),
    "a drawing past the end": (
        DRAWING,
        r"<xdr:row>\d+</xdr:row>(?=<xdr:rowOff>\d+</xdr:rowOff></xdr:to>)",
        "<xdr:row>1048576</xdr:row>",
        "outside",
    ),
    "a drawing that ends first": (DRAWING, r"<xdr:col>\d+</xdr:col>", "<xdr:col>9</xdr:col>", "before it begins"),
    "drawings with one id": (DRAWING, '(<xdr:cNvPr) id="3"', r'\1 id="2"', "have the id 2"),
}
"""What is wrong: in which part, what stands there, what is put in its place, and what is said of it."""


def test_what_is_sound_is_found_sound() -> None:
    assert unsound(furnished()) == []
    assert against_the_rules(furnished()) == []


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_what_is_planted_is_found(planted: tuple[str, str, str, str]) -> None:
    part, pattern, poison, said = planted
    parts = read_parts(furnished())
    text, count = re.subn(pattern, poison, parts[part].decode(), count=1)
    assert count
    faults = unsound(write_parts({**parts, part: text.encode()}))
    assert any(said in fault for fault in faults), faults


BROKEN: Mapping[str, tuple[str, str, str]] = {
    "fonts out of order": ("xl/styles.xml", r"(<b/>)(<sz [^>]*/>)", r"\2\1"),
    "an element that is none": (SHEET, "<sheetData>", "<sheetDatum/><sheetData>"),
    "a value that is none": (SHEET, 't="s"', 't="words"'),
    "a part that is gone": ("xl/_rels/workbook.xml.rels", "worksheets/sheet2.xml", "worksheets/sheet7.xml"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_the_validator_finds_what_is_broken(broken: tuple[str, str, str]) -> None:
    part, pattern, poison = broken
    parts = read_parts(furnished())
    text, count = re.subn(pattern, poison, parts[part].decode(), count=1)
    assert count
    assert against_the_rules(write_parts({**parts, part: text.encode()}))

"""The workbook of the cases: data, names and other sheets, and the formulas below the data."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.formulas import Address
from tests.formulas.cases import ARRAYS, CASES, DATA, TABLE

FIRST = 11
"""The first row of the formulas."""
COLUMN = 12
"""L, their column."""


def build(path: Path) -> dict[str, Address]:
    """Save the workbook and give where each formula stands."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    for address, value in DATA.items():
        sheet[address] = value
    for number, (formula, _) in enumerate(CASES):
        sheet.cell(FIRST + number, COLUMN).value = f"={formula}"
    book.create_sheet("Other")["A1"] = "other"
    book.create_sheet("The other's")["B2"] = 7
    book["Other"]["A5"] = 21.9
    book["Other"]["A6"] = "to be confirmed"
    names = {"Rate": "Other!$A$5", "Waiting": "Other!$A$6", "Numbers": "Data!$A$1:$A$6", "Words": "Data!$B$1:$B$6"}
    for name, text in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    where = {formula: ("Data", FIRST + number, COLUMN) for number, (formula, _) in enumerate(CASES)}
    where |= _arrays(sheet) | _table(book.create_sheet("Tables"))
    book.save(path)
    return where


def _arrays(sheet: Worksheet) -> dict[str, Address]:
    where: dict[str, Address] = {}
    row = FIRST
    for formula, size, _ in ARRAYS:
        height = int(size.partition("x")[2])
        area = f"O{row}:O{row + height - 1}"
        sheet[f"O{row}"] = ArrayFormula(area, f"={formula}")
        where[f"{{{formula}}}"] = ("Data", row, 15)
        row += height
    return where


def _table(sheet: Worksheet) -> dict[str, Address]:
    for line in (("Lot", "Hours", "Rate", "Price"), ("North", 10, 20.95), ("South", 20, 22.5), ("East", 30, 23.1)):
        sheet.append(line)
    for row in (2, 3, 4):
        sheet.cell(row, 4).value = "=Lots[[#This Row],[Hours]]*Lots[[#This Row],[Rate]]"
    sheet["A5"], sheet["D5"] = "Total", "=SUBTOTAL(109,Lots[Price])"
    table = Table(displayName="Lots", ref="A1:D5", totalsRowCount=1)
    table.tableColumns = [TableColumn(id=at, name=name) for at, name in enumerate(("Lot", "Hours", "Rate", "Price"), 1)]
    sheet.add_table(table)
    where: dict[str, Address] = {}
    for number, (formula, _) in enumerate(TABLE):
        sheet.cell(FIRST + number, 7).value = f"={formula}"
        where[formula] = ("Tables", FIRST + number, 7)
    return where

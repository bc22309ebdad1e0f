"""Run by the system's Python, which has LibreOffice's bridge: recalculate workbooks for good and print every formula's value.

Usage: python3 -m tests.libreoffice.recalculate FOLDER-FOR-THE-USER-PROFILE FOLDER-TO-SAVE-IN FILE.xlsx ... Prints JSON: file →
[sheet, row, column, kind, value]. Where the second folder is not "", the recalculated workbooks are saved in it under their own
names.

Standard input is JSON: file → changes, each [sheet, column, row, values]: cells from a row on down. They are changed in the open
workbook, once its values are noted, and what follows of itself is printed under the file's name and " changed".
"""

# ruff: noqa: PTH118, PTH119, T201
import json
import os
import sys
from typing import Any

from tests.libreoffice.bridge import libreoffice, settings, url

FORMULA = 16  # com.sun.star.sheet.CellFlags.FORMULA


def values(document: Any) -> list[list[Any]]:
    """Ask for whole ranges, since every question takes its time; for single cells only where a range holds an error."""
    found = []
    for sheet in document.Sheets:
        for area in sheet.queryContentCells(FORMULA).RangeAddresses:
            block = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
            for down, line in enumerate(block.getDataArray()):
                for across, value in enumerate(line):
                    place = [sheet.Name, area.StartRow + down + 1, area.StartColumn + across + 1]
                    if isinstance(value, str):
                        found.append([*place, "text", value])
                    elif isinstance(value, float):
                        found.append([*place, "number", value])
                    else:
                        cell = block.getCellByPosition(across, down)
                        found.append([*place, "error", cell.getString()])
    return found


def save(document: Any, path: str) -> None:
    document.storeToURL(url(path), settings(FilterName="Calc MS Excel 2007 XML"))


def change(document: Any, changes: list[Any]) -> None:
    """Fill in columns as somebody would who types or pastes."""
    for title, column, row, new in changes:
        block = document.Sheets.getByName(title).getCellRangeByPosition(column - 1, row - 1, column - 1, row + len(new) - 2)
        block.setDataArray(tuple((value,) for value in new))


def main(home: str, folder: str, files: list[str]) -> None:
    changes = json.load(sys.stdin)
    result = {}
    with libreoffice(home) as office:
        for path in files:
            document = office.open(path)
            document.calculateAll()
            result[path] = values(document)
            if path in changes:
                change(document, changes[path])
                result[path + " changed"] = values(document)
            if folder:
                save(document, os.path.join(folder, os.path.basename(path)))
            document.close(True)  # noqa: FBT003 - whatever it says to that
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])

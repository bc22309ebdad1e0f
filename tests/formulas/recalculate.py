"""Run by the system's Python, which has LibreOffice's bridge: recalculate workbooks for good and print every formula's value.

Usage: python3 recalculate.py FOLDER-FOR-THE-USER-PROFILE FOLDER-TO-SAVE-IN FILE.xlsx ... Prints JSON: file → [sheet, row, column,
kind, value]. Where the second folder is not "", the recalculated workbooks are saved in it under their own names.

Standard input is JSON: file → changes, each [sheet, column, row, values]: cells from a row on down. They are changed in the open
workbook, once its values are noted, and what follows of itself is printed under the file's name and " changed".
"""

# ruff: noqa: BLE001, PTH100, PTH118, PTH119, T201, UP031, S110, SIM105, FBT003
import json
import os
import subprocess
import sys
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

FORMULA = 16  # com.sun.star.sheet.CellFlags.FORMULA


def connect(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(300):
        try:
            return resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
        except Exception:
            time.sleep(0.2)
    raise SystemExit("LibreOffice does not answer")


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
    kind = PropertyValue("FilterName", 0, "Calc MS Excel 2007 XML", 0)
    document.storeToURL(uno.systemPathToFileUrl(os.path.abspath(path)), (kind,))


def change(document: Any, changes: list[Any]) -> None:
    """Fill in columns as somebody would who types or pastes."""
    for title, column, row, new in changes:
        block = document.Sheets.getByName(title).getCellRangeByPosition(column - 1, row - 1, column - 1, row + len(new) - 2)
        block.setDataArray(tuple((value,) for value in new))


def main(home: str, folder: str, files: list[str]) -> None:
    changes = json.load(sys.stdin)
    pipe = "recalculate%d" % os.getpid()
    office = subprocess.Popen(
        [
            "soffice",
            "-env:UserInstallation=file://" + os.path.abspath(home),
            "--headless",
            "--norestore",
            "--nologo",
            "--accept=pipe,name=%s;urp;" % pipe,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        context = connect(pipe)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        hidden = PropertyValue("Hidden", 0, True, 0)
        result = {}
        for path in files:
            document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(os.path.abspath(path)), "_blank", 0, (hidden,))
            document.calculateAll()
            result[path] = values(document)
            if path in changes:
                change(document, changes[path])
                result[path + " changed"] = values(document)
            if folder:
                save(document, os.path.join(folder, os.path.basename(path)))
            document.close(True)
        print(json.dumps(result))
        try:
            desktop.terminate()
        except Exception:
            pass
    finally:
        try:
            office.wait(20)
        except subprocess.TimeoutExpired:
            office.kill()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])

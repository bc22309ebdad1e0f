"""Run by the system's Python, which has LibreOffice's bridge: recalculate workbooks for good and print every formula's value.

Usage: python3 recalculate.py FOLDER-FOR-THE-USER-PROFILE FILE.xlsx ... Prints JSON: file → [sheet, row, column, kind, value].
"""

# ruff: noqa: BLE001, PTH100, T201, UP031, S110, E713, SIM105, FBT003
import json
import os
import subprocess
import sys
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table.CellContentType import FORMULA

TEXT = 2  # com.sun.star.sheet.FormulaResult.STRING


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
    found = []
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        area = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
        formulas = area.getFormulaArray()
        for row, line in enumerate(formulas):
            for column, formula in enumerate(line):
                if not formula[:1] in ("=", "{"):
                    continue
                cell = sheet.getCellByPosition(column, row)
                if cell.Type != FORMULA:
                    continue
                if cell.getError():
                    found.append([sheet.Name, row + 1, column + 1, "error", cell.getString()])
                elif cell.FormulaResultType2 == TEXT:
                    found.append([sheet.Name, row + 1, column + 1, "text", cell.getString()])
                else:
                    found.append([sheet.Name, row + 1, column + 1, "number", cell.getValue()])
    return found


def main(home: str, files: list[str]) -> None:
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
    main(sys.argv[1], sys.argv[2:])

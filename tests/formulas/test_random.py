"""Formulas put together at random: LibreOffice must make the same of every one."""

import random
import re
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.fixtures.formulas import agrees, recalculated, worked_out

COUNT = 1500
GRAMMAR = {
    "num": (
        *("1", "2", "0.5", "A1", "A3", "D2", "D5", "C1", "C4", "Z1", "1000", "0.1", "7.005"),
        *("COUNT({area},{num})", "COUNTA({area})", "({num}+{num})", "({num}-{num})", "({num}*{num})"),
        *("({num}/{num})", "-{num}", "{num}%", "SUM({area},{num})", "MAX({area})", "MIN({area},{num})"),
        *("AVERAGE({area},{num})", "ROUND({num},2)", "ROUNDUP({num},1)", "ROUNDDOWN({num},0)"),
        *("TRUNC({num},-1)", "INT({num})", "ABS({num})", "SIGN({num})", "LEN({txt})", "IF({cond},{num},{num})"),
        *("IFERROR({num}+0,{num})", "INDEX({col},3)", "INDEX({col},MATCH({key},B1:B8,0))"),
        *("MATCH({key},B1:B8,0)", "SUMIF(B1:B8,{crit},{col})", "COUNTIF({col},{crit})"),
        *("SUMIFS(D1:D8,B1:B8,{crit},A1:A8,{over})", "COUNTIFS(B1:B8,{crit},D1:D8,{over})"),
        *("SUMPRODUCT((B1:B8={key})*1,{col})", "SUMPRODUCT((A1:A8>{num})*(D1:D8<50),{col})"),
        *("SUMPRODUCT(--(B1:B8<>{key}),D1:D8)", "SUMPRODUCT((B1:B8={key})*D1:D8)", "CEILING(ABS({num}),0.5)"),
        *("FLOOR(ABS({num}),3)", "CHOOSE(2,{num},{num})", "ROWS({area})", "DATE(2026,3,ROUND(D2,0))"),
    ),
    "txt": (
        *("B1", "B2", "B4", '"ab"', "C2", '""', "{txt}&{num}", "LEFT({txt},2)", "RIGHT({txt},3)"),
        *("MID({txt},2,3)", "UPPER({txt})", 'TEXT({num},"0.00")', 'TEXT({num},"£#,##0.00")'),
        *('TEXT({num},"#,##0;(#,##0)")', "IF({cond},{txt},{txt})", "TRIM({txt})"),
        *("SUBSTITUTE({txt},{key},{txt})", "CONCATENATE({txt},{num})", "INDEX(B1:B8,4)"),
    ),
    "cond": (
        *("{num}={num}", "{num}<{num}", "{num}>={num}", "{txt}={txt}", "{txt}<>{txt}", "AND({cond},{num}>0)"),
        *("NOT({cond})",),
    ),
    "area": ("A1:A8", "C1:C8", "D2:D5", "A1:D8", "Z1:Z3", "B1:B3"),
    "col": ("A1:A8", "C1:C8", "D1:D8"),
    "key": ("B3", "B5", '"ab"', '"zz"'),
    "crit": ('"ab"', '"<>ab"', '"a*"', '">0"', '"<=3.5"', '"<>"', '""', '"="', "B3", "A2", '"x~*"', '">ab"', '"=2"'),
    "over": ('">0"', '"<>1"', '"<=500"', "A1"),
}
"""What each kind of part can be; parts named in braces are made in their turn."""


def made(chance: random.Random, kind: str, depth: int) -> str:
    """Make a part at random; the deepest are the first and simplest of their kind."""
    options = GRAMMAR[kind] if depth else GRAMMAR[kind][:4]
    return re.sub(r"\{(\w+)\}", lambda found: made(chance, found[1], max(depth - 1, 0)), chance.choice(options))


def build(path: Path, seed: int) -> dict[int, str]:
    """Save a workbook of data and formulas, and give the formulas by their rows."""
    chance = random.Random(seed)  # noqa: S311 - the same formulas every time
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for _ in range(8):
        keys, mixed = ("ab", "AB", "cd", "a b", "x*", "e?f"), (None, 5, "word", "", 2.25)
        number = chance.choice((1, 2, 3.5, -4, 0.1, 12.345, 1000, 0))
        sheet.append([number, chance.choice(keys), chance.choice(mixed), round(chance.uniform(-99, 999), chance.randint(0, 4))])
    formulas = {20 + at: made(chance, chance.choice(("num", "num", "txt")), 4) for at in range(COUNT)}
    for row, formula in formulas.items():
        sheet.cell(row, 8).value = f"={formula}"
    book.save(path)
    return formulas


@pytest.mark.system
def test_libreoffice_makes_the_same_of_random_formulas(tmp_path: Path) -> None:
    paths = [tmp_path / f"{seed}.xlsx" for seed in range(3)]
    formulas = {path: build(path, seed) for seed, path in enumerate(paths)}
    shown = recalculated(tmp_path / "home", paths)
    wrong = [
        (formulas[path][row], value, shown[path][sheet, row, column])
        for path in paths
        for (sheet, row, column), value in worked_out(path).items()
        if not agrees(value, shown[path][sheet, row, column])
    ]
    assert wrong == []

"""Formulas in places other than their own: copied down a column, shared by rows, recognised as the same."""

import re
from collections.abc import Callable

from pipeline.formulas.values import LAST_COLUMN, LAST_ROW, column_letters, column_number

# Texts, quoted sheet names, columns of tables (brackets within brackets) and errors are stepped over; the rest are words.
_PIECES = re.compile(
    r"""\"(?:[^"]|"")*\" | '(?:[^']|'')*' | \[(?:[^\[\]]|\[[^\[\]]*\])*\] | \#[A-Z0-9/]+[!?]? | (?P<word>[$\w\\][$\w.\\?]*)""",
    re.VERBOSE | re.IGNORECASE,
)
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9]\d{0,6})")
_COLUMN = re.compile(r"(\$?)([A-Za-z]{1,3})")
_ROW = re.compile(r"(\$?)([1-9]\d{0,6})")

Write = Callable[[str, int | None, str, int | None], str]
"""Writes an address from its $ and column, its $ and row; the number is None for whole rows or columns."""


def rewrite(formula: str, write: Write) -> str:
    """Rewrite every address in a formula and leave everything else as it is."""

    def piece(found: re.Match[str]) -> str:
        word = found["word"]
        if word is None:
            return found[0]
        end = found.end()
        after, before = formula[end : end + 1], formula[found.start() - 1 : found.start()]
        if after in {"!", "("}:
            return word
        if (cell := _CELL.fullmatch(word)) and (column := column_number(cell[2])) <= LAST_COLUMN:
            return write(cell[1], column, cell[3], int(cell[4]))
        if ":" in {after, before}:
            if whole := _COLUMN.fullmatch(word):
                return write(whole[1], column_number(whole[2]), "", None)
            if whole := _ROW.fullmatch(word):
                return write("", None, whole[1], int(whole[2]))
        return word

    return _PIECES.sub(piece, formula)


def shift(formula: str, rows: int, columns: int) -> str:
    """Give a formula as it reads when copied so many rows down and columns right; what leaves the sheet becomes #REF!.

    A shared formula of a workbook is written once, for its first cell; this gives it for the others.
    """

    def write(dollar: str, column: int | None, hold: str, row: int | None) -> str:
        if column is not None and not dollar:
            column += columns
        if row is not None and not hold:
            row += rows
        if (column is not None and not 1 <= column <= LAST_COLUMN) or (row is not None and not 1 <= row <= LAST_ROW):
            return "#REF!"
        return f"{dollar}{column_letters(column) if column else ''}{hold}{row or ''}"

    return rewrite(formula, write)


def normal_form(formula: str, row: int, column: int) -> str:
    """Give a formula with its relative addresses as distances from its cell: the same for every row it is copied to."""

    def write(dollar: str, place: int | None, hold: str, line: int | None) -> str:
        across = "" if place is None else f"{dollar}{place if dollar else place - column}"
        down = "" if line is None else f"{hold}{line if hold else line - row}"
        return f"\x01{across}\x02{down}\x03"

    return rewrite(formula, write)

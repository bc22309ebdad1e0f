"""Formulas in places other than their own: copied down a column, shared by rows, recognised as the same."""

import re
from collections.abc import Callable

from pipeline.formulas.values import LAST_COLUMN, LAST_ROW, column_letters, column_number

# Texts, quoted sheet names and columns of tables (brackets within brackets) are stepped over.
_ADDRESS = re.compile(
    r"""\"(?:[^"]|"")*\" | '(?:[^']|'')*' | \[(?:[^\[\]]|\[[^\[\]]*\])*\]
    | (?<![\w$.\\?]) (?: (\$?)([A-Za-z]{1,3})(\$?)([1-9]\d{0,6})
                       | (\$?)([A-Za-z]{1,3}):(\$?)([A-Za-z]{1,3})
                       | (\$?)([1-9]\d{0,6}):(\$?)([1-9]\d{0,6}) ) (?![\w.\\?(!])""",
    re.VERBOSE,
)

Write = Callable[[str, int | None, str, int | None], str]
"""Writes an address from its $ and column, its $ and row; the number is None for whole rows or columns."""


def rewrite(formula: str, write: Write) -> str:
    """Rewrite every address in a formula and leave everything else as it is."""

    def piece(found: re.Match[str]) -> str:
        hold, letters, stay, row, hold1, column1, hold2, column2, stay1, row1, stay2, row2 = found.groups()
        if letters:
            column = column_number(letters)
            return write(hold, column, stay, int(row)) if column <= LAST_COLUMN else found[0]
        if column1:
            one, other = column_number(column1), column_number(column2)
            if max(one, other) > LAST_COLUMN:
                return found[0]
            return f"{write(hold1, one, '', None)}:{write(hold2, other, '', None)}"
        if row1:
            return f"{write('', None, stay1, int(row1))}:{write('', None, stay2, int(row2))}"
        return found[0]

    return _ADDRESS.sub(piece, formula)


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

"""Reading the single operands of a formula: numbers, texts, errors, references, names and columns of tables."""

import re
from decimal import Decimal, InvalidOperation

from openpyxl.formula.tokenizer import Token

from pipeline.formulas.numbers import GREATEST
from pipeline.formulas.tree import Axis, Literal, Name, Node, Reference, Structured
from pipeline.formulas.values import LAST_COLUMN, LAST_ROW, ExcelError, FormulaError, column_number

_SHEET = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<bare>[^'!\[\]]+))!(?P<rest>.+)", re.DOTALL)
_EXTERNAL = re.compile(r"'?\[[^\]]+\][^!]*!|'[^']*\[[^\]]+\][^']*'!")
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9]\d{0,6})")
_COLUMNS = re.compile(r"(\$?)([A-Za-z]{1,3}):(\$?)([A-Za-z]{1,3})")
_ROWS = re.compile(r"(\$?)([1-9]\d{0,6}):(\$?)([1-9]\d{0,6})")
_NAME = re.compile(r"[^\W\d][\w.\\?]*|\\[\w.\\?]*")
_TABLE = re.compile(r"(?P<table>[^\W\d][\w.]*)?\[(?P<inner>.*)\]", re.DOTALL)
_ESCAPED = re.compile(r"'([\[\]#'@])")
_PART = re.compile(r"\[((?:'.|[^\[\]'])*)\]|([:,@])|(\s+)")
_SHOWN = 15
"""The digits of a number that Excel shows."""
PARTS = {part.casefold(): part for part in ("#Data", "#Headers", "#Totals", "#All", "#This Row")}


def operand(token: Token) -> Node:
    """Read a token that is a value or stands for one."""
    kinds = {Token.NUMBER: _number, Token.TEXT: _text, Token.LOGICAL: _logical, Token.ERROR: _error}
    return kinds.get(token.subtype, reference)(token.value)


def _number(text: str) -> Node:
    """Read a number; one that Excel saved to more digits than it shows (0.28999999999999998) is the one it shows (0.29)."""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise FormulaError(f"{text} is not a number") from error
    if abs(number) > GREATEST:
        raise FormulaError(f"holds {text}, which is greater than any number of Excel; correct it")
    return Literal(Decimal(repr(float(text))) if len(number.as_tuple().digits) > _SHOWN else number)


def _text(text: str) -> Node:
    return Literal(text[1:-1].replace('""', '"'))


def _logical(text: str) -> Node:
    return Literal(text.upper() == "TRUE")


def _error(text: str) -> Node:
    try:
        return Literal(ExcelError(text.upper()))
    except ValueError as error:
        raise FormulaError(f"{text} is not an error that a formula can hold") from error


def reference(text: str) -> Node:
    """Read a reference to cells, a defined name or columns of a table."""
    if "#REF!" in text.upper():
        return Literal(ExcelError.REF)
    if _EXTERNAL.match(text):
        raise FormulaError(f"refers to another workbook ({text}); copy what it needs into this one")
    if text.startswith("@"):
        raise FormulaError(f"uses @ before {text[1:]}; refer to the one cell meant")
    sheet, rest = None, text
    if not text.startswith("[") and (found := _SHEET.fullmatch(text)):
        sheet, rest = (found["quoted"] or found["bare"]).replace("''", "'"), found["rest"]
        if ":" in sheet:
            raise FormulaError(f"refers to several sheets at once ({text}); refer to each of them")
    if "[" in rest:
        return _structured(rest)
    return _address(sheet, rest) or _name(sheet, rest)


def _address(sheet: str | None, text: str) -> Node | None:
    if found := _COLUMNS.fullmatch(text):
        left, right = sorted((_column(found[1], found[2]), _column(found[3], found[4])), key=lambda axis: axis.number)
        return Reference(sheet, Axis(1, fixed=True), left, Axis(LAST_ROW, fixed=True), right)
    if found := _ROWS.fullmatch(text):
        top, bottom = sorted((_row(found[1], found[2]), _row(found[3], found[4])), key=lambda axis: axis.number)
        return Reference(sheet, top, Axis(1, fixed=True), bottom, Axis(LAST_COLUMN, fixed=True))
    first, _, last = text.partition(":")
    one, other = _CELL.fullmatch(first), _CELL.fullmatch(last) if last else None
    if one is None or (last and other is None):
        return None
    top, left = _row(one[3], one[4]), _column(one[1], one[2])
    if left.number > LAST_COLUMN:  # a name such as YTD2026 looks like a cell beyond the last column
        return None
    if other is None:
        return Reference(sheet, top, left, top, left)
    return Reference(sheet, top, left, _row(other[3], other[4]), _column(other[1], other[2]))


def _row(fixed: str, number: str) -> Axis:
    if int(number) > LAST_ROW:
        raise FormulaError(f"refers to row {number}; the last row of a sheet is {LAST_ROW}")
    return Axis(int(number), fixed=bool(fixed))


def _column(fixed: str, letters: str) -> Axis:
    return Axis(column_number(letters), fixed=bool(fixed))


def _name(sheet: str | None, text: str) -> Node:
    if not _NAME.fullmatch(text):
        raise FormulaError(f"holds {text}, which is no cell, name or table; refer to cells or defined names")
    return Name(sheet, text)


def _structured(text: str) -> Node:
    found = _TABLE.fullmatch(text)
    if found is None:
        raise FormulaError(f"holds {text}, which is no column of a table that can be followed; write Table[Column]")
    table, inner = found["table"] or "", found["inner"]
    if inner.casefold() in PARTS:
        return Structured(table, (PARTS[inner.casefold()],), None, None)
    if not inner.startswith(("[", "@")):
        return Structured(table, (), _heading(inner), _heading(inner))
    if inner.startswith("@") and not inner.startswith("@["):
        return Structured(table, ("#This Row",), _heading(inner[1:]), _heading(inner[1:]))
    return _pieces(table, inner, text)


def _heading(text: str) -> str | None:
    """Give the heading of a column as its cell holds it, without the ' before a sign of the formula language."""
    return _ESCAPED.sub(r"\1", text) or None


def _pieces(table: str, inner: str, text: str) -> Node:
    """Read what is between the outer brackets where it has brackets of its own: [#Totals],[First]:[Last]."""
    parts: list[str] = []
    columns: list[str] = []
    at = 0
    while at < len(inner):
        piece = _PART.match(inner, at)
        if piece is None:
            raise FormulaError(f"holds {text}, which cannot be read; write Table[Column] or Table[[#Totals],[Column]]")
        at = piece.end()
        if piece[2] == "@":
            parts.append("#This Row")
        elif piece[1] is not None and piece[1].casefold() in PARTS:
            parts.append(PARTS[piece[1].casefold()])
        elif piece[1] is not None:
            columns.append(_heading(piece[1]) or "")
    first, last = (columns[0], columns[-1]) if columns else (None, None)
    return Structured(table, tuple(parts), first, last)

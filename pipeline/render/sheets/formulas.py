"""A formula's text → its parts, compiled once."""

import re
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from pipeline.formulas import refused_anywhere
from pipeline.formulas.values import LAST_COLUMN, column_number
from pipeline.render.sheets.rows import LAST_ROW

_SHEET = r"(?:(?P<sheet>'(?:[^']|'')+'|[^'!\[\]:]+)!)?"
_REFERENCE = re.compile(
    _SHEET + r"(?P<c1>\$?[A-Za-z]{1,3})?(?P<a1>\$?)(?P<r1>\d+)(?::(?P<c2>\$?[A-Za-z]{1,3})?(?P<a2>\$?)(?P<r2>\d+))?"
)
_COLUMNS = re.compile(_SHEET + r"\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}")
_STRUCTURED = re.compile(r"(?P<table>(?:[^\W\d]|\\)[\w.\\]*)?\[(?!\d+\]).*\]", re.DOTALL)
_NAME = re.compile(_SHEET + r"(?P<name>(?:[^\W\d]|\\)[\w.\\?]*)")
_TRUTHS = frozenset({"TRUE", "FALSE"})


class BrokenReferenceError(ValueError):
    """A reference points at something this rendering leaves out, or is of a kind that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to rows or cells as a formula writes it: `text` whole, and in its parts; `r2` is 0 for a single cell."""

    text: str
    lead: str
    sheet: str | None
    c1: str
    a1: str
    r1: int
    c2: str
    a2: str
    r2: int


@dataclass(frozen=True, slots=True)
class Use:
    """A use of something by its name: a sheet, a defined name or a table."""

    text: str
    sheet: str = ""
    name: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled formula, without its leading equals sign: its text with %s for each reference to rows, the same as XML.

    `sheets`, `names` and `tables` are what else it uses (the last two in lower case).
    """

    text: str
    markup: str
    references: tuple[Reference, ...] = ()
    sheets: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()


def unquoted(sheet: str) -> str:
    """Take the quotes off a sheet name as formulas write it."""
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


@lru_cache(maxsize=4096)
def compile_formula(text: str) -> Formula:
    """Turn a formula (with or without its leading =) into its parts; BrokenReferenceError for what can never be followed."""
    if "{{" in text or "{%" in text:
        raise BrokenReferenceError("a formula cannot hold a tag; put the value in a cell and refer to it")
    bare = text.removeprefix("=")
    try:
        tokens = Tokenizer(f"={bare}").items
    except TokenizerError as error:
        raise BrokenReferenceError(f"cannot be read ({error}); correct it") from error
    parts = [_part(token) for token in tokens]
    uses = [part for part in parts if isinstance(part, Use)]
    # A percent sign is doubled twice, since the text is a format for references and then one for rows.
    shown = "".join("%s" if isinstance(part, Reference) else _words(part).replace("%", "%%%%") for part in parts)
    return Formula(
        text=shown,
        markup=escape(shown),
        references=tuple(part for part in parts if isinstance(part, Reference)),
        sheets=frozenset(use.sheet for use in uses if use.sheet),
        names=frozenset(use.name for use in uses if use.name and not use.sheet),
        tables=frozenset(use.table for use in uses if use.table),
    )


def _words(part: str | Reference | Use) -> str:
    return part if isinstance(part, str) else part.text


def refused_function(token: Token) -> str:
    """Say why a token of a formula may not stand in a workbook, "" when it may: it is volatile or reaches outside."""
    name = token.value.upper().rstrip("( \n").removeprefix("_XLFN.").removeprefix("_XLWS.") if token.type == Token.FUNC else ""
    advice = refused_anywhere(name)
    return f"uses {name}, which {advice}" if advice else ""


def _part(token: Token) -> str | Reference | Use:
    value = str(token.value)
    if refused := refused_function(token):
        raise BrokenReferenceError(refused)
    if token.type == Token.FUNC and token.subtype == Token.OPEN and (":" in value or "!" in value):
        raise BrokenReferenceError(
            f"refers to a range that a function ends ({value}), which cannot be followed; write it without"
        )
    if token.type != Token.OPERAND:
        return value
    if token.subtype == Token.ERROR:
        raise BrokenReferenceError(f"holds {value}; correct it")
    return _operand(value) if token.subtype == Token.RANGE else value


def _operand(value: str) -> str | Reference | Use:
    lead = ":" if value.startswith(":") else ""
    bare = value[len(lead) :]
    if "#REF!" not in bare and (found := _REFERENCE.fullmatch(bare)) and (found["c1"] or found["r2"]):
        rows = int(found["r1"]), int(found["r2"] or 0)
        if max(rows) <= LAST_ROW and _is_column(found["c1"]) and _is_column(found["c2"]):
            sheet = found["sheet"]
            corner = found["c2"] or "", found["a2"] or ""
            return Reference(value, lead, sheet, found["c1"] or "", found["a1"], rows[0], *corner, rows[1])
    if found := _COLUMNS.fullmatch(bare):
        return Use(value, sheet=unquoted(found["sheet"])) if found["sheet"] else value
    if found := _STRUCTURED.fullmatch(bare):
        return Use(value, table=(found["table"] or "").lower())
    if found := _NAME.fullmatch(bare):
        sheet = unquoted(found["sheet"]) if found["sheet"] else ""
        return value if bare.upper() in _TRUTHS else Use(value, sheet=sheet, name=found["name"].lower())
    raise BrokenReferenceError(f"refers to {value}, which is broken, external or cannot be followed; refer to cells or names")


def _is_column(letters: str | None) -> bool:
    """Say whether letters name a column: a name such as YTD2026 looks like a cell, but past the last one."""
    return column_number((letters or "A").removeprefix("$")) <= LAST_COLUMN

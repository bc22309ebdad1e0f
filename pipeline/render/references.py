"""Where rows go when a template's rows are repeated or left out, and what that does to whatever points at them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

LAST_ROW = 1_048_576  # ECMA-376 part 1, 18.3.1.73: the highest row of a sheet
_REFERENCE = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[^'!\[\]]+)!)?"
    r"(?P<c1>\$?[A-Za-z]{1,3})?(?P<a1>\$?)(?P<r1>\d+)(?::(?P<c2>\$?[A-Za-z]{1,3})?(?P<a2>\$?)(?P<r2>\d+))?"
)
_COLUMNS = re.compile(r"(?:(?P<sheet>'(?:[^']|'')+'|[^'!\[\]]+)!)?\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}")
_VOLATILE = frozenset({"INDIRECT", "OFFSET", "NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "CELL", "INFO"})
_OUTWARD = frozenset({"WEBSERVICE", "FILTERXML", "ENCODEURL", "HYPERLINK", "IMAGE", "STOCKHISTORY", "TRANSLATE", "COPILOT"}) | {
    *("RTD", "DDE", "CALL", "REGISTER", "REGISTER.ID", "EXEC", "EVALUATE", "SQL.REQUEST", "PY", "DETECTLANGUAGE"),
    *("CUBEKPIMEMBER", "CUBEMEMBER", "CUBEMEMBERPROPERTY", "CUBERANKEDMEMBER", "CUBESET", "CUBESETCOUNT", "CUBEVALUE"),
}
"""Functions that fetch from, send to or start something outside the workbook."""


class BrokenReferenceError(ValueError):
    """A reference points at something this rendering leaves out, or is of a kind that cannot be followed."""


@dataclass(frozen=True)
class Block:
    """Rows `first` to `last` of a template, repeated by a tag (`loop` is what it runs over) or kept (`loop` is empty)."""

    first: int
    last: int
    loop: str
    copies: int


@dataclass(frozen=True)
class RowMap:
    """Which rows of the finished sheet each row of the template became; none for tag rows and rows left out."""

    blocks: tuple[Block, ...]
    positions: Mapping[int, tuple[int, ...]]
    last_source: int
    last_target: int

    def targets(self, row: int) -> tuple[int, ...]:
        """Give every finished row made from a template row."""
        if row > self.last_source:
            return (min(row - self.last_source + self.last_target, LAST_ROW),)
        return self.positions.get(row, ())

    def block(self, row: int) -> Block | None:
        """Give the block a template row lies in, if any."""
        return next((block for block in self.blocks if block.first <= row <= block.last), None)

    def first(self, row: int) -> int:
        """Give the first finished row at or after a template row."""
        while not (found := self.targets(row)):
            row += 1
        return found[0]

    def last(self, row: int) -> int:
        """Give the last finished row at or before a template row."""
        while row > 0 and not (found := self.targets(row)):
            row -= 1
        return found[-1] if row > 0 else 0


@dataclass(frozen=True)
class Place:
    """Where a formula stands: its sheet, and the loop and copy of the repeated rows it is in."""

    sheet: str
    loop: str = ""
    copy: int = 0


def unquoted(sheet: str) -> str:
    """Take the quotes off a sheet name as formulas write it."""
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


def shift_formula(formula: str, place: Place, maps: Mapping[str, RowMap]) -> str:
    """Rewrite a formula (with or without its leading =) for where its rows have gone.

    Inside repeated rows a relative reference to the same loop's rows, on any sheet, follows its own copy and an absolute one
    means all copies; from elsewhere a range grows over all copies and a single cell means the first.
    """
    bare = not formula.startswith("=")
    try:
        tokens = Tokenizer(f"={formula}" if bare else formula).items
    except TokenizerError as error:
        raise BrokenReferenceError(f"cannot be read ({error}); correct it") from error
    for token in tokens:
        if refused := refused_function(token):
            raise BrokenReferenceError(refused)
        if token.type == Token.OPERAND and token.subtype == Token.ERROR:
            raise BrokenReferenceError(f"holds {token.value}; correct it")
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            token.value = _shifted(token.value, place, maps)
    return ("" if bare else "=") + "".join(token.value for token in tokens)


def refused_function(token: Token) -> str:
    """Say why a token of a formula may not stand in a workbook, "" when it may: it is volatile or reaches outside."""
    name = token.value.upper().rstrip("( \n").removeprefix("_XLFN.").removeprefix("_XLWS.") if token.type == Token.FUNC else ""
    if name in _VOLATILE:
        return f"uses {name}, which cannot follow its rows; write it without"
    return f"uses {name}, which reaches outside the workbook; write it without" if name in _OUTWARD else ""


def _shifted(reference: str, place: Place, maps: Mapping[str, RowMap]) -> str:
    if "#REF!" in reference or "[" in reference:
        raise BrokenReferenceError(f"refers to {reference}, which is broken, external or a table; refer to cells or names")
    lead = ":" if reference.startswith(":") else ""
    found = _REFERENCE.fullmatch(reference[len(lead) :])
    columns = _COLUMNS.fullmatch(reference)
    if found is None or (found["c1"] is None and found["r2"] is None):
        if columns is not None and columns["sheet"]:
            _sheet_map(columns["sheet"], place, maps)
        elif columns is None and "!" in reference:
            raise BrokenReferenceError(f"refers to {reference}, which cannot be followed; refer to cells or names")
        return reference
    where = _sheet_map(found["sheet"], place, maps)
    prefix = f"{lead}{found['sheet']}!" if found["sheet"] else lead
    first, fixed_first = int(found["r1"]), bool(found["a1"])
    if found["r2"] is None:
        row = _follow(where, first, place, fixed=fixed_first) or next(iter(where.targets(first)), 0)
        _demand(row, reference)
        return f"{prefix}{found['c1']}{found['a1']}{row}"
    last, fixed_last = int(found["r2"]), bool(found["a2"])
    top = _follow(where, first, place, fixed=fixed_first) or where.first(first)
    bottom = _follow(where, last, place, fixed=fixed_last) or where.last(last)
    _demand(bottom - top + 1, reference)
    return f"{prefix}{found['c1'] or ''}{found['a1']}{top}:{found['c2'] or ''}{found['a2']}{bottom}"


def _sheet_map(sheet: str | None, place: Place, maps: Mapping[str, RowMap]) -> RowMap:
    title = unquoted(sheet) if sheet else place.sheet
    if title not in maps:
        raise BrokenReferenceError(f"refers to the sheet {title!r}, which is not in this edition; point it elsewhere")
    return maps[title]


def _follow(where: RowMap, row: int, place: Place, *, fixed: bool) -> int | None:
    """Give the row of the same copy, when the formula and the row it names are repeated by the same loop."""
    block = where.block(row)
    targets = where.targets(row)
    if fixed or block is None or not block.loop or block.loop != place.loop or place.copy >= len(targets):
        return None
    return targets[place.copy]


def _demand(size: int, reference: str) -> None:
    if size <= 0:
        raise BrokenReferenceError(f"refers to {reference}, a tag row or rows that are left out here; point it elsewhere")

"""A formula's text → its parts, compiled once; its parts → the text that fits where its rows have gone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from pipeline.formulas import refused_anywhere
from pipeline.formulas.values import LAST_COLUMN, column_number
from pipeline.render.sheets.rows import LAST_ROW, Block, RowMap

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


Step = tuple[int, int]
"""A row number that grows with the copy: in copy k it is the first number plus k times the second."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A settled formula: its text with %d for each row number that grows with the copy, the same as XML, and these rows."""

    text: str
    markup: str
    rows: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a formula stands: its sheet, the loop of the repeated rows it is in, and how many rows one copy of them has.

    With `pinned`, the formula is written once for all copies (as validations and formats are), so what does not follow the
    copies must not move with them; where it covers several rows of a copy (`tall`), only an absolute row can stay.
    With `whole`, a single cell of repeated rows stands for all its copies.
    """

    sheet: str
    loop: str = ""
    pinned: int = 0
    tall: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Targets:
    """What formulas of a finished workbook may point at: rows by sheet; and names and tables it has no more (lower case)."""

    maps: Mapping[str, RowMap]
    gone_names: frozenset[str] = frozenset()
    gone_tables: frozenset[str] = frozenset()


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


def resolve(formula: Formula, place: Place, targets: Targets) -> Resolved:
    """Settle a formula for where its rows have gone, all copies of its place at once.

    Inside repeated rows a relative reference to the same loop's rows, on any sheet, follows its own copy and an absolute one
    means all copies; from elsewhere a range grows over all copies and a single cell means the first.
    """
    _demand_present(formula, targets)
    rows: list[Step] = []
    shown = tuple([_followed(reference, place, targets, rows) for reference in formula.references])
    marked = shown if not any("&" in text or "<" in text or ">" in text for text in shown) else tuple(map(escape, shown))
    return Resolved(formula.text % shown, formula.markup % marked, tuple(rows))


def write(resolved: Resolved, copy: int = 0) -> str:
    """Write a settled formula as it stands in one copy of its rows."""
    return resolved.text % tuple([base + copy * step for base, step in resolved.rows])


def _demand_present(formula: Formula, targets: Targets) -> None:
    """Refuse a formula that uses a sheet, name or table that is not there."""
    for sheet in formula.sheets:
        _map_of(sheet, targets)
    for name in sorted(formula.names & targets.gone_names):
        raise BrokenReferenceError(f"refers to the name {name}, which is not in this edition; point it elsewhere")
    for table in sorted(formula.tables & targets.gone_tables):
        raise BrokenReferenceError(f"refers to the table {table}, which is not in this edition; point it elsewhere")


def _map_of(sheet: str, targets: Targets) -> RowMap:
    found = targets.maps.get(sheet) or next(
        (one for title, one in targets.maps.items() if title.casefold() == sheet.casefold()), None
    )
    if found is None:
        raise BrokenReferenceError(f"refers to the sheet {sheet!r}, which is not in this edition; point it elsewhere")
    return found


def _followed(ref: Reference, place: Place, targets: Targets, rows: list[Step]) -> str:
    """Write a reference, with %d for each row that grows with the copy; these are added to `rows`."""
    row_map = _map_of(unquoted(ref.sheet) if ref.sheet else place.sheet, targets)
    if not row_map.blocks and not place.pinned:
        return ref.text.replace("%", "%%")
    prefix = (f"{ref.lead}{ref.sheet}!" if ref.sheet else ref.lead).replace("%", "%%")
    own = _own_copy(row_map, ref.r1, ref.a1, place)
    block = row_map.block(ref.r1)
    sign = _sign(ref, ref.a1, own, place)
    if not ref.r2 and not (place.whole and own is None and block and block.copies > 1):
        _demand_one_row(ref, block, own, place)
        row = own or (next(iter(row_map.targets(ref.r1)), 0), 0)
        _demand(row[0], ref, place)
        return f"{prefix}{ref.c1}{sign}{_row(row, rows)}"
    c2, a2, r2 = (ref.c2, ref.a2, ref.r2) if ref.r2 else (ref.c1, ref.a1, ref.r1)
    own_end = _own_copy(row_map, r2, a2, place)
    top, bottom = own or (row_map.first(ref.r1), 0), own_end or (row_map.last(r2), 0)
    _demand(bottom[0] - top[0] + 1, ref, place)
    _demand_whole_copies(ref, row_map, (own, own_end), place)
    return f"{prefix}{ref.c1}{sign}{_row(top, rows)}:{c2}{_sign(ref, a2, own_end, place)}{_row(bottom, rows)}"


def _row(row: Step, rows: list[Step]) -> str:
    if not row[1]:
        return str(row[0])
    rows.append(row)
    return "%d"


def _own_copy(row_map: RowMap, row: int, fixed: str, place: Place) -> Step | None:
    """Give the row of the same copy, when the formula and the row it names are repeated by the same loop."""
    block: Block | None = None if fixed or not place.loop else row_map.block(row)
    if block is None or block.loop != place.loop or not block.copies:
        return None
    if place.pinned and block.height != place.pinned:
        raise BrokenReferenceError(
            "refers to rows repeated in another rhythm than its own; put the value beside it and refer to that"
        )
    return block.start + row - block.first, block.height


def _sign(ref: Reference, fixed: str, own: Step | None, place: Place) -> str:
    if place.pinned and own is None and not fixed and place.tall:
        raise BrokenReferenceError(f"refers to {ref.text} from several repeated rows; write its row with a dollar sign")
    return "$" if place.pinned and own is None else fixed


def _demand(size: int, ref: Reference, place: Place) -> None:
    if size <= 0:
        running = " (a running total adds up from its first row, as in SUM(E$14:E14))" if place.loop else ""
        raise BrokenReferenceError(f"refers to {ref.text}, a tag row or rows that are left out here; point it elsewhere{running}")


def _demand_one_row(ref: Reference, block: Block | None, own: Step | None, place: Place) -> None:
    """Refuse a cell of another loop's rows where each copy would mean the same first one."""
    if own is None and block is not None and block.loop and place.loop and block.loop != place.loop and not place.whole:
        raise BrokenReferenceError(
            f"refers to {ref.text}, a row repeated over {block.loop}, from rows repeated over {place.loop}; find the row meant "
            "with INDEX and MATCH over the column, or refer to a total outside"
        )


def _demand_whole_copies(ref: Reference, row_map: RowMap, own: tuple[Step | None, Step | None], place: Place) -> None:
    """Refuse a range over some rows of a repeated block where it would take in the block's other rows with their copies."""
    r2 = ref.r2 or ref.r1
    first, last = row_map.block(ref.r1), row_map.block(r2)
    begins = own[0] is None and first is not None and first.loop and ref.r1 != first.first
    ends = own[1] is None and last is not None and last.loop and r2 != last.last
    mixed = first is not None and first is last and (own[0] is None) != (own[1] is None)
    if begins or ends or (mixed and first and (ref.r1, r2) != (first.first, first.last)):
        raise BrokenReferenceError(
            f"refers to {ref.text}, some of the rows that are repeated together, and would take in the others; "
            "give what is added up a column of its own and refer to all of the rows"
        )
    wide = ref.c2 and ref.c1.removeprefix("$") != ref.c2.removeprefix("$")
    if place.whole and wide and any(one.loop and one.first <= r2 and ref.r1 <= one.last for one in row_map.blocks):
        raise BrokenReferenceError(f"refers to {ref.text}, several columns of repeated rows; a series or list takes one column")

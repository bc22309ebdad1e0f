"""A laid-out sheet and the values for its gaps → its chunks of XML, and what each of the cells it fills holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pipeline.exceptions import TemplateError
from pipeline.figure import Unknown
from pipeline.formulas import Address, Content, plain
from pipeline.render.cells import CellValue, Evaluator, Runs, unescaped
from pipeline.render.heights import height_of
from pipeline.render.sheets.compiled import Cell
from pipeline.render.sheets.laid import CellGap, LaidSheet, RowGap, TextGap
from pipeline.render.sheets.plan import Scope
from pipeline.render.sheets.rowlayout import row_head
from pipeline.render.sheets.strings import Strings
from pipeline.render.sheets.styles import INPUT_TO_CONFIRM, Palette
from pipeline.wording import TO_BE_CONFIRMED

_LITERAL_STARTS = ("=", "+", "-", "@")


@dataclass
class Tables:
    """What all sheets of one rendering share: its evaluator, its texts and formats, and what the filled cells hold."""

    evaluator: Evaluator
    strings: Strings
    palette: Palette
    cells: dict[Address, Content] = field(default_factory=dict)


@dataclass
class RowWriter:
    """Fills the gaps of one laid-out sheet; `scopes` are what names stand for in each copy of its repeated rows."""

    sheet: LaidSheet
    scopes: Sequence[Sequence[Scope | None]]
    tables: Tables
    chunks: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the chunks as they are laid out."""
        self.chunks = list(self.sheet.chunks)

    def write(self) -> list[str]:
        """Fill every gap, top to bottom."""
        chunks, number = self.chunks, self.tables.strings.number
        for gap in self.sheet.gaps:
            if isinstance(gap, TextGap):
                chunks[gap.at] = str(number(gap.text))
            else:
                self._row(gap)
        return chunks

    def _row(self, row: RowGap) -> None:
        """Fill one row; an unknown leaves an empty input where the row says elsewhere that it waits."""
        scope = (self.scopes[row.block][row.copy] or {}) if row.block >= 0 else {}
        needs, says_so = row.row.needs, False
        waiting: list[CellGap] = []
        for gap in row.gaps:
            if isinstance(gap, TextGap):
                self.chunks[gap.at] = str(self.tables.strings.number(gap.text))
                continue
            cell = gap.cell
            value = self.tables.evaluator.fill(cell.program, scope, cell.where) if cell.program is not None else None
            if isinstance(value, Unknown):
                waiting.append(gap)
                continue
            text = _words(value)
            if text:
                says_so = says_so or TO_BE_CONFIRMED in text
                needs = max(needs, height_of(text, cell.room, cell.line))
            self.chunks[gap.at] = self._value(cell, row.number, value)
        for gap in waiting:
            self.chunks[gap.at] = self._unknown(gap.cell, row.number, says_so=says_so)
        self.chunks[row.head] = row_head(row.row, row.number, needs)

    def _cell(self, cell: Cell, row: int, style: int, inner: str, kind: str = "") -> str:
        styled = f' s="{style}"' if style else ""
        return f'<c r="{cell.column}{row}"{styled}{kind}>{inner}</c>' if inner else f'<c r="{cell.column}{row}"{styled}/>'

    def _text(self, cell: Cell, row: int, style: int, text: str | Runs) -> str:
        self.tables.cells[self.sheet.title, row, cell.number] = unescaped(_words(text))
        return self._cell(cell, row, style, f"<v>{self.tables.strings.number(text)}</v>", ' t="s"')

    def _value(self, cell: Cell, row: int, value: CellValue) -> str:
        """Write a typed value; a text is never a formula, whatever it starts with."""
        if value is None or isinstance(value, Unknown):  # an unknown is written when the whole row is known
            return self._cell(cell, row, cell.style, "")
        if isinstance(value, str | tuple):
            starts = _words(value).startswith(_LITERAL_STARTS)
            style = self.tables.palette.literal(cell.style) if starts else cell.style
            return self._text(cell, row, style, value)
        key, style = (self.sheet.title, row, cell.number), cell.style
        if isinstance(value, bool):
            self.tables.cells[key] = value
            return self._cell(cell, row, style, f"<v>{int(value)}</v>", ' t="b"')
        if isinstance(value, date):
            style = self.tables.palette.dated(style)
            value = Decimal(f"{plain(value):.17g}")  # with the part of the day that has passed
        shown = _number(value)
        self.tables.cells[key] = Decimal(shown)
        return self._cell(cell, row, style, f"<v>{shown}</v>")

    def _unknown(self, cell: Cell, row: int, *, says_so: bool) -> str:
        """Leave an empty input in its named style, with the words themselves when nothing else in the row says them."""
        style = self.tables.palette.waiting(cell.style)
        if style is None:
            where = f"{self.tables.evaluator.template}: {cell.where}"
            raise TemplateError(f"{where}: the template has no cell style {INPUT_TO_CONFIRM!r}; add it")
        return self._cell(cell, row, style, "") if says_so else self._text(cell, row, style, TO_BE_CONFIRMED)


def _number(value: Decimal | float) -> str:
    """Write a number exactly, without needless zeros."""
    text = repr(value) if isinstance(value, float) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text and "e" not in text else text


def _words(value: CellValue) -> str:
    if isinstance(value, tuple):
        return "".join(text for _, text in value)
    return value if isinstance(value, str) else ""

"""Compiled rows and where they go → the rows of a finished sheet as XML, and what each of its cells holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from pipeline.exceptions import TemplateError
from pipeline.figure import Unknown
from pipeline.formulas import Address, Content, Formula, plain
from pipeline.render.cells import CellValue, Evaluator, Runs, unescaped
from pipeline.render.heights import height_of
from pipeline.render.sheets.compiled import Cell, Row, Sheet
from pipeline.render.sheets.formulas import BrokenReferenceError, Place, Resolved, Targets, resolve
from pipeline.render.sheets.plan import Scope, SheetPlan
from pipeline.render.sheets.rows import Block, written
from pipeline.render.sheets.strings import Strings
from pipeline.render.sheets.styles import INPUT_TO_CONFIRM, Palette
from pipeline.wording import TO_BE_CONFIRMED

_LITERAL_STARTS = ("=", "+", "-", "@")


@dataclass
class Tables:
    """What all sheets of one rendering share: its evaluator, its texts and formats, and what its formulas may point at."""

    evaluator: Evaluator
    targets: Targets
    strings: Strings
    palette: Palette
    cells: dict[Address, Content] = field(default_factory=dict)


@dataclass
class RowWriter:
    """Writes the rows of one sheet; `slots` says where in `chunks` each formula is, so that its value can be put there."""

    sheet: Sheet
    plan: SheetPlan
    tables: Tables
    chunks: list[str] = field(default_factory=list)
    slots: dict[Address, int] = field(default_factory=dict)

    def write(self) -> None:
        """Write every row, top to bottom."""
        blocks = iter(zip(self.plan.row_map.blocks, self.plan.scopes, strict=True))
        block, scopes = next(blocks, (None, ()))
        waiting: list[Row] = []
        for row in self.sheet.rows:
            while block is not None and row.number > block.closing:
                block, scopes = next(blocks, (None, ()))
            if block is None or row.number < block.opening:
                self._write_rows([row], {}, None, 0)
            elif block.first <= row.number <= block.last:
                waiting.append(row)
            elif row.number == block.closing:
                self._write_block(waiting, block, scopes)
                waiting = []

    def _write_block(self, rows: list[Row], block: Block, scopes: Iterable[Scope | None]) -> None:
        prepared = [self._prepared(row, block) for row in rows]
        for number, scope in enumerate(scopes):
            for row, formulas in zip(rows, prepared, strict=True):
                self._write_row(row, block.start + row.number - block.first + number * block.height, scope, formulas, number)

    def _write_rows(self, rows: list[Row], scope: Scope, block: Block | None, copy: int) -> None:
        for row in rows:
            self._write_row(row, self.plan.row_map.targets(row.number)[0], scope, self._prepared(row, block), copy)

    def _prepared(self, row: Row, block: Block | None) -> dict[int, Resolved]:
        """Settle the formulas of a row for all its copies at once."""
        place = Place(self.sheet.title, block.loop if block else "")
        if block is not None and not block.copies:
            return {}
        settled: dict[int, Resolved] = {}
        for cell in row.cells:
            if cell.formula is not None:
                try:
                    settled[cell.number] = resolve(cell.formula, place, self.tables.targets)
                except BrokenReferenceError as error:
                    raise TemplateError(f"{self.tables.evaluator.template}: {cell.where}: {cell.text}: {error}") from error
        return settled

    def _write_row(self, row: Row, target: int, scope: Scope | None, formulas: Mapping[int, Resolved], copy: int) -> None:
        """Write one row; an unknown leaves an empty input where the row says elsewhere that it waits."""
        head = len(self.chunks)
        self.chunks.append("")
        needs = row.needs if scope is not None else 0.0
        says_so = False
        waiting: list[tuple[int, Cell]] = []
        for cell in row.cells:
            if cell.kind == "member":
                self.slots[self.sheet.title, target, cell.number] = len(self.chunks)
                styled = f' s="{cell.style}"' if cell.style else ""
                self.chunks += [f'<c r="{cell.column}{target}"{styled}', "></c>"]
            elif scope is None or cell.kind == "blank":
                self.chunks.append(self._cell(cell, target, cell.style, ""))
            elif cell.kind == "formula":
                self._formula(cell, target, formulas[cell.number], copy)
            elif cell.kind == "fill" and cell.program is not None:
                value = self.tables.evaluator.fill(cell.program, scope, cell.where)
                if isinstance(value, Unknown):
                    waiting.append((len(self.chunks), cell))
                    self.chunks.append("")
                    continue
                text = _words(value)
                says_so = says_so or TO_BE_CONFIRMED in text
                needs = max(needs, height_of(text, cell.room, cell.line))
                self.chunks.append(self._value(cell, target, value))
            else:
                self._constant(cell, target)
        for at, cell in waiting:
            self.chunks[at] = self._unknown(cell, target, says_so=says_so)
        self.chunks[head] = _row_head(row, target, needs)
        self.chunks.append("</row>")

    def _cell(self, cell: Cell, row: int, style: int, inner: str, kind: str = "") -> str:
        styled = f' s="{style}"' if style else ""
        return f'<c r="{cell.column}{row}"{styled}{kind}>{inner}</c>' if inner else f'<c r="{cell.column}{row}"{styled}/>'

    def _formula(self, cell: Cell, row: int, formula: Resolved, copy: int) -> None:
        rows = tuple([base + copy * step for base, step in formula.rows])
        text = formula.text % rows
        key = self.sheet.title, row, cell.number
        area = ""
        if cell.area is not None:
            top, bottom = self.plan.row_map.copy(cell.area, copy)
            area = written(cell.area, top, bottom)
        self.tables.cells[key] = Formula(text, area)
        self.slots[key] = len(self.chunks)
        styled = f' s="{cell.style}"' if cell.style else ""
        kind = f' t="array" ref="{area}"' if area else ""
        self.chunks.append(f'<c r="{cell.column}{row}"{styled}')
        self.chunks.append(f"{cell.extra}><f{kind}>{formula.markup % rows}</f></c>")

    def _constant(self, cell: Cell, row: int) -> None:
        key = self.sheet.title, row, cell.number
        if cell.kind == "text":
            self.chunks.append(self._text(cell, row, cell.style, _plain_or_runs(cell.runs)))
            return
        truth = cell.typed == "b"
        self.tables.cells[key] = cell.text in {"1", "true"} if truth else plain(float(cell.text))
        self.chunks.append(self._cell(cell, row, cell.style, f"<v>{escape(cell.text)}</v>", ' t="b"' if truth else ""))

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


def _plain_or_runs(runs: Runs) -> str | Runs:
    return runs if any(look for look, _ in runs) else _words(runs)


def _words(value: CellValue) -> str:
    if isinstance(value, tuple):
        return "".join(text for _, text in value)
    return value if isinstance(value, str) else ""


def _row_head(row: Row, target: int, needs: float) -> str:
    height = f' ht="{row.height_text}"' if row.height_text else ""
    if needs:
        custom = "" if "customHeight=" in row.attributes else ' customHeight="1"'
        height = f' ht="{max(needs, row.height or 0.0):g}"{custom}'
    return f'<row r="{target}"{row.attributes}{height}>'

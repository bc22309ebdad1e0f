"""Compiled rows and where they go → the rows of a finished sheet as chunks of XML, with gaps for what depends on values."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from pipeline.exceptions import TemplateError
from pipeline.formulas import Address, Content, Formula, plain
from pipeline.render.cells import Runs, unescaped
from pipeline.render.sheets.compiled import Cell, Header, Row, Sheet
from pipeline.render.sheets.formulas import BrokenReferenceError
from pipeline.render.sheets.laid import CellGap, LaidSheet, RowGap, TextGap
from pipeline.render.sheets.resolving import Place, Resolved, Targets, resolve
from pipeline.render.sheets.rows import Block, RowMap, written

Cells = dict[Address, Content]
Slots = dict[Address, tuple[str, int]]


class SheetLayout:
    """Lays out one sheet, piece by piece from its top."""

    def __init__(self, template: str, sheet: Sheet, targets: Targets, cells: Cells, slots: Slots) -> None:
        """Take the template's name for errors, the sheet, where the rows of all sheets go, and what to add its cells to."""
        self.template = template
        self.sheet = sheet
        self.targets = targets
        self.row_map: RowMap = targets.maps[sheet.title]
        self.chunks: list[str] = []
        self.gaps: list[TextGap | RowGap] = []
        self.headers: list[tuple[int, Header]] = []
        self.cells = cells
        self.slots = slots

    def laid(self) -> LaidSheet:
        """Give what has been laid out."""
        return LaidSheet(self.sheet.title, self.sheet.part, tuple(self.chunks), tuple(self.gaps), tuple(self.headers))

    def put(self, text: str) -> None:
        """Add XML that depends on no value."""
        self.chunks.append(text)

    def put_header(self, header: Header) -> None:
        """Leave a gap for a header or footer that holds tags."""
        self.headers.append((self._gap(), header))

    def put_rows(self) -> None:
        """Add every row, top to bottom, each copy of repeated rows after the other."""
        waiting = list(reversed(self.sheet.rows))
        for at, block in enumerate(self.row_map.blocks):
            while waiting and waiting[-1].number < block.opening:
                self._single(waiting.pop())
            rows: list[Row] = []
            while waiting and waiting[-1].number <= block.closing:
                rows.append(waiting.pop())
            self._block([row for row in rows if block.first <= row.number <= block.last], block, at)
        for row in reversed(waiting):
            self._single(row)

    def _single(self, row: Row) -> None:
        self._row(row, self.row_map.targets(row.number)[0], self._settled(row, None), (-1, 0))

    def _block(self, rows: list[Row], block: Block, at: int) -> None:
        settled = [self._settled(row, block) if block.copies else {} for row in rows]
        for copy in range(block.copies):
            for row, formulas in zip(rows, settled, strict=True):
                self._row(row, block.start + row.number - block.first + copy * block.height, formulas, (at, copy))

    def _settled(self, row: Row, block: Block | None) -> dict[int, Resolved]:
        """Settle the formulas of a row for all its copies at once."""
        place = Place(self.sheet.title, block.loop if block else "")
        settled: dict[int, Resolved] = {}
        for cell in row.cells:
            if cell.formula is not None:
                try:
                    settled[cell.number] = resolve(cell.formula, place, self.targets)
                except BrokenReferenceError as error:
                    raise TemplateError(f"{self.template}: {cell.where}: {cell.text}: {error}") from error
        return settled

    def _gap(self) -> int:
        """Leave a gap: give its place among the chunks."""
        self.chunks.append("")
        return len(self.chunks) - 1

    def _row(self, row: Row, number: int, formulas: Mapping[int, Resolved], copy: tuple[int, int]) -> None:
        """Lay out one row; in the one empty copy of a loop over nothing all cells are empty."""
        empty = copy[0] >= 0 and self.row_map.blocks[copy[0]].empty
        filled = not empty and any(cell.kind == "fill" for cell in row.cells)
        head = self._gap() if filled else -1
        if not filled:
            self.put(row_head(row, number, 0.0 if empty else row.needs))
        gaps: list[TextGap | CellGap] = []
        for cell in row.cells:
            if cell.kind == "member":
                self._slot(cell, number, ">")
            elif empty or cell.kind == "blank":
                self.put(f"<{_opening(cell, number)}/>")
            elif cell.kind == "formula":
                self._formula(cell, number, formulas[cell.number], copy[1])
            elif cell.kind == "fill":
                gaps.append(CellGap(self._gap(), cell))
            elif cell.kind == "text":
                gaps.append(self._text(cell, number))
            else:
                self._constant(cell, number)
        self.put("</row>")
        self.gaps += [RowGap(row, number, head, *copy, tuple(gaps))] if filled else [one for one in gaps if type(one) is TextGap]

    def _slot(self, cell: Cell, number: int, between: str) -> None:
        """Write a cell with the two gaps for the value of a formula."""
        self.slots[self.sheet.title, number, cell.number] = self.sheet.part, len(self.chunks) + 1
        self.chunks += (f"<{_opening(cell, number)}", "", between, "", "</c>")

    def _formula(self, cell: Cell, number: int, formula: Resolved, copy: int) -> None:
        rows = tuple([base + copy * step for base, step in formula.rows])
        area = "" if cell.area is None else written(cell.area, *self.row_map.copy(cell.area, copy))
        text = formula.text % rows
        markup = text if formula.markup is formula.text else formula.markup % rows
        self.cells[self.sheet.title, number, cell.number] = Formula(text, area)
        kind = f' t="array" ref="{area}"' if area else ""
        self._slot(cell, number, f"{cell.extra}><f{kind}>{markup}</f>")

    def _text(self, cell: Cell, number: int) -> TextGap:
        words = "".join(text for _, text in cell.runs)
        self.cells[self.sheet.title, number, cell.number] = unescaped(words)
        self.put(f'<{_opening(cell, number)} t="s"><v>')
        text: str | Runs = cell.runs if any(look for look, _ in cell.runs) else words
        gap = TextGap(self._gap(), text)
        self.put("</v></c>")
        return gap

    def _constant(self, cell: Cell, number: int) -> None:
        truth = cell.typed == "b"
        value = cell.text in {"1", "true"} if truth else plain(float(cell.text))
        self.cells[self.sheet.title, number, cell.number] = value
        kind = ' t="b"' if truth else ""
        self.put(f"<{_opening(cell, number)}{kind}><v>{escape(cell.text)}</v></c>")


def _opening(cell: Cell, number: int) -> str:
    return f'c r="{cell.column}{number}" s="{cell.style}"' if cell.style else f'c r="{cell.column}{number}"'


def row_head(row: Row, number: int, needs: float) -> str:
    """Begin a finished row; `needs` is how tall its texts make it, 0 where they do not."""
    height = f' ht="{row.height_text}"' if row.height_text else ""
    if needs:
        custom = "" if "customHeight=" in row.attributes else ' customHeight="1"'
        height = f' ht="{max(needs, row.height or 0.0):g}"{custom}'
    return f'<row r="{number}"{row.attributes}{height}>'

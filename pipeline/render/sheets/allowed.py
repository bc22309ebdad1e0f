"""The formulas of a template's cells → what they may not use, and what they refer to that the workbook does not have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.formulas import FormulaError, check_formula, uses_of
from pipeline.render.sheets.areas import columns_of
from pipeline.render.sheets.compiled import Cell, Sheet, Table


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name as the template writes it: what it is called, the sheet it is local to (or ""), and its formula."""

    name: str
    home: str
    text: str


def formula_faults(template: str, sheets: Sequence[Sheet], names: Sequence[DefinedName]) -> list[str]:
    """Give every fault of the formulas in cells, and of the names they use, each with its place and what to do."""
    book = _Book(sheets, names)
    faults = [
        f"{template}: {sheet.title}!{cell.column}{row.number}: {cell.text}: {fault}"
        for sheet in sheets
        for row in sheet.rows
        for cell in row.cells
        if cell.kind == "formula"
        for fault in book.cell_faults(sheet, row.number, cell)
    ]
    return faults + [f"{template}: the name {name.name}: {name.text}: {fault}" for name, fault in book.name_faults()]


class _Book:
    """What the formulas of a template may refer to."""

    def __init__(self, sheets: Sequence[Sheet], names: Sequence[DefinedName]) -> None:
        """Take the sheets and the names; names count as used when a formula uses them."""
        self.titles = {sheet.title.casefold() for sheet in sheets}
        self.names: Mapping[tuple[str, str], DefinedName] = {(one.home.casefold(), one.name.casefold()): one for one in names}
        self.tables: Mapping[str, Table] = {table.name.casefold(): table for sheet in sheets for table in sheet.tables}
        self.used: dict[tuple[str, str], DefinedName] = {}

    def cell_faults(self, sheet: Sheet, row: int, cell: Cell) -> Iterator[str]:
        own = next((table for table in sheet.tables if _holds(table, row, cell)), None)
        yield from self._faults(cell.text, sheet.title, own, array=cell.area is not None)

    def name_faults(self) -> Iterator[tuple[DefinedName, str]]:
        """Give the faults of the names that formulas use, and of those that these names use."""
        done: set[tuple[str, str]] = set()
        while todo := [key for key in self.used if key not in done]:
            for key in todo:
                done.add(key)
                for fault in self._faults(self.used[key].text, self.used[key].home, None, array=True):
                    yield self.used[key], fault

    def _faults(self, text: str, home: str, own: Table | None, *, array: bool) -> Iterator[str]:
        try:
            check_formula(text, array=array)
        except FormulaError as error:
            yield str(error)
            return
        uses = uses_of(text)
        for sheet in uses.sheets:
            if sheet.casefold() not in self.titles:
                yield f"refers to the sheet {sheet!r}, which the workbook does not have; correct it"
        for sheet, name in uses.names:
            keys = ((sheet or home).casefold(), name.casefold()), ("", name.casefold())
            found = next((key for key in keys if key in self.names), None)
            if found is None:
                yield f"uses the name {name}, which the workbook does not have; define it, or correct the formula"
            else:
                self.used[found] = self.names[found]
        for table, column in uses.columns:
            yield from self._column_faults(self.tables.get(table.casefold()) if table else own, table, column)

    def _column_faults(self, table: Table | None, name: str, column: str) -> Iterator[str]:
        if table is None:
            yield (
                f"uses the table {name}, which the workbook does not have; correct it"
                if name
                else (f"uses [{column}] outside a table; write the table's name before it")
            )
        elif column and column.casefold() not in {one.casefold() for one in table.columns}:
            yield f"uses the column {column}, which the table {table.name} does not have; correct it"


def _holds(table: Table, row: int, cell: Cell) -> bool:
    area = table.area
    return area.top <= row <= area.bottom and cell.number in columns_of(area)

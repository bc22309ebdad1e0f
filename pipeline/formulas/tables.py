"""Which cells a structured reference means."""

from collections.abc import Iterable

from pipeline.formulas.contents import Table
from pipeline.formulas.frame import Frame
from pipeline.formulas.tree import Structured
from pipeline.formulas.values import Area, ExcelError, RaisedError


class Tables:
    """The tables of a workbook, by name and by place."""

    def __init__(self, tables: Iterable[Table]) -> None:
        """Take the tables."""
        self.tables = {table.name.casefold(): table for table in tables}

    def area(self, frame: Frame, node: Structured) -> Area:
        """Give the cells; an unknown table, column or part is #REF!, and this row outside the rows is #VALUE!."""
        table = self._table(frame, node.table)
        top, bottom = _rows(table, node.parts, frame.row)
        left, right = (_column(table, node.first), _column(table, node.last)) if node.first else (table.left, table.right)
        return Area(table.sheet.casefold(), top, min(left, right), bottom, max(left, right))

    def _table(self, frame: Frame, name: str) -> Table:
        if name:
            table = self.tables.get(name.casefold())
        else:
            around = (table for table in self.tables.values() if _holds(table, frame))
            table = next(around, None)
        if table is None:
            raise RaisedError(ExcelError.REF)
        return table


def _holds(table: Table, frame: Frame) -> bool:
    inside = table.top <= frame.row <= table.bottom and table.left <= frame.column <= table.right
    return inside and table.sheet.casefold() == frame.sheet


def _column(table: Table, name: str | None) -> int:
    wanted = (name or "").casefold()
    for at, column in enumerate(table.columns):
        if column.casefold() == wanted:
            return table.left + at
    raise RaisedError(ExcelError.REF)


def _rows(table: Table, parts: tuple[str, ...], own: int) -> tuple[int, int]:
    first, last = table.top + table.headers, table.bottom - table.totals
    spans: list[tuple[int, int]] = []
    for part in parts or ("#Data",):
        if part == "#This Row":
            if not first <= own <= last:
                raise RaisedError(ExcelError.VALUE)
            spans.append((own, own))
        elif part == "#Data":
            spans.append((first, last))
        elif part == "#All":
            spans.append((table.top, table.bottom))
        elif part == "#Headers" and table.headers:
            spans.append((table.top, table.top))
        elif part == "#Totals" and table.totals:
            spans.append((table.bottom, table.bottom))
        else:
            raise RaisedError(ExcelError.REF)
    return min(top for top, _ in spans), max(bottom for _, bottom in spans)

"""A workbook whose cells are worked out when they are first asked for, each once."""

from dataclasses import dataclass, field

from pipeline.formulas.comparing import key_of
from pipeline.formulas.compile import Operand
from pipeline.formulas.compiled import Compiled, defined
from pipeline.formulas.contents import Table
from pipeline.formulas.frame import Frame, Index
from pipeline.formulas.numbers import ZERO
from pipeline.formulas.shapes import place
from pipeline.formulas.tables import Tables
from pipeline.formulas.tree import Name, Structured
from pipeline.formulas.values import (
    CAUGHT,
    LAST_COLUMN,
    LAST_ROW,
    Area,
    Array,
    CircularError,
    ExcelError,
    FormulaError,
    RaisedError,
    Scalar,
    UnclearTextError,
    Value,
    column_letters,
    error_of,
)

_DEEPEST = 6  # cells worked out within one another before the outermost is put off; keeps clear of Python's own limit
_SMALL = 4096


@dataclass(slots=True, eq=False)
class Pending:
    """A cell whose formula is not worked out yet.

    `part` is its place in the results of the array formula that it belongs to, and `start` where that one stands.
    """

    frame: Frame
    formula: Compiled
    start: Frame
    part: tuple[int, int] = (0, 0)
    results: list[Scalar | Array] = field(default_factory=list)
    busy: bool = False

    def work_out(self) -> Scalar:
        """Give the value, an error where the formula makes one, 0 for nothing."""
        if not self.results:
            try:
                self.results.append(self.formula.run(self.start))
            except CAUGHT as raised:
                self.results.append(error_of(raised))
        value = place(self.results[0], *self.part)
        return ZERO if value is None else value


class PutOffError(Exception):
    """Too many cells wait for one another; `cells` are to be worked out first."""

    def __init__(self, cells: list[Pending], waiting: list[Pending]) -> None:
        """Take the cells needed, and those that wait for them, outermost first."""
        self.cells = cells
        self.waiting = waiting
        super().__init__()


class Book:
    """The cells, names and tables of a workbook while it is worked out."""

    def __init__(self, titles: dict[str, str], tables: list[Table], names: dict[tuple[str, str], str]) -> None:
        """Take the sheets' titles by their lower-case form, the tables, and names by sheet ("" for all) and lower-case name."""
        self.titles = titles
        self.sheets: dict[str, dict[tuple[int, int], Scalar | Pending]] = {key: {} for key in titles}
        self.tables = Tables(tables)
        self.names = names
        self._operands: dict[tuple[str, str], Operand] = {}
        self.extent = (1, 1)
        self._arrays: dict[Area, Array] = {}
        self._indexes: dict[Area, Index] = {}
        self._asked: set[Area] = set()
        self._filled: dict[Area, list[Scalar]] = {}
        self.subtotals: dict[str, set[tuple[int, int]]] = {}
        self._path: list[Pending] = []
        self._held: list[list[Pending]] = []
        self._names_busy: list[str] = []

    def read(self, sheet: str, row: int, column: int) -> Scalar:
        """See Cells."""
        cells = self.sheets.get(sheet)
        if cells is None:
            raise RaisedError(ExcelError.REF)
        value = cells.get((row, column))
        return self._settle(value) if type(value) is Pending else value  # type: ignore[return-value]

    def _settle(self, cell: Pending) -> Scalar:
        if cell.busy:
            raise CircularError(self._circle(cell))
        if len(self._path) >= _DEEPEST:
            raise PutOffError([cell], list(self._path))
        self._path.append(cell)
        cell.busy = True
        try:
            value = cell.work_out()
        except UnclearTextError as error:
            raise FormulaError(f"{self.where(cell)}: {error}") from error
        finally:
            cell.busy = False
            self._path.pop()
        frame = cell.frame
        self.sheets[frame.sheet][frame.row, frame.column] = value
        return value

    def finish(self, cell: Pending) -> Scalar:
        """Work out a cell and whatever it needs, however long the chain."""
        todo = [[cell]]
        self._held = [[]]
        while todo:
            if not todo[-1]:
                todo.pop()
                for one in self._held.pop():
                    one.busy = False
                continue
            now = todo[-1][-1]
            if not isinstance(self._stored(now), Pending):
                todo[-1].pop()
                continue
            try:
                self._settle(now)
                todo[-1].pop()
            except PutOffError as put_off:
                for one in put_off.waiting:
                    one.busy = True
                todo.append(put_off.cells)
                self._held.append(put_off.waiting)
        return self._stored(cell)  # type: ignore[return-value]  # it has been worked out

    def _stored(self, cell: Pending) -> Scalar | Pending:
        return self.sheets[cell.frame.sheet][cell.frame.row, cell.frame.column]

    def _circle(self, cell: Pending) -> tuple[str, ...]:
        waiting = [one for some in (*self._held, self._path) for one in some]
        return tuple(map(self.where, waiting[waiting.index(cell) :]))

    def where(self, cell: Pending) -> str:
        """Name a cell as Sheet!A1."""
        return f"{self.titles[cell.frame.sheet]}!{column_letters(cell.frame.column)}{cell.frame.row}"

    def _clipped(self, area: Area) -> Area:
        """Cut whole rows and columns down to where there is anything."""
        bottom = min(area.bottom, max(self.extent[0], area.top)) if area.bottom == LAST_ROW else area.bottom
        right = min(area.right, max(self.extent[1], area.left)) if area.right == LAST_COLUMN else area.right
        return Area(area.sheet, area.top, area.left, bottom, right)

    def _ready(self, area: Area) -> dict[tuple[int, int], Scalar | Pending]:
        """Give the sheet of an area, the cells of the area put off together where the chain is too long for them."""
        cells = self.sheets.get(area.sheet)
        if cells is None:
            raise RaisedError(ExcelError.REF)
        if len(self._path) >= _DEEPEST:
            waiting = [cells[at] for at in self._places(area) if type(cells.get(at)) is Pending]
            if waiting:
                raise PutOffError([one for one in waiting if type(one) is Pending], list(self._path))
        return cells

    def _places(self, area: Area) -> list[tuple[int, int]]:
        """Give the places of an area, from the top left; of a large one those that hold something."""
        if area.height * area.width <= _SMALL:
            columns = range(area.left, area.right + 1)
            return [(row, column) for row in range(area.top, area.bottom + 1) for column in columns]
        held = self.sheets[area.sheet]
        return sorted(at for at in held if area.top <= at[0] <= area.bottom and area.left <= at[1] <= area.right)

    def filled(self, area: Area) -> list[Scalar]:
        """See Cells."""
        if area.top == area.bottom and area.left == area.right:
            value = self.read(area.sheet, area.top, area.left)
            return [] if value is None else [value]
        known = self._arrays.get(area)
        if known is not None:
            return [one for one in known if one is not None]
        if area in self._asked:  # asked for again, as every row of a table does with the whole: worth keeping
            found = self._filled.get(area)
            if found is None:
                found = self._filled[area] = [value for _, value in self._values(area) if value is not None]
            return found
        self._asked.add(area)
        return [value for _, value in self._values(area) if value is not None]

    def _values(self, area: Area) -> list[tuple[tuple[int, int], Scalar]]:
        cells = self._ready(area)
        found: list[tuple[tuple[int, int], Scalar]] = []
        for at in self._places(area):
            value = cells.get(at)
            found.append((at, self._settle(value) if type(value) is Pending else value))  # type: ignore[arg-type]
        return found

    def subtotalled(self, area: Area) -> list[Scalar]:
        """See Cells."""
        skipped = self.subtotals.get(area.sheet, set())
        return [value for at, value in self._values(area) if value is not None and at not in skipped]

    def array(self, area: Area) -> Array:
        """See Cells."""
        known = self._arrays.get(area)
        if known is None:
            cut = self._clipped(area)
            cells, read = self._ready(cut), self.read
            if cut.height * cut.width > len(cells):
                self._values(cut)
            columns = range(cut.left, cut.right + 1)
            rows = range(cut.top, cut.bottom + 1)
            known = Array(tuple(tuple(read(cut.sheet, row, column) for column in columns) for row in rows))
            self._arrays[area] = known
        return known

    def index(self, area: Area) -> Index:
        """See Cells."""
        known = self._indexes.get(area)
        if known is None:
            values = tuple(self.array(area))
            places: dict[object, list[int]] = {}
            for at, value in enumerate(values):
                if value is not None and not isinstance(value, ExcelError):
                    places.setdefault(key_of(value), []).append(at)
            clean = not any(isinstance(value, ExcelError) for value in values)
            known = Index(values, places, clean, clean and not any(isinstance(value, str) for value in values))
            self._indexes[area] = known
        return known

    def named(self, frame: Frame, name: Name) -> Value:
        """See Cells."""
        sheet = frame.sheet if name.sheet is None else name.sheet.casefold()
        key = name.name.casefold()
        scope = sheet if (sheet, key) in self.names else ""
        operand = self._operands.get((scope, key)) or self._operand(scope, key, name.name)
        if operand is None:
            return ExcelError.NAME
        if key in self._names_busy:
            raise FormulaError(f"the name {name.name} is defined by itself; define it by cells")
        self._names_busy.append(key)
        try:
            return operand(frame)
        finally:
            self._names_busy.pop()

    def _operand(self, scope: str, key: str, name: str) -> Operand | None:
        """Read a name when it is first used; None where there is no such name."""
        text = self.names.get((scope, key))
        if text is None:
            return None
        try:
            operand = self._operands[scope, key] = defined(text)
        except FormulaError as error:
            raise FormulaError(f"the name {name}: {text} {error}") from error
        return operand

    def structured(self, frame: Frame, node: Structured) -> Area:
        """See Cells."""
        return self.tables.area(frame, node)

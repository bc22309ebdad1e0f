"""Excel rendering: a workbook template and a context → the finished workbook's bytes.

Tags: `{{ path }}` fills a cell; a row holding `{%tr for x in xs %}` and one holding `{%tr endfor %}` repeat the rows
between them, `{%tr if … %}` and `{%tr endif %}` keep or drop them; `{%sheet if … %}` in A1 keeps or drops a sheet. Whatever
spans or points past those rows follows (pipeline.render.references). A loop over nothing leaves one empty copy of its rows,
so every sum over it is 0.
"""

import re
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.styles.numbers import is_date_format
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.exceptions import DocumentError, TemplateError
from pipeline.figure import Unknown
from pipeline.render.cells import TAG, CellValue, Evaluator
from pipeline.render.environment import environment
from pipeline.render.furniture import move_furniture
from pipeline.render.heights import column_widths, height_for
from pipeline.render.layout import OutputRow, SheetPlan, hidden_part, plan_sheet
from pipeline.render.references import BrokenReferenceError, Place, RowMap, shift_formula, unquoted
from pipeline.text import open_workbook
from pipeline.wording import TO_BE_CONFIRMED

INPUT_TO_CONFIRM = "Input to confirm"
DATE_FORMAT = "d mmmm yyyy"
_SHEET_TAG = re.compile(r"\{%-?\s*sheet\s+if\s+(?P<test>.+?)\s*-?%\}", re.DOTALL)
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # ECMA-376 part 1, 22.9.2.19: Excel reads _x0041_ as the letter A
_LITERAL_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class _SourceCell:
    column: int
    value: object
    is_formula: bool
    coordinate: str
    style: object


def render_workbook(template: bytes, name: str, context: Mapping[str, object]) -> bytes:
    """Fill a workbook template (bytes, and a name for messages) from a context; give the finished workbook's bytes."""
    book = _load(template, name)
    evaluator = Evaluator(environment(), name, context)
    every_sheet = frozenset(book.sheetnames)
    for sheet in list(book.worksheets):
        if not _keeps(sheet, evaluator):
            book.remove(sheet)
    if not book.worksheets:
        raise TemplateError(f"{name}: no sheet is left in this edition; let at least one stay")
    plans = {sheet.title: plan_sheet(sheet, evaluator) for sheet in book.worksheets}
    maps = {title: plan.row_map for title, plan in plans.items()}
    for sheet in book.worksheets:
        _write_sheet(sheet, plans[sheet.title], maps, evaluator)
        move_furniture(sheet, maps, evaluator)
    _move_names(book, maps, name, every_sheet)
    _open_at_first(book)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _load(template: bytes, name: str) -> Workbook:
    """Open a template and refuse what a rendering could not carry through safely."""
    try:
        book = open_workbook(template, name, rich_text=True)
    except DocumentError as error:
        raise TemplateError(str(error)) from error
    if book.chartsheets:
        raise TemplateError(f"{name}: holds a chart sheet, which cannot be filled; remove it")
    if hidden := hidden_part(book):
        raise TemplateError(f"{name}: {hidden}")
    for sheet in book.worksheets:
        held = {
            "a table": bool(sheet.tables),
            "a picture": bool(getattr(sheet, "_images", ())),  # openpyxl has no public list of pictures
            "a chart": bool(getattr(sheet, "_charts", ())),  # nor of charts
        }
        for what, is_held in held.items():
            if is_held:
                raise TemplateError(f"{name}: {sheet.title}: holds {what}, which cannot be carried over; remove it")
        for cell in _cells(sheet):
            if cell.comment is not None or cell.hyperlink is not None:
                raise TemplateError(f"{name}: {sheet.title}!{cell.coordinate}: holds a comment or a link; remove it")
    return book


def _cells(sheet: Worksheet) -> Iterator[Cell]:
    for row in sheet.iter_rows():
        yield from (cell for cell in row if isinstance(cell, Cell))


def _keeps(sheet: Worksheet, evaluator: Evaluator) -> bool:
    """Take the sheet tag out of A1 and say whether the sheet stays."""
    cell = sheet["A1"]
    found = _SHEET_TAG.search(str(cell.value)) if isinstance(cell.value, str | CellRichText) else None
    if found is None:
        return True
    cell.value = (str(cell.value)[: found.start()] + str(cell.value)[found.end() :]).strip() or None
    return bool(evaluator.evaluate(found["test"], {}, f"{sheet.title}!A1", found[0]))


def _write_sheet(sheet: Worksheet, plan: SheetPlan, maps: Mapping[str, RowMap], evaluator: Evaluator) -> None:
    """Replace a sheet's rows by the finished ones."""
    source: dict[int, list[_SourceCell]] = {}
    for cell in _cells(sheet):
        if cell.value is not None or cell.has_style:
            source.setdefault(cell.row, []).append(
                _SourceCell(cell.column, cell.value, cell.data_type == "f", cell.coordinate, copy(_style(cell)))
            )
    heights = {row: dimension.height for row, dimension in sheet.row_dimensions.items()}
    widths = column_widths(sheet)
    merged = list(sheet.merged_cells.ranges)
    spans = {(area.min_row, area.min_col): sum(widths[at] for at in range(area.min_col, area.max_col + 1)) for area in merged}
    for area in merged:
        sheet.unmerge_cells(area.coord)
    sheet.delete_rows(1, plan.row_map.last_source)
    sheet.row_dimensions.clear()
    for target, output in enumerate(plan.rows, start=1):
        cells = _write_row(sheet, target, output, source.get(output.source, []), maps, evaluator)
        room = {cell.column: spans.get((output.source, cell.column), widths.get(cell.column, 0)) for cell in cells}
        height = height_for(cells, room, heights.get(output.source))
        if height is not None:
            sheet.row_dimensions[target].height = height
    for area in merged:
        _merge(sheet, area.coord, plan.row_map)


def _write_row(  # noqa: PLR0913, PLR0917 - a row needs to know where it goes, what it is made from and what it may point at
    sheet: Worksheet,
    target: int,
    output: OutputRow,
    cells: list[_SourceCell],
    maps: Mapping[str, RowMap],
    evaluator: Evaluator,
) -> list[Cell]:
    """Write one row and give its cells; an unknown leaves an empty input where the row says elsewhere that it waits."""
    written: list[Cell] = []
    waiting: list[Cell] = []
    says_so = False
    for source in cells:
        cell = _new_cell(sheet, target, source)
        written.append(cell)
        where = f"{sheet.title}!{source.coordinate}"
        if output.empty or source.value is None:
            continue
        if source.is_formula:
            _write_formula(cell, source.value, output.place, maps, f"{evaluator.template}: {where}")
            continue
        text = str(source.value) if isinstance(source.value, str | CellRichText) else ""
        if not TAG.search(text):
            _write_plain(cell, source.value)
            continue
        value = evaluator.fill(text, output.scope, where)
        if isinstance(value, Unknown):
            waiting.append(cell)
            continue
        says_so = says_so or (isinstance(value, str) and TO_BE_CONFIRMED in value)
        _write_value(cell, _ESCAPED.sub("_x005F_", value) if isinstance(value, str) else value)
    for cell in waiting:
        _write_unknown(sheet, cell, evaluator.template, says_so=says_so)
    return written


def _style(cell: Cell) -> object:
    """Give a cell's style as openpyxl keeps it, which is its own way to copy one."""
    return getattr(cell, "_style")  # noqa: B009 - not in the published types


def _new_cell(sheet: Worksheet, row: int, source: _SourceCell) -> Cell:
    cell = sheet.cell(row, source.column)
    if not isinstance(cell, Cell):
        raise TypeError(cell)  # merged areas are taken apart before rows are written
    setattr(cell, "_style", copy(source.style))  # noqa: B010 - not in the published types
    return cell


def _write_formula(cell: Cell, formula: object, place: Place, maps: Mapping[str, RowMap], where: str) -> None:
    if isinstance(formula, DataTableFormula):
        raise TemplateError(f"{where}: holds a data table, which cannot follow its rows; write its formulas out")
    text = formula.text if isinstance(formula, ArrayFormula) else str(formula)
    if text is None or "{{" in text or "{%" in text:
        raise TemplateError(f"{where}: {text}: a formula cannot hold a tag; put the value in a cell and refer to it")
    try:
        moved = shift_formula(text, place, maps)
        if isinstance(formula, ArrayFormula):
            area = shift_formula(formula.ref, place, maps)
            cell.value = ArrayFormula(area, moved)
        else:
            cell.value = moved
    except BrokenReferenceError as error:
        raise TemplateError(f"{where}: {text}: {error}") from error


def _write_plain(cell: Cell, value: object) -> None:
    if isinstance(value, str):
        _write_value(cell, value)
    else:
        number_format = cell.number_format
        cell.value = value  # type: ignore[assignment]
        cell.number_format = number_format


def _write_value(cell: Cell, value: CellValue) -> None:
    """Write a typed value; a text is never a formula, whatever it starts with."""
    if isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
        if value.startswith(_LITERAL_STARTS):
            cell.quotePrefix = True
    elif isinstance(value, date):
        kept = cell.number_format if is_date_format(cell.number_format) else DATE_FORMAT
        cell.value = value
        cell.number_format = kept
    elif isinstance(value, Decimal | int | float):
        cell.value = value


def _write_unknown(sheet: Worksheet, cell: Cell, template: str, *, says_so: bool) -> None:
    """Leave an empty input in its named style, or the words themselves when nothing else in the row says them."""
    number_format = cell.number_format
    try:
        cell.style = INPUT_TO_CONFIRM
    except ValueError as error:
        where = f"{template}: {sheet.title}!{cell.coordinate}"
        raise TemplateError(f"{where}: the template has no cell style {INPUT_TO_CONFIRM!r}; add it") from error
    cell.number_format = number_format
    if not says_so:
        _write_value(cell, TO_BE_CONFIRMED)


def _merge(sheet: Worksheet, area: str, row_map: RowMap) -> None:
    """Merge again: once per copy inside repeated rows, over everything where the area spans them."""
    start, _, end = area.partition(":")
    top, bottom = (int(re.sub(r"\D", "", corner)) for corner in (start, end or start))
    left, right = (re.sub(r"\d", "", corner) for corner in (start, end or start))
    block = row_map.block(top)
    if block is not None and block is row_map.block(bottom):
        pairs = list(zip(row_map.targets(top), row_map.targets(bottom), strict=True))
    else:
        pairs = [(row_map.first(top), row_map.last(bottom))]
    for first, last in pairs:
        if first <= last:
            sheet.merge_cells(f"{left}{first}:{right}{last}")


def _move_names(book: Workbook, maps: Mapping[str, RowMap], template: str, every_sheet: frozenset[str]) -> None:
    """Point the workbook's and the sheets' defined names at where their cells went; drop names of dropped sheets."""
    for names, home in [(book.defined_names, "")] + [(sheet.defined_names, sheet.title) for sheet in book.worksheets]:
        for key in list(names):
            name = names[key]
            sheets = {unquoted(found) for found in re.findall(r"('(?:[^']|'')+'|[\w.]+)!", name.attr_text or "")}
            if sheets and sheets <= every_sheet and not sheets <= set(maps):
                del names[key]
                continue
            try:
                name.attr_text = shift_formula(name.attr_text or "", Place(home), maps)
            except BrokenReferenceError as error:
                raise TemplateError(f"{template}: the name {key}: {error}") from error


def _open_at_first(book: Workbook) -> None:
    """Open on the first sheet, with only that one selected, and recalculate."""
    book.active = 0
    for number, sheet in enumerate(book.worksheets):
        sheet.sheet_view.tabSelected = number == 0
    book.calculation.fullCalcOnLoad = True

"""What surrounds a sheet's cells and has to follow its rows: validations, formats, panes, print set-up, headers."""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.pagebreak import Break, RowBreak
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.exceptions import RenderError, TemplateError
from pipeline.render.cells import TAG, Evaluator
from pipeline.render.references import Block, BrokenReferenceError, Place, RowMap, shift_formula
from pipeline.wording import value_text

LONGEST_HEADER = 255  # Excel refuses a header or footer that is longer


def move_furniture(sheet: Worksheet, maps: Mapping[str, RowMap], evaluator: Evaluator) -> None:
    """Move all of a sheet that is not a cell to where its rows went; fill the tags of its headers and footers."""
    row_map = maps[sheet.title]
    try:
        _move_validations(sheet, maps)
        _move_formats(sheet, maps)
    except BrokenReferenceError as error:
        raise TemplateError(f"{evaluator.template}: {sheet.title}: a validation or conditional format {error}") from error
    _move_panes(sheet, row_map)
    _move_print_set_up(sheet, row_map)
    _fill_headers(sheet, evaluator)


def _move_validations(sheet: Worksheet, maps: Mapping[str, RowMap]) -> None:
    row_map = maps[sheet.title]
    for validation in sheet.data_validations.dataValidation:
        place = _anchor(sheet, validation.sqref.ranges, row_map)
        validation.sqref = _moved(validation.sqref.ranges, row_map)
        for attribute in ("formula1", "formula2"):
            formula = getattr(validation, attribute)
            if formula:
                setattr(validation, attribute, shift_formula(formula, place, maps))
    sheet.data_validations.dataValidation = [kept for kept in sheet.data_validations.dataValidation if kept.sqref.ranges]


def _move_formats(sheet: Worksheet, maps: Mapping[str, RowMap]) -> None:
    row_map = maps[sheet.title]
    moved = ConditionalFormattingList()
    for formatting in sheet.conditional_formatting:
        place = _anchor(sheet, formatting.cells.ranges, row_map)
        target = _moved(formatting.cells.ranges, row_map)
        for rule in formatting.rules:
            kept = copy(rule)
            kept.formula = [shift_formula(formula, place, maps) for formula in rule.formula]
            if target.ranges:
                moved.add(str(target), kept)
    sheet.conditional_formatting = moved


def _anchor(sheet: Worksheet, ranges: Iterable[CellRange], row_map: RowMap) -> Place:
    """Say where the formulas of a validation or format stand: at the first cell it covers."""
    top = min((area.min_row for area in ranges), default=1)
    block = row_map.block(top)
    return Place(sheet.title, block.loop if block else "", 0)


def _moved(ranges: Iterable[CellRange], row_map: RowMap) -> MultiCellRange:
    """Move cell ranges: over all copies, or once per copy where only some rows of a taller block are covered."""
    areas: list[str] = []
    for area in ranges:
        columns = area.min_col, area.max_col
        block = row_map.block(area.min_row)
        if block is not None and block is row_map.block(area.max_row) and not _covers(area, block):
            pairs = list(zip(row_map.targets(area.min_row), row_map.targets(area.max_row), strict=True))
        else:
            pairs = [(row_map.first(area.min_row), row_map.last(area.max_row))]
        areas += [
            CellRange(min_col=columns[0], min_row=first, max_col=columns[1], max_row=last).coord
            for first, last in pairs
            if first <= last
        ]
    return MultiCellRange(" ".join(areas)) if areas else MultiCellRange()


def _covers(area: CellRange, block: Block) -> bool:
    return bool(area.min_row == block.first and area.max_row == block.last)


def _move_panes(sheet: Worksheet, row_map: RowMap) -> None:
    if sheet.freeze_panes:
        column = "".join(letter for letter in str(sheet.freeze_panes) if letter.isalpha())
        row = int("".join(digit for digit in str(sheet.freeze_panes) if digit.isdigit()))
        sheet.freeze_panes = f"{column}{row_map.first(row)}"
    for selection in sheet.sheet_view.selection:
        selection.activeCell = selection.sqref = "A1"
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = str(_moved([CellRange(sheet.auto_filter.ref)], row_map))


def _move_print_set_up(sheet: Worksheet, row_map: RowMap) -> None:
    if sheet.print_area:
        areas = [CellRange(area.rpartition("!")[2].replace("$", "")) for area in str(sheet.print_area).split(",")]
        sheet.print_area = ",".join(str(_moved([area], row_map)) for area in areas)
    if sheet.print_title_rows:
        first, last = (int(row.replace("$", "")) for row in str(sheet.print_title_rows).split(":"))
        sheet.print_title_rows = f"{row_map.first(first)}:{row_map.last(last)}"
    breaks = RowBreak()
    for found in sheet.row_breaks.brk:
        breaks.append(Break(id=row_map.last(found.id)))
    sheet.row_breaks = breaks


def _fill_headers(sheet: Worksheet, evaluator: Evaluator) -> None:
    """Fill the tags of headers and footers; an ampersand in a value is doubled, as Excel writes one."""
    for header in ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"):
        for side in ("left", "center", "right"):
            item: Any = getattr(getattr(sheet, header), side)
            if not item.text or not TAG.search(item.text):
                continue
            where = f"{sheet.title} {header} {side}"
            item.text = _filled(item.text, where, evaluator) or None
            if item.text and len(item.text) > LONGEST_HEADER:
                raise RenderError(f"{evaluator.template}: {where}: is longer than {LONGEST_HEADER} characters; shorten it")


def _filled(text: str, where: str, evaluator: Evaluator) -> str:
    return TAG.sub(lambda found: _header_part(found[0], where, evaluator), text)


def _header_part(tag: str, where: str, evaluator: Evaluator) -> str:
    value = evaluator.fill(tag, {}, where)
    return "" if value is None else value_text(value).replace("&", "&&")

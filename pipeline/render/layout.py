"""Row tags of a sheet → the list of its finished rows: what is repeated, kept and left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.exceptions import RenderError, TemplateError
from pipeline.render.cells import Evaluator
from pipeline.render.references import Block, Place, RowMap

_ROW_TAG = re.compile(r"\{%-?\s*tr\s+(?P<word>\w+)(?P<rest>.*?)-?%\}", re.DOTALL)
_FOR = re.compile(r"\s*(?P<name>[A-Za-z_]\w*)\s+in\s+(?P<path>.+?)\s*", re.DOTALL)


@dataclass(frozen=True)
class OutputRow:
    """One row to write: the template row it is made from, the names its loop binds, and whether it stays empty."""

    source: int
    place: Place
    scope: Mapping[str, object]
    empty: bool = False


@dataclass(frozen=True)
class SheetPlan:
    """The finished rows of a sheet, top to bottom, and where each template row went."""

    rows: tuple[OutputRow, ...]
    row_map: RowMap


def hidden_part(book: Workbook) -> str:
    """Say what of a template is hidden and what to do: what is hidden there would show in the finished workbook, or leak."""
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            return f"{sheet.title}: holds a hidden sheet, which cannot be carried over; remove it"
        if sheet.sheet_format.zeroHeight:
            return f"{sheet.title}: hides its rows unless they say otherwise; show them or remove them"
        for row, one in sorted(sheet.row_dimensions.items()):
            if one.hidden or one.height == 0:
                return f"{sheet.title}: row {row} is hidden; show it or remove it"
        for letter, column in sheet.column_dimensions.items():
            if column.hidden or column.width == 0:
                to = get_column_letter(column.max) if column.max else letter
                which = f"column {letter} is" if to == letter else f"columns {letter} to {to} are"
                return f"{sheet.title}: {which} hidden; show or remove what is there"
    return ""


def plan_sheet(sheet: Worksheet, evaluator: Evaluator) -> SheetPlan:
    """Lay out the finished rows of a sheet: evaluate its row tags, repeat and drop rows."""
    rows: list[OutputRow] = []
    blocks: list[Block] = []
    last = max(sheet.max_row, max(sheet.row_dimensions, default=1))
    row = 1
    while row <= last:
        tag = _row_tag(sheet, row, evaluator.template)
        if tag is None:
            rows.append(OutputRow(row, Place(sheet.title), {}))
            row += 1
            continue
        end = _closing_row(sheet, row, last, tag, evaluator.template)
        made, block = _block_rows(sheet, row, end, tag, evaluator)
        rows.extend(made)
        blocks.append(block)
        row = end + 1
    positions: dict[int, tuple[int, ...]] = {}
    for target, output in enumerate(rows, start=1):
        positions[output.source] = (*positions.get(output.source, ()), target)
    return SheetPlan(tuple(rows), RowMap(tuple(blocks), positions, last, len(rows)))


def _row_tag(sheet: Worksheet, row: int, template: str) -> tuple[str, str, str] | None:
    """Give a tag row's word, the rest of its tag and the tag itself; a tag row may hold nothing else."""
    texts = [cell for cell in sheet[row] if cell.value is not None]
    tagged = [cell for cell in texts if isinstance(cell.value, str | CellRichText) and _ROW_TAG.search(str(cell.value))]
    if not tagged:
        return None
    found = _ROW_TAG.fullmatch(str(tagged[0].value).strip())
    if len(texts) > 1 or found is None:
        where = f"{template}: {sheet.title}!{tagged[0].coordinate}"
        raise TemplateError(f"{where}: {tagged[0].value}: a tr tag stands alone in its row; move the rest to another row")
    return found["word"], found["rest"], found[0]


def _closing_row(sheet: Worksheet, row: int, last: int, tag: tuple[str, str, str], template: str) -> int:
    """Find the row that closes a tag row; blocks do not nest."""
    where = f"{template}: {sheet.title}!A{row}: {tag[2]}"
    if tag[0] not in {"for", "if"}:
        raise TemplateError(f"{where}: no row opens what this one closes; use tr for, tr endfor, tr if and tr endif in pairs")
    for later in range(row + 1, last + 1):
        closing = _row_tag(sheet, later, template)
        if closing is None:
            continue
        if closing[0] != f"end{tag[0]}":
            raise TemplateError(f"{where}: {closing[2]} stands before {{%tr end{tag[0]} %}}; close one before the next")
        if later == row + 1:
            raise TemplateError(f"{where}: no row stands between it and its end; add one")
        return later
    raise TemplateError(f"{where}: has no {{%tr end{tag[0]} %}} below it; add a row with it")


def _block_rows(
    sheet: Worksheet, row: int, end: int, tag: tuple[str, str, str], evaluator: Evaluator
) -> tuple[list[OutputRow], Block]:
    word, rest, text = tag
    body = range(row + 1, end)
    where = f"{sheet.title}!A{row}"
    if word == "if":
        shown = bool(evaluator.evaluate(rest.strip(), {}, where, text))
        made = [OutputRow(source, Place(sheet.title), {}) for source in body] if shown else []
        return made, Block(row + 1, end - 1, "", int(shown))
    loop = _FOR.fullmatch(rest)
    if loop is None:
        raise TemplateError(f"{evaluator.template}: {where}: {text}: write it as {{%tr for lot in lots %}}")
    found = evaluator.evaluate(loop["path"], {}, where, text)
    if not isinstance(found, list | tuple):
        raise RenderError(f"{evaluator.template}: {where}: {text}: {loop['path']} is not a list; name a list")
    path = loop["path"].strip()
    made = [
        OutputRow(source, Place(sheet.title, path, number), {loop["name"]: item})
        for number, item in enumerate(found)
        for source in body
    ]
    empty = [OutputRow(source, Place(sheet.title, path, 0), {}, empty=True) for source in body]
    return made or empty, Block(row + 1, end - 1, path, max(len(found), 1))

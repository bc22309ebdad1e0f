"""A compiled template → what no rendering could follow: tried once with every condition met and two copies of every loop."""

from collections.abc import Iterator

from pipeline.exceptions import TemplateError
from pipeline.render.sheets.compiled import Name, Sheet
from pipeline.render.sheets.formulas import BrokenReferenceError, Place, Targets, resolve
from pipeline.render.sheets.markup import Group, Moved, Pattern, View, moved_formula
from pipeline.render.sheets.plan import loop_of
from pipeline.render.sheets.rows import Area, Block, RowMap, written


def following_faults(template: str, sheets: tuple[Sheet, ...], names: tuple[Name, ...]) -> Iterator[str]:
    """Give what of a template's formulas and furniture points where nothing can follow, each with its place and what to do.

    Tags that are wrong themselves are for the check of tags to name; with one of them nothing is tried.
    """
    if any(tag.fault for sheet in sheets for tag in sheet.tags):
        return
    targets = Targets({sheet.title: _tried(sheet) for sheet in sheets})
    moves = any(sheet.tags for sheet in sheets)
    for sheet in sheets:
        yield from _cells(template, sheet, targets)
        view = View(sheet.title, targets, row_map=targets.maps[sheet.title])
        for pattern in (sheet.pattern, *(part.pattern for part in sheet.parts)):
            yield from _pattern(pattern, view, f"{template}: {sheet.title}")
    for name in names:
        yield from _moved(name.formula, View(name.home, targets))
        references = () if name.name.startswith("_xlnm.") else name.formula.formula.references
        if moves and any(not one.a1 or (one.r2 and not one.a2) for one in references):
            yield (
                f"{name.formula.where} means other cells from every cell that uses it, which cannot follow rows that move; "
                "write its rows with a dollar sign"
            )


def _tried(sheet: Sheet) -> RowMap:
    blocks: list[Block] = []
    gone = 0
    for tag in sheet.tags:
        loop = loop_of(tag)
        block = Block(tag.opening, tag.opening + 1, tag.closing - 1, tag.closing, loop, 2 if loop else 1, tag.opening - gone)
        gone += tag.closing - tag.opening + 1 - block.copies * block.height
        blocks.append(block)
    return RowMap(tuple(blocks))


def _cells(template: str, sheet: Sheet, targets: Targets) -> Iterator[str]:
    row_map = targets.maps[sheet.title]
    for row in sheet.rows:
        block = row_map.block(row.number)
        for cell in row.cells:
            if cell.formula is None:
                continue
            place = f"{template}: {cell.where}: {cell.text}:"
            try:
                resolve(cell.formula, Place(sheet.title, block.loop if block else ""), targets)
            except BrokenReferenceError as error:
                yield f"{place} {error}"
            if cell.area is not None and row_map.block(cell.area.bottom) is not block:
                yield f"{place} is an array formula over the edge of a block of rows; keep it within the block or outside"


def _pattern(pattern: Pattern, view: View, where: str) -> Iterator[str]:
    for node in pattern:
        if isinstance(node, Moved):
            yield from _moved(node, view)
        elif isinstance(node, Group):
            if node.per == "copy" and _cut(node.areas[0], view.row_map):
                area = written(node.areas[0], node.areas[0].top, node.areas[0].bottom)
                yield (
                    f"{where}: {area} is merged, linked or drawn in over the edge of repeated rows; "
                    "keep it within the repeated rows or outside"
                )
            yield from _pattern(node.children, view, where)


def _cut(area: Area, row_map: RowMap) -> bool:
    """Say whether an area begins or ends among rows of a loop that it does not lie in."""
    top, bottom = row_map.block(area.top), row_map.block(area.bottom)
    return top is not bottom and any(one is not None and bool(one.loop) for one in (top, bottom))


def _moved(node: Moved, view: View) -> Iterator[str]:
    try:
        moved_formula(node, view)
    except TemplateError as error:
        yield str(error)

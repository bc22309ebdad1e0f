"""How a sheet is printed and which rows and columns stay in view → the changes."""

from collections.abc import Iterator, Mapping

from pipeline.compare.change import MARGINS, Change, Location, Severity
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.parts import whole
from pipeline.compare.sheets.cell import M
from pipeline.compare.sheets.places import Axis
from pipeline.compare.sheets.read import Sheet
from pipeline.compare.sheets.rows import SheetPair
from pipeline.compare.sheets.said import leaves

PRINTED = ("printOptions", "pageMargins", "pageSetup")


def print_changes(pair: SheetPair) -> Iterator[Change]:
    """Compare the texts in the margins, on which pages they stand, the pages and their breaks, and what stays in view."""
    old, new = pair.old, pair.new
    for name in MARGINS:
        was, now = (one.root.findtext(f"{M}headerFooter/{M}{name}") or "" for one in (old, new))
        if was != now:
            touched = touches(was, now)
            yield Change("margin-changed", severity_of(touched), Location(new.name, item=name), was, now, touches=touched)
    was, now = ("; ".join(leaves(one.root.find(f"{M}headerFooter"), MARGINS)) for one in (old, new))
    if was != now:
        yield Change("margin-changed", Severity.CONTENT, Location(new.name, item="margins"), was, now)
    was, now = _printed(old, pair.rows, pair.columns), _printed(new, Axis(), Axis())
    if was != now:
        yield Change("print-changed", Severity.LOW, Location(new.name), was, now)
    was, now = _pane(old), _pane(new)
    if was != now:
        yield Change("view-changed", Severity.LOW, Location(new.name), was, now)


def _printed(sheet: Sheet, rows: Axis, columns: Axis) -> str:
    said = [f"{name}: {'; '.join(leaves(sheet.root.find(f'{M}{name}')))}" for name in PRINTED]
    return "; ".join([*said, *_breaks(sheet, {"rowBreaks": rows, "colBreaks": columns})])


def _breaks(sheet: Sheet, axes: Mapping[str, Axis]) -> Iterator[str]:
    """Say after which rows and columns a page ends, in the rows and columns of the new sheet."""
    for name, axis in axes.items():
        found = sheet.root.iterfind(f"{M}{name}/{M}brk")
        at = [f"{axis.went(whole(one.get('id'), 0))} {' '.join(leaves(one, ('id',)))}".strip() for one in found]
        yield f"{name}: {', '.join(at)}"


def _pane(sheet: Sheet) -> str:
    return "; ".join(leaves(sheet.root.find(f"{M}sheetViews/{M}sheetView/{M}pane")))

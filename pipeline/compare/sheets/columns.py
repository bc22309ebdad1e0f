"""The columns of a sheet before and after → their widths, which are hidden, and how what is typed into them will look."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.parts import whole
from pipeline.compare.sheets.cell import M, column_letters
from pipeline.compare.sheets.cells import blank_cells, hidden_change, look_changes
from pipeline.compare.sheets.data import is_small
from pipeline.compare.sheets.read import Sheet
from pipeline.compare.sheets.rows import SheetPair, width
from pipeline.compare.sheets.said import ON, leaves

_READ = ("min", "max", "width", "hidden", "style", "customWidth", "bestFit")
NARROW = 1


@dataclass(frozen=True)
class _Column:
    """What is said of a column. `rest` is whether it can be folded away with others."""

    width: str = ""
    hidden: bool = False
    look: tuple[str, ...] = ()
    rest: str = ""


def column_changes(pair: SheetPair) -> Iterator[Change]:
    """Compare the columns as far as both sheets hold anything, and what begins beyond."""
    most = max(width(pair.old), width(pair.new))
    old, new = (_columns(sheet, most) for sheet in (pair.old, pair.new))
    before = {pair.columns.went(at): said for at, said in old.items() if at not in pair.columns.removed}
    for at in sorted(pair.columns.inserted):
        if new.get(at, _Column()).hidden:
            yield hidden_change(Location(pair.new.name, column=column_letters(at)), was=False, now=True)
    pairs = [
        (column_letters(at), before.get(at, _Column()), new.get(at, _Column()))
        for at in sorted({*before, *new})
        if at not in pair.columns.inserted
    ]
    for letters, was, now in pairs:
        where = Location(pair.new.name, column=letters)
        if was.hidden != now.hidden:
            yield hidden_change(where, was=was.hidden, now=now.hidden)
        if was.rest != now.rest:
            yield Change("view-changed", Severity.LOW, where, was.rest, now.rest)
    widths = [
        (letters, was.width or "standard", now.width or "standard") for letters, was, now in pairs if was.width != now.width
    ]
    if widths:
        where = Location(pair.new.name, column=", ".join(letters for letters, _, _ in widths))
        before_said, after_said = (", ".join(one[side] for one in widths) for side in (1, 2))
        yield Change("width-changed", Severity.LOW, where, before_said, after_said)
    yield from look_changes(
        (Location(pair.new.name, cell=f"column {letters}"), *blank_cells(pair, was.look, now.look))
        for letters, was, now in pairs
        if was.look != now.look
    )


def _columns(sheet: Sheet, most: int) -> dict[int, _Column]:
    found = {}
    looks = sheet.book.looks
    for one in sheet.root.iterfind(f"{M}cols/{M}col"):
        first, last, said = whole(one.get("min"), 1), whole(one.get("max"), 1), one.get("width") or ""
        is_hidden = one.get("hidden") in ON or is_small(said, NARROW)
        style = min(whole(one.get("style"), 0), len(looks) - 1)
        look = looks[style] if style else ()
        column = _Column(said, is_hidden, look, "; ".join(leaves(one, _READ)))
        found.update(dict.fromkeys(range(first, min(last, max(first, most)) + 1), column))
    return found

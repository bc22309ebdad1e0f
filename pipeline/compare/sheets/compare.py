"""Two Excel files → every change between them, sheet by sheet in the order of the new file."""

import re
from collections.abc import Iterator

from pipeline.compare.align import longest_in_order
from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.parts import part_changes, property_changes
from pipeline.compare.sheets.cells import cell_changes
from pipeline.compare.sheets.furniture import sheet_furniture
from pipeline.compare.sheets.names import name_changes
from pipeline.compare.sheets.places import Places
from pipeline.compare.sheets.protection import book_protection
from pipeline.compare.sheets.read import Book, Sheet
from pipeline.compare.sheets.reads import with_reads
from pipeline.compare.sheets.rest import old_drawing_changes, style_changes
from pipeline.compare.sheets.rows import SheetPair, pair_sheets, row_changes
from pipeline.compare.sheets.settings import book_settings
from pipeline.compare.sheets.told_names import told_names
from pipeline.compare.sight import VISIBILITY
from pipeline.compare.words import likeness

ALIKE = 0.6
FOLLOWING = ("xl/sharedStrings.xml", "xl/calcChain.xml", "docProps/core.xml", "docProps/app.xml")
"""Parts of the texts of cells, of the order of calculation, and of properties: nothing beside a sheet's cells is in these."""
COMPARED = re.compile(
    r"xl/calcChain\.xml|xl/printerSettings/.*|xl/media/.*|docProps/(core|app)\.xml|.*\.rels|\[Content_Types\]\.xml|.*/",
    re.IGNORECASE,
)
"""Parts that are compared elsewhere than here or by nobody, besides those that are read."""


def compare_workbooks(old: bytes, new: bytes, name: str) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Compare two Excel files: their changes, and notes on what a reader of the changes has to know."""
    before, after = Book(old, name), Book(new, name)
    if before.parts == after.parts:
        return (), ()
    pairs = sheet_pairs(before, after)
    names = {pair.old.name: pair.new.name for pair in pairs}
    places = Places({pair.old.name: pair.rows for pair in pairs}, {pair.old.name: pair.columns for pair in pairs}, names)
    gone, come = frozenset(before.sheets) - frozenset(names), frozenset(after.sheets) - frozenset(names.values())
    changes = [
        *_sheet_changes(before, after, pairs, places),
        *told_names(name_changes(before, after, places), gone, come),
    ]
    changes += [
        *book_protection(before, after),
        *book_settings(before, after),
        *style_changes(before, after),
        *old_drawing_changes(before, after),
        *property_changes(before.parts, after.parts, name),
    ]
    changes = with_reads(changes, after)
    read = {*before.asked, *after.asked, *_own_parts(before, after, pairs)}
    return (*changes, *part_changes(before.parts, after.parts, COMPARED, read)), tuple(_notes(before, after))


def _own_parts(before: Book, after: Book, pairs: list[SheetPair]) -> Iterator[str]:
    """Give the parts that belong to sheets which came or went, which says enough of them."""
    paired = {id(sheet) for pair in pairs for sheet in (pair.old, pair.new)}
    for book in (before, after):
        for sheet in book.sheets.values():
            if id(sheet) not in paired:
                first = [part for part in sheet.links.values() if part in book.parts]
                yield from (*first, *(other for part in first for other in book.links(part).values() if other in book.parts))


def _notes(before: Book, after: Book) -> Iterator[str]:
    for book, which in ((before, "old"), (after, "new")):
        if not book.has_results:
            yield f"The {which} file carries no results of its formulas, so results are not compared."


def sheet_pairs(before: Book, after: Book) -> list[SheetPair]:
    """Pair the sheets: by name, then by what they say."""
    common = before.parts.get("xl/sharedStrings.xml") == after.parts.get("xl/sharedStrings.xml")
    common = common and before.parts.get("xl/styles.xml") == after.parts.get("xl/styles.xml")
    named = {name: sheet for name, sheet in after.sheets.items() if name in before.sheets}
    left = [sheet for name, sheet in before.sheets.items() if name not in after.sheets]
    pairs = {}
    for name, sheet in after.sheets.items():
        old = before.sheets[name] if name in named else _like(left, sheet)
        if old is not None:
            left = [one for one in left if one is not old]
            pairs[name] = pair_sheets(old, sheet, is_same=common and old.digest == sheet.digest)
    return list(pairs.values())


def _like(left: list[Sheet], sheet: Sheet) -> Sheet | None:
    scored = [(likeness(one.words, sheet.words), one) for one in left]
    best = max(scored, key=lambda one: one[0], default=(0.0, None))
    return best[1] if best[0] >= ALIKE else None


def _sheet_changes(before: Book, after: Book, pairs: list[SheetPair], places: Places) -> Iterator[Change]:
    paired = {pair.new.name: pair for pair in pairs}
    known = {pair.old.name for pair in pairs}
    moved = _moved(before, after, pairs)
    cells = {
        pair.new.name: sorted([*row_changes(pair), *cell_changes(pair, places)], key=lambda one: one.location.block)
        for pair in pairs
    }
    is_still = not any(cells.values()) and len(pairs) == len(before.sheets) == len(after.sheets)
    is_still = is_still and before.has_results == after.has_results
    same = set() if places.anything_moved else {pair.new.name for pair in _same(before, after, pairs)}
    for at, (name, sheet) in enumerate(after.sheets.items(), start=1):
        where = Location(name)
        pair = paired.get(name)
        if pair is None:
            text = sheet.text
            touched = (*touches("", text), *((VISIBILITY,) if sheet.state != "visible" else ()))
            yield Change("sheet-inserted", severity_of(touched), where, "", text, touches=touched)
            continue
        if pair.old.name != name:
            yield Change("sheet-renamed", Severity.CONTENT, where, pair.old.name, name)
        if name in moved:
            was = list(before.sheets).index(pair.old.name) + 1
            yield Change("sheet-moved", Severity.LOW, where, f"sheet {was}", f"sheet {at}", moved_from=Location(pair.old.name))
        if pair.old.state != sheet.state:
            said = _state(pair.old), _state(sheet)
            yield Change("hidden-changed", Severity.HIGH, where, *said, touches=(VISIBILITY,))
        yield from cells[name]
        if name not in same:
            yield from sheet_furniture(pair, places, with_values=is_still)
    for name, sheet in before.sheets.items():
        if name not in known:
            text = sheet.text
            yield Change("sheet-removed", severity_of(touches(text, "")), Location(name), text, "", touches=touches(text, ""))


def _same(before: Book, after: Book, pairs: list[SheetPair]) -> Iterator[SheetPair]:
    """Give the sheets that are the same as they were, in a workbook of which nothing changed but sheets and what follows them."""
    changed = {part for part in {*before.parts, *after.parts} if before.parts.get(part) != after.parts.get(part)}
    if changed <= {*FOLLOWING, *(sheet.part for book in (before, after) for sheet in book.sheets.values())}:
        yield from (pair for pair in pairs if pair.old.part == pair.new.part not in changed)


def _state(sheet: Sheet) -> str:
    return "shown" if sheet.state == "visible" else "hidden" if sheet.state == "hidden" else "hidden from Excel's own list"


def _moved(before: Book, after: Book, pairs: list[SheetPair]) -> set[str]:
    """Name the sheets that stand elsewhere among those that both workbooks have."""
    order = list(before.sheets)
    places = {pair.new.name: order.index(pair.old.name) for pair in pairs}
    there = [name for name in after.sheets if name in places]
    kept = longest_in_order([places[name] for name in there])
    return {name for at, name in enumerate(there) if at not in kept}

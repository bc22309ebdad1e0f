"""The rows that a sheet had before and has now → the cells that changed: values, formulas, results, looks."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import isclose

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.sheets.cell import Cell, column_number
from pipeline.compare.sheets.data import Row
from pipeline.compare.sheets.places import Places
from pipeline.compare.sheets.read import LOOKS, Sheet
from pipeline.compare.sheets.rows import SheetPair, cell_location, row_location
from pipeline.compare.sheets.seen import alignment_veils, cell_veils, format_touches, is_blank
from pipeline.compare.sight import VISIBILITY
from pipeline.compare.words import segments

SHOWN_CELLS = 3
OWN_KIND = {"number format": "number-format-changed", "protection": "protection-changed"}
Looked = tuple[Location, Cell, Cell]
"""A place where a cell looks otherwise than before."""
Difference = tuple[str, str, str, tuple[str, ...]]
"""A change of looks: its kind, what was, what is, and what it touches."""
_REFERENCE = re.compile(r"(\$?)\b[A-Z]{1,3}(\$?)\d+\b")
_EMPTY = Cell("", "", "")


def cell_changes(pair: SheetPair, places: Places) -> Iterator[Change]:
    """Report the cells that changed."""
    looks: list[Looked] = []
    for was, now in pair.row_pairs:
        if was.hidden != now.hidden:
            yield hidden_change(row_location(pair.new, now), was=was.hidden, now=now.hidden)
        if was.rest != now.rest:
            yield Change("view-changed", Severity.LOW, row_location(pair.new, now), was.rest, now.rest)
        if was.look != now.look:
            looks.append((row_location(pair.new, now), *blank_cells(pair, was.look, now.look)))
        if was.raw != now.raw or places.anything_moved:
            yield from _row_cells(pair, was, now, places, looks)
    yield from look_changes([*looks, *_blank_rows(pair)])


def _blank_rows(pair: SheetPair) -> Iterator[Looked]:
    """Give the cells of rows that came or went and hold nothing, of which no more than their looks can matter."""
    for sheet, rows, is_new in ((pair.old, pair.found.removed, False), (pair.new, pair.found.inserted, True)):
        for row in (sheet.rows[at] for at in rows):
            for cell in row.cells.values() if not row.shown else ():
                blank, styled = blank_cells(pair, (), ()), Cell(cell.column, "", "", cell.look)
                where = cell_location(sheet, row, cell.column)
                yield (where, blank[0], styled) if is_new else (where, styled, blank[1])


def blank_cells(pair: SheetPair, was: tuple[str, ...], now: tuple[str, ...]) -> tuple[Cell, Cell]:
    """Give the empty cells of a row or column that looks so; where nothing is said of it, it looks as the workbook does."""
    return Cell("", "", "", was or pair.old.book.looks[0]), Cell("", "", "", now or pair.new.book.looks[0])


def look_changes(cells: Iterable[Looked]) -> Iterator[Change]:
    """Report how cells look different, each difference once for all the cells that have it."""
    found: dict[Difference, list[Location]] = defaultdict(list)
    for where, old, new in cells:
        for difference in _look_differences(old, new):
            found[difference].append(where)
    for difference, places in found.items():
        yield _look_change(difference, places)


def hidden_change(where: Location, *, was: bool, now: bool) -> Change:
    """Something that was hidden and shows, or the other way round."""
    said = {True: "hidden", False: "shown"}
    return Change("hidden-changed", Severity.HIGH, where, said[was], said[now], touches=(VISIBILITY,))


def _row_cells(pair: SheetPair, was: Row, now: Row, places: Places, looks: list[Looked]) -> Iterator[Change]:
    before = {pair.new_column(letters): cell for letters, cell in was.cells.items()}
    for column in sorted({*before, *now.cells}, key=column_number):
        if column_number(column) in pair.columns.inserted or (column not in now.cells and _is_gone(pair, before[column])):
            continue
        old, new = before.get(column, _EMPTY), now.cells.get(column, _EMPTY)
        if not old.look or not new.look:
            old, new = _with_look(old, was, pair.old), _with_look(new, now, pair.new)
        if old.raw == new.raw and not (old.formula and places.anything_moved):
            continue
        change = _content_change(pair, old, new, places)
        if change is None and (old.look, old.runs, old.rest) == (new.look, new.runs, new.rest):
            continue
        where = cell_location(pair.new, now, column)
        if change is not None:
            yield replace(_seen(change, old, new), location=where)
        if old.look != new.look or old.runs != new.runs:
            looks.append((where, old, new))
        if old.rest != new.rest:
            yield Change("part-changed", Severity.CONTENT, where, old.rest, new.rest, unread=pair.new.part)


def _with_look(cell: Cell, row: Row, sheet: Sheet) -> Cell:
    """Give a cell that is not there the looks of its row."""
    return cell if cell.look else Cell("", "", "", row.look or sheet.book.looks[0])


def _seen(change: Change, old: Cell, new: Cell) -> Change:
    """Mark what came where nobody sees it."""
    is_hidden = bool(new.look) and bool(is_blank(new.look[0]) or _veils(new.look) or _run_veils(new))
    if old.content or not is_hidden:
        return change
    return replace(change, severity=Severity.HIGH, touches=(*change.touches, VISIBILITY))


def _is_gone(pair: SheetPair, cell: Cell) -> bool:
    return column_number(cell.column) in pair.columns.removed


def _content_change(pair: SheetPair, old: Cell, new: Cell, places: Places) -> Change | None:
    """Compare two cells; the change has no place yet."""
    nowhere = Location("")
    if old.formula and new.formula:
        if not places.anything_moved and old.formula == new.formula:
            return _computed(pair, old, new)
        is_same = places.is_same(old.formula, new.formula, pair.old.name, pair.new.name)
        if is_same and (old.formula == new.formula or _anchors(old.formula) == _anchors(new.formula)):
            return _computed(pair, old, new)
        before = places.told(old.formula, new.formula, pair.old.name)
        return Change("formula-changed", Severity.HIGH, nowhere, before, new.formula, touches=("number",))
    if old.formula or new.formula:
        return Change(
            "formula-changed", Severity.HIGH, nowhere, old.formula or old.shown, new.formula or new.shown, touches=("number",)
        )
    if old.value == new.value and old.sort == new.sort:
        return None
    was, now, touched = _told(old, new)
    return Change("value-changed", severity_of(touched), nowhere, was, now, segments(was, now), touched)


def _told(old: Cell, new: Cell) -> tuple[str, str, tuple[str, ...]]:
    """Give two values as they are told, with what they are where they are not of one sort, and what the change touches."""
    was, now = _shown(old, new)
    touched = touches(was, now)
    if old.content and new.content and old.sort != new.sort:
        was, now = (f"{words} ({one.sort})" if one.sort else words for words, one in ((was, old), (now, new)))
        touched = tuple(dict.fromkeys((*touched, "number")))
    return was, now, touched


def _anchors(formula: str) -> list[tuple[str, str]]:
    """Give what of each reference of a formula stays when it is copied: $E$7 is not E7."""
    return _REFERENCE.findall(formula) if "$" in formula else []


def _computed(pair: SheetPair, old: Cell, new: Cell) -> Change | None:
    """Compare what two formulas came to, where both files carry results."""
    is_same = _is_same_number(old.value, new.value) and (old.sort == new.sort or not old.value)
    if is_same or not (pair.old.book.has_results and pair.new.book.has_results):
        return None
    was, now, touched = _told(old, new)
    return Change("computed-changed", severity_of(touched), Location(""), was, now, (), touched)


def _is_same_number(old: str, new: str) -> bool:
    """Say whether two results are the same, but for the last digit in which two programs may differ."""
    try:
        return old == new or isclose(float(old), float(new), rel_tol=1e-12)
    except ValueError:
        return False


def _shown(old: Cell, new: Cell) -> tuple[str, str]:
    """Give two values as they are shown, or as they are stored where they would look the same."""
    return (old.shown, new.shown) if old.shown != new.shown else (old.value, new.value)


def _look_differences(old: Cell, new: Cell) -> Iterator[Difference]:
    """Say how two cells look different, and what that touches; of a cell that came or went, its content says enough."""
    if bool(old.content) != bool(new.content) or not old.look or not new.look:
        return
    hides = _veils(old.look) != _veils(new.look)
    was, now = [], []
    for name, before, after in zip(LOOKS, old.look, new.look, strict=True):
        if before != after and name in OWN_KIND:
            touched = format_touches(before, after) if name == "number format" else ()
            yield OWN_KIND[name], before, after, touched
        elif before != after:
            was.append(f"{name} {before}".strip())
            now.append(f"{name} {after}".strip())
    if was:
        yield "style-changed", ", ".join(was), ", ".join(now), (VISIBILITY,) if hides else ()
    yield from _run_differences(old, new)


def _veils(look: tuple[str, ...]) -> frozenset[str]:
    return cell_veils(*look[1:3]) | alignment_veils(look[4])


def _run_differences(old: Cell, new: Cell) -> Iterator[Difference]:
    """Say how words within two cells look different; of words that changed, only whether that hides any."""
    hides = _run_veils(old) != _run_veils(new)
    if old.runs != new.runs and (old.value == new.value or hides):
        was, now = ("; ".join(f"“{text}” {look}".strip() for text, look in one.runs) or "all alike" for one in (old, new))
        yield "style-changed", was, now, (VISIBILITY,) if hides else ()


def _run_veils(cell: Cell) -> frozenset[tuple[str, frozenset[str]]]:
    """Give the words in a cell that are hidden or struck out, with what does it."""
    found = ((text.strip(), cell_veils(look, cell.look[2] if cell.look else "")) for text, look in cell.runs)
    return frozenset((text, signs) for text, signs in found if text and signs)


def _look_change(difference: Difference, found: list[Location]) -> Change:
    """Report one change of looks for all the cells of a sheet that have it."""
    kind, old, new, touched = difference
    cells = ", ".join(one.cell for one in found[:SHOWN_CELLS])
    more = f" and {len(found) - SHOWN_CELLS} more cells" if len(found) > SHOWN_CELLS else ""
    where = replace(found[0], cell=f"{cells}{more}") if len(found) > 1 else found[0]
    severity = Severity.HIGH if touched else Severity.CONTENT if kind == "protection-changed" else Severity.LOW
    return Change(kind, severity, where, old, new, touches=touched)

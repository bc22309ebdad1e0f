"""The rows that a sheet had before and has now → the cells that changed: values, formulas, results, looks."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from math import isclose

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.sheets.cell import Cell, column_number
from pipeline.compare.sheets.places import Places
from pipeline.compare.sheets.read import LOOKS, Row
from pipeline.compare.sheets.rows import SheetPair, cell_location, row_location
from pipeline.compare.sheets.seen import cell_veils, format_touches, is_blank
from pipeline.compare.sight import VISIBILITY
from pipeline.compare.words import segments

SHOWN_CELLS = 3
OWN_KIND = {"number format": "number-format-changed", "protection": "protection-changed"}
Looks = dict[tuple[str, str, str, tuple[str, ...]], list[Location]]
"""Where each change of looks was found: by its kind, what was, what is, and what it touches."""
_REFERENCE = re.compile(r"(\$?)\b[A-Z]{1,3}(\$?)\d+\b")
_EMPTY = Cell("", "", "")


def cell_changes(pair: SheetPair, places: Places) -> Iterator[Change]:
    """Report the cells that changed."""
    looks: Looks = defaultdict(list)
    for was, now in pair.row_pairs:
        if was.hidden != now.hidden:
            yield hidden_change(row_location(pair.new, now), was=was.hidden, now=now.hidden)
        if was.raw != now.raw or places.anything_moved:
            yield from _row_cells(pair, was, now, places, looks)
    for (kind, old, new, touched), found in looks.items():
        yield _look_change(kind, (old, new), touched, found)


def hidden_change(where: Location, *, was: bool, now: bool) -> Change:
    """Something that was hidden and shows, or the other way round."""
    said = {True: "hidden", False: "shown"}
    return Change("hidden-changed", Severity.HIGH, where, said[was], said[now], touches=(VISIBILITY,))


def _row_cells(pair: SheetPair, was: Row, now: Row, places: Places, looks: Looks) -> Iterator[Change]:
    before = {pair.new_column(letters): cell for letters, cell in was.cells.items()}
    for column in sorted({*before, *now.cells}, key=column_number):
        if column_number(column) in pair.columns.inserted or (column not in now.cells and _is_gone(pair, before[column])):
            continue
        old, new = before.get(column, _EMPTY), now.cells.get(column, _EMPTY)
        if old.raw == new.raw and not (old.formula and places.anything_moved):
            continue
        change = _content_change(pair, old, new, places)
        where = cell_location(pair.new, now, column) if change is not None or old.look != new.look else None
        if change is not None and where is not None:
            yield replace(_seen(change, old, new), location=where)
        if where is not None:
            for difference in _look_differences(old, new):
                looks[difference].append(where)


def _seen(change: Change, old: Cell, new: Cell) -> Change:
    """Mark what came where nobody sees it."""
    if old.content or not new.look or not (is_blank(new.look[0]) or cell_veils(*new.look[1:3])):
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
    if old.value == new.value and old.is_text == new.is_text:
        return None
    was, now = _shown(old, new)
    touched = touches(was, now)
    if old.content and new.content and old.is_text != new.is_text:
        was, now = (f"{words}{' (a text)' if one.is_text else ''}" for words, one in ((was, old), (now, new)))
        touched = tuple(dict.fromkeys((*touched, "number")))
    return Change("value-changed", severity_of(touched), nowhere, was, now, segments(was, now), touched)


def _anchors(formula: str) -> list[tuple[str, str]]:
    """Give what of each reference of a formula stays when it is copied: $E$7 is not E7."""
    return _REFERENCE.findall(formula) if "$" in formula else []


def _computed(pair: SheetPair, old: Cell, new: Cell) -> Change | None:
    """Compare what two formulas came to, where both files carry results."""
    where = Location("")
    if _is_same_number(old.value, new.value) or not (pair.old.book.has_results and pair.new.book.has_results):
        return None
    was, now = _shown(old, new)
    touched = touches(was, now)
    return Change("computed-changed", severity_of(touched), where, was, now, (), touched)


def _is_same_number(old: str, new: str) -> bool:
    """Say whether two results are the same, but for the last digit in which two programs may differ."""
    try:
        return old == new or isclose(float(old), float(new), rel_tol=1e-12)
    except ValueError:
        return False


def _shown(old: Cell, new: Cell) -> tuple[str, str]:
    """Give two values as they are shown, or as they are stored where they would look the same."""
    return (old.shown, new.shown) if old.shown != new.shown else (old.value, new.value)


def _look_differences(old: Cell, new: Cell) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Say how two cells look different, and what that touches; of a cell that came or went, its content says enough."""
    if bool(old.content) != bool(new.content) or not old.look or not new.look:
        return
    hides = cell_veils(*old.look[1:3]) != cell_veils(*new.look[1:3])
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


def _look_change(kind: str, said: tuple[str, str], touched: tuple[str, ...], found: list[Location]) -> Change:
    """Report one change of looks for all the cells of a sheet that have it."""
    cells = ", ".join(one.cell for one in found[:SHOWN_CELLS])
    more = f" and {len(found) - SHOWN_CELLS} more cells" if len(found) > SHOWN_CELLS else ""
    where = replace(found[0], cell=f"{cells}{more}") if len(found) > 1 else found[0]
    severity = Severity.HIGH if touched else Severity.CONTENT if kind == "protection-changed" else Severity.LOW
    return Change(kind, severity, where, *said, touches=touched)

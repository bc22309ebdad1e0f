"""What two workbooks differ in besides their cells: names, validations, formats, protection, widths, notes, charts, printing."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.sheets.cell import M, column_number
from pipeline.compare.sheets.columns import column_changes
from pipeline.compare.sheets.drawings import charts, drawing_changes, images
from pipeline.compare.sheets.places import Places
from pipeline.compare.sheets.printing import print_changes
from pipeline.compare.sheets.protection import sheet_protection
from pipeline.compare.sheets.read import Sheet
from pipeline.compare.sheets.rows import SheetPair
from pipeline.compare.sheets.rules import Rule, Rules, comments, conditional, hyperlinks, merges, tables, validations
from pipeline.compare.sheets.said import apart
from pipeline.compare.sheets.seen import rule_veils
from pipeline.compare.sheets.settings import order_changes, sheet_settings
from pipeline.compare.sight import VISIBILITY


@dataclass(frozen=True)
class _Here:
    """The sheet that is compared, what says of two areas or formulas that they are the same, and how to tell an old one."""

    sheet: Sheet
    same: Callable[[str, str], bool]
    told: Callable[[str, str], str]


def sheet_furniture(pair: SheetPair, places: Places, *, with_values: bool) -> Iterator[Change]:
    """Compare everything on a sheet that is no cell; if asked, the copies of values that charts keep."""

    def same(old: str, new: str) -> bool:
        return places.is_same(old, new, pair.old.name, pair.new.name)

    old, new = pair.old, pair.new
    here = _Here(new, same, partial(places.told, sheet=old.name))
    yield from _rules("validation", validations(old), validations(new), here)
    yield from _rules("conditional-format", conditional(old), conditional(new), here, Severity.LOW)
    yield from (_covering(one, pair) for one in _rules("merge", merges(old), merges(new), here, Severity.LOW))
    yield from _rules("link", hyperlinks(old), hyperlinks(new), here)
    said = comments(old), comments(new)
    yield from _rules("comment", *said, here)
    is_drawn = [one.root.find(f"{M}legacyDrawing") is not None for one in (old, new)]
    if is_drawn[0] != is_drawn[1] and bool(said[0]) == bool(said[1]):  # it comes and goes with the first comment
        was, now = ("there" if one else "" for one in is_drawn)
        yield Change("setting-changed", Severity.CONTENT, Location(new.name, item="legacyDrawing"), was, now)
    yield from _rules("table", tables(old), tables(new), here)
    before, after = (charts(one, with_values=with_values) for one in (old, new))
    yield from _listed("chart", before, after, here)
    yield from _listed("image", images(old), images(new), here)
    yield from sheet_protection(old, new)
    yield from drawing_changes(pair, same)
    yield from sheet_settings(old, new, same)
    yield from order_changes(old, new)
    yield from column_changes(pair)
    yield from print_changes(pair)


def _rules(what: str, old: Rules, new: Rules, here: _Here, severity: Severity | None = None) -> Iterator[Change]:
    """Compare rules by the cells they stand for: those of the same cells first, then those that say the same."""
    left = dict(old)
    rest: Rules = {}
    for area, rule in new.items():
        there = area if area in left and here.same(area, area) else next((one for one in left if here.same(one, area)), None)
        if there is None:
            rest[area] = rule
            continue
        was = left.pop(there)
        more = apart(was.rest, rule.rest, here.same)
        if not here.same(was.said, rule.said) or more:
            before, after = more or ("", "")
            told = _with(was.said, before), _with(rule.said, after)
            where = Location(here.sheet.name, cell=area)
            yield _rule_change(f"{what}-changed", where, here.told(*told), told[1], severity)
    for area, rule in rest.items():
        where = Location(here.sheet.name, cell=area)
        there = next((one for one, was in left.items() if here.same(was.said, rule.said) and rule.said), None)
        if there is not None:
            was = left.pop(there)
            before, after = apart(was.rest, rule.rest, here.same) or ("", "")
            told = _with(f"{there}: {was.said}", before), _with(f"{area}: {rule.said}", after)
            yield _rule_change(f"{what}-changed", where, *told, severity)
        else:
            yield _rule_change(f"{what}-inserted", where, "", rule.said or area, severity)
    for area, was in left.items():
        yield _rule_change(f"{what}-removed", Location(here.sheet.name, cell=area), was.said or area, "", severity)


def _covering(merge: Change, pair: SheetPair) -> Change:
    """Mark merged cells of which others than the first hold anything: nobody sees that."""
    sheet, area = (pair.old if merge.kind == "merge-removed" else pair.new), merge.location.cell
    first, _, last = area.partition(":")
    ends = [re.fullmatch(r"([A-Z]+)(\d+)", one) for one in (first, last)]
    if ends[0] is None or ends[1] is None:
        return merge
    (left, top), (right, bottom) = ((column_number(one[1]), int(one[2])) for one in ends if one)
    held = (
        (row.number, column_number(column))
        for row in sheet.rows
        if top <= row.number <= bottom
        for column, cell in row.cells.items()
        if cell.content
    )
    is_covering = any(left <= column <= right and (row, column) != (top, left) for row, column in held)
    return replace(merge, severity=Severity.HIGH, touches=(VISIBILITY,)) if is_covering else merge


def _with(said: str, more: str) -> str:
    return f"{said}; {more}" if said and more else said or more


def _rule_change(kind: str, where: Location, old: str, new: str, severity: Severity | None) -> Change:
    if kind.startswith("conditional-format") and rule_veils(old) != rule_veils(new):
        return Change(kind, Severity.HIGH, where, old, new, touches=(VISIBILITY,))
    touched = () if severity else touches(old, new)
    return Change(kind, severity or severity_of(touched), where, old, new, touches=touched)


def _listed(what: str, old: Sequence[Rule], new: Sequence[Rule], here: _Here) -> Iterator[Change]:
    """Compare things that have no name by their order."""
    for at in range(max(len(old), len(new))):
        was, now = old[at] if at < len(old) else None, new[at] if at < len(new) else None
        where = Location(here.sheet.name, item=f"{what} {at + 1}")
        if was is None or now is None:
            kind = f"{what}-{'inserted' if was is None else 'removed'}"
            yield Change(kind, Severity.CONTENT, where, was.said if was else "", now.said if now else "")
            continue
        more = apart(was.rest, now.rest, here.same)
        if more or not here.same(was.said, now.said):
            before, after = more or ("", "")
            if here.same(was.said, now.said):
                told = before, after
            else:
                told = here.told(was.said, now.said), now.said
                told = _with(told[0], before), _with(told[1], after)
            yield Change(f"{what}-changed", Severity.CONTENT, where, *told)

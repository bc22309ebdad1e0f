"""What two workbooks differ in besides their cells: names, validations, formats, protection, widths, notes, charts, printing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from lxml import etree

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.parts import whole
from pipeline.compare.sheets.areas import area_of
from pipeline.compare.sheets.cell import M, column_letters
from pipeline.compare.sheets.cells import hidden_change
from pipeline.compare.sheets.drawings import drawing_changes
from pipeline.compare.sheets.places import Places
from pipeline.compare.sheets.read import BOOK, Book, R, Sheet, is_small, look_of
from pipeline.compare.sheets.rows import SheetPair
from pipeline.compare.sheets.seen import rule_veils
from pipeline.compare.sheets.settings import order_changes, sheet_settings
from pipeline.compare.sight import VISIBILITY

SECRETS = frozenset({"hashValue", "saltValue", "spinCount", "algorithmName", "password"})
ALLOWABLE = (
    *("formatCells", "formatColumns", "formatRows", "insertColumns", "insertRows", "insertHyperlinks"),
    *("deleteColumns", "deleteRows", "sort", "autoFilter", "pivotTables"),
)
FORBIDDABLE = ("objects", "scenarios", "selectLockedCells", "selectUnlockedCells")
"""What a protected sheet forbids unless it says otherwise, and what it allows unless it says otherwise (ECMA-376, 18.3.1.85)."""
PRINTED = ("printOptions", "pageMargins", "pageSetup", "rowBreaks", "colBreaks")
MARGINS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")


@dataclass(frozen=True)
class _Here:
    """The sheet that is compared, what says of two areas or formulas that they are the same, and how to tell an old one."""

    sheet: Sheet
    same: Callable[[str, str], bool]
    told: Callable[[str, str], str]


def name_changes(old: Book, new: Book, places: Places) -> Iterator[Change]:
    """Compare defined names; one that follows its cells is the same."""
    before = {_renamed(name, places): said for name, said in old.names.items()}
    for name in sorted({*before, *new.names}):
        was, now = before.get(name), new.names.get(name)
        where = Location("names", item=name)
        if was is None or now is None:
            kind = "name-inserted" if was is None else "name-removed"
            yield Change(kind, Severity.CONTENT, where, was or "", now or "")
        elif not places.is_same(was, now, "", ""):
            yield Change("name-changed", Severity.CONTENT, where, places.told(was, now, ""), now)


def _renamed(name: str, places: Places) -> str:
    """Give a name that belongs to one sheet by what that sheet is called now."""
    sheet, mark, own = name.rpartition("!")
    return f"{places.names.get(sheet, sheet)}{mark}{own}"


def sheet_furniture(pair: SheetPair, places: Places) -> Iterator[Change]:
    """Compare everything on a sheet that is no cell."""

    def same(old: str, new: str) -> bool:
        return places.is_same(old, new, pair.old.name, pair.new.name)

    old, new = pair.old, pair.new
    here = _Here(new, same, partial(places.told, sheet=old.name))
    yield from _rules("validation", _validations(old), _validations(new), here)
    yield from _rules("conditional-format", _conditional(old), _conditional(new), here, Severity.LOW)
    yield from _rules("merge", _merges(old), _merges(new), here, Severity.LOW)
    yield from _rules("link", _hyperlinks(old), _hyperlinks(new), here)
    yield from _rules("comment", _comments(old), _comments(new), here)
    yield from _rules("table", _tables(old), _tables(new), here)
    yield from _listed("chart", _charts(old), _charts(new), here)
    yield from _listed("image", _images(old), _images(new), here)
    yield from _named("protection-changed", new, _protection(old.root), _protection(new.root), Severity.CONTENT)
    yield from drawing_changes(pair)
    yield from sheet_settings(old, new, same)
    yield from order_changes(old, new)
    yield from _columns(pair)
    yield from _print_changes(old, new)


def book_protection(old: Book, new: Book) -> Iterator[Change]:
    """Compare what of the workbook as a whole is protected."""
    was, now = (_attributes(one.root(BOOK).find(f"{M}workbookProtection")) for one in (old, new))
    if was != now:
        yield Change("protection-changed", Severity.CONTENT, Location("workbook"), was, now)


def _named(kind: str, sheet: Sheet, old: str, new: str, severity: Severity) -> Iterator[Change]:
    if old != new:
        yield Change(kind, severity, Location(sheet.name), old, new)


def _rules(
    what: str, old: Mapping[str, str], new: Mapping[str, str], here: _Here, severity: Severity | None = None
) -> Iterator[Change]:
    """Compare rules by the cells they stand for: those of the same cells first, then those that say the same."""
    left = dict(old)
    rest: dict[str, str] = {}
    for area, said in new.items():
        there = area if area in left and here.same(area, area) else next((one for one in left if here.same(one, area)), None)
        if there is None:
            rest[area] = said
            continue
        was = left.pop(there)
        if not here.same(was, said):
            yield _rule_change(f"{what}-changed", Location(here.sheet.name, cell=area), here.told(was, said), said, severity)
    for area, said in rest.items():
        where = Location(here.sheet.name, cell=area)
        there = next((one for one, was in left.items() if here.same(was, said) and said), None)
        if there is not None:
            yield _rule_change(f"{what}-changed", where, f"{there}: {left.pop(there)}", f"{area}: {said}", severity)
        else:
            yield _rule_change(f"{what}-inserted", where, "", said or area, severity)
    for area, was in left.items():
        yield _rule_change(f"{what}-removed", Location(here.sheet.name, cell=area), was or area, "", severity)


def _rule_change(kind: str, where: Location, old: str, new: str, severity: Severity | None) -> Change:
    if kind.startswith("conditional-format") and rule_veils(old) != rule_veils(new):
        return Change(kind, Severity.HIGH, where, old, new, touches=(VISIBILITY,))
    touched = () if severity else touches(old, new)
    return Change(kind, severity or severity_of(touched), where, old, new, touches=touched)


def _listed(what: str, old: Sequence[str], new: Sequence[str], here: _Here) -> Iterator[Change]:
    """Compare things that have no name by their order."""
    for at in range(max(len(old), len(new))):
        was, now = old[at] if at < len(old) else "", new[at] if at < len(new) else ""
        if not here.same(was, now):
            kind = f"{what}-{'changed' if was and now else 'inserted' if now else 'removed'}"
            yield Change(kind, Severity.CONTENT, Location(here.sheet.name, item=f"{what} {at + 1}"), here.told(was, now), now)


def _attributes(element: etree._Element | None) -> str:
    if element is None:
        return ""
    return "; ".join(f"{key!s} {element.get(key)}" for key in sorted(element.attrib) if key not in SECRETS)


def _validations(sheet: Sheet) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in sheet.root.iter(f"{M}dataValidation"):
        kind, operator = rule.get("type") or "any", rule.get("operator") or "between"
        is_compared = kind not in {"any", "list", "custom"}
        wanted = 2 if is_compared and operator in {"between", "notBetween"} else 1
        formulas = [one.text or "" for one in rule.iterchildren(etree.Element)][:wanted]
        words = [kind, operator if is_compared else "", *formulas]
        told = [f"“{rule.get(key)}”" for key in ("promptTitle", "prompt", "errorTitle", "error") if rule.get(key)]
        is_checked = rule.get("showErrorMessage") in {"1", "true"}
        words.append("" if is_checked else "wrong entries accepted")
        style = rule.get("errorStyle") or "stop"
        words.append(f"wrong entries accepted after a {style}" if is_checked and style != "stop" else "")
        words += ["blank refused" if rule.get("allowBlank") in {None, "0", "false"} else "", *told]
        _add(found, area_of(rule.get("sqref") or ""), " ".join(word for word in words if word))
    return found


def _add(found: dict[str, str], area: str, said: str) -> None:
    found[area] = f"{found[area]}; {said}" if area in found else said


def _conditional(sheet: Sheet) -> dict[str, str]:
    found: dict[str, str] = {}
    styles = sheet.book.root("xl/styles.xml") if "xl/styles.xml" in sheet.book.parts else None
    looks = list(styles.iterfind(f"{M}dxfs/{M}dxf")) if styles is not None else []
    for block in sheet.root.iter(f"{M}conditionalFormatting"):
        for rule in block.iterchildren(f"{M}cfRule"):
            said = [rule.get("type") or "", rule.get("operator") or "", *(one.text or "" for one in rule.iter(f"{M}formula"))]
            at = whole(rule.get("dxfId"), -1)
            look = f"({look_of(looks[at])})" if 0 <= at < len(looks) else ""
            said.append("stops what follows" if rule.get("stopIfTrue") in {"1", "true"} else "")
            _add(found, area_of(block.get("sqref") or ""), " ".join(word for word in (*said, look) if word))
    return found


def _merges(sheet: Sheet) -> dict[str, str]:
    return {one.get("ref") or "": "" for one in sheet.root.iter(f"{M}mergeCell")}


def _hyperlinks(sheet: Sheet) -> dict[str, str]:
    return {
        one.get("ref") or "": sheet.links.get(one.get(f"{R}id") or "", "") or f"#{one.get('location')}"
        for one in sheet.root.iter(f"{M}hyperlink")
    }


def _parts(sheet: Sheet, folder: str) -> list[str]:
    return [part for part in sheet.links.values() if folder in part and part in sheet.book.parts]


def _comments(sheet: Sheet) -> dict[str, str]:
    found = {}
    for part in _parts(sheet, "comments"):
        root = sheet.book.root(part)
        for one in root.iter(f"{M}comment"):
            found[one.get("ref") or ""] = "".join(text.text or "" for text in one.iter(f"{M}t"))
    for part in _parts(sheet, "threadedComments/"):
        for one in sheet.book.root(part).iter("{*}threadedComment"):
            _add(found, one.get("ref") or "", one.findtext("{*}text") or "")
    return found


def _tables(sheet: Sheet) -> dict[str, str]:
    found = {}
    for part in _parts(sheet, "tables/"):
        root = sheet.book.root(part)
        columns = ", ".join(one.get("name") or "" for one in root.iter(f"{M}tableColumn"))
        found[root.get("ref") or ""] = f"{root.get('displayName')}: {columns}"
    return found


def _charts(sheet: Sheet) -> list[str]:
    """Give for each chart what it says and shows: texts and the cells behind it."""
    found = []
    for drawing in _parts(sheet, "drawings/"):
        if not drawing.endswith(".xml"):
            continue
        for part in sheet.book.links(drawing).values():
            if "charts/" in part and part in sheet.book.parts:
                nodes = sheet.book.root(part).iter("{*}t", "{*}f", "{*}barDir", "{*}grouping", "{*}pieChart", "{*}lineChart")
                said = (node.text or node.get("val") or etree.QName(node).localname for node in nodes)
                found.append("; ".join(" ".join(one.split()) for one in said))
    return found


def _images(sheet: Sheet) -> list[str]:
    parts = (
        part for drawing in _parts(sheet, "drawings/") if drawing.endswith(".xml") for part in sheet.book.links(drawing).values()
    )
    known = sheet.book.parts
    return [f"image {sha256(known[part]).hexdigest()[:16]}" for part in parts if "media/" in part and part in known]


def _protection(root: etree._Element) -> str:
    found = root.find(f"{M}sheetProtection")
    if found is None or found.get("sheet") not in {"1", "true"}:
        return "not protected"
    told = {key: found.get(key, "1" if key in ALLOWABLE else "0") in {"1", "true"} for key in (*ALLOWABLE, *FORBIDDABLE)}
    allowed = [key for key in ALLOWABLE if not told[key]]
    forbidden = [key for key in FORBIDDABLE if told[key]]
    return f"protected; allowed: {', '.join(allowed) or 'nothing more'}; forbidden: {', '.join(forbidden) or 'nothing more'}"


def _columns(pair: SheetPair) -> Iterator[Change]:
    """Compare the widths of columns, and which are hidden."""
    old, new = (_column_looks(sheet) for sheet in (pair.old, pair.new))
    before = {pair.columns.went(at): said for at, said in old.items() if at not in pair.columns.removed}
    changed = [at for at in sorted({*before, *new}) if at not in pair.columns.inserted and before.get(at) != new.get(at)]
    for at in sorted(pair.columns.inserted):
        if new.get(at, ("", False))[1]:
            yield hidden_change(Location(pair.new.name, column=column_letters(at)), was=False, now=True)
    widths = []
    for at in changed:
        was, now = before.get(at, ("", False)), new.get(at, ("", False))
        if was[1] != now[1]:
            yield hidden_change(Location(pair.new.name, column=column_letters(at)), was=was[1], now=now[1])
        if was[0] != now[0]:
            widths.append((column_letters(at), was[0] or "standard", now[0] or "standard"))
    if widths:
        where = Location(pair.new.name, column=", ".join(letters for letters, _, _ in widths))
        before_said, after_said = (", ".join(one[side] for one in widths) for side in (1, 2))
        yield Change("width-changed", Severity.LOW, where, before_said, after_said)


def _column_looks(sheet: Sheet) -> dict[int, tuple[str, bool]]:
    found = {}
    for one in sheet.root.iterfind(f"{M}cols/{M}col"):
        first, last = whole(one.get("min"), 1), whole(one.get("max"), 1)
        for at in range(first, min(last, first + 200) + 1):
            width = one.get("width") or ""
            found[at] = (width, one.get("hidden") in {"1", "true"} or is_small(width, 1))
    return found


def _print_changes(old: Sheet, new: Sheet) -> Iterator[Change]:
    """Compare how a sheet is printed: the texts in its margins, and its pages."""
    for name in MARGINS:
        was, now = (one.root.findtext(f"{M}headerFooter/{M}{name}") or "" for one in (old, new))
        if was != now:
            touched = touches(was, now)
            yield Change("margin-changed", severity_of(touched), Location(new.name, item=name), was, now, touches=touched)
    yield from _named("print-changed", new, _printed(old), _printed(new), Severity.LOW)
    yield from _named("view-changed", new, _pane(old), _pane(new), Severity.LOW)


def _printed(sheet: Sheet) -> str:
    return "; ".join(f"{name}: {_attributes(sheet.root.find(f'{M}{name}'))}" for name in PRINTED)


def _pane(sheet: Sheet) -> str:
    return _attributes(sheet.root.find(f"{M}sheetViews/{M}sheetView/{M}pane"))

"""What is drawn on a sheet: charts, images, the words in shapes, and where everything stands."""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256

from lxml import etree

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.parts import whole
from pipeline.compare.sheets.cell import M
from pipeline.compare.sheets.places import Axis
from pipeline.compare.sheets.read import R, Sheet
from pipeline.compare.sheets.rows import SheetPair
from pipeline.compare.sheets.rules import Rule
from pipeline.compare.sheets.said import ON, Same, apart, leaves
from pipeline.compare.sight import VISIBILITY

_OTHERWISE = ("from", "to", "pos", "id", "name", "editAs", "t", "title", "descr")
"""What is compared by itself, and what a program numbers or calls as it likes."""
_SIZE = re.compile(r"(?:.* xfrm )?(?:off|ext|chOff|chExt) c?[xy] -?\d+")
"""How a program last laid out what the corners say."""
_CACHES = ("numCache", "strCache", "multiLvlStrCache", "extLst")
_SAID = ("t", "f")


def drawing_changes(pair: SheetPair, same: Same) -> Iterator[Change]:
    """Compare the words of shapes and what is said of images, in order; and where things stand, rows that came or went apart."""
    old, new = (list(_drawn(sheet)) for sheet in (pair.old, pair.new))
    before, after = ([words for one in found if (words := _words(one))] for found in (old, new))
    for at in range(max(len(before), len(after))):
        was, now = before[at] if at < len(before) else "", after[at] if at < len(after) else ""
        if was != now:
            kind = f"drawing-{'changed' if was and now else 'inserted' if now else 'removed'}"
            touched = touches(was, now)
            yield Change(kind, severity_of(touched), Location(pair.new.name, item=f"shape {at + 1}"), was, now, touches=touched)
    there, here = [_place(one, pair.rows, pair.columns) for one in old], [_place(one, Axis(), Axis()) for one in new]
    if len(old) == len(new):
        moved = [(was, now) for was, now in zip(there, here, strict=True) if was != now]
        if moved:
            said = ("; ".join(was for was, _ in moved), "; ".join(now for _, now in moved))
            yield Change("drawing-moved", Severity.LOW, Location(pair.new.name, item="drawings"), *said)
        yield from _other(pair, old, new, same)
    elif len(before) == len(after):
        kind = f"drawing-{'inserted' if len(new) > len(old) else 'removed'}"
        yield Change(kind, Severity.CONTENT, Location(pair.new.name, item="drawings"), "; ".join(there), "; ".join(here))


def _other(pair: SheetPair, old: Sequence[etree._Element], new: Sequence[etree._Element], same: Same) -> Iterator[Change]:
    """Compare whatever else is said of each drawing: how it looks, whether it is hidden, what it leads to."""
    for at, (was, now) in enumerate(zip(old, new, strict=True), start=1):
        found = apart(_rest(was, pair.old), _rest(now, pair.new), same)
        if found is not None:
            hides = _is_hidden(was) != _is_hidden(now)
            severity = Severity.HIGH if hides else Severity.CONTENT
            where = Location(pair.new.name, item=f"drawing {at}")
            yield Change("drawing-changed", severity, where, *found, touches=(VISIBILITY,) if hides else ())


def _is_hidden(anchor: etree._Element) -> bool:
    return any(one.get("hidden") in ON for one in anchor.iter("{*}cNvPr"))


def _rest(anchor: etree._Element, sheet: Sheet) -> list[str]:
    """Say what else there is to a drawing: how it looks, and where a click on it leads."""
    links = {key: target for drawing in _drawings(sheet) for key, target in sheet.book.links(drawing).items()}
    clicks = [f"leads to {links.get(one.get(f'{R}id') or '', '')}" for one in anchor.iter("{*}hlinkClick", "{*}hlinkHover")]
    return [*(said for said in leaves(anchor, _OTHERWISE) if not _SIZE.fullmatch(said)), *clicks]


def _drawings(sheet: Sheet) -> list[str]:
    """Give the parts that the sheet says are drawn on it."""
    parts = (sheet.links.get(one.get(f"{R}id") or "", "") for one in sheet.root.iterchildren(f"{M}drawing"))
    return [part for part in parts if part in sheet.book.parts]


def _drawn(sheet: Sheet) -> Iterator[etree._Element]:
    for part in _drawings(sheet):
        for anchor in sheet.book.root(part).iterchildren(etree.Element):
            if etree.QName(anchor).localname.endswith("Anchor"):
                yield anchor


def _words(anchor: etree._Element) -> str:
    said = " ".join("".join(one.text or "" for one in paragraph.iter("{*}t")) for paragraph in anchor.iter("{*}p"))
    told = (one.get(key) or "" for one in anchor.iter("{*}cNvPr") for key in ("title", "descr"))
    return " ".join(filter(None, (" ".join(said.split()), *told)))


def _place(anchor: etree._Element, rows: Axis, columns: Axis) -> str:
    """Say where a drawing stands, in the rows and columns of the new sheet."""
    found = []
    for corner in anchor.iterchildren("{*}from", "{*}to"):
        row, column = (whole(corner.findtext(f"{{*}}{name}"), 0) + 1 for name in ("row", "col"))
        off = [corner.findtext(f"{{*}}{name}") or "0" for name in ("rowOff", "colOff")]
        more = f" ({', '.join(off)} further)" if off != ["0", "0"] else ""
        found.append(f"row {rows.went(row)}, column {columns.went(column)}{more}")
    sizes = anchor.iterchildren("{*}pos", "{*}ext")
    found += [" ".join(f"{key!s} {corner.get(key)}" for key in sorted(corner.attrib)) for corner in sizes]
    return f"{_sort(anchor)} at {' to '.join(found)}"


def _sort(anchor: etree._Element) -> str:
    names = {etree.QName(one).localname for one in anchor.iterchildren(etree.Element)}
    words = {"pic": "image", "graphicFrame": "chart"}
    return next((words.get(name, "shape") for name in ("pic", "graphicFrame") if name in names), "shape")


def _linked(sheet: Sheet, *names: str) -> Iterator[str]:
    """Give what elements of some names in the drawings of a sheet lead to, in order."""
    for drawing in _drawings(sheet):
        links = sheet.book.links(drawing)
        for one in sheet.book.root(drawing).iter(*names):
            led = (one.get(key) or "" for key in sorted(one.attrib) if str(key).startswith(R))
            yield from (links.get(target, target) for target in led)


def charts(sheet: Sheet, *, with_values: bool) -> list[Rule]:
    """Give for each chart its texts and the cells behind it, and all else; its own copy of their values if asked."""
    found = []
    for part in _linked(sheet, "{*}chart"):
        if part in sheet.book.parts:
            root = sheet.book.root(part)
            nodes = root.iter("{*}t", "{*}f", "{*}barDir", "{*}grouping", "{*}pieChart", "{*}lineChart")
            said = (node.text or node.get("val") or etree.QName(node).localname for node in nodes)
            rest = leaves(root, (*_SAID, "extLst") if with_values else (*_SAID, *_CACHES))
            found.append(Rule("; ".join(" ".join(one.split()) for one in said), rest))
    return found


def images(sheet: Sheet) -> list[Rule]:
    """Give the images by what is in them."""
    known = sheet.book.parts
    parts = _linked(sheet, "{*}blip", "{*}svgBlip", "{*}imgLayer")
    return [Rule(f"image {sha256(known[part]).hexdigest()[:16] if part in known else part}") for part in parts]

"""What is drawn on a sheet besides its charts and images: the words in shapes, and where everything stands."""

from collections.abc import Iterator

from lxml import etree

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.parts import whole
from pipeline.compare.sheets.places import Axis
from pipeline.compare.sheets.read import Sheet
from pipeline.compare.sheets.rows import SheetPair


def drawing_changes(pair: SheetPair) -> Iterator[Change]:
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


def _drawn(sheet: Sheet) -> Iterator[etree._Element]:
    for part in sheet.links.values():
        if "drawings/" in part and part.endswith(".xml") and part in sheet.book.parts:
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
        found.append(f"row {rows.went(row)}, column {columns.went(column)}")
    sizes = anchor.iterchildren("{*}pos", "{*}ext")
    found += [" ".join(f"{key!s} {corner.get(key)}" for key in sorted(corner.attrib)) for corner in sizes]
    return f"{_sort(anchor)} at {' to '.join(found)}"


def _sort(anchor: etree._Element) -> str:
    names = {etree.QName(one).localname for one in anchor.iterchildren(etree.Element)}
    words = {"pic": "image", "graphicFrame": "chart"}
    return next((words.get(name, "shape") for name in ("pic", "graphicFrame") if name in names), "shape")

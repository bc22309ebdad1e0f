"""Accepting or rejecting every tracked change of a part, as Word does: a part's root in, changed in place.

It knows nothing of what wrote the changes, so that it can judge any engine.
"""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy

from lxml import etree

from pipeline.compare.parts import whole
from pipeline.compare.word.alternates import show_alternates
from pipeline.compare.word.package import MAIN, WordFile
from pipeline.text import W

TEXT = re.compile(r"word/(document|footnotes|endnotes|comments|(header|footer)[^/]*)\.xml")
REMOVED_BY_ACCEPTING = (f"{W}del", f"{W}moveFrom")
REMOVED_BY_REJECTING = (f"{W}ins", f"{W}moveTo")
_CELL = {True: f"{W}cellDel", False: f"{W}cellIns"}
_RANGES = tuple(
    f"{W}{kind}Range{end}" for kind in ("moveFrom", "moveTo", "customXmlIns", "customXmlDel") for end in ("Start", "End")
)
_CHANGES = tuple(f"{W}{kind}Change" for kind in ("rPr", "pPr", "sectPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr"))
_UNTRACKED = {
    f"{W}sectPr": {f"{W}headerReference", f"{W}footerReference"},
    f"{W}pPr": {f"{W}rPr", f"{W}sectPr"},
    f"{W}trPr": {f"{W}ins", f"{W}del"},
    f"{W}tcPr": {f"{W}cellIns", f"{W}cellDel", f"{W}cellMerge"},
    f"{W}rPr": {f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo"},
}
"""What a change of properties leaves as it is, because the old properties in it never hold that."""
_LIVING = {f"{W}delText": f"{W}t", f"{W}delInstrText": f"{W}instrText"}
_SIGNS = (b"ins ", b"del ", b"ins>", b"del>", b"moveFrom", b"moveTo", b"Change ", b"cellIns", b"cellDel", b"cellMerge")
"""What is in the markup of every tracked change, for a quick look at parts that may not have to be parsed."""
_MARKS = (*REMOVED_BY_ACCEPTING, *REMOVED_BY_REJECTING, *_CHANGES, *_CELL.values(), f"{W}cellMerge", f"{W}numberingChange")
_ORIGINAL = f"{W}vMergeOrig"


def accept(root: etree._Element) -> None:
    """Accept every tracked change."""
    _resolve(root, is_accepting=True)


def reject(root: etree._Element) -> None:
    """Reject every tracked change."""
    _resolve(root, is_accepting=False)


def texts_of(file: WordFile) -> list[str]:
    """Name the parts of a file that hold text."""
    return [part for part in file.parts if TEXT.fullmatch(part)]


def is_tracked(file: WordFile) -> bool:
    """Say whether there is a tracked change in a file."""
    return any(_is_marked(file, part) for part in texts_of(file))


def _is_marked(file: WordFile, part: str) -> bool:
    return next(file.root(part).iter(*_MARKS), None) is not None


def open_accepted(data: bytes, name: str, other: WordFile | None = None) -> tuple[WordFile, bool]:
    """Open a file as it is once every tracked change in it is accepted, and say whether there was any."""
    file = WordFile(data, name, other)
    show_alternates(file, texts_of(file))
    looked_into = (part for part in texts_of(file) if part == MAIN or any(sign in file.parts[part] for sign in _SIGNS))
    marked = [part for part in looked_into if _is_marked(file, part)]
    if not marked:
        return file, False
    for part in marked:
        root = deepcopy(file.root(part))
        held_nothing = set(_empty(root))
        accept(root)
        for start in set(_empty(root)) - held_nothing:  # the bookmarks of what went go with it
            _forget(start)
        file.replace(part, root)
    return file, True


def _empty(root: etree._Element) -> Iterator[etree._Element]:
    """Give the bookmarks that hold nothing."""
    for start in root.iter(f"{W}bookmarkStart"):
        beside = start.getnext()
        while beside is not None and beside.tag == f"{W}bookmarkStart":
            beside = beside.getnext()
        if beside is not None and beside.tag == f"{W}bookmarkEnd":
            yield start


def _resolve(root: etree._Element, *, is_accepting: bool) -> None:
    gone, stays = REMOVED_BY_ACCEPTING, REMOVED_BY_REJECTING
    if not is_accepting:
        gone, stays = stays, gone
    _each(root, f"{W}tr", lambda row: _row(row, gone, stays))
    _cells(root, _CELL[is_accepting], _CELL[not is_accepting])
    _each(root, f"{W}cellMerge", lambda merge: _merge(merge, is_accepting=is_accepting))
    _each(root, _CHANGES, _forget if is_accepting else _restore)
    _each(root, (*_RANGES, f"{W}numberingChange"), _forget)
    joined = [paragraph for paragraph in root.iter(f"{W}p") if _has_mark(paragraph, gone)]
    for tag in (*gone, *stays):  # the marks of paragraphs stand in their properties, the rest is text
        _each(root, tag, _forget if tag in gone else _unwrap)
    for paragraph in reversed(joined):
        _join(paragraph)
    for node in root.iter(*_LIVING):
        node.tag = _LIVING[str(node.tag)]


def _each(root: etree._Element, tags: str | tuple[str, ...], change: Callable[[etree._Element], None]) -> None:
    for node in list(root.iter(tags) if isinstance(tags, str) else root.iter(*tags)):
        change(node)


def _forget(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _unwrap(node: etree._Element) -> None:
    for child in list(node):
        node.addprevious(child)
    _forget(node)


def _row(row: etree._Element, gone: tuple[str, ...], stays: tuple[str, ...]) -> None:
    properties = row.find(f"{W}trPr")
    if properties is None:
        return
    if any(properties.find(tag) is not None for tag in gone):
        table = row.getparent()
        _forget(row)
        if table is not None and table.tag == f"{W}tbl" and next(table.iter(f"{W}tr"), None) is None:
            _forget(table)
        return
    for tag in stays:
        for mark in properties.findall(tag):
            properties.remove(mark)


def _cells(root: etree._Element, gone: str, stays: str) -> None:
    """Take out the cells that go. A column all of whose cells go leaves the table's grid with them."""
    for table in dict.fromkeys(next(mark.iterancestors(f"{W}tbl")) for mark in root.iter(gone)):
        grid = table.find(f"{W}tblGrid")
        columns = [] if grid is None else list(grid.iterchildren(f"{W}gridCol"))
        emptied, filled = set[int](), set[int]()
        for row in table.iterchildren(f"{W}tr"):
            places = list(_places(row))
            for place, cell in places:
                is_gone = cell.find(f"{W}tcPr/{gone}") is not None
                if is_gone:
                    row.remove(cell)
                if sum(_width(one) for _, one in places) == len(columns):
                    (emptied if is_gone else filled).update(range(place, place + _width(cell)))
        for at in sorted(emptied - filled):
            _forget(columns[at])
    for mark in list(root.iter(stays)):
        _forget(mark)


def _places(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    place = 0
    for cell in list(row.iterchildren(f"{W}tc")):
        yield place, cell
        place += _width(cell)


def _width(cell: etree._Element) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return whole(span.get(f"{W}val"), 1) if span is not None else 1


def _merge(merge: etree._Element, *, is_accepting: bool) -> None:
    """Turn a tracked merge of cells into the one that holds: `rest` starts a merged cell, `cont` continues it."""
    value = merge.get(f"{W}vMerge" if is_accepting else _ORIGINAL)
    if value is not None:
        made = etree.Element(f"{W}vMerge")
        made.set(f"{W}val", "restart" if value == "rest" else "continue")
        merge.addprevious(made)
    _forget(merge)


def _restore(change: etree._Element) -> None:
    """Put back the properties that a change of properties keeps."""
    owner = change.getparent()
    if owner is None:
        return
    untracked = _UNTRACKED.get(str(owner.tag), set())
    for child in list(owner):
        if child.tag not in untracked:
            owner.remove(child)
    if len(change):
        owner.extend(list(change[0]))


def _has_mark(paragraph: etree._Element, tags: tuple[str, ...]) -> bool:
    """Say whether the mark that ends a paragraph is tracked so."""
    properties = paragraph.find(f"{W}pPr/{W}rPr")
    return properties is not None and any(properties.find(tag) is not None for tag in tags)


def _join(paragraph: etree._Element) -> None:
    """Join a paragraph whose mark went to the next one, which keeps its properties. The last mark of a text never goes."""
    beside = paragraph.getnext()
    between: list[etree._Element] = []
    while beside is not None and beside.tag in {f"{W}bookmarkStart", f"{W}bookmarkEnd"}:
        between.append(beside)
        beside = beside.getnext()
    content = [child for child in paragraph if child.tag != f"{W}pPr"]
    if beside is not None and beside.tag == f"{W}p":
        at = 1 if beside.find(f"{W}pPr") is not None else 0
        beside[at:at] = [*content, *between]
        _forget(paragraph)
    elif beside is not None and beside.tag in {f"{W}tbl", f"{W}sdt"} and next(paragraph.iter(f"{W}r"), None) is None:
        for child in content:  # bookmarks, which may stand between paragraphs
            paragraph.addprevious(child)
        _forget(paragraph)

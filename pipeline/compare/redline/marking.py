"""A paragraph or table marked whole, as inserted, deleted or moved, in place."""

from lxml import etree

from pipeline.compare.redline.pen import CannotWriteError, Pen, State, outer, word_element
from pipeline.text import W

BOOKMARKS = (f"{W}bookmarkStart", f"{W}bookmarkEnd")
NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_DEAD = {f"{W}t": f"{W}delText", f"{W}instrText": f"{W}delInstrText"}
_BOX = f"{W}txbxContent"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"


def mark_whole(block: etree._Element, state: State, pen: Pen) -> etree._Element:
    """Mark a block."""
    if block.tag in BOOKMARKS:
        return block
    if block.tag not in {f"{W}p", f"{W}tbl"}:
        raise CannotWriteError(f"a block ({etree.QName(block).localname}) came or went that Word has no tracked change for")
    for row in outer(block, f"{W}tr"):
        mark_row(row, state, pen)
    for paragraph in [block] if block.tag == f"{W}p" else list(outer(block, f"{W}p")):
        mark_content(paragraph, state, pen)
        mark_end(paragraph, state, pen)
    return block


def mark_row(row: etree._Element, state: State, pen: Pen) -> None:
    """Mark a row, but not what is in it."""
    properties = row.find(f"{W}trPr")
    if properties is None:
        properties = word_element("trPr")
        row.insert(1 if row.find(f"{W}tblPrEx") is not None else 0, properties)
    properties.append(pen.mark("del" if state.is_old else "ins"))


def mark_end(paragraph: etree._Element, state: State, pen: Pen) -> None:
    """Mark what ends a paragraph."""
    mark_properties(paragraph).insert(0, pen.mark(state.value))


def mark_properties(paragraph: etree._Element) -> etree._Element:
    """Give the properties of what ends a paragraph, made where there are none."""
    properties = properties_of(paragraph)
    found = properties.find(f"{W}rPr")
    if found is None:
        found = word_element("rPr")
        after = properties.find(f"{W}sectPr")
        after = properties.find(f"{W}pPrChange") if after is None else after
        if after is None:
            properties.append(found)
        else:
            after.addprevious(found)
    return found


def properties_of(paragraph: etree._Element) -> etree._Element:
    """Give a paragraph's properties, made where there are none."""
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = word_element("pPr")
        paragraph.insert(0, properties)
    return properties


def mark_content(paragraph: etree._Element, state: State, pen: Pen) -> None:
    """Mark what a paragraph says, but not what ends it. Bookmarks that stand in the new document too leave the old text."""
    if state.is_old:
        for node in [one for one in outer(paragraph, *BOOKMARKS) if pen.is_replaced(one)]:
            drop(node)
    if next(paragraph.iter(_MATH), None) is not None:
        raise CannotWriteError("a paragraph with a formula changed, came or went")
    for run in list(outer(paragraph, f"{W}r")):
        _note(run, state, pen)
        if state is State.DELETED:
            kill(run)
        before = run.getprevious()
        if before is not None and before.tag == f"{W}{state}":
            before.append(run)
        else:
            wrap = pen.mark(state.value)
            run.addprevious(wrap)
            wrap.append(run)


def kill(run: etree._Element) -> None:
    """Give the texts of a run, but not those of a box in it, the names that deleted text has."""
    for node in run.iter(*_DEAD):
        if next(node.iterancestors(_BOX), None) is None:
            node.tag = _DEAD[str(node.tag)]


def _note(run: etree._Element, state: State, pen: Pen) -> None:
    for child in run:
        if child.tag in NOTES:
            key = child.get(f"{W}id") or ""
            pen.pair(NOTES[str(child.tag)], *((key, "") if state.is_old else ("", key)))


def drop(node: etree._Element) -> None:
    """Take a node out of its parent."""
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)

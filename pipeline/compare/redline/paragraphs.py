"""Two paragraphs that are one and the same → that paragraph with its changes marked."""

from lxml import etree

from pipeline.compare.redline.atoms import look_of, read_atoms
from pipeline.compare.redline.marking import mark_properties, mark_whole, properties_of
from pipeline.compare.redline.pen import CannotWriteError, Pen, State, copy_of, empty_copy
from pipeline.compare.redline.runs import write_runs
from pipeline.text import W

_APART = ("rPr", "sectPr", "pPrChange")


def write_paragraph(old: etree._Element, new: etree._Element, pen: Pen) -> list[etree._Element]:
    """Write a paragraph. Where a section ends in one of the two only, or words cannot be told apart, it is replaced whole."""
    if (old.find(f"{W}pPr/{W}sectPr") is None) != (new.find(f"{W}pPr/{W}sectPr") is None):
        return _replaced(old, new, pen)
    try:
        atoms = read_atoms(old, pen), read_atoms(new, pen)
    except CannotWriteError:
        return _replaced(old, new, pen)
    made = empty_copy(new)
    properties = new.find(f"{W}pPr")
    if properties is not None:
        made.append(copy_of(properties))
    write_properties(made, old, pen)
    made.extend(write_runs(*atoms, pen))
    return [made]


def _replaced(old: etree._Element, new: etree._Element, pen: Pen) -> list[etree._Element]:
    return [mark_whole(copy_of(old), State.DELETED, pen), mark_whole(copy_of(new), State.INSERTED, pen)]


def write_properties(made: etree._Element, old: etree._Element, pen: Pen) -> None:
    """Note in a paragraph that has the new properties what the old ones were: its own, its mark's and its section's."""
    was, now = old.find(f"{W}pPr"), made.find(f"{W}pPr")
    marks = [None if one is None else one.find(f"{W}rPr") for one in (was, now)]
    if look_of(marks[0]) != look_of(marks[1]):
        pen.change(mark_properties(made), marks[0])
    sections = [None if one is None else one.find(f"{W}sectPr") for one in (was, now)]
    if sections[0] is not None and sections[1] is not None:
        write_section(sections[1], sections[0], pen)
    if look_of(was, *_APART) != look_of(now, *_APART):
        pen.change(properties_of(made), was, *_APART)


def write_section(made: etree._Element, old: etree._Element, pen: Pen) -> None:
    """Note in a section's properties what they were. Word tracks no header or footer that came or went."""
    apart = ("headerReference", "footerReference", "sectPrChange")
    if look_of(made, *apart) != look_of(old, *apart):
        pen.change(made, old, *apart)

"""Two Word files → the parts of one in which every change between them is a tracked change."""

from lxml import etree

from pipeline.compare.redline.blocks import write_blocks
from pipeline.compare.redline.notes import number_notes, write_notes
from pipeline.compare.redline.package import Package
from pipeline.compare.redline.paragraphs import write_section
from pipeline.compare.redline.pen import CannotWriteError, Pen, copy_of
from pipeline.compare.redline.sections import write_margins
from pipeline.compare.redline.targets import hidden_names, rename
from pipeline.compare.word.package import MAIN, WordFile
from pipeline.compare.word.resolve import is_tracked
from pipeline.text import W


def write_tracked(old: WordFile, new: WordFile, author: str, date: str) -> dict[str, bytes]:
    """Write the redline; CannotWriteError where Word has no tracked change for what changed."""
    for file in (old, new):
        if is_tracked(file):
            raise CannotWriteError(f"{file.name} holds tracked changes; accept or reject them first")
    pen = Pen(author, date)
    package = Package(old, new, pen)
    after = package.new_text(MAIN)
    before = package.old_text(MAIN, MAIN)
    number_notes(before, package)
    pen.names = frozenset(one.get(f"{W}name") or "" for one in after.iter(f"{W}bookmarkStart"))
    package.add_definitions()
    old_body, new_body = _body(before), _body(after)
    package.names = hidden_names(_blocks(old_body), _blocks(new_body), pen)
    rename(before, package.names, pen)
    last = _section(new_body)
    made = write_blocks(_blocks(old_body), _blocks(new_body), pen)
    was = _section(old_body)
    if last is not None:
        section = copy_of(last)
        if was is not None:
            write_section(section, was, pen)
        made.append(section)
    compared = copy_of(new_body)
    new_body[:] = made
    write_margins(old_body, compared, new_body, package, pen)
    write_notes(package, pen)
    return package.finished()


def _body(root: etree._Element) -> etree._Element:
    body = root.find(f"{W}body")
    assert body is not None  # noqa: S101 - a WordFile has one
    return body


def _section(body: etree._Element) -> etree._Element | None:
    return body.find(f"{W}sectPr")


def _blocks(body: etree._Element) -> list[etree._Element]:
    return [child for child in body if child.tag != f"{W}sectPr"]

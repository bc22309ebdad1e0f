"""Footnotes, endnotes and comments of a redline: those of both documents, with what went and what came marked."""

from lxml import etree

from pipeline.compare.redline.blocks import write_blocks
from pipeline.compare.redline.canonical import text_of
from pipeline.compare.redline.marking import NOTES
from pipeline.compare.redline.package import Package
from pipeline.compare.redline.pen import Pen, copy_of
from pipeline.text import W

_COMMENTS = "word/comments.xml"
_COMMENT_MARKS = tuple(f"{W}comment{kind}" for kind in ("Reference", "RangeStart", "RangeEnd"))


def number_notes(old: etree._Element, package: Package) -> None:
    """Give what an old text refers to numbers that nothing of the new document has; the same comment keeps the new one's."""
    for tag, kind in NOTES.items():
        part = f"word/{kind}s.xml"
        taken = _numbers(package, part, kind)
        for reference in old.iter(tag):
            reference.set(f"{W}id", str(taken + int(reference.get(f"{W}id") or 0)))
    if _COMMENTS not in package.old.parts or next(old.iter(*_COMMENT_MARKS), None) is None:
        return
    known = {_said(one): one.get(f"{W}id") or "" for one in package.add_text(_COMMENTS)}
    numbers: dict[str, str] = {}
    for comment in package.old.root(_COMMENTS):
        key = comment.get(f"{W}id") or ""
        numbers[key] = known.get(_said(comment)) or _added(comment, package)
    for mark in old.iter(*_COMMENT_MARKS):
        mark.set(f"{W}id", numbers.get(mark.get(f"{W}id") or "", mark.get(f"{W}id") or ""))


def _numbers(package: Package, part: str, kind: str) -> int:
    if part not in package.new.parts:
        return 0
    found = [one.get(f"{W}id") or "" for one in package.new.root(part).iterchildren(f"{W}{kind}")]
    return max([0, *(int(one) for one in found if one.isdecimal())])


def _said(comment: etree._Element) -> str:
    one = copy_of(comment)
    one.attrib.pop(f"{W}id", "")
    return text_of(one)


def _added(comment: etree._Element, package: Package) -> str:
    root = package.root(_COMMENTS)
    number = 1 + max([-1, *(int(one.get(f"{W}id") or 0) for one in root)])
    made = copy_of(comment)
    made.set(f"{W}id", str(number))
    root.append(made)
    return str(number)


def write_notes(package: Package, pen: Pen) -> None:
    """Write the notes that the text refers to, by the pairs the pen noted."""
    for kind in NOTES.values():
        part = f"word/{kind}s.xml"
        pairs = list(dict.fromkeys((old, new) for one, old, new in pen.notes if one == kind))
        if not pairs:
            continue
        taken = _numbers(package, part, kind)
        before = {}
        if part in package.old.parts:
            package.add_text(part)
            before = {str(taken + int(one.get(f"{W}id") or 0)): one for one in package.old_text(part, part)}
        root = package.new_text(part) if part in package.new.parts else package.root(part)
        after = {one.get(f"{W}id") or "": one for one in root}
        for old, new in pairs:
            was, now = before.get(old), after.get(new)
            if now is not None:
                now[:] = write_blocks(list(was) if was is not None else [], list(now), pen)
            elif was is not None:
                made = copy_of(was)
                made.set(f"{W}id", old)
                made[:] = write_blocks(list(was), [], pen)
                root.append(made)

"""What else a workbook holds that has to do with its looks: the palette, the looks of tables, and drawings in the old markup."""

from collections.abc import Iterator

from lxml import etree

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.sheets.read import Book
from pipeline.compare.sheets.said import apart, leaves
from pipeline.compare.sheets.seen import cell_veils
from pipeline.compare.sight import VISIBILITY
from pipeline.exceptions import DocumentError

STYLES = "xl/styles.xml"
_RESOLVED = frozenset({"numFmts", "fonts", "fills", "borders", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs"})
"""What is compared with the cells that have it, or only looked up when somebody formats a cell."""
_PLACED = ("Anchor", "Row", "Column", "style", "id", "spid", "MoveWithCells", "SizeWithCells", "idmap", "spidmax")
_FORMS = frozenset({"shapetype", "shapelayout"})
_VML = ".vml"


def style_changes(old: Book, new: Book) -> Iterator[Change]:
    """Compare how a cell looks of which nothing is said, the colours that cells name by number, and the looks of tables."""
    if old.parts.get(STYLES) == new.parts.get(STYLES):
        return
    was, now = old.looks[0], new.looks[0]
    if was != now:
        touched = (VISIBILITY,) if cell_veils(*was[1:3]) != cell_veils(*now[1:3]) else ()
        where, severity = Location("styles", item="standard"), Severity.HIGH if touched else Severity.LOW
        said = apart(was, now) or ("", "")
        yield Change("style-definition-changed", severity, where, *said, touches=touched)
    before, after = (_by_name(one) for one in (old, new))
    for name in sorted({*before, *after}):
        found = apart(before.get(name, []), after.get(name, []))
        if found is not None:
            hides = name == "colors"
            severity = Severity.HIGH if hides else Severity.LOW
            where = Location("styles", item=name)
            yield Change("style-definition-changed", severity, where, *found, touches=(VISIBILITY,) if hides else ())


def _by_name(book: Book) -> dict[str, list[str]]:
    if STYLES not in book.parts:
        return {}
    found = ((etree.QName(one).localname, one) for one in book.root(STYLES).iterchildren(etree.Element))
    return {name: leaves(one, ("mruColors",)) for name, one in found if name not in _RESOLVED}


def old_drawing_changes(old: Book, new: Book) -> Iterator[Change]:
    """Compare the controls of forms, the images in margins and whatever else is drawn in the old markup."""
    for part in sorted(
        one for one in {*old.parts, *new.parts} if one.endswith(_VML) and old.parts.get(one) != new.parts.get(one)
    ):
        try:
            before, after = _drawn(old, part), _drawn(new, part)
        except DocumentError:  # Excel does not always write it well: then all that is known is that it differs
            continue
        found = apart(before, after)
        if found is not None:
            yield Change("drawing-changed", Severity.CONTENT, Location("parts", item=part), *found)


def _drawn(book: Book, part: str) -> list[str]:
    """Say what is drawn but for the boxes of comments, which are compared as comments."""
    shapes = book.root(part).iterchildren(etree.Element) if part in book.parts else ()
    own = (one for one in shapes if one.find("{*}ClientData[@ObjectType='Note']") is None)
    return [said for one in own if etree.QName(one).localname not in _FORMS for said in leaves(one, _PLACED)]

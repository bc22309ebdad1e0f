"""What else a workbook holds that has to do with its looks: named styles, the palette, and drawings in the old markup."""

from collections.abc import Iterator

from lxml import etree

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.sheets.read import Book
from pipeline.compare.sheets.said import apart, leaves
from pipeline.compare.sight import VISIBILITY
from pipeline.exceptions import DocumentError

STYLES = "xl/styles.xml"
_RESOLVED = frozenset({"numFmts", "fonts", "fills", "borders", "cellXfs", "cellStyleXfs", "dxfs"})
"""What is compared with the cells that have it."""
_PLACED = ("Anchor", "Row", "Column", "style", "id", "spid", "MoveWithCells", "SizeWithCells", "idmap", "spidmax")
_VML = ".vml"


def style_changes(old: Book, new: Book) -> Iterator[Change]:
    """Compare the colours that cells name by number, the named styles, and the looks of tables."""
    if old.parts.get(STYLES) == new.parts.get(STYLES):
        return
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
    return {name: leaves(one) for name, one in found if name not in _RESOLVED}


def old_drawing_changes(old: Book, new: Book) -> Iterator[Change]:
    """Compare the shapes of comments and the controls of forms, where they stand apart."""
    for part in sorted(one for one in old.parts.keys() & new.parts.keys() if one.endswith(_VML)):
        if old.parts[part] == new.parts[part]:
            continue
        try:
            before, after = (leaves(one.root(part), _PLACED) for one in (old, new))
        except DocumentError:  # Excel does not always write it well: then all that is known is that it differs
            continue
        found = apart(before, after)
        if found is not None:
            yield Change("drawing-changed", Severity.CONTENT, Location("parts", item=part), *found)

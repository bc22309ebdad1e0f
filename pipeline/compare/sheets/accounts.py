"""Two workbooks and their changes → the parts that differ and of which no change tells, but for the cells themselves."""

from collections.abc import Iterator, Mapping, Sequence
from posixpath import join, normpath

from lxml import etree

from pipeline.compare.change import Change, Location, uncompared
from pipeline.text import package_parts, parse_part

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TELLING = ("name", "sheet", "setting", "protection", "hidden", "print", "view")
"""How the kinds of change begin that tell of the workbook as a whole."""
_PASSING = frozenset({"sheetData", "dimension", "rowBreaks", "colBreaks"})
_WINDOW = frozenset({"selection", "fileVersion", "bookViews", "calcPr"})


def passed_over(old: bytes, new: bytes, path: str, changes: Sequence[Change]) -> Iterator[Change]:
    """Name each sheet that differs in more than its cells and of which nothing is told, and the workbook itself."""
    if not changes:
        return
    before, after = package_parts(old, path), package_parts(new, path)
    sheets = {**_sheets(before, path), **_sheets(after, path)}
    stories = {change.location.story for change in changes}
    for part in sorted({*before} & {*after} & {*sheets, BOOK}):
        is_told = any(one.kind.startswith(TELLING) for one in changes) if part == BOOK else sheets[part] in stories
        if (
            not is_told
            and before[part] != after[part]
            and _settled(before[part], path, part) != _settled(after[part], path, part)
        ):
            yield uncompared(Location(sheets.get(part, "workbook")), part)


def _sheets(parts: Mapping[str, bytes], path: str) -> dict[str, str]:
    """Give the titles of sheets by their parts."""
    if BOOK not in parts or LINKS not in parts:
        return {}
    links = {one.get("Id"): one.get("Target") or "" for one in parse_part(parts[LINKS], path, LINKS).iterchildren(etree.Element)}
    found = {}
    for sheet in parse_part(parts[BOOK], path, BOOK).iterfind(f"{MAIN}sheets/{MAIN}sheet"):
        target = links.get(sheet.get(f"{R}id"), "")
        found[target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))] = sheet.get("name") or ""
    return found


def _settled(content: bytes, path: str, part: str) -> bytes:
    """Give a part without its cells, what follows from them, and where a window stood."""
    root = parse_part(content, path, part)
    for one in list(root.iter(etree.Element)):
        name, above = etree.QName(one).localname, one.getparent()
        if above is not None and (name in _PASSING or name in _WINDOW):
            above.remove(one)
        elif name == "col":
            one.attrib.pop("style", "")
    return bytes(etree.tostring(root, method="c14n"))

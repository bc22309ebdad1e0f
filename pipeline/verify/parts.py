"""The parts of a finished Office file → what may not be in it: macros and embedded files for anyone, and leaks for bidders."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from pipeline.exceptions import DocumentError
from pipeline.text import parse_part

Faults = Iterator[tuple[str, str]]
APP = "docProps/app.xml"
TOLD_BY_APP = ("Company", "Manager", "Template", "HyperlinkBase")
_ACTIVE = re.compile(
    r"vbaproject|vbadata|\.bin$|/embeddings/|/activex|/ctrlprops|/macrosheets|/externallinks/|/connections\.xml|/querytables/|customui",
    re.IGNORECASE,
)
_ACTIVE_TYPE = re.compile(rb"macroEnabled|vbaProject|oleObject|activeX", re.IGNORECASE)
_ACTIVE_LINK = re.compile(rb"relationships/(package|oleObject|vbaProject|control|afChunk)[\"']", re.IGNORECASE)
_RELATIONS = r"|_rels/\.rels|(word|xl|xl/(worksheets|drawings|charts|tables))/_rels/[^/]+\.rels"
_PROPERTIES = r"\[Content_Types\]\.xml|docProps/(core|app)\.xml" + _RELATIONS
WORD_PARTS = re.compile(
    _PROPERTIES
    + r"|word/(document|header\d*|footer\d*|footnotes|endnotes|styles|numbering|settings|webSettings|fontTable)\.xml"
    + r"|word/(theme|media)/[^/]+"
)
WORKBOOK_PARTS = re.compile(
    _PROPERTIES
    + r"|xl/(workbook|styles|sharedStrings|metadata)\.xml|xl/(theme|media)/[^/]+|xl/worksheets/sheet\d+\.xml"
    + r"|xl/(drawings/drawing|tables/table|charts/chart|charts/style|charts/colors)\d+\.xml"
)
"""Comments are not among them: they are for the authority's own edition."""
_AUTHOR, _INITIALS = re.compile(rb"author\s*="), re.compile(rb"initials\s*=")
_LINK_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Give the parts of a workbook's sheets with their titles, in order."""
    book = parse_part(parts["xl/workbook.xml"], "xl/workbook.xml", "xl/workbook.xml")
    links = "xl/_rels/workbook.xml.rels"
    targets = {one.get("Id"): one.get("Target") or "" for one in parse_part(parts[links], links, links)}
    found = {targets.get(one.get(_LINK_ID), ""): one.get("name") or "" for one in book.iter("{*}sheet")}
    paths = {target.removeprefix("/") if target.startswith("/") else f"xl/{target}": title for target, title in found.items()}
    return {path: title for path, title in paths.items() if path in parts}


def active_parts(parts: Mapping[str, bytes]) -> Faults:
    """Report macros, embedded files and links to other files: nobody may get them."""
    for part, content in parts.items():
        if _ACTIVE.search(part) or (part.lower().endswith(".rels") and _ACTIVE_LINK.search(content)):
            yield part, "is a macro, an embedded file or a link to another file; take it out of the template"
    if _ACTIVE_TYPE.search(parts.get("[Content_Types].xml", b"")):
        yield "[Content_Types].xml", "names a macro or an embedded object; take it out of the template"


def leaking_parts(parts: Mapping[str, bytes], allowed: re.Pattern[str]) -> Faults:
    """Report parts that no finished document of a pack has, external links but web addresses, and named authors."""
    for part, content in parts.items():
        if not allowed.fullmatch(part):
            yield part, "may not go to bidders; take comments, authors, links and custom properties out of the template"
        is_links = part.lower().endswith(".rels")
        if not is_links and not (part.lower().endswith(".xml") and (part == APP or _may_name(content))):
            continue
        try:
            root = parse_part(content, part, part)
        except DocumentError as error:
            yield part, f"cannot be read ({error})"
            continue
        if is_links:
            yield from _links(part, root)
        else:
            yield from _names(part, root)


def _may_name(content: bytes) -> bool:
    """Say whether a part may name an author; the names of attributes stand in full in its bytes, unless two make a letter."""
    small = content.lower()
    return b"\0" in content or bool(_AUTHOR.search(small) or _INITIALS.search(small))


def _links(part: str, root: etree._Element) -> Faults:
    for relation in root.iter():
        target = relation.get("Target") or ""
        if (relation.get("TargetMode") or "").lower() != "external":
            continue
        if not (relation.get("Type") or "").endswith("/hyperlink") or not _LINK.match(target):
            yield part, f"links to {target[:60]!r} outside the file; take the link out of the template"


def _names(part: str, root: etree._Element) -> Faults:
    for element in root.iter(etree.Element):
        author = next((key for key in element.attrib if etree.QName(key).localname.lower() in {"author", "initials"}), None)
        if author is not None:
            yield part, f"names an author ({element.get(author)}); bidders may not see one"
        if part == APP and etree.QName(element).localname in TOLD_BY_APP and (element.text or "").strip():
            yield part, f"tells the {etree.QName(element).localname.lower()} ({element.text}); bidders may not see it"

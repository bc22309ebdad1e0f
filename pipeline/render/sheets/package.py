"""The parts of a workbook package: what points to what, what is refused or left out, and how the finished ones are listed."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from lxml import etree

from pipeline.exceptions import DocumentError, TemplateError
from pipeline.render.sheets.compiled import Link
from pipeline.render.sheets.markup import DECLARATION, MAIN, RELATIONS
from pipeline.text import parse_part

TYPES = "[Content_Types].xml"
APP = "docProps/app.xml"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_TYPES_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_QUOTES = {'"': "&quot;"}
KEPT = frozenset(
    {"officeDocument", "core-properties", "extended-properties", "worksheet", "styles", "theme", "sharedStrings", "sheetMetadata"}
    | {"hyperlink", "drawing", "vmlDrawing", "comments", "table", "image", "chart", "chartStyle", "chartColorStyle"}
    | {"themeOverride", "chartUserShapes"}
)
LEFT_OUT = frozenset(
    {"calcChain", "printerSettings", "customXml", "custom-properties", "thumbnail", "person", "customProperty", "customXmlProps"}
)
"""What Excel writes for itself: made anew by it, or of no concern to who gets the workbook."""
_REFUSED = {
    "chartsheet": ("a chart sheet", "move the chart to a sheet with cells"),
    "dialogsheet": ("a dialogue sheet", "remove it"),
    "xlMacrosheet": ("a macro sheet", "remove it"),
    "externalLink": ("a link to another workbook", "copy the values in, and break the link under Data, Edit links"),
    "externalLinkPath": ("a link to another workbook", "break the link under Data, Edit links"),
    "pivotTable": ("a pivot table", "write its figures with SUMIFS instead"),
    "pivotCacheDefinition": ("a pivot table", "write its figures with SUMIFS instead"),
    "slicer": ("a slicer", "remove it"),
    "slicerCache": ("a slicer", "remove it"),
    "timeline": ("a timeline", "remove it"),
    "timelineCache": ("a timeline", "remove it"),
    "threadedComment": ("a threaded comment", "delete it, or write it as a note"),
    "vbaProject": ("macros", "save the workbook as .xlsx without them"),
    "connections": ("a data connection", "remove it under Data, Queries and connections"),
    "queryTable": ("a query", "turn the table into plain cells"),
    "powerPivotData": ("a data model", "remove it"),
    "oleObject": ("an embedded object", "remove it"),
    "package": ("an embedded file", "remove it, or draw the chart again from cells"),
    "FeaturePropertyBag": ("cell checkboxes", "use a list validation with yes and no"),
    "control": ("a control", "remove it"),
    "ctrlProp": ("a form control", "remove it; use a list validation"),
    "chartEx": ("a chart of a newer kind", "use a column, bar, line, pie or scatter chart"),
    "attachedTemplate": ("a template link", "remove it"),
}


def refusal(kind: str) -> str:
    """Say why a relationship of a kind cannot be carried over, "" where it can."""
    if kind in KEPT or kind in LEFT_OUT:
        return ""
    what, advice = _REFUSED.get(kind, (f"something that is not known here ({kind})", "remove it"))
    return f"holds {what}, which cannot be carried over; {advice}"


def parsed(parts: Mapping[str, bytes], part: str, name: str) -> etree._Element:
    """Parse a part, with the namespace of spreadsheets as the one without a prefix, as Excel writes it."""
    if part not in parts:
        raise TemplateError(f"{name}: is not an Excel workbook (.xlsx): {part} is missing; save it again in Excel")
    try:
        root = parse_part(parts[part], name, part)
    except DocumentError as error:
        raise TemplateError(str(error)) from error
    namespace = etree.QName(root).namespace
    if namespace == _STRICT:
        raise TemplateError(f"{name}: is a Strict Open XML workbook; save it as an ordinary Excel workbook (.xlsx)")
    if namespace == MAIN and root.prefix:
        plain = {short: long for short, long in root.nsmap.items() if long != MAIN}
        renamed = etree.Element(root.tag, dict(root.attrib), {None: MAIN, **plain})  # type: ignore[misc, dict-item]
        renamed.extend(list(root))
        return renamed
    return root


def links_path(part: str) -> str:
    """Give the name of the part that lists what a part points to."""
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"


def read_links(parts: Mapping[str, bytes], part: str, name: str) -> tuple[Link, ...]:
    """Give what a part points to, without what is left out."""
    path = links_path(part)
    if path not in parts:
        return ()
    folder = part.rpartition("/")[0]
    links: list[Link] = []
    for one in parsed(parts, path, name):
        kind = (one.get("Type") or "").rpartition("/")[2]
        external = one.get("TargetMode") == "External"
        target = one.get("Target") or ""
        if not external:
            target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if kind not in LEFT_OUT:
            links.append(Link(one.get("Id") or "", one.get("Type") or "", target, external))
    return tuple(links)


def kind_of(link: Link) -> str:
    """Give the last word of what kind of relationship a link is."""
    return link.kind.rpartition("/")[2]


def read_types(parts: Mapping[str, bytes], name: str) -> tuple[tuple[tuple[str, str], ...], dict[str, str]]:
    """Give the content types of file endings and of single parts."""
    root = parsed(parts, TYPES, name)
    defaults = [(one.get("Extension") or "", one.get("ContentType") or "") for one in root if one.get("Extension")]
    overrides = {(one.get("PartName") or "").lstrip("/"): one.get("ContentType") or "" for one in root if one.get("PartName")}
    return tuple(defaults), overrides


def links_part(part: str, links: Iterable[Link]) -> bytes:
    """Write what a part points to; targets are named from the root of the package."""
    rows = "".join(
        f'<Relationship Id="{escape(one.id, _QUOTES)}" Type="{escape(one.kind, _QUOTES)}" '
        f'Target="{escape(one.target if one.external else _relative(part, one.target), _QUOTES)}"'
        + (' TargetMode="External"/>' if one.external else "/>")
        for one in links
    )
    return f'{DECLARATION}<Relationships xmlns="{_LINKS_NAMESPACE}">{rows}</Relationships>'.encode()


def _relative(part: str, target: str) -> str:
    folder = posixpath.dirname(part)
    return posixpath.relpath(target, folder) if folder else target


def types_part(defaults: Iterable[tuple[str, str]], overrides: Mapping[str, str], present: Iterable[str]) -> bytes:
    """Write the content types of the parts that are there."""
    here = sorted(present)
    endings = {part.rpartition(".")[2].lower() for part in here}
    rows = [
        f'<Default Extension="{escape(end, _QUOTES)}" ContentType="{escape(kind, _QUOTES)}"/>'
        for end, kind in defaults
        if end.lower() in endings or end in {"rels", "xml"}
    ]
    rows += [
        f'<Override PartName="/{escape(part, _QUOTES)}" ContentType="{escape(overrides[part], _QUOTES)}"/>'
        for part in here
        if part in overrides
    ]
    return f'{DECLARATION}<Types xmlns="{_TYPES_NAMESPACE}">{"".join(rows)}</Types>'.encode()


def reached(links: Mapping[str, tuple[Link, ...]]) -> Iterator[str]:
    """Give every part that can be reached from the package's root, each once."""
    waiting, seen = [""], {""}
    while waiting:
        for link in links.get(waiting.pop(), ()):
            if not link.external and link.target not in seen:
                seen.add(link.target)
                waiting.append(link.target)
                yield link.target


def stored(parts: Mapping[str, bytes]) -> bytes:
    """Put parts into a package without compressing them, which finishing does."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as package:
        for part in sorted(parts, key=lambda one: (one != TYPES, one)):
            package.writestr(ZipInfo(part, _EPOCH), parts[part])
    return packed.getvalue()


def office(kind: str) -> str:
    """Give the full name of a kind of relationship."""
    return f"{RELATIONS}/{kind}"

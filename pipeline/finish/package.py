"""Office packages as parts in a fixed order: reading, core properties, and a zip whose bytes depend on its parts alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

FIRST = ("[Content_Types].xml", "_rels/.rels")
CORE = "docProps/core.xml"
_SETTINGS = "word/settings.xml"
EPOCH = (1980, 1, 1, 0, 0, 0)
LEVEL = 6

_CORE_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:subject>{subject}</dc:subject><dc:creator>{creator}</dc:creator>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified>'
    "<dc:language>en-GB</dc:language>{version}</cp:coreProperties>"
)


_APP = "docProps/app.xml"
_APP_XML = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)


@dataclass(frozen=True)
class Properties:
    """The core properties of a document; `creator` is empty in the issue edition."""

    title: str
    subject: str
    creator: str
    day: date
    version: str = ""


def read_parts(data: bytes) -> dict[str, bytes]:
    """Give a package's parts by name."""
    with ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist() if not name.endswith("/")}


def core_properties(properties: Properties) -> bytes:
    """Write docProps/core.xml; dates come from the profile, never from the clock."""
    return _CORE_XML.format(
        title=escape(properties.title),
        subject=escape(properties.subject),
        creator=escape(properties.creator),
        day=properties.day.isoformat(),
        version=f"<cp:version>{escape(properties.version)}</cp:version>" if properties.version else "",
    ).encode()


def scrub(parts: dict[str, bytes]) -> None:
    """Take out of a package's parts what Word notes about its author: company, manager, the template's path."""
    if _APP in parts:
        parts[_APP] = _APP_XML
    if _SETTINGS in parts:
        root = etree.fromstring(parts[_SETTINGS])
        for node in list(root.iter("{*}attachedTemplate")):
            root.remove(node)
        parts[_SETTINGS] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    parts.pop("word/_rels/settings.xml.rels", None)


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """Zip parts in a fixed order with fixed dates: the same parts give the same bytes."""
    order = [name for name in FIRST if name in parts] + sorted(name for name in parts if name not in FIRST)
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=LEVEL) as package:
        for name in order:
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            package.writestr(entry, parts[name])
    return packed.getvalue()

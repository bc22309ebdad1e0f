"""Office packages as parts in a fixed order: reading, core properties, and a zip whose bytes depend on its parts alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from io import BytesIO
from struct import Struct
from xml.sax.saxutils import escape
from zipfile import ZipFile
from zlib import crc32

from lxml import etree

from pipeline.finish.compressor import compressor

FIRST = ("[Content_Types].xml", "_rels/.rels")
CORE = "docProps/core.xml"
_SETTINGS = "word/settings.xml"

# The zip format (APPNOTE.TXT 4.3): what stands before each part, the list of parts at the end, and what closes it.
_LOCAL, _LISTED, _LAST = Struct("<4sHHHHHIIIHH"), Struct("<4sHHHHHHIIIHHHHHII"), Struct("<4sHHHHIIH")
_VERSION, _UTF8, _DEFLATED, _UNIX, _MODE = 20, 0x800, 8, 3 << 8, 0o600
_DAY = 1 << 5 | 1  # 1 January 1980

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
    return dict(_parts(data))


@lru_cache(maxsize=16)  # the documents of a pack are read back to be verified, and then for the manifest
def _parts(data: bytes) -> tuple[tuple[str, bytes], ...]:
    with ZipFile(BytesIO(data)) as package:
        return tuple((name, package.read(name)) for name in package.namelist() if not name.endswith("/"))


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


@dataclass(frozen=True)
class Entry:
    """A part as it is stored in a package: its checksum, its size and its deflated bytes."""

    checksum: int
    size: int
    deflated: bytes = field(repr=False)


def entry_of(content: bytes) -> Entry:
    """Deflate a part."""
    packer = compressor()
    return Entry(crc32(content), len(content), packer.compress(content) + packer.flush())


def write_parts(parts: Mapping[str, bytes | Entry]) -> bytes:
    """Zip parts in a fixed order with fixed dates: the same parts give the same bytes. Entries are put in as they are stored."""
    order = [name for name in FIRST if name in parts] + sorted(name for name in parts if name not in FIRST)
    packed: list[bytes] = []
    listed: list[bytes] = []
    at = 0
    for name in order:
        part = parts[name]
        entry = part if isinstance(part, Entry) else entry_of(part)
        raw = name.encode()
        told = (0 if name.isascii() else _UTF8, _DEFLATED, 0, _DAY, entry.checksum, len(entry.deflated), entry.size, len(raw), 0)
        packed += (_LOCAL.pack(b"PK\3\4", _VERSION, *told), raw, entry.deflated)
        listed += (_LISTED.pack(b"PK\1\2", _UNIX | _VERSION, _VERSION, *told, 0, 0, 0, _MODE << 16, at), raw)
        at += _LOCAL.size + len(raw) + len(entry.deflated)
    size = sum(map(len, listed))
    return b"".join((*packed, *listed, _LAST.pack(b"PK\5\6", 0, 0, len(order), len(order), size, at, 0)))

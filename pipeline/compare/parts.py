"""What any two Office files may differ in: core properties, and parts that are compared in no other way."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from hashlib import sha256

from lxml import etree

from pipeline.compare.change import Change, Location, Severity
from pipeline.exceptions import DocumentError
from pipeline.text import package_parts, parse_part

_DECLARED = re.compile(rb"<\?xml[^>]*\sencoding=[\"']([^\"'>]+)")
_TYPES = "[Content_Types].xml"
CORE, APP = "docProps/core.xml", "docProps/app.xml"
TOLD = frozenset({"Company", "Manager", "HyperlinkBase", "Template"})
"""What the second part of properties says of people and places; the rest are counts and the program's version."""
GRAVE = re.compile(
    r".*(?:vbaProject|vbaData|macrosheets|dialogsheets|activeX|ctrlProps|customUI|embeddings|externalLinks|connections"
    r"|queryTables|afchunk).*",
    re.IGNORECASE,
)
"""Parts that are run, fetched or embedded."""
_CHUNK = re.compile(rb"<[^<>]*aFChunk[^<>]*>")
UNREAD_PROPERTIES = frozenset({"modified", "revision", "lastPrinted", "lastModifiedBy"})


def whole(text: str | None, otherwise: int) -> int:
    """Read a whole number; where a file holds none, or something else, another is taken."""
    return int(text) if text is not None and text.isdecimal() else otherwise


def office_parts(data: bytes, name: str) -> dict[str, bytes]:
    """Turn a file into its parts by name, XML in UTF-8; refuse one that lacks what Word and Excel open none without."""
    parts = package_parts(data, name)
    if _TYPES not in parts:
        raise DocumentError(
            f"{name}: has no {_TYPES}, without which Word and Excel open no file. Save it again from one of them."
        )
    return {part: _as_utf8(content, name, part) for part, content in parts.items()}


def _as_utf8(content: bytes, name: str, part: str) -> bytes:
    """Give an XML part in UTF-8, as Office writes it; one that cannot be read stays, and is refused where it is parsed."""
    declared = _DECLARED.match(content)
    is_wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    if not part.endswith((".xml", ".rels")) or not (is_wide or declared) or (declared and declared[1].lower() == b"utf-8"):
        return content
    try:
        root = parse_part(content, name, part)
    except DocumentError:
        return content
    return bytes(etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True))


def property_changes(old: Mapping[str, bytes], new: Mapping[str, bytes], name: str) -> Iterator[Change]:
    """Compare the core properties of two packages, without what only saving changes."""
    before, after = ({**_core(parts, name), **_app(parts, name)} for parts in (old, new))
    for key in sorted({*before, *after}):
        if before.get(key, "") != after.get(key, ""):
            yield Change(
                "property-changed", Severity.LOW, Location("properties", item=key), before.get(key, ""), after.get(key, "")
            )


def _core(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    if CORE not in parts:
        return {}
    root = parse_part(parts[CORE], name, CORE)
    said = {etree.QName(one).localname: one.text or "" for one in root.iterchildren(etree.Element)}
    return {key: text for key, text in said.items() if key not in UNREAD_PROPERTIES}


def _app(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    if APP not in parts:
        return {}
    said = ((etree.QName(one).localname, one.text or "") for one in parse_part(parts[APP], name, APP).iterchildren(etree.Element))
    return {key: text for key, text in said if key in TOLD}


def part_changes(
    old: Mapping[str, bytes], new: Mapping[str, bytes], compared: re.Pattern[str], elsewhere: set[str]
) -> Iterator[Change]:
    """Report any part that is compared in no other way, by digest; one that is read only where something leads to it."""
    for part in sorted({*old, *new}):
        if old.get(part) == new.get(part) or any(part.startswith(folder) for folder in elsewhere):
            continue
        if compared.fullmatch(part) and all(_is_linked(part, parts) for parts in (old, new) if part in parts):
            continue
        was, now = (f"sha256:{sha256(parts[part]).hexdigest()[:16]}" if part in parts else "" for parts in (old, new))
        is_grave = GRAVE.fullmatch(part) or _is_chunk(part, old) or _is_chunk(part, new)
        yield Change("part-changed", Severity.HIGH if is_grave else Severity.CONTENT, Location("parts", item=part), was, now)
    yield from _fetched(old, new)


def _is_linked(part: str, parts: Mapping[str, bytes]) -> bool:
    """Say whether anything in a package leads to a part; what has no name to lead to is always read."""
    if part.endswith((".rels", "/", "[Content_Types].xml")) or part.startswith("docProps/"):
        return True
    name = part.rpartition("/")[2].encode()
    return any(name in content for other, content in parts.items() if other.endswith(".rels"))


def _is_chunk(part: str, parts: Mapping[str, bytes]) -> bool:
    """Say whether a part is a text that Word takes into the document when it opens it."""
    name = part.rpartition("/")[2].encode()
    rels = (content for other, content in parts.items() if other.endswith(".rels") and b"aFChunk" in content)
    return any(name in link for content in rels for link in _CHUNK.findall(content))


def _fetched(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[Change]:
    """Report what a file fetches from elsewhere when it is opened, such as a template; links to click stand elsewhere."""
    for part in sorted(one for one in {*old, *new} if one.endswith(".rels") and old.get(one) != new.get(one)):
        before, after = (_outside(parts[part], part) if part in parts else {} for parts in (old, new))
        for kind in sorted({*before, *after}):
            if before.get(kind) != after.get(kind):
                place = Location("parts", item=f"{part}, {kind}")
                yield Change("part-changed", Severity.HIGH, place, before.get(kind, ""), after.get(kind, ""))


def _outside(content: bytes, part: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for link in parse_part(content, part, part).iterchildren(etree.Element):
        kind = (link.get("Type") or "").rpartition("/")[2]
        if link.get("TargetMode") == "External" and kind not in {"hyperlink", "image"}:
            found.setdefault(kind, []).append(link.get("Target") or "")
    return {kind: ", ".join(sorted(targets)) for kind, targets in found.items()}

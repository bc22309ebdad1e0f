"""What any two Office files may differ in: core properties, and parts that are compared in no other way."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256

from lxml import etree

from pipeline.compare.change import Change, Location, Severity
from pipeline.text import parse_part

CORE = "docProps/core.xml"
UNREAD_PROPERTIES = frozenset({"modified", "revision", "lastPrinted", "lastModifiedBy"})


def whole(text: str | None, otherwise: int) -> int:
    """Read a whole number; where a file holds none, or something else, another is taken."""
    return int(text) if text is not None and text.isdecimal() else otherwise


def property_changes(old: Mapping[str, bytes], new: Mapping[str, bytes], name: str) -> Iterator[Change]:
    """Compare the core properties of two packages, without what only saving changes."""
    before, after = _core(old, name), _core(new, name)
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


def part_changes(
    old: Mapping[str, bytes], new: Mapping[str, bytes], compared: re.Pattern[str], elsewhere: set[str]
) -> Iterator[Change]:
    """Report any part that is compared in no other way, by digest."""
    for part in sorted({*old, *new}):
        if compared.fullmatch(part) or any(part.startswith(folder) for folder in elsewhere):
            continue
        if old.get(part) != new.get(part):
            was, now = (f"sha256:{sha256(parts[part]).hexdigest()[:16]}" if part in parts else "" for parts in (old, new))
            yield Change("part-changed", Severity.LOW, Location("parts", item=part), was, now)

"""Parts of a Word file of which nothing is told elsewhere: where links lead, what parts are taken for, pictures nobody shows."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from lxml import etree

from pipeline.compare.change import Change, Location, Severity, uncompared
from pipeline.compare.parts import part_changes
from pipeline.compare.word.package import MAIN, SHORT, WordFile
from pipeline.compare.word.stories import margins
from pipeline.text import parse_part

COMPARED = re.compile(
    r"word/(document|styles|numbering|settings|footnotes|endnotes|comments|(header|footer)\d*)\.xml|docProps/(core|app)\.xml"
    r"|.*\.rels|\[Content_Types\]\.xml|word/(fontTable|webSettings|commentsExtended|commentsIds|people|stylesWithEffects)\.xml"
    r"|docProps/thumbnail\..*|.*/"
)
"""Parts that are compared by what they say, or that only programs read."""
PROGRAMS = re.compile(r"word/(fontTable|webSettings|commentsExtended|commentsIds|people|stylesWithEffects)\.xml")
"""Parts of these that only programs read."""
TOLD = re.compile(r"word/(document|styles|numbering|settings)\.xml|docProps/.*|.*/")
"""Parts that are told of in full, or hold only counts, times and the like."""
TYPES, RELATIONS = "[Content_Types].xml", ".rels"
_MEDIA = "word/media/"
_ONCE = frozenset(
    {
        "styles",
        "numbering",
        "settings",
        "fontTable",
        "webSettings",
        "theme",
        "footnotes",
        "endnotes",
        "comments",
        "officeDocument",
    }
    | {"stylesWithEffects", "people", "commentsExtended", "commentsIds", "core-properties", "extended-properties", "thumbnail"}
)
"""What a file has once and reads by the kind of the link that leads to it."""


def other_parts(old: WordFile, new: WordFile, changes: Sequence[Change]) -> Iterator[Change]:
    """Report every part that differs and of which no change tells."""
    said = "\n".join(text for change in changes for text in (change.old, change.new))
    found = list(part_changes(old.parts, new.parts, COMPARED, set()))
    for change in found:
        if not (change.location.item.startswith(_MEDIA) and _is_told(change.location.item, old, new, said)):
            yield change
    read = {part for file in (old, new) for part in _read(file)} | {change.location.item for change in found}
    for part in sorted(part for part in {*old.parts, *new.parts} if old.parts.get(part) != new.parts.get(part)):
        if not COMPARED.fullmatch(part) or TOLD.fullmatch(part) or part in read:
            continue
        if part == TYPES:
            yield from _type_changes(old, new)
        elif part.endswith(RELATIONS):
            yield from _relation_changes(part, old, new)
        else:
            severity = Severity.LOW if PROGRAMS.fullmatch(part) else Severity.CONTENT
            yield uncompared(Location("parts", item=part), part, severity)


def _read(file: WordFile) -> Iterable[str]:
    """Give the parts whose text is compared block by block."""
    return (MAIN, "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml", *(part for _, part in margins(file)))


def _is_told(part: str, old: WordFile, new: WordFile, said: str) -> bool:
    """Say whether what became of a picture is told, or the same picture stands in the other file under another name."""
    for file, other in ((old, new), (new, old)):
        if part in file.parts and file.digest(part) not in said:
            same = (one for name, one in other.parts.items() if name.startswith(_MEDIA))
            if file.parts[part] not in same:
                return False
    return True


def _type_changes(old: WordFile, new: WordFile) -> Iterator[Change]:
    """Report parts of both files that are taken for another kind of part."""
    before, after = (_types(file.parts) for file in (old, new))
    for part in sorted({*before} & {*after}):
        if before[part] != after[part]:
            yield Change("part-changed", Severity.CONTENT, Location("parts", item=part), before[part], after[part])


def _types(parts: Mapping[str, bytes]) -> dict[str, str]:
    root = parse_part(parts[TYPES], TYPES, TYPES) if TYPES in parts else ()
    said = list(root)
    endings = {(one.get("Extension") or "").lower(): one.get("ContentType") or "" for one in said if one.get("Extension")}
    named = {(one.get("PartName") or "").lstrip("/"): one.get("ContentType") or "" for one in said if one.get("PartName")}
    return {part: named.get(part, endings.get(part.rpartition(".")[2].lower(), "")) for part in parts if part != TYPES}


def _relation_changes(part: str, old: WordFile, new: WordFile) -> Iterator[Change]:
    """Report links that no text uses and that lead elsewhere; what came or went with its part is told with that."""
    before, after = (_relations(part, file) for file in (old, new))
    both = {*old.parts} & {*new.parts}
    for kind in sorted({*before, *after}):
        was, now = before.get(kind, set()), after.get(kind, set())
        gone, come = ({one for one in mine - other if one in both or ":" in one} for mine, other in ((was, now), (now, was)))
        if gone or come:
            severity = Severity.HIGH if kind in _ONCE else Severity.CONTENT
            place = Location("parts", item=f"{part}, {kind}")
            yield Change("part-changed", severity, place, ", ".join(sorted(gone)), ", ".join(sorted(come)))


def _relations(part: str, file: WordFile) -> dict[str, set[str]]:
    """Give what a part leads to by kind, but for what its own text leads to by an id, which is compared there."""
    if part not in file.parts:
        return {}
    folder, _, name = part.partition("_rels/")
    source = f"{folder}{name.removesuffix(RELATIONS)}"
    links, text = file.links(source), file.parts.get(source, b"") if source in _read(file) else b""
    found: dict[str, set[str]] = {}
    for one in file.root(part).iterchildren(etree.Element):
        key, kind = one.get("Id") or "", (one.get("Type") or "").rpartition("/")[2]
        is_fetched = one.get("TargetMode") == "External" and kind not in {"hyperlink", "image"}
        if not is_fetched and (kind in _ONCE or f'"{key}"'.encode() not in text):
            found.setdefault(kind, set()).add(links.get(key, ""))
    return found


def digest_of(file: WordFile, part: str) -> str:
    """Give a part's digest as it is told, or nothing."""
    return f"sha256:{sha256(file.parts[part]).hexdigest()[:SHORT]}" if part in file.parts else ""

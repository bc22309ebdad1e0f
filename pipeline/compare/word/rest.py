"""What two Word files differ in besides their text: sections, properties, protection, style definitions, other parts."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import zip_longest

from lxml import etree

from pipeline.compare.align import align
from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.parts import part_changes, property_changes
from pipeline.compare.sight import veils
from pipeline.compare.word.package import WordFile
from pipeline.compare.word.paragraphs import look_change
from pipeline.text import W

COMPARED = re.compile(
    r"word/(document|styles|numbering|settings|footnotes|endnotes|comments|(header|footer)\d*)\.xml|docProps/(core|app)\.xml"
    r"|.*\.rels|\[Content_Types\]\.xml|word/(fontTable|webSettings|commentsExtended|commentsIds|people|stylesWithEffects)\.xml"
    r"|docProps/thumbnail\..*|.*/"
)
"""Parts that are compared by what they say, or that no reader sees."""


UNREAD = frozenset({"rsids", "zoom", "view", "proofState", "documentProtection", "attachedTemplate", "revisionView"})
"""Settings that only saving changes, or that are compared in another way."""
LESS = frozenset(
    {"compat", "themeFontLang", "clrSchemeMapping", "decimalSymbol", "listSeparator", "defaultTabStop", "shapeDefaults"}
    | {"hdrShapeDefaults", "mathPr", "embedTrueTypeFonts", "embedSystemFonts", "saveSubsetFonts", "activeWritingStyle"}
    | {"characterSpacingControl", "proofState", "stylePaneFormatFilter", "doNotTrackMoves", "docId", "chartTrackingRefBased"}
    | {"autoHyphenation", "hyphenationZone", "hideSpellingErrors", "hideGrammaticalErrors", "footnotePr", "endnotePr"}
)
"""Settings that change nothing that is said."""


Levels = tuple[str, ...]
"""How the levels of a list look."""


@dataclass(eq=False)
class Section:
    """A section for aligning: its page."""

    look: Mapping[str, str]
    ids: list[str] = field(default_factory=list)
    sort: str = "section"

    @property
    def raw(self) -> str:
        """All there is to it."""
        return self.key

    @property
    def key(self) -> str:
        """Its properties."""
        return "; ".join(f"{name} {said}".strip() for name, said in self.look.items())

    @property
    def words(self) -> Counter[str]:
        """Its properties, counted."""
        return Counter(self.look.items())  # type: ignore[arg-type]


def section_changes(old: WordFile, new: WordFile) -> Iterator[Change]:
    """Compare page size, margins, columns and the like, section by section."""
    before, after = ([_section(file, one) for one in file.sections] for file in (old, new))
    found = align(before, after)
    pairs = [*found.pairs]
    if len(before) == len(after):
        pairs = [(at, at) for at in range(len(after))]
    else:
        for at in found.removed:
            yield Change("section-removed", Severity.LOW, _section_place(at), before[at].key)
        for at in found.inserted:
            yield Change("section-inserted", Severity.LOW, _section_place(at), "", after[at].key)
    for i, j in pairs:
        was, now = before[i].look, after[j].look
        changed = [name for name in dict.fromkeys([*was, *now]) if was.get(name) != now.get(name)]
        if changed:
            old_said, new_said = (
                "; ".join(f"{name} {look.get(name, 'none')}".strip() for name in changed) for look in (was, now)
            )
            signs = (veils(old_said), veils(new_said))
            yield look_change("section-changed", _section_place(j), (old_said, new_said), signs)


def _section(file: WordFile, element: etree._Element) -> Section:
    look = {}
    for child in element.iterchildren(etree.Element):
        name = etree.QName(child).localname
        if name not in {"headerReference", "footerReference"}:
            look[name] = " ".join(f"{etree.QName(key).localname} {child.get(key)}" for key in sorted(child.attrib)) + file.look(
                child
            )
    return Section(look)


def _section_place(at: int) -> Location:
    return Location(f"section {at + 1}", block=at + 1)


def rest_changes(old: WordFile, new: WordFile, changes: Sequence[Change]) -> Iterator[Change]:
    """Compare what is no text: properties, protection, styles, and any other part, so that nothing is passed over."""
    yield from property_changes(old.parts, new.parts, new.name)
    yield from _named("protection-changed", "document", _protection(old), _protection(new), Severity.CONTENT)
    yield from _setting_changes(old, new)
    yield from _style_changes(old, new)
    if _has_both(old, new, "word/numbering.xml"):
        levels = [_level_looks(file) for file in (old, new)]
        follows = any(change.kind in {"renumbered", "numbering-changed"} for change in changes)
        if not follows or {*levels[0]} != {*levels[1]}:
            gone, come = (list(_only_in(levels[at], levels[1 - at])) for at in (0, 1))
            said = (
                ("; ".join(gone), "; ".join(come))
                if gone or come
                else tuple(_canonical(f, "word/numbering.xml") for f in (old, new))
            )
            yield from _named("numbering-definition-changed", "numbering", said[0], said[1], Severity.LOW)
    yield from part_changes(old.parts, new.parts, COMPARED, {"word/media/"})


def _has_both(old: WordFile, new: WordFile, part: str) -> bool:
    return part in old.parts and part in new.parts and old.parts[part] != new.parts[part]


def _named(kind: str, story: str, old: str, new: str, severity: Severity) -> Iterator[Change]:
    if old != new:
        yield Change(kind, severity, Location(story), old, new)


def _protection(file: WordFile) -> str:
    if "word/settings.xml" not in file.parts:
        return ""
    found = file.root("word/settings.xml").find(f"{W}documentProtection")
    return "" if found is None else f"edits allowed: {found.get(f'{W}edit') or 'none'}"


def _setting_changes(old: WordFile, new: WordFile) -> Iterator[Change]:
    """Compare the settings: each that matters by itself, those of looks and compatibility together."""
    if not any("word/settings.xml" in file.parts for file in (old, new)):
        return
    before, after = (_settings(file) for file in (old, new))
    changed = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    where = Location("settings")
    for name in (one for one in changed if one not in LESS):
        yield Change("setting-changed", Severity.CONTENT, replace(where, item=name), before.get(name, ""), after.get(name, ""))
    less = [name for name in changed if name in LESS]
    if less:
        was, now = ("; ".join(filter(None, map(one.get, less))) for one in (before, after))
        yield Change("setting-changed", Severity.LOW, where, was, now)


def _settings(file: WordFile) -> dict[str, str]:
    if "word/settings.xml" not in file.parts:
        return {}
    found: dict[str, str] = {}
    for one in file.root("word/settings.xml").iterchildren(etree.Element):
        name = etree.QName(one).localname
        if name not in UNREAD:
            said = " ".join(f"{etree.QName(key).localname} {one.get(key)}" for key in sorted(one.attrib))
            found[name] = " ".join(part for part in (found.get(name), name, said.removeprefix("val "), file.look(one)) if part)
    return found


def _style_changes(old: WordFile, new: WordFile) -> Iterator[Change]:
    if not _has_both(old, new, "word/styles.xml"):
        return
    before, after = (_style_looks(file) for file in (old, new))
    for name in sorted({*before, *after}):
        if before.get(name, "") != after.get(name, ""):
            where = Location("styles", item=name)
            said = before.get(name, ""), after.get(name, "")
            signs = (veils(said[0]), veils(said[1])) if all(said) else (frozenset[str](), frozenset[str]())
            yield look_change("style-definition-changed", where, said, signs)


def _style_looks(file: WordFile) -> dict[str, str]:
    found = {}
    for style in file.root("word/styles.xml").iterchildren(f"{W}style", f"{W}docDefaults"):
        name = file.styles.get(style.get(f"{W}styleId") or "", ("defaults", 0))[0]
        kinds = file.style_look(style)
        based = style.find(f"{W}basedOn")
        found[name] = "; ".join([*kinds, f"based on {based.get(f'{W}val')}" if based is not None else ""]).strip("; ")
    return found


def _only_in(lists: Iterable[Levels], others: Iterable[Levels]) -> Iterator[str]:
    """Give the levels by which lists differ from those that are most like them on the other side."""
    known = [*others]
    for one in dict.fromkeys(lists):
        if one not in known:
            near = max(known, key=lambda other: sum(map(str.__eq__, one, other)), default=())
            yield from (level for level, was in zip_longest(one, near[: len(one)]) if level != was)


def _level_looks(file: WordFile) -> list[Levels]:
    """Say how the levels of each list look."""
    root = file.root("word/numbering.xml")
    lists = [holder for tag in ("abstractNum", "num") for holder in root.iterchildren(f"{W}{tag}")]
    return [looks for one in lists if (looks := tuple(_level_look(file, level) for level in one.iter(f"{W}lvl")))]


def _level_look(file: WordFile, level: etree._Element) -> str:
    words, style = level.find(f"{W}rPr"), level.find(f"{W}pStyle")
    name = "" if style is None else f"for {file.styles.get(style.get(f'{W}val') or '', ('', 0))[0]}"
    return ", ".join(filter(None, (name, file.look(level), "" if words is None else file.look(words))))


def _canonical(file: WordFile, part: str) -> str:
    return f"sha256:{sha256(etree.tostring(file.root(part), method='c14n')).hexdigest()[:16]}"

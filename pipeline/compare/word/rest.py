"""What two Word files differ in besides their text: sections, properties, protection, style definitions, other parts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import zip_longest

from lxml import etree

from pipeline.compare.change import Change, Location, Severity, uncompared
from pipeline.compare.parts import property_changes, whole
from pipeline.compare.sight import veils
from pipeline.compare.word.entire import entire
from pipeline.compare.word.numbers import label_words
from pipeline.compare.word.package import WordFile
from pipeline.compare.word.paragraphs import look_change
from pipeline.compare.word.whole import digest_of, other_parts
from pipeline.text import W

PASSWORDS = frozenset({"hash", "hashValue", "salt", "saltValue"})
LISTS = "word/numbering.xml"
UNREAD = frozenset({"rsids", "zoom", "view", "proofState", "documentProtection", "attachedTemplate", "revisionView"})
"""Settings that only saving changes, or that are compared in another way."""
LOOKS = frozenset({"name", "basedOn", "pPr", "rPr", "tblPr", "trPr", "tcPr", "tblStylePr", "rsid", "rPrDefault", "pPrDefault"})
"""What of a style is compared as its look."""
NAMES = {"docDefaults": "defaults", "latentStyles": "latent styles"}
LESS = frozenset(
    {"compat", "themeFontLang", "clrSchemeMapping", "decimalSymbol", "listSeparator", "defaultTabStop", "shapeDefaults"}
    | {"hdrShapeDefaults", "mathPr", "embedTrueTypeFonts", "embedSystemFonts", "saveSubsetFonts", "activeWritingStyle"}
    | {"characterSpacingControl", "proofState", "stylePaneFormatFilter", "doNotTrackMoves", "docId", "chartTrackingRefBased"}
    | {"autoHyphenation", "hyphenationZone", "hideSpellingErrors", "hideGrammaticalErrors", "footnotePr", "endnotePr"}
)
"""Settings that change nothing that is said."""


_PATTERN = re.compile(r"\blvlText ([^,;]*)")
Levels = tuple[str, ...]
"""How the levels of a list look."""


def rest_changes(old: WordFile, new: WordFile, changes: Sequence[Change]) -> Iterator[Change]:
    """Compare what is no text: properties, protection, styles, and any other part, so that nothing is passed over."""
    yield from property_changes(old.parts, new.parts, new.name)
    yield from _named("protection-changed", "document", _protection(old), _protection(new), Severity.CONTENT)
    yield from _setting_changes(old, new)
    yield from _style_changes(old, new)
    yield from _lost(old, new, LISTS)
    if _has_both(old, new, LISTS):
        follows = any(change.kind in {"renumbered", "numbering-changed"} for change in changes)
        yield from _list_changes(old, new, follows=follows)
    yield from other_parts(old, new, changes)


def _list_changes(old: WordFile, new: WordFile, *, follows: bool) -> Iterator[Change]:
    """Compare the lists: how their levels look, where they start anew, and whether anything else about them differs."""
    levels = [_level_looks(file) for file in (old, new)]
    gone, come = (list(_only_in(levels[at], levels[1 - at])) for at in (0, 1))
    starts = [_starts(file) for file in (old, new)]
    if gone or come:
        yield _list_change("; ".join(gone), "; ".join(come))
    if starts[0] != starts[1]:
        yield Change("numbering-definition-changed", Severity.CONTENT, Location("numbering"), starts[0], starts[1])
    elif not gone and not come and _canonical(old, LISTS) != _canonical(new, LISTS):
        if follows:
            yield uncompared(Location("numbering"), LISTS, Severity.LOW)
        else:
            said = _canonical(old, LISTS), _canonical(new, LISTS)
            yield Change("numbering-definition-changed", Severity.LOW, Location("numbering"), said[0], said[1])


def _starts(file: WordFile) -> str:
    """Say which lists start their numbers otherwise than they are defined."""
    found = []
    for one in file.root(LISTS).iter(f"{W}lvlOverride"):
        start, holder = one.find(f"{W}startOverride"), one.getparent()
        if start is not None and holder is not None:
            name, level = holder.get(f"{W}numId"), whole(one.get(f"{W}ilvl"), 0) + 1
            found.append(f"list {name}, level {level}, starts at {start.get(f'{W}val')}")
    return "; ".join(found)


def _list_change(old: str, new: str) -> Change:
    """Report another look of a list: high where its numbers hold other words, or are hidden or shown."""
    signs = tuple(
        frozenset(one for one in veils(text.replace("(", ", ").replace(")", "")) if not one.startswith("font"))
        for text in (old, new)
    )
    words = tuple(label_words(" ".join(_PATTERN.findall(text))) for text in (old, new))
    change = look_change("numbering-definition-changed", Location("numbering"), (old, new), (signs[0], signs[1]))
    reads = (
        change
        if ("isLgl" in old) == ("isLgl" in new) or change.severity is Severity.HIGH
        else replace(change, severity=Severity.CONTENT)
    )
    return reads if words[0] == words[1] else replace(change, severity=Severity.HIGH)


def _has_both(old: WordFile, new: WordFile, part: str) -> bool:
    return part in old.parts and part in new.parts and old.parts[part] != new.parts[part]


def _named(kind: str, story: str, old: str, new: str, severity: Severity) -> Iterator[Change]:
    if old != new:
        yield Change(kind, severity, Location(story), old, new)


def _protection(file: WordFile) -> str:
    if "word/settings.xml" not in file.parts:
        return ""
    found = file.root("word/settings.xml").find(f"{W}documentProtection")
    if found is None:
        return ""
    is_on = found.get(f"{W}enforcement") in {"1", "true", "on"}
    marks = [str(value) for key, value in found.attrib.items() if etree.QName(key).localname in PASSWORDS]
    password = f", with the password {sha256(' '.join(marks).encode()).hexdigest()[:8]}" if marks else ""
    formats = ", and no formats" if found.get(f"{W}formatting") in {"1", "true", "on"} else ""
    return f"edits allowed: {found.get(f'{W}edit') or 'none'}{formats}{'' if is_on else ', not in force'}{password}"


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


def _lost(old: WordFile, new: WordFile, part: str) -> Iterator[Change]:
    """Report that a file has no styles or lists at all any more, or has some where it had none."""
    if (part in old.parts) != (part in new.parts):
        yield Change("part-changed", Severity.HIGH, Location("parts", item=part), digest_of(old, part), digest_of(new, part))


def _style_changes(old: WordFile, new: WordFile) -> Iterator[Change]:
    yield from _lost(old, new, "word/styles.xml")
    if not _has_both(old, new, "word/styles.xml"):
        return
    before, after = (_style_looks(file) for file in (old, new))
    for name in sorted({*before, *after}):
        if before.get(name, "") != after.get(name, ""):
            where = Location("styles", item=name)
            said = before.get(name, ""), after.get(name, "")
            signs = (veils(said[0]), veils(said[1])) if all(said) else (frozenset[str](), frozenset[str]())
            yield look_change("style-definition-changed", where, said, signs)
    yield from _style_numbers(old, new)
    before, after = (_style_rests(file) for file in (old, new))
    for name in sorted({*before} & {*after}):
        if before[name] != after[name]:
            where = Location("styles", item=name)
            yield replace(uncompared(where, "word/styles.xml", Severity.LOW), old=before[name], new=after[name])


def _named_styles(file: WordFile) -> Iterator[tuple[str, etree._Element]]:
    """Give the styles by name; where two have one name, by their ids too."""
    seen: set[str] = set()
    for style in file.root("word/styles.xml").iterchildren(etree.Element):
        key = style.get(f"{W}styleId") or ""
        name = (
            file.styles.get(key, (key, 0))[0] if style.tag == f"{W}style" else NAMES.get(etree.QName(style).localname, "others")
        )
        yield name if name not in seen else f"{name} ({key})", style
        seen.add(name)


def _style_looks(file: WordFile) -> dict[str, str]:
    found = {}
    for name, style in _named_styles(file):
        kinds = file.style_look(style)
        based = style.find(f"{W}basedOn")
        base = "" if based is None else f"based on {based.get(f'{W}val')}"
        default = "default" if style.get(f"{W}default") in {"1", "true", "on"} else ""
        found[name] = "; ".join(filter(None, (*kinds, base, default)))
    return found


def _style_numbers(old: WordFile, new: WordFile) -> Iterator[Change]:
    """Report the styles that number their paragraphs and no longer do, or do otherwise."""
    before, after = ({name: _style_list(file, style) for name, style in _named_styles(file)} for file in (old, new))
    for name in sorted({*before} & {*after}):
        was, now = before[name], after[name]
        if was != now:
            severity = Severity.LOW if was and now else Severity.HIGH
            place = Location("styles", item=name)
            yield Change("style-definition-changed", severity, place, was or "not numbered", now or "not numbered")


def _style_list(file: WordFile, style: etree._Element) -> str:
    number = style.find(f"{W}pPr/{W}numPr")
    return "" if number is None else file.level_words(style.get(f"{W}styleId") or "") or f"list {' '.join(_said(number))}"


def _said(element: etree._Element) -> list[str]:
    return [f"{etree.QName(one).localname} {one.get(f'{W}val')}" for one in element.iterchildren(etree.Element)]


def _style_rests(file: WordFile) -> dict[str, str]:
    """Say of each style what only programs read, and not how it looks."""
    found = {}
    for name, style in _named_styles(file):
        rest = (entire(one, str) for one in style.iterchildren(etree.Element) if etree.QName(one).localname not in LOOKS)
        found[name] = "; ".join(sorted(rest))
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

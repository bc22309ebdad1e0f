"""What came of checking a pack, in words: a verdict in; a line for each file that is not as it was written out.

A part of a document has the name that a reader knows it by: a sheet's own, the footnotes. Standard library only.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path
from posixpath import normpath
from zipfile import ZipFile

from pipeline.intact import UNREADABLE, Problem, Verdict
from pipeline.manifest import ISSUED, state_words

FEW = 3
_NAMES = (
    (re.compile(r"word/document\.xml"), "text"),
    (re.compile(r"word/(header|footer)\d*\.xml"), ""),
    (re.compile(r"word/(footnotes|endnotes|comments|settings|numbering)\.xml"), ""),
    (re.compile(r"(?:word|xl)/styles\.xml"), "styles"),
    (re.compile(r"(?:word|xl)/theme/.*\.xml"), "colours and fonts"),
    (re.compile(r"word/fontTable\.xml"), "list of fonts"),
    (re.compile(r"xl/workbook\.xml"), "list of sheets and names"),
    (re.compile(r"xl/sharedStrings\.xml"), "texts of the cells"),
    (re.compile(r"xl/calcChain\.xml"), "order of calculation"),
    (re.compile(r"(?:word|xl)/media/.*"), "picture"),
    (re.compile(r"(?:word|xl)/(chart|drawing|table|comment)s?/.*\.xml"), ""),
    (re.compile(r"xl/(comment|threadedComment)s?\d*\.xml"), ""),
    (re.compile(r"docProps/.*"), "properties"),
    (re.compile(r"\[Content_Types\]\.xml|.*\.rels"), "list of parts"),
)
"""What a part is to a reader; where no word stands, the one in its name is it."""
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_LINK = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """Say what came of checking a pack."""
    if verdict.problems:
        yield f"{verdict.folder}: {_counted(verdict)} not as written:"
    elif verdict.manifest is not None:
        is_issued = verdict.manifest["state"] == ISSUED
        said = f"issued as version {verdict.manifest['version']}" if is_issued else state_words(verdict.manifest["state"])
        yield f"{verdict.folder}: {verdict.files} documents and the manifest are as they were written; {said}."
    yield from (f"  {line}." for line in file_lines(verdict))
    yield from (f"  note: {note}" for note in verdict.notes)


def _counted(verdict: Verdict) -> str:
    """Count the documents, and the other files, that are not as written: 2 documents and 1 other file are."""
    listed = {str(one["path"]) for one in (verdict.manifest or {}).get("documents", ())}
    found = {one.path for one in verdict.problems}
    documents, others = len(found & listed), len(found - listed)
    said = [f"{documents} document{'s' * (documents > 1)}"] if documents else []
    said += [f"{others} {'other ' * bool(documents)}file{'s' * (others > 1)}"] if others else []
    return f"{' and '.join(said)} {'is' if len(found) == 1 else 'are'}"


def file_lines(verdict: Verdict, most: int | None = None) -> Iterator[str]:
    """Give a line for each file with what is wrong in it; of many parts in the same state `most` are named."""
    files: dict[str, dict[str, list[Problem]]] = {}
    for one in verdict.problems:
        files.setdefault(one.path, {}).setdefault(one.what, []).append(one)
    for path, found in files.items():
        sheets = _sheets(verdict.folder / path) if path.endswith(".xlsx") else {}
        said = [_said(what, _names([one.part for one in several if one.part], sheets), most) for what, several in found.items()]
        yield f"{path}: {'; '.join(said)}"


def _said(what: str, parts: Sequence[str], most: int | None) -> str:
    if not parts:
        return what
    first = what.partition(":")[0]
    left = len(parts) - len(parts[:most])
    return f"{_OF_PARTS.get(first, first)}: {', '.join(parts[:most])}{f' and {left} more' if left else ''}"


_OF_PARTS = {
    "is additional": "has besides what was built",
    "is missing": "lacks",
    "stands there more than once": "has more than once",
    "is damaged and cannot be read": "is damaged and cannot be read in",
    "holds what was built, but its header is damaged": "holds what was built, but is damaged just before",
}
"""What is said of a document where parts of it are what is wrong."""


def _names(parts: Sequence[str], sheets: Mapping[str, str]) -> list[str]:
    """Name parts, the sheets first; those of the same name are counted."""
    counted = Counter(sheets.get(part) or _name(part) for part in sorted(parts, key=lambda one: one not in sheets))
    return [name if count == 1 else f"{name} ({count})" for name, count in counted.items()]


def _name(part: str) -> str:
    for pattern, name in _NAMES:
        if found := pattern.fullmatch(part):
            return name or found[1]
    return f"part {part}"


def _sheets(path: Path) -> dict[str, str]:
    """Give the sheets of a workbook by their parts; nothing when it cannot be read as one."""
    try:
        with ZipFile(path) as package:
            book = package.read("xl/workbook.xml").decode()
            links = package.read("xl/_rels/workbook.xml.rels").decode()
    except (*UNREADABLE, KeyError):
        return {}
    targets = {one.get("Id", ""): one.get("Target", "") for one in map(_attributes, _LINK.findall(links))}
    names = {targets.get(one.get("r:id", "")): f"sheet {one.get('name', '')}" for one in map(_attributes, _SHEET.findall(book))}
    return {_place(target): name for target, name in names.items() if target}


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}


def _place(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")

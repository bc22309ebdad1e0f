"""The list of changes that goes to bidders with an addendum: two issued versions of one pack in; Word and Markdown out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.compare.addendum_markdown import addendum_markdown
from pipeline.compare.bidders import ISSUE, WHOLE_FILE, for_readers, what_happened
from pipeline.compare.change import Change, FileDiff, Location, Mark, PackDiff, Severity, Status
from pipeline.compare.clauses import cited, clause_titles, is_clause
from pipeline.compare.command import Compared, compare_paths
from pipeline.compare.passage import NUMBERS, Passage, kept, passage
from pipeline.compare.version import KIND as VERSION
from pipeline.exceptions import DocumentError, OutputError, RefusedError
from pipeline.files import read_file, write_file
from pipeline.finish import Properties, finish_word
from pipeline.folder import PackFolder, look
from pipeline.intact import check_pack
from pipeline.manifest import FILE_NAME, FINAL, ONE_PACK, state_words
from pipeline.pack import Edition
from pipeline.render.word import render_word
from pipeline.request import TEMPLATES
from pipeline.verdict import FEW, file_lines
from pipeline.verify.word import verify_word
from pipeline.wording import listing

TEMPLATE = "addendum.docx"
TITLE = "Changes to the tender documents"
NOTHING = "–"
OF_THE_FILE = frozenset({"file-changed", "part-changed"})
"""Kinds whose place is a name within the file, which no reader of it knows."""
_NOTHING = kept(NOTHING)
UNCOMPARED = (WHOLE_FILE.capitalize(), Status.UNCOMPARED.words.capitalize(), _NOTHING, _NOTHING)


@dataclass(frozen=True)
class Addendum:
    """What bidders are told of two issued versions; `facts` are what the template is given."""

    diff: PackDiff
    facts: Mapping[str, Any]
    prepared_on: date


def make_addendum(old: Path, new: Path) -> Addendum:
    """Compare what bidders have of two issued versions of one pack; OutputError when these are no such versions."""
    before, after = _issued(old), _issued(new)
    _check_order(before, after)
    found = compare_paths(old, new, ISSUE)
    unread = [note for file in found.diff.files if file.status is Status.ERROR for note in file.notes]
    if unread:
        raise DocumentError("\n".join(unread))
    facts = _facts(found, before, after)
    return Addendum(found.diff, facts, facts["new"]["prepared_on"])


def _issued(folder: Path) -> PackFolder:
    """Give a pack that was issued and whose documents for bidders are as they were then."""
    verdict = check_pack(folder)
    found = look(folder) if verdict.manifest is not None else PackFolder(folder)
    if verdict.manifest is not None and not found.is_issued:
        first = "Issue it" if found.state == FINAL else "Build it with --final, then issue it"
        raise OutputError(
            f"{folder}: is {state_words(found.state)}. An addendum goes from one issued version to another. {first}: "
            f"`packs issue {folder}`."
        )
    wrong = tuple(one for one in verdict.problems if one.path == FILE_NAME or one.path.startswith(f"{ISSUE}/"))
    if wrong:
        lines = [f"  {line}." for line in file_lines(replace(verdict, problems=wrong), FEW)]
        raise OutputError("\n".join((f"{folder}: is not as it was issued. Put the issued copies back.", *lines)))
    return found


def _check_order(before: PackFolder, after: PackFolder) -> None:
    old, new = before.manifest or {}, after.manifest or {}
    if any(old[name] != new[name] for name in ONE_PACK):
        names = [", ".join(str(one[name]) for name in ONE_PACK) for one in (old, new)]
        raise OutputError(
            f"{names[0]} and {names[1]}: are two packs, not two versions of one. Name two versions of the same pack."
        )
    if int(old["number"]) >= int(new["number"]):
        raise OutputError(
            f"{before.folder} (number {old['number']}) does not come before {after.folder} (number {new['number']}). "
            "Name the earlier version first."
        )


def _facts(found: Compared, before: PackFolder, after: PackFolder) -> dict[str, Any]:
    """Give the template its facts, all of them from what bidders have."""
    manifest = after.manifest or {}
    shown = {name: value for path in after.documents if path.startswith(ISSUE) for name, value in _shown(after, path)}
    notices = [str(shown.get(f"pack.{name}", "")) for name in ("notice", "header_notice")]
    documents = list(_documents(found, {**after.documents, **before.documents, **after.documents}))
    return {
        "authority": {"name": manifest["authority"], "area": str(manifest.get("profile", {}).get("area", ""))},
        "model": {"name": str(shown.get("model.name", manifest["model"]))},
        "pack": {
            "notice": notices[1] if notices[0].startswith("sha256:") else notices[0],
            "header_notice": notices[1],
            "changes_count": sum(len(one["changes"]) for one in documents),
        },
        "old": _version(before),
        "new": _version(after),
        "documents": documents,
    }


def _shown(found: PackFolder, path: str) -> Iterator[tuple[str, Any]]:
    yield from found.documents[path].get("facts", {}).items()


def _version(found: PackFolder) -> dict[str, Any]:
    manifest = found.manifest or {}
    return {"version": str(manifest["version"]), "prepared_on": date.fromisoformat(str(manifest["prepared_on"]))}


def _documents(found: Compared, entries: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give what is told of each document, in the order of the pack; the changes are numbered through."""
    files = {file.path: file for file in found.diff.files}
    number = 1
    for path, entry in entries.items():
        if path in files:
            document = _document(files[path], str(entry["title"]), _titles(found, files[path]), number)
            number += len(document["changes"])
            yield document


def _titles(found: Compared, file: FileDiff) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Give the titles of the old and the new document's clauses, where a change stands in one."""
    if not any(is_clause(change.location.clause) for change in file.changes):
        return {}, {}
    old, new = (clause_titles(files[file.path], file.path) if file.path in files else {} for files in found.files)
    return old, new


def _document(
    file: FileDiff, title: str, titles: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {}), first: int = 1
) -> dict[str, Any]:
    told = [change for change in file.changes if change.kind != VERSION]
    listed = [change for change in told if change.severity is not Severity.LOW or change.kind == NUMBERS]
    layout = len(told) - len(listed)
    is_compared = file.status is not Status.UNCOMPARED
    return {
        "title": title,
        "file": file.path.partition("/")[2],
        "is_added": file.status is Status.ADDED,
        "is_removed": file.status is Status.REMOVED,
        "is_same": file.status is Status.IDENTICAL,
        "is_version_only": not listed and len(told) < len(file.changes),
        "changes": list(_rows(listed, titles, first)) if is_compared else [_row(first, *UNCOMPARED)],
        "has_layout": layout > 0,
        "layout_count": layout,
    }


def _rows(
    changes: Sequence[Change], titles: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {}), first: int = 1
) -> Iterator[dict[str, Any]]:
    """Give a row for each change; one that is the same in several places, such as in each sheet's footer, has a row for all."""
    places: dict[tuple[str, Passage, Passage], list[Location]] = {}
    also: dict[tuple[str, Passage, Passage], list[str]] = {}
    for change in map(for_readers, changes):
        was, now = (passage(change, mark) for mark in (Mark.REMOVED, Mark.INSERTED))
        if change.moved_from is not None:
            was = kept(f"At {cited(change.moved_from, titles[0]).words() or 'another place'}")
        where = Location(WHOLE_FILE) if change.kind in OF_THE_FILE else change.location
        key = _what(change), was or _NOTHING, now or _NOTHING
        places.setdefault(key, []).append(cited(where, titles[0] if change.old and not change.new else titles[1]))
        also.setdefault(key, []).extend(change.also)
    for number, ((what, was, now), found) in enumerate(places.items(), first):
        yield _row(number, "; ".join((_place(found), *also[what, was, now])), what, was, now)


def _row(number: int, place: str, what: str, was: Passage, now: Passage) -> dict[str, Any]:
    return {
        "number": number,
        "place": place,
        "what": what,
        "was": "".join(one.text for one in was),
        "now": "".join(one.text for one in now),
        "was_pieces": _marked(was),
        "now_pieces": _marked(now),
    }


def _marked(passage: Passage) -> list[dict[str, Any]]:
    return [{"text": one.text, "is_changed": one.mark is not Mark.SAME} for one in passage]


def _what(change: Change) -> str:
    """Say what happened; a paragraph with a number is a clause."""
    words = what_happened(change.kind)
    return (
        f"Clause{words.removeprefix('Paragraph')}"
        if words.startswith("Paragraph ") and is_clause(change.location.clause)
        else words
    )


def _place(found: Sequence[Location]) -> str:
    """Say where: of several places what they share is said once."""
    if len(found) == 1:
        place = found[0].words()
    else:
        ends = {_end(one) for one in found}
        sheets = list(dict.fromkeys(one.story for one in found))
        is_alike = len(ends) == 1 and len(sheets) == len(found) and "" not in ends
        place = f"{ends.pop()} of {listing(sheets)}" if is_alike else "; ".join(_grouped(found))
    return f"{place[:1].upper()}{place[1:]}"


def _grouped(found: Sequence[Location]) -> Iterator[str]:
    heads: dict[str, list[Location]] = {}
    for one in found:
        heads.setdefault(one.story if one.cell else replace(one, row="", column="").words(), []).append(one)
    for head, places in heads.items():
        cells = list(dict.fromkeys(one.cell for one in places if one.cell))
        rows = dict.fromkeys(one.words().removeprefix(head).removeprefix(", ") for one in places if not one.cell)
        there = [*([listing(cells)] if cells else []), *(one for one in rows if one)]
        yield f"{head}, {'; '.join(there)}" if there else head


def _end(one: Location) -> str:
    """Give what of a place is the same on other sheets: the cell, or the margin."""
    return one.cell or replace(one, story="").words()


def write_addendum(found: Addendum, path: Path) -> str:
    """Write the list as Word (.docx) or Markdown (.md), by the name of the file, and say so; OutputError when it cannot be."""
    content = _word(found) if path.suffix.lower() == ".docx" else addendum_markdown(found.facts, TITLE).encode()
    write_file(path, content)
    count = found.facts["pack"]["changes_count"]
    return f"{path}: written: {count} change{'' if count == 1 else 's'} for bidders, of the issue edition alone."


def _word(found: Addendum) -> bytes:
    """Render the Word document from its template, as every other, and read it back as one for bidders."""
    title = f"{TITLE}: {found.facts['authority']['area']}"
    version = str(found.facts["new"]["version"])
    properties = Properties(title, found.facts["model"]["name"], "", found.prepared_on, version)
    rendered = render_word(read_file(TEMPLATES / TEMPLATE), TEMPLATE, found.facts)
    content = finish_word(rendered, TEMPLATE, Edition.ISSUE, properties).content
    texts = [text for change in found.diff.changes for text in (change.old, change.new)]
    faults = verify_word(content, TEMPLATE, Edition.ISSUE, texts)
    if faults:
        raise RefusedError(f"{TEMPLATE}: refused.", [f"  {one.place}: {one.message}" for one in faults])
    return content

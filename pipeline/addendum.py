"""The list of changes that goes to bidders with an addendum: two issued versions of one pack in; Word and Markdown out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.compare.bidders import ISSUE, WHOLE_FILE, for_readers, what_happened
from pipeline.compare.change import Change, FileDiff, Location, Mark, PackDiff, Severity, Status
from pipeline.compare.command import compare_paths
from pipeline.compare.margins import in_words
from pipeline.compare.markdown import plain
from pipeline.exceptions import DocumentError, OutputError, RefusedError
from pipeline.files import read_file, write_file
from pipeline.finish import Properties, finish_word
from pipeline.folder import PackFolder, look
from pipeline.intact import check_pack
from pipeline.manifest import FILE_NAME, ONE_PACK
from pipeline.pack import Edition
from pipeline.render.word import render_word
from pipeline.request import TEMPLATES
from pipeline.verify.word import verify_word
from pipeline.wording import listing, long_date

TEMPLATE = "addendum.docx"
TITLE = "Changes to the tender documents"
AROUND, WHOLE = 60, 300
NOTHING = "–"
NUMBERS = "renumbered"
OF_THE_FILE = frozenset({"file-changed", "part-changed"})
"""Kinds whose place is a name within the file, which no reader of it knows."""
UNCOMPARED = {
    "number": 1,
    "place": WHOLE_FILE.capitalize(),
    "what": Status.UNCOMPARED.words.capitalize(),
    "was": NOTHING,
    "now": NOTHING,
}


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
    diff = compare_paths(old, new, ISSUE).diff
    unread = [note for file in diff.files if file.status is Status.ERROR for note in file.notes]
    if unread:
        raise DocumentError("\n".join(unread))
    facts = _facts(diff, before, after)
    return Addendum(diff, facts, facts["new"]["prepared_on"])


def _issued(folder: Path) -> PackFolder:
    """Give a pack that was issued and whose documents for bidders are as they were then."""
    verdict = check_pack(folder)
    found = look(folder) if verdict.manifest is not None else PackFolder(folder)
    if verdict.manifest is not None and not found.is_issued:
        raise OutputError(
            f"{folder}: is a {found.state}. An addendum goes from one issued version to another: build it with --final, then "
            f"`packs issue {folder}`."
        )
    wrong = [one for one in verdict.problems if one.path == FILE_NAME or one.path.startswith(f"{ISSUE}/")]
    if wrong:
        lines = [f"  {problem}." for problem in wrong]
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


def _facts(diff: PackDiff, before: PackFolder, after: PackFolder) -> dict[str, Any]:
    """Give the template its facts, all of them from what bidders have."""
    manifest = after.manifest or {}
    entries = {**before.documents, **after.documents}
    shown = {name: value for path in after.documents if path.startswith(ISSUE) for name, value in _shown(after, path)}
    notices = [str(shown.get(f"pack.{name}", "")) for name in ("notice", "header_notice")]
    documents = [_document(file, str(entries[file.path]["title"])) for file in diff.files if file.path in entries]
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


def _document(file: FileDiff, title: str) -> dict[str, Any]:
    listed = [change for change in file.changes if change.severity is not Severity.LOW or change.kind == NUMBERS]
    layout = len(file.changes) - len(listed)
    return {
        "title": title,
        "file": file.path.partition("/")[2],
        "is_added": file.status is Status.ADDED,
        "is_removed": file.status is Status.REMOVED,
        "is_same": file.status is Status.IDENTICAL,
        "changes": list(_rows(listed)) if file.status is not Status.UNCOMPARED else [UNCOMPARED],
        "has_layout": layout > 0,
        "layout_count": layout,
    }


def _rows(changes: Sequence[Change]) -> Iterator[dict[str, Any]]:
    """Give a row for each change; one that is the same in several places, such as in each sheet's footer, has a row for all."""
    places: dict[tuple[str, str, str], list[Location]] = {}
    also: dict[tuple[str, str, str], list[str]] = {}
    for change in map(for_readers, changes):
        was, now = (_passage(change, mark) for mark in (Mark.REMOVED, Mark.INSERTED))
        if change.moved_from is not None:
            was = f"At {change.moved_from.words() or 'another place'}"
        what = what_happened(change.kind)
        where = Location(WHOLE_FILE) if change.kind in OF_THE_FILE else change.location
        places.setdefault((what, was or NOTHING, now or NOTHING), []).append(where)
        also.setdefault((what, was or NOTHING, now or NOTHING), []).extend(change.also)
    for number, ((what, was, now), found) in enumerate(places.items(), 1):
        yield {"number": number, "place": "; ".join((_place(found), *also[what, was, now])), "what": what, "was": was, "now": now}


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


def _passage(change: Change, side: Mark) -> str:
    """Give the old or the new text: all of it, or where it is long what changed with a few words around."""
    change = in_words(change)
    whole = change.old if side is Mark.REMOVED else change.new
    pieces = [one for one in change.segments if one.mark in {Mark.SAME, side}]
    if len(whole) <= WHOLE or not pieces:
        return whole
    last = len(pieces) - 1
    return "".join(
        one.text if one.mark is side else _cut(one.text, is_first=at == 0, is_last=at == last) for at, one in enumerate(pieces)
    )


def _cut(text: str, *, is_first: bool, is_last: bool) -> str:
    """Leave out the middle of what stayed, at a space."""
    if len(text) <= 2 * AROUND:
        return text
    start = "" if is_first else f"{text[:AROUND].rpartition(' ')[0]} "
    end = "" if is_last else f" {text[-AROUND:].partition(' ')[2]}"
    return f"{start}…{end}"


def write_addendum(found: Addendum, path: Path) -> None:
    """Write the list as Word (.docx) or Markdown (.md), by the name of the file; OutputError when it cannot be written."""
    content = _word(found) if path.suffix.lower() == ".docx" else _markdown(found).encode()
    write_file(path, content)


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


def _markdown(found: Addendum) -> str:
    facts, old, new = found.facts, found.facts["old"], found.facts["new"]
    was, now = (f"Version {one['version']}, prepared on {long_date(one['prepared_on'])}" for one in (old, new))
    lines = [
        f"# {TITLE}",
        "",
        *([plain(facts["pack"]["notice"]), ""] if facts["pack"]["notice"] else []),
        plain(f"{facts['authority']['name']}. {facts['authority']['area']}: {facts['model']['name']}."),
        plain(f"{now}, takes the place of {was[0].lower()}{was[1:]}."),
    ]
    for one in facts["documents"]:
        lines += ["", f"## {plain(one['title'])} ({plain(one['file'])})", "", *_document_lines(one, new["version"])]
    return "\n".join(lines) + "\n"


def _document_lines(document: Mapping[str, Any], version: str) -> Iterator[str]:
    if document["is_added"]:
        yield plain(f"New in version {version}.")
    elif document["is_removed"]:
        yield "No longer part of the tender documents."
    elif document["is_same"]:
        yield "Nothing has changed."
    if document["changes"]:
        yield "| No. | Place | Change | Was | Is now |"
        yield "|---|---|---|---|---|"
    for row in document["changes"]:
        yield f"| {' | '.join(plain(str(row[name])) for name in ('number', 'place', 'what', 'was', 'now'))} |"
    if document["has_layout"]:
        yield from (*([""] if document["changes"] else []), f"Changes of layout alone, not listed: {document['layout_count']}.")

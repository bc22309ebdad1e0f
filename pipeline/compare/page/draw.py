"""A change list and the files of both packs → the HTML page, by the template beside this module; no clock, no path."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from pipeline.compare.change import Change, FileDiff, PackDiff, Severity, Status, severities
from pipeline.compare.page import sides
from pipeline.compare.page.causes import Causes, cause_words
from pipeline.compare.page.editions import EDITIONS, edition_of, twins
from pipeline.compare.page.first import leads, lost_files, other_findings, outcome
from pipeline.compare.page.notes import Placed, note_of
from pipeline.compare.page.shape import FileView
from pipeline.compare.page.sheets import sheet_stories
from pipeline.compare.page.word import word_stories
from pipeline.compare.shown import pack_words
from pipeline.compare.version import NOTE as VERSION_NOTE
from pipeline.exceptions import DocumentError
from pipeline.text import document_text

Files = Mapping[str, bytes]
STORIES = {".docx": word_stories, ".xlsx": sheet_stories}
POLICY = "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
SEEN = frozenset({"paragraph", "passage", "table", "row", "column", "cell", "value", "computed", "sheet"})
UNSEEN = frozenset({"table-changed", "sheet-moved", "sheet-renamed"})
"""What a change is of that the page shows in its place, so that its note need not say it again; kinds that it does not show."""


def page(diff: PackDiff, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> str:
    """Draw the page: one file that needs no other; the same two packs give the same page."""
    causes, again = Causes(diff), twins(diff)
    views = [_view(number, file, (causes, again), (old, new)) for number, file in enumerate(diff.files, start=1)]
    style, script = _asset("page.css"), _asset("page.js")
    shown = {
        "diff": diff,
        "views": views,
        "causes": causes,
        "names": (pack_words(diff.old), pack_words(diff.new)),
        "lines": sides.lines(diff),
        "alike": sides.alike(diff),
        "facts": sides.facts(diff),
        "lost": lost_files(views, diff.findings),
        "findings": other_findings(views, diff.findings),
        "leads": leads(views),
        "outcome": outcome(diff),
        "repeated": len(again) // 2,
        "editions": {key: words for key, words in EDITIONS.items() if any(view.edition == key for view in views)},
        "counts": severities(diff.changes),
        "kinds": sorted(Counter(change.kind for change in diff.changes).items()),
        "severities": [severity.value for severity in Severity],
        "version_note": VERSION_NOTE,
        "style": style,
        "script": script,
        "policy": POLICY.format(style=_hash(style), script=_hash(script)),
    }
    return _environment().get_template("page.html").render(shown)


def _view(number: int, file: FileDiff, known: tuple[Causes, Mapping[int, Change]], packs: tuple[Files, Files]) -> FileView:
    """Lay out one file."""
    (causes, again), (old, new) = known, packs
    edition = edition_of(file.path)
    if file.status in {Status.ADDED, Status.REMOVED}:
        content = new[file.path] if file.status is Status.ADDED else old[file.path]
        return FileView(number, file, lines=tuple(_lines(content, file.path)), edition=edition)
    placed = Placed(note_of(change, causes, again.get(change.number)) for change in file.changes)
    engine = next((engine for ending, engine in STORIES.items() if file.path.lower().endswith(ending)), None)
    stories = tuple(engine(old[file.path], new[file.path], file.path, placed)) if engine and file.changes else ()
    return FileView(number, file, stories, placed.rest(), edition=edition)


def _lines(content: bytes, path: str) -> Iterator[str]:
    try:
        yield from document_text(content, path)
    except DocumentError:
        return


def _is_seen(kind: str) -> bool:
    return kind.rpartition("-")[0] in SEEN and kind not in UNSEEN


def _environment() -> Environment:
    loader = FunctionLoader(_asset)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals.update(is_seen=_is_seen, cause_words=cause_words)
    return made


def _asset(name: str) -> str:
    return files("pipeline.compare.page").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Name a text in a policy of what the page may run: by its digest."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

"""A change list and the files of both packs → the HTML page, by the template beside this module; no clock, no path."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from pipeline.compare.change import FileDiff, PackDiff, Severity, Status, severities
from pipeline.compare.page.notes import Causes, Placed, note_of
from pipeline.compare.page.shape import FileView
from pipeline.compare.page.sheets import sheet_stories
from pipeline.compare.page.word import word_stories
from pipeline.compare.shown import pack_words
from pipeline.exceptions import DocumentError
from pipeline.text import document_text

STORIES = {".docx": word_stories, ".xlsx": sheet_stories}
FACTS: Mapping[str, str] = {
    "name": "Document",
    "locality": "Locality",
    "authority": "Contracting authority",
    "model": "Commissioning model",
    "state": "State",
    "version": "Version",
    "number": "Number",
    "prepared_on": "Prepared on",
    "digest": "Digest (SHA-256)",
}
POLICY = "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
SEEN = frozenset({"paragraph", "passage", "table", "row", "column", "cell", "value", "computed", "sheet"})
UNSEEN = frozenset({"table-changed", "sheet-moved", "sheet-renamed"})
"""What a change is of that the page shows in its place, so that its note need not say it again; kinds that it does not show."""


def page(diff: PackDiff, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> str:
    """Draw the page: one file that needs no other; the same two packs give the same page."""
    causes = Causes(diff)
    views = [_view(number, file, causes, old, new) for number, file in enumerate(diff.files, start=1)]
    style, script = _asset("page.css"), _asset("page.js")
    shown = {
        "diff": diff,
        "views": views,
        "causes": causes,
        "names": (pack_words(diff.old), pack_words(diff.new)),
        "facts": [(words, diff.old.get(key, ""), diff.new.get(key, "")) for key, words in FACTS.items()],
        "counts": severities(diff.changes),
        "kinds": sorted(Counter(change.kind for change in diff.changes).items()),
        "severities": [severity.value for severity in Severity],
        "is_seen": _is_seen,
        "style": style,
        "script": script,
        "policy": POLICY.format(style=_hash(style), script=_hash(script)),
    }
    return _environment().get_template("page.html").render(shown)


def _view(number: int, file: FileDiff, causes: Causes, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> FileView:
    """Lay out one file."""
    if file.status in {Status.ADDED, Status.REMOVED}:
        content = new[file.path] if file.status is Status.ADDED else old[file.path]
        return FileView(number, file, lines=tuple(_lines(content, file.path)))
    placed = Placed(note_of(change, causes) for change in file.changes)
    engine = next((engine for ending, engine in STORIES.items() if file.path.lower().endswith(ending)), None)
    stories = tuple(engine(old[file.path], new[file.path], file.path, placed)) if engine and file.changes else ()
    return FileView(number, file, stories, placed.rest())


def _lines(content: bytes, path: str) -> Iterator[str]:
    try:
        yield from document_text(content, path)
    except DocumentError:
        return


def _is_seen(kind: str) -> bool:
    return kind.rpartition("-")[0] in SEEN and kind not in UNSEEN


def _environment() -> Environment:
    loader = FunctionLoader(_asset)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _asset(name: str) -> str:
    return files("pipeline.compare.page").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Name a text in a policy of what the page may run: by its digest."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

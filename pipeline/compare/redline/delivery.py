"""A change list and the files of both sides → a redline for each Word document that changed. One that fails is withheld."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.compare.change import PackDiff, Status
from pipeline.compare.redline.pen import CannotWriteError
from pipeline.compare.redline.verify import verify_redline
from pipeline.compare.redline.writer import write_tracked
from pipeline.compare.word.package import WordFile
from pipeline.exceptions import DocumentError
from pipeline.finish.package import CORE, write_parts
from pipeline.text import UNPARSABLE

NOBODY = "Not named"


class Engine(Protocol):
    """What can write a redline: two documents, an author and a date (or "") in, the parts of the redline out."""

    def __call__(self, old: WordFile, new: WordFile, author: str, date: str) -> Mapping[str, bytes]:
        """Write it; CannotWriteError when it cannot."""


@dataclass(frozen=True)
class Redline:
    """A document that changed: its path in the pack and, if it passed its check, its redline.

    `problems` say why it is not delivered; `notes` what changed that no tracked change can show.
    """

    file: str
    content: bytes | None = field(default=None, repr=False)
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_delivered(self) -> bool:
        """Say whether there is a redline."""
        return self.content is not None


def write_redlines(
    diff: PackDiff, old: Mapping[str, bytes], new: Mapping[str, bytes], folder: Path, engine: Engine = write_tracked
) -> tuple[Redline, ...]:
    """Write a redline into a folder for each Word document that changed; give what became of each.

    `old` and `new` are the files of both sides by path. DocumentError when the folder cannot be written to.
    """
    redlines = tuple(make_redlines(diff, old, new, engine))
    for redline in redlines:
        _store(redline, folder / redline.file)
    return redlines


def make_redlines(
    diff: PackDiff, old: Mapping[str, bytes], new: Mapping[str, bytes], engine: Engine = write_tracked
) -> Iterator[Redline]:
    """Make a redline of each Word document that both sides have and that changed in what is compared.

    It is signed with the authority and the date of the new pack, or where none is known as the document's own properties say.
    """
    day = diff.new.get("prepared_on")
    for path in (file.path for file in diff.files if file.status in {Status.CHANGED, Status.ERROR}):
        if path.lower().endswith(".docx"):
            author = diff.new.get("authority") or _property(new[path], "creator") or NOBODY
            date = f"{day}T00:00:00Z" if day else _property(new[path], "modified")
            yield make_redline(path, old[path], new[path], (author, date), engine)


def make_redline(path: str, old: bytes, new: bytes, signed: tuple[str, str], engine: Engine = write_tracked) -> Redline:
    """Make the redline of two documents, signed with an author and a date, and check it."""
    try:
        before, after = WordFile(old, path), WordFile(new, path)
        content = write_parts(engine(before, after, *signed))
        verdict = verify_redline(WordFile(content, path), before, after)
    except (CannotWriteError, DocumentError) as error:
        return Redline(path, problems=(str(error),))
    except UNPARSABLE as error:
        return Redline(path, problems=(f"it could not be written ({type(error).__name__}: {error})",))
    return Redline(path, None if verdict.problems else content, verdict.problems, verdict.notes)


def _property(content: bytes, name: str) -> str:
    """Give a core property of a document, or nothing."""
    try:
        file = WordFile(content, "document")
        found = next(file.root(CORE).iter(f"{{*}}{name}"), None) if CORE in file.parts else None
    except DocumentError:
        return ""
    return "" if found is None else (found.text or "").strip()


def _store(redline: Redline, path: Path) -> None:
    """Write a redline; where there is none, no older one is left."""
    try:
        if redline.content is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(redline.content)
    except OSError as error:
        raise DocumentError(f"{path}: cannot be written ({error.strerror}). Give another folder.") from None

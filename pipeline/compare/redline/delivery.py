"""Two packs, or two Word documents, on disk → a redline for each document that changed. One that fails its check is withheld."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pipeline.compare.change import Status
from pipeline.compare.packs import compare_files
from pipeline.compare.redline.pen import CannotWriteError
from pipeline.compare.redline.verify import verify_redline
from pipeline.compare.redline.writer import write_tracked
from pipeline.compare.word.package import WordFile
from pipeline.exceptions import DocumentError
from pipeline.finish.package import CORE, write_parts
from pipeline.manifest import FILE_NAME, read_json
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


@dataclass(frozen=True)
class Side:
    """One of the two packs: its Word documents by path, and who made it when."""

    documents: Mapping[str, bytes] = field(repr=False)
    author: str = ""
    date: str = ""


def write_redlines(old: Path, new: Path, folder: Path, engine: Engine = write_tracked, edition: str = "") -> tuple[Redline, ...]:
    """Write a redline into a folder for each Word document that both packs have and that changed; gives what became of each.

    With `edition`, those of the other edition are left out.
    """
    for pack in (old, new):
        if pack.is_dir() and folder.resolve().is_relative_to(pack.resolve()):
            raise DocumentError(f"{folder}: is inside the pack {pack}. Give a folder for the redlines outside both packs.")
    redlines = tuple(make_redlines(_read_side(old, new.name, edition), _read_side(new, new.name, edition), engine))
    for redline in redlines:
        _store(redline, folder / redline.file)
    return redlines


def make_redlines(old: Side, new: Side, engine: Engine = write_tracked) -> Iterator[Redline]:
    """Make a redline of each document that both sides have and that changed in what is compared."""
    for path in sorted(old.documents.keys() & new.documents.keys()):
        before, after = old.documents[path], new.documents[path]
        status = compare_files(before, after, path).status
        if status not in {Status.IDENTICAL, Status.UNCOMPARED}:
            author, date = new.author or _property(after, "creator") or NOBODY, new.date or _property(after, "modified")
            yield make_redline(path, before, after, (author, date), engine)


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


def _read_side(path: Path, name: str, edition: str) -> Side:
    """Read a pack's folder, or one edition of it, or a document, which is known by the name of the new one."""
    if path.is_file():
        return Side({name: _read(path)})
    if not path.is_dir():
        raise DocumentError(f"{path}: no such file or folder. Give two packs, or two documents.")
    start = f"{edition}/" if edition else ""
    found = [one for one in sorted(path.rglob("*.docx")) if one.relative_to(path).as_posix().startswith(start) and one.is_file()]
    names = {one: one.relative_to(path).as_posix() for one in found if not one.name.startswith(("~$", "."))}
    documents = {name: _read(one) for one, name in names.items() if not name.startswith(".")}
    manifest: dict[str, Any] = {}
    if (path / FILE_NAME).is_file():
        try:
            manifest = read_json(_read(path / FILE_NAME).decode())
        except ValueError as error:
            raise DocumentError(f"{path / FILE_NAME}: {error}. Build the pack again, or give its documents one by one.") from None
    day = manifest.get("prepared_on")
    return Side(documents, str(manifest.get("authority") or ""), f"{day}T00:00:00Z" if day else "")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read ({error.strerror}). Check the name and its permissions.") from None


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

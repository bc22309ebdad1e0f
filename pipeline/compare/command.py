"""`packs compare`: two packs or two documents by their paths in; what changed, as it is printed and written to files, out."""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.approvals import APPROVALS
from pipeline.compare.bidders import ISSUE, for_bidders
from pipeline.compare.change import PackDiff, Severity, Status
from pipeline.compare.markdown import markdown
from pipeline.compare.packs import PackFiles, compare_documents, compare_packs
from pipeline.compare.shown import summary, text_diff
from pipeline.compare.written import change_list
from pipeline.exceptions import DocumentError
from pipeline.files import read_file, write_file
from pipeline.folder import EDITED, is_lock_file
from pipeline.manifest import FILE_NAME, read_json
from pipeline.result import DIFFERENT, ERROR, SAME

FAIL_ON = {
    "any": frozenset(Severity),
    "content": frozenset({Severity.HIGH, Severity.CONTENT}),
    "high": frozenset({Severity.HIGH}),
}

FEW = 2


@dataclass(frozen=True)
class Compared:
    """Two sides and what changed between them; `files` are the contents of both by path."""

    old: Path
    new: Path
    diff: PackDiff
    files: tuple[Mapping[str, bytes], Mapping[str, bytes]] = field(repr=False)


def compare_paths(old: Path, new: Path, edition: str = "", commit: str = "") -> Compared:
    """Compare two pack folders, or one edition of them, or two documents; of the issue edition what bidders may be told.

    `commit` is that of the git revision which the old pack was made from, if any.
    """
    for path in (old, new):
        if not path.exists():
            raise DocumentError(f"{path}: no such file or folder. Give two packs, or two documents.")
    if old.is_dir() != new.is_dir():
        raise DocumentError(f"{old} and {new}: one is a folder and one a file. Give two packs, or two documents.")
    if old.is_dir():
        packs = read_pack(old, edition), read_pack(new, edition)
        diff = compare_packs(*packs, edition)
        diff = replace(diff, old={**diff.old, "revision": commit}) if commit else diff
        return Compared(old, new, for_bidders(diff) if edition == ISSUE else diff, (packs[0].files, packs[1].files))
    if edition:
        raise DocumentError(f"{new}: is one document, which has no editions. Leave --edition out, or give two packs.")
    before, after = read_file(old), read_file(new)
    return Compared(old, new, compare_documents(before, after, old.name, new.name), ({new.name: before}, {new.name: after}))


def printed(found: Compared, form: str) -> str:
    """Give what is printed: the change list as JSON or Markdown, a unified diff of the texts, or a summary."""
    if form == "json":
        return change_list(found.diff)
    if form == "text":
        diff = text_diff(*found.files)
        return f"{diff}\n" if diff else ""
    return markdown(found.diff) if form == "markdown" else f"{summary(found.diff)}\n"


def _encoded(text: str) -> bytes:
    """Give a text as UTF-8; what is no text in the name of a file stands there as its number."""
    return text.encode(errors="backslashreplace")


def _write_json(found: Compared, path: Path) -> Iterable[str]:
    write_file(path, _encoded(change_list(found.diff)))
    return ()


def _write_page(found: Compared, path: Path) -> Iterable[str]:
    from pipeline.compare.page import page

    write_file(path, _encoded(page(found.diff, *found.files)))
    return ()


def _write_redlines(found: Compared, folder: Path) -> Iterable[str]:
    from pipeline.compare.redline import write_redlines

    for side in (found.old, found.new):
        if side.is_dir() and folder.resolve().is_relative_to(side.resolve()):
            raise DocumentError(f"{folder}: is inside the pack {side}. Give a folder for the redlines outside both packs.")
    noted: dict[str, list[str]] = {}
    for redline in write_redlines(found.diff, *found.files, folder):
        name = folder / redline.file
        if redline.is_delivered:
            yield f"{name}: written, and checked: accepted it is the new document, rejected the old one."
        else:
            yield f"{name}: withheld: {'; '.join(redline.problems)}."
        for note in redline.notes:
            noted.setdefault(note, []).append(redline.file)
    for note, files in noted.items():
        which = f"{len(files)} of the redlines" if len(files) > FEW else ", ".join(files)
        yield f"In {which} {note}."


WRITERS: Mapping[str, Callable[[Compared, Path], Iterable[str]]] = {
    "json": _write_json,
    "html": _write_page,
    "redline": _write_redlines,
}
"""What an option of this name writes, to the path it gives, and the lines to tell of it."""


def write_files(found: Compared, asked: argparse.Namespace) -> list[str]:
    """Write every file that was asked for, and give what there is to say; OutputError when one cannot be written."""
    wanted = {name: path for name in WRITERS if (path := getattr(asked, name, None)) is not None}
    return [line for name, path in wanted.items() for line in WRITERS[name](found, Path(path))]


def exit_code(diff: PackDiff, fail_on: str) -> int:
    """Give the exit code: a file that came, went or differs in what is not compared is as grave as can be."""
    if any(file.status is Status.ERROR for file in diff.files):
        return ERROR
    grave = any(change.severity in FAIL_ON[fail_on] for change in diff.changes)
    unread = {Status.ADDED, Status.REMOVED, Status.UNCOMPARED}
    return DIFFERENT if grave or any(file.status in unread or file.parts for file in diff.files) else SAME


def read_pack(folder: Path, edition: str = "") -> PackFiles:
    """Read the files of a pack's folder, or those of one edition, and its manifest where there is one.

    What a build moved aside and the approvals are not of the pack.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_hidden(path, folder))
    _check_one(folder, paths)
    files = {path.relative_to(folder).as_posix(): read_file(path) for path in paths}
    manifest = files.pop(FILE_NAME, None)
    files.pop(APPROVALS, None)
    if not files:
        raise DocumentError(f"{folder}: holds no documents. Give the folder of a pack, such as output/exampleshire/reward.")
    files = {path: files[path] for path in files if not path.startswith(f"{EDITED}/")} if manifest is not None else files
    pack = PackFiles(files, None if manifest is None else _manifest(manifest, folder / FILE_NAME))
    return replace(pack, files={path: files[path] for path in files if path.startswith(f"{edition}/")}) if edition else pack


def _check_one(folder: Path, paths: Sequence[Path]) -> None:
    """Refuse a folder that has no manifest and holds folders that have."""
    inner = [path.parent for path in paths if path.name == FILE_NAME]
    if inner and folder not in inner:
        raise DocumentError(f"{folder}: is no pack, but a folder of packs. Name one of them, such as {inner[0]}.")


def _is_hidden(path: Path, folder: Path) -> bool:
    """Say whether a file is no part of a pack: left by a program that has a document open, or hidden beside the editions."""
    inside = path.relative_to(folder)
    return is_lock_file(inside.name) or inside.parts[0].startswith(".")


def _manifest(content: bytes, path: Path) -> dict[str, Any]:
    try:
        return read_json(content.decode())
    except ValueError as error:
        raise DocumentError(f"{path}: {error}. Build the pack again, or compare its documents one by one.") from None

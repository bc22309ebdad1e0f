"""`packs compare OLD NEW`: two packs or two documents in, what changed printed. Exits as diff does: 0 same, 1 not, 2 error."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.compare.change import PackDiff, Severity, Status
from pipeline.compare.packs import PackFiles, compare_documents, compare_packs
from pipeline.compare.shown import markdown, summary, text_diff
from pipeline.compare.written import change_list
from pipeline.exceptions import DocumentError, PipelineError
from pipeline.manifest import FILE_NAME, read_json

SAME, DIFFERENT, ERROR = 0, 1, 2
FAIL_ON = {
    "any": frozenset(Severity),
    "content": frozenset({Severity.HIGH, Severity.CONTENT}),
    "high": frozenset({Severity.HIGH}),
}


def add_parser(commands: Any) -> None:
    """Add the command to the command line's parser."""
    compare = commands.add_parser(
        "compare",
        help="show what changed between two packs or two documents",
        description="Show what changed between two pack folders or two documents. Exit code: 0 same, 1 different, 2 error.",
    )
    compare.add_argument("old", type=Path, metavar="OLD", help="a pack's folder, or a .docx or .xlsx file")
    compare.add_argument("new", type=Path, metavar="NEW", help="the same, newer")
    compare.add_argument("--edition", choices=("internal", "issue"), help="compare this edition alone")
    form = compare.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", help="print the change list as JSON")
    form.add_argument("--markdown", dest="form", action="store_const", const="markdown", help="print it for a pull request")
    form.add_argument("--text", dest="form", action="store_const", const="text", help="print a unified diff of the texts")
    compare.add_argument(
        "--fail-on",
        choices=tuple(FAIL_ON),
        default="any",
        help="exit 1 only for changes of this severity or graver (default: %(default)s)",
    )
    compare.add_argument("--html", type=Path, metavar="FILE", help="write one page for a browser that shows every change")
    compare.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Do the command: print, and give the exit code."""
    try:
        diff, texts = compare_paths(asked.old, asked.new, asked.edition or "")
    except PipelineError as error:
        print(error, file=sys.stderr)
        return ERROR
    if asked.form == "json":
        print(change_list(diff), end="")
    elif asked.form == "text":
        print(text_diff(*texts))
    else:
        print(markdown(diff) if asked.form == "markdown" else summary(diff))
    if asked.html is not None and not _write_page(asked.html, diff, texts):
        return ERROR
    return exit_code(diff, asked.fail_on)


def compare_paths(old: Path, new: Path, edition: str = "") -> tuple[PackDiff, tuple[Mapping[str, bytes], Mapping[str, bytes]]]:
    """Compare two folders or two files; gives the change list, and the files of both sides by path."""
    for path in (old, new):
        if not path.exists():
            raise DocumentError(f"{path}: no such file or folder. Give two packs, or two documents.")
    if old.is_dir() != new.is_dir():
        raise DocumentError(f"{old} and {new}: one is a folder and one a file. Give two packs, or two documents.")
    if not old.is_dir():
        before, after = _read(old), _read(new)
        return compare_documents(before, after, old.name, new.name), ({new.name: before}, {new.name: after})
    packs = _read_pack(old, edition), _read_pack(new, edition)
    return compare_packs(*packs, edition), (packs[0].files, packs[1].files)


def exit_code(diff: PackDiff, fail_on: str) -> int:
    """Give the exit code: a file that came or went is as grave as can be."""
    if any(file.status is Status.ERROR for file in diff.files):
        return ERROR
    grave = any(change.severity in FAIL_ON[fail_on] for change in diff.changes)
    return DIFFERENT if grave or any(file.status in {Status.ADDED, Status.REMOVED} for file in diff.files) else SAME


def _read_pack(folder: Path, edition: str) -> PackFiles:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_hidden(path, folder))
    files = {path.relative_to(folder).as_posix(): _read(path) for path in paths}
    manifest = files.pop(FILE_NAME, None)
    if not files:
        raise DocumentError(f"{folder}: holds no documents. Give the folder of a pack, such as output/exampleshire/reward.")
    pack = PackFiles(files, None if manifest is None else _manifest(manifest, folder / FILE_NAME))
    return replace(pack, files={path: files[path] for path in files if path.startswith(f"{edition}/")}) if edition else pack


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)


def _manifest(content: bytes, path: Path) -> dict[str, Any]:
    try:
        return read_json(content.decode())
    except ValueError as error:
        raise DocumentError(f"{path}: {error}. Build the pack again, or compare its documents one by one.") from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read ({error.strerror}). Check the name and its permissions.") from None


def _write_page(path: Path, diff: PackDiff, texts: tuple[Mapping[str, bytes], Mapping[str, bytes]]) -> bool:
    """Write the page; says what is wrong where that cannot be done."""
    from pipeline.compare.page import page

    try:
        path.write_text(page(diff, *texts), encoding="utf-8", newline="\n")
    except OSError as error:
        print(f"{path}: cannot be written ({error.strerror}). Name a file in a folder that is there.", file=sys.stderr)
        return False
    return True

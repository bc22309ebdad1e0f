"""Writing a pack: all of it or none of it. The only module that writes packs."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.exceptions import OutputError
from pipeline.manifest import FILE_NAME, digest, file_digests, read_json
from pipeline.pack import Edition, Mode

NEW, OLD, JOURNAL, WORKSPACE = "new", "old", "journal", ".packs-"
UNREADABLE = "{}: cannot be read as a manifest. Move the folder away, then build again."


_OURS = re.compile(r"(internal|issue)/[a-z0-9-]+\.(docx|xlsx)")


def pack_folder(output: Path, slug: str, model: str) -> Path:
    """Where a pack goes; OutputError when the result would lie outside the output folder."""
    root = output.resolve()
    folder = (root / slug / model).resolve()
    if not folder.is_relative_to(root) or folder == root:
        raise OutputError(f"{slug}: would be written outside {output}. Use a plain word for the profile's slug, and no links.")
    return folder


def previous_mode(folder: Path) -> Mode | None:
    """The mode of the pack that is in a folder now, which a rebuild keeps; None when there is none."""
    manifest = folder / FILE_NAME
    try:
        if not manifest.is_file():
            return None
    except OSError as error:
        raise OutputError(f"{folder}: cannot be read ({error.strerror}). Choose another --output.") from None
    try:
        return Mode(read_json(manifest.read_text(encoding="utf-8"))["mode"])
    except (OSError, ValueError, KeyError):
        raise OutputError(UNREADABLE.format(manifest)) from None


def write_pack(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a pack's files into its folder, in place of the previous pack's; OutputError leaves that one as it was.

    `files` are the contents by path in the pack, the manifest among them. Files that no earlier manifest lists belong to
    somebody else: they stay, and one that is in the way stops the run, as does a document edited since it was built.
    """
    created: list[Path] = []
    try:
        with _only_writer(folder):
            created = _missing_parents(folder)
            folder.mkdir(parents=True, exist_ok=True)
            for stale in sorted(folder.glob(f"{WORKSPACE}*")):
                _settle(folder, stale)
            previous = _previous(folder)
            _check_unedited(folder, previous, files)
            _replace(folder, previous, files)
    except OSError as error:
        place = error.filename or folder
        raise OutputError(
            f"{place}: cannot be written ({error.strerror}). Check the disk and permissions, or choose another --output."
        ) from None
    finally:
        for parent in created:
            with contextlib.suppress(OSError):
                parent.rmdir()  # only a folder that is still empty, after a failure


@contextlib.contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Let one build at a time write a pack; the lock lies in the system's folder for temporary files."""
    lock = Path(tempfile.gettempdir()) / f"procurement-packs-{digest(str(folder).encode())[:16]}.lock"
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise OutputError(f"{folder}: another build is writing this pack. Wait until it is done, then build again.") from None


def _replace(folder: Path, previous: Mapping[str, str], files: Mapping[str, bytes]) -> None:
    """Stage the new files beside the old ones and exchange them, the manifest last; any failure puts the old ones back."""
    workspace = Path(tempfile.mkdtemp(prefix=WORKSPACE, dir=folder))
    try:
        _stage(workspace / NEW, files)
        (workspace / JOURNAL).write_text("\n".join(sorted(files)), encoding="utf-8")
        for name in sorted({*previous, FILE_NAME}):
            if (folder / name).exists():
                _move(folder / name, workspace / OLD / name)
        for name in sorted(files, key=lambda name: (name == FILE_NAME, name)):
            _move(workspace / NEW / name, folder / name)
    finally:
        _settle(folder, workspace)


def _settle(folder: Path, workspace: Path) -> None:
    """Finish with a workspace, also one left by a run cut off: the new pack stands if its manifest is in, else the old."""
    journal = workspace / JOURNAL
    if journal.exists() and (workspace / NEW / FILE_NAME).exists():
        for name in journal.read_text(encoding="utf-8").splitlines():
            if not (workspace / NEW / name).exists():
                (folder / name).unlink(missing_ok=True)
        for path in sorted((workspace / OLD).rglob("*")):
            if path.is_file():
                _move(path, folder / path.relative_to(workspace / OLD))
        for edition in Edition:
            with contextlib.suppress(OSError):
                (folder / edition).rmdir()  # only one that is empty now
    shutil.rmtree(workspace, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _missing_parents(folder: Path) -> list[Path]:
    """The folders that would be made, deepest first, so that a failed run can take them away again."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _previous(folder: Path) -> dict[str, str]:
    """The files of the pack that is there now, with the digests its manifest gives."""
    manifest = folder / FILE_NAME
    if not manifest.exists():
        return {}
    try:
        found = file_digests(read_json(manifest.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        raise OutputError(UNREADABLE.format(manifest)) from None
    if not all(_OURS.fullmatch(name) for name in found):
        raise OutputError(UNREADABLE.format(manifest))
    return found


def _check_unedited(folder: Path, previous: Mapping[str, str], files: Mapping[str, bytes]) -> None:
    problems = []
    for name in sorted({*previous, *files} - {FILE_NAME}):
        path = folder / name
        link = next((folder / one for one in (*Path(name).parents, Path(name)) if (folder / one).is_symlink()), None)
        if link is not None and link != folder:
            problems.append(
                f"{link}: is a link, which a pack does not follow. Put a folder or nothing in its place, then build again."
            )
        elif not path.exists():
            continue
        elif name not in previous:
            problems.append(f"{path}: was not made by a build. Move it out of the way, then build again.")
        elif path.is_dir() or digest(path.read_bytes()) != previous[name]:
            problems.append(f"{path}: was edited since it was built. Move it aside to keep it, or delete it, then build again.")
    if problems:
        raise OutputError("\n".join(dict.fromkeys(problems)))


def _stage(staging: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

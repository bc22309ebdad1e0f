"""Writing a pack: all of it or none of it. The only module that writes packs."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.exceptions import OutputError
from pipeline.manifest import FILE_NAME, digest, file_digests, read_json
from pipeline.pack import Mode

STUCK = "files-of-the-previous-pack-are-here"
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
        previous = _previous(folder)
        _check_unedited(folder, previous, files)
        created = _missing_parents(folder)
        folder.mkdir(parents=True, exist_ok=True)
        workspace = Path(tempfile.mkdtemp(prefix=".packs-", dir=folder))
        try:
            _stage(workspace / "new", files)
            _swap(folder, workspace, sorted({*previous, FILE_NAME}), sorted(files))
        finally:
            _clear(workspace)
    except OSError as error:
        for parent in created:
            with contextlib.suppress(OSError):
                parent.rmdir()
        place = error.filename or folder
        raise OutputError(
            f"{place}: cannot be written ({error.strerror}). Check the disk and permissions, or choose another --output."
        ) from None


def _clear(workspace: Path) -> None:
    """Remove the workspace, unless files of the previous pack are stuck in it."""
    if (workspace / STUCK).exists():
        return
    shutil.rmtree(workspace, ignore_errors=True)


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


def _swap(folder: Path, workspace: Path, old: list[str], new: list[str]) -> None:
    """Move the old files out and the new ones in; on any failure put everything back."""
    moved: list[tuple[Path, Path]] = []
    made: list[Path] = []

    def move(source: Path, target: Path) -> None:
        for parent in reversed(_missing_parents(target.parent)):
            parent.mkdir()
            made.append(parent)
        source.rename(target)
        moved.append((source, target))

    try:
        for name in old:
            if (folder / name).exists():
                move(folder / name, workspace / "old" / name)
        for name in new:
            move(workspace / "new" / name, folder / name)
    except BaseException as error:
        stuck = _move_back(moved, workspace)
        for parent in reversed(made):
            with contextlib.suppress(OSError):
                parent.rmdir()
        if stuck:
            (workspace / STUCK).touch()
            names = ", ".join(str(path) for path in stuck)
            message = f"{folder}: the previous pack could not be put back whole. Move these files back into it: {names}."
            raise OutputError(message) from error
        raise


def _move_back(moved: Sequence[tuple[Path, Path]], workspace: Path) -> list[Path]:
    """Undo moves, last first; give the files of the previous pack that are stuck in the workspace."""
    stuck = []
    for source, target in reversed(moved):
        try:
            target.rename(source)
        except OSError:
            if workspace in target.parents:
                stuck.append(target)
    return stuck

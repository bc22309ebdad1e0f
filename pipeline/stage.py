"""Staging: a new pack laid out in full in a folder of its own, with everything of other people that lies in the old one."""

import contextlib
import os
import shutil
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

from pipeline.exchange import sync
from pipeline.folder import EDITED, PackFolder, fail, files_in
from pipeline.manifest import FILE_NAME
from pipeline.pack import Edition


def stage_pack(
    staged: Path, found: PackFolder, files: Mapping[str, bytes], detached: Collection[str], aside: Collection[str]
) -> None:
    """Lay out the new pack with all that stays: files are written, or linked where they are the same or somebody else's."""
    folder = found.folder
    staged.mkdir()
    _copy_folders(folder, staged)
    ours = {*found.documents, FILE_NAME} - set(detached)
    for name in files_in(folder, is_strict=True) if folder.exists() else ():
        if name not in ours:
            _link(folder / name, staged / name)
    for name in aside:
        _link(folder / name, aside_path(staged, folder, name))
    for name, content in files.items():
        put_file(staged / name, content, folder / name)
    for edition in Edition:
        with contextlib.suppress(OSError):
            (staged / edition).rmdir()  # only one that is empty now
    for place, _, _ in os.walk(staged):
        sync(Path(place))


def _copy_folders(folder: Path, staged: Path) -> None:
    for place, names, _ in os.walk(folder, onerror=fail) if folder.exists() else ():
        shutil.copymode(place, staged / Path(place).relative_to(folder))
        for name in names:
            path = Path(place, name)
            if not path.is_symlink():
                (staged / path.relative_to(folder)).mkdir()


def put_file(path: Path, content: bytes, previous: Path | None = None) -> None:
    """Write a file for good, or give the previous one a second name where it holds the same."""
    if previous is not None and previous.is_file() and previous.read_bytes() == content:
        _link(previous, path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, or where the file system knows no such thing, a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)
        if not target.is_symlink():
            with target.open("rb+") as file:
                os.fsync(file.fileno())


def aside_path(root: Path, folder: Path, name: str) -> Path:
    """Where the edited copy of a document goes: edited/issue/pricing-schedule 2026-11-22.xlsx, by the day it was saved."""
    day = datetime.fromtimestamp((folder / name).stat().st_mtime, tz=UTC).date()
    at = Path(name)
    count = 1
    while True:
        more = f" ({count})" if count > 1 else ""
        path = Path(EDITED) / at.parent / f"{at.stem} {day}{more}{at.suffix}"
        if not any(os.path.lexists(base / path) for base in {root, folder}):
            return root / path
        count += 1

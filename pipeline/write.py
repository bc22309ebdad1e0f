"""Writing a pack: all of it or none of it, and nothing of anybody else's. The only module that writes packs.

A pack is staged in full beside the old one, with the files of other people, and put in its place in one step. What is left of a
run that was cut off is settled by the next: the old pack or the new one stands, whole.
"""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.exceptions import OutputError
from pipeline.exchange import exchange, sync
from pipeline.folder import DAMAGED, EDITED, OWN, PackFolder, files_in, look
from pipeline.manifest import FILE_NAME, digest, file_digests, read_json
from pipeline.stage import aside_path, put_file, stage_pack

PATIENCE = 60.0
"""Seconds that a build waits for another of the same pack."""
NEW, OLD, JOURNAL = "new", "old", "journal.json"
BUSY = "{}: another build is writing this pack. Wait until it is done, then build again."
LINK = "{}: is a link, which a pack does not follow. Put a folder or nothing in its place, then build again."
OPEN = "{}: is open in another program. Close it there, then build again. If it is open nowhere, delete {}."
FULL = "{}: cannot be written ({}). Check the disk and permissions, or choose another --output."


def _own(first: Path) -> Path:
    """The pipeline's own folder for the packs of a locality and model, named by the folder of the first of them."""
    return first.parents[1] / OWN


def _workspace(first: Path) -> Path:
    return _own(first) / f"{first.parent.name}.{first.name}"


@contextlib.contextmanager
def only_builder(first: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Let one build at a time work on the packs of a locality and model, and settle first what an earlier one left behind.

    The lock is the system's, which ends with the process that holds it.
    """
    own = _own(first)
    with _reported(first):
        created = [path for path in (own, *own.parents) if not path.exists()]
    try:
        lock = _locked(own / f"{_workspace(first).name}.lock", patience)
        try:
            with _reported(first):
                _settle(first)
            yield
        finally:
            with contextlib.suppress(OSError):
                Path(lock.lock_file).unlink()
            lock.release()
    finally:
        for path in dict.fromkeys((own, *created)):
            with contextlib.suppress(OSError):
                path.rmdir()  # only one that is empty


def _locked(path: Path, patience: float) -> FileLock:
    """Take a lock, making its folder; another run that ends may take the folder away meanwhile."""
    lock = FileLock(path, timeout=patience)
    with _reported(path.parents[1]):
        until = time.monotonic() + patience
        while True:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                lock.acquire()
            except Timeout:
                raise OutputError(BUSY.format(path.stem.replace(".", ", "))) from None
            except (FileNotFoundError, FileExistsError):  # the second where it goes while mkdir looks what is there
                if time.monotonic() > until or path.parent.is_file():
                    raise
            else:
                return lock


@contextlib.contextmanager
def _reported(folder: Path) -> Iterator[None]:
    """Turn an error of the file system into one that says what to do."""
    try:
        yield
    except OSError as error:
        raise OutputError(FULL.format(error.filename or folder, error.strerror or error)) from None


def write_pack(
    first: Path,
    folder: Path,
    files: Mapping[str, bytes],
    *,
    detached: Collection[str] = (),
    aside: Collection[str] = (),
) -> None:
    """Put a pack into its folder in place of the previous one, inside `only_builder`; OutputError leaves that one as it was.

    `files` are the contents by path in the pack, the manifest among them. Files that the previous manifest does not list belong
    to somebody else: they stay, and one that is in the way stops the run, as does a document edited since it was built. One in
    `detached` stays as a person edited it, one in `aside` is moved to the folder `edited/`.
    """
    workspace = _workspace(first)
    created = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        with _reported(folder), _named_as(workspace / NEW, folder):
            found = look(folder)
            check_untouched(found, files, detached, aside)
            if _is_same(found, files, aside):
                return
            workspace.mkdir(parents=True)
            stage_pack(workspace / NEW, found, files, detached, aside)
            _publish(workspace, folder, found)
    finally:
        with contextlib.suppress(OSError):
            _settle(first)
        for path in created:
            with contextlib.suppress(OSError):
                path.rmdir()  # only a folder that is still empty, after a failure


def write_beside(first: Path, folder: Path, name: str, content: bytes) -> None:
    """Put a record of ours beside the documents of a pack in one step, inside `only_builder`; no document is touched."""
    temporary = _own(first) / f"{_workspace(first).name}.{name}"
    with _reported(folder / name):
        temporary.unlink(missing_ok=True)
        put_file(temporary, content)
        temporary.replace(folder / name)
        sync(folder)


@contextlib.contextmanager
def _named_as(staged: Path, folder: Path) -> Iterator[None]:
    """Name files in errors by where they were to go."""
    try:
        yield
    except OSError as error:
        with contextlib.suppress(ValueError, TypeError):
            error.filename = str(folder / Path(error.filename).relative_to(staged))
        raise


def _is_same(found: PackFolder, files: Mapping[str, bytes], aside: Collection[str]) -> bool:
    """Say whether the folder holds just these files already."""
    if found.manifest is None or aside or found.missing:
        return False
    return all((found.folder / name).is_file() and (found.folder / name).read_bytes() == files[name] for name in files) and not (
        set(found.documents) - set(files) - set(found.detached)
    )


def check_untouched(found: PackFolder, names: Collection[str], detached: Collection[str], aside: Collection[str]) -> None:
    """Refuse to go on where a document is not as it was built, or something else has its name."""
    problems = [f"{found.folder}: the pack was issued, and an issued pack is never written again."] if found.is_issued else []
    if found.is_damaged:
        problems.append(DAMAGED.format(found.folder / FILE_NAME))
    if (found.folder / EDITED).is_symlink():
        problems.append(LINK.format(found.folder / EDITED))
    for name in sorted({*found.documents, *names} - {FILE_NAME}):
        path = found.folder / name
        link = next((one for one in (path.parent, path) if one.is_symlink()), None)
        if link is not None:
            problems.append(LINK.format(link))
        elif path.is_dir():
            problems.append(f"{path}: is a folder, and no document. Move it away, then build again.")
        elif name in aside or name in detached:
            continue
        elif name in found.edited:
            problems.append(
                f"{path}: was edited since it was built. Build again with --replace {name} (the edited copy is moved aside) or "
                f"with --detach {name} (it stays as it is, in this and every later build)."
            )
        elif name not in found.documents and path.exists():
            problems.append(f"{path}: was not made by a build. Move it out of the way, then build again.")
    if problems:
        raise OutputError("\n".join(dict.fromkeys(problems)))


def check_closed(found: PackFolder, names: Collection[str]) -> None:
    """Refuse to replace a document that somebody has open: what they save later would be lost."""
    open_files = [Path(name) for name in found.open_files]
    problems = [
        OPEN.format(found.folder / name, lock)
        for name in names
        for lock in open_files
        if name in found.documents and lock.parent == Path(name).parent and lock.name in _lock_names(Path(name).name)
    ]
    if problems:
        raise OutputError("\n".join(problems))


def _lock_names(name: str) -> set[str]:
    """Name the files that say a document is open; Word puts its sign over the first letters of a longer name."""
    return {f".~lock.{name}#", *(f"~${name[count:]}" for count in range(3))}


def _publish(workspace: Path, folder: Path, found: PackFolder) -> None:
    """Put the staged pack in place in one step, or in two that the next run would complete."""
    staged = workspace / NEW
    listed = {} if found.manifest is None else file_digests(found.manifest)
    journal = {"folder": folder.name, "inode": staged.stat().st_ino, "listed": listed}
    put_file(workspace / JOURNAL, json.dumps(journal).encode())
    sync(workspace)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.exists():
        staged.rename(folder)
    elif not exchange(staged, folder):
        folder.rename(workspace / OLD)
        staged.rename(folder)
    sync(folder.parent)


def _settle(first: Path) -> None:
    """Finish with what a run left: a pack that was put in place stands, one that was not is forgotten."""
    workspace = _workspace(first)
    if not workspace.is_dir():
        return
    journal = _journal(workspace)
    if journal is not None:
        folder = first.parent / str(journal["folder"])
        if (workspace / OLD).exists() and not folder.exists():
            (workspace / OLD).rename(folder)
        elif folder.exists() and folder.stat().st_ino == journal["inode"]:
            for previous in (workspace / OLD, workspace / NEW):
                if previous.exists():  # a first pack replaced nothing
                    _carry(previous, folder, journal.get("listed", {}))
    shutil.rmtree(workspace, ignore_errors=True)


def _journal(workspace: Path) -> dict[str, Any] | None:
    """Read which folder was to be replaced by which; None when the run had not come that far."""
    try:
        found = json.loads((workspace / JOURNAL).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _carry(previous: Path, folder: Path, listed: Mapping[str, str]) -> None:
    """Save what a person put into the old pack's folder, or changed in it, while the new one was being staged.

    `listed` are the documents of the old pack with their digests. Nothing takes the place of a document of the new one.
    """
    new_ones: Collection[str] = ()
    with contextlib.suppress(OSError, ValueError):
        new_ones = file_digests(read_json((folder / FILE_NAME).read_text(encoding="utf-8")))
    saved = {digest(path.read_bytes()) for path in (folder / EDITED).rglob("*") if path.is_file()}
    for name in list(files_in(previous, is_strict=True)):
        old, new = previous / name, folder / name
        if name == FILE_NAME or _is_one_file(old, new):
            continue
        if name in listed:
            if old.is_symlink() or digest(old.read_bytes()) not in {listed[name], *saved}:
                _move(old, aside_path(folder, previous, name))
        elif name in new_ones and not _is_copy(old, new):
            _move(old, aside_path(folder, previous, name))
        elif not os.path.lexists(new) or not _is_copy(old, new):
            _move(old, new)


def _is_one_file(one: Path, other: Path) -> bool:
    try:
        return os.path.samestat(one.lstat(), other.lstat())
    except OSError:
        return False


def _is_copy(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)

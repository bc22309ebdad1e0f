"""What lies in a pack's folder: the pack its manifest lists, what a person changed in it, and what is somebody else's.

Standard library only, so that looking is quick.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.approvals import APPROVALS
from pipeline.exceptions import OutputError
from pipeline.manifest import FILE_NAME, ISSUED, digest, is_as_written, is_sealed, read_json

OWN = ".packs"
"""The pipeline's own folder in the output folder: the index, locks, and what is being written."""
EDITED = "edited"
"""Where a build moves what a person edited, in the pack's folder."""
UNREADABLE = "{}: cannot be read as a manifest. Move the folder away, or put a copy of the file back, then build again."
NO_PACK = "{}: holds no pack. Name the folder of one, such as output/powys/reward."
DAMAGED = (
    "{}: is damaged or was edited since it was written, so what it lists cannot be relied on. Put a copy of it back; without "
    "one, move the folder away, then build again."
)
_OURS = re.compile(r"(internal|issue)/[a-z0-9-]+\.(docx|xlsx)")
OF_THE_PACK = frozenset({FILE_NAME, APPROVALS})
"""What we put beside the documents."""
_LOCK_FILES = re.compile(r"~\$.*|\.~lock\..*#")


@dataclass(frozen=True)
class PackFolder:
    """A pack's folder as it was found; every document is named by its path in the pack.

    `edited` are documents whose bytes are not those of the manifest, `links` what lies behind a link; `others` are files that no
    build made, `open_files` those that Word or LibreOffice leave beside a document while it is open. `is_damaged` says that the
    manifest does not come to its own seal.
    """

    folder: Path
    manifest: Mapping[str, Any] | None = None
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    edited: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    open_files: tuple[str, ...] = ()
    is_damaged: bool = False

    @property
    def state(self) -> str:
        """The state of the pack: draft, final or issued; nothing when there is no pack."""
        return str(self.manifest["state"]) if self.manifest is not None else ""

    @property
    def is_issued(self) -> bool:
        """Whether the pack is frozen."""
        return self.state == ISSUED

    @property
    def detached(self) -> tuple[str, ...]:
        """The documents that a person keeps as edited."""
        return tuple(
            path for path, entry in self.documents.items() if entry["detached"] and path not in (*self.missing, *self.edited)
        )


def pack_folder(output: Path, slug: str, model: str) -> Path:
    """Where the first pack of a locality and model goes; OutputError when that would lie outside the output folder."""
    root = output.resolve()
    folder = (root / slug / model).resolve()
    if not folder.is_relative_to(root) or folder == root:
        raise OutputError(f"{slug}: would be written outside {output}. Use a plain word for the profile's slug, and no links.")
    return folder


def latest_folder(first: Path) -> Path:
    """The folder of the newest pack: reward, or when that was issued reward-2, reward-3 and so on."""
    numbered = re.compile(rf"{re.escape(first.name)}-([2-9]|[1-9][0-9]+)")
    try:
        names = [path.name for path in first.parent.iterdir()]
    except OSError:
        return first
    found = [(int(match[1]), name) for name in names if (match := numbered.fullmatch(name))]
    held = [(number, name) for number, name in found if (first.parent / name / FILE_NAME).is_file()]
    return first.parent / max(held)[1] if held else first


def numbered_folder(first: Path, number: int) -> Path:
    """The folder of the pack with a number."""
    return first if number == 1 else first.with_name(f"{first.name}-{number}")


def first_folder(folder: Path) -> Path:
    """The folder of the first pack of the same locality and model: reward-2 follows reward."""
    name, dash, number = folder.name.rpartition("-")
    return folder.with_name(name) if dash and number.isdigit() else folder


def _read_manifest(folder: Path) -> tuple[dict[str, Any] | None, bool]:
    """Read the manifest of the pack in a folder, None when there is none, and say whether it is damaged.

    OutputError when it is none of ours.
    """
    path = folder / FILE_NAME
    try:
        if not path.is_file():
            return None, False
    except OSError as error:
        raise OutputError(f"{folder}: cannot be read ({error.strerror}). Choose another --output.") from None
    try:
        text = path.read_text(encoding="utf-8")
        found = read_json(text)
        is_damaged = is_sealed(found) and not is_as_written(found, text)
    except (OSError, ValueError, RecursionError):
        raise OutputError(UNREADABLE.format(path)) from None
    if not all(_OURS.fullmatch(one["path"]) for one in found["documents"]):
        raise OutputError(UNREADABLE.format(path))
    return found, is_damaged


def look(folder: Path, written: Mapping[str, Any] | None = None) -> PackFolder:
    """Look at a pack's folder: what its manifest lists, and which of that is no longer as it was built.

    A manifest that was just written there need not be read.
    """
    manifest, is_damaged = _read_manifest(folder) if written is None else (written, False)
    listed = {} if manifest is None else {str(one["path"]): {"detached": False, **one} for one in manifest["documents"]}
    states = {name: _state_of(folder, name, entry) for name, entry in sorted(listed.items())}
    edited, missing, links = (tuple(name for name in states if states[name] == one) for one in ("edited", "missing", "link"))
    found = [name for name in files_in(folder) if name not in OF_THE_PACK and name not in listed]
    open_files = [name for name in found if is_lock_file(name)]
    others = [name for name in found if name not in open_files]
    return PackFolder(folder, manifest, listed, edited, missing, links, tuple(others), tuple(open_files), is_damaged)


def is_lock_file(name: str) -> bool:
    """Say whether a file is one that Word or LibreOffice leaves beside a document while it is open."""
    return _LOCK_FILES.fullmatch(name.rpartition("/")[2]) is not None


def _state_of(folder: Path, name: str, entry: Mapping[str, Any]) -> str | None:
    path = folder / name
    if path.is_symlink() or path.parent.is_symlink():
        return "link"
    if not path.exists():
        return "missing"
    if entry["detached"] and path.is_file():
        return None
    return "edited" if path.is_dir() or digest(path.read_bytes()) != entry["file_digest"] else None


def files_in(folder: Path, *, is_strict: bool = False) -> Iterator[str]:
    """Give every file and link below a folder by its path there, in order of name; links are not followed.

    A folder that cannot be read is passed over, or when `is_strict` is an error.
    """
    for place, folders, names in os.walk(folder, onerror=fail if is_strict else None):
        folders.sort()
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted((*names, *links)):
            yield Path(place, name).relative_to(folder).as_posix()


def fail(error: OSError) -> None:
    """Have a walk through folders stop at one that cannot be read."""
    raise error

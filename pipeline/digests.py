"""Digests of files and of groups of files: each file is read at most once and, where it is known unchanged, not at all.

A file whose size, times and inode are as they were is taken to be as it was. They are remembered only when the file had been left
alone for a while before it was read, since two changes in quick succession may carry the same times. Standard library only.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.manifest import digest
from pipeline.request import BuildRequest

PIPELINE = Path(__file__).parent
INPUT_SUFFIXES = (".yaml", ".csv", ".docx", ".xlsx")
SECOND = 1_000_000_000
FINE, COARSE = SECOND // 10, 2 * SECOND
"""Nanoseconds within which two changes may carry the same times, where times have fractions of a second and where not."""
Stat = list[int]


def group_files(group: str) -> list[str]:
    """Give the files that a group is made of: the package's sources, the input files of a folder, or certain files."""
    kind, _, place = group.partition(":")
    if kind == "files":
        return [str(path) for path in json.loads(place)]
    with contextlib.suppress(OSError, ValueError):
        if kind == "sources":
            return sorted(_sources(place))
        with os.scandir(place) as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(INPUT_SUFFIXES))
    return []


def _sources(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield entry.path
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _sources(entry.path)


class Digests:
    """The digests of files, each read at most once and, where what is known still fits it, not at all."""

    def __init__(self, known: Mapping[str, tuple[Stat, str]] | None = None) -> None:
        """Take what is known: for each file its stat and its digest."""
        self.known: dict[str, tuple[Stat, str]] = dict(known or {})
        self.is_richer = False
        self._groups: dict[str, str] = {}

    def of(self, path: str) -> str:
        """The digest of a file; nothing when it is not there."""
        try:
            stat = _stat(path)
            if path in self.known and self.known[path][0] == stat:
                return self.known[path][1]
            content = Path(path).read_bytes()
        except (OSError, ValueError):
            self.known.pop(path, None)
            return ""
        found = digest(content)
        self.known.pop(path, None)
        if _is_settled(stat):
            self.known[path] = (stat, found)
            self.is_richer = True
        return found

    def forget_groups(self) -> None:
        """Look at every group anew from now on, though not into files that are as they were."""
        self._groups.clear()

    def of_group(self, group: str) -> str:
        """The digest of the names and contents of a group's files."""
        if group not in self._groups:
            files = "".join(f"{path} {self.of(path)}\n" for path in group_files(group))
            self._groups[group] = text_digest(f"{python()}\n{files}")
        return self._groups[group]


def _is_settled(stat: Stat) -> bool:
    """Say whether a file has been left alone for long enough; the clock decides what is read again, and nothing else."""
    newest = max(stat[1], stat[2])
    return newest < time.time_ns() - (FINE if newest % SECOND else COARSE)


def _stat(path: str) -> Stat:
    found = os.stat(path)  # noqa: PTH116 - hundreds of files, and a Path for each costs more than asking
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


_PROCESS = Digests()


def taken(*groups: str) -> dict[str, str]:
    """The digests of groups of files, to be taken before any of them is read: what changes later counts as changed."""
    _PROCESS.forget_groups()
    return {group: _PROCESS.of_group(group) for group in groups}


def input_groups(request: BuildRequest, *libraries: str) -> tuple[str, ...]:
    """Name what a pack is made from, templates apart: our sources, the libraries, the profile and the reference data."""
    return (f"sources:{PIPELINE}", *libraries, files_group(request.profile), folder_group(request.inputs / "reference"))


def files_group(*paths: Path) -> str:
    """Name certain files. Links are not followed in a name, here as everywhere: they may lead elsewhere next time."""
    return f"files:{json.dumps([str(path.absolute()) for path in paths])}"


def folder_group(path: Path) -> str:
    """Name the input files of a folder."""
    return f"folder:{path.absolute()}"


def text_digest(text: str) -> str:
    """The digest of a text, which may hold names of files that are no UTF-8."""
    return digest(text.encode(errors="surrogateescape"))


def python() -> str:
    """Name the interpreter; the documents are as its libraries make them."""
    return f"{sys.version} {sys.prefix}"

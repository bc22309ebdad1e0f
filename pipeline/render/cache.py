"""What is compiled from templates, kept between runs: key and data in, the same data out, or nothing.

The data holds compiled code, so whoever can write it can run code as the user. It is kept only in a folder that belongs to the
user and nobody else can reach, and read only from files that are the user's own. Whatever is wrong with an entry, it is as if it
were not there: it is made again.
"""

import hashlib
import importlib.metadata
import marshal
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
LIBRARIES = ("docxtpl", "jinja2", "lxml", "openpyxl", "python-docx")
SOURCES = (
    *("render/**/*.py", "formulas/*.py", "templates/*.py", "verify/fields.py"),
    *("exceptions.py", "figure.py", "text.py", "wording.py"),
)
VARIABLE = "PACKS_CACHE"
"""The environment variable that names another folder, or says `off`."""
OFF = "off"
MOST = 200
"""More entries than this are not kept; the oldest go first."""
_DIGEST = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_ODD = (OSError, ValueError, EOFError, TypeError)


def cache_folder() -> Path | None:
    """Give the folder, made if need be; None when it is switched off or cannot be the user's alone."""
    said = os.environ.get(VARIABLE, "")
    if said.lower() == OFF:
        return None
    try:
        folder = Path(said) if said else _users_folder() / "procurement-packs"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except (OSError, RuntimeError):
        return None
    is_private = stat.S_ISDIR(found.st_mode) and _is_own(found) and not (_is_shared_system() and found.st_mode & _OTHERS)
    return folder if is_private else None


def _users_folder() -> Path:
    """Give where the system keeps what a user's programs can make again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    named = os.environ.get("XDG_CACHE_HOME", "")
    return Path(named) if Path(named).is_absolute() else Path.home() / ".cache"


def _is_shared_system() -> bool:
    """Say whether the system tells files' owners and modes as Unix does; Windows keeps a user's folder by other means."""
    return hasattr(os, "geteuid")


def _is_own(found: os.stat_result) -> bool:
    return not _is_shared_system() or found.st_uid == os.geteuid()


def entry(kind: str, content: bytes, name: str = "") -> str:
    """Name the entry of what is made from some content: by all that decides what comes of it, down to this package's sources."""
    told = hashlib.sha256(_setting() + hashlib.sha256(content).digest() + name.encode())
    return f"{told.hexdigest()}.{kind}"


@cache
def _setting() -> bytes:
    made = hashlib.sha256(f"{sys.version} {sys.implementation.cache_tag}".encode())
    for library in LIBRARIES:
        made.update(f"{library} {importlib.metadata.version(library)}\n".encode())
    root = Path(__file__).parents[1]
    for path in sorted(path for pattern in SOURCES for path in root.glob(pattern)):
        made.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return made.digest()


def kept(kind: str, content: bytes, name: str, shape: type[T], make: Callable[[], T]) -> T:
    """Give what is made from some content, of the type `shape`, kept or made now; what goes wrong in making it is raised."""
    key = entry(kind, content, name)
    data = load(key)
    if isinstance(data, bytes):
        with suppress(Exception):  # whatever is wrong with it, it is made again
            found = pickle.loads(data)  # noqa: S301 - from a file of the user's own
            if isinstance(found, shape):
                return found
    made = make()
    store(key, pickle.dumps(made))
    return made


def load(key: str) -> Any:
    """Give what is stored under a key, or None."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        content = _read(folder / key)
        if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
            return None
        return marshal.loads(content[_DIGEST:])  # noqa: S302 - a file of the user's own, as checked above
    except _ODD:
        return None


def _read(path: Path) -> bytes:
    """Read a file that is the user's own and no link."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or not _is_own(found) or (_is_shared_system() and found.st_mode & _OTHERS):
            raise OSError
        return file.read()


def store(key: str, data: Any) -> None:
    """Store plain data under a key; a folder that is full or cannot be written is passed over."""
    folder = cache_folder()
    if folder is None:
        return
    content = marshal.dumps(data)
    with suppress(OSError):
        handle, draft = tempfile.mkstemp(prefix=".", dir=folder)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(content).digest() + content)
            Path(draft).replace(folder / key)  # whole or not at all, whoever else writes the same
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise
        _tidy(folder)


def _tidy(folder: Path) -> None:
    """Remove the oldest entries beyond MOST."""
    ages: list[tuple[float, str]] = []
    with os.scandir(folder) as entries:
        for one in entries:
            with suppress(FileNotFoundError):  # another writer's draft
                ages.append((one.stat(follow_symlinks=False).st_mtime, one.path))
    for _, path in sorted(ages, reverse=True)[MOST:]:
        with suppress(OSError):
            Path(path).unlink()

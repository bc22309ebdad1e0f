"""One file, read or written whole; an error says which, what is wrong and what to do."""

from pathlib import Path

from pipeline.exceptions import DocumentError, OutputError


def read_file(path: Path) -> bytes:
    """Give what is in a file; DocumentError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read ({error.strerror}). Check the name and its permissions.") from None


def write_file(path: Path, content: bytes) -> None:
    """Write a file, over one that is there; OutputError when it cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}). Check the folder and its permissions.") from None

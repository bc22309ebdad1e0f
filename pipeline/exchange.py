"""One folder in the place of another, so that whoever looks finds the old one or the new one, whole."""

import contextlib
import ctypes
import errno
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

_NOT_HERE = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
_AT_FDCWD = {"linux": -100, "darwin": -2}
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS


@cache
def _rename() -> Any:
    """Give the system's call that can exchange two names (Linux renameat2, macOS renameatx_np), None where there is none."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        library = ctypes.CDLL(None, use_errno=True)
        call = library.renameat2 if sys.platform == "linux" else library.renameatx_np
        call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
        call.restype = ctypes.c_int
        return call
    return None


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False when the system or the file system has no such step."""
    call = _rename()
    if call is None:
        return False
    here = _AT_FDCWD[sys.platform]
    if call(here, os.fsencode(one), here, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NOT_HERE:
        return False
    raise OSError(code, os.strerror(code), str(other))


def sync(folder: Path) -> None:
    """Have what a folder lists written to the disk; a system that cannot open folders does so by itself."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NOT_HERE:
            raise
    finally:
        os.close(descriptor)

"""What deflates the parts of a package: the standard library, or isal where the extra `fast` is installed."""

from typing import Any, Protocol
from zlib import DEFLATED, MAX_WBITS
from zlib import compressobj as standard


def _isal() -> Any:
    try:
        from isal.isal_zlib import compressobj  # noqa: PLC0415 - it need not be there
    except ImportError:
        return None
    return compressobj


quick: Any = _isal()
LEVEL = 6
QUICK_LEVEL = 1  # of isal's four; the size of zlib's first level in a tenth of its time


class Compressor(Protocol):
    """What deflates one part."""

    def compress(self, data: bytes, /) -> bytes:
        """Take bytes in."""

    def flush(self) -> bytes:
        """Give what is left."""


def compressor() -> Compressor:
    """Begin to deflate a part, without the frame that a zip file does not have."""
    if quick is not None:
        made: Compressor = quick(QUICK_LEVEL, DEFLATED, -MAX_WBITS)
        return made
    return standard(LEVEL, DEFLATED, -MAX_WBITS)

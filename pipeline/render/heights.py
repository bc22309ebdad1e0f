"""How tall a row has to be for its texts, since a row whose texts come from tags has no height a template could give."""

import textwrap
from functools import lru_cache

DEFAULT_WIDTH = 8.43  # Excel's column width in characters when none is set
LINE_SPACING = 1.32  # line height as a multiple of the font's size, as Excel sets Arial
PADDING = 3.0


def room_for(width: float, indent: float, size: float) -> int:
    """Give how many characters of a size fit into a column, or the merged columns a cell heads."""
    return max(int((width - indent) * 1.05 * 10 / size), 1)


def height_of(text: str, room: int, line: float) -> float:
    """Give the points a wrapped text takes, or 0 for anything that fits on one line or does not wrap."""
    if not room or (len(text) <= room and "\n" not in text and "\r" not in text):
        return 0.0
    lines = sum(_lines(one, room) for one in text.splitlines())
    return round(lines * line + PADDING, 1) if lines > 1 else 0.0


@lru_cache(maxsize=8192)
def _lines(text: str, room: int) -> int:
    return max(len(textwrap.wrap(text, room)), 1) if len(text) > room else 1

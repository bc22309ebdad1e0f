"""How tall a row has to be for its texts, since a row whose texts come from tags has no height a template could give."""

import textwrap
from collections.abc import Mapping

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

DEFAULT_WIDTH = 8.43  # Excel's column width in characters when none is set
LINE_SPACING = 1.32  # line height as a multiple of the font's size, as Excel sets Arial
PADDING = 3.0


def column_widths(sheet: Worksheet) -> dict[int, float]:
    """Give the width in characters of each column of a sheet that has one."""
    widths: dict[int, float] = {}
    for column in range(1, sheet.max_column + 1):
        dimension = sheet.column_dimensions.get(get_column_letter(column))
        widths[column] = float(dimension.width) if dimension is not None and dimension.width else DEFAULT_WIDTH
    return widths


def height_for(cells: list[Cell], widths: Mapping[int, float], given: float | None) -> float | None:
    """Give the height (points) that shows every wrapped text of a row, never less than the height the template gives.

    `widths` says how wide each cell's column, or the merged area it heads, is. None leaves the height to Excel: one line.
    """
    needed = max((_height(cell, widths.get(cell.column, DEFAULT_WIDTH)) for cell in cells), default=0.0)
    if needed == 0.0:
        return given
    return max(needed, given or 0.0)


def _height(cell: Cell, width: float) -> float:
    """Give the points a wrapped text takes, or 0 for anything that fits on one line."""
    if cell.data_type != "s" or not isinstance(cell.value, str) or not cell.alignment.wrap_text:
        return 0.0
    size = float(cell.font.size or 10)
    room = max(int((width - (cell.alignment.indent or 0)) * 1.05 * 10 / size), 1)
    lines = sum(max(len(textwrap.wrap(line, room)), 1) for line in cell.value.splitlines())
    return round(lines * size * LINE_SPACING + PADDING, 1) if lines > 1 else 0.0

"""References to cells as a sheet's XML writes them (A1, B2:C9, 3:4) → areas."""

import re

from openpyxl.utils import column_index_from_string

from pipeline.render.sheets.rows import LAST_ROW, Area

_AREA = re.compile(r"\$?([A-Z]{1,3})?\$?(\d+)?(?::\$?([A-Z]{1,3})?\$?(\d+)?)?")
LAST_COLUMN = "XFD"


def area_of(text: str) -> Area:
    """Give the area of a reference; whole columns reach from the first row to the last."""
    found = _AREA.fullmatch(text)
    if found is None or not (found[1] or found[2]):
        return Area("A", 1, LAST_COLUMN, LAST_ROW)
    single = ":" not in text
    left, right = found[1] or "", (found[1] if single else found[3]) or ""
    top = int(found[2] or 1)
    bottom = top if single else int(found[4] or LAST_ROW)
    return Area(left, top, right, bottom)


def areas_of(text: str) -> tuple[Area, ...]:
    """Give the areas of a list of references."""
    return tuple(area_of(one) for one in text.split())


def columns_of(area: Area) -> range:
    """Give the numbers of an area's columns."""
    return range(column_index_from_string(area.left or "A"), column_index_from_string(area.right or LAST_COLUMN) + 1)

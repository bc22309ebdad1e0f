"""The cells of a rule, which two programs may list in two ways: `B7 B8 B9` and `B7:B9` are one area."""

import re
from collections import defaultdict

from pipeline.compare.sheets.cell import column_letters, column_number

MOST = 20_000
"""An area of more cells than this stays as it is written."""
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")
Runs = tuple[tuple[int, int], ...]


def area_of(listed: str) -> str:
    """Write an area in one way: ranges as tall and then as wide as can be, from left to right."""
    parts = listed.split()
    found = [_RANGE.fullmatch(part) for part in parts]
    if len(parts) < 2 or not all(found):  # noqa: PLR2004 - one range is in order
        return listed
    columns: dict[int, set[int]] = defaultdict(set)
    count = 0
    for one in filter(None, found):
        top, bottom = int(one[2]), int(one[4] or one[2])
        left, right = column_number(one[1]), column_number(one[3] or one[1])
        count += (bottom - top + 1) * (right - left + 1)
        if count > MOST:
            return listed
        for column in range(left, right + 1):
            columns[column].update(range(top, bottom + 1))
    return " ".join(_written({column: _runs(rows) for column, rows in columns.items()}))


def _runs(rows: set[int]) -> Runs:
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return tuple((top, bottom) for top, bottom in runs)


def _written(columns: dict[int, Runs]) -> list[str]:
    """Join columns beside each other that have the same rows."""
    blocks: list[tuple[int, int, Runs]] = []
    for column in sorted(columns):
        if blocks and blocks[-1][1] == column - 1 and blocks[-1][2] == columns[column]:
            blocks[-1] = (blocks[-1][0], column, columns[column])
        else:
            blocks.append((column, column, columns[column]))
    return [_range(left, right, run) for left, right, runs in blocks for run in runs]


def _range(left: int, right: int, rows: tuple[int, int]) -> str:
    first, last = f"{column_letters(left)}{rows[0]}", f"{column_letters(right)}{rows[1]}"
    return first if first == last else f"{first}:{last}"

"""The cells of a sheet straight from its markup, for the many that are plainly written: markup in, texts out, nothing parsed.

Whatever is written otherwise (shared and array formulas, texts in several fonts, another prefix) is left to the full reader.
"""

import re
from collections.abc import Sequence

Written = tuple[str, str, str, str, str]
"""A cell as it is written: its column, its style number, its type, its formula and its value."""
_START, _END = b"<sheetData>", b"</sheetData>"
_ODD = (b"<!", b"<?", b"\r", b"xmlns")
"""What the parser does not read as it is written."""
_UTF_8 = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml(?![^>]*encoding=[\"'](?!utf-8))[^>]*>)?\s*<", re.IGNORECASE)
_SIGN = re.compile(r"&(?:#(?:x([0-9A-Fa-f]+)|([0-9]+))|(\w+));")
_NAMED = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}
"""What XML writes for signs without a declaration of its own."""
FARTHEST = (3, "XFD")
"""The last column that a sheet has, by the number of its letters and these."""
_NUMBER = re.compile(r'\br="([0-9]+)"')
_CELL = re.compile(
    r"""<c\ r="([A-Z]+)([0-9]+)"(?:\ s="([0-9]*)")?(?:\ t="(\w*)")?
    (?:/>|>(?:<f>([^<]+)</f>)?(?:<v>([^<]*)</v>|<is><t(?:\ xml:space="preserve")?>([^<]*)</t></is>)?</c>)""",
    re.VERBOSE,
)


def plain_rows(content: bytes, count: int) -> Sequence[list[Written] | None]:
    """Give the cells of each row of a sheet, and None for a row that takes more; of so many rows, or all take more."""
    data = content[content.find(_START) + len(_START) : content.rfind(_END)] if _START in content else b""
    if any(sign in data for sign in _ODD) or _UTF_8.match(content) is None:
        return [None] * count
    rows = data.decode(errors="replace").split("<row")[1:]
    return [_cells(row) for row in rows] if len(rows) == count else [None] * count


def _cells(row: str) -> list[Written] | None:
    start, _, markup = row.partition(">")
    number, found = _NUMBER.search(start), _CELL.findall(markup)
    columns = {(len(one[0]), one[0]) for one in found}
    if (
        number is None
        or len(found) != markup.count("<c")
        or len(columns) < len(found)
        or any(one[1] != number[1] for one in found)
    ):
        return None
    if columns and max(columns) > FARTHEST:
        return None
    if "&" in markup:
        found = [(*one[:4], *map(_unescaped, one[4:])) for one in found]
    return [
        (column, look, kind, formula and f"={formula}", value or text) for column, _, look, kind, formula, value, text in found
    ]


def _unescaped(text: str) -> str:
    return _SIGN.sub(_sign, text) if "&" in text else text


def _sign(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED.get(found[3], found[0])
    return chr(int(found[1], 16) if found[1] else int(found[2]))

"""The cells of a sheet straight from its markup, for the many that are plainly written: markup in, texts out, nothing parsed.

Whatever is written otherwise (shared and array formulas, texts in several fonts, another prefix) is left to the full reader.
"""

import re
from collections.abc import Sequence

Written = tuple[str, str, str, str, str]
"""A cell as it is written: its column, its style number, its type, its formula and its value."""
_START, _END = b"<sheetData>", b"</sheetData>"
_ODD = (b"<!", b"<?", b"&#", b"\r", b"xmlns")
"""What the parser does not read as it is written."""
_UTF_8 = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml(?![^>]*encoding=[\"'](?!utf-8))[^>]*>)?\s*<", re.IGNORECASE)
_SIGNS = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
"""What XML writes for signs without a declaration of its own, in an order in which none makes another."""
_CELL = re.compile(
    r"""<c\ r="([A-Z]+)[0-9]+"(?:\ s="([0-9]*)")?(?:\ t="(\w*)")?
    (?:/>|>(?:<f>([^<]+)</f>)?(?:<v>([^<]*)</v>|<is><t(?:\ xml:space="preserve")?>([^<]*)</t></is>)?</c>)""",
    re.VERBOSE,
)


def plain_rows(content: bytes, count: int) -> Sequence[list[Written] | None]:
    """Give the cells of each row of a sheet, and None for a row that takes more; of so many rows, or all take more."""
    data = content[content.find(_START) + len(_START) : content.rfind(_END)] if _START in content else b""
    if any(sign in data for sign in _ODD) or _UTF_8.match(content) is None:
        return [None] * count
    rows = data.decode(errors="replace").split("<row")[1:]
    return [_cells(row.partition(">")[2]) for row in rows] if len(rows) == count else [None] * count


def _cells(row: str) -> list[Written] | None:
    found = _CELL.findall(row)
    if len(found) != row.count("<c"):
        return None
    if "&" in row:
        found = [(*one[:3], *map(_unescaped, one[3:])) for one in found]
    return [(column, look, kind, formula and f"={formula}", value or text) for column, look, kind, formula, value, text in found]


def _unescaped(text: str) -> str:
    if "&" in text:
        for name, sign in _SIGNS:
            text = text.replace(name, sign)
    return text

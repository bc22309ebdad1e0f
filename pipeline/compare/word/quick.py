"""Text straight from a paragraph's or table's markup, for the many that did not change: markup in, words out, nothing parsed.

Only plain markup is read this way; whatever has fields, breaks, tracked changes or drawings is left to the full reader.
"""

import re
from html import unescape

from pipeline.compare.sight import visible

_RICH = re.compile(
    rb"<(?:w:(?:fldChar|fldSimple|tab/|br|cr/|noBreakHyphen|del[ >]|delText|moveFrom|sym|drawing|pict|object|ptab|bdo"
    rb"|dir[ >]|pgNum|dayShort|dayLong|monthShort|monthLong|yearShort|yearLong)|mc:|m:)|<!"
)
_TEXT = re.compile(rb"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_LOOKS = (b"<w:rPr", b"<w:hyperlink", b"<w:tbl>", b"<w:tbl ")
_ODD = (b"\n", b"\r", b"&#")
"""What the full reader does not read as it is written."""
_MORE = (b"<w:sdt", b"<w:ins ", b"<w:customXml", b"<w:tc ")
_FIRST_CELL = b"<w:tc>"
_CELL_END, _ROW_END, _PARAGRAPH_END = b"</w:tc>", b"</w:tr>", b"</w:p>"


def is_plain(raw: bytes) -> bool:
    """Say whether there is nothing in some markup that only the full reader reads."""
    return _RICH.search(raw) is None


def plain_text(raw: bytes, between: str = "") -> str | None:
    """Give the words of a paragraph or table with something between its runs, or None when it takes more to read it."""
    return _said(raw, between) if is_plain(raw) else None


def plain_rows(raw: bytes) -> list[bytes] | None:
    """Cut a table's markup into rows, or give None when it takes more: a table within it, content controls."""
    if raw.count(b"<w:tbl>") + raw.count(b"<w:tbl ") != 1 or any(sign in raw for sign in _MORE):
        return None
    return [row.partition(_FIRST_CELL)[2] for row in raw.split(_ROW_END)[:-1]]


def cells_of(row: bytes) -> list[bytes]:
    """Cut a row's markup into that of its cells."""
    return row.split(_CELL_END)[:-1]


def plain_cell(raw: bytes) -> str | None:
    """Give the words of a cell, its paragraphs with a line break between them, or None when it takes more to read it."""
    return cell_words(raw) if is_plain(raw) else None


def cell_words(raw: bytes) -> str:
    """Give the words of a cell of plain markup, its paragraphs with a line break between them."""
    if raw.count(_PARAGRAPH_END) == 1:
        return " ".join(_said(raw).split())
    return "\n".join(" ".join(_said(one).split()) for one in raw.split(_PARAGRAPH_END)[:-1]).strip()


def _said(raw: bytes, between: str = "") -> str:
    found = _TEXT.findall(raw)
    text: str = (found[0] if len(found) == 1 else between.encode().join(found)).decode()
    return visible(unescape(text) if "&" in text else text)


def is_reworded(old: bytes, new: bytes) -> bool:
    """Say whether two paragraphs or cells, which look as their styles and hold no field or link, differ in words alone."""
    rest = _TEXT.sub(b"", old)
    if rest != _TEXT.sub(b"", new) or not is_plain(rest) or any(sign in rest for sign in _LOOKS):
        return False
    return not any(sign in one for one in (old, new) for sign in _ODD)

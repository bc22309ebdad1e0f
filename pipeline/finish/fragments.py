"""Small pieces of Word's XML that finishing puts in: runs and fields, given their formatting as XML."""

import re
from functools import lru_cache
from xml.sax.saxutils import escape

_STYLE = re.compile(r"<w:rStyle\s[^>]*/>")
_EMPTY = re.compile(r"<w:rPr\s*/>")


@lru_cache(maxsize=2048)
def bookmark_name(key: str) -> str:
    """Turn an id into a name Word accepts: R-014 → R_014."""
    return re.sub(r"\W", "_", key)[:40]


@lru_cache(maxsize=256)
def styled(formatting: str, style: str) -> str:
    """Give a run's formatting a character style, in place of any it has."""
    inner = _STYLE.sub("", _EMPTY.sub("", formatting)).removeprefix("<w:rPr>").removesuffix("</w:rPr>")
    return f'<w:rPr><w:rStyle w:val="{style}"/>{inner}</w:rPr>'


def opened(formatting: str) -> str:
    """Open a run with a text in it."""
    return f'<w:r>{formatting}<w:t xml:space="preserve">'


def run_of(words: str, formatting: str = "") -> str:
    """Make a run of escaped words."""
    return f"{opened(formatting)}{words}</w:t></w:r>"


def character(kind: str, formatting: str = "") -> str:
    """Make one of the runs that set off the parts of a field."""
    return f'<w:r>{formatting}<w:fldChar w:fldCharType="{kind}"/></w:r>'


def field_begin(code: str, formatting: str = "") -> str:
    """Make what stands before a field's result."""
    instruction = f'<w:r>{formatting}<w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
    return f"{character('begin', formatting)}{instruction}{character('separate', formatting)}"


def field_of(code: str, result: str, formatting: str = "") -> str:
    """Make a field with its present result."""
    return f"{field_begin(code, formatting)}{run_of(escape(result), formatting)}{character('end', formatting)}"

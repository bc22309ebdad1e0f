"""The markup of a Word part as text: its paragraphs and tables cut apart, and what of them can be told from that alone."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from html import escape
from typing import TypeAlias

from lxml import etree

from pipeline.text import W, blocks

Piece: TypeAlias = "tuple[etree._Element, bytes]"  # noqa: SLF001 - lxml names its type so
"""A paragraph or table with its markup."""
_OPEN = re.compile(rb"<w:(?:p|tbl)[ >]")
_VOLATILE = (
    (b"<w:bookmarkStart", re.compile(rb"<w:bookmarkStart w:id=\"\d+\""), b"<w:bookmarkStart"),
    (b' w:name="_', re.compile(rb'<w:bookmarkStart w:name="_[^"]*"'), b"<w:bookmarkStart"),
    (b"<w:bookmarkEnd", re.compile(rb"<w:bookmarkEnd w:id=\"\d+\"/>"), b"<w:bookmarkEnd/>"),
    (b" w:rsid", re.compile(rb" w:rsid\w*=\"\w*\""), b""),
    (b"<w:proofErr", re.compile(rb"<w:proofErr[^>]*/>"), b""),
    (b"<w:lastRenderedPageBreak", re.compile(rb"<w:lastRenderedPageBreak[^>]*/>"), b""),
)
"""What differs from one saving to the next: a text that is found quickly, what to look for, what to put in its place."""
_STYLE = re.compile(rb"<w:p(?: [^>]*)?><w:pPr><w:pStyle w:val=\"([^\"&]*)\"")
_NAME = re.compile(rb"<w:bookmarkStart [^>]*?w:name=\"([^\"&]*)\"")
_T = ord("t")


def pieces_of(content: bytes, holders: Sequence[etree._Element]) -> list[Piece] | None:
    """Cut the paragraphs and tables directly in some elements out of their part; None where that is not simple."""
    elements = [one for holder in holders for one in holder.iterchildren(f"{W}p", f"{W}tbl")]
    raws = _cut(content, len(elements))
    return None if raws is None else list(zip(elements, raws, strict=True))


def written_pieces(holders: Sequence[etree._Element]) -> list[Piece]:
    """Give the paragraphs and tables in some elements, with their markup written anew."""
    return [(one, raw_of(one)) for holder in holders for one in blocks(holder)]


def _cut(content: bytes, count: int) -> list[bytes] | None:
    """Cut the markup of a part into that of its paragraphs and tables; None when there are not as many as counted."""
    if b"xmlns:w=" not in content[:5000] or b"<!" in content:
        return None
    content = _settled(content)
    pieces, at = [], 0
    while (found := _OPEN.search(content, at)) is not None:
        start = found.start()
        at = _end(content, start, b"tbl" if content[start + 3] == _T else b"p")
        if not at:
            return None
        pieces.append(content[start:at])
    return pieces if len(pieces) == count else None


def _end(content: bytes, start: int, name: bytes) -> int:
    """Give where an element ends, past those of its name within it; 0 where its end is not found."""
    close, bare, full = b"</w:" + name + b">", b"<w:" + name + b">", b"<w:" + name + b" "
    at, depth = start, 0
    while True:
        end = content.find(close, at)
        if end < 0:
            return 0
        depth += content.count(bare, at, end) + content.count(full, at, end) - 1
        at = end + len(close)
        if not depth:
            return at


def raw_of(element: etree._Element) -> bytes:
    """Give an element's markup without what differs from one saving to the next."""
    return _settled(bytes(etree.tostring(element, encoding="UTF-8", with_tail=False)))


def _settled(markup: bytes) -> bytes:
    for sign, pattern, instead in _VOLATILE:
        if sign in markup:
            markup = pattern.sub(instead, markup)
    return markup


def numbered(pieces: Iterable[Piece], styles: Collection[str]) -> Iterator[tuple[etree._Element, str | None]]:
    """Give the paragraphs that may have a number, in order: with the style that numbers them, None where it is not that alone."""
    signs = [escape(style).encode() for style in styles]
    for element, raw in pieces:
        if b"numPr" not in raw:
            if b"pStyle" not in raw:
                continue
            found = _STYLE.match(raw)
            if found is not None and raw.count(b"pStyle") == 1:
                style = found[1].decode()
                if style in styles:
                    yield element, style
                continue
            if not any(sign in raw for sign in signs):
                continue
        yield from _numbered_within(element, styles)


def _numbered_within(element: etree._Element, styles: Collection[str]) -> Iterator[tuple[etree._Element, str | None]]:
    value, number = f"{W}val", f"{W}numPr"
    seen: set[etree._Element] = set()
    for node in element.iter(f"{W}pStyle", number):
        style = node.get(value) or ""
        if style not in styles and node.tag != number:
            continue
        properties = node.getparent()
        paragraph = properties.getparent() if properties is not None else None
        if properties is None or paragraph is None or paragraph.tag != f"{W}p" or paragraph in seen:
            continue
        seen.add(paragraph)
        yield paragraph, style if style in styles and properties.find(number) is None else None


def bookmarks_in(pieces: Iterable[Piece]) -> Iterator[tuple[str, etree._Element]]:
    """Give the bookmarks with the paragraphs in which they start."""
    for element, raw in pieces:
        if b"bookmarkStart" not in raw:
            continue
        names = _NAME.findall(raw)
        if element.tag == f"{W}p" and len(names) == raw.count(b"bookmarkStart") and raw.count(b"</w:p>") == 1:
            yield from ((name.decode(), element) for name in names)
            continue
        for mark in element.iter(f"{W}bookmarkStart"):
            paragraph = next(mark.iterancestors(f"{W}p"), None)
            if paragraph is not None:
                yield mark.get(f"{W}name") or "", paragraph

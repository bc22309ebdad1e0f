"""A finished Word document read back: nothing left over, nothing leaked, nothing broken."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from pipeline.finish.numbering import W, w
from pipeline.finish.package import CORE, read_parts
from pipeline.pack import Edition, Finding, Severity
from pipeline.render.scan import COMMENTARY, HEADINGS
from pipeline.verify.captions import CAPTION, sequence_fields
from pipeline.verify.left_over import is_left_over
from pipeline.verify.parts import WORD_PARTS, active_parts, leaking_parts
from pipeline.verify.reading import Block, blocks_of, text_of

MAIN_PART = "word/document.xml"
_NAMES = {"w": W}
_OPEN_CELLS = etree.XPath("//w:tc[not(*[last()][self::w:p])]", namespaces=_NAMES)
_WIDTH = "(count(w:tc) + sum(w:tc/w:tcPr/w:gridSpan/@w:val) - count(w:tc/w:tcPr/w:gridSpan))"
_ODD_TABLES = etree.XPath(
    f"//w:tbl[count(w:tr) < 2 or w:tr[not(w:tc)] or w:tr[not({_WIDTH} <= count(../w:tblGrid/w:gridCol))]]", namespaces=_NAMES
)
_SPAN = f"{w('tcPr')}/{w('gridSpan')}"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
TEXT_ROOTS = frozenset(w(tag) for tag in ("document", "hdr", "ftr", "footnotes", "endnotes"))
TRACKED = (
    *("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange"),
    *("rPrChange", "pPrChange", "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange", "tcPrChange", "sectPrChange"),
    *("customXmlInsRangeStart", "customXmlDelRangeStart", "customXmlMoveFromRangeStart", "customXmlMoveToRangeStart"),
    *("vanish", "webHidden", "specVanish"),
)
STYLED = frozenset(w(tag) for tag in ("styles", "numbering"))
CARRIED = ("altChunk", "object", "control", "docVars", "mailMerge")
FIELDS = frozenset({"REF", "SEQ", "TOC", "PAGE", "NUMPAGES", "PAGEREF", "HYPERLINK"})
LAST_MODIFIED_BY = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}lastModifiedBy"


Faults = Iterator[tuple[str, str]]


def verify_word(content: bytes, name: str, edition: Edition, values: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Report every fault of a finished document, in reading order; `values` are the texts in it that only look like tags."""
    parts = read_parts(content)
    roots = {part: etree.fromstring(data) for part, data in parts.items() if part.endswith(".xml")}
    blocks = {part: blocks_of(root) for part, root in roots.items()}
    body, own = roots[MAIN_PART], blocks[MAIN_PART]
    faults = [
        *_left_over(blocks, values),
        *_empty_headings(own),
        *_broken(body),
        *_tables(body),
        *_captions(body, own),
        *active_parts(parts),
        *(_leaks(parts, roots, blocks) if edition is Edition.ISSUE else ()),
    ]
    return tuple(Finding(Severity.FAULT, name, place, message) for place, message in faults)


def _left_over(blocks: Mapping[str, Sequence[Block]], values: Sequence[str]) -> Faults:
    for part, own in blocks.items():
        if not is_left_over("".join(block.text for block in own), ()):
            continue
        for block in own:
            if is_left_over(block.text, values):
                yield f"{part}: {block.text[:60]!r}", "a template tag is left in the document; correct the tag in the template"


def _empty_headings(blocks: Sequence[Block]) -> Faults:
    last: str | None = None
    for block in blocks:
        if block.style in {*HEADINGS, "Heading3"}:
            text = block.text.strip()
            if not text:
                yield "a heading", "is empty; give it text in the template"
            if last is not None and HEADINGS.get(block.style) == 1:
                yield f"heading {last!r}", "has nothing under it; put the condition round the heading too"
            last = text if HEADINGS.get(block.style) == 1 else None
        elif block.is_table or block.text.strip():
            last = None
    if last is not None:
        yield f"heading {last!r}", "has nothing under it; put the condition round the heading too"


def _broken(body: etree._Element) -> Faults:
    names = Counter(mark.get(w("name")) for mark in body.iter(w("bookmarkStart")))
    for repeated in (name for name, count in names.items() if count > 1):
        yield f"bookmark {repeated}", "is there twice; give each clause its own id"
    balance = Counter(mark.get(w("fldCharType")) for mark in body.iter(w("fldChar")))
    if balance["begin"] != balance["end"]:
        yield "fields", f"{balance['begin']} begin and {balance['end']} end; the document would not open cleanly"
    for _ in _found(_OPEN_CELLS, body):
        yield "a table cell", "does not end with a paragraph; Word would refuse the file"


def _tables(body: etree._Element) -> Faults:
    for table in _found(_ODD_TABLES, body):
        for message in _table_faults(table):
            yield f"table {text_of(table)[:50]!r}", message


def _found(path: etree.XPath, body: etree._Element) -> list[etree._Element]:
    found: Any = path(body)
    return list(found)


def _table_faults(table: etree._Element) -> Iterator[str]:
    rows = table.findall(w("tr"))
    if len(rows) < 2:  # noqa: PLR2004 - a header row and something under it
        yield "has no rows under its header; put the condition round the table"
    columns = len(table.findall(f"{w('tblGrid')}/{w('gridCol')}"))
    for number, cells in enumerate((row.findall(w("tc")) for row in rows), 1):
        if not cells:
            yield f"has no cell in row {number}; Word would refuse the file"
        if columns and sum(map(_span, cells)) > columns:
            yield f"has more cells in row {number} than its grid has columns; draw the table again in the template"


def _span(cell: etree._Element) -> int:
    span = cell.find(_SPAN)
    return 1 if span is None else int(span.get(w("val"), "1"))


def _captions(body: etree._Element, blocks: Sequence[Block]) -> Faults:
    """Report a caption without its table below, and numbers that are not 1, 2, 3."""
    for block in (block for block in blocks if block.style == CAPTION):
        below = next(block.element.itersiblings(w("p"), w("tbl")), None)
        if below is None or below.tag != w("tbl"):
            yield f"caption {block.text[:50]!r}", "has no table below it; put both under the same condition"
    counted: Counter[str] = Counter()
    for found in sequence_fields(body):
        counted[found.name] += 1
        if found.result != str(counted[found.name]):
            yield f"caption {found.name} {found.result}", f"should be {counted[found.name]}; the program counted wrongly"


def _leaks(parts: Mapping[str, bytes], roots: Mapping[str, etree._Element], blocks: Mapping[str, Sequence[Block]]) -> Faults:
    yield from leaking_parts(parts, WORD_PARTS)
    for part, root in roots.items():
        for block in blocks.get(part, ()):
            if block.style == COMMENTARY:
                yield block.text[:60], "is commentary and may not go to bidders"
        if root.tag in TEXT_ROOTS | STYLED:
            for tag in _there(root, TRACKED):
                yield f"{part}: w:{tag}", "holds tracked changes or hidden text; accept or remove them in the template"
        for tag in _there(root, CARRIED):
            yield f"{part}: w:{tag}", "carries data or an object that does not show; remove it in the template"
        for field in sorted(set(_fields(root)) - FIELDS):
            yield f"{part}: field {field or 'without a name'}", f"only {', '.join(sorted(FIELDS))} may go to bidders"
    yield from _authors(roots)


def _there(root: etree._Element, tags: tuple[str, ...]) -> Iterator[str]:
    """Give those of some tags that a part holds."""
    if next(root.iter(*map(w, tags)), None) is not None:
        yield from (tag for tag in tags if next(root.iter(w(tag)), None) is not None)


def _fields(root: etree._Element) -> Iterator[str]:
    """Give the kind of every field: the first word of its code, however many runs the code is spread over."""
    codes: list[str | None] = []  # of the fields that are open; None once a field's kind is given
    for node in root.iter(w("fldSimple"), w("fldChar"), w("instrText")):
        kind = node.get(w("fldCharType"))
        if node.tag == w("fldSimple"):
            yield _kind(node.get(w("instr")) or "")
        elif kind == "begin":
            codes.append("")
        elif kind in {"separate", "end"} and codes:
            if codes[-1] is not None:
                yield _kind(codes[-1])
            codes[-1:] = [] if kind == "end" else [None]
        elif node.tag == w("instrText") and codes and codes[-1] is not None:
            codes[-1] += node.text or ""
        elif node.tag == w("instrText"):
            yield _kind(node.text or "")


def _kind(code: str) -> str:
    return (code.split() or [""])[0].upper()


def _authors(roots: Mapping[str, etree._Element]) -> Faults:
    for author in (CREATOR, LAST_MODIFIED_BY) if CORE in roots else ():
        node = roots[CORE].find(author)
        if node is not None and node.text:
            yield CORE, f"names an author ({node.text}); bidders may not see one"

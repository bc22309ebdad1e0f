"""A finished Word document read back: nothing left over, nothing leaked, nothing broken."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice

from lxml import etree

from pipeline.finish.numbering import w
from pipeline.finish.package import CORE, read_parts
from pipeline.pack import Edition, Finding, Severity
from pipeline.render.scan import COMMENTARY, HEADINGS
from pipeline.verify.fields import Fields, fields_of
from pipeline.verify.left_over import is_left_over, may_be_left_over
from pipeline.verify.parts import WORD_PARTS, active_parts, leaking_parts
from pipeline.verify.reading import PARAGRAPH, TABLE, all_text, following, style_of, styled, text_of

MAIN_PART = "word/document.xml"
_BOOKMARK, _NAME = w("bookmarkStart"), w("name")
_HEADED = frozenset({*HEADINGS, "Heading3"})
CAPTION = "Caption"
_TELLING = _HEADED | {CAPTION, COMMENTARY}
_ROW, _CELL, _SPAN, _GRID = w("tr"), w("tc"), w("gridSpan"), f"{w('tblGrid')}/{w('gridCol')}"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
TEXT_ROOTS = frozenset(w(tag) for tag in ("document", "hdr", "ftr", "footnotes", "endnotes"))
_CHANGES = (
    *("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange"),
    *("rPrChange", "pPrChange", "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange", "tcPrChange", "sectPrChange"),
    *("customXmlInsRangeStart", "customXmlDelRangeStart", "customXmlMoveFromRangeStart", "customXmlMoveToRangeStart"),
    *("vanish", "webHidden", "specVanish"),
)
TRACKED = {w(tag): tag for tag in _CHANGES}
STYLED = frozenset(w(tag) for tag in ("styles", "numbering"))
CARRIED = {w(tag): tag for tag in ("altChunk", "object", "control", "docVars", "mailMerge")}
FIELDS = frozenset({"REF", "SEQ", "TOC", "PAGE", "NUMPAGES", "PAGEREF", "HYPERLINK"})
LAST_MODIFIED_BY = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}lastModifiedBy"


Faults = Iterator[tuple[str, str]]


class _Part:
    """One part of a document, with what several checks read in it."""

    def __init__(self, content: bytes) -> None:
        self.root = etree.fromstring(content)

    @cached_property
    def text(self) -> str:
        return all_text(self.root)

    @cached_property
    def styled(self) -> list[tuple[str, etree._Element]]:
        return list(styled(self.root, _TELLING))

    @cached_property
    def fields(self) -> Fields:
        return fields_of(self.root)


_small_part = lru_cache(maxsize=256)(_Part)  # most parts but the document itself are the same in many documents


def verify_word(content: bytes, name: str, edition: Edition, values: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Report every fault of a finished document; `values` are the texts in it that only look like tags."""
    files = read_parts(content)
    made = {part: _Part if part == MAIN_PART else _small_part for part in files if part.endswith(".xml")}
    parts = {part: make(files[part]) for part, make in made.items()}
    main = parts[MAIN_PART]
    faults = [
        *(fault for part, own in parts.items() for fault in _left_over(part, own, values)),
        *_empty_headings(main),
        *_broken(main),
        *_tables(main.root),
        *_captions(main),
        *active_parts(files),
        *(_leaks(files, parts) if edition is Edition.ISSUE else ()),
    ]
    return tuple(Finding(Severity.FAULT, name, place, message) for place, message in faults)


def _left_over(part: str, own: _Part, values: Sequence[str]) -> Faults:
    if not may_be_left_over(own.text):
        return
    for text in map(text_of, own.root.iter(PARAGRAPH)):
        if is_left_over(text, values):
            yield f"{part}: {text[:60]!r}", "a template tag is left in the document; correct the tag in the template"


def _empty_headings(main: _Part) -> Faults:
    for style, heading in main.styled:
        if style not in _HEADED:
            continue
        text = text_of(heading).strip()
        if not text:
            yield "a heading", "is empty; give it text in the template"
        if HEADINGS.get(style) == 1 and _is_bare(heading):
            yield f"heading {text!r}", "has nothing under it; put the condition round the heading too"


def _is_bare(heading: etree._Element) -> bool:
    """Say whether a heading of the first level is followed by another or by nothing."""
    for block in following(heading, PARAGRAPH, TABLE):
        style = "" if block.tag == TABLE else style_of(block)
        if style in _HEADED:
            return HEADINGS.get(style) == 1
        if block.tag == TABLE or text_of(block).strip():
            return False
    return True


def _broken(main: _Part) -> Faults:
    names = Counter(mark.get(_NAME) for mark in main.root.iter(_BOOKMARK))
    for repeated in (name for name, count in names.items() if count > 1):
        yield f"bookmark {repeated}", "is there twice; give each clause its own id"
    if main.fields.begins != main.fields.ends:
        yield "fields", f"{main.fields.begins} begin and {main.fields.ends} end; the document would not open cleanly"
    for cell in main.root.iter(_CELL):
        if not len(cell) or cell[-1].tag != PARAGRAPH:
            yield "a table cell", "does not end with a paragraph; Word would refuse the file"


def _tables(body: etree._Element) -> Faults:
    wide: Counter[etree._Element] = Counter()
    for span in body.iter(_SPAN):
        for row in islice(span.iterancestors(_ROW), 1):
            wide[row] += int(span.get(w("val"), "1")) - 1
    for table in body.iter(TABLE):
        for message in _table_faults(table, wide):
            yield f"table {text_of(table)[:50]!r}", message


def _table_faults(table: etree._Element, wide: Mapping[etree._Element, int]) -> Iterator[str]:
    rows = table.findall(_ROW)
    if len(rows) < 2:  # noqa: PLR2004 - a header row and something under it
        yield "has no rows under its header; put the condition round the table"
    columns = len(table.findall(_GRID))
    for number, row in enumerate(rows, 1):
        cells = len(row.findall(_CELL))
        if not cells:
            yield f"has no cell in row {number}; Word would refuse the file"
        if columns and cells + wide.get(row, 0) > columns:
            yield f"has more cells in row {number} than its grid has columns; draw the table again in the template"


def _captions(main: _Part) -> Faults:
    """Report a caption without its table below, and numbers that are not 1, 2, 3."""
    for caption in (paragraph for style, paragraph in main.styled if style == CAPTION):
        below = next(caption.itersiblings(PARAGRAPH, TABLE), None)
        if below is None or below.tag != TABLE:
            yield f"caption {text_of(caption)[:50]!r}", "has no table below it; put both under the same condition"
    counted: Counter[str] = Counter()
    for found in main.fields.sequences:
        counted[found.name] += 1
        if found.result != str(counted[found.name]):
            yield f"caption {found.name} {found.result}", f"should be {counted[found.name]}; the program counted wrongly"


def _leaks(files: Mapping[str, bytes], parts: Mapping[str, _Part]) -> Faults:
    yield from leaking_parts(files, WORD_PARTS)
    for part, own in parts.items():
        for paragraph in (paragraph for style, paragraph in own.styled if style == COMMENTARY):
            yield text_of(paragraph)[:60], "is commentary and may not go to bidders"
        if own.root.tag in TEXT_ROOTS | STYLED:
            for tag in _there(own.root, TRACKED):
                yield f"{part}: w:{tag}", "holds tracked changes or hidden text; accept or remove them in the template"
        for tag in _there(own.root, CARRIED):
            yield f"{part}: w:{tag}", "carries data or an object that does not show; remove it in the template"
        for kind in sorted({one.kind for one in own.fields.found} - FIELDS):
            yield f"{part}: field {kind or 'without a name'}", f"only {', '.join(sorted(FIELDS))} may go to bidders"
    yield from _authors(parts)


def _there(root: etree._Element, tags: Mapping[str, str]) -> Iterator[str]:
    """Give those of some tags that a part holds."""
    if next(root.iter(*tags), None) is not None:
        yield from (said for tag, said in tags.items() if next(root.iter(tag), None) is not None)


def _authors(parts: Mapping[str, _Part]) -> Faults:
    for author in (CREATOR, LAST_MODIFIED_BY) if CORE in parts else ():
        node = parts[CORE].root.find(author)
        if node is not None and node.text:
            yield CORE, f"names an author ({node.text}); bidders may not see one"

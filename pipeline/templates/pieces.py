"""Template bytes in, pieces out: every paragraph or cell that holds a tag, with the place a person can find it by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from pipeline.exceptions import PipelineError, TemplateError
from pipeline.render.cache import kept
from pipeline.render.scan import COMMENTARY
from pipeline.render.sheets.template import compile_workbook
from pipeline.templates.structure import structure_faults
from pipeline.text import (
    BREAK,
    W,
    blocks,
    document_text,
    package_parts,
    paragraph_style,
    paragraph_text,
    parse_part,
    style_names,
    table_rows,
)

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
STATEMENT = re.compile(r"\{%(?P<level>[a-z]*)\s+(?P<word>[a-z]+)")
SHOWN_WORDS = 6

_STRAIGHT = str.maketrans("“”‘’", "\"\"''")  # Word turns quotation marks; inside a tag they are meant straight
_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")


@dataclass(frozen=True)
class Piece:
    """One paragraph, cell or property that holds a tag.

    `container` is what a {%p %} tag must be closed in (the body, a table cell); `table` and `row` say where a {%tr %}
    tag stands, `row` and `cell_text` where a {%tc %} tag does. `faults` says what is wrong with the paragraph as Word holds it.
    """

    part: str
    place: str
    text: str
    style: str = ""
    container: str = ""
    table: str = ""
    row: str = ""
    row_text: str = ""
    cell_text: str = ""
    tags: tuple[str, ...] = field(default=(), compare=False)
    faults: tuple[str, ...] = field(default=(), compare=False)

    @property
    def bare(self) -> str:
        """The text without its tags."""
        return TAG.sub("", self.text)


@lru_cache(maxsize=64)  # a template is read once for all the packs it is checked with
def read_pieces(data: bytes, name: str) -> tuple[Piece, ...]:
    """Turn a template's bytes into its pieces in the order they are rendered; TemplateError when it is neither kind."""
    try:
        if name.lower().endswith(".xlsx"):
            return kept("pieces", data, name, tuple, lambda: tuple(_workbook_pieces(data, name)))
        if name.lower().endswith(".docx"):
            return kept("pieces", data, name, tuple, lambda: tuple(_word_pieces(data, name)))
        document_text(data, name)
    except TemplateError:
        raise
    except PipelineError as error:
        raise TemplateError(str(error)) from error
    return ()


def _piece(part: str, place: str, text: str, paragraph: etree._Element | None = None, /, **where: str) -> Iterator[Piece]:
    if "{" in text or "}" in text or where.get("style") == COMMENTARY:
        tags = tuple(tag.translate(_STRAIGHT).replace("\n", " ") for tag in TAG.findall(text))
        faults = () if paragraph is None else tuple(structure_faults(paragraph, where["style"]))
        yield Piece(part, place, text, tags=tags, faults=faults, **where)


def _word_pieces(data: bytes, name: str) -> Iterator[Piece]:
    parts = package_parts(data, name)
    if "word/document.xml" not in parts:
        raise TemplateError(f"{name}: holds no Word document. Save it from Word as .docx.")
    styles = style_names(parts, name)
    for part in sorted(filter(_TEXT_PARTS.fullmatch, parts), key=lambda one: (one != "word/document.xml", one)):
        root = parse_part(parts[part], name, part)
        body = root.find(f"{W}body")
        if body is None and part == "word/document.xml":
            raise TemplateError(f"{name}: {part} has no body. Save the template again from Word.")
        label = part.removeprefix("word/").removesuffix(".xml")
        yield from _Reader(label, styles).read(body if body is not None else root)
    if (core := parts.get("docProps/core.xml")) is not None:
        for element in parse_part(core, name, "docProps/core.xml"):
            yield from _piece("properties", etree.QName(element).localname, element.text or "")


class _Reader:
    """Reads one part of a Word file, counting paragraphs and tables as it goes."""

    def __init__(self, part: str, styles: dict[str, str]) -> None:
        self.part = part
        self.styles = styles
        self.paragraphs = 0
        self.tables = 0
        self.heading = ""

    def read(self, root: etree._Element) -> Iterator[Piece]:
        for block in blocks(root):
            if block.tag == f"{W}tbl":
                self.tables += 1
                yield from self._table(block, f"table {self.tables}{self._under()}")
                continue
            self.paragraphs += 1
            text, style = paragraph_text(block), self._style(block)
            if style.startswith(("Heading", "Appendix Heading")) and text:
                self.heading = _first_words(text)
            place = f"paragraph {self.paragraphs}{self._under()} (“{_first_words(text)}”)"
            yield from _piece(self.part, place, text, block, style=style, container=self.part)

    def _table(self, table: etree._Element, place: str) -> Iterator[Piece]:
        for row_number, row in enumerate(table_rows(table), 1):
            row_text = " ".join(paragraph_text(cell) for cell in row)
            for column, cell in enumerate(row, 1):
                here = f"{place}, row {row_number}, column {column}"
                where = {
                    "container": here,
                    "table": place,
                    "row": f"{place}, row {row_number}",
                    "row_text": row_text,
                    "cell_text": paragraph_text(cell),
                }
                for number, block in enumerate(blocks(cell), 1):
                    if block.tag == f"{W}tbl":
                        yield from self._table(block, f"{here}, inner table {number}")
                    else:
                        exact = here if number == 1 else f"{here}, paragraph {number}"
                        yield from _piece(self.part, exact, paragraph_text(block), block, style=self._style(block), **where)

    def _style(self, paragraph: etree._Element) -> str:
        style = paragraph_style(paragraph)
        return self.styles.get(style, style)

    def _under(self) -> str:
        return f" under “{self.heading}”" if self.heading else ""


def _first_words(text: str) -> str:
    words = text.replace(BREAK, " ").split()
    return " ".join(words[:SHOWN_WORDS]) + (" …" if len(words) > SHOWN_WORDS else "")


def _workbook_pieces(data: bytes, name: str) -> Iterator[Piece]:
    for sheet in compile_workbook(data, name).sheets:
        for row in sheet.rows:
            row_text = " ".join(text for cell in row.cells if (text := cell.source or cell.text))
            for cell in row.cells:
                where = {"container": sheet.title, "table": sheet.title, "row": str(row.number), "row_text": row_text}
                yield from _piece(sheet.title, f"cell {cell.column}{row.number}", cell.source or cell.text, **where)
        for header in sheet.headers:
            place = "header" if header.name.endswith("Header") else "footer"
            yield from _piece(sheet.title, place, header.program.source, container=f"{sheet.title} {header.name}")

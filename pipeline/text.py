"""A Word or Excel file as lines of text: bytes in, lines out; mirrors, golden files and git's diff all read them.

What a reader could see or a file could hide is turned into text: wording, styles, formulas, names and validations.
Fonts, colours and widths are left out, so that a change of wording shows and a change of looks does not.
"""

import datetime as dt
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.exceptions import DocumentError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{WORD}}}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
LOOKED_THROUGH = frozenset(f"{W}{tag}" for tag in ("sdt", "sdtContent", "ins", "customXml", "moveTo"))
NOTES = frozenset(f"{W}{tag}" for tag in ("footnote", "endnote", "comment"))
UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
UNPARSABLE = (*UNREADABLE, LookupError, SyntaxError, AttributeError, TypeError, ArithmeticError, MemoryError, etree.LxmlError)
BREAK = " ↵ "
LARGEST_PART = 100_000_000  # bytes; a document of this project is some thousand times smaller
LARGEST_SHEET = 500_000  # cells from A1 to the last one in use; the largest sheet of this project has some thousand

_WORDS, _TAB, _BREAK, _HYPHEN = (f"{W}{name}" for name in ("t", "tab", "br", "noBreakHyphen"))
_UNSAID = frozenset({f"{W}pPr", f"{W}rPr", FALLBACK})
_HEADERS = re.compile(r"word/(header|footer)\d*\.xml")
_NOTES = re.compile(r"word/(footnotes|endnotes|comments)\.xml")
_DRAWN = re.compile(r"xl/(charts/chart|drawings/drawing)\d+\.xml")
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([^\"']+)")


def document_text(data: bytes, name: str) -> list[str]:
    """Turn the bytes of a .docx or .xlsx file into lines of text; `name` tells which it is."""
    if name.lower().endswith(".docx"):
        return _word_text(package_parts(data, name), name)
    if name.lower().endswith(".xlsx"):
        return _workbook_text(data, name)
    raise DocumentError(f"{name}: is neither a .docx nor an .xlsx file. Give a Word or Excel file.")


def package_parts(data: bytes, name: str) -> dict[str, bytes]:
    """Turn the bytes of an Office file into its parts by name, in the order they are stored."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if any(info.file_size > LARGEST_PART for info in package.infolist()):
                raise DocumentError(f"{name}: holds a part larger than {LARGEST_PART} bytes. Give a file saved by Word or Excel.")
            parts = {info.filename: package.read(info) for info in package.infolist()}
            if len({part.lower() for part in parts}) < len(package.infolist()):
                raise DocumentError(f"{name}: holds the same part twice. Save it again from Word or Excel.")
    except UNREADABLE as error:
        raise DocumentError(
            f"{name}: is not an Excel workbook (.xlsx) or Word document (.docx) ({error}). Save it again as one."
        ) from error
    for part, content in parts.items():
        if "/media/" not in part and b"<!DOCTYPE" in content.replace(b"\0", b""):  # without zeros: UTF-16 too
            raise DocumentError(f"{name}: {part} holds a document type, which no Office file does. Save the file again.")
    return parts


def open_workbook(data: bytes, name: str) -> "Workbook":
    """Open an Excel file; DocumentError when it is none, or has a cell so far out that walking to it would never end."""
    from openpyxl import load_workbook  # noqa: PLC0415 - half of this module's readers never open a workbook
    from openpyxl.utils import range_boundaries  # noqa: PLC0415

    parts = package_parts(data, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl does not keep when it saves is of no concern to a reader
        try:
            for part in filter(_SHEETS.fullmatch, parts):
                for merged in _MERGED.findall(parts[part].replace(b"\0", b"")):  # openpyxl walks these as it opens the file
                    _, _, column, row = range_boundaries(merged.decode())
                    _demand_near(row or 1, column or 1, f"{name}: {part}")
            book = load_workbook(io.BytesIO(data))
        except UNPARSABLE as error:
            raise DocumentError(f"{name}: is not an Excel workbook (.xlsx) ({error}); save it as one in Excel") from error
    for sheet in book.worksheets:
        _demand_near(max(sheet.max_row, max(sheet.row_dimensions, default=1)), sheet.max_column, f"{name}: {sheet.title}")
    return book


def _demand_near(row: int, column: int, where: str) -> None:
    """Refuse a last cell that is so far from A1 that more than LARGEST_SHEET cells lie before it."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    if row * column > LARGEST_SHEET:
        far = f"{get_column_letter(column)}{row}"
        raise DocumentError(f"{where}: reaches as far as {far}. Delete the rows and columns beyond what the sheet shows.")


def parse_part(content: bytes, name: str, part: str) -> etree._Element:
    """Turn the bytes of one XML part into its root element; entities and the network are never used."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"{name}: {part} is not well formed ({error}). Save the file again from Word or Excel.") from error


def style_names(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    """Turn word/styles.xml into style id → the name Word shows; the default paragraph style has the id ""."""
    content = parts.get("word/styles.xml")
    if content is None:
        return {}
    names: dict[str, str] = {}
    for style in parse_part(content, name, "word/styles.xml").iter(f"{W}style"):
        label = style.find(f"{W}name")
        shown = (label.get(f"{W}val") if label is not None else None) or style.get(f"{W}styleId") or ""
        shown = shown[:1].upper() + shown[1:]  # the file says "heading 1" where Word shows "Heading 1"
        names[style.get(f"{W}styleId") or ""] = shown
        if style.get(f"{W}default") in {"1", "true"} and style.get(f"{W}type") == "paragraph":
            names[""] = shown
    return names


def paragraph_style(paragraph: etree._Element) -> str:
    """Give the style id of a paragraph, "" for the default."""
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return (style.get(f"{W}val") if style is not None else None) or ""


def paragraph_text(paragraph: etree._Element) -> str:
    """Turn a paragraph into its words: breaks and tabs as signs, field codes and deleted text left out."""
    return "".join(_pieces(paragraph)).strip()


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag == _WORDS:
            yield (child.text or "").replace("\n", BREAK)
        elif tag == _TAB:
            yield "\t"
        elif tag == _BREAK:
            yield "[page break]" if child.get(f"{W}type") == "page" else BREAK
        elif tag == _HYPHEN:
            yield "\u2011"
        elif tag not in _UNSAID:
            yield from _pieces(child)


def blocks(container: etree._Element) -> Iterator[etree._Element]:
    """Give the paragraphs and tables directly inside a body, header, cell or note, looking through content controls."""
    for child in container:
        if child.tag in {f"{W}p", f"{W}tbl"}:
            yield child
        elif child.tag in LOOKED_THROUGH or child.tag in NOTES:
            yield from blocks(child)


def table_rows(table: etree._Element) -> list[list[etree._Element]]:
    """Turn a table into rows of cell elements, looking through content controls."""
    return [list(_directly(row, f"{W}tc")) for row in _directly(table, f"{W}tr")]


def _directly(element: etree._Element, wanted: str) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == wanted:
            yield child
        elif child.tag in LOOKED_THROUGH:
            yield from _directly(child, wanted)


def _word_text(parts: Mapping[str, bytes], name: str) -> list[str]:
    if "word/document.xml" not in parts:
        raise DocumentError(f"{name}: holds no Word document. Save it from Word as .docx.")
    styles = style_names(parts, name)
    lines = list(_core_text(parts, name))
    for part in sorted(filter(_HEADERS.fullmatch, parts)):
        lines += [
            f"{part.removeprefix('word/').removesuffix('.xml')}: {line}"
            for line in _lines(parse_part(parts[part], name, part), styles)
        ]
    body = parse_part(parts["word/document.xml"], name, "word/document.xml").find(f"{W}body")
    lines += _lines(body, styles) if body is not None else []
    for part in sorted(filter(_NOTES.fullmatch, parts)):
        lines += [
            f"{part.removeprefix('word/').removesuffix('.xml')}: {line}"
            for line in _lines(parse_part(parts[part], name, part), styles)
        ]
    return lines


def _core_text(parts: Mapping[str, bytes], name: str) -> Iterator[str]:
    content = parts.get("docProps/core.xml")
    if content is not None:
        for element in parse_part(content, name, "docProps/core.xml"):
            if element.tag in {f"{DUBLIN_CORE}title", f"{DUBLIN_CORE}subject", f"{DUBLIN_CORE}creator"} and element.text:
                yield f"property {etree.QName(element).localname}: {element.text}"


def _lines(container: etree._Element, styles: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    for block in blocks(container):
        if block.tag == f"{W}tbl":
            lines += [f"| {' | '.join(_cell_text(cell, styles) for cell in row)} |" for row in table_rows(block)]
            continue
        style = styles.get(paragraph_style(block), paragraph_style(block))
        text = paragraph_text(block)
        if text or style.startswith("Heading"):  # an empty heading is a fault worth seeing; other empty paragraphs are space
            lines.append(f"[{style}] {text}".rstrip() if style else text)
    return lines


def _cell_text(cell: etree._Element, styles: Mapping[str, str]) -> str:
    texts: list[str] = []
    for block in blocks(cell):
        if block.tag == f"{W}tbl":
            texts += [f"({', '.join(_cell_text(inner, styles) for inner in row)})" for row in table_rows(block)]
        elif text := paragraph_text(block):
            texts.append(text)
    return " // ".join(texts)


def _workbook_text(data: bytes, name: str) -> list[str]:
    book = open_workbook(data, name)
    properties = book.properties
    known = (("title", properties.title), ("subject", properties.subject), ("creator", properties.creator))
    lines = [f"property {key}: {value}" for key, value in known if value and value != "openpyxl"]
    lines += _defined_names(book)
    for sheet in book.worksheets:
        lines += _sheet_text(sheet)
    return [*lines, *_drawn_text(package_parts(data, name), name)]


def _drawn_text(parts: Mapping[str, bytes], name: str) -> Iterator[str]:
    """What charts and other drawings say: titles, what they show, and their alternative text."""
    for part in sorted(filter(_DRAWN.fullmatch, parts)):
        root = parse_part(parts[part], name, part)
        stem = part.rpartition("/")[2].removesuffix(".xml")
        for element in root.iter(etree.Element):
            tag, text = etree.QName(element).localname, _one_line(element.text or "")
            if tag == "cNvPr" and element.get("descr"):
                yield f"{stem} alternative text: {_one_line(element.get('descr', ''))}"
            elif tag in {"t", "f"} and text:
                yield f"{stem} {'says' if tag == 't' else 'shows'}: {text}"


def _defined_names(book: "Workbook") -> list[str]:
    return [
        f"name {key} = {defined.attr_text}{' (hidden)' if defined.hidden else ''}"
        for key, defined in sorted(book.defined_names.items())
    ]


def _sheet_text(sheet: "Worksheet") -> list[str]:
    title = sheet.title
    lines = [f"sheet {title}{'' if sheet.sheet_state == 'visible' else f' ({sheet.sheet_state})'}"]
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                lines.append(f"{title}!{cell.coordinate} = {_cell_value(cell.value, cell.data_type)}")
            if cell.comment is not None:
                lines.append(f"{title}!{cell.coordinate} comment: {_one_line(cell.comment.text)}")
    lines += [f"{title}!{merged} merged" for merged in sorted(str(area) for area in sheet.merged_cells.ranges)]
    lines += sorted(f"{title}!{_validation(rule)}" for rule in sheet.data_validations.dataValidation)
    lines += [f"{title} name {key} = {defined.attr_text}" for key, defined in sorted(sheet.defined_names.items())]
    lines += [f"{title} {place}: {text}" for place, text in _margins(sheet)]
    return lines


def _validation(rule: "DataValidation") -> str:
    parts = (rule.operator, rule.formula1, rule.formula2)
    return f"{rule.sqref} validation {rule.type}: {' '.join(str(part) for part in parts if part)}"


def _margins(sheet: "Worksheet") -> Iterable[tuple[str, str]]:
    for place, item in (("header", sheet.oddHeader), ("footer", sheet.oddFooter)):
        parts = (item.left, item.center, item.right) if item is not None else ()
        text = " | ".join(part.text for part in parts if part.text)
        if text:
            yield place, _one_line(text)


def _cell_value(value: object, data_type: str) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, str):
        return _one_line(value if data_type == "f" or not value.startswith(("=", "'")) else f"'{value}")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    formula = getattr(value, "text", None)  # an array formula
    return _one_line(formula) if isinstance(formula, str) else str(value)


def _one_line(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", BREAK, text)

"""A finished workbook read back: nothing left over, nothing leaked, nothing that points nowhere."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from lxml import etree
from openpyxl.formula import Tokenizer

from pipeline.finish.package import CORE, read_parts
from pipeline.pack import Edition, Finding, Severity
from pipeline.render.sheets.formulas import refused_function
from pipeline.text import parse_part
from pipeline.verify.left_over import is_left_over
from pipeline.verify.parts import WORKBOOK_PARTS, active_parts, leaking_parts, sheet_parts

BOOK, STRINGS = "xl/workbook.xml", "xl/sharedStrings.xml"
AUTHORS = (
    "{http://purl.org/dc/elements/1.1/}creator",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}lastModifiedBy",
)
ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!")
_SHEET = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!]+))!")
_CHART = re.compile(r"xl/charts/chart\d+\.xml")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SERIES = "{http://schemas.openxmlformats.org/drawingml/2006/chart}f"
Faults = Iterator[tuple[str, str]]


def verify_workbook(content: bytes, name: str, edition: Edition, values: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Report every fault of a finished workbook, sheet by sheet; `values` are the texts in it that only look like tags."""
    parts = read_parts(content)
    book = parse_part(parts[BOOK], name, BOOK)
    sheets = {title: parse_part(parts[part], name, part) for part, title in sheet_parts(parts).items()}
    strings = _strings(parts, name)
    faults = [
        *(fault for title, sheet in sheets.items() for fault in _cells(title, sheet, strings, values, set(sheets))),
        *_names(book, set(sheets)),
        *_charts(set(sheets), parts),
        *(fault for title, sheet in sheets.items() for fault in _results(title, sheet)),
        *active_parts(parts),
        *(_leaks(book, sheets, parts, name) if edition is Edition.ISSUE else ()),
    ]
    return tuple(Finding(Severity.FAULT, name, place, message) for place, message in faults)


def _strings(parts: Mapping[str, bytes], name: str) -> list[str]:
    """Give the texts that cells share."""
    if STRINGS not in parts:
        return []
    return [_text(one) for one in parse_part(parts[STRINGS], name, STRINGS).iterfind(f"{_MAIN}si")]


def _text(element: etree._Element) -> str:
    return "".join(node.text or "" for node in element.iter(f"{_MAIN}t"))


def _cells(title: str, sheet: etree._Element, strings: Sequence[str], values: Sequence[str], sheets: set[str]) -> Faults:
    for cell in sheet.iter(f"{_MAIN}c"):
        if not len(cell):
            continue
        formula, kind, place = cell.find(f"{_MAIN}f"), cell.get("t", "n"), f"{title}!{cell.get('r')}"
        if formula is not None:
            if formula.text:  # what shares a formula has it without its words
                yield from _formula(f"={formula.text}", place, sheets)
        elif kind != "n":
            said = _text(cell) if kind == "inlineStr" else cell.findtext(f"{_MAIN}v") or ""
            said = strings[int(said)] if kind == "s" else said
            if is_left_over(said, values):
                yield place, "a template tag is left in the cell; correct the tag in the template"
            if said in ERRORS:
                yield place, f"holds {said}; correct the template"


def _formula(formula: str, place: str, sheets: set[str]) -> Faults:
    for message, named in _told_by(formula):
        if not named:
            yield place, message
        elif "[" in named:
            yield place, "its formula points to another file; correct the template"
        elif named not in sheets:
            yield place, f"its formula points to the sheet {named}, which is not in this edition"


@lru_cache(maxsize=16_384)  # the formulas of a template are those of all its workbooks
def _told_by(formula: str) -> tuple[tuple[str, str], ...]:
    """Read one formula: its faults, each as a message and "", and the sheets it names, each as "" and the name."""
    told: list[tuple[str, str]] = []
    for token in Tokenizer(formula).items:
        if refused := refused_function(token):
            told.append((f"its formula {refused}", ""))
        if token.value in ERRORS:
            told.append((f"its formula holds {token.value}; correct the template", ""))
        found = _SHEET.match(token.value) if token.subtype == "RANGE" else None
        if found:
            told.append(("", (found[1] or found[2]).replace("''", "'")))
    return tuple(told)


def _charts(sheets: set[str], parts: Mapping[str, bytes]) -> Faults:
    """Report what the series of charts draw that is not there."""
    for part in sorted(filter(_CHART.fullmatch, parts)):
        for formula in parse_part(parts[part], part, part).iter(_SERIES):
            yield from _formula(f"={formula.text or ''}", part, sheets)


def _results(title: str, sheet: etree._Element) -> Faults:
    """Report formulas without the value that readers see who do not calculate, and those that come to an error."""
    for formula in sheet.iter(f"{_MAIN}f"):
        cell = formula.getparent()
        if cell is None or cell.tag != f"{_MAIN}c":
            continue
        value, place = cell.findtext(f"{_MAIN}v"), f"{title}!{cell.get('r')}"
        if cell.get("t") == "e":
            yield place, f"its formula comes to {value}; let it say something else where its inputs are missing"
        elif not value and (cell.get("t") != "str" or value is None):
            yield place, "its formula carries no value; build the workbook again"


def _names(book: etree._Element, sheets: set[str]) -> Faults:
    for defined in book.iter(f"{_MAIN}definedName"):
        if defined.get("localSheetId") is not None:
            continue
        label, value = defined.get("name"), defined.text or ""
        for named in (named for _, named in _told_by(f"={value}") if named and named not in sheets):
            yield f"name {label}", f"points to the sheet {named}, which is not in this edition"
        if any(error in value for error in ERRORS):
            yield f"name {label}", "points nowhere; correct the template"


def _leaks(book: etree._Element, sheets: Mapping[str, etree._Element], parts: Mapping[str, bytes], name: str) -> Faults:
    for sheet in book.iter(f"{_MAIN}sheet"):
        if sheet.get("state", "visible") != "visible":
            yield sheet.get("name", ""), "is a hidden sheet; bidders may not get one"
    for title, root in sheets.items():
        if any(_is_hidden(one) for one in root.iter(f"{_MAIN}row", f"{_MAIN}col")):
            yield title, "has hidden rows or columns; bidders may not get them"
    for defined in book.iter(f"{_MAIN}definedName"):
        if _is_hidden(defined) and not (defined.get("name") or "").startswith("_xlnm."):
            yield f"name {defined.get('name')}", "is hidden; bidders may not get one"
    yield from leaking_parts(parts, WORKBOOK_PARTS)
    if CORE in parts and any(parse_part(parts[CORE], name, CORE).findtext(author) for author in AUTHORS):
        yield CORE, "names an author; bidders may not see one"


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") in {"1", "true"}

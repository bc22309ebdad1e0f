"""A finished workbook read back: nothing left over, nothing leaked, nothing that points nowhere."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from openpyxl.formula import Tokenizer
from openpyxl.workbook import Workbook

from pipeline.finish.package import read_parts
from pipeline.pack import Edition, Finding, Severity
from pipeline.render.sheets.formulas import refused_function
from pipeline.text import open_workbook, parse_part
from pipeline.verify.left_over import is_left_over
from pipeline.verify.parts import WORKBOOK_PARTS, active_parts, leaking_parts, sheet_parts

ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!")
_SHEET = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!]+))!")
_CHART = re.compile(r"xl/charts/chart\d+\.xml")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SERIES = "{http://schemas.openxmlformats.org/drawingml/2006/chart}f"
Faults = Iterator[tuple[str, str]]


def verify_workbook(content: bytes, name: str, edition: Edition, values: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Report every fault of a finished workbook, sheet by sheet; `values` are the texts in it that only look like tags."""
    book = open_workbook(content, name)
    parts = read_parts(content)
    faults = [
        *_cells(book, values),
        *_names(book),
        *_charts(book, parts),
        *_results(parts),
        *active_parts(parts),
        *(_leaks(book, parts) if edition is Edition.ISSUE else ()),
    ]
    return tuple(Finding(Severity.FAULT, name, place, message) for place, message in faults)


def _cells(book: Workbook, values: Sequence[str]) -> Faults:
    sheets = set(book.sheetnames)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                place = f"{sheet.title}!{cell.coordinate}"
                if cell.data_type == "f":
                    yield from _formula(
                        str(getattr(cell.value, "text", cell.value)), place, sheets
                    )  # an array formula has a text
                elif isinstance(cell.value, str):
                    if is_left_over(cell.value, values):
                        yield place, "a template tag is left in the cell; correct the tag in the template"
                    if cell.value in ERRORS:
                        yield place, f"holds {cell.value}; correct the template"


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


def _charts(book: Workbook, parts: dict[str, bytes]) -> Faults:
    """Report what the series of charts draw that is not there."""
    sheets = set(book.sheetnames)
    for part in sorted(filter(_CHART.fullmatch, parts)):
        for formula in parse_part(parts[part], part, part).iter(_SERIES):
            yield from _formula(f"={formula.text or ''}", part, sheets)


def _results(parts: dict[str, bytes]) -> Faults:
    """Report formulas without the value that readers see who do not calculate, and those that come to an error."""
    for part, title in sheet_parts(parts).items():
        for cell in parse_part(parts[part], part, part).iter(f"{_MAIN}c"):
            formula, value = cell.find(f"{_MAIN}f"), cell.findtext(f"{_MAIN}v")
            place = f"{title}!{cell.get('r')}"
            if cell.get("t") == "e":
                yield place, f"its formula comes to {value}; let it say something else where its inputs are missing"
            elif formula is not None and not value and (cell.get("t") != "str" or value is None):
                yield place, "its formula carries no value; build the workbook again"


def _names(book: Workbook) -> Faults:
    for name, defined in book.defined_names.items():
        for sheet, _ in defined.destinations:
            if sheet not in book.sheetnames:
                yield f"name {name}", f"points to the sheet {sheet}, which is not in this edition"
        if defined.value and any(error in defined.value for error in ERRORS):
            yield f"name {name}", "points nowhere; correct the template"


def _leaks(book: Workbook, parts: dict[str, bytes]) -> Faults:
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            yield sheet.title, "is a hidden sheet; bidders may not get one"
        if any(dimension.hidden for dimension in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values())):
            yield sheet.title, "has hidden rows or columns; bidders may not get them"
    for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
        for hidden in (name for name, defined in names.items() if defined.hidden):
            yield f"name {hidden}", "is hidden; bidders may not get one"
    yield from leaking_parts(parts, WORKBOOK_PARTS)
    if book.properties.creator or book.properties.lastModifiedBy:
        yield "docProps/core.xml", "names an author; bidders may not see one"

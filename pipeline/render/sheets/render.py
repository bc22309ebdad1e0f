"""A compiled template and a context → the parts of the finished workbook, and what its formulas can depend on."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from pipeline.exceptions import RenderError, TemplateError
from pipeline.render.cells import Evaluator
from pipeline.render.sheets.compiled import CompiledWorkbook, Header
from pipeline.render.sheets.layout import lay_out
from pipeline.render.sheets.plan import keeps, plan_sheet
from pipeline.render.sheets.results import Rendered
from pipeline.render.sheets.rowwriter import RowWriter, Tables
from pipeline.render.sheets.strings import Strings
from pipeline.render.sheets.styles import Palette

LONGEST_HEADER = 255  # Excel refuses a header or footer that is longer
_SECTION = re.compile(r"(?:&[LCR])?(?P<words>(?:&&|&[^LCR]|[^&])*)")  # a side of a header, which may not be empty
_SIZE = re.compile(r"(?<!&)(?:&&)*&\d+$")  # a digit after it would belong to it
_LOOKS = re.compile(r'&(?:"[^"]*"|\d+ ?)')


def render_parts(compiled: CompiledWorkbook, context: Mapping[str, object]) -> Rendered:
    """Render a compiled template from a context; the formulas of the result have no values yet."""
    evaluator = Evaluator(compiled.name, context)
    plans = {sheet.title: plan_sheet(sheet, evaluator) for sheet in compiled.sheets if keeps(sheet, evaluator)}
    if not plans:
        raise TemplateError(f"{compiled.name}: no sheet is left in this edition; let at least one stay")
    layout = lay_out(compiled, {title: plan.row_map for title, plan in plans.items()})
    tables = Tables(evaluator, Strings(), Palette(compiled.styles))
    chunks: dict[str, list[str]] = {}
    for sheet in layout.sheets:
        chunks[sheet.part] = RowWriter(sheet, plans[sheet.title].scopes, tables).write()
        for at, header in sheet.headers:
            chunks[sheet.part][at] = _header(evaluator, sheet.title, header)
    changed = {layout.strings: tables.strings.part()} if tables.strings.numbers else {}
    if tables.palette.added:
        changed[compiled.styles_part] = tables.palette.part()
    package = layout.parts if tables.strings.numbers else layout.bare
    cells = {**layout.cells, **tables.cells}
    return Rendered(package, changed, tuple(plans), cells, layout.names, layout.tables, layout.charts, chunks, layout.slots)


def _header(evaluator: Evaluator, sheet: str, header: Header) -> str:
    """Fill the tags of a header or footer; an ampersand in a value is doubled, as Excel writes one."""
    where = f"{sheet} {header.name}"
    text = ""
    for part in evaluator.parts(header.program, {}, where):
        words = "" if part.value is None else evaluator.worded(part, f"{evaluator.template}: {where}")
        words = words if part.is_text else words.replace("&", "&&")
        text += f" {words}" if words[:1].isdigit() and _SIZE.search(text) else words
    text = "".join(found[0] for found in _SECTION.finditer(text) if _LOOKS.sub("", found["words"]))
    if len(text) > LONGEST_HEADER:
        raise RenderError(f"{evaluator.template}: {where}: is longer than {LONGEST_HEADER} characters; shorten it")
    return escape(text)

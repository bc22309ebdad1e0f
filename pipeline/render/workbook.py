"""Excel rendering: a workbook template and a context → the rendered workbook, its formulas worked out.

Tags: `{{ path }}` fills a cell; a row holding `{%tr for x in xs %}` and one holding `{%tr endfor %}` repeat the rows
between them, `{%tr if … %}` and `{%tr endif %}` keep or drop them; `{%sheet if … %}` in A1 keeps or drops a sheet. Whatever
spans or points past those rows follows (pipeline.render.sheets). A loop over nothing leaves one empty copy of its rows,
so every sum over it is 0. Every formula carries the value that Excel would show (pipeline.formulas).
"""

from collections.abc import Mapping

from pipeline.exceptions import TemplateError
from pipeline.formulas import FormulaError, evaluate_workbook
from pipeline.render.sheets.render import render_parts
from pipeline.render.sheets.results import Rendered, fill_values
from pipeline.render.sheets.template import compile_workbook


def render_workbook(template: bytes, name: str, context: Mapping[str, object]) -> Rendered:
    """Fill a workbook template (bytes, and a name for messages) from a context.

    Every formula is worked out, and its value put where readers look that do not calculate: beside it and in charts.
    """
    rendered = render_parts(compile_workbook(template, name), context)
    try:
        results = evaluate_workbook(rendered.cells, rendered.names, rendered.tables, sheets=rendered.sheets)
    except FormulaError as error:
        raise TemplateError(f"{name}: {error}") from error
    fill_values(rendered, results)
    return rendered

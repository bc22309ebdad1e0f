"""Excel rendering: a workbook template and a context → the finished workbook's bytes.

Tags: `{{ path }}` fills a cell; a row holding `{%tr for x in xs %}` and one holding `{%tr endfor %}` repeat the rows
between them, `{%tr if … %}` and `{%tr endif %}` keep or drop them; `{%sheet if … %}` in A1 keeps or drops a sheet. Whatever
spans or points past those rows follows (pipeline.render.sheets). A loop over nothing leaves one empty copy of its rows,
so every sum over it is 0. Every formula carries the value that Excel would show (pipeline.formulas).
"""

from collections.abc import Mapping

from pipeline.exceptions import TemplateError
from pipeline.formulas import FormulaError, evaluate_workbook, written
from pipeline.render.sheets.charts import fill_charts
from pipeline.render.sheets.package import stored
from pipeline.render.sheets.render import render_parts
from pipeline.render.sheets.results import Rendered, fill_values, finished_parts
from pipeline.render.sheets.template import compile_workbook


def render_workbook(template: bytes, name: str, context: Mapping[str, object]) -> bytes:
    """Fill a workbook template (bytes, and a name for messages) from a context; give the finished workbook's bytes."""
    rendered = render_parts(compile_workbook(template, name), context)
    try:
        _calculate(rendered)
    except FormulaError as error:
        raise TemplateError(f"{name}: {error}") from error
    return stored(finished_parts(rendered))


def _calculate(rendered: Rendered) -> None:
    """Work out every formula, and put the values where readers look that do not calculate: beside formulas and in charts."""
    results = evaluate_workbook(rendered.cells, rendered.names, rendered.tables, sheets=rendered.sheets)
    fill_values(rendered, {address: written(value) for address, value in results.items()})
    fill_charts(rendered, results)

"""Excel rendering: a workbook template and a context → the finished workbook's bytes.

Tags: `{{ path }}` fills a cell; a row holding `{%tr for x in xs %}` and one holding `{%tr endfor %}` repeat the rows
between them, `{%tr if … %}` and `{%tr endif %}` keep or drop them; `{%sheet if … %}` in A1 keeps or drops a sheet. Whatever
spans or points past those rows follows (pipeline.render.sheets). A loop over nothing leaves one empty copy of its rows,
so every sum over it is 0.
"""

from collections.abc import Mapping

from pipeline.render.sheets.package import stored
from pipeline.render.sheets.render import render_parts
from pipeline.render.sheets.results import finished_parts
from pipeline.render.sheets.template import compile_workbook


def render_workbook(template: bytes, name: str, context: Mapping[str, object]) -> bytes:
    """Fill a workbook template (bytes, and a name for messages) from a context; give the finished workbook's bytes."""
    rendered = render_parts(compile_workbook(template, name), context)
    # Here the formulas' values are worked out from rendered.cells, .names and .tables, and put in by fill_values.
    return stored(finished_parts(rendered))

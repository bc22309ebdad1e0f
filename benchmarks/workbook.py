"""Workbooks: rendered from their compiled template, with and without working the formulas out, against openpyxl."""

from collections.abc import Iterator, Mapping
from functools import partial
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from benchmarks.measure import least
from benchmarks.word import PROPERTIES, example_plan
from pipeline import contexts
from pipeline.finish import finish_workbook
from pipeline.profile import CommissioningModel
from pipeline.render.sheets.package import stored
from pipeline.render.sheets.render import render_parts
from pipeline.render.sheets.results import finished_parts
from pipeline.render.sheets.template import compile_workbook
from pipeline.render.workbook import render_workbook


def by_openpyxl(template: bytes) -> bytes:
    """Load a template, put something into every cell that holds a tag, and save it."""
    book = load_workbook(BytesIO(template))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and "{" in cell.value:
                    cell.value = 12.5
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def without_values(template: bytes, name: str, facts: Mapping[str, Any]) -> bytes:
    """Render and finish a workbook whose formulas carry no values."""
    return finish_workbook(stored(finished_parts(render_parts(compile_workbook(template, name), facts))), PROPERTIES)


def with_values(template: bytes, name: str, facts: Mapping[str, Any]) -> bytes:
    """Render and finish a workbook, its formulas worked out."""
    return finish_workbook(render_workbook(template, name, facts), PROPERTIES)


def measure(times: int) -> Iterator[dict[str, Any]]:
    """Measure both editions of every model's pricing schedule; milliseconds of processor time."""
    for model in CommissioningModel:
        plan = example_plan(model)
        for planned in (one for one in plan.documents if one.document.suffix == ".xlsx"):
            template, name = planned.template.content, planned.template.name
            context = contexts.with_outstanding(contexts.build_context(plan, planned), plan, ("lots",), planned.edition)
            facts = context.values
            yield {
                "template": f"{name}, {planned.edition}",
                "openpyxl": least(partial(by_openpyxl, template), max(times // 2, 1)),
                "without values": least(partial(without_values, template, name, facts), times),
                "with values": least(partial(with_values, template, name, facts), times),
            }

"""Workbooks: rendered from their compiled template, with and without working the formulas out, against openpyxl."""

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from benchmarks.measure import least
from benchmarks.word import PROPERTIES, Case, example_plan
from pipeline import contexts
from pipeline.finish import finish_workbook
from pipeline.profile import CommissioningModel
from pipeline.render.sheets.render import render_parts
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


def books(model: CommissioningModel = CommissioningModel.REWARD) -> Iterator[Case]:
    """Give both editions of a model's pricing schedule, with Exampleshire's facts."""
    plan = example_plan(model)
    for planned in (one for one in plan.documents if one.document.suffix == ".xlsx"):
        context = contexts.with_outstanding(contexts.build_context(plan, planned), plan, ("lots",), planned.edition)
        yield Case(planned.template.name, planned.template.content, context.values, planned.edition)


def without_values(case: Case) -> bytes:
    """Render and finish a workbook whose formulas carry no values."""
    return finish_workbook(render_parts(compile_workbook(case.content, case.name), case.facts), PROPERTIES)


def with_values(case: Case) -> bytes:
    """Render and finish a workbook, its formulas worked out."""
    return finish_workbook(render_workbook(case.content, case.name, case.facts), PROPERTIES)


def laid_out_anew(case: Case) -> bytes:
    """Do so where no workbook of as many rows was rendered before."""
    compile_workbook(case.content, case.name).layouts.clear()
    return with_values(case)


def measure(times: int) -> Iterator[dict[str, Any]]:
    """Measure both editions of every model's pricing schedule; milliseconds of processor time."""
    for case in (case for model in CommissioningModel for case in books(model)):
        yield {
            "template": f"{case.name}, {case.edition}",
            "openpyxl": least(partial(by_openpyxl, case.content), max(times // 2, 1)),
            "without values": least(partial(without_values, case), times),
            "with values": least(partial(with_values, case), times),
            "laid out anew": least(partial(laid_out_anew, case), times),
        }

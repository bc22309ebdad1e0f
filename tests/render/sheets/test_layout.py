"""Layouts: what follows from how many rows there are is worked out once, and what is in the rows never stays in it."""

from decimal import Decimal
from typing import Any

import pytest
from xlsxwriter import Workbook

from pipeline.render.sheets.compiled import CompiledWorkbook
from pipeline.render.sheets.render import render_parts
from pipeline.render.sheets.template import compile_workbook
from tests.fixtures.workbooks import repeated, written

NAME = "prices.xlsx"


def template() -> bytes:
    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        repeated(sheet)
        sheet.set_footer("&L{{ title }}")
        sheet.write("A9", "{%tr if shown %}")
        sheet.write("A10", "Shown")
        sheet.write("A11", "{%tr endif %}")
        sheet.write("B12", "=COUNTA(A1:A11)")
        other = book.add_worksheet("Notes")
        other.write("A1", "{%sheet if notes %}{{ title }}")
        other.write("A2", "Note")

    return written(build)


def context(*names: str, shown: bool = True, notes: bool = True) -> dict[str, Any]:
    lots = [{"name": name, "hours": Decimal(len(name)), "rate": Decimal("10.5")} for name in names]
    return {"lots": lots, "shown": shown, "notes": notes, "title": " and ".join(names[:2])}


CONTEXTS = (
    context("a", "b"),
    context("North", "Tŷ & Co"),
    context("a"),
    context(),
    context("a", "b", shown=False),
    context("a", "b", notes=False),
)


def fresh(content: bytes) -> CompiledWorkbook:
    compile_workbook.cache_clear()
    return compile_workbook(content, NAME)


def test_workbooks_come_out_the_same_with_a_layout_and_without() -> None:
    content = template()
    kept = fresh(content)
    for one in (*CONTEXTS, *reversed(CONTEXTS)):
        assert render_parts(kept, one).parts() == render_parts(fresh(content), one).parts()
    assert len(kept.layouts) == len(CONTEXTS) - 1  # the first two differ in their values alone


@pytest.mark.parametrize("other", CONTEXTS[2:])
def test_other_rows_and_sheets_have_a_layout_of_their_own(other: dict[str, Any]) -> None:
    compiled = fresh(template())
    render_parts(compiled, CONTEXTS[0])
    render_parts(compiled, other)
    assert len(compiled.layouts) == 2


def test_a_template_keeps_its_last_few_layouts() -> None:
    compiled = fresh(template())
    for count in range(1, 12):
        render_parts(compiled, context(*map(str, range(count))))
    assert len(compiled.layouts) == 8
    assert max(blocks[0].copies for places in compiled.layouts for _, blocks in places if blocks) == 11


def test_a_large_layout_is_not_kept() -> None:
    compiled = fresh(template())
    render_parts(compiled, context(*map(str, range(5000))))
    assert not compiled.layouts


def test_nothing_of_one_rendering_is_in_the_next() -> None:
    content = template()
    compiled = fresh(content)
    first = render_parts(compiled, CONTEXTS[0])
    first.cells.clear()
    first.changed.clear()
    for chunks in first.chunks.values():
        chunks.clear()
    assert render_parts(compiled, CONTEXTS[0]).parts() == render_parts(fresh(content), CONTEXTS[0]).parts()

"""Tables whose columns repeat: the cells share what the others leave, and the grid is drawn from the cells."""

from io import BytesIO

import pytest
from docx import Document
from lxml import etree

from pipeline.finish.package import read_parts
from pipeline.pack import Edition
from pipeline.render.columns import CELL_WIDTH, TABLE_WIDTH, fit_columns, mark_columns
from pipeline.text import W
from pipeline.verify.word import verify_word
from tests.fixtures.word import NAMESPACE, docx, p, rendered


def cell(text: str, width: int, span: int = 1, kind: str = "dxa") -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="{kind}"/>{spanned}<w:noWrap/></w:tcPr>{p(text)}</w:tc>'


def grid_table(grid: tuple[int, ...], *rows: str, stated: str = "") -> str:
    columns = "".join(f'<w:gridCol w:w="{one}"/>' for one in grid)
    properties = f"<w:tblPr>{stated}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
    return f"<w:tbl>{properties}{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def shapes(content: bytes) -> tuple[list[int], list[list[tuple[int, int]]]]:
    """The grid of the first table, and each row's cells as width and columns covered."""
    body = etree.fromstring(read_parts(content)["word/document.xml"])
    table = next(body.iter(f"{W}tbl"))
    grid = [int(one.get(f"{W}w", "")) for one in table.iter(f"{W}gridCol")]
    rows = []
    for row in table.findall(f"{W}tr"):
        cells = []
        for one in row.findall(f"{W}tc"):
            width, span = one.find(f"{W}tcPr/{W}tcW"), one.find(f"{W}tcPr/{W}gridSpan")
            assert width is not None
            cells.append((int(width.get(f"{W}w", "")), 1 if span is None else int(span.get(f"{W}val", ""))))
        rows.append(cells)
    return grid, rows


BARS = (
    cell("{{ row.name }}", 2000)
    + cell("{%tc for one in row.cells %}", 1000)
    + cell("{%tc if one.on %}", 1000)
    + cell("■", 1000)
    + cell("{%tc else %}", 1000)
    + cell("", 1000)
    + cell("{%tc endif %}", 1000)
    + cell("{%tc endfor %}", 1000)
)
HEAD = (
    cell("Stage", 2000)
    + cell("{%tc for one in heads %}", 3000, 3)
    + cell("{{ one.label }}", 1000)
    + cell("{%tc endfor %}", 3000, 3)
)
GRID = (2000, *([1000] * 7))


def facts(count: int) -> dict[str, object]:
    cells = [{"on": place == 1} for place in range(count)]
    return {"heads": [{"label": f"W{place}"} for place in range(count)], "rows": [{"name": "A", "cells": cells}] * 2}


def bars(count: int, *more: str, stated: str = "") -> bytes:
    loop = cell("{%tr for row in rows %}", 9000, 8), cell("{%tr endfor %}", 9000, 8)
    template = docx(grid_table(GRID, HEAD, loop[0], BARS, loop[1], *more, stated=stated), p("x"))
    return rendered(template, "t.docx", facts(count))


@pytest.mark.parametrize("count", [2, 7, 26, 40])
def test_cells_that_repeat_share_what_the_others_leave(count: int) -> None:
    made = bars(count)
    grid, rows = shapes(made)
    assert len(grid) == count + 1
    assert sum(grid) == 9000
    assert grid[0] == 2000
    assert max(grid[1:]) - min(grid[1:]) <= 1
    assert all(cells == [(width, 1) for width in grid] for cells in rows)
    assert verify_word(made, "t.docx", Edition.ISSUE) == ()


def test_the_text_of_a_row_follows_its_facts() -> None:
    table = Document(BytesIO(bars(4))).tables[0]
    assert [[one.text for one in row.cells] for row in table.rows] == [
        ["Stage", "W0", "W1", "W2", "W3"],
        ["A", "", "■", "", ""],
        ["A", "", "■", "", ""],
    ]


def test_a_row_without_repeats_covers_the_grid() -> None:
    _, rows = shapes(bars(5, cell("Note", 9000, 8)))
    assert rows[-1] == [(9000, 6)]


def test_the_width_the_table_states_holds() -> None:
    grid, _ = shapes(bars(3, stated='<w:tblW w:w="9100" w:type="dxa"/>'))
    assert sum(grid) == 9100


def test_no_marks_stay_in_the_document() -> None:
    text = read_parts(bars(3))["word/document.xml"].decode()
    assert TABLE_WIDTH not in text
    assert CELL_WIDTH not in text


def test_a_column_that_is_left_out_gives_its_width_to_the_others() -> None:
    row = cell("a", 3000) + cell("{%tc if shown %}", 3000) + cell("b", 3000) + cell("{%tc endif %}", 3000)
    template = docx(grid_table((3000, 3000, 3000, 3000), row, row), p("x"))
    assert shapes(rendered(template, "t.docx", {"shown": False})) == ([12000], [[(12000, 1)]] * 2)
    assert shapes(rendered(template, "t.docx", {"shown": True})) == ([6000, 6000], [[(6000, 1), (6000, 1)]] * 2)


def test_a_cell_without_a_width_of_its_own_has_that_of_its_column() -> None:
    row = cell("a", 0, kind="auto") + cell("{%tc for one in heads %}", 10) + cell("b", 10) + cell("{%tc endfor %}", 10)
    grid, _ = shapes(rendered(docx(grid_table((500, 100, 100, 300), row, row), p("x")), "t.docx", facts(2)))
    assert grid == [500, 250, 250]


def test_too_many_cells_squeeze_the_others_rather_than_vanish() -> None:
    grid, _ = shapes(bars(300))
    assert sum(grid) == 9000
    assert len(grid) == 301


def test_other_tables_come_back_as_they_were() -> None:
    xml = f"<w:body {NAMESPACE}>{grid_table((10, 20), cell('a', 5) + cell('b', 6))}</w:body>"
    assert mark_columns(xml) is xml
    root = etree.fromstring(xml)
    fit_columns(root)
    assert etree.tostring(root) == etree.tostring(etree.fromstring(xml))


def test_a_tag_spread_over_runs_repeats_too() -> None:
    split = cell("{%tc for one in heads %}", 10).replace("{%tc", "{%</w:t></w:r><w:r><w:t>tc")
    row = split + cell("{{ one.label }}", 10) + cell("{%tc endfor %}", 10)
    grid, _ = shapes(rendered(docx(grid_table((300, 300, 300), row, row), p("x")), "t.docx", facts(3)))
    assert grid == [300, 300, 300]

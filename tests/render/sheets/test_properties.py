"""Random loops, conditions and totals: a total covers exactly the rows it stood for, wherever they go."""

import re
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from pipeline.render.sheets.rows import Area, Block, RowMap
from tests.fixtures.workbooks import Finished, workbook_bytes, written

_SUM = re.compile(r"SUM\(\$?A\$?(\d+):\$?A\$?(\d+)\)")
Shape = list[tuple[int, bool, int, int]]
"""For each block: free rows before it, whether it is a loop, how many rows one copy has, how many copies there are."""


def template(shape: Shape) -> bytes:
    """Column A holds numbers; B doubles the number beside it; each block has a total above and one below, as has the sheet."""

    def build(book: Workbook) -> None:
        sheet = book.add_worksheet("Prices")
        other = book.add_worksheet("Other")
        row = len(shape) + 2  # from 1, below the totals at the top
        spans = []
        for number, (gap, is_loop, height, _) in enumerate(shape):
            for _ in range(gap):
                sheet.write(f"A{row}", 1000)
                row += 1
            sheet.write(f"A{row}", f"{{%tr for x in list{number} %}}" if is_loop else f"{{%tr if is{number} %}}")
            for step in range(1, height + 1):
                sheet.write(f"A{row + step}", f"{{{{ x.v{step} }}}}" if is_loop else step)
                sheet.write_formula(f"B{row + step}", f"=A{row + step}*2")
            sheet.write(f"A{row + height + 1}", "{%tr endfor %}" if is_loop else "{%tr endif %}")
            spans.append((row, row + height + 1))
            row += height + 2
        for number, (top, bottom) in enumerate(spans):
            body = f"A{top + 1}:A{bottom - 1}" if shape[number][1] else f"A{top - 1}:A{bottom}"
            sheet.write_formula(f"C{number + 1}", f"=SUM({body})")
            sheet.write_formula(f"C{row + number}", f"=SUM({body})")
            other.write_formula(f"A{number + 1}", f"=SUM(Prices!{body})")
        sheet.write_formula(f"C{row + len(spans)}", f"=SUM($A${len(shape) + 1}:A{row - 1})")

    return written(build)


def context(shape: Shape) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for number, (_, is_loop, height, copies) in enumerate(shape):
        if is_loop:
            rows = [{f"v{step}": Decimal(10 * copy + step) for step in range(1, height + 1)} for copy in range(copies)]
            values[f"list{number}"] = rows
        else:
            values[f"is{number}"] = bool(copies)
    return values


def expected(shape: Shape) -> list[int]:
    """What each block's total is."""
    return [
        sum(10 * copy + step for copy in range(copies) for step in range(1, height + 1))
        if is_loop
        else (sum(range(1, height + 1)) if copies else 0)
        for _, is_loop, height, copies in shape
    ]


shapes = st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(1, 4), st.integers(0, 5)), min_size=1, max_size=5)


@given(shape=shapes)
def test_totals_cover_exactly_their_rows(shape: Shape) -> None:
    shape = [(gap if is_loop else max(gap, 1), is_loop, height, copies) for gap, is_loop, height, copies in shape]
    made = Finished(workbook_bytes(template(shape), "prices.xlsx", context(shape)))
    cells = {one.get("r"): one for one in made.find("xl/worksheets/sheet1.xml", "//m:c[m:v and not(@t)]")}
    numbers = {int(place[1:]): int(one.findtext("{*}v")) for place, one in cells.items() if place[0] == "A"}
    formulas = made.formulas()
    sums = {place: text for place, text in formulas.items() if place[0] == "C"}
    assert all(text == f"A{place[1:]}*2" for place, text in formulas.items() if place[0] == "B")
    blocks = [
        value + (0 if is_loop else 1000)  # a total over a condition begins at the row above, so that one is left
        for value, (_, is_loop, _, _) in zip(expected(shape), shape, strict=True)
    ]
    everything = sum(expected(shape)) + 1000 * sum(gap for gap, _, _, _ in shape)
    assert [total(text, numbers) for text in sums.values()] == [*blocks, *blocks, everything]
    assert [total(text.replace("Prices!", ""), numbers) for text in made.formulas(2).values()] == blocks


def total(formula: str, numbers: dict[int, int]) -> int:
    found = _SUM.fullmatch(formula)
    assert found, formula
    return sum(value for row, value in numbers.items() if int(found[1]) <= row <= int(found[2]))


def maps(shape: Shape) -> RowMap:
    blocks: list[Block] = []
    row, gone = 1, 0
    for gap, is_loop, height, copies in shape:
        row += gap
        block = Block(row, row + 1, row + height, row + height + 1, "x" if is_loop else "", copies, row - gone)
        gone += height + 2 - copies * height
        row += height + 2
        blocks.append(block)
    return RowMap(tuple(blocks))


@given(shape=shapes, row=st.integers(1, 60), height=st.integers(0, 20))
def test_rows_never_cross_or_collide(shape: Shape, row: int, height: int) -> None:
    """Against a plain list of which template row each finished row is made from."""
    row_map = maps(shape)
    sources: list[int] = []
    at = 1
    for block in row_map.blocks:
        sources += [*range(at, block.opening), *(list(range(block.first, block.last + 1)) * block.copies)]
        at = block.closing + 1
    sources += range(at, at + 100)
    targets = [place for place, source in enumerate(sources, start=1) if source == row]
    assert list(row_map.targets(row)) == targets
    later = [place for place, source in enumerate(sources, start=1) if source >= row]
    earlier = [place for place, source in enumerate(sources, start=1) if source <= row]
    assert row_map.first(row) == (targets or later)[0]
    assert row_map.last(row) == ([0, *earlier])[-1]
    area = Area("A", row, "B", row + height)
    parts = [block for block in row_map.blocks if block.copies > 1 and row_map.block(row) is not row_map.block(row + height)]
    if any(block.first < row <= block.last or block.first <= row + height < block.last for block in parts):
        return  # it begins or ends in the middle of repeated rows: what it then covers has gaps no area can have
    covered = [place for top, bottom in row_map.spans(area) for place in range(top, bottom + 1)]
    assert covered == [place for place, source in enumerate(sources, start=1) if row <= source <= row + height]

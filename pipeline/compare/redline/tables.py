"""Two tables that are one and the same → that table with its rows, columns and cells marked."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from lxml import etree

from pipeline.compare.align import align
from pipeline.compare.redline.atoms import look_of
from pipeline.compare.redline.events import raw_of
from pipeline.compare.redline.marking import NOTES, mark_content, mark_end, mark_row, mark_whole
from pipeline.compare.redline.pen import Pen, State, copy_of, empty_copy, word_element
from pipeline.compare.words import normal, word_counts
from pipeline.text import W, paragraph_text

Texts = Callable[[Sequence[Any], Sequence[Any], Pen], list[Any]]
Pair = tuple[int | None, int | None]
_SPANS = (f"{W}gridSpan", f"{W}vMerge", f"{W}hMerge")
_HEADER = "\x00header"


class Row:
    """A row, for aligning; `columns` are those that both tables have."""

    sort = "row"

    def __init__(self, element: etree._Element, pen: Pen) -> None:
        self.element = element
        self.cells = list(element.iterchildren(f"{W}tc"))
        self.texts = [normal(" ".join(paragraph_text(one) for one in cell.iter(f"{W}p"))) for cell in self.cells]
        self.columns: Sequence[int] = range(len(self.cells))
        self.ids: list[str] = []
        self._pen = pen

    @cached_property
    def raw(self) -> str:
        """All there is to it."""
        if len(self.columns) == len(self.cells):
            return raw_of(self.element, self._pen)
        return self.key

    @property
    def key(self) -> str:
        """What it says in the columns that both tables have."""
        return " | ".join(self.texts[at] for at in self.columns if at < len(self.texts))

    @cached_property
    def words(self) -> Counter[str]:
        """Its words, counted."""
        return word_counts(self.key)

    @property
    def is_plain(self) -> bool:
        """Say whether each of its cells covers one place."""
        return not any(cell.find(f"{W}tcPr/{tag}") is not None for cell in self.cells for tag in _SPANS)

    @property
    def spans(self) -> list[str]:
        """What its cells cover."""
        found = [cell.find(f"{W}tcPr") for cell in self.cells]
        return ["" if one is None else str(_span(one)) for one in found]


def _span(properties: etree._Element) -> list[tuple[str, str]]:
    return [(str(one.tag), one.get(f"{W}val") or "") for tag in _SPANS for one in properties.findall(tag)]


class Column:
    """A column, for aligning: its heading and what is in it."""

    sort = "column"

    def __init__(self, texts: Sequence[str], *, is_single: bool) -> None:
        self.key = texts[0] if texts else ""
        self.raw = tuple(texts)
        self.ids = [self.key] if self.key and is_single else []
        self.words = Counter(texts[1:]) if any(texts[1:]) else Counter([self.key])


def write_table(old: etree._Element, new: etree._Element, pen: Pen, texts: Texts) -> etree._Element:
    """Write a table. `texts` writes what is in a cell."""
    before, after = ([Row(one, pen) for one in table.iterchildren(f"{W}tr")] for table in (old, new))
    made = word_element("tbl")
    made.extend([copy_of(child) for child in new if child.tag != f"{W}tr"])
    pairs = _columns(before, after)
    _write_layout(made, old, pairs or (), pen)
    if pairs is None or len(list(old.iterchildren())) - len(before) != len(list(new.iterchildren())) - len(after):
        made.extend([whole_row(row, State.DELETED, pen) for row in before])
        made.extend([whole_row(row, State.INSERTED, pen) for row in after])
    else:
        made.extend(_rows(before, after, pairs, pen, texts))
    return made


def _write_layout(made: etree._Element, old: etree._Element, pairs: Sequence[Pair], pen: Pen) -> None:
    """Note what a table was like. Its grid has room for columns that go too, or they would push others out of sight."""
    was, now = old.find(f"{W}tblPr"), made.find(f"{W}tblPr")
    if now is not None and look_of(was) != look_of(now):
        pen.change(now, was)
    grids = old.find(f"{W}tblGrid"), made.find(f"{W}tblGrid")
    if grids[0] is not None and grids[1] is not None and look_of_list(grids[0]) != look_of_list(grids[1]):
        if len(grids[0]) == sum(i is not None for i, _ in pairs):
            for at, (i, j) in enumerate(pairs):
                if i is not None and j is None:
                    grids[1].insert(at, copy_of(grids[0][i]))
        change = etree.SubElement(grids[1], f"{W}tblGridChange")
        change.set(f"{W}id", pen.next())
        change.append(copy_of(grids[0]))


def look_of_list(grid: etree._Element) -> list[str | None]:
    """Give the widths of a table's columns in their order."""
    return [one.get(f"{W}w") for one in grid]


def _columns(before: Sequence[Row], after: Sequence[Row]) -> list[Pair] | None:
    """Pair the columns, those that went and came in their places; None when rows are not made of the same columns."""
    widths = [{len(row.cells) for row in rows} for rows in (before, after)]
    if not before or not after:
        return None
    if widths[0] == widths[1] and before[0].texts == after[0].texts:
        return []
    if any(len(one) != 1 for one in widths) or not all(row.is_plain for row in (*before, *after)):
        return [] if widths[0] == widths[1] else None
    old, new = _column_items(before), _column_items(after)
    found = align(old, new)
    pairs: list[Pair] = []
    i = j = 0
    for i_next, j_next in [*found.pairs, (len(old), len(new))]:
        pairs += _gap(range(i, i_next), range(j, j_next))
        if i_next < len(old):
            pairs.append((i_next, j_next))
        i, j = i_next + 1, j_next + 1
    for rows, side in ((before, 0), (after, 1)):
        columns = [at for pair in pairs if None not in pair and (at := pair[side]) is not None]
        for row in rows:
            row.columns = columns
    return pairs


def _gap(gone: range, come: range) -> list[Pair]:
    """Pair the columns between two that both tables have: as many as before are the same ones, with other headings."""
    if len(gone) == len(come):
        return list(zip(gone, come, strict=True))
    return [*((at, None) for at in gone), *((None, at) for at in come)]


def _column_items(rows: Sequence[Row]) -> list[Column]:
    single = Counter(rows[0].texts)
    return [Column(column, is_single=single[column[0]] == 1) for column in zip(*(row.texts for row in rows), strict=True)]


def _rows(before: Sequence[Row], after: Sequence[Row], pairs: Sequence[Pair], pen: Pen, texts: Texts) -> Iterator[etree._Element]:
    _name_rows(before, after, pairs)
    found = align(before, after)
    i = j = 0
    for i_next, j_next in [*found.pairs, (len(before), len(after))]:
        yield from (whole_row(row, State.DELETED, pen) for row in before[i:i_next])
        yield from (whole_row(row, State.INSERTED, pen) for row in after[j:j_next])
        if i_next < len(before):
            yield from _row(before[i_next], after[j_next], pairs, pen, texts)
        i, j = i_next + 1, j_next + 1


def _name_rows(before: Sequence[Row], after: Sequence[Row], pairs: Sequence[Pair]) -> None:
    """Give rows as ids the texts of their first column, where every row of both tables has its own."""
    i, j = next(((i, j) for i, j in pairs if i is not None and j is not None), (0, 0))
    sides = ([(row, row.texts[at] if at < len(row.texts) else "") for row in rows[1:]] for rows, at in ((before, i), (after, j)))
    named = list(sides)
    if all(all(text for _, text in side) and len({text for _, text in side}) == len(side) for side in named):
        for row, text in (one for side in named for one in side):
            row.ids = [text]
    for rows in (before, after):
        rows[0].ids = [_HEADER]


def whole_row(row: Row, state: State, pen: Pen) -> etree._Element:
    """Write a row that came or went."""
    made = copy_of(row.element)
    mark_row(made, state, pen)
    for cell in made.iterchildren(f"{W}tc"):
        _whole_cell(cell, state, pen)
    return made


def _whole_cell(cell: etree._Element, state: State, pen: Pen) -> None:
    blocks = [child for child in cell if child.tag != f"{W}tcPr"]
    for block in blocks:
        if block.tag == f"{W}p":
            mark_content(block, state, pen)
            if block is not blocks[-1]:
                mark_end(block, state, pen)
        else:
            mark_whole(block, state, pen)


def _row(old: Row, new: Row, pairs: Sequence[Pair], pen: Pen, texts: Texts) -> Iterator[etree._Element]:
    if not pairs and old.raw == new.raw and next(new.element.iter(*NOTES), None) is None:
        yield copy_of(new.element)
        return
    same = pairs or [(at, at) for at in range(len(new.cells))]
    extensions = [look_of(row.element.find(f"{W}tblPrEx")) for row in (old, new)]
    if (not pairs and old.spans != new.spans) or extensions[0] != extensions[1] or _odd(old) or _odd(new):
        yield whole_row(old, State.DELETED, pen)
        yield whole_row(new, State.INSERTED, pen)
        return
    made = empty_copy(new.element)
    made.extend([copy_of(child) for child in new.element if child.tag != f"{W}tc"])
    _note_properties(made, "trPr", old.element, pen)
    for i, j in same:
        if i is not None and j is not None:
            made.append(_cell(old.cells[i], new.cells[j], pen, texts))
        elif j is not None:
            made.append(_marked_cell(new.cells[j], State.INSERTED, pen))
        elif i is not None:
            made.append(_marked_cell(old.cells[i], State.DELETED, pen))
    yield made


def _odd(row: Row) -> bool:
    """Say whether a row holds something else than properties and cells."""
    known = {f"{W}tc", f"{W}trPr", f"{W}tblPrEx"}
    return any(child.tag not in known for child in row.element)


def _cell(old: etree._Element, new: etree._Element, pen: Pen, texts: Texts) -> etree._Element:
    made = empty_copy(new)
    properties = new.find(f"{W}tcPr")
    if properties is not None:
        made.append(copy_of(properties))
    _note_properties(made, "tcPr", old, pen)
    before, after = ([child for child in cell if child.tag != f"{W}tcPr"] for cell in (old, new))
    made.extend(texts(before, after, pen))
    return made


def _marked_cell(cell: etree._Element, state: State, pen: Pen) -> etree._Element:
    made = copy_of(cell)
    _properties(made, "tcPr").append(pen.mark("cellDel" if state.is_old else "cellIns"))
    _whole_cell(made, state, pen)
    return made


def _note_properties(made: etree._Element, name: str, old: etree._Element, pen: Pen) -> None:
    was, now = old.find(f"{W}{name}"), made.find(f"{W}{name}")
    if look_of(was) != look_of(now):
        pen.change(_properties(made, name), was)


def _properties(made: etree._Element, name: str) -> etree._Element:
    found = made.find(f"{W}{name}")
    if found is None:
        found = word_element(f"{name}")
        made.insert(1 if made.find(f"{W}tblPrEx") is not None else 0, found)
    return found

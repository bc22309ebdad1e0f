"""Two tables that are one and the same → what changed in it: columns, rows, cells, layout."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.compare.align import Alignment, align, common
from pipeline.compare.change import Change, Location, Severity, uncompared
from pipeline.compare.matching import matching_runs
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.sight import veils
from pipeline.compare.word.block import Block
from pipeline.compare.word.grid import Cell, Column, Row, Table
from pipeline.compare.word.others import differs, frame_changes
from pipeline.compare.word.paragraph import Paragraph
from pipeline.compare.word.paragraphs import detail_changes, has_same_styles, look_change, text_changes
from pipeline.compare.word.quick import is_reworded
from pipeline.compare.words import normal
from pipeline.text import W

HEADER = "\x00header"
KEY_COLUMNS = 2
_LAYOUT = re.compile(rb"<w:t(?:blPr|blGrid|rPr|cPr)[ >].*?</w:t(?:blPr|blGrid|rPr|cPr)>", re.DOTALL)
_WIDTH = re.compile(r"(?:tcW|gridSpan)[^,]*(?:, )?")
Pairs = list[tuple[tuple[str, Paragraph], tuple[str, Paragraph]]]
"""Paragraphs of two cells, each with its style."""
_ROW_SIGNS = (b"<w:hidden", b'"exact"')
_FIGURES = re.compile(r"[£€$]?[\d.,\s]+%?")


@dataclass(frozen=True)
class TableMatch:
    """Two tables that are one: what became of its columns and rows.

    `pairs` are the columns that both have, by place; `rows` gives for each row in order its old and new place.
    """

    before: Table
    after: Table
    columns: Alignment
    pairs: Sequence[tuple[int, int]]
    rows: Sequence[tuple[int | None, int | None]]
    moved: Sequence[tuple[int, int]]


def match_tables(old: Block, new: Block) -> TableMatch:
    """Align two tables: columns by their headings, then rows."""
    before, after = Table(old), Table(new)
    columns = Alignment()
    pairs = [(at, at) for at in range(after.width)]
    if before.headings != after.headings or before.width != after.width:
        columns = align(before.columns(), after.columns())
        pairs = sorted([*columns.pairs, *columns.moves], key=lambda one: one[1])
    found = _aligned_rows(before, after, pairs)
    events: list[tuple[float, int, int | None, int | None]] = [(j, 1, i, j) for i, j in [*found.pairs, *found.moves]]
    events += [(j, 1, None, j) for j in found.inserted]
    events += [(_after(found.pairs, i), 0, i, None) for i in found.removed]
    ordered = sorted(events, key=lambda one: (one[0], one[1], -1 if one[2] is None else one[2]))
    return TableMatch(before, after, columns, pairs, [(i, j) for _, _, i, j in ordered], found.moves)


def table_changes(old: Block, new: Block) -> Iterator[Change]:
    """Say what changed in a table."""
    match = match_tables(old, new)
    where = new.location
    said = [*_column_changes(match, where), *(one for i, j in match.rows for one in row_changes(match, i, j, where))]
    yield from said
    if match.before.width == match.after.width:
        yield from _layout_change(old, new, where)
    if not _has_same_cells(old, new):
        yield from _row_looks(match, where)
    yield from frame_changes(old, new, has_others=bool(said))


def _column_changes(match: TableMatch, where: Location) -> Iterator[Change]:
    if not (match.columns.removed or match.columns.inserted or match.columns.moves):
        return
    old, new = match.before.columns(), match.after.columns()
    for at in filter(match.before.has_cells, match.columns.removed):
        yield _column_change("column-removed", old[at], where, is_new=False)
    for at in filter(match.after.has_cells, match.columns.inserted):
        yield _column_change("column-inserted", new[at], where, is_new=True)
    for i, j in match.columns.moves:
        place = replace(where, column=new[j].key)
        moved = replace(match.before.block.location, column=old[i].key)
        yield Change("column-moved", Severity.CONTENT, place, old[i].key, new[j].key, moved_from=moved)


def _column_change(kind: str, column: Column, where: Location, *, is_new: bool) -> Change:
    text = " | ".join((column.key, *column.values))
    old, new = ("", text) if is_new else (text, "")
    touched = touches(old, new)
    return Change(kind, severity_of(touched), replace(where, column=column.key), old, new, touches=touched)


def _aligned_rows(before: Table, after: Table, pairs: Sequence[tuple[int, int]]) -> Alignment:
    if before.width != after.width or any(i != j for i, j in pairs):
        for table, side in ((before, 0), (after, 1)):
            for row in table.rows:
                row.columns = [pair[side] for pair in pairs]
    start = common(before.rows, after.rows)
    end = common(before.rows[start:][::-1], after.rows[start:][::-1])
    _name_rows(before.rows[start : len(before.rows) - end], after.rows[start : len(after.rows) - end], pairs)
    return align(before.rows, after.rows)


def row_changes(match: TableMatch, i: int | None, j: int | None, where: Location) -> Iterator[Change]:
    """Say what became of a row, and of its cells."""
    before, after = match.before, match.after
    if j is None and i is not None:
        yield _row_change("row-removed", before.rows[i], where, is_new=False)
    elif i is None and j is not None:
        yield _row_change("row-inserted", after.rows[j], where, is_new=True)
    elif i is not None and j is not None:
        row = after.rows[j]
        if (i, j) in match.moved:
            place, was = replace(where, row=row.name), replace(before.block.location, row=str(i + 1))
            yield Change("row-moved", Severity.CONTENT, place, row.shown, row.shown, moved_from=was)
        if before.rows[i].markup != row.markup:
            for pair in match.pairs:
                yield from cell_changes(before.rows[i], row, pair, after, where)


def _after(pairs: Sequence[tuple[int, int]], i: int) -> float:
    """Give the place after the last pair before an old row."""
    return max((j for other, j in pairs if other < i), default=-1) + 0.5


def _name_rows(before: Sequence[Row], after: Sequence[Row], pairs: Sequence[tuple[int, int]]) -> None:
    """Give rows as ids the texts of the first column in which every row of both tables has its own, figures apart."""
    for rows in (before, after):
        for row in rows[:1]:
            row.ids = [HEADER] if row.at == 0 else []
    named = [[row for row in rows if row.at] for rows in (before, after)]
    for i, j in pairs[:KEY_COLUMNS]:
        texts = [[row.text(column) for row in rows] for rows, column in zip(named, (i, j), strict=True)]
        if all(_is_key(one) for one in texts):
            for rows, names in zip(named, texts, strict=True):
                for row, name in zip(rows, names, strict=True):
                    row.ids = [name]
            return


def _is_key(texts: Sequence[str]) -> bool:
    return all(texts) and len(set(texts)) == len(texts) and not all(_FIGURES.fullmatch(text) for text in texts)


def _row_change(kind: str, row: Row, where: Location, *, is_new: bool) -> Change:
    text = row.shown
    old, new = ("", text) if is_new else (text, "")
    touched = touches(old, new)
    return Change(kind, severity_of(touched), replace(where, row=row.name), old, new, touches=touched)


def cell_changes(old: Row, new: Row, pair: tuple[int, int], after: Table, where: Location) -> Iterator[Change]:
    """Say what changed in a cell, given by its column before and after."""
    i, j = pair
    was, now = old.places.get(i), new.places.get(j)
    if (was.raw if was else None) == (now.raw if now else None):
        return
    heading = after.headings[j] if j < len(after.headings) else ""
    place = replace(where, row=new.name, column=heading or str(j + 1))
    if was and now and has_same_styles(was.table.block, now.table.block) and is_reworded(was.raw, now.raw):
        yield from text_changes("cell-changed", place, Paragraph(was.text), Paragraph(now.text))
        return
    yield from _paragraph_changes(was, now, place)


def _paragraph_changes(was: Cell | None, now: Cell | None, place: Location) -> Iterator[Change]:
    before, here = was.whole if was else Paragraph(), now.whole if now else Paragraph()
    said = list(text_changes("cell-changed", place, before, here))
    if was and now:
        counts = len(was.paragraphs), len(now.paragraphs)
        if counts[0] != counts[1] and not said:
            words = [f"{count} paragraph{'s' if count > 1 else ''} in the cell" for count in counts]
            said.append(Change("spacing-changed", Severity.LOW, place, words[0], words[1]))
        pairs = _paragraph_pairs(was, now)
        said += _inner_changes(pairs, was, now, place)
        if not said and any(differs(one[1], other[1]) for one, other in pairs):
            said.append(uncompared(place, place.story))
    yield from said


def _paragraph_pairs(was: Cell, now: Cell) -> Pairs:
    """Pair the paragraphs of two cells: in order where there are as many, else those that say the same."""
    if len(was.paragraphs) == len(now.paragraphs):
        return list(zip(was.paragraphs, now.paragraphs, strict=True))
    keys = [[normal(one.key) for _, one in cell.paragraphs] for cell in (was, now)]
    return [
        (was.paragraphs[i + at], now.paragraphs[j + at]) for i, j, size in matching_runs(keys[0], keys[1]) for at in range(size)
    ]


def _inner_changes(pairs: Pairs, was: Cell, now: Cell, place: Location) -> Iterator[Change]:
    for (old_style, before), (new_style, after) in pairs:
        if old_style != new_style:
            signs = (_veiled(was, old_style), _veiled(now, new_style))
            yield look_change("style-changed", place, (old_style, new_style), signs)
        yield from detail_changes(before, after, place)


def _has_same_cells(old: Block, new: Block) -> bool:
    """Say whether two tables have as many rows and cells."""
    return all(old.markup.count(tag) == new.markup.count(tag) for tag in (b"</w:tr>", b"</w:tc>"))


def _row_looks(match: TableMatch, where: Location) -> Iterator[Change]:
    """Report the rows and cells that look otherwise in tables that have not as many of them as before."""
    has_signs = any(sign in one.block.markup for one in (match.before, match.after) for sign in _ROW_SIGNS)
    is_as_wide = match.before.width == match.after.width
    for i, j in match.rows:
        if j is None:
            continue
        place = replace(where, row=match.after.rows[j].name)
        if has_signs:
            was, now = "" if i is None else match.before.row_look(i), match.after.row_look(j)
            if veils(was) != veils(now):
                yield look_change("table-layout-changed", place, (was, now), (veils(was), veils(now)))
        if i is not None and match.before.rows[i].markup != match.after.rows[j].markup:
            yield from _cell_looks(match, (i, j), place, is_as_wide=is_as_wide)


def _cell_looks(match: TableMatch, row: tuple[int, int], place: Location, *, is_as_wide: bool) -> Iterator[Change]:
    old, new = match.before.rows[row[0]], match.after.rows[row[1]]
    for i, j in match.pairs:
        cells = old.places.get(i), new.places.get(j)
        if cells[0] is None or cells[1] is None or cells[0].raw == cells[1].raw:
            continue
        was, now = (_cell_look(one, is_as_wide=is_as_wide) for one in cells if one is not None)
        if was != now:
            signs = veils(was) | cells[0].merged_words, veils(now) | cells[1].merged_words
            yield look_change("table-layout-changed", replace(place, column=str(j + 1)), (was, now), signs)


def _cell_look(cell: Cell, *, is_as_wide: bool) -> str:
    row, place = cell.at
    properties = cell.table.elements[row][place].find(f"{W}tcPr")
    look = "" if properties is None else cell.table.block.story.file.look(properties)
    return look if is_as_wide else _WIDTH.sub("", look)


def _veiled(cell: Cell, style: str) -> frozenset[str]:
    return cell.table.block.story.file.veils_of(style)


def _layout_change(old: Block, new: Block, where: Location) -> Iterator[Change]:
    """Report widths, shading, merged cells and the like once for a table; of what is in it only when it has as many cells."""
    if _LAYOUT.findall(old.markup) == _LAYOUT.findall(new.markup):
        return
    is_whole = _has_same_cells(old, new)
    before, after = _layout(old, is_whole=is_whole), _layout(new, is_whole=is_whole)
    if before != after:
        gone = [one for one in dict.fromkeys(before) if one not in after]
        come = [one for one in dict.fromkeys(after) if one not in before]
        was, now = (frozenset[str]().union(*map(veils, one)) for one in (gone, come))
        if any(b"<w:vMerge" in one.markup for one in (old, new)):
            was, now = (signs | _merged(block) for signs, block in ((was, old), (now, new)))
        yield look_change("table-layout-changed", where, ("; ".join(gone), "; ".join(come)), (was, now))


def _merged(block: Block) -> frozenset[str]:
    """Give the words in cells that another cell is merged over."""
    return frozenset().union(*(cell.merged_words for row in Table(block).rows for cell in row.cells))


def _layout(block: Block, *, is_whole: bool) -> list[str]:
    """Say how a table is laid out, or all that is in it; what stands apart only by what is no layout comes out the same."""
    own, inner = (f"{W}tblPr", f"{W}tblGrid"), (f"{W}trPr", f"{W}tcPr")
    found = block.element.iter(*own, *inner) if is_whole else block.element.iterchildren(*own)
    return [block.story.file.look(one) for one in found]

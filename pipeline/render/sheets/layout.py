"""A compiled template and where its rows go → a laid-out workbook: everything that follows without knowing a value.

Finding every reference's new place is most of the work of rendering. It depends on how many rows there are and not on what is
in them, so a template keeps its last layouts.
"""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from pipeline.exceptions import TemplateError
from pipeline.formulas import Table as TableCells
from pipeline.render.rendered import Package
from pipeline.render.sheets.areas import columns_of
from pipeline.render.sheets.charts import chart_of, is_chart
from pipeline.render.sheets.compiled import CompiledWorkbook, Link, Name, Part, Sheet, Table
from pipeline.render.sheets.furniture import DATA, SELECTED, SIZE, TABLE
from pipeline.render.sheets.laid import LaidSheet, Layout
from pipeline.render.sheets.markup import View, fill, moved_formula
from pipeline.render.sheets.package import TYPES, kind_of, links_part, links_path, office, reached, types_part
from pipeline.render.sheets.resolving import Targets
from pipeline.render.sheets.rowlayout import Cells, SheetLayout, Slots
from pipeline.render.sheets.rows import RowMap
from pipeline.render.sheets.template import NAMES

STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_MOST_LAYOUTS, _MOST_CHUNKS = 8, 50_000
"""How many layouts a template keeps, and how large they may be: the project's have some 5,000 chunks and take a megabyte."""
_MARK = re.compile("\ufdd0(\\w+)\ufdd3")
_QUOTES = {'"': "&quot;"}


def lay_out(compiled: CompiledWorkbook, maps: Mapping[str, RowMap]) -> Layout:
    """Lay a template out; `maps` says of each sheet that stays, in order, where its rows go."""
    key = tuple((title, row_map.blocks) for title, row_map in maps.items())
    found = compiled.layouts.get(key)
    if found is None:
        found = _LayingOut(compiled, maps).layout()
        if sum(len(sheet.chunks) for sheet in found.sheets) <= _MOST_CHUNKS:
            for old in list(compiled.layouts)[: 1 - _MOST_LAYOUTS]:
                compiled.layouts.pop(old, None)
            compiled.layouts[key] = found
    return found


class _LayingOut:
    """Lays out one workbook."""

    def __init__(self, compiled: CompiledWorkbook, maps: Mapping[str, RowMap]) -> None:
        self.compiled = compiled
        self.maps = maps
        self.sheets = [sheet for sheet in compiled.sheets if sheet.title in maps]
        self.tables_kept = [
            (sheet, table) for sheet in self.sheets for table in sheet.tables if _stays(self.maps[sheet.title], table)
        ]
        kept_tables = {table.name for _, table in self.tables_kept}
        every_title = frozenset(sheet.title for sheet in compiled.sheets)
        self.names = [name for name in compiled.names if self._name_stays(name, every_title)]
        gone = {name.name.lower() for name in compiled.names} - {name.name.lower() for name in self.names}
        self.targets = Targets(
            maps=maps,
            gone_names=frozenset(gone),
            gone_tables=frozenset(
                table.name.lower() for sheet in compiled.sheets for table in sheet.tables if table.name not in kept_tables
            ),
        )
        self.parts = {**compiled.parts, compiled.styles_part: compiled.styles.content}
        self.links = dict(compiled.links)
        self.left_out: set[str] = set()
        self.cells: Cells = {}
        self.slots: Slots = {}

    def _name_stays(self, name: Name, every_title: frozenset[str]) -> bool:
        """Drop names of dropped sheets, and those that Excel keeps for itself of rows that are left out."""
        if name.home and name.home not in self.maps:
            return False
        if name.sheets and name.sheets <= every_title and not name.sheets <= set(self.maps):
            return False
        return not (name.name.startswith("_xlnm.") and name.home and self._left_out(name))

    def _left_out(self, name: Name) -> bool:
        """Say whether all rows that a name of its own sheet refers to are left out."""
        row_map = self.maps[name.home]
        blocks = [(row_map.block(one.r1), row_map.block(one.r2 or one.r1)) for one in name.formula.formula.references]
        return bool(blocks) and all(top is not None and top is bottom and not top.copies for top, bottom in blocks)

    def layout(self) -> Layout:
        """Lay out every sheet, and then what is about all of them."""
        laid: list[LaidSheet] = []
        for sheet in self.sheets:
            laid.append(self._sheet(sheet))
            self._attached(sheet, self.maps[sheet.title])
        names = self._workbook()
        folder = self.compiled.part.rpartition("/")[0]
        strings = f"{folder}/sharedStrings.xml" if folder else "sharedStrings.xml"
        parts = self._package(strings, texts=True)
        charts = [part for part, content in parts.items() if is_chart(part, content)]
        return Layout(
            sheets=tuple(laid),
            names=names,
            tables=tuple(self._range(sheet, table) for sheet, table in self.tables_kept),
            strings=strings,
            charts=tuple(chart_of(part, parts[part], names, tuple(self.maps)) for part in charts),
            parts=Package(parts),
            bare=Package(self._package(strings, texts=False)),
            cells=self.cells,
            slots=self.slots,
        )

    def _sheet(self, sheet: Sheet) -> LaidSheet:
        """Lay out a sheet: its rows, and what stands before and after them."""
        row_map = self.maps[sheet.title]
        rows = [row.number for row in sheet.rows if row.cells] or [1]
        left, right = sheet.columns
        bottom = max(row_map.last(rows[-1]), 1)
        size = f"{left}{row_map.first(rows[0])}:{right}{bottom}" if (left, bottom) != (right, 1) else f"{left}1"
        headers = {header.name: header for header in sheet.headers}
        hooks = {DATA: _mark(DATA), SIZE: size, SELECTED: "1" if sheet is self.sheets[0] else "0"}
        hooks |= {name: _mark(name) for name in headers}
        tables = {f"{TABLE} {table.link}": _stays(row_map, table) for table in sheet.tables}
        made = SheetLayout(self.compiled.name, sheet, self.targets, self.cells, self.slots)
        text = fill(sheet.pattern, View(sheet.title, self.targets, hooks, tables, row_map))
        for at, piece in enumerate(_MARK.split(text)):
            if at % 2 == 0:
                made.put(piece)
            elif piece == DATA:
                made.put_rows()
            else:
                made.put_header(headers[piece])
        return made.laid()

    def _attached(self, sheet: Sheet, row_map: RowMap) -> None:
        """Write what hangs on a sheet, and take out the links to what is left out."""
        for part in sheet.parts:
            if part.name in self.left_out:
                continue  # a chart that goes with its rows, and what it draws may go with them
            numbers = _Numbers()
            hooks = {f"shape{number}": numbers.next for number in range(part.shapes)}
            view = View(sheet.title, self.targets, hooks, {}, row_map)
            self.parts[part.name] = fill(part.pattern, view).encode()
            self._unlink(part, row_map)
        gone = {table.link for table in sheet.tables if not _stays(row_map, table)}
        self.links[sheet.part] = tuple(link for link in self.links[sheet.part] if link.id not in gone)
        for table in sheet.tables:
            if table.link not in gone:
                _demand_body(table, row_map)

    def _unlink(self, part: Part, row_map: RowMap) -> None:
        used = {link for link, areas in part.found if any(True for area in areas for _ in row_map.spans(area))}
        unused = {link for link, _ in part.found} - used
        if unused:
            self.left_out |= {link.target for link in self.links[part.name] if link.id in unused}
            self.links[part.name] = tuple(link for link in self.links[part.name] if link.id not in unused)

    def _range(self, sheet: Sheet, table: Table) -> TableCells:
        row_map = self.maps[sheet.title]
        columns = columns_of(table.area)
        top, bottom = next(iter(row_map.spans(table.area)))
        ends = columns[0], bottom, columns[-1]
        headers, totals = bool(table.heading_rows), bool(table.totals_rows)
        return TableCells(table.name, sheet.title, top, *ends, table.columns, headers, totals)

    def _workbook(self) -> dict[str | tuple[str, str], str]:
        """Write the workbook's own part; give its names."""
        at = {sheet.title: number for number, sheet in enumerate(self.sheets)}
        texts: dict[str | tuple[str, str], str] = {}
        rows: list[str] = []
        for name in self.names:
            text = moved_formula(name.formula, View(name.home, self.targets))
            texts[(name.home, name.name) if name.home else name.name] = text
            local = (("localSheetId", str(at[name.home])),) if name.home else ()
            words = "".join(
                f' {key}="{escape(value, _QUOTES)}"' for key, value in (("name", name.name), *local, *name.attributes)
            )
            rows.append(f"<definedName{words}>{escape(text)}</definedName>")
        hooks = {NAMES: f"<definedNames>{''.join(rows)}</definedNames>" if rows else ""}
        kept = {f"sheet {number}": sheet.title in at for number, sheet in enumerate(self.compiled.sheets)}
        self.parts[self.compiled.part] = fill(self.compiled.pattern, View("", self.targets, hooks, kept)).encode()
        return texts

    def _package(self, strings: str, *, texts: bool) -> dict[str, bytes]:
        """Give the parts that are there, with what points to what and what kind each part is.

        Sheets and texts are left out of the parts, but not out of what is said about them.
        """
        book = self.compiled.part
        gone = {sheet.link for sheet in self.compiled.sheets if sheet.title not in self.maps}
        links = [link for link in self.links[book] if link.id not in gone and kind_of(link) != "sharedStrings"]
        if texts:
            taken = {link.id for link in self.links[book]}
            own = next(one for number in range(1, len(taken) + 2) if (one := f"rId{number}") not in taken)
            links.append(Link(own, office("sharedStrings"), strings))
        all_links = {**self.links, book: tuple(links)}
        present = set(reached(all_links))
        sheets = {sheet.part for sheet in self.sheets}
        content = {part: self.parts[part] for part in present if part in self.parts and part not in sheets and part != strings}
        for part in ("", *present):
            if here := all_links.get(part, ()):
                content[links_path(part)] = links_part(part, here)
        overrides = {**self.compiled.overrides, strings: STRINGS_TYPE}
        listed = {*content, *sheets, *([strings] if texts else [])}
        content[TYPES] = types_part(self.compiled.defaults, overrides, listed)
        return content


def _stays(row_map: RowMap, table: Table) -> bool:
    return any(True for _ in row_map.spans(table.area))


def _demand_body(table: Table, row_map: RowMap) -> None:
    body = table.area.top + table.heading_rows, table.area.bottom - table.totals_rows
    if row_map.last(body[1]) < row_map.first(body[0]):
        raise TemplateError(f"{table.where}: has no row left under its heading, which Excel refuses; let one stay")


def _mark(name: str) -> str:
    return f"\ufdd0{name}\ufdd3"


class _Numbers:
    """Gives the boxes of comments ids that differ, in the order they are written."""

    def __init__(self) -> None:
        self.last = 1024

    def next(self, _: int) -> str:
        self.last += 1
        return f"_x0000_s{self.last}"

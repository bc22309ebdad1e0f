"""A compiled template and a context → the parts of the finished workbook, and what its formulas can depend on."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from pipeline.exceptions import RenderError, TemplateError
from pipeline.formulas import Address
from pipeline.formulas import Table as TableCells
from pipeline.render.cells import Evaluator
from pipeline.render.sheets.areas import columns_of
from pipeline.render.sheets.compiled import CompiledWorkbook, Header, Link, Name, Part, Sheet, Table
from pipeline.render.sheets.formulas import Targets
from pipeline.render.sheets.furniture import DATA, SELECTED, SIZE, TABLE
from pipeline.render.sheets.markup import View, fill, moved_formula
from pipeline.render.sheets.package import TYPES, kind_of, links_part, links_path, office, reached, types_part
from pipeline.render.sheets.plan import SheetPlan, keeps, plan_sheet
from pipeline.render.sheets.results import Rendered
from pipeline.render.sheets.rows import RowMap
from pipeline.render.sheets.rowwriter import RowWriter, Tables
from pipeline.render.sheets.strings import Strings
from pipeline.render.sheets.styles import Palette
from pipeline.render.sheets.template import NAMES

LONGEST_HEADER = 255  # Excel refuses a header or footer that is longer
STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_SECTION = re.compile(r"(?:&[LCR])?(?P<words>(?:&&|&[^LCR]|[^&])*)")  # a side of a header, which may not be empty
_SIZE = re.compile(r"(?<!&)(?:&&)*&\d+$")  # a digit after it would belong to it
_LOOKS = re.compile(r'&(?:"[^"]*"|\d+ ?)')


def render_parts(compiled: CompiledWorkbook, context: Mapping[str, object]) -> Rendered:
    """Render a compiled template from a context; the formulas of the result have no values yet."""
    return _Rendering(compiled, context).render()


class _Rendering:
    """One rendering."""

    def __init__(self, compiled: CompiledWorkbook, context: Mapping[str, object]) -> None:
        self.compiled = compiled
        self.evaluator = Evaluator(compiled.name, context)
        self.sheets = [sheet for sheet in compiled.sheets if keeps(sheet, self.evaluator)]
        if not self.sheets:
            raise TemplateError(f"{compiled.name}: no sheet is left in this edition; let at least one stay")
        self.plans = {sheet.title: plan_sheet(sheet, self.evaluator) for sheet in self.sheets}
        self.tables_kept = [
            (sheet, table)
            for sheet in self.sheets
            for table in sheet.tables
            if self._stays(self.plans[sheet.title].row_map, table)
        ]
        kept_tables = {table.name for _, table in self.tables_kept}
        every_title = frozenset(sheet.title for sheet in compiled.sheets)
        self.names = [name for name in compiled.names if self._name_stays(name, every_title)]
        gone = {name.name.lower() for name in compiled.names} - {name.name.lower() for name in self.names}
        self.targets = Targets(
            maps={title: plan.row_map for title, plan in self.plans.items()},
            gone_names=frozenset(gone),
            gone_tables=frozenset(
                table.name.lower() for sheet in compiled.sheets for table in sheet.tables if table.name not in kept_tables
            ),
        )
        self.parts = dict(compiled.parts)
        self.links = dict(compiled.links)
        self.left_out: set[str] = set()

    def _stays(self, row_map: RowMap, table: Table) -> bool:
        return any(True for _ in row_map.spans(table.area))

    def _name_stays(self, name: Name, every_title: frozenset[str]) -> bool:
        """Drop names of dropped sheets, and those that Excel keeps for itself of rows that are left out."""
        if name.home and name.home not in self.plans:
            return False
        if name.sheets and name.sheets <= every_title and not name.sheets <= set(self.plans):
            return False
        return not (name.name.startswith("_xlnm.") and name.home and self._left_out(name))

    def _left_out(self, name: Name) -> bool:
        """Say whether all rows that a name of its own sheet refers to are left out."""
        row_map = self.plans[name.home].row_map
        blocks = [(row_map.block(one.r1), row_map.block(one.r2 or one.r1)) for one in name.formula.formula.references]
        return bool(blocks) and all(top is not None and top is bottom and not top.copies for top, bottom in blocks)

    def render(self) -> Rendered:
        strings, palette = Strings(), Palette(self.compiled.styles)
        tables = Tables(self.evaluator, self.targets, strings, palette)
        chunks: dict[str, list[str]] = {}
        slots: dict[Address, tuple[str, int]] = {}
        for number, sheet in enumerate(self.sheets):
            writer = RowWriter(sheet, self.plans[sheet.title], tables)
            writer.write()
            before, after = self._around(sheet, first=number == 0)
            chunks[sheet.part] = [before, *writer.chunks, after]
            slots.update({key: (sheet.part, at + 1) for key, at in writer.slots.items()})
            self._attached(sheet, self.plans[sheet.title])
        names = self._workbook()
        self.parts[self.compiled.styles_part] = palette.part()
        self._settle(strings, chunks)
        ranges = tuple(self._range(sheet, table) for sheet, table in self.tables_kept)
        return Rendered(self.parts, tuple(self.plans), tables.cells, names, ranges, chunks, slots)

    def _around(self, sheet: Sheet, *, first: bool) -> tuple[str, str]:
        """Write what stands before and after the rows of a sheet."""
        row_map = self.plans[sheet.title].row_map
        rows = [row.number for row in sheet.rows if row.cells] or [1]
        left, right = sheet.columns
        bottom = max(row_map.last(rows[-1]), 1)
        size = f"{left}{row_map.first(rows[0])}:{right}{bottom}" if (left, bottom) != (right, 1) else f"{left}1"
        hooks = {DATA: "\ufdd0", SIZE: size, SELECTED: "1" if first else "0"}
        tables = {f"{TABLE} {table.link}": self._stays(row_map, table) for table in sheet.tables}
        hooks |= {header.name: self._header(sheet, header) for header in sheet.headers}
        before, _, after = fill(sheet.pattern, View(sheet.title, self.targets, hooks, tables, row_map)).partition("\ufdd0")
        return before, after

    def _header(self, sheet: Sheet, header: Header) -> str:
        """Fill the tags of a header or footer; an ampersand in a value is doubled, as Excel writes one."""
        where = f"{sheet.title} {header.name}"
        text = ""
        for part in self.evaluator.parts(header.program, {}, where):
            words = "" if part.value is None else self.evaluator.worded(part, f"{self.compiled.name}: {where}")
            words = words if part.is_text else words.replace("&", "&&")
            text += f" {words}" if words[:1].isdigit() and _SIZE.search(text) else words
        text = "".join(found[0] for found in _SECTION.finditer(text) if _LOOKS.sub("", found["words"]))
        if len(text) > LONGEST_HEADER:
            raise RenderError(f"{self.compiled.name}: {where}: is longer than {LONGEST_HEADER} characters; shorten it")
        return escape(text)

    def _attached(self, sheet: Sheet, plan: SheetPlan) -> None:
        """Write what hangs on a sheet, and take out the links to what is left out."""
        for part in sheet.parts:
            if part.name in self.left_out:
                continue  # a chart that goes with its rows, and what it draws may go with them
            numbers = _Numbers()
            hooks = {f"shape{number}": numbers.next for number in range(part.shapes)}
            view = View(sheet.title, self.targets, hooks, {}, plan.row_map)
            self.parts[part.name] = fill(part.pattern, view).encode()
            self._unlink(part, plan.row_map)
        gone = {table.link for table in sheet.tables if not self._stays(plan.row_map, table)}
        self.links[sheet.part] = tuple(link for link in self.links[sheet.part] if link.id not in gone)
        for table in sheet.tables:
            if table.link not in gone:
                self._demand_body(table, plan.row_map)

    def _unlink(self, part: Part, row_map: RowMap) -> None:
        used = {link for link, areas in part.found if any(True for area in areas for _ in row_map.spans(area))}
        unused = {link for link, _ in part.found} - used
        if unused:
            self.left_out |= {link.target for link in self.links[part.name] if link.id in unused}
            self.links[part.name] = tuple(link for link in self.links[part.name] if link.id not in unused)

    def _demand_body(self, table: Table, row_map: RowMap) -> None:
        body = table.area.top + table.heading_rows, table.area.bottom - table.totals_rows
        if row_map.last(body[1]) < row_map.first(body[0]):
            raise TemplateError(f"{table.where}: has no row left under its heading, which Excel refuses; let one stay")

    def _range(self, sheet: Sheet, table: Table) -> TableCells:
        row_map = self.plans[sheet.title].row_map
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

    def _settle(self, strings: Strings, chunks: Mapping[str, list[str]]) -> None:
        """Write the shared texts, what points to what, and what kind each part is; leave out what nothing points to."""
        book, folder = self.compiled.part, self.compiled.part.rpartition("/")[0]
        gone = {sheet.link for sheet in self.compiled.sheets if sheet.title not in self.plans}
        links = [link for link in self.links[book] if link.id not in gone and kind_of(link) != "sharedStrings"]
        target = f"{folder}/sharedStrings.xml" if folder else "sharedStrings.xml"
        if strings.numbers:
            taken = {link.id for link in self.links[book]}
            own = next(one for number in range(1, len(taken) + 2) if (one := f"rId{number}") not in taken)
            links.append(Link(own, office("sharedStrings"), target))
        self.links[book] = tuple(links)
        present = set(reached(self.links))
        content = {part: self.parts[part] for part in present if part in self.parts and part not in chunks}
        if strings.numbers:
            content[target] = strings.part()
        for part in ("", *present):
            if here := self.links.get(part, ()):
                content[links_path(part)] = links_part(part, here)
        overrides = {**self.compiled.overrides, target: STRINGS_TYPE}
        content[TYPES] = types_part(self.compiled.defaults, overrides, {*content, *chunks})
        self.parts = content


_QUOTES = {'"': "&quot;"}


class _Numbers:
    """Gives the boxes of comments ids that differ, in the order they are written."""

    def __init__(self) -> None:
        self.last = 1024

    def next(self, _: int) -> str:
        self.last += 1
        return f"_x0000_s{self.last}"

"""One sheet of a template and what hangs on it → the compiled sheet."""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree
from openpyxl.utils import get_column_letter

from pipeline.exceptions import TemplateError
from pipeline.render.cells import Runs
from pipeline.render.heights import DEFAULT_WIDTH
from pipeline.render.sheets.areas import area_of, columns_of
from pipeline.render.sheets.attached import chart_part, comments_part, drawing_part, notes_part, table_part
from pipeline.render.sheets.cellrows import RowReader, row_tags
from pipeline.render.sheets.compiled import Link, Part, Row, RowTag, Sheet, Table
from pipeline.render.sheets.furniture import Furniture
from pipeline.render.sheets.markup import M, R
from pipeline.render.sheets.package import kind_of, parsed, read_links, refusal
from pipeline.render.sheets.styles import Look
from pipeline.text import LARGEST_SHEET

_WEB = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_TAG = re.compile(r"\{\{|\{%|%7B(%7B|%25)", re.IGNORECASE)


class SheetReader:
    """Reads one sheet and what hangs on it."""

    def __init__(self, parts: Mapping[str, bytes], part: str, where: str, title: str, links: dict[str, tuple[Link, ...]]) -> None:
        """Take the package, the sheet's part, its place for errors, its title, and where to note what points to what."""
        self.parts = parts
        self.part = part
        self.where = where
        self.name = where.removesuffix(f": {title}")
        self.title = title
        self.links = links
        self.faults: list[str] = []
        self.tables: list[Table] = []
        self.attached: list[Part] = []

    def read(self, link: str, strings: Sequence[Runs], looks: Sequence[Look]) -> Sheet:
        """Give the compiled sheet."""
        root = parsed(self.parts, self.part, self.name)
        if hidden := hidden_part(root):
            self.faults.append(f"{self.where}: {hidden}")
        widths = dict(_widths(root))
        merged = dict(_merged(root, widths))
        data = root.find(f"{M}sheetData")
        if data is None:
            raise TemplateError(f"{self.where}: has no cells; save the workbook again in Excel")
        self._demand_near(data)
        reader = RowReader(self.where, self.title, strings, looks, widths, merged)
        rows = reader.read(data)
        tags = row_tags(rows, self.where, self.title)
        note_links = {one.get(f"{R}id") for one in root.iter(f"{M}legacyDrawing")}
        tag_rows = frozenset(row for tag in tags for row in (tag.opening, tag.closing))
        furniture = Furniture(root, self.where, self.title, tag_rows)
        furniture.mark()
        self.faults += reader.faults + furniture.faults
        self._attach(note_links, rows, tags)
        columns = [cell.number for row in rows for cell in row.cells] or [1]
        return Sheet(
            title=self.title,
            part=self.part,
            link=link,
            test=reader.test[0],
            test_tag=reader.test[1],
            rows=rows,
            tags=tags,
            pattern=furniture.marker.pattern(root),
            headers=tuple(furniture.headers),
            tables=tuple(self.tables),
            parts=tuple(self.attached),
            columns=(get_column_letter(min(columns)), get_column_letter(max(columns))),
        )

    def _demand_near(self, data: etree._Element) -> None:
        """Refuse a last cell that is so far from A1 that the sheet cannot be meant."""
        row, column = 1, 1
        for element in data.iterfind(f"{M}row"):
            row = max(row, int(element.get("r") or 1))
            if len(element) and (place := element[-1].get("r")):
                column = max(column, columns_of(area_of(place))[-1])
        if row * column > LARGEST_SHEET:
            far = f"{get_column_letter(column)}{row}"
            raise TemplateError(
                f"{self.where}: reaches as far as {far}. Delete the rows and columns beyond what the sheet shows."
            )

    def _attach(self, notes: set[str | None], rows: Sequence[Row], tags: Sequence[RowTag]) -> None:
        """Read what the sheet points to."""
        self.links[self.part] = read_links(self.parts, self.part, self.name)
        for link in self.links[self.part]:
            kind = kind_of(link)
            if message := refusal(kind):
                self.faults.append(f"{self.where}: {message}")
            elif link.external:
                if not _WEB.match(link.target) or _TAG.search(link.target):
                    self.faults.append(f"{self.where}: holds a link to {link.target[:60]}; link to web pages only, without tags")
            elif kind == "table":
                root = parsed(self.parts, link.target, self.name)
                table, part = table_part(link.target, link.id, root, self.where)
                self.faults += table_faults(table, rows, tags)
                self.tables.append(table)
                self.attached.append(part)
            elif kind == "comments":
                self._add(comments_part(link.target, self._root(link), f"{self.where}: a comment"))
            elif kind == "vmlDrawing" and link.id in notes:
                self._add(notes_part(link.target, self._root(link), f"{self.where}: a comment"))
            elif kind == "drawing":
                self._drawing(link)
            if not link.external:
                self._walk(link.target)

    def _root(self, link: Link) -> etree._Element:
        return parsed(self.parts, link.target, self.name)

    def _add(self, part: Part) -> None:
        self.attached.append(part)

    def _drawing(self, link: Link) -> None:
        self._add(drawing_part(link.target, self._root(link), f"{self.where}: a drawing"))
        charts = [one for one in read_links(self.parts, link.target, self.name) if kind_of(one) == "chart"]
        for number, one in enumerate(charts, start=1):
            try:
                self._add(chart_part(one.target, self._root(one), f"{self.where}: chart {number}"))
            except TemplateError as error:
                self.faults.append(str(error))

    def _walk(self, part: str) -> None:
        """Note what a part points to, and refuse what cannot be carried over."""
        if part in self.links:
            return
        self.links[part] = read_links(self.parts, part, self.name)
        for link in self.links[part]:
            if message := refusal(kind_of(link)):
                self.faults.append(f"{self.where}: {message}")
            elif not link.external:
                self._walk(link.target)


def hidden_part(root: etree._Element) -> str:
    """Say what of a sheet is hidden and what to do: what is hidden there would show in the finished workbook, or leak."""
    for shape in root.iter(f"{M}sheetFormatPr"):
        if shape.get("zeroHeight") in {"1", "true"}:
            return "hides its rows unless they say otherwise; show them or remove them"
    for row in root.iter(f"{M}row"):
        if row.get("hidden") in {"1", "true"} or (row.get("ht") is not None and float(row.get("ht") or 0) == 0):
            return f"row {row.get('r')} is hidden; show it or remove it"
    for column in root.iter(f"{M}col"):
        if column.get("hidden") in {"1", "true"} or (column.get("width") is not None and float(column.get("width") or 0) == 0):
            first, last = (get_column_letter(int(column.get(edge) or 1)) for edge in ("min", "max"))
            which = f"column {first} is" if first == last else f"columns {first} to {last} are"
            return f"{which} hidden; show or remove what is there"
    return ""


def table_faults(table: Table, rows: Sequence[Row], tags: Sequence[RowTag]) -> Iterator[str]:
    """Say why a table could not follow its rows."""
    area = table.area
    if any(tag.opening < area.top and area.bottom < tag.closing and tag.word == "for" for tag in tags):
        yield f"{table.where}: stands inside repeated rows, and a table cannot be repeated; repeat its rows instead"
    headings = range(area.top, area.top + table.heading_rows)
    for tag in tags:
        if tag.opening < area.top <= tag.closing <= area.bottom or area.top <= tag.opening <= area.bottom < tag.closing - 1:
            yield f"{table.where}: begins or ends inside repeated rows; put both tag rows inside the table, or both outside"
    for row in rows:
        for cell in row.cells if row.number in headings else ():
            if cell.kind in {"fill", "formula"} and cell.number in columns_of(area):
                yield f"{table.where}: its heading {cell.column}{row.number} is not plain text; write the words out"


def _widths(root: etree._Element) -> Iterator[tuple[int, float]]:
    for column in root.iter(f"{M}col"):
        first, last = int(column.get("min") or 1), int(column.get("max") or 1)
        for number in range(first, min(last, first + 1000) + 1):
            yield number, float(column.get("width") or DEFAULT_WIDTH)


def _merged(root: etree._Element, widths: Mapping[int, float]) -> Iterator[tuple[tuple[int, int], float]]:
    """Give how wide each merged area is, by its first cell."""
    for one in root.iter(f"{M}mergeCell"):
        area = area_of(one.get("ref") or "")
        columns = columns_of(area)
        yield (area.top, columns[0]), sum(widths.get(column, DEFAULT_WIDTH) for column in columns)

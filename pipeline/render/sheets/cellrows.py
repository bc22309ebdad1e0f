"""The rows of a sheet's XML → compiled rows, the blocks that its row tags make, and its sheet tag."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from math import isfinite

from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter

from pipeline.exceptions import TemplateError
from pipeline.formulas import plain, shift
from pipeline.formulas.values import RaisedError
from pipeline.render.cells import TAG, Runs, compile_text
from pipeline.render.heights import DEFAULT_WIDTH, LINE_SPACING, height_of, room_for
from pipeline.render.sheets.areas import area_of, columns_of
from pipeline.render.sheets.compiled import Cell, Row, RowTag
from pipeline.render.sheets.formulas import BrokenReferenceError, compile_formula
from pipeline.render.sheets.markup import M
from pipeline.render.sheets.rows import Area
from pipeline.render.sheets.strings import runs_of
from pipeline.render.sheets.styles import Look

_SHEET_TAG = re.compile(r"\{%-?\s*sheet\s+if\s+(?P<test>.+?)\s*-?%\}", re.DOTALL)
_ROW_TAG = re.compile(r"\{%-?\s*tr\s+(?P<word>\w+)(?P<rest>.*?)-?%\}", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PLACE = re.compile(r"([A-Z]{1,3})(\d+)")
_LEFT_OUT = frozenset({"r", "spans", "ht"})


@dataclass
class RowReader:
    """Reads the rows of one sheet; faults that make the template unusable are collected in `faults`."""

    where: str  # template: sheet
    title: str
    strings: Sequence[Runs]
    looks: Sequence[Look]
    widths: dict[int, float]
    merged: dict[tuple[int, int], float]
    faults: list[str] = field(default_factory=list)
    test: tuple[str, str] = ("", "")
    shared: dict[str, tuple[str, str]] = field(default_factory=dict)
    arrays: list[Area] = field(default_factory=list)

    def read(self, data: etree._Element) -> tuple[Row, ...]:
        """Give the rows of a sheet that hold or say something."""
        rows: list[Row] = []
        number = 0
        for element in data.iterfind(f"{M}row"):
            number = int(element.get("r") or number + 1)
            rows.append(self._row(element, number))
        return tuple(self._with_members(row) for row in rows) if self.arrays else tuple(rows)

    def _with_members(self, row: Row) -> Row:
        """Mark the cells that an array formula of another cell fills."""
        areas = [area for area in self.arrays if area.top <= row.number <= area.bottom]
        cells = tuple(
            replace(cell, kind="member", text="")
            if cell.kind in {"blank", "value", "text"} and any(cell.number in columns_of(area) for area in areas)
            else cell
            for cell in row.cells
        )
        return replace(row, cells=cells)

    def _row(self, element: etree._Element, number: int) -> Row:
        height = element.get("ht")
        cells = tuple(self._cells(element, number))
        needs = max((height_of(_plain(cell.runs), cell.room, cell.line) for cell in cells if cell.kind == "text"), default=0.0)
        kept = [(str(key), str(value)) for key, value in element.attrib.items() if key not in _LEFT_OUT]
        words = "".join(_attribute(element, key, value) for key, value in kept)
        return Row(number, words, float(height) if height else None, height or "", cells, needs)

    def _cells(self, row: etree._Element, number: int) -> Iterator[Cell]:
        column = 0
        for element in row.iterfind(f"{M}c"):
            found = _PLACE.fullmatch(element.get("r") or "")
            column = column_index_from_string(found[1]) if found else column + 1
            place = f"{get_column_letter(column)}{number}"
            try:
                yield self._cell(element, column, number, place)
            except BrokenReferenceError as error:
                text = element.findtext(f"{M}f") or ""
                self.faults.append(f"{self.where}!{place}: ={text}: {error}")

    def _cell(self, element: etree._Element, column: int, row: int, place: str) -> Cell:
        style = int(element.get("s") or 0)
        look = self.looks[style] if style < len(self.looks) else None
        where = f"{self.title}!{place}"
        cell = Cell(get_column_letter(column), column, style, "blank", where)
        if element.get("vm"):
            self.faults.append(
                f"{self.where}!{place}: holds a picture or data type in a cell, which cannot be carried over; remove it"
            )
        if look is not None and look.wraps:
            width = self.merged.get((row, column), self.widths.get(column, DEFAULT_WIDTH))
            cell = replace(cell, room=room_for(width, look.indent, look.size), line=look.size * LINE_SPACING)
        formula = element.find(f"{M}f")
        if formula is not None:
            return self._formula(element, formula, cell, place)
        kind, value = element.get("t") or "n", element.findtext(f"{M}v")
        if kind in {"s", "inlineStr", "str"}:
            return self._text(element, kind, value, cell, place)
        if value is None or not value.strip():
            return cell
        if kind == "e":
            self.faults.append(f"{self.where}!{place}: holds {value}; correct it")
        number = _number(kind, value.strip())
        if kind != "e" and number is None:
            self.faults.append(
                f"{self.where}!{place}: holds {value}, which is no number or date that Excel knows; enter it again"
            )
        return replace(cell, kind="value", text=number or "0", typed="b" if kind == "b" else "")

    def _text(self, element: etree._Element, kind: str, value: str | None, cell: Cell, place: str) -> Cell:
        runs: Runs = (("", value or ""),)
        if kind == "s":
            at = int(value or 0)
            runs = self.strings[at] if at < len(self.strings) else ()
        elif kind == "inlineStr":
            inline = element.find(f"{M}is")
            runs = () if inline is None else runs_of(inline)
        if place == "A1" and (left := self._sheet_tag(runs)) != runs:
            cell, runs = replace(cell, source=_plain(runs)), left
        text = _plain(runs)
        if not text:
            return cell
        if TAG.search(text):
            return replace(cell, kind="fill", text=text, program=compile_text(runs))
        return replace(cell, kind="text", text=text, runs=runs)

    def _sheet_tag(self, runs: Runs) -> Runs:
        """Take the sheet tag out of the text of A1 and note it."""
        text = _plain(runs)
        found = _SHEET_TAG.search(text)
        if found is None:
            return runs
        self.test = found["test"], found[0]
        left = (text[: found.start()] + text[found.end() :]).strip()
        return (("", left),) if left else ()

    def _formula(self, element: etree._Element, formula: etree._Element, cell: Cell, place: str) -> Cell:
        kind, text = formula.get("t") or "normal", formula.text or ""
        if kind == "dataTable":
            raise BrokenReferenceError("holds a data table, which cannot follow its rows; write its formulas out")
        if kind == "shared":
            text = self._unshared(formula.get("si") or "", text, place)
        area: Area | None = None
        extra = f' cm="{element.get("cm")}"' if element.get("cm") else ""
        if kind == "array":
            area = area_of(formula.get("ref") or place)
            if extra and (area.left, area.top) != (area.right, area.bottom):
                # entered as an ordinary formula in a newer Excel, whose results spill over as many cells as they need
                raise BrokenReferenceError("fills cells beside it, which cannot follow its rows; write a formula for each cell")
            self.arrays.append(area)
        return replace(cell, kind="formula", text=f"={text}", formula=compile_formula(text), area=area, extra=extra)

    def _unshared(self, key: str, text: str, place: str) -> str:
        """Write out a formula that several cells share."""
        if text:
            self.shared[key] = f"={text}", place
            return text
        if key not in self.shared:
            raise BrokenReferenceError("shares a formula that no cell holds; write it again")
        original, origin = self.shared[key]
        here, there = area_of(place), area_of(origin)
        return shift(original, here.top - there.top, columns_of(here)[0] - columns_of(there)[0])[1:]


def _number(kind: str, text: str) -> str | None:
    """Give what a cell holds, a date as the number of its days; None where it is not what its type says."""
    if kind == "b":
        return {"0": "0", "1": "1", "false": "0", "true": "1"}.get(text)
    if kind == "d":
        try:
            moment = time.fromisoformat(text) if ":" in text and "-" not in text else datetime.fromisoformat(text)
            return f"{plain(moment):.17g}"
        except (ValueError, RaisedError):
            return None
    return text if _NUMBER.fullmatch(text) and isfinite(float(text)) else None


def _plain(runs: Runs) -> str:
    return "".join(text for _, text in runs)


def _attribute(element: etree._Element, key: str, value: str) -> str:
    """Write an attribute; those of other namespaces keep the prefix the part gives them."""
    name = etree.QName(key)
    prefix = next((short for short, long in element.nsmap.items() if short and long == name.namespace), "")
    return f' {prefix}:{name.localname}="{value}"' if prefix else f' {name.localname}="{value}"'


def row_tags(rows: Sequence[Row], where: str, title: str) -> tuple[RowTag, ...]:
    """Give the blocks that a sheet's row tags make, top to bottom; what is wrong with one is in it."""
    found = [tag for row in rows if (tag := _row_tag(row, where, title))]
    blocks: list[RowTag] = []
    waiting = iter(found)
    for tag in waiting:
        if tag.fault or tag.word not in {"for", "if"}:
            no_pair = (
                f"{tag.where}: {tag.tag}: no row opens what this one closes; use tr for, tr endfor, tr if and tr endif in pairs"
            )
            blocks.append(replace(tag, fault=tag.fault or f"{where.rpartition(': ')[0]}: {no_pair}"))
            continue
        closing = next(waiting, None)
        blocks.append(replace(tag, closing=closing.opening if closing else tag.opening, fault=_pair_fault(tag, closing, where)))
    return tuple(blocks)


def _row_tag(row: Row, where: str, title: str) -> RowTag | None:
    """Give a tag row's tag; a tag row may hold nothing else."""
    texts = [cell for cell in row.cells if cell.kind not in {"blank", "member"}]
    tagged = next((cell for cell in texts if cell.kind == "fill" and _ROW_TAG.search(cell.text)), None)
    if tagged is None:
        return None
    found = _ROW_TAG.fullmatch(tagged.text.strip())
    if len(texts) > 1 or found is None:
        fault = (
            f"{where}!{tagged.column}{row.number}: {tagged.text}: a tr tag stands alone in its row; move the rest to another row"
        )
        return RowTag(row.number, row.number, "", "", tagged.text, tagged.where, fault)
    return RowTag(row.number, row.number, found["word"], found["rest"], found[0], f"{title}!A{row.number}")


def _pair_fault(tag: RowTag, closing: RowTag | None, where: str) -> str:
    place = f"{where}!A{tag.opening}: {tag.tag}"
    if closing is None:
        return f"{place}: has no {{%tr end{tag.word} %}} below it; add a row with it"
    if closing.fault:
        return closing.fault
    if closing.word != f"end{tag.word}":
        return f"{place}: {closing.tag} stands before {{%tr end{tag.word} %}}; close one before the next"
    if closing.opening == tag.opening + 1:
        return f"{place}: no row stands between it and its end; add one"
    return ""


def demand_no_faults(faults: Sequence[str]) -> None:
    """Refuse a template with faults, all of them at once."""
    if faults:
        raise TemplateError("\n".join(dict.fromkeys(faults)))

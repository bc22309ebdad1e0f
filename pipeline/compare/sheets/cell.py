"""One cell of a sheet: markup in; what stands in it, its formula, and how it looks out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from lxml import etree
from openpyxl.utils.datetime import from_excel

from pipeline.compare.parts import whole
from pipeline.compare.sheets.quick import Written
from pipeline.compare.sheets.said import OFF, attributes, look_of
from pipeline.compare.words import normal
from pipeline.formulas import FormulaError, shift
from pipeline.formulas.showing import show
from pipeline.formulas.values import RaisedError

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DATE = "date"
_V, _F, _IS, _T = (f"{M}{tag}" for tag in ("v", "f", "is", "t"))
_CELL_READ = frozenset({"r", "s", "t"})
_F_READ = frozenset({"t", "ref", "si", "r1", "r2", "dt2D", "dtr"})
_SORTS = {"b": "true or false", "e": "an error"}
TEXTS = frozenset({"s", "inlineStr", "str"})
_NUMBER = re.compile(r"[-+]?[£€$]?\d[\d,]*(?:\.\d+)?%?")
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")


Runs = tuple[tuple[str, str], ...]


class Cell:
    """A cell: what stands in it or its formula came to, its formula if it has one, and how it looks."""

    __slots__ = ("_shown", "column", "formula", "look", "rest", "runs", "sign", "sort", "value")

    def __init__(self, column: str, value: str, formula: str, look: tuple[str, ...] = (), sign: str = "") -> None:
        self.column = column
        self.value = value
        self.formula = formula
        self.look = look
        self.sign = sign
        self._shown = "" if sign else value
        self.sort = ""
        """What it is, where its value alone does not tell: a number that is kept as a text, an error, true or false."""
        self.runs: Runs = ()
        """How its words look where they do not all look as the cell does."""
        self.rest = ""
        """What else there is to it."""

    @property
    def shown(self) -> str:
        """The value; money and percentages as their number format writes them: £21,432.50, 12.0%."""
        if self.sign and not self._shown:
            try:
                self._shown = show(Decimal(self.value), self.look[0])
            except (FormulaError, RaisedError):  # a format that is not followed
                self._shown = f"{float(self.value) * 100:.13g}%" if self.sign == "%" else f"{self.sign}{self.value}"
        return self._shown

    @property
    def raw(self) -> tuple[object, ...]:
        """All there is to it but its place."""
        return self.formula, self.value, self.look, self.sort, self.runs, self.rest

    @property
    def content(self) -> str:
        """The formula, or else the value."""
        return self.formula or self.value

    @property
    def is_words(self) -> bool:
        """Say whether it holds neither a formula nor a number."""
        return not self.formula and not self.value.replace(".", "", 1).lstrip("-").isdigit()


def text_of(item: etree._Element) -> str:
    """Give the words of a shared or inline string; how words are pronounced is left out."""
    plain = item.find(_T)
    if plain is not None:
        return plain.text or ""
    return "".join(text.text or "" for run in item.iterchildren(f"{M}r") for text in run.iterchildren(_T))


def runs_of(item: etree._Element) -> Runs:
    """Give the words of a string with their looks, where any of them look otherwise than the cell."""
    runs: list[tuple[str, str]] = []
    for run in item.iterchildren(f"{M}r"):
        text, look = "".join(one.text or "" for one in run.iterchildren(_T)), run.find(f"{M}rPr")
        said = "" if look is None else look_of(look)
        if runs and runs[-1][1] == said:
            runs[-1] = (f"{runs[-1][0]}{text}", said)
        else:
            runs.append((text, said))
    return tuple(runs) if any(said for _, said in runs) else ()


@dataclass(frozen=True)
class Known:
    """What cells of a workbook refer to: shared texts, shared formulas, and for each style number how it looks."""

    strings: Sequence[str]
    runs: Mapping[int, Runs]
    looks: Sequence[tuple[str, ...]]
    signs: Sequence[str]
    shared: dict[str, tuple[str, int, int]] = field(default_factory=dict)


def read_cell(element: etree._Element, known: Known) -> Cell | None:
    """Read a cell; None for one that is empty and looks like nothing."""
    found = _ADDRESS.fullmatch(element.get("r") or "")
    if found is None:
        return None
    value = formula = ""
    runs: Runs = ()
    rest = [] if _CELL_READ.issuperset(element.keys()) else _other(element, _CELL_READ)
    for child in element:
        if child.tag == _V:
            value = child.text or ""
        elif child.tag == _F:
            formula = _formula(child, found[1], int(found[2]), known.shared)
            rest += [] if _F_READ.issuperset(child.keys()) else [f"formula {said}" for said in _other(child, _F_READ)]
        elif child.tag == _IS:
            value, runs = text_of(child), runs_of(child)
        elif isinstance(child.tag, str):
            rest.append(f"{etree.QName(child).localname} {look_of(child)}")
    cell = make_cell((found[1], element.get("s") or "", element.get("t") or "", formula, value), known)
    if cell is None:
        return None
    cell.runs = runs or cell.runs
    cell.rest = "; ".join(rest)
    return cell


def _other(element: etree._Element, read: frozenset[str]) -> list[str]:
    return [f"{key} {said}" for key, said in attributes(element) if key not in read and said not in OFF]


def make_cell(written: Written, known: Known) -> Cell | None:
    """Make a cell of how it is written; None for one that is empty and looks like nothing."""
    column, style, kind, formula, value = written
    look, sign = min(whole(style, 0), len(known.looks) - 1), ""
    runs: Runs = ()
    if kind == "s" and value.isdecimal() and int(value) < len(known.strings):
        at = int(value)
        value, runs = known.strings[at], known.runs.get(at, ())
    elif kind == "b":
        value = "TRUE" if value in {"1", "true"} else "FALSE"
    elif value and kind in {"", "n"}:
        value, sign = _number(value, known.signs[look])
    if not value and not formula and not look:
        return None
    is_text = kind in TEXTS
    cell = Cell(column, normal(value) if is_text else value, formula, known.looks[look], sign)
    cell.sort = _SORTS.get(kind, "") if not is_text else "a text" if _NUMBER.fullmatch(cell.value) else ""
    cell.runs = runs
    return cell


def _formula(child: etree._Element, column: str, row: int, shared: dict[str, tuple[str, int, int]]) -> str:
    """Give a cell's formula; a shared one is written out for each of its cells."""
    text, group, across, kind = child.text or "", child.get("si"), column_number(column), child.get("t")
    own = f"{column}{row}"
    area = "" if child.get("ref") in {None, own, f"{own}:{own}"} else f" over {child.get('ref')}"
    if kind == "dataTable":
        return f"{{=TABLE({_inputs(child)})}}{area}"
    if kind == "shared" and group is not None:
        if text:
            shared[group] = (text, row, across)
        elif group in shared:
            first, top, left = shared[group]
            text = shift(first, row - top, across - left)
    return f"{{={text}}}{area}" if kind == "array" else f"={text}"


def _inputs(child: etree._Element) -> str:
    """Give the cells into which a data table puts its values, as Excel shows them: that of its row, that of its column."""
    one, other = child.get("r1") or "", child.get("r2") or ""
    if child.get("dt2D") not in OFF:
        return f"{one},{other}"
    return f"{one}," if child.get("dtr") not in OFF else f",{one}"


def _number(text: str, sign: str) -> tuple[str, str]:
    """Write a stored number as a person would, a date as one and 0.1 where the file holds 0.10000000000000001; with its sign."""
    try:
        number = float(text)
        moment = from_excel(number) if sign == DATE else None
    except (ValueError, OverflowError):
        return text, ""
    if sign == DATE:
        return str(moment.isoformat() if moment is not None else text).removesuffix("T00:00:00"), ""
    return f"{number:.15g}", sign


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Turn a column's letters into its number: AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """Turn a column's number into its letters."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

"""The XML of a part as a pattern: text that stays, slots that are filled, and groups that are repeated or left out.

A pattern is compiled once from a parsed part, into plain data, and written for each rendering without parsing anything.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from lxml import etree

from pipeline.exceptions import TemplateError
from pipeline.render.sheets.formulas import BrokenReferenceError, Formula
from pipeline.render.sheets.resolving import Place, Targets, resolve, write
from pipeline.render.sheets.rows import Area, RowMap, moved, written

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
M, R = f"{{{MAIN}}}", f"{{{RELATIONS}}}"
_SLOT, _OPEN, _CLOSE, _END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"  # characters no document may hold (Unicode 23.7)
_MARK = re.compile(f"([{_SLOT}{_OPEN}{_CLOSE}])(\\d+){_END}")
_TAG = re.compile(r"(?:\{\{|\{%)[^<\"]{0,60}")
_QUOTES = {'"': "&quot;"}


@dataclass(frozen=True, slots=True)
class Areas:
    """Cells, wherever they went, all copies of them."""

    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Cells, in the copy that is being written."""

    area: Area


@dataclass(frozen=True, slots=True)
class Moved:
    """A formula; `areas` are the cells it stands for, none where it stands nowhere; `each` where it is written per copy."""

    formula: Formula
    where: str
    areas: tuple[Area, ...] = ()
    each: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class RowNumber:
    """The number of a finished row: the first at or after a template row, or the last at or before it.

    With `each` it is the row of the copy that is being written; rows of the same block as `since` stay in its first copy.
    """

    row: int
    offset: int = 0
    last: bool = False
    each: bool = False
    since: int = 0


@dataclass(frozen=True, slots=True)
class Hook:
    """XML that the writer of the part knows by this name; nothing where it knows none."""

    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A stretch of XML that is written once per copy of its area, or only where some of its areas or groups are left.

    `per` is "copy", "break" (as "copy", and once where its row itself is left out), "areas", "some", or the name of a
    condition the writer of the part knows.
    """

    per: str
    areas: tuple[Area, ...] = ()
    children: "Pattern" = ()


Node = str | Areas | Spot | Moved | RowNumber | Hook | Group
Pattern = tuple[Node, ...]


NOWHERE = RowMap(())


@dataclass(frozen=True, slots=True)
class View:
    """What a pattern is written from: the sheet it belongs to, where rows went, and what the writer of the part knows."""

    sheet: str
    targets: Targets
    hooks: Mapping[str, str | Callable[[int], str]] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    row_map: RowMap = NOWHERE


class Marker:
    """Marks slots and groups in a parsed part, and makes the pattern of it."""

    def __init__(self, where: str) -> None:
        """Take the place that errors name."""
        self.where = where
        self.nodes: list[Node] = []

    def slot(self, node: Node) -> str:
        """Give the mark that stands for a node in a text or attribute."""
        self.nodes.append(node)
        return f"{_SLOT}{len(self.nodes) - 1}{_END}"

    def wrap(self, element: etree._Element, per: str, areas: tuple[Area, ...] = ()) -> None:
        """Make an element a group."""
        self.nodes.append(Group(per, areas))
        number = len(self.nodes) - 1
        before = element.getprevious()
        parent = element.getparent()
        if before is not None:
            before.tail = f"{before.tail or ''}{_OPEN}{number}{_END}"
        elif parent is not None:
            parent.text = f"{parent.text or ''}{_OPEN}{number}{_END}"
        element.tail = f"{_CLOSE}{number}{_END}{element.tail or ''}"

    def pattern(self, root: etree._Element) -> Pattern:
        """Make the pattern of a part whose slots and groups are marked; a template tag left in its text is a fault."""
        stack: list[tuple[Group | None, list[Node]]] = [(None, [])]
        at, text = 0, str(etree.tostring(root, encoding="unicode"))
        for found in _MARK.finditer(text):
            self._literal(text[at : found.start()], stack[-1][1])
            at = found.end()
            node = self.nodes[int(found[2])]
            if found[1] == _OPEN and isinstance(node, Group):
                stack.append((node, []))
            elif found[1] == _CLOSE:
                group, children = stack.pop()
                stack[-1][1].append(Group(group.per if group else "", group.areas if group else (), tuple(children)))
            else:
                stack[-1][1].append(node)
        self._literal(text[at:], stack[-1][1])
        return (DECLARATION, *stack[0][1])

    def _literal(self, text: str, children: list[Node]) -> None:
        if found := _TAG.search(text):
            raise TemplateError(f"{self.where}: {found[0]}: a tag stands where none is filled; put it in a cell")
        if text:
            children.append(text)


def local_name(element: etree._Element) -> str:
    """Give an element's name without its namespace; a comment has none."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def is_marked(text: str) -> bool:
    """Say whether a text is a mark already."""
    return text.startswith((_SLOT, _OPEN))


def fill(pattern: Pattern, view: View) -> str:
    """Write a pattern."""
    return "".join(_written(pattern, view, 0))


def _written(pattern: Pattern, view: View, copy: int) -> Iterator[str]:
    for node in pattern:
        if isinstance(node, str):
            yield node
        elif isinstance(node, Group):
            yield from _group(node, view, copy)
        elif isinstance(node, Hook):
            known = view.hooks.get(node.name, "")
            yield known if isinstance(known, str) else known(copy)
        else:
            yield escape(_slot(node, view, copy), _QUOTES)


def _group(group: Group, view: View, copy: int) -> Iterator[str]:
    if group.per in {"copy", "break"}:
        copies = _breaks if group.per == "break" else _copies
        for number in range(copies(view.row_map, group.areas[0])):
            yield from _written(group.children, view, number)
    elif group.per == "areas":
        if any(True for area in group.areas for _ in view.row_map.spans(area)):
            yield from _written(group.children, view, copy)
    elif group.per == "some":
        parts = [(node, list(_written((node,), view, copy))) for node in group.children]
        if any(parts_of for node, parts_of in parts if isinstance(node, Group)):
            for _, texts in parts:
                yield from texts
    elif view.conditions.get(group.per):
        yield from _written(group.children, view, copy)


def _copies(row_map: RowMap, area: Area) -> int:
    return sum(1 for _ in row_map.copies(area))


def _breaks(row_map: RowMap, area: Area) -> int:
    return len(row_map.targets(area.top)) or int(row_map.last(area.top) > 0)


def _slot(node: Areas | Spot | Moved | RowNumber, view: View, copy: int) -> str:
    if isinstance(node, Areas):
        return " ".join(text for area in node.areas for text in moved(view.row_map, area))
    if isinstance(node, Spot):
        return written(node.area, *view.row_map.copy(node.area, copy))
    if isinstance(node, Moved):
        return moved_formula(node, view, copy)
    return str(_row_number(node, view.row_map, copy))


def _row_number(node: RowNumber, row_map: RowMap, copy: int) -> int:
    targets = row_map.targets(node.row)
    if node.each and copy < len(targets):
        return targets[copy] + node.offset
    block = row_map.block(node.row)
    if node.since and block is not None and targets and block is row_map.block(node.since):
        return targets[0] + node.offset
    return (row_map.last(node.row) if node.last else row_map.first(node.row)) + node.offset


def moved_formula(node: Moved, view: View, copy: int = 0) -> str:
    """Write a formula of something that is not a cell for where its rows went."""
    top = min((area.top for area in node.areas), default=0)
    bottom = max((area.bottom for area in node.areas), default=0)
    block = view.row_map.block(top) if top else None
    inside = block is not None and block is view.row_map.block(bottom) and block.copies > 1
    pinned = block.height if block is not None and inside and not node.each else 0
    place = Place(view.sheet, block.loop if block else "", pinned, tall=top != bottom, whole=node.whole)
    try:
        return write(resolve(node.formula, place, view.targets), copy if node.each else 0)
    except BrokenReferenceError as error:
        raise TemplateError(f"{node.where} {error}") from error

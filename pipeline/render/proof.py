"""The syntax tree of one part's Jinja source → proof that whatever it renders is well formed, and what its tables need.

docxtpl parses every rendered part again, repairs what is broken, and redraws the grid of tables whose rows do not fit it. All
that can be left out where it is proved once, for all values, that nothing can be broken and nothing would be redrawn:

- every tag of the markup stands whole between two tags of the template;
- every branch and every turn of a loop leaves open what it found open;
- the text with all branches in it, each once, is well formed;
- values are escaped (pipeline.render.environment), so they bring no markup.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jinja2 import nodes
from lxml import etree

from pipeline.render.columns import TABLE_WIDTH
from pipeline.text import WORD, W

WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
MARKUP_SIGNS = ("{_{", "}_}", "{_%", "%_}", "\ue004", "\ue005")
_TAG = re.compile(r"<(/?)([^\s/>?!]+)(?:[^>]*?)(/?)>")
_SIGN = re.compile(r"[<>]")
_LISTING = re.compile(r"<w:t(?:\s[^>]*)?>[^<]*[\t\n\a\f]")
_OPENED = re.compile(r'<([^\s/>"]+)\s(?:[^"]*"[^"]*")*[^"]*="[^"]*')
_READ = frozenset(
    {"w:p", "w:pPr", "w:r", "w:rPr", "w:t", "w:fldChar", "w:instrText", "w:fldSimple", "w:pStyle", "w:numPr", "w:ilvl", "w:numId"}
    | {"w:bookmarkStart", "wp:docPr", "w:tbl", "w:tr", "w:tc", "w:tblW", "w:tblGrid", "w:tcPr"}
)
_PARTS_OF_TABLES = frozenset({"w:tbl", "w:tr", "w:tc"})


class NotProvedError(ValueError):
    """Something in a template that only docxtpl itself renders rightly; the message says what."""


@dataclass
class Proof:
    """What was found out about a part: its text with every branch in it once, and in which branch each part of a table is."""

    texts: list[str] = field(default_factory=list)
    branches: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text with all branches."""
        return "".join(self.texts)


def prove(tree: nodes.Template, head: str, tail: str) -> tuple[Proof, etree._Element]:
    """Prove that a part stays well formed, and give its text with all branches, parsed; NotProvedError says what prevents it."""
    proof = Proof([head])
    left = _Walk(proof).body(tree.body, (), ())
    if left:
        raise NotProvedError(f"w:{left[-1].partition(':')[2]} is left open")
    proof.texts.append(tail)
    if any(sign in proof.text for sign in MARKUP_SIGNS):
        raise NotProvedError("it holds signs that docxtpl rewrites")
    if _LISTING.search(proof.text):
        raise NotProvedError("its text holds tabs or line ends that are not Word's own")
    try:
        root = etree.fromstring(proof.text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise NotProvedError(f"it is not well formed ({error})") from None
    for element in root.iter():
        _demand_usual(element)
    return proof, root


def _demand_usual(element: etree._Element) -> None:
    """Demand that markup is written as Word writes it, since it is read as text from here on."""
    if not isinstance(element.tag, str):
        raise NotProvedError("it holds comments or instructions in its markup")
    if element.tag.startswith(W) and element.prefix != "w":
        raise NotProvedError(f"it names {WORD} otherwise than Word does")
    if element.tag == f"{W}t" and ((parent := element.getparent()) is None or parent.tag != f"{W}r"):
        raise NotProvedError("it holds text outside a run")
    if element.tag == f"{{{WP}}}docPr" and (element.prefix != "wp" or element.get("id") is None):
        raise NotProvedError("it holds a picture without a number")


class _Walk:
    """Follows every branch, with the elements that are open."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.count = 0

    def body(self, body: Sequence[nodes.Node], stack: tuple[str, ...], branch: tuple[int, ...]) -> tuple[str, ...]:
        """Follow nodes one after another; give what is open after them."""
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    stack = self._output(part, stack, branch)
            elif isinstance(node, nodes.If):
                self._if(node, stack, branch)
            elif isinstance(node, nodes.For) and not node.recursive:
                self._same(node.body, stack, branch)
                self._same(node.else_, stack, branch)
            elif isinstance(node, nodes.With):
                stack = self.body(node.body, stack, branch)
            elif not isinstance(node, nodes.Assign):
                raise NotProvedError(f"it uses {type(node).__name__.lower()}")
        return stack

    def _if(self, node: nodes.If, stack: tuple[str, ...], branch: tuple[int, ...]) -> None:
        self._same(node.body, stack, branch)
        for other in node.elif_:
            self._same(other.body, stack, branch)
        self._same(node.else_, stack, branch)

    def _same(self, body: Sequence[nodes.Node], stack: tuple[str, ...], branch: tuple[int, ...]) -> None:
        """Demand that a branch leaves open what it found open."""
        self.count += 1
        if self.body(body, stack, (*branch, self.count)) != stack:
            raise NotProvedError("a condition or loop begins and ends in different places of the markup")

    def _output(self, part: nodes.Node, stack: tuple[str, ...], branch: tuple[int, ...]) -> tuple[str, ...]:
        if not isinstance(part, nodes.TemplateData):
            self.proof.texts.append("x")
            return stack
        self.proof.texts.append(part.data)
        text, stack = _whole_tags(part.data, stack)
        for closes, name, is_empty in _TAG.findall(text):
            if name in _PARTS_OF_TABLES and not closes:
                self.proof.branches.append(branch)
            if closes:
                if stack[-1:] != (name,):
                    raise NotProvedError("a condition or loop begins and ends in different places of the markup")
                stack = stack[:-1]
            elif not is_empty:
                stack = (*stack, name)
        at = part.data.rfind("<")
        return (*stack, part.data[at:]) if part.data.rfind(">") < at else stack


def _whole_tags(text: str, stack: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Give the part of a text that holds whole tags, with the one that was open before it, and what else is open.

    A tag may be open only inside the quotes of an attribute, and only where nobody reads it as text afterwards.
    """
    if stack and stack[-1].startswith("<"):
        rest, closed, after = text.partition(">")
        if not closed and '"' not in rest and "<" not in rest:
            return "", stack  # still the attribute's words
        text, stack = f"{stack[-1]}{rest}{closed}{after}", stack[:-1]
    at = text.rfind("<")
    if text.rfind(">") < at:
        opened = _OPENED.fullmatch(text[at:])
        if opened is None or opened[1] in _READ:
            raise NotProvedError("a tag stands inside the markup")
        text = text[:at]
    signs = _SIGN.findall(text)
    if signs != ["<", ">"] * (len(signs) // 2):
        raise NotProvedError("a tag stands inside the markup")
    return text, stack


def tables(proof: Proof, root: etree._Element) -> Iterator[tuple[int, str]]:
    """Give the tables that docxtpl may redraw, by their place among all: "columns" where cells repeat, "any" for all others.

    Of tables within tables the outermost is given.
    """
    parts = list(root.iter(f"{W}tbl", f"{W}tr", f"{W}tc"))
    branches = dict(zip(parts, proof.branches, strict=True))
    for number, table in enumerate(root.iter(f"{W}tbl")):
        if next(table.iterancestors(f"{W}tbl"), None) is not None:
            continue
        inner = list(table.iter(f"{W}tbl"))
        if inner == [table] and table.get(TABLE_WIDTH) is not None and _is_simple(table):
            yield number, "columns"
        elif any(one.get(TABLE_WIDTH) is not None or not _is_settled(one, branches) for one in inner):
            yield number, "any"


def _is_simple(table: etree._Element) -> bool:
    """Say whether the columns of a table can be fitted without parsing it: one grid, rows and cells directly inside."""
    rows = table.findall(f"{W}tr")
    cells = [cell for row in rows for cell in row.findall(f"{W}tc")]
    has_all = len(rows) == len(list(table.iter(f"{W}tr"))) and len(cells) == len(list(table.iter(f"{W}tc")))
    is_changed = next(table.iter(f"{W}tcPrChange", f"{W}tblPrChange", f"{W}tblGridChange"), None) is not None
    spans = (cell.find(f"{W}tcPr/{W}gridSpan") for cell in cells)
    is_fixed = all(one is None or (one.get(f"{W}val") or "").isdigit() for one in spans)
    return has_all and is_fixed and not is_changed and len(table.findall(f"{W}tblGrid")) == 1


def _is_settled(table: etree._Element, branches: Mapping[etree._Element, tuple[int, ...]]) -> bool:
    """Say whether docxtpl would leave a table's grid alone: no row is wider, and one as wide is always there."""
    grid = table.find(f"{W}tblGrid")
    columns = 0 if grid is None else len(grid.findall(f"{W}gridCol"))
    is_full = False
    for row in table.iter(f"{W}tr"):
        width = 0
        for cell in row.findall(f"{W}tc"):
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            said = "1" if span is None else span.get(f"{W}val") or ""
            if branches[cell] != branches[row] or not said.isdigit():
                return False
            width += int(said)
        if width > columns:
            return False
        is_full = is_full or (width == columns and branches[row] == branches[table])
    return is_full

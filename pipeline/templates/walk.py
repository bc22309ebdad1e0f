"""The static walk: a template's pieces in, the full path of every name it uses out, loops resolved (`lots[].people`).

Given the facts of a pack as well, the walk follows them: a name that is not among them is a fault, and a branch that
the edition, model, nation or regime rules out is left aside, because names may rightly be absent there. All other
branches are followed, taken or not, so that a fault is found before the pack that would meet it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from jinja2 import TemplateSyntaxError, nodes

from pipeline.figure import Figure, Unknown, is_known
from pipeline.render.environment import ALLOWED_CALLS, environment
from pipeline.templates.dialect import Fault
from pipeline.templates.expressions import constant, has_figure, part_tree, tag_with, written
from pipeline.templates.pieces import Piece

STRUCTURE = ("edition", "model", "nation", "regime", "authority", "service.is_health_care")
"""What decides which names exist; conditions on anything else are followed both ways."""

COMPARISONS = frozenset({"eq", "ne", "in", "notin"})
LOOP = "loop"
FILTERS = frozenset(environment().filters)
TESTS = frozenset(environment().tests)
Use = Literal["shown", "tested", "looped"]


@dataclass(frozen=True)
class Placeholder:
    """One use of a fact: its full path, the part and place it is in, the tag as written, and what the tag does with it.

    A list that is looped over is `looped`; what a reader sees of its rows are placeholders of their own.
    """

    path: str
    part: str
    place: str
    tag: str
    use: Use = "shown"


@dataclass(frozen=True)
class _Resolved:
    """A path with the values it has: None when they are not known, empty when a list it runs through is empty."""

    path: str
    values: tuple[object, ...] | None = None


class Walk:
    """One walk over one part, with the facts of one document of one pack or without.

    With `exact`, every condition the facts decide is followed one way only and a loop over nothing is passed over: what is
    found then is what the document shows. Faults are not looked for, nor the words of tags.
    """

    def __init__(self, pieces: tuple[Piece, ...], facts: Mapping[str, object] | None = None, *, exact: bool = False) -> None:
        """Take the pieces of one part and how to walk them."""
        self.pieces = pieces
        self.exact = exact
        self.facts = facts
        self.found: list[Placeholder] = []
        self.faults: list[Fault] = []
        self._scope: dict[str, _Resolved] = {}

    def run(self) -> None:
        """Fill `found` and `faults`."""
        try:
            self._body(part_tree(self.pieces).body)
        except TemplateSyntaxError as error:
            piece = self.pieces[min(error.lineno, len(self.pieces)) - 1]
            tag = piece.tags[0] if len(piece.tags) == 1 else ""
            self.faults.append(Fault(piece, tag, f"cannot be read: {error.message}. Correct the tag"))
        except (RecursionError, MemoryError, ValueError) as error:
            longest = max(self.pieces, key=lambda piece: len(piece.text))
            self.faults.append(Fault(longest, "", f"cannot be read: {str(error) or type(error).__name__}. Write it more simply"))

    def _body(self, body: Sequence[nodes.Node]) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        self._shown(part)
            elif isinstance(node, nodes.If):
                self._if(node)
            elif isinstance(node, nodes.For):
                self._for(node)
            else:
                self._fault(node, "is not part of the dialect. Use if, elif, else, endif, for and endfor only")

    def _if(self, node: nodes.If) -> None:
        outcome = self._test(node.test)
        if outcome is not False:
            self._body(node.body)
        for other in node.elif_:
            if outcome is True:
                return
            outcome = self._test(other.test)
            if outcome is not False:
                self._body(other.body)
        if outcome is not True:
            self._body(node.else_)

    def _for(self, node: nodes.For) -> None:
        rows = self._path(node.iter, "looped")
        if node.test is not None or node.recursive or node.else_ or not isinstance(node.target, nodes.Name) or rows is None:
            self._fault(node, "is not part of the dialect. Write for name in path, and nothing more")
            return
        lists = rows.values
        if lists is not None and any(not isinstance(one, list | tuple) for one in lists):
            self._fault(node, f"{rows.path} is not a list. Name a list")
            lists = None
        items = None if lists is None else tuple(item for one in lists if isinstance(one, list | tuple) for item in one)
        if self.exact and not items:
            return
        outer = dict(self._scope)
        self._scope[node.target.name] = _Resolved(f"{rows.path}[]", items)
        self._body(node.body)
        self._scope = outer

    def _shown(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Call):
            self._call(node)
            return
        shown = self._filtered(node) if isinstance(node, nodes.Filter) else self._path(node)
        if shown is not None and shown.values is not None and not self.exact:
            is_listing = isinstance(node, nodes.Filter) and node.name == "listing"
            self._check_shown(node, shown, is_listing=is_listing)

    def _filtered(self, node: nodes.Filter) -> _Resolved | None:
        arguments = [*node.args, *(pair.value for pair in node.kwargs)]
        if node.name not in FILTERS:
            self._fault(node, f"unknown filter {node.name}. The filters are {', '.join(sorted(FILTERS))}")
        elif node.dyn_args or node.dyn_kwargs or any(not isinstance(one, nodes.Const) for one in arguments):
            self._fault(node, f"the filter {node.name} is given something other than a plain word or number")
        if isinstance(node.node, nodes.Filter):
            self._fault(node, "uses one filter after another. Use one")
            return None
        return self._path(node.node) if node.node is not None else None

    def _check_shown(self, node: nodes.Node, shown: _Resolved, *, is_listing: bool) -> None:
        kinds = {type(one) for one in shown.values or ()}
        groups = [issubclass(one, Mapping | list | tuple | set | frozenset) for one in kinds]
        if is_listing and not all(groups):
            self._fault(node, f"{shown.path} is not a list. Take the listing filter out")
        elif not is_listing and any(groups):
            self._fault(
                node,
                f"{shown.path} is a list or group. Name one of its fields, loop over it, or use the listing filter",
            )
        elif not kinds.isdisjoint({bool, type(None)}):
            self._fault(node, f"{shown.path} is a yes-or-no fact or empty. Use it in an if")

    def _call(self, node: nodes.Call) -> None:
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        arguments = [one.value for one in node.args if isinstance(one, nodes.Const) and isinstance(one.value, str)]
        extras = node.kwargs or node.dyn_args or node.dyn_kwargs or len(arguments) != len(node.args)
        if name not in ALLOWED_CALLS or extras or len(arguments) != (0 if name == "contents" else 1):
            self._fault(node, 'is not part of the dialect. The only calls are id("R-001"), ref("R-001") and contents()')

    def _test(self, node: nodes.Node) -> bool | None:
        """Check a condition; say whether the facts decide it, which they do only through what STRUCTURE names."""
        if isinstance(node, nodes.Not):
            inner = self._test(node.node)
            return None if inner is None else not inner
        if isinstance(node, nodes.And | nodes.Or):
            return self._either(node)
        if isinstance(node, nodes.Test):
            return self._is_known(node)
        return self._compare(node) if isinstance(node, nodes.Compare) else self._truth(node)

    def _either(self, node: nodes.And | nodes.Or) -> bool | None:
        """Check both sides of an `and` or `or`, the right one only where the left one leaves it open."""
        stops = isinstance(node, nodes.Or)
        left = self._test(node.left)
        if left is stops:
            return stops
        right = self._test(node.right)
        return right if right is stops or left is not None else None

    def _truth(self, node: nodes.Node) -> bool | None:
        tested = self._path(node, "tested")
        if tested is None or not tested.values:
            return None
        if has_figure(tested.values):
            self._fault(node, f"{tested.path} is a figure, which is neither true nor false. Write: is known")
            return None
        return self._decided(tested, bool)

    def _is_known(self, node: nodes.Test) -> bool | None:
        if node.name not in TESTS or node.args or node.kwargs:
            self._fault(node, f"the test “is {node.name}” is not part of the dialect. Use is known")
        tested = self._path(node.node, "tested")
        return None if tested is None else self._decided(tested, is_known)

    def _compare(self, node: nodes.Compare) -> bool | None:
        left = self._path(node.expr, "tested")
        operand = node.ops[0]
        if len(node.ops) != 1 or operand.op not in COMPARISONS or left is None:
            self._fault(node, "compares in a way that is not part of the dialect. Use ==, !=, in or not in with a plain word")
            return None
        plain = constant(operand.expr)
        right = _Resolved("", (plain,)) if plain is not None else self._path(operand.expr, "tested")
        for side in (left, right):
            if side is not None and has_figure(side.values or ()):
                self._fault(
                    node,
                    f"{side.path} is a figure and cannot be compared. Have the context give a yes-or-no fact",
                )
                return None
        if plain is None:
            return None
        wanted = plain if isinstance(plain, tuple) else (plain,)
        return self._decided(left, lambda value: (value in wanted) is (operand.op in {"eq", "in"}))

    def _decided(self, tested: _Resolved, holds: Callable[[object], bool]) -> bool | None:
        """Say how a condition comes out when all values agree and may decide it, otherwise None: both ways are followed."""
        may = self.exact or any(tested.path == one or tested.path.startswith(f"{one}.") for one in STRUCTURE)
        outcomes = {holds(value) for value in tested.values or ()} if may else set()
        return outcomes.pop() if len(outcomes) == 1 else None

    def _path(self, node: nodes.Node, use: Use = "shown") -> _Resolved | None:
        """Resolve a path and note its use; None when it is no path."""
        resolved = self._resolve(node)
        if resolved is None:
            return None
        piece = self._piece(node)
        tag = "" if self.exact else self._tag(node)
        self.found.append(Placeholder(resolved.path, piece.part, piece.place, tag, use))
        return resolved

    def _resolve(self, node: nodes.Node) -> _Resolved | None:
        if isinstance(node, nodes.Name):
            return self._name(node)
        if isinstance(node, nodes.Getattr):
            base = self._resolve(node.node)
            return None if base is None else self._field(node, base, node.attr)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and node.arg.value == 0:
            base = self._resolve(node.node)
            if base is None:
                return None
            firsts = (
                None if base.values is None else tuple(one[0] for one in base.values if isinstance(one, list | tuple) and one)
            )
            return _Resolved(f"{base.path}[]", firsts)
        self._fault(node, "is not part of the dialect. Write a path such as lots[0].name, with or without a filter")
        return None

    def _name(self, node: nodes.Name) -> _Resolved:
        if node.name in self._scope:
            return self._scope[node.name]
        if node.name == LOOP:
            self._fault(node, "loop is not part of the dialect. Have the context give the row what it needs")
            return _Resolved(LOOP)
        if self.facts is None:
            return _Resolved(node.name)
        if node.name not in self.facts:
            self._unknown(node, node.name, list(self.facts))
            return _Resolved(node.name)
        return _Resolved(node.name, (self.facts[node.name],))

    def _field(self, node: nodes.Getattr, base: _Resolved, name: str) -> _Resolved:
        path = f"{base.path}.{name}"
        if base.values is None:
            return _Resolved(path)
        values: list[object] = []
        for owner in base.values:
            if type(owner) is dict and name in owner:
                values.append(owner[name])
                continue
            if isinstance(owner, Figure | Unknown):
                self._fault(
                    node,
                    f"{base.path} is a figure, which has no fields. Use the filters with_unit, source and status",
                )
                return _Resolved(path)
            if not isinstance(owner, Mapping) or name not in owner:
                self._unknown(node, path, [f"{base.path}.{key}" for key in owner] if isinstance(owner, Mapping) else [])
                return _Resolved(path)
            values.append(owner[name])
        return _Resolved(path, tuple(values))

    def _unknown(self, node: nodes.Node, path: str, known: Sequence[str]) -> None:
        near = get_close_matches(path, known, n=1)
        self._fault(
            node,
            f"unknown name {path}. " + (f"Did you mean {near[0]}?" if near else "Correct it, or have the context give it"),
        )

    def _fault(self, node: nodes.Node, message: str) -> None:
        self.faults.append(Fault(self._piece(node), self._tag(node), message))

    def _piece(self, node: nodes.Node) -> Piece:
        return self.pieces[min(node.lineno, len(self.pieces)) - 1]

    def _tag(self, node: nodes.Node) -> str:
        """Find the tag a node was written in: the first of its piece that holds its words."""
        return tag_with(self._piece(node).tags, written(node))

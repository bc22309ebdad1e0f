"""The static walk: a template's pieces in, the full path of every name it uses out, loops resolved (`lots[].people`).

Given the facts of a pack as well, the walk follows them: a name that is not among them is a fault, and a branch that
the edition, model, nation or regime rules out is left aside, because names may rightly be absent there. All other
branches are followed, taken or not, so that a fault is found before the pack that would meet it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Literal, NamedTuple

from jinja2 import TemplateSyntaxError, nodes

from pipeline.figure import Figure, Unknown, is_known
from pipeline.templates.dialect import Fault
from pipeline.templates.expressions import tag_with, written
from pipeline.templates.pieces import Piece
from pipeline.templates.steps import (
    FIRST,
    Choice,
    Compared,
    Either,
    Loop,
    Negation,
    Part,
    Path,
    Shown,
    Steps,
    Test,
    Tested,
    Wrong,
)

STRUCTURE = frozenset({"edition", "model", "nation", "regime", "authority", "service.is_health_care"})
"""What decides which names exist, alone or with a field after it; conditions on anything else are followed both ways."""

LOOP = "loop"
_FIGURES = frozenset({Figure, Unknown})
_SINGLE = frozenset({str, int, Decimal, date, Figure, Unknown})
Kind = Literal["shown", "tested", "looped"]


@dataclass(frozen=True)
class Placeholder:
    """One use of a fact: its full path, the part and place it is in, the tag as written, and what the tag does with it.

    A list that is looped over is `looped`; what a reader sees of its rows are placeholders of their own.
    """

    path: str
    part: str
    place: str
    tag: str
    use: Kind = "shown"


class Use(NamedTuple):
    """A use of a fact before anybody asks where: its full path, the node of its tag, and what the tag does with it."""

    path: str
    node: nodes.Node
    kind: Kind


@dataclass(frozen=True)
class _Resolved:
    """A path with the values it has: None when they are not known, empty when a list it runs through is empty."""

    path: str
    values: tuple[object, ...] | None = None

    @property
    def kinds(self) -> set[type]:
        return set(map(type, self.values or ()))

    @property
    def has_figure(self) -> bool:
        return not _FIGURES.isdisjoint(self.kinds)

    @property
    def decides(self) -> bool:
        return self.path in STRUCTURE or self.path.partition(".")[0] in STRUCTURE


class _Scope(NamedTuple):
    """What a loop's name stands for, and the paths from it that were looked up without fault."""

    start: _Resolved
    known: dict[str, _Resolved]


class Walk:
    """One walk over one part, with the facts of one document of one pack or without.

    With `exact`, every condition the facts decide is followed one way only and a loop over nothing is passed over: what is
    found then is what the document shows. Faults are not looked for.
    """

    def __init__(self, part: Part, facts: Mapping[str, object] | None = None, *, exact: bool = False) -> None:
        """Take a part and how to walk it."""
        self.part = part
        self.exact = exact
        self.facts = facts
        self.uses: list[Use] = []
        self.faults: list[Fault] = []
        self._scopes: dict[str, _Scope] = {}
        self._known: dict[str, _Resolved] = {}

    def run(self) -> None:
        """Fill `uses` and `faults`."""
        pieces = self.part.pieces
        try:
            self._take(self.part.steps)
        except TemplateSyntaxError as error:
            piece = pieces[min(error.lineno, len(pieces)) - 1]
            tag = piece.tags[0] if len(piece.tags) == 1 else ""
            self.faults.append(Fault(piece, tag, f"cannot be read: {error.message}. Correct the tag"))
        except (RecursionError, MemoryError, ValueError) as error:
            longest = max(pieces, key=lambda piece: len(piece.text))
            self.faults.append(Fault(longest, "", f"cannot be read: {str(error) or type(error).__name__}. Write it more simply"))

    def placeholder(self, use: Use) -> Placeholder:
        """Say where a use is; an exact walk leaves out the words of its tag."""
        piece = self._piece(use.node)
        return Placeholder(use.path, piece.part, piece.place, "" if self.exact else self._tag(use.node), use.kind)

    def _take(self, steps: Steps) -> None:
        for step in steps:
            if isinstance(step, Shown):
                shown = self._resolve(step.path, "shown")
                if shown.values is not None and not self.exact:
                    self._check_shown(step, shown)
            elif isinstance(step, Choice):
                self._choose(step)
            elif isinstance(step, Loop):
                self._loop(step)
            elif isinstance(step, Wrong):
                self._fault(step.node, step.message)
            else:
                self._resolve(step.path, "looped")

    def _choose(self, step: Choice) -> None:
        for test, steps in step.branches:
            outcome = self._test(test)
            if outcome is not False:
                self._take(steps)
            if outcome is True:
                return
        self._take(step.otherwise)

    def _loop(self, step: Loop) -> None:
        rows = self._resolve(step.path, "looped")
        lists = rows.values
        if lists is not None and any(not isinstance(one, list | tuple) for one in lists):
            self._fault(step.node, f"{rows.path} is not a list. Name a list")
            lists = None
        items = None if lists is None else tuple(item for one in lists if isinstance(one, list | tuple) for item in one)
        if self.exact and not items:
            return
        outer = dict(self._scopes)
        self._scopes[step.target] = _Scope(_Resolved(f"{rows.path}[]", items), {})
        self._take(step.body)
        self._scopes = outer

    def _check_shown(self, step: Shown, shown: _Resolved) -> None:
        kinds = shown.kinds
        if not step.is_listing and kinds <= _SINGLE:
            return
        groups = [issubclass(one, Mapping | list | tuple | set | frozenset) for one in kinds]
        if step.is_listing and not all(groups):
            self._fault(step.node, f"{shown.path} is not a list. Take the listing filter out")
        elif not step.is_listing and any(groups):
            self._fault(
                step.node,
                f"{shown.path} is a list or group. Name one of its fields, loop over it, or use the listing filter",
            )
        elif not kinds.isdisjoint({bool, type(None)}):
            self._fault(step.node, f"{shown.path} is a yes-or-no fact or empty. Use it in an if")

    def _test(self, test: Test) -> bool | None:
        """Check a condition; say whether the facts decide it, which they do only through what STRUCTURE names."""
        if isinstance(test, Tested):
            return self._tested(test)
        if isinstance(test, Negation):
            inner = self._test(test.inner)
            return None if inner is None else not inner
        return self._either(test) if isinstance(test, Either) else self._compare(test)

    def _either(self, test: Either) -> bool | None:
        """Check both sides of an `and` or `or`, the right one only where the left one leaves it open."""
        left = self._test(test.left)
        if left is test.stops:
            return left
        right = self._test(test.right)
        return right if right is test.stops or left is not None else None

    def _tested(self, test: Tested) -> bool | None:
        for wrong in test.wrong:
            self._fault(wrong.node, wrong.message)
        if test.path is None:
            return None
        tested = self._resolve(test.path, "tested")
        if not test.is_truth:
            return self._decided(tested, is_known)
        if tested.has_figure:
            self._fault(test.node, f"{tested.path} is a figure, which is neither true nor false. Write: is known")
            return None
        return self._decided(tested, bool)

    def _compare(self, test: Compared) -> bool | None:
        sides = [self._resolve(path, "tested") for path in (test.left, test.right) if path is not None]
        for wrong in test.wrong:
            self._fault(wrong.node, wrong.message)
        if test.wrong:
            return None
        for side in sides:
            if side.has_figure:
                self._fault(
                    test.node,
                    f"{side.path} is a figure and cannot be compared. Have the context give a yes-or-no fact",
                )
                return None
        wanted = test.wanted
        return None if wanted is None else self._decided(sides[0], lambda value: (value in wanted) is test.is_in)

    def _decided(self, tested: _Resolved, holds: Callable[[object], bool]) -> bool | None:
        """Say how a condition comes out when all values agree and may decide it, otherwise None: both ways are followed."""
        outcomes = {holds(value) for value in tested.values or ()} if self.exact or tested.decides else set()
        return outcomes.pop() if len(outcomes) == 1 else None

    def _resolve(self, path: Path, kind: Kind) -> _Resolved:
        """Look a path up and note its use; one with a fault is looked up anew for each tag that has it."""
        scope = self._scopes.get(path.first.name)
        known = self._known if scope is None else scope.known
        found = known.get(path.words)
        if found is None:
            faults = len(self.faults)
            found = self._root(path) if scope is None else scope.start
            for node, name in path.names:
                found = self._first(found) if name == FIRST else self._field(node, found, name)
            if len(self.faults) == faults:
                known[path.words] = found
        self.uses.append(Use(found.path, path.node, kind))
        return found

    def _root(self, path: Path) -> _Resolved:
        node, name = path.first, path.first.name
        if name == LOOP:
            self._fault(node, "loop is not part of the dialect. Have the context give the row what it needs")
            return _Resolved(LOOP)
        if self.facts is None:
            return _Resolved(name)
        if name not in self.facts:
            self._unknown(node, name, list(self.facts))
            return _Resolved(name)
        return _Resolved(name, (self.facts[name],))

    def _first(self, base: _Resolved) -> _Resolved:
        lists = base.values
        firsts = None if lists is None else tuple(one[0] for one in lists if isinstance(one, list | tuple) and one)
        return _Resolved(f"{base.path}[]", firsts)

    def _field(self, node: nodes.Node, base: _Resolved, name: str) -> _Resolved:
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
        near = [] if self.exact else get_close_matches(path, known, n=1)
        self._fault(
            node,
            f"unknown name {path}. " + (f"Did you mean {near[0]}?" if near else "Correct it, or have the context give it"),
        )

    def _fault(self, node: nodes.Node, message: str) -> None:
        if not self.exact:
            self.faults.append(Fault(self._piece(node), self._tag(node), message))

    def _piece(self, node: nodes.Node) -> Piece:
        return self.part.pieces[min(node.lineno, len(self.part.pieces)) - 1]

    def _tag(self, node: nodes.Node) -> str:
        """Find the tag a node was written in: the first of its piece that holds its words."""
        return tag_with(self._piece(node).tags, written(node))

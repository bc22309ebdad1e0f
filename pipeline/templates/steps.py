"""A part's syntax tree → the steps of a walk over it: every tag taken apart once, however many packs' facts are walked over.

What is wrong with a tag whatever the facts is a step too, in its place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias, Union

from jinja2 import nodes

from pipeline.render.environment import ALLOWED_CALLS, environment
from pipeline.templates.expressions import constant, part_tree, written
from pipeline.templates.pieces import Piece, read_pieces

COMPARISONS = frozenset({"eq", "ne", "in", "notin"})
FILTERS = frozenset(environment().filters)
TESTS = frozenset(environment().tests)
FIRST = "[]"
"""In place of a name: the first entry of a list."""


@dataclass(frozen=True)
class Path:
    """A path: its words, its first name and what follows that, node by node."""

    words: str
    node: nodes.Node
    first: nodes.Name
    names: tuple[tuple[nodes.Node, str], ...]


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a tag, whatever the facts."""

    node: nodes.Node
    message: str


@dataclass(frozen=True)
class Shown:
    """A path whose value is shown, as one value or as a listing."""

    path: Path
    node: nodes.Node
    is_listing: bool


@dataclass(frozen=True)
class Loop:
    """Steps for each entry of a list."""

    path: Path
    node: nodes.Node
    target: str
    body: "Steps"


@dataclass(frozen=True)
class Choice:
    """Steps under conditions, and those under none of them."""

    branches: tuple[tuple["Test", "Steps"], ...]
    otherwise: "Steps"


@dataclass(frozen=True)
class Tested:
    """A path whose value is tested, for being true or for being known; what is wrong with the test comes before it."""

    path: Path | None
    node: nodes.Node
    wrong: tuple[Wrong, ...] = ()
    is_truth: bool = True


@dataclass(frozen=True)
class Compared:
    """A path whose value is compared with plain words or with another path's; `wanted` is None where that is not plain."""

    left: Path | None
    right: Path | None
    node: nodes.Node
    wrong: tuple[Wrong, ...]
    wanted: tuple[object, ...] | None = None
    is_in: bool = True


@dataclass(frozen=True)
class Negation:
    """The opposite of a condition."""

    inner: "Test"


@dataclass(frozen=True)
class Either:
    """Two conditions of which the second counts only where the first is not what decides: true for `or`, false for `and`."""

    left: "Test"
    right: "Test"
    stops: bool


Test: TypeAlias = Tested | Compared | Negation | Either
Step: TypeAlias = Union[Wrong, Shown, Loop, Choice, "Used"]
Steps: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True)
class Used:
    """A list that is looped over in a way that is not part of the dialect."""

    path: Path


@dataclass(frozen=True, eq=False)
class Part:
    """One part of a template: its pieces, and the steps they come to."""

    pieces: tuple[Piece, ...]

    @cached_property
    def steps(self) -> Steps:
        """The steps of a walk; a tag that Jinja cannot read raises its error."""
        return tuple(_steps(part_tree(self.pieces).body))


@lru_cache(maxsize=64)
def read_parts(data: bytes, name: str) -> tuple[Part, ...]:
    """Turn a template's bytes into its parts."""
    pieces = read_pieces(data, name)
    names = dict.fromkeys(one.part for one in pieces)
    return tuple(Part(tuple(piece for piece in pieces if piece.part == part)) for part in names)


def _steps(body: Sequence[nodes.Node]) -> Iterator[Step]:
    for node in body:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData):
                    yield from _call(part) if isinstance(part, nodes.Call) else _shown(part)
        elif isinstance(node, nodes.If):
            branches = ((one.test, one.body) for one in (node, *node.elif_))
            yield Choice(tuple((_test(test), tuple(_steps(steps))) for test, steps in branches), tuple(_steps(node.else_)))
        elif isinstance(node, nodes.For):
            yield from _for(node)
        else:
            yield Wrong(node, "is not part of the dialect. Use if, elif, else, endif, for and endfor only")


def _for(node: nodes.For) -> Iterator[Step]:
    path, wrong = _path(node.iter)
    yield from wrong
    if node.test is not None or node.recursive or node.else_ or not isinstance(node.target, nodes.Name) or path is None:
        if path is not None:
            yield Used(path)
        yield Wrong(node, "is not part of the dialect. Write for name in path, and nothing more")
        return
    yield Loop(path, node, node.target.name, tuple(_steps(node.body)))


def _call(node: nodes.Call) -> Iterator[Wrong]:
    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    arguments = [one.value for one in node.args if isinstance(one, nodes.Const) and isinstance(one.value, str)]
    extras = node.kwargs or node.dyn_args or node.dyn_kwargs or len(arguments) != len(node.args)
    if name not in ALLOWED_CALLS or extras or len(arguments) != (0 if name == "contents" else 1):
        yield Wrong(node, 'is not part of the dialect. The only calls are id("R-001"), ref("R-001") and contents()')


def _shown(node: nodes.Node) -> Iterator[Step]:
    inner: nodes.Node | None = node
    if isinstance(node, nodes.Filter):
        arguments = [*node.args, *(pair.value for pair in node.kwargs)]
        if node.name not in FILTERS:
            yield Wrong(node, f"unknown filter {node.name}. The filters are {', '.join(sorted(FILTERS))}")
        elif node.dyn_args or node.dyn_kwargs or any(not isinstance(one, nodes.Const) for one in arguments):
            yield Wrong(node, f"the filter {node.name} is given something other than a plain word or number")
        if isinstance(node.node, nodes.Filter):
            yield Wrong(node, "uses one filter after another. Use one")
            return
        inner = node.node
    if inner is not None:
        path, wrong = _path(inner)
        yield from wrong
        if path is not None:
            yield Shown(path, node, isinstance(node, nodes.Filter) and node.name == "listing")


def _test(node: nodes.Node) -> Test:
    if isinstance(node, nodes.Not):
        return Negation(_test(node.node))
    if isinstance(node, nodes.And | nodes.Or):
        return Either(_test(node.left), _test(node.right), stops=isinstance(node, nodes.Or))
    if isinstance(node, nodes.Compare):
        return _compared(node)
    if not isinstance(node, nodes.Test):
        path, wrong = _path(node)
        return Tested(path, node, wrong)
    path, wrong = _path(node.node)
    if node.name not in TESTS or node.args or node.kwargs:
        message = f"the test “is {node.name}” is not part of the dialect. Use is known"
        wrong = (Wrong(node, message), *wrong)
    return Tested(path, node, wrong, is_truth=False)


def _compared(node: nodes.Compare) -> Compared:
    left, wrong = _path(node.expr)
    operand = node.ops[0]
    if len(node.ops) != 1 or operand.op not in COMPARISONS or left is None:
        message = "compares in a way that is not part of the dialect. Use ==, !=, in or not in with a plain word"
        return Compared(left, None, node, (*wrong, Wrong(node, message)))
    plain = constant(operand.expr)
    if plain is None:
        right, wrong = _path(operand.expr)
        return Compared(left, right, node, wrong)
    wanted = plain if isinstance(plain, tuple) else (plain,)
    return Compared(left, None, node, (), wanted, is_in=operand.op in {"eq", "in"})


def _path(node: nodes.Node) -> tuple[Path | None, tuple[Wrong, ...]]:
    """Take a path apart; what is no path is wrong."""
    names: list[tuple[nodes.Node, str]] = []
    here = node
    while not isinstance(here, nodes.Name):
        if isinstance(here, nodes.Getattr):
            names.append((here, here.attr))
        elif isinstance(here, nodes.Getitem) and isinstance(here.arg, nodes.Const) and here.arg.value == 0:
            names.append((here, FIRST))
        else:
            message = "is not part of the dialect. Write a path such as lots[0].name, with or without a filter"
            return None, (Wrong(here, message),)
        here = here.node
    return Path(written(node), node, here, tuple(reversed(names))), ()

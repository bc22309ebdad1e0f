"""Pieces in, their Jinja syntax tree out; and of an expression in it, the words of its path or its plain constant."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from jinja2 import nodes

from pipeline.render.cache import kept
from pipeline.render.environment import environment
from pipeline.templates.pieces import STATEMENT, Piece


def part_tree(pieces: Sequence[Piece]) -> nodes.Template:
    """Turn the pieces of one part into their syntax tree."""
    source = part_source(pieces)
    return kept("tree", source.encode("utf-8", "surrogatepass"), "", nodes.Template, lambda: _parsed(source))


def _parsed(source: str) -> nodes.Template:
    """Parse a source; its tree is on its own from then on, so that it can be kept."""
    tree = environment().parse(source)
    for node in (tree, *tree.find_all(nodes.Node)):
        del node.environment
    return tree


def part_source(pieces: Sequence[Piece]) -> str:
    """Turn the pieces of one part into Jinja source: line n holds the tags of piece n, so a line names a place."""
    lines = [" ".join(STATEMENT.sub(r"{% \g<word>", tag) for tag in piece.tags) for piece in pieces]
    sheet = any(tag.startswith("{%sheet") for piece in pieces for tag in piece.tags)
    return "\n".join(lines) + ("{% endif %}" if sheet else "")


def written(node: nodes.Node) -> str:
    """Give the words an expression was written with, as far as they are a path."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{written(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{written(node.node)}[0]"
    inner = next(_paths(node), None)
    return written(inner) if inner is not None else ""


def _paths(node: nodes.Node) -> Iterator[nodes.Node]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Name | nodes.Getattr | nodes.Getitem):
            yield child
        else:
            yield from _paths(child)


def constant(node: nodes.Node) -> object:
    """Give a plain word or number, or a tuple of them; None for anything else."""
    if isinstance(node, nodes.Const):
        return node.value
    if isinstance(node, nodes.List | nodes.Tuple) and all(isinstance(item, nodes.Const) for item in node.items):
        return tuple(item.value for item in node.items if isinstance(item, nodes.Const))
    return None


@lru_cache(maxsize=8192)  # a template is walked anew for every document made from it
def tag_with(tags: tuple[str, ...], said: str) -> str:
    """Give the first of some tags that holds the words of an expression."""
    words = re.compile(rf"(?<![\w.]){re.escape(said)}(?!\w)")
    return next((tag for tag in tags if words.search(tag)), tags[0] if tags else "")

"""Jinja expressions in, what they were written as out: a path's words, a plain constant."""

from collections.abc import Iterator

from jinja2 import nodes


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

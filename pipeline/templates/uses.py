"""What a template uses: its bytes in, placeholders or the paths that one document shows out."""

from collections.abc import Collection, Iterator, Mapping

from pipeline.templates.steps import read_parts
from pipeline.templates.walk import Placeholder, Use, Walk


def placeholders(template: bytes, name: str) -> list[Placeholder]:
    """Give every use of a fact in a template, in reading order; a part that cannot be read gives none."""
    found: list[Placeholder] = []
    for part in read_parts(template, name):
        walk = Walk(part)
        walk.run()
        found += map(walk.placeholder, walk.uses)
    return found


def used_places(template: bytes, name: str, facts: Mapping[str, object]) -> list[Placeholder]:
    """Give every use of a fact that shows in, or decides about, a document made from these facts, in reading order."""
    return [walk.placeholder(use) for walk, use in _uses(template, name, facts)]


def used_paths(template: bytes, name: str, facts: Mapping[str, object]) -> tuple[str, ...]:
    """Give the full paths that a document made from these facts shows or tests, in order of name.

    A list that is looped over counts through what is shown of its rows; when it is empty, by its own path.
    """
    return tuple(sorted({use.path for _, use in _uses(template, name, facts)}))


def _uses(template: bytes, name: str, facts: Mapping[str, object]) -> Iterator[tuple[Walk, Use]]:
    for part in read_parts(template, name):
        walk = Walk(part, facts, exact=True)
        walk.run()
        rows = {use.path for use in walk.uses if "[]" in use.path}
        yield from ((walk, use) for use in walk.uses if use.kind != "looped" or not _is_entered(use.path, rows))


def _is_entered(path: str, rows: Collection[str]) -> bool:
    return any(row.startswith(f"{path}[]") for row in rows)

"""What a template uses: its bytes in, placeholders or the paths that one document shows out."""

from collections.abc import Mapping, Sequence

from pipeline.templates.pieces import read_parts
from pipeline.templates.walk import Placeholder, Walk


def placeholders(template: bytes, name: str) -> list[Placeholder]:
    """Give every use of a fact in a template, in reading order; a part that cannot be read gives none."""
    found: list[Placeholder] = []
    for pieces in read_parts(template, name):
        walk = Walk(pieces)
        walk.run()
        found += walk.found
    return found


def used_places(template: bytes, name: str, facts: Mapping[str, object]) -> list[Placeholder]:
    """Give every use of a fact that shows in, or decides about, a document made from these facts, in reading order."""
    found: list[Placeholder] = []
    for pieces in read_parts(template, name):
        walk = Walk(pieces, facts, exact=True)
        walk.run()
        rows = tuple(one.path for one in walk.found if one.path.count("[]"))
        found += [one for one in walk.found if one.use != "looped" or not _is_entered(one.path, rows)]
    return found


def used_paths(template: bytes, name: str, facts: Mapping[str, object]) -> tuple[str, ...]:
    """Give the full paths that a document made from these facts shows or tests, in order of name.

    A list that is looped over counts through what is shown of its rows; when it is empty, by its own path.
    """
    return tuple(sorted({one.path for one in used_places(template, name, facts)}))


def _is_entered(path: str, rows: Sequence[str]) -> bool:
    return any(row.startswith(f"{path}[]") for row in rows)

"""The facts that every document of a pack shares, by subject; each turns the plan of a pack into named plain data."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from pipeline.pack import PackPlan

Fact = Callable[[PackPlan], object]
FactTable = Mapping[str, Fact]
Row = dict[str, object]
T = TypeVar("T")


def by_id(entries: Iterable[T], wanted: str) -> T:
    """Give the entry with an id; a KeyError is a bug, since the reference data were checked when read."""
    for entry in entries:
        if getattr(entry, "id", None) == wanted:
            return entry
    raise KeyError(wanted)

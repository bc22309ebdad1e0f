"""Changes of defined names → what a reader is told of them: none of sheets that came or went, and Excel's own names in words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.compare.change import Change, Severity

OWN = {
    "_xlnm.Print_Titles": "rows and columns printed on each page",
    "_xlnm.Print_Area": "area that is printed",
    "_xlnm._FilterDatabase": "area of the filter",
    "_xlnm.Criteria": "criteria of the filter",
    "_xlnm.Extract": "area of what is filtered out",
}
"""Names that Excel gives by itself, and what their areas are."""
_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([\w.]+))!")


def told_names(changes: Iterable[Change], gone: frozenset[str], come: frozenset[str]) -> Iterator[Change]:
    """Leave out names of sheets that came or went with them, unless they alter results; those sheets are told as they are."""
    for change in changes:
        apart = {"name-inserted": come, "name-removed": gone}.get(change.kind, frozenset())
        sheets = {one.replace("''", "'") or other for one, other in _SHEET.findall(change.new or change.old)}
        sheets |= {home for home in [change.location.item.rpartition("!")[0]] if home}
        if not (sheets and sheets <= apart and change.severity is Severity.CONTENT):
            yield _in_words(change)


def _in_words(change: Change) -> Change:
    home, _, name = change.location.item.rpartition("!")
    words = next((said for own, said in OWN.items() if own.lower() == name.lower()), "")
    return replace(change, location=replace(change.location, item=f"{words} of {home}" if home else words)) if words else change

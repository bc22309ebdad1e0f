"""What stands in the margins of a printed sheet, in words: the codes of Excel in, what a reader sees out."""

import re
from dataclasses import replace

from pipeline.compare.change import Change

MARGIN = "margin-changed"
_COUNTED = {
    "&P": "(page)",
    "&N": "(pages)",
    "&A": "(sheet)",
    "&F": "(file)",
    "&D": "(date)",
    "&T": "(time)",
    "&Z": "(folder)",
    "&&": "&",
}
_CODE = re.compile(r"&(?:&|\"[^\"]*\"|K[0-9A-F]{6}|\d+|[A-Z])")
"""What Excel writes for side, font and size, and for what it counts, in the margins of a sheet (ECMA-376, 18.3.1.46)."""


def margin_words(text: str) -> str:
    """Give the words of a margin, with what Excel counts or fills in itself in brackets."""
    return " ".join(_CODE.sub(lambda code: _COUNTED.get(code[0], " "), text).split())


def in_words(change: Change) -> Change:
    """Give a change of a margin in words where these tell what changed; any other change as it is."""
    if change.kind != MARGIN:
        return change
    old, new = margin_words(change.old), margin_words(change.new)
    return change if old == new else replace(change, old=old, new=new)

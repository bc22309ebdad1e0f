"""Marks: how a template's value asks finishing for what text alone cannot say.

A mark is private-use characters around a kind and a payload, so it passes through any template engine unharmed; profiles may not
hold these characters (pipeline.wording.illegal_characters).
"""

import re
from collections.abc import Iterator

START, MIDDLE, END = "\ue000", "\ue001", "\ue002"
UNKNOWN, ANCHOR, REFERENCE, CONTENTS = "unknown", "id", "ref", "contents"

MARK = re.compile(f"{START}([a-z]+){MIDDLE}([^{END}]*){END}")


def mark(kind: str, payload: str = "") -> str:
    """Make a mark of a kind with its payload."""
    return f"{START}{kind}{MIDDLE}{payload}{END}"


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Split text into (kind, payload) pieces; plain text has the kind ""."""
    at = 0
    for found in MARK.finditer(text):
        if found.start() > at:
            yield "", text[at : found.start()]
        yield found[1], found[2]
        at = found.end()
    if at < len(text):
        yield "", text[at:]

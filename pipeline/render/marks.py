"""Marks: how a template's value asks finishing for what text alone cannot say.

A mark is private-use characters around a kind and a payload, so it passes through any template engine unharmed; profiles may not
hold these characters (pipeline.wording.illegal_characters).
"""

import re
from collections.abc import Iterator

START, MIDDLE, END = "\ue000", "\ue001", "\ue002"
UNKNOWN, ANCHOR, REFERENCE, CONTENTS, WHERE = "unknown", "id", "ref", "contents", "where"

MARK = re.compile(f"{START}([a-z]+){MIDDLE}([^{MIDDLE}{END}]*)(?:{MIDDLE}([^{END}]*))?{END}")


def mark(kind: str, payload: str = "", needs: tuple[str, ...] = ()) -> str:
    """Make a mark of a kind with its payload; an unknown's also carries the fields it waits for, which no reader sees."""
    carried = f"{MIDDLE}{';'.join(needs)}" if needs else ""
    return f"{START}{kind}{MIDDLE}{payload}{carried}{END}"


def needs_in(text: str) -> Iterator[str]:
    """Give the fields that the unknowns marked in a text wait for."""
    for found in MARK.finditer(text):
        if found[1] == UNKNOWN and found[3]:
            yield from found[3].split(";")


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

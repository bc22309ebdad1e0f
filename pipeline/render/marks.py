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


def parts_of(text: str) -> Iterator[tuple[str, str, str]]:
    """Split text at its marks into kind, payload and what the mark waits for; plain text has the kind ""."""
    at = 0
    for found in MARK.finditer(text):
        if found.start() > at:
            yield "", text[at : found.start()], ""
        yield found[1], found[2], found[3] or ""
        at = found.end()
    if at < len(text):
        yield "", text[at:], ""


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Split text into (kind, payload) pieces."""
    return ((kind, payload) for kind, payload, _ in parts_of(text))


def split_at_marks(text: str) -> Iterator[str]:
    """Split text at its marks, which are given whole."""
    at = 0
    for found in MARK.finditer(text):
        if found.start() > at:
            yield text[at : found.start()]
        yield found[0]
        at = found.end()
    if at < len(text):
        yield text[at:]

"""What a template engine may leave behind: its tags, and the marks of finishing. A value that only looks like a tag is none."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.figure import Figure
from pipeline.render.marks import END, MIDDLE, START

TAGS = ("{{", "}}", "{%", "%}")
MARKS = (START, MIDDLE, END)


def values_like_tags(facts: Mapping[str, object]) -> tuple[str, ...]:
    """Give the texts among a document's facts that hold what looks like a tag: they come out as they went in."""
    texts = {text for value in facts.values() for text in _texts(value)}
    return tuple(sorted((text for text in texts if any(tag in text for tag in TAGS)), key=len, reverse=True))


def may_be_left_over(text: str) -> bool:
    """Say whether a text holds any character of a tag or mark, so that each of its paragraphs has to be looked into."""
    return "{" in text or "}" in text or START in text or MIDDLE in text or END in text


def is_left_over(text: str, values: Sequence[str]) -> bool:
    """Say whether a text of a finished document holds a tag or mark that no value brought."""
    if not may_be_left_over(text):
        return False
    for value in values:
        for line in value.splitlines():
            text = text.replace(line, "")
    return any(sign in text for sign in (*TAGS, *MARKS))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Figure):
        yield value.source  # shown by the source filter
        yield from _texts(value.value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)

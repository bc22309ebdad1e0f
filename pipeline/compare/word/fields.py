"""A field's code and what it shows → what that follows, such as the number of a clause, or what a reference leads to."""

import re
from collections.abc import Sequence

from lxml import etree

from pipeline.compare.word.package import WordFile
from pipeline.finish.fragments import bookmark_name
from pipeline.text import W

COUNTING = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF", "SEQ"})
"""Fields whose results Word counts anew: what they show is no change."""
_COUNT = re.compile(r"\d{0,6}(?:[.–-]\d{1,5})*|[ivxlcdm]{1,8}|[IVXLCDM]{1,8}|[A-Za-z]")
"""What a field that counts may show without being read as words."""


def field_signs(element: etree._Element) -> str:
    """Say whether a field is made anew when the file is opened, or never."""
    signs = (name for name in ("dirty", "fldLock") if element.get(f"{W}{name}") in {"1", "true", "on"})
    return "".join(f"({name}) " for name in signs)


def is_reference(words: Sequence[str]) -> bool:
    """Say whether the words of a field's code are those of a reference."""
    return len(words) > 1 and words[0].upper() == "REF"


def follows(file: WordFile, words: list[str], result: str) -> str:
    """Name what a field's result follows, or give nothing when the result is text like any other."""
    kind = words[0].upper() if words else ""
    if kind in COUNTING and _COUNT.fullmatch(result.strip()):
        return " ".join((kind, *words[1:2])) if kind in {"SEQ", "PAGEREF"} else kind
    if is_reference(words):
        target = _target(file, words[1])
        if target is not None and file.labels.get(target, "") == result.strip() != "":
            return f"REF {words[1]}"
    return ""


def _target(file: WordFile, name: str) -> etree._Element | None:
    return file.bookmarks.get(name if name in file.bookmarks else bookmark_name(name))


def led(file: WordFile, name: str, result: str) -> str:
    """Say what a reference shows that does not show the number of what it leads to."""
    target = _target(file, name)
    label = "" if target is None else file.labels.get(target, "")
    if target is None:
        return f"{result}, but nothing bears that name".removeprefix(", ")
    return f"{result}, but leads to {label}".removeprefix(", ") if label else result

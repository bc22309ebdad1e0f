"""The numbers that Word shows before paragraphs → what shifted, once for each list, and what words they hold."""

import re

_WORD = re.compile(r"[^\W\d_]{2,}")
_ROMAN = re.compile(r"[ivxlcdm]+|[IVXLCDM]+")


def label_words(label: str) -> list[str]:
    """Give the words in a number, such as Appendix A, without what only counts."""
    return [word for word in _WORD.findall(label) if not _ROMAN.fullmatch(word)]

"""Markup in two forms, for programs that know something and for others → the form that Word shows, and the other beside it."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from pipeline.compare.word.entire import COMPATIBILITY
from pipeline.compare.word.package import WordFile
from pipeline.text import FALLBACK, W

ALTERNATES, CHOICE = f"{COMPATIBILITY}AlternateContent", f"{COMPATIBILITY}Choice"
_STANDARD = "http://schemas.openxmlformats.org/"
_WORD, _DRAWING = "http://schemas.microsoft.com/office/word/", "http://schemas.microsoft.com/office/drawing/"
KNOWN = frozenset(
    {f"{_WORD}2010/wordprocessing{name}" for name in ("Canvas", "Group", "Ink", "Shape", "Drawing")}
    | {f"{_WORD}{name}" for name in ("2010/wordml", "2012/wordml", "2018/wordml", "2012/wordprocessingDrawing")}
    | {f"{_WORD}{name}" for name in ("2015/wordml/symex", "2016/wordml/cid", "2018/wordml/cex", "2020/wordml/sdtdatahash")}
    | {f"{_WORD}{name}" for name in ("2023/wordml/word16du", "2024/wordml/sdtformatlock")}
    | {f"{_DRAWING}{name}" for name in ("2010/main", "2012/main", "2014/main", "2010/picture", "2007/8/2/chart", "2012/chart")}
    | {f"{_DRAWING}{name}" for name in ("2015/9/8/chartex", "2015/10/21/chartex", "2016/ink", "2017/model3d", "2016/SVG/main")}
    | {f"{_DRAWING}2016/5/{day}/chartex" for day in range(9, 15)}
    | {"urn:schemas-microsoft-com:vml", "urn:schemas-microsoft-com:office:office"}
)
"""What Word of today knows."""


def show_alternates(file: WordFile, parts: list[str]) -> None:
    """Put into each place of some parts that has several forms the one that Word shows as its only choice."""
    for part in parts:
        if b"AlternateContent" not in file.parts[part] or not any(map(_is_odd, file.root(part).iter(ALTERNATES))):
            continue
        root = deepcopy(file.root(part))
        for one in list(root.iter(ALTERNATES)):
            if _is_odd(one):
                _settle(one)
        file.replace(part, root)


def _is_odd(element: etree._Element) -> bool:
    """Say whether the form shown is not the only choice, or holds whole paragraphs or tables."""
    choices = list(element.iterchildren(CHOICE))
    return len(choices) != 1 or not _is_known(choices[0]) or any(True for _ in _blocks(choices[0]))


def _is_known(choice: etree._Element) -> bool:
    uris = [choice.nsmap.get(prefix) for prefix in (choice.get("Requires") or "").split()]
    return bool(uris) and all(uri is not None and (uri in KNOWN or uri.startswith(_STANDARD)) for uri in uris)


def _blocks(form: etree._Element) -> Iterator[etree._Element]:
    return form.iterchildren(f"{W}p", f"{W}tbl", f"{W}sdt", f"{W}tr", f"{W}tc")


def _settle(element: etree._Element) -> None:
    forms = list(element.iterchildren(CHOICE, FALLBACK))
    chosen = next((one for one in forms if one.tag == FALLBACK or _is_known(one)), None)
    other = etree.Element(FALLBACK)
    for one in forms:
        if one is not chosen:
            other.extend(list(one))
        element.remove(one)
    if chosen is not None and any(True for _ in _blocks(chosen)):
        for child in list(chosen):
            element.addprevious(child)
    elif chosen is not None:
        chosen.tag = CHOICE
        element.append(chosen)
    element.append(other)

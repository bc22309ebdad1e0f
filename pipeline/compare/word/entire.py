"""Markup of which nothing is known as a line of text that tells all of it, for what is compared in no other way."""

import re
from collections.abc import Callable

from lxml import etree

from pipeline.compare.word.package import R
from pipeline.text import FALLBACK, W

COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
BOX = f"{W}txbxContent"
Leads = Callable[[str], str]
"""What an id of a link leads to."""
_PASSING = re.compile(r"rsid\w*|paraId|textId|editId|anchorId|spid|gfxdata")
"""Attributes that only saving changes."""
_NUMBERED = frozenset({"docPr", "cNvPr", "bookmarkStart", "bookmarkEnd", "permStart", "permEnd", "shape", "shapetype", "rect"})
"""What a program numbers anew."""
_SAID = frozenset({"string"})
"""What is read as words, in a drawing."""
_UNSEEN = frozenset({f"{W}proofErr", f"{W}lastRenderedPageBreak", f"{W}commentRangeStart", f"{W}commentRangeEnd", FALLBACK})


def entire(element: etree._Element, lead: Leads, *, is_deep: bool = True) -> str:
    """Write an element with all it holds, but for words in text boxes; ids of links are what they lead to."""
    name = etree.QName(element).localname
    said = [name, *attributes(element, lead, {"id", "name"} if name in _NUMBERED else set())]
    if not is_deep:
        return " ".join(said)
    if element.text and element.text.strip():
        said.append(f"“{element.text.strip()}”")
    held = [entire(one, lead) for one in element.iterchildren(etree.Element) if one.tag not in _UNSEEN and one.tag != BOX]
    return " ".join((*said, f"({'; '.join(held)})")) if held else " ".join(said)


def attributes(element: etree._Element, lead: Leads, but: set[str]) -> list[str]:
    """Write the attributes of an element in order, but for some and for what only saving changes."""
    found = []
    for key in sorted(element.attrib):
        name = etree.QName(key).localname
        if name not in but and key not in _SAID and not _PASSING.fullmatch(name):
            value = str(element.get(key))
            found.append(f"{name} {lead(value) if str(key).startswith(R) else value}")
    return found

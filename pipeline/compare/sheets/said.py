"""What an element of a workbook holds → a text, or a list of them, whatever the order and the way a program wrote it in."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from lxml import etree

from pipeline.compare.change import shortened
from pipeline.compare.matching import opcodes

TOGGLES = frozenset({"b", "i", "strike", "outline", "shadow", "condense", "extend"})
"""What of a font is on or off, which a file may say in several ways."""
LONGEST = 400
ON = frozenset({"1", "true"})
OFF = frozenset({None, "0", "false"})
_PASSING = frozenset({"uid", "dyDescent", "Ignorable", "uniqueId", "creationId", "rsid", "count", "ptCount"})
"""What a program numbers for itself, counts, or writes for its own later versions."""
_GUID = re.compile(r"\{[0-9A-Fa-f-]{36}\}")
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
Same = Callable[[str, str], bool]


def attributes(element: etree._Element) -> list[tuple[str, str]]:
    """Give the attributes of an element in a fixed order, without their namespaces."""
    return [(etree.QName(key).localname, element.get(key) or "") for key in sorted(element.attrib)]


def look_of(element: etree._Element) -> str:
    """Say what an element holds in one line."""
    return " ".join(_said(element))


def _said(element: etree._Element) -> Iterator[str]:
    """Say what an element holds, in a fixed order of attributes."""
    for key in sorted(element.attrib):
        value = element.get(key) or ""
        yield f"{key!s} {value[-6:] if key == 'rgb' else value}"
    yield from _text(element)
    for child in sorted(element.iterchildren(etree.Element), key=lambda one: str(one.tag)):
        name, said = etree.QName(child).localname, " ".join(_said(child)).removeprefix("val ")
        if name in TOGGLES:
            if said in OFF:
                continue
            said = ""
        yield f"{name}{f' {said}' if said else ''};"


def _text(element: etree._Element) -> Iterator[str]:
    text = " ".join((element.text or "").split())
    if text:
        yield text


def leaves(element: etree._Element | None, without: Iterable[str] = ()) -> list[str]:
    """Give every attribute and text of an element with its way there, in order; elements and attributes of some names left out.

    What leads to another part is left out too, for that part is compared.
    """
    return [] if element is None else list(_leaves(element, frozenset(without) | _PASSING, ""))


def _leaves(element: etree._Element, without: frozenset[str], way: str) -> Iterator[str]:
    found = False
    for key in sorted(element.attrib):
        name, value = etree.QName(key).localname, element.get(key) or ""
        if name not in without and not str(key).startswith(_RELATIONS) and not _GUID.fullmatch(value):
            found = True
            yield f"{way} {name} {value}".strip()
    for text in _text(element):
        if not _GUID.fullmatch(text):
            found = True
            yield f"{way} {text}".strip()
    for child in element.iterchildren(etree.Element):
        name = etree.QName(child).localname
        if name not in without:
            found = True
            yield from _leaves(child, without, f"{way} {name}".strip())
    if way and not found:
        yield way


def apart(old: Sequence[str], new: Sequence[str], same: Same = str.__eq__) -> tuple[str, str] | None:
    """Give what two lists do not have in common, each side in one line; None where they say the same."""
    if old == new:
        return None
    gone: list[str] = []
    come: list[str] = []
    for tag, i, i_end, j, j_end in opcodes(old, new):
        if tag == "equal":
            continue
        was, now = old[i:i_end], new[j:j_end]
        if len(was) == len(now):
            pairs = [(one, two) for one, two in zip(was, now, strict=True) if not same(one, two)]
            was, now = [one for one, _ in pairs], [two for _, two in pairs]
        gone += was
        come += now
    return (_joined(gone), _joined(come)) if gone or come else None


def _joined(said: Sequence[str]) -> str:
    return shortened("; ".join(said), LONGEST)

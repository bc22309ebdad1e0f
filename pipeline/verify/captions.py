"""Counting what Word counts by SEQ fields: a document's body comes in, and its captions read Table 1, Table 2 in order.

A table may be left out or repeated by its conditions, so the numbers a template was saved with say nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.finish.numbering import w

SEQUENCE = "SEQ"
CAPTION = "Caption"
FORMATS = frozenset({"ARABIC", "MERGEFORMAT", "CHARFORMAT"})
_KIND = w("fldCharType")
_SIMPLE, _CHAR, _CODE, _TEXT = w("fldSimple"), w("fldChar"), w("instrText"), w("t")


@dataclass
class SequenceField:
    """One SEQ field: its code, the texts of its present result, and the run or field a result goes into or before."""

    code: str = ""
    texts: list[etree._Element] = field(default_factory=list)
    end: etree._Element | None = None
    is_simple: bool = False
    has_result: bool = False

    @property
    def name(self) -> str:
        """What is counted: Table."""
        words = self.code.split()
        return words[1] if len(words) > 1 else ""

    @property
    def result(self) -> str:
        """The number a reader sees now."""
        return "".join(node.text or "" for node in self.texts)

    @property
    def is_plain(self) -> bool:
        """Say whether the field only counts on, at most with a number format."""
        words = self.code.split()[2:]
        return bool(self.name) and all(
            word == "\\*" if place % 2 == 0 else word.upper() in FORMATS for place, word in enumerate(words)
        )


def sequence_fields(body: etree._Element) -> Iterator[SequenceField]:
    """Give the SEQ fields of a part in document order."""
    return (found for found in _fields(body) if found.code.split()[:1] == [SEQUENCE])


def _fields(body: etree._Element) -> Iterator[SequenceField]:
    """Give every field where it ends."""
    open_fields: list[SequenceField] = []
    for node in body.iter(_SIMPLE, _CHAR, _CODE, _TEXT):
        tag = node.tag
        if tag == _TEXT:
            if open_fields and open_fields[-1].has_result:
                open_fields[-1].texts.append(node)
            continue
        kind = node.get(_KIND)
        if tag == _SIMPLE:
            yield SequenceField(node.get(w("instr")) or "", list(node.iter(_TEXT)), node, is_simple=True, has_result=True)
        elif kind == "begin":
            open_fields.append(SequenceField())
        elif kind == "end" and open_fields:
            open_fields[-1].end = node.getparent()
            yield open_fields.pop()
        elif open_fields:
            _take(open_fields[-1], node)


def _take(found: SequenceField, node: etree._Element) -> None:
    """Take up the next piece of an open field: its code, or what divides code and result."""
    if node.tag == _CODE:
        found.code += node.text or ""
    elif node.get(_KIND) == "separate":
        found.has_result = True

"""A part of a finished Word document, read once: its paragraphs with style and text, in order, and where its tables stand."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.finish.numbering import w

_PARAGRAPH, _STYLE, _TEXT, _TABLE = w("p"), w("pStyle"), w("t"), w("tbl")
_BLOCKS, _VALUE = frozenset({_PARAGRAPH, _TABLE}), w("val")


@dataclass
class Block:
    """A paragraph with its style and text, tabs and breaks as single spaces; or a table, where `is_table`."""

    element: etree._Element
    is_table: bool = False
    style: str = ""
    text: str = ""


def blocks_of(root: etree._Element) -> list[Block]:
    """Give the paragraphs and tables of a part in order, those within tables too."""
    return list(_blocks(root))


def _blocks(root: etree._Element) -> Iterator[Block]:
    here: Block | None = None
    for node in root.iter(_PARAGRAPH, _STYLE, _TEXT, w("tab"), w("br"), _TABLE):
        tag = node.tag
        if tag in _BLOCKS:
            if here is not None:
                yield here
            here = Block(node, tag == _TABLE)
        elif here is None:
            continue
        elif tag == _TEXT:
            here.text += node.text or ""
        elif tag == _STYLE:
            here.style = here.style or str(node.get(_VALUE, ""))
        else:
            here.text += " "
    if here is not None:
        yield here


def text_of(element: etree._Element) -> str:
    """The text of an element with tabs and breaks as single spaces."""
    return "".join(node.text or "" if node.tag == _TEXT else " " for node in element.iter(_TEXT, w("tab"), w("br")))

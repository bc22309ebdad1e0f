"""A part of a finished Word document, read back: the paragraphs of certain styles, what follows them, and the text of each."""

from collections.abc import Collection, Iterator

from lxml import etree

from pipeline.finish.numbering import w

PARAGRAPH, TABLE, TEXT = w("p"), w("tbl"), w("t")
_STYLE, _VALUE, _SPACES = w("pStyle"), w("val"), (w("tab"), w("br"))
_STYLE_PATH = f"{w('pPr')}/{_STYLE}"


def styled(root: etree._Element, styles: Collection[str]) -> Iterator[tuple[str, etree._Element]]:
    """Give the paragraphs of some styles in order, each with its style."""
    for node in root.iter(_STYLE):
        style = node.get(_VALUE, "")
        if style in styles and (properties := node.getparent()) is not None:
            paragraph = properties.getparent()
            if paragraph is not None and paragraph.tag == PARAGRAPH:
                yield style, paragraph


def style_of(paragraph: etree._Element) -> str:
    """The style of a paragraph, "" for one without."""
    found = paragraph.find(_STYLE_PATH)
    return "" if found is None else found.get(_VALUE, "")


def following(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """Give the elements of some tags that begin after an element ends, in order."""
    here: etree._Element | None = element
    while here is not None:
        for sibling in here.itersiblings():
            yield from sibling.iter(*tags)
        here = here.getparent()


def text_of(element: etree._Element) -> str:
    """The text of an element with tabs and breaks as single spaces."""
    return "".join(node.text or "" if node.tag == TEXT else " " for node in element.iter(TEXT, *_SPACES))


def all_text(root: etree._Element) -> str:
    """All characters of a part, in whatever elements."""
    return etree.tostring(root, method="text", encoding="unicode", with_tail=False)

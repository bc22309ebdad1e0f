"""A paragraph of a Word template → what is wrong with how its tags and its commentary lie in Word's own markup."""

import re
from collections.abc import Iterator

from lxml import etree

from pipeline.render.scan import COMMENTARY
from pipeline.text import W
from pipeline.verify.fields import fields_of

_RUN, _TEXT = f"{W}r", f"{W}t"
_BRACKET = re.compile(r"[{}]")


def structure_faults(paragraph: etree._Element, style: str) -> Iterator[str]:
    """Say what finishing could not follow: text outside a run, counted numbers with a tag, halves of what spans paragraphs."""
    loose = (one for one in paragraph.iter(_TEXT) if (parent := one.getparent()) is not None and parent.tag != _RUN)
    if any(_BRACKET.search(one.text or "") for one in loose):
        yield "a tag stands where Word holds no text of its own. Move it into ordinary text"
    fields = fields_of(paragraph)
    if any(_BRACKET.search(one.result) for one in fields.sequences):
        yield "a tag stands in the number of a caption, which is counted. Take it out of the number"
    if style == COMMENTARY and fields.begins != fields.ends:
        yield "a field begins or ends in commentary alone, which bidders do not get. Put all of it in one place"
    if style == COMMENTARY and _ids(paragraph, "bookmarkStart") != _ids(paragraph, "bookmarkEnd"):
        yield "a bookmark begins or ends in commentary alone, which bidders do not get. Take the bookmark away"


def _ids(paragraph: etree._Element, tag: str) -> set[str | None]:
    return {one.get(f"{W}id") for one in paragraph.iter(f"{W}{tag}")}

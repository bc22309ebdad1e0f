"""Bookmarks whose names a program gave (_Toc000012, _Ref…): the same place gets the same name in both documents.

Such names are numbered anew whenever a heading comes, so the old document's would name other places in the new one.
"""

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from pipeline.compare.align import align
from pipeline.compare.redline.events import Block
from pipeline.compare.redline.pen import Pen
from pipeline.text import W

HIDDEN = re.compile(r"\b_\w+")


def hidden_names(old: Sequence[etree._Element], new: Sequence[etree._Element], pen: Pen) -> dict[str, str]:
    """Give the name in the redline of each of the old document's: the new document's where the place is the same."""
    before, after = ([Block(one, pen) for one in side] for side in (old, new))
    names = {name for block in before for name in (*_names(block), *_led_to(block))}
    taken = {name for block in after for name in _names(block)}
    found: dict[str, str] = {}
    for i, j in align(before, after).pairs:
        if before[i].sort == after[j].sort:
            found |= dict(zip(_names(before[i]), _names(after[j]), strict=False))
    for name in sorted(names - found.keys()):
        found[name] = next(free for at in range(1, len(names) + len(taken) + 2) if (free := f"_Was{at:06}") not in taken)
        taken.add(found[name])
    return found


def _names(block: Block) -> list[str]:
    named = [one.get(f"{W}name") or "" for one in block.element.iter(f"{W}bookmarkStart")]
    return [name for name in named if name.startswith("_")]


def _led_to(block: Block) -> list[str]:
    """Name what links and fields lead to, which may be nowhere."""
    links = [one.get(f"{W}anchor") or "" for one in block.element.iter(f"{W}hyperlink")]
    codes = [name for one in block.element.iter(f"{W}instrText") for name in HIDDEN.findall(one.text or "")]
    return [*(name for name in links if name.startswith("_")), *codes]


def rename(root: etree._Element, names: Mapping[str, str], pen: Pen) -> None:
    """Give bookmarks, and the links and fields that lead to them, other names."""
    for node in root.iter(f"{W}bookmarkStart", f"{W}hyperlink"):
        key = f"{W}name" if node.tag == f"{W}bookmarkStart" else f"{W}anchor"
        if node.get(key) in names:
            node.set(key, names[node.get(key) or ""])
        if node.tag == f"{W}bookmarkStart":
            pen.ranges[node.get(f"{W}id") or ""] = node.get(key) or ""
    for code in root.iter(f"{W}instrText"):
        code.text = HIDDEN.sub(lambda found: names.get(found[0], found[0]), code.text or "")

"""The margins of two documents → the redline's headers and footers, with their changes marked."""

from collections.abc import Iterator

from lxml import etree

from pipeline.compare.redline.blocks import write_blocks
from pipeline.compare.redline.package import Package
from pipeline.compare.redline.pen import Pen, word_element
from pipeline.compare.word.package import MAIN, R
from pipeline.text import W

Margin = tuple[str, str]
_REFERENCES = (f"{W}headerReference", f"{W}footerReference")


def write_margins(old: etree._Element, new: etree._Element, made: etree._Element, package: Package, pen: Pen) -> None:
    """Write the headers and footers; sections of the two bodies are paired from the last one."""
    before, after = list(_sections(old)), list(_sections(new))
    written: set[str] = set()
    shown = [_shown(side, file.links(MAIN)) for side, file in ((before, package.old), (after, package.new))]
    for at in range(1, len(after) + 1):
        was = shown[0][-at] if at <= len(before) else {}
        for margin, part in _own(after[-at], package.new.links(MAIN)).items():
            if part not in written and part in package.parts:
                written.add(part)
                _write(was.get(margin, ""), part, package, pen)
    if len(before) == len(after):
        _add_gone(shown, made, package, pen)


def _sections(body: etree._Element) -> Iterator[etree._Element]:
    yield from body.iterfind(f"{W}p/{W}pPr/{W}sectPr")
    yield from body.iterchildren(f"{W}sectPr")


def _own(section: etree._Element, links: object) -> dict[Margin, str]:
    assert hasattr(links, "get")  # noqa: S101
    found = section.findall(_REFERENCES[0]) + section.findall(_REFERENCES[1])
    return {(str(one.tag), one.get(f"{W}type") or ""): links.get(one.get(f"{R}id") or "", "") for one in found}


def _shown(sections: list[etree._Element], links: object) -> list[dict[Margin, str]]:
    """Give what each section shows; one that has none of its own shows what the section before it does."""
    shown: dict[Margin, str] = {}
    found = []
    for section in sections:
        shown = {**shown, **_own(section, links)}
        found.append(shown)
    return found


def _write(old: str, new: str, package: Package, pen: Pen) -> None:
    after = package.new_text(new)
    before = list(package.old_text(old, new)) if old in package.old.parts else []
    after[:] = write_blocks(before, list(after), pen)


def _add_gone(shown: list[list[dict[Margin, str]]], made: etree._Element, package: Package, pen: Pen) -> None:
    """Keep the headers and footers that only the old document has, with their texts deleted."""
    for was, now, section in zip(*shown, _sections(made), strict=False):
        for (tag, kind), part in was.items():
            if (tag, kind) in now or part not in package.old.parts:
                continue
            name, number = package.add_margin(part)
            root = package.old_text(part, name)
            root[:] = write_blocks(list(root), [], pen)
            package.set_root(name, root)
            reference = word_element(tag.removeprefix(W))
            reference.set(f"{W}type", kind)
            reference.set(f"{R}id", number)
            section.insert(0, reference)
            now[tag, kind] = part

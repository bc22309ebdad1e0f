"""Finishing a Word document: the edition's paragraphs, labels, bookmarks, references, contents, highlighted unknowns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from weakref import WeakKeyDictionary
from xml.sax.saxutils import escape

from pipeline.exceptions import RenderError
from pipeline.finish.fragments import bookmark_name, character, field_begin, field_of, run_of
from pipeline.finish.numbering import Numbering, read_numbering
from pipeline.finish.package import CORE, Entry, Properties, core_properties, entry_of, scrub, write_parts
from pipeline.finish.shared import Gap, Heading, Shared
from pipeline.finish.stream import Finisher
from pipeline.pack import Edition
from pipeline.render.marks import CONTENTS, REFERENCE
from pipeline.render.rendered import Package, RenderedWord

MAIN_PART = "word/document.xml"
STYLES = "word/styles.xml"
KEPT: WeakKeyDictionary[Package, tuple[Numbering, Mapping[str, Entry]]] = WeakKeyDictionary()
"""What kept_parts gives, for as long as the template is held; a document that docxtpl renders has a package of its own."""

FEW = 12
"""A document with more top headings than this lists those alone in its contents."""


@dataclass(frozen=True)
class Finished:
    """A finished document and the ids it holds."""

    content: bytes
    ids: tuple[str, ...]


def finish_word(rendered: RenderedWord, name: str, edition: Edition, properties: Properties) -> Finished:
    """Finish a rendered Word document. A repeated id or a reference to an id that is not there raises RenderError."""
    for needed, there in ((MAIN_PART, rendered.pieces), (STYLES, rendered.package.parts)):
        if needed not in there:
            raise RenderError(f"{name}: the template does not lead to {needed}. Save it again from Word.")
    numbering, kept = kept_parts(rendered.package)
    numbers = count(rendered.package.last_bookmark + 1)
    shared = Shared(name, rendered.styles, rendered.scans, numbers, is_issue=edition is Edition.ISSUE)
    parts = {}
    for part, pieces in rendered.pieces.items():  # the document itself comes first
        parts[part] = Finisher(shared, numbering.afresh() if part == MAIN_PART else None)
        parts[part].finish(pieces)
        shared.places.leave_body()
    made = {part: _filled(finisher, shared).encode() for part, finisher in parts.items()}
    content = write_parts({**kept, **made, CORE: core_properties(properties)})
    return Finished(content, tuple(shared.labels))


def kept_parts(package: Package) -> tuple[Numbering, Mapping[str, Entry]]:
    """Give what is the same in every document of a template: its numbering, and its other parts as they are stored."""
    found = KEPT.get(package)
    if found is None:
        found = KEPT[package] = _read_package(package)
    return found


def _read_package(package: Package) -> tuple[Numbering, Mapping[str, Entry]]:
    numbering = read_numbering(package.parts.get("word/numbering.xml"), package.parts[STYLES])
    parts = dict(package.parts)
    scrub(parts)
    return numbering, {part: entry_of(content) for part, content in parts.items()}


def _filled(finisher: Finisher, shared: Shared) -> str:
    """Fill the gaps of a part, now that all of the document is known."""
    made = finisher.made
    for gap in finisher.gaps:
        made[gap.at] = _filling(gap, shared)
    return "".join(made)


def _filling(gap: Gap, shared: Shared) -> str:
    if gap.kind == REFERENCE:
        return _reference(gap, shared)
    if gap.kind == CONTENTS:
        return _contents(shared.headings, shared.name)
    return run_of(escape(shared.places.words(gap.payload)), gap.formatting)


def _reference(gap: Gap, shared: Shared) -> str:
    label = shared.labels.get(gap.payload)
    if not label:
        known = "has no number" if gap.payload in shared.labels else "is not in this document"
        raise RenderError(f"{shared.name}: the reference to {gap.payload} cannot be made: it {known}. Correct the reference.")
    return field_of(f"REF {bookmark_name(gap.payload)} \\w \\h", label, gap.formatting)


def _contents(headings: Sequence[Heading], name: str) -> str:
    """Make the contents list: real, linked entries inside a live TOC field (decision 0003)."""
    depth = 1 if sum(heading.level == 1 for heading in headings) > FEW else 2
    listed = [heading for heading in headings if heading.level <= depth]
    if not listed:
        raise RenderError(f"{name}: has a contents list and no heading to list. Give its headings the heading styles.")
    begin, end = field_begin(f'TOC \\o "1-{depth}" \\h \\z \\n \\u'), character("end")
    return "".join(
        _entry(heading, begin if heading is listed[0] else "", end if heading is listed[-1] else "") for heading in listed
    )


def _entry(heading: Heading, begin: str, end: str) -> str:
    label = f"{run_of(escape(heading.label))}<w:r><w:tab/></w:r>" if heading.label else ""
    link = f'<w:hyperlink w:anchor="{heading.bookmark}" w:history="1">{label}{run_of(escape(heading.text))}</w:hyperlink>'
    return f'<w:p><w:pPr><w:pStyle w:val="TOC{heading.level}"/></w:pPr>{begin}{link}{end}</w:p>'

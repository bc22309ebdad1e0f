"""The stories of a Word file (body, headers, footers, notes, comments) as blocks that can be aligned."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from lxml import etree

from pipeline.compare.change import BODY, Location
from pipeline.compare.word.block import STYLE, Block, cell_texts
from pipeline.compare.word.markup import Piece
from pipeline.compare.word.package import MAIN, R, WordFile
from pipeline.text import W, paragraph_style

_FILLED = re.compile(
    rb"<w:(?:t|drawing|pict|fldChar|fldSimple|sym|object|footnoteReference|endnoteReference|commentReference|pgNum"
    rb"|(?:day|month|year)(?:Short|Long))[ />]|<m:oMath"
)
_PAGE_BREAK = re.compile(rb"<w:br [^>]*w:type=\"page\"")


class Story:
    """One flow of text: its name, the file it belongs to, and its blocks."""

    def __init__(self, name: str, file: WordFile, part: str, holders: Sequence[etree._Element]) -> None:
        self.name = name
        self.file = file
        self.links = file.links(part)
        self.part = part
        self.targets = {key: f"{target} {file.digest(target)}" for key, target in self.links.items() if _is_led_to(target, file)}
        self.holders = holders
        self.lead: list[Piece] = []
        self.blocks: list[Block] = []
        pieces = file.pieces(part, holders)
        for element, raw in pieces:
            self._take(element, raw)
        direct = sum(1 for one in holders for _ in one.iterchildren(f"{W}p", f"{W}tbl", f"{W}sectPr"))
        self.is_plain = direct == sum(map(len, holders))

    def _take(self, element: etree._Element, raw: bytes) -> None:
        is_table = raw.startswith(b"<w:tbl")
        if not is_table and b"<w:t>" not in raw and not _FILLED.search(raw):
            if self.blocks:
                self.blocks[-1].add_space(element, raw)
            else:
                self.lead.append((element, raw))
            return
        self.blocks.append(Block(element, raw, self, len(self.blocks), is_table=is_table))

    def space(self, pieces: Sequence[Piece]) -> list[str]:
        """Name empty paragraphs by their styles; a page break is called that."""
        return [self._space_name(raw) for _, raw in pieces]

    def _space_name(self, raw: bytes) -> str:
        if _PAGE_BREAK.search(raw):
            return "page break"
        found = STYLE.match(raw)
        return self.style_named(found[1].decode() if found else "")[0]

    def style(self, paragraph: etree._Element) -> tuple[str, int]:
        """Give the name of a paragraph's style and its level as a heading."""
        return self.style_named(paragraph_style(paragraph))

    def style_named(self, style: str) -> tuple[str, int]:
        """Give the name of a style by its id, and its level as a heading."""
        return self.file.styles.get(style, (style, 0))

    def location(self, block: Block) -> Location:
        """Where a person finds a block: the headings above it, its number and id, the caption of a table."""
        headings = self.headings(block)
        item = block.ids[0] if block.ids and not block.is_table else ""
        table = self._caption(block) if block.is_table else ""
        return Location(self.name, headings, "" if block.is_table else block.label, item, table, block=block.at + 1)

    def headings(self, block: Block) -> tuple[str, ...]:
        """Give the headings above a block, the outermost first; a heading stands under itself."""
        found: list[str] = []
        depth = 99
        for heading in reversed(self._headings):
            if heading.at <= block.at and heading.level < depth:
                found.append(" ".join(part for part in (heading.label, heading.text) if part))
                depth = heading.level
        return tuple(reversed(found))

    @cached_property
    def _headings(self) -> list[Block]:
        return [block for block in self.blocks if block.level]

    def _caption(self, table: Block) -> str:
        before = self.blocks[table.at - 1] if table.at else None
        if before is not None and not before.is_table and before.style == "Caption":
            return before.text
        named = table.element.find(f"{W}tblPr/{W}tblCaption")
        if named is not None and named.get(f"{W}val"):
            return f"table “{named.get(f'{W}val')}”"
        return f"table “{' | '.join(next(iter(cell_texts(table)), []))}”"


def _is_led_to(target: str, file: WordFile) -> bool:
    """Say whether words or pictures may lead to something; the parts that a file has once are compared by themselves."""
    return target not in file.parts or target.count("/") > 1


def read_stories(file: WordFile) -> dict[str, Story]:
    """Give every story of a file by name."""
    stories = {BODY: Story(BODY, file, MAIN, [file.body])}
    for name, part in margins(file):
        stories[name] = Story(name, file, part, [file.root(part)])
    for kind in ("footnote", "endnote", "comment"):
        part = f"word/{kind}s.xml"
        if part in file.parts:
            stories[f"{kind}s"] = Story(f"{kind}s", file, part, list(_notes(file, kind)))
    return stories


def _notes(file: WordFile, kind: str) -> Iterator[etree._Element]:
    """Give the notes of a kind in the order they are referred to, then those that nothing refers to."""
    notes: dict[str, etree._Element] = {}
    for note in file.root(f"word/{kind}s.xml").iterchildren(f"{W}{kind}"):
        if note.get(f"{W}type", "normal") == "normal":
            notes[note.get(f"{W}id") or ""] = note
        else:  # the line above the notes, which may hold words
            yield note
    for reference in file.body.iter(f"{W}{kind}Reference"):
        if (key := reference.get(f"{W}id") or "") in notes:
            yield notes.pop(key)
    yield from notes.values()


def margins(file: WordFile) -> list[tuple[str, str]]:
    """Name the headers and footers with their parts: the first section's simply, another's only when it has its own."""
    links = file.links(MAIN)
    seen: set[str] = set()
    found = []
    for number, section in enumerate(file.sections, start=1):
        for reference in section.iterchildren(f"{W}headerReference", f"{W}footerReference"):
            part = links.get(reference.get(f"{R}id") or "", "")
            if part in file.parts and part not in seen:
                seen.add(part)
                kind = etree.QName(reference).localname.removesuffix("Reference")
                turn = {"default": "", "first": " of first page", "even": " of even pages"}.get(
                    reference.get(f"{W}type") or "", ""
                )
                found.append((f"{kind}{turn}{f', section {number}' if number > 1 else ''}", part))
    return found

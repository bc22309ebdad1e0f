"""The stories of a Word file (body, headers, footers, notes, comments) as blocks that can be aligned."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from lxml import etree

from pipeline.compare.change import BODY, Location
from pipeline.compare.word.markup import Piece
from pipeline.compare.word.package import MAIN, R, WordFile
from pipeline.compare.word.paragraph import Paragraph, read_paragraph
from pipeline.compare.word.quick import cell_words, cells_of, is_plain, plain_cell, plain_rows, plain_text
from pipeline.compare.word.references import says_its_heading
from pipeline.compare.words import OPEN, fill, normal, word_counts
from pipeline.text import W, paragraph_style, paragraph_text, table_rows

_FILLED = re.compile(
    rb"<w:(?:t|drawing|pict|fldChar|fldSimple|sym|object|footnoteReference|endnoteReference|commentReference|pgNum"
    rb"|(?:day|month|year)(?:Short|Long))[ />]|<m:oMath"
)
_STYLE = re.compile(rb"<w:p(?: [^>]*)?><w:pPr><w:pStyle w:val=\"([^\"&]*)\"")
_PAGE_BREAK = re.compile(rb"<w:br [^>]*w:type=\"page\"")
_NAMES = re.compile(rb"<w:bookmarkStart [^>]*?w:name=\"([^_\"][^\"]*)\"")
_CONTENTS = re.compile(rb"<w:hyperlink [^>]*w:anchor=\"_Toc")


Texts = list[list[str | None]]
"""What the cells of a table say, row by row; None for a cell of which the markup does not say enough."""


class Block:
    """A paragraph or table of a story with the empty paragraphs after it. What it says is read when it is first asked for."""

    __slots__ = (
        "_cells",
        "_ids",
        "_key",
        "_paragraph",
        "_space",
        "_style",
        "_texts",
        "_words",
        "at",
        "element",
        "is_table",
        "markup",
        "raw",
        "story",
        "turned",
    )

    def __init__(self, element: etree._Element, raw: bytes, story: "Story", at: int, *, is_table: bool) -> None:
        self.element = element
        self.markup = raw
        self.raw = raw
        self.story = story
        self.at = at
        self.is_table = is_table
        self.turned: dict[bytes, bytes] = {}
        self._space: list[Piece] = []
        self._cells: list[list[etree._Element]] | None = None
        self._ids: tuple[str, ...] | None = None
        self._key: str | None = None
        self._paragraph: Paragraph | None = None
        self._style: tuple[str, int] | None = None
        self._texts: Texts | None = None
        self._words: Counter[str] | None = None

    def add_space(self, element: etree._Element, raw: bytes) -> None:
        """Take up an empty paragraph that follows."""
        self._space.append((element, raw))
        self.raw += raw

    @property
    def space(self) -> list[str]:
        """The styles of the empty paragraphs after it; a page break is called that."""
        return self.story.space(self._space)

    @property
    def empty(self) -> list[Piece]:
        """The empty paragraphs after it."""
        return self._space

    def written(self, markup: bytes) -> bytes:
        """Write with an id of a link what it leads to, where that is another than it was."""
        for key, target in self.turned.items():
            markup = markup.replace(key, target)
        return markup

    @property
    def sort(self) -> str:
        """What it is."""
        return "table" if self.is_table else "paragraph"

    @property
    def ids(self) -> tuple[str, ...]:
        """The bookmarks in it that an author gave."""
        if self._ids is None:
            self._ids = tuple(name.decode() for name in _NAMES.findall(self.markup)) if b":bookmarkStart" in self.markup else ()
        return self._ids

    @property
    def paragraph(self) -> Paragraph:
        """What the paragraph says."""
        if self._paragraph is None:
            self._paragraph = read_paragraph(self.element, self.story.file, self.story.links)
        return self._paragraph

    @property
    def key(self) -> str:
        """What is read."""
        if self._key is None:
            plain = plain_text(self.markup, " " if self.is_table else "")
            if plain is None:
                plain = "\n".join(" ".join(row) for row in cell_texts(self)) if self.is_table else self.paragraph.key
            self._key = normal(plain)
        return self._key

    @property
    def words(self) -> Counter[str]:
        """Its words, counted."""
        if self._words is None:
            self._words = word_counts(self.key)
        return self._words

    @property
    def cells(self) -> list[list[etree._Element]]:
        """Of a table: the elements of its cells, row by row."""
        if self._cells is None:
            self._cells = table_rows(self.element)
        return self._cells

    @property
    def texts(self) -> Texts:
        """Of a table: what its markup says, nothing where it cannot be cut into rows."""
        if self._texts is None:
            known = self.story.file.row_texts
            self._texts = []
            for row in plain_rows(self.markup) or ():
                if row not in known:
                    read = cell_words if is_plain(row) else plain_cell
                    known[row] = [read(cell) for cell in cells_of(row)]
                self._texts.append(known[row])
        return self._texts

    @property
    def text(self) -> str:
        """What a reader sees."""
        if self.is_table:
            return "\n".join(" | ".join(row) for row in cell_texts(self))
        return fill(self.key, self.paragraph.shown) if OPEN in self.key else self.key

    @property
    def label(self) -> str:
        """The number Word shows before it."""
        return self.story.file.labels.get(self.element, "")

    @property
    def style(self) -> str:
        """The name of the paragraph's style."""
        return self._named()[0]

    @property
    def level(self) -> int:
        """The level of a heading from 1, 0 for other paragraphs."""
        return 0 if self.is_table else self._named()[1]

    def _named(self) -> tuple[str, int]:
        if self._style is None:
            found = _STYLE.match(self.markup)
            self._style = self.story.style_named(found[1].decode() if found else paragraph_style(self.element))
        return self._style

    @property
    def is_derived(self) -> bool:
        """Say whether it is an entry of a contents list that says what its heading says, whose change is the one change."""
        return bool(_CONTENTS.search(self.markup)) and not self.is_table and says_its_heading(self.element, self.story.file)

    @property
    def location(self) -> Location:
        """Where a person finds it."""
        return self.story.location(self)


def cell_texts(table: Block) -> list[list[str]]:
    """Give what each cell of a table says, row by row."""
    if not table.texts:
        return [[_cell_text(cell) for cell in row] for row in table.cells]
    return [
        [_cell_text(table.cells[at][place]) if text is None else normal(text) for place, text in enumerate(row)]
        for at, row in enumerate(table.texts)
    ]


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
        found = _STYLE.match(raw)
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


def _cell_text(cell: etree._Element) -> str:
    return normal(" ".join(paragraph_text(paragraph) for paragraph in cell.iter(f"{W}p")))


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

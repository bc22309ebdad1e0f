"""A paragraph or table of a story, as it is aligned and compared: its markup in; what it says, and where it stands, out."""

import re
from collections import Counter
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.compare.change import Location
from pipeline.compare.word.markup import Piece
from pipeline.compare.word.paragraph import Paragraph, read_paragraph
from pipeline.compare.word.quick import cell_words, cells_of, is_plain, plain_cell, plain_rows, plain_text
from pipeline.compare.word.references import says_its_heading
from pipeline.compare.words import OPEN, fill, normal, word_counts
from pipeline.text import W, paragraph_style, paragraph_text, table_rows

if TYPE_CHECKING:
    from pipeline.compare.word.stories import Story

STYLE = re.compile(rb"<w:p(?: [^>]*)?><w:pPr><w:pStyle w:val=\"([^\"&]*)\"")
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
            found = STYLE.match(self.markup)
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


def _cell_text(cell: etree._Element) -> str:
    return normal(" ".join(paragraph_text(paragraph) for paragraph in cell.iter(f"{W}p")))

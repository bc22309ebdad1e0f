"""A Word template of 26 pages made by code, in two dialects, with the facts to fill it: for comparing one engine with another.

Ten chapters with fifty numbered clauses, twenty conditions and loops over paragraphs, five tables of thirty rows and six columns,
a header and a footer; 187 names in 230 tags, some of them split over runs, with fonts, borders and revision marks as Word writes.
"""

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.measure import ROOT
from pipeline.finish.package import read_parts, write_parts

CHAPTERS, CLAUSES, ROWS, COLUMNS, ITEMS = 10, 5, 30, 6, 6
WORDS = "The provider keeps to the agreed outcomes, records what was done and tells the authority in good time of any change. "
_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_FONT = '<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="22"/><w:szCs w:val="22"/></w:rPr>'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in ("top", "left", "bottom", "right")
)


class Jinja:
    """The tags of docxtpl and its kin."""

    def value(self, name: str) -> str:
        """Show a value."""
        return f"{{{{ {name} }}}}"

    def when(self, name: str, then: str, other: str) -> list[str]:
        """Show one paragraph or another."""
        return [f"{{%p if {name} %}}", then, "{%p else %}", other, "{%p endif %}"]

    def each(self, name: str, text: str) -> list[str]:
        """Repeat a paragraph."""
        return [f"{{%p for item in {name} %}}", text.format(item=self.value("item.word")), "{%p endfor %}"]

    def rows(self, name: str, columns: list[str]) -> list[list[str]]:
        """Repeat a table's row."""
        blank = [""] * (len(columns) - 1)
        cells = [self.value(f"row.{one}") for one in columns]
        return [[f"{{%tr for row in {name} %}}", *blank], cells, ["{%tr endfor %}", *blank]]


class Braces:
    """The tags of docxtemplater."""

    def value(self, name: str) -> str:
        """Show a value."""
        return f"{{{name}}}"

    def when(self, name: str, then: str, other: str) -> list[str]:
        """Show one paragraph or another."""
        return [f"{{#{name}}}", then, f"{{/{name}}}", f"{{^{name}}}", other, f"{{/{name}}}"]

    def each(self, name: str, text: str) -> list[str]:
        """Repeat a paragraph."""
        return [f"{{#{name}}}", text.format(item=self.value("word")), f"{{/{name}}}"]

    def rows(self, name: str, columns: list[str]) -> list[list[str]]:
        """Repeat a table's row."""
        cells = [self.value(one) for one in columns]
        return [[f"{{#{name}}}{cells[0]}", *cells[1:-1], f"{cells[-1]}{{/{name}}}"]]


Dialect = Jinja | Braces


def template(dialect: Dialect) -> bytes:
    """Make the template in one dialect, in the project's house style."""
    parts = read_parts((ROOT / "templates" / "house-style.docx").read_bytes())
    blocks = "".join(block for chapter in range(CHAPTERS) for block in _chapter(dialect, chapter))
    references = (("header", "rId901"), ("footer", "rId902"))
    section = "".join(f'<w:{kind}Reference w:type="default" r:id="{link}"/>' for kind, link in references)
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    body = f"{declaration}<w:document {_NAMES}><w:body>{blocks}<w:sectPr>{section}</w:sectPr></w:body></w:document>"
    margins = {
        f"word/{kind}9.xml": f"{declaration}<w:{tag} {_NAMES}>{_paragraph(dialect.value(f'{kind}_words'))}</w:{tag}>".encode()
        for kind, tag in (("header", "hdr"), ("footer", "ftr"))
    }
    return write_parts({**parts, **_linked(parts), **margins, "word/document.xml": body.encode()})


def facts() -> dict[str, Any]:
    """Give what fills it, as plain words and numbers."""
    made: dict[str, Any] = {"header_words": "Exampleshire & partners", "footer_words": "Draft of 22 November 2026"}
    for chapter in range(CHAPTERS):
        made[f"title_{chapter}"] = f"Chapter on outcomes {chapter}"
        made[f"shown_{chapter}"] = chapter % 2 == 0
        made[f"list_{chapter}"] = [{"word": f"point {number} of chapter {chapter}"} for number in range(ITEMS)]
        for clause in range(CLAUSES):
            own = {"who": f"party {clause}", "what": f"duty {chapter}.{clause}", "when": f"in week {clause + 1}"}
            made |= {f"{word}_{chapter}_{clause}": value for word, value in own.items()}
        if chapter % 2:
            made[f"rows_{chapter}"] = [
                {f"c{column}": f"{row * column} hours" for column in range(COLUMNS)} for row in range(ROWS)
            ]
    return made


def _chapter(dialect: Dialect, chapter: int) -> Iterator[str]:
    yield _paragraph(dialect.value(f"title_{chapter}"), "Heading1")
    for clause in range(CLAUSES):
        who, what, when = (dialect.value(f"{word}_{chapter}_{clause}") for word in ("who", "what", "when"))
        text = f"{WORDS * 3}{who} answers for {what}. {WORDS * 3}It is due {when}. {WORDS * 5}"
        yield _paragraph(text, "Clause", split=clause % 2 == 0)
    for text in dialect.when(f"shown_{chapter}", f"Shown: {WORDS}", f"Otherwise: {WORDS}"):
        yield _paragraph(text)
    for text in dialect.each(f"list_{chapter}", "{item}: " + WORDS):
        yield _paragraph(text)
    if chapter % 2:
        yield _table(
            [
                [f"Column {number}" for number in range(COLUMNS)],
                *dialect.rows(f"rows_{chapter}", [f"c{number}" for number in range(COLUMNS)]),
            ]
        )
        yield _paragraph("")


def _run(text: str) -> str:
    return f'<w:r w:rsidR="00A12B3C" w:rsidRPr="00D45E6F">{_FONT}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraph(text: str, style: str = "BodyText", *, split: bool = False) -> str:
    cut = text.find("{") + 1 if split else 0
    runs = "".join(_run(piece) for piece in ((text[:cut], text[cut:]) if cut else (text,)) if piece)
    return f'<w:p w:rsidR="00A12B3C" w:rsidRDefault="00A12B3C"><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _table(rows: list[list[str]]) -> str:
    grid = '<w:gridCol w:w="1500"/>' * COLUMNS
    cell = f'<w:tc><w:tcPr><w:tcW w:w="1500" w:type="dxa"/><w:tcBorders>{_BORDERS}</w:tcBorders></w:tcPr>'
    made = "".join(
        f'<w:tr w:rsidR="00A12B3C">{"".join(f"{cell}{_paragraph(text, TABLE_TEXT)}</w:tc>" for text in row)}</w:tr>'
        for row in rows
    )
    return f'<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl>'


TABLE_TEXT = "TableText"


def _linked(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Name header and footer among the document's relationships and content types."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    links = "".join(
        f'<Relationship Id="{one}" Type="{office}/{name}" Target="{name}9.xml"/>'
        for one, name in (("rId901", "header"), ("rId902", "footer"))
    )
    types = "".join(f'<Override PartName="/word/{name}9.xml" ContentType="{kind}.{name}+xml"/>' for name in ("header", "footer"))
    rels, kinds = "word/_rels/document.xml.rels", "[Content_Types].xml"
    return {
        rels: parts[rels].replace(b"</Relationships>", f"{links}</Relationships>".encode()),
        kinds: parts[kinds].replace(b"</Types>", f"{types}</Types>".encode()),
    }

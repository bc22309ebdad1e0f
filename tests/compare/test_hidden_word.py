"""What could be hidden in a Word file: each pair gives its change, and never less than what it does to a reader."""

from collections.abc import Callable

import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table

from pipeline.compare.matter import touches
from pipeline.compare.sight import veils
from pipeline.compare.word import compare_word
from pipeline.finish.package import read_parts, write_parts
from pipeline.text import W
from tests.fixtures.comparing import Edit, add_row, find, on_table, specification

CLAUSE = "People have told us that a visit"
Found = list[tuple[str, str]]


def _nothing(_: Document) -> None:
    """Save again with python-docx, so that both sides went through it."""


@pytest.fixture(scope="module")
def one() -> bytes:
    return specification(after=(_nothing,))


def found(old: bytes, new: bytes) -> Found:
    changes, _ = compare_word(old, new, "a.docx")
    return [(change.kind, change.severity.value) for change in changes]


def runs(change: Callable[[object], None]) -> Edit:
    def edit(document: Document) -> None:
        for run in find(document, CLAUSE).runs:
            change(run.font)

    return edit


def field(name: str, *, on: bool) -> Edit:
    return runs(lambda font: setattr(font, name, on))


def _tiny(font: object) -> None:
    font.size = Pt(1)  # type: ignore[attr-defined]


def _white(font: object) -> None:
    font.color.rgb = RGBColor(255, 255, 255)  # type: ignore[attr-defined]


def _hidden_words(document: Document) -> None:
    find(document, CLAUSE).add_run(" And more.").font.hidden = True


def _hidden_paragraph(document: Document) -> None:
    paragraph = find(document, CLAUSE).insert_paragraph_before("And more.")
    paragraph.runs[0].font.hidden = True


def _off_the_page(document: Document) -> None:
    find(document, CLAUSE).paragraph_format.left_indent = Cm(60)


def _black(document: Document) -> None:
    properties = find(document, CLAUSE)._p.get_or_add_pPr()  # noqa: SLF001
    properties.append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="000000"/>'))


def _style(document: Document) -> None:
    document.styles[find(document, CLAUSE).style.name].font.hidden = True  # type: ignore[union-attr]


def row_property(xml: str) -> Edit:
    def change(table: object) -> None:
        table.rows[3]._tr.get_or_add_trPr().append(parse_xml(xml))  # type: ignore[attr-defined]  # noqa: SLF001

    return on_table(1, change)


LOOKS: dict[str, tuple[Edit, Found]] = {
    "hidden": (field("hidden", on=True), [("formatting-changed", "high")]),
    "white": (runs(_white), [("formatting-changed", "high")]),
    "tiny": (runs(_tiny), [("formatting-changed", "high")]),
    "struck": (field("strike", on=True), [("formatting-changed", "high")]),
    "only bold": (field("bold", on=True), [("formatting-changed", "low")]),
    "hidden words come": (_hidden_words, [("paragraph-changed", "high"), ("formatting-changed", "high")]),
    "a hidden paragraph comes": (_hidden_paragraph, [("paragraph-inserted", "high")]),
    "off the page": (_off_the_page, [("layout-changed", "high")]),
    "black ground": (_black, [("layout-changed", "high")]),
    "a style that hides": (_style, [("style-definition-changed", "high")]),
    "a hidden row": (row_property(f"<w:hidden {nsdecls('w')}/>"), [("table-layout-changed", "high")]),
    "a flat row": (
        row_property(f'<w:trHeight {nsdecls("w")} w:val="20" w:hRule="exact"/>'),
        [("table-layout-changed", "high")],
    ),
}


@pytest.mark.parametrize("name", LOOKS)
def test_what_hides_is_as_grave_as_what_is_said(name: str, one: bytes) -> None:
    edit, expected = LOOKS[name]
    assert found(one, specification(after=(edit,))) == expected


@pytest.mark.parametrize(
    ("look", "is_veiled"),
    [
        ("color FFFFFF", True),
        ("color themeColor background1 val 1F3A5F", True),
        ("color 1F3A5F, shd fill 1F3A5F val clear", True),
        ("w 1", True),
        ("spacing line 20 lineRule exact", True),
        ("pBdr (bottom color FFFFFF space 1 sz 4 val single)", False),
        ("color 1F3A5F, sz 20", False),
        ("strike off", False),
        ("spacing after 120 before 0 line 276 lineRule auto", False),
        ("tcW type dxa w 5986", False),
    ],
)
def test_what_counts_as_hiding(look: str, is_veiled: bool) -> None:  # noqa: FBT001
    assert bool(veils(look)) is is_veiled


def test_a_property_that_is_on_may_be_written_in_several_ways() -> None:
    parts = read_parts(specification(after=(field("bold", on=True),)))
    markup = parts["word/document.xml"]
    assert b"<w:b/>" in markup
    for written in (b'<w:b w:val="1"/>', b'<w:b w:val="true"/>', b'<w:b w:val="on"/>'):
        again = write_parts({**parts, "word/document.xml": markup.replace(b"<w:b/>", written)})
        assert found(write_parts(parts), again) == []


def _target(kind: str, target: str, *, outside: bool = False) -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="rId990" Type="{base}/{kind}" Target="{target}"{mode}/></Relationships>'


def added(parts: dict[str, bytes], part: str, content: bytes) -> dict[str, bytes]:
    return {**parts, part: content}


def linked(parts: dict[str, bytes], link: str) -> dict[str, bytes]:
    rels = "word/_rels/document.xml.rels"
    return {**parts, rels: parts[rels].replace(b"</Relationships>", link.encode())}


def setting(parts: dict[str, bytes], xml: str) -> dict[str, bytes]:
    markup = parts["word/settings.xml"].decode()
    return {**parts, "word/settings.xml": markup.replace("</w:settings>", f"{xml}</w:settings>").encode()}


PEOPLE = b'<P xmlns="p"><Company>Hidden Ltd</Company><Manager>M</Manager><Pages>4</Pages></P>'
PARTS: dict[str, tuple[Callable[[dict[str, bytes]], dict[str, bytes]], Found]] = {
    "a text taken in on opening": (
        lambda parts: linked(added(parts, "word/more.htm", b"pay"), _target("aFChunk", "more.htm")),
        [("part-changed", "high")],
    ),
    "macros": (lambda parts: added(parts, "word/vbaProject.bin", b"x"), [("part-changed", "high")]),
    "an embedded file": (lambda parts: added(parts, "word/embeddings/a.bin", b"x"), [("part-changed", "high")]),
    "a header that nothing shows": (lambda parts: added(parts, "word/header77.xml", b"<x/>"), [("part-changed", "content")]),
    "a template elsewhere": (
        lambda parts: linked(parts, _target("attachedTemplate", "http://example.org/a.dotm", outside=True)),
        [("part-changed", "high")],
    ),
    "variables": (
        lambda parts: setting(parts, '<w:docVars><w:docVar w:name="a" w:val="b"/></w:docVars>'),
        [("setting-changed", "content")],
    ),
    "tracking on": (lambda parts: setting(parts, "<w:trackRevisions/>"), [("setting-changed", "content")]),
    "fonts kept in the file": (lambda parts: setting(parts, "<w:embedTrueTypeFonts/>"), [("setting-changed", "low")]),
    "company and manager": (
        lambda parts: added(parts, "docProps/app.xml", PEOPLE),
        [("property-changed", "low"), ("property-changed", "low")],
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_what_lies_behind_the_text_is_found(name: str, one: bytes) -> None:
    edit, expected = PARTS[name]
    assert found(one, write_parts(edit(read_parts(one)))) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("neither party pays", "each party pays"),
        ("both parties", "either party"),
        ("No volume is promised", "Any volume is promised"),
        ("is promised", "is guaranteed"),
        ("may end it", "is required to end it"),
        ("hands them over", "excludes liability"),
        ("binds the parties", "is best endeavours of the parties"),
    ],
)
def test_words_that_bind(old: str, new: str) -> None:
    assert {"obligation", "extent", "liability"} & {*touches(old, new)}


NAMES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)
FRACTION = "<m:f><m:num><m:r><m:t>price</m:t></m:r></m:num><m:den><m:r><m:t>{}</m:t></m:r></m:den></m:f>"


def _form(value: int) -> str:
    box = f'<w:checkBox><w:default w:val="{value}"/></w:checkBox>'
    return f'<w:r {NAMES}><w:fldChar w:fldCharType="begin"><w:ffData>{box}</w:ffData></w:fldChar></w:r>'


def _choice(value: str) -> str:
    entries = f'<w:dropDownList><w:listItem w:value="{value}"/></w:dropDownList>'
    return f"<w:sdt {NAMES}><w:sdtPr>{entries}</w:sdtPr><w:sdtContent/></w:sdt>"


TOLD: dict[str, tuple[str, str, Found]] = {
    "an equation": (
        f"<m:oMath {NAMES}>{FRACTION.format(5)}</m:oMath>",
        f"<m:oMath {NAMES}>{FRACTION.format(9)}</m:oMath>",
        [("paragraph-changed", "high")],
    ),
    "a sign": (
        f'<w:r {NAMES}><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
        f'<w:r {NAMES}><w:sym w:font="Wingdings" w:char="F0FB"/></w:r>',
        [("paragraph-changed", "content")],
    ),
    "a watermark": (
        f'<w:r {NAMES}><w:pict><v:shape><v:textpath string="DRAFT"/></v:shape></w:pict></w:r>',
        f'<w:r {NAMES}><w:pict><v:shape><v:textpath string="FINAL"/></v:shape></w:pict></w:r>',
        [("paragraph-changed", "content")],
    ),
    "a rectangle over words": (
        f"<w:r {NAMES}/>",
        f'<w:r {NAMES}><w:pict><v:rect style="position:absolute" fillcolor="white"/></w:pict></w:r>',
        [("drawing-inserted", "high")],
    ),
    "an embedded workbook": (
        f"<w:r {NAMES}/>",
        f'<w:r {NAMES}><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>',
        [("drawing-inserted", "high")],
    ),
    "a form field's default": (_form(0), _form(1), [("field-changed", "content")]),
    "the choices of a control": (_choice("a"), _choice("b"), [("control-changed", "content")]),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_drawn_or_filled_in_is_read(name: str) -> None:
    before, after, expected = TOLD[name]

    def adding(xml: str) -> Edit:
        return lambda document: find(document, CLAUSE)._p.append(parse_xml(xml))  # noqa: SLF001

    assert found(specification(after=(adding(before),)), specification(after=(adding(after),))) == expected


def _reference(document: Document) -> None:
    reference = next(document.element.body.iter(f"{W}footnoteReference"))
    find(document, CLAUSE)._p.append(reference.getparent())  # noqa: SLF001


def test_a_note_that_belongs_to_other_words_is_found(one: bytes) -> None:
    assert found(one, specification(after=(_reference,))) == [("reference-moved", "content")]


def test_a_comment_of_another_person_is_found() -> None:
    def commented(author: str) -> Edit:
        def edit(document: Document) -> None:
            document.add_comment(find(document, CLAUSE).runs, "Check.", author)

        return edit

    old, new = (specification(after=(commented(author),)) for author in ("A", "B"))
    assert found(old, new) == [("comment-changed", "content")]


BY = 'w:id="901" w:author="Jane" w:date="2026-01-01T00:00:00Z"'


def _gone_row(table: Table) -> None:
    table.rows[3]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {nsdecls('w')} {BY}/>"))  # noqa: SLF001


def _gone_cell(table: Table) -> None:
    table.rows[3].cells[1]._tc.get_or_add_tcPr().append(parse_xml(f"<w:cellDel {nsdecls('w')} {BY}/>"))  # noqa: SLF001


def _gone_clause(document: Document) -> None:
    paragraph = find(document, CLAUSE)
    mark = parse_xml(f"<w:rPr {nsdecls('w')}><w:del {BY}/></w:rPr>")
    paragraph._p.get_or_add_pPr().append(mark)  # noqa: SLF001
    for run in paragraph.runs:
        gone = parse_xml(f"<w:del {nsdecls('w')} {BY}/>")
        run._r.addprevious(gone)  # noqa: SLF001
        gone.append(run._r)  # noqa: SLF001
        for text in run._r.iter(f"{W}t"):  # noqa: SLF001
            text.tag = f"{W}delText"


def _joined(document: Document) -> None:
    mark = parse_xml(f"<w:rPr {nsdecls('w')}><w:del {BY}/></w:rPr>")
    find(document, CLAUSE)._p.get_or_add_pPr().append(mark)  # noqa: SLF001


def _in_the_header(document: Document) -> None:
    added = parse_xml(f"<w:ins {nsdecls('w')} {BY}><w:r><w:t> More.</w:t></w:r></w:ins>")
    document.sections[0].header.paragraphs[0]._p.append(added)  # noqa: SLF001


TRACKED: dict[str, tuple[Edit, list[str]]] = {
    "a row": (on_table(1, _gone_row), ["row-removed"]),
    "a cell": (on_table(1, _gone_cell), ["cell-changed"]),
    "a clause": (_gone_clause, ["paragraph-removed"]),
    "the end of a paragraph": (_joined, ["paragraph-changed", "paragraph-removed"]),
    "words in a header": (_in_the_header, ["paragraph-changed"]),
}


@pytest.mark.parametrize("name", TRACKED)
def test_tracked_changes_are_taken_as_accepted_wherever_they_stand(name: str, one: bytes) -> None:
    edit, kinds = TRACKED[name]
    changes, notes = compare_word(one, specification(after=(edit,)), "a.docx")
    assert {change.kind for change in changes} - {"style-changed", "numbering-changed"} == set(kinds)
    assert notes == ("The new file holds tracked changes. It is compared as if they were accepted.",)
    assert not any("Jane" in text or "2026-01-01" in text for change in changes for text in (change.old, change.new))


def test_a_row_hidden_beside_a_row_that_came_is_found(one: bytes) -> None:
    def edit(table: Table) -> None:
        table.rows[3]._tr.get_or_add_trPr().append(parse_xml(f"<w:hidden {nsdecls('w')}/>"))  # noqa: SLF001
        add_row(table, 12, ("P1-99", "night call", "visit", "12", "£48.00"))

    kinds = found(one, specification(after=(on_table(1, edit),)))
    assert ("row-inserted", "high") in kinds
    assert ("table-layout-changed", "high") in kinds


def test_margins_that_leave_no_room_are_grave(one: bytes) -> None:
    def edit(document: Document) -> None:
        document.sections[0].left_margin = Cm(40)

    assert ("section-changed", "high") in found(one, specification(after=(edit,)))

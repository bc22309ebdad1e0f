"""Whatever differs between two Word files is told, or said to differ in what is not compared, whatever else changed."""

from collections.abc import Callable

import pytest

from pipeline.compare.change import Status
from pipeline.compare.command import exit_code
from pipeline.compare.packs import compare_documents
from pipeline.finish.package import read_parts, write_parts
from tests.fixtures.comparing import specification

DOCUMENT, STYLES, LISTS, SETTINGS = "word/document.xml", "word/styles.xml", "word/numbering.xml", "word/settings.xml"
RELS, NOTES, FONTS = "word/_rels/document.xml.rels", "word/footnotes.xml", "word/fontTable.xml"
MONEY = "<w:t>£28.50</w:t>"
CLAUSE = "<w:t>People have told us that a visit"
RUN = f"<w:r>{MONEY}</w:r>"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
Parts = dict[str, bytes]
Edit = Callable[[Parts], Parts]
Found = set[tuple[str, str]]


@pytest.fixture(scope="module")
def one() -> Parts:
    return read_parts(specification())


def put(part: str, before: str, after: str) -> Edit:
    """Put one text in the place of another, which has to be there, the first time it stands in a part."""

    def edit(parts: Parts) -> Parts:
        text = parts[part].decode()
        assert before in text, before
        return {**parts, part: text.replace(before, after, 1).encode()}

    return edit


def edited(parts: Parts, *edits: Edit) -> Parts:
    for edit in edits:
        parts = edit(parts)
    return parts


def without(part: str, rel: str) -> Edit:
    def edit(parts: Parts) -> Parts:
        kept = {name: content for name, content in parts.items() if name != part}
        links = kept[RELS].decode().split("<Relationship ")
        return {**kept, RELS: "<Relationship ".join(one for one in links if f'/{rel}"' not in one).encode()}

    return edit


def found(old: Parts, new: Parts) -> Found:
    diff = compare_documents(write_parts(old), write_parts(new), "old.docx", "new.docx")
    return {(change.kind, change.severity.value) for change in diff.changes}


def run(properties: str) -> Edit:
    return put(DOCUMENT, RUN, f"<w:r><w:rPr>{properties}</w:rPr>{MONEY}</w:r>")


def field(code: str, result: str, sign: str = "") -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"{sign}/></w:r><w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{result}</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def box(inner: str) -> str:
    return f'<w:sdt><w:sdtPr><w:alias w:val="A"/>{inner}</w:sdtPr><w:sdtContent>{RUN}</w:sdtContent></w:sdt>'


def two_forms(choice: str, fallback: str, needs: str = "urn:unknown") -> str:
    return (
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice xmlns:zz="{needs}" Requires="zz">{choice}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )


def with_fonts(parts: Parts) -> Parts:
    link = f'<Relationship Id="rId77" Type="{OFFICE}/fontTable" Target="fontTable.xml"/></Relationships>'
    return {**parts, FONTS: b"<a/>", RELS: parts[RELS].replace(b"</Relationships>", link.encode())}


def merged_over(parts: Parts) -> Parts:
    before, money, after = parts[DOCUMENT].decode().partition(MONEY)
    start, end, rest = before.rpartition("</w:tcPr>")
    return {**parts, DOCUMENT: f"{start}<w:vMerge/>{end}{rest}{money}{after}".encode()}


PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
PARA = '<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r>' + CLAUSE
PROTECTED = put(SETTINGS, "<w:zoom", '<w:documentProtection w:edit="readOnly" w:enforcement="1" w:hash="ab"/><w:zoom')
LINK = '<w:hyperlink w:anchor="R_044" w:tooltip="{}">' + RUN + "</w:hyperlink>"
NONE: tuple[Edit, ...] = ()
HIDDEN = {("formatting-changed", "high")}

PAIRS: dict[str, tuple[tuple[Edit, ...], Edit, Found]] = {
    "the defaults of all styles": (
        NONE,
        put(STYLES, "<w:rPrDefault><w:rPr>", "<w:rPrDefault><w:rPr><w:vanish/>"),
        {("style-definition-changed", "high")},
    ),
    "no styles": (NONE, without(STYLES, "styles"), {("part-changed", "high"), ("renumbered", "high")}),
    "no lists": (NONE, without(LISTS, "numbering"), {("part-changed", "high"), ("renumbered", "high")}),
    "a style that numbers no more": (
        NONE,
        put(STYLES, '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>', ""),
        {("style-definition-changed", "high"), ("renumbered", "high")},
    ),
    "words in a number": (
        NONE,
        put(LISTS, 'w:val="Appendix %1"', 'w:val="Draft %1"'),
        {("renumbered", "high"), ("numbering-definition-changed", "high")},
    ),
    "a hidden number": (
        NONE,
        put(LISTS, '<w:lvlText w:val="%1.%2"/><w:lvlJc w:val="left"/>', '<w:lvlText w:val="%1.%2"/><w:rPr><w:vanish/></w:rPr>'),
        {("numbering-definition-changed", "high")},
    ),
    "a list that starts elsewhere": (
        NONE,
        put(
            LISTS,
            '<w:num w:numId="1"><w:abstractNumId w:val="1"/>',
            '<w:num w:numId="1"><w:abstractNumId w:val="1"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>',
        ),
        {("numbering-definition-changed", "content")},
    ),
    "a form that Word does not know": (
        NONE,
        put(DOCUMENT, RUN, two_forms(RUN, "<w:r><w:t>£1.00</w:t></w:r>")),
        {("cell-changed", "high"), ("paragraph-changed", "high")},
    ),
    "the form that Word does not show": (
        (put(DOCUMENT, RUN, two_forms(RUN, RUN, SHAPE)),),
        put(DOCUMENT, f"<mc:Fallback>{RUN}", "<mc:Fallback><w:r><w:t>£1.00</w:t></w:r>"),
        {("paragraph-changed", "high"), ("drawing-changed", "content")},
    ),
    "a paragraph in a form that Word does not know": (
        NONE,
        put(DOCUMENT, PARA, two_forms(PARAGRAPH.format("New."), PARAGRAPH.format("Nothing is payable.")) + PARA),
        {("paragraph-inserted", "high"), ("paragraph-changed", "content")},
    ),
    "a page count that says words": (
        (put(DOCUMENT, RUN, field("NUMPAGES", "30")),),
        put(DOCUMENT, "<w:t>30</w:t>", "<w:t>no days</w:t>"),
        {("cell-changed", "high")},
    ),
    "a field made anew": (
        (put(DOCUMENT, RUN, field("DOCPROPERTY Price", "£1")),),
        put(
            DOCUMENT,
            'w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> DOCP',
            'w:fldCharType="begin" w:dirty="1"/></w:r><w:r><w:instrText xml:space="preserve"> DOCP',
        ),
        {("field-changed", "content")},
    ),
    "a link of a table": (
        (put(DOCUMENT, RUN, f'<w:hyperlink r:id="rId6">{RUN}</w:hyperlink>'),),
        put(RELS, "https://example.org/forms/plan", "https://example.org/forms/other"),
        {("link-changed", "content")},
    ),
    "what a link shows": (
        (put(DOCUMENT, RUN, LINK.format("a")),),
        put(DOCUMENT, 'w:tooltip="a"', 'w:tooltip="Pay £5"'),
        {("link-changed", "content")},
    ),
    "protection not in force": (
        (PROTECTED,),
        put(SETTINGS, 'w:enforcement="1"', 'w:enforcement="0"'),
        {("protection-changed", "content")},
    ),
    "another password": ((PROTECTED,), put(SETTINGS, 'w:hash="ab"', 'w:hash="cd"'), {("protection-changed", "content")}),
    "letters turned round": (NONE, put(DOCUMENT, RUN, f'<w:bdo w:val="rtl">{RUN}</w:bdo>'), HIDDEN),
    "a sign that turns letters round": (NONE, put(DOCUMENT, "£28.50", "\u202e£28.50"), {("cell-changed", "high")}),
    "a font of signs": (NONE, run('<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'), HIDDEN),
    "a text made to fit": (NONE, run('<w:fitText w:val="10"/>'), HIDDEN),
    "a text from right to left": (NONE, run("<w:rtl/>"), HIDDEN),
    "two lines in one": (NONE, run('<w:eastAsianLayout w:combine="1"/>'), HIDDEN),
    "the colour of its highlight": (NONE, run('<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>'), HIDDEN),
    "a number cut in two": (NONE, put(DOCUMENT, MONEY, "<w:t>£2</w:t><w:cr/><w:t>8.50</w:t>"), {("cell-changed", "high")}),
    "a mark that joins two paragraphs": (
        NONE,
        put(DOCUMENT, PARA, PARA.replace("</w:pPr>", "<w:rPr><w:vanish/><w:specVanish/></w:rPr></w:pPr>")),
        HIDDEN,
    ),
    "who may edit": (
        NONE,
        put(DOCUMENT, RUN, f'<w:permStart w:id="9" w:edGrp="everyone"/>{RUN}<w:permEnd w:id="9"/>'),
        {("protection-changed", "content")},
    ),
    "a control that is locked": (
        (put(DOCUMENT, RUN, box("")),),
        put(DOCUMENT, '<w:alias w:val="A"/>', '<w:alias w:val="A"/><w:lock w:val="sdtLocked"/>'),
        {("control-changed", "content")},
    ),
    "a control round a paragraph": (
        (put(DOCUMENT, PARA, f"<w:sdt><w:sdtPr/><w:sdtContent>{PARAGRAPH.format('Held.')}</w:sdtContent></w:sdt>{PARA}"),),
        put(DOCUMENT, "<w:sdtPr/>", '<w:sdtPr><w:lock w:val="sdtLocked"/></w:sdtPr>'),
        {("control-changed", "content")},
    ),
    "words on the line above the notes": (
        NONE,
        put(
            NOTES,
            "<w:footnote ",
            f'<w:footnote w:type="separator" w:id="-1">{PARAGRAPH.format("No note binds.")}</w:footnote><w:footnote ',
        ),
        {("paragraph-inserted", "high"), ("spacing-changed", "low")},
    ),
    "another first page": (
        NONE,
        put(DOCUMENT, "</w:sectPr>", "<w:titlePg/></w:sectPr>"),
        {("section-changed", "low"), ("margin-changed", "high"), ("margin-changed", "content")},
    ),
    "a black page": (
        NONE,
        put(DOCUMENT, "<w:body>", '<w:background w:color="000000"/><w:body>'),
        {("section-changed", "high")},
    ),
    "a cell merged over words": (NONE, merged_over, {("table-layout-changed", "high")}),
    "a ruby, which nobody compares": (
        NONE,
        put(DOCUMENT, RUN, f"<w:r><w:ruby><w:rubyBase>{RUN}</w:rubyBase></w:ruby></w:r>"),
        {("part-changed", "content")},
    ),
    "fonts, which only programs read": ((with_fonts,), put(FONTS, "<a/>", "<b/>"), {("part-changed", "low")}),
    "other styles by their link": (
        NONE,
        lambda parts: {**parts, RELS: parts[RELS].replace(b"styles.xml", b"settings.xml")},
        {("part-changed", "high")},
    ),
    "spaces": (NONE, put(DOCUMENT, CLAUSE, CLAUSE.replace("told us", "told  us")), {("part-changed", "content")}),
}
HARMLESS = put(DOCUMENT, "takes part in the visit", "helps with the visit")


@pytest.mark.parametrize("name", PAIRS)
def test_each_thing_is_found_alone_and_beside_a_harmless_change(name: str, one: Parts) -> None:
    before, edit, expected = PAIRS[name]
    old = edited(one, *before)
    new = edit(old)
    assert found(old, new) == expected
    assert expected <= found(old, edited(new, HARMLESS)), "hidden by another change"


def test_what_is_not_compared_fails_whatever_is_asked(one: Parts) -> None:
    new = edited(one, put(DOCUMENT, CLAUSE, CLAUSE.replace("told us", "told  us")))
    diff = compare_documents(write_parts(one), write_parts(new), "old.docx", "new.docx")
    assert (diff.files[0].status, diff.files[0].parts) == (Status.UNCOMPARED, (DOCUMENT,))
    assert exit_code(diff, "high") == 1
    fonts = with_fonts(one)
    beside = edited(fonts, HARMLESS, put(FONTS, "<a/>", "<b/>"))
    diff = compare_documents(write_parts(fonts), write_parts(beside), "old.docx", "new.docx")
    assert (diff.files[0].status, diff.files[0].parts) == (Status.CHANGED, (FONTS,))
    assert exit_code(diff, "high") == 1
    harmless = compare_documents(write_parts(one), write_parts(edited(one, HARMLESS)), "old.docx", "new.docx")
    assert exit_code(harmless, "high") == 0

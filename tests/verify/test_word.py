"""Reading back a Word document: a sound one has no fault, and each planted fault is found where it is."""

from pathlib import Path

import pytest

from pipeline.finish.package import read_parts
from pipeline.pack import Edition, Severity
from pipeline.render.marks import UNKNOWN, mark
from pipeline.verify.word import verify_word
from tests.fixtures.packs import TEMPLATES
from tests.fixtures.word import CORE_XML, NAMESPACE, docx, p, run, table, with_parts

SOUND = (p("Head", "Heading1"), p("Text", "Clause"), table(("Lot",), ("A",)), p("Under", "Heading2"), p("x"))


def faults(document: bytes, edition: Edition = Edition.INTERNAL) -> list[str]:
    found = verify_word(document, "internal/t.docx", edition)
    assert all(one.severity is Severity.FAULT and one.document == "internal/t.docx" for one in found)
    return [f"{one.place}: {one.message}" for one in found]


@pytest.mark.parametrize("edition", list(Edition))
def test_a_sound_document_has_no_fault(edition: Edition) -> None:
    assert faults(docx(*SOUND), edition) == []


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(kind: str, target: str) -> bytes:
    document = docx(*SOUND)
    link = f'<Relationship Id="rId9" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    own = read_parts(document)["word/_rels/document.xml.rels"].replace(b"</Relationships>", link.encode())
    return with_parts(document, {"word/_rels/document.xml.rels": own})


def field(*codes: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    ends = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"<w:p>{ends[0]}{runs}{ends[1]}{run('x')}{ends[2]}</w:p>"


def caption(title: str, number: int) -> str:
    begin, code, divider, end = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        "<w:r><w:instrText> SEQ Table </w:instrText></w:r>",
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    )
    properties = '<w:pPr><w:pStyle w:val="Caption"/></w:pPr>'
    return f"<w:p>{properties}{run('Table ')}{begin}{code}{divider}{run(str(number))}{end}{run(f': {title}')}</w:p>"


START = '<w:bookmarkStart w:id="{}" w:name="R_001"/><w:bookmarkEnd w:id="{}"/>'
BEGIN = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>'
PLANTED = {
    "a value tag": (p("{{ lots }}"), "a template tag is left"),
    "a statement tag": (p("{%p if x %}"), "a template tag is left"),
    "half a tag": (p("x }}"), "a template tag is left"),
    "a tag over several runs": (f"<w:p>{run('{')}{run('{ x }')}{run('}')}</w:p>", "a template tag is left"),
    "a mark": (p(mark(UNKNOWN, "x")), "a template tag is left"),
    "a tag in a table": (table(("{{ x }}",), ("y",)), "a template tag is left"),
    "an empty heading": (p("", "Heading1") + p("x"), "is empty; give it text"),
    "an empty lower heading": (p(" ", "Heading2") + p("x"), "is empty; give it text"),
    "a heading over a heading": (
        p("First", "Heading1") + p("Second", "Heading1") + p("x"),
        "heading 'First': has nothing under it",
    ),
    "a heading at the end": (p("Last", "Heading1"), "heading 'Last': has nothing under it"),
    "a heading over an empty line": (p("Last", "Heading1") + p(""), "heading 'Last': has nothing under it"),
    "an appendix over nothing": (p("Rates", "AppendixHeading") + p("More", "AppendixHeading") + p("x"), "'Rates': has nothing"),
    "a bookmark twice": (
        f"<w:p>{START.format(1, 1)}{run('x')}</w:p><w:p>{START.format(2, 2)}{run('y')}</w:p>",
        "bookmark R_001: is there twice",
    ),
    "a field without an end": (BEGIN + p("x"), "1 begin and 0 end"),
    "an empty cell": ("<w:tbl><w:tr><w:tc/></w:tr><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>", "does not end with a paragraph"),
    "a table of a header alone": (table(("Lot",)), "has no rows under its header"),
    "a row without cells": (table(("Lot",), ("A",), ()), "has no cell in row 3"),
    "a row that outgrows its grid": (
        table(("Lot",), ("A",)).replace("<w:tc>", "<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>"),
        "has more cells in row 1 than its grid has columns",
    ),
    "a caption without a table": (caption("Lots", 1) + p("x"), "caption 'Table 1: Lots': has no table below it"),
    "a caption at the end": (caption("Lots", 1), "caption 'Table 1: Lots': has no table below it"),
    "a caption that counts wrongly": (caption("Lots", 2) + table(("Lot",), ("A",)), "caption Table 2: should be 1"),
}


@pytest.mark.parametrize(("planted", "message"), PLANTED.values(), ids=PLANTED)
@pytest.mark.parametrize("edition", list(Edition))
def test_each_planted_fault_is_found(planted: str, message: str, edition: Edition) -> None:
    found = faults(docx(*SOUND, planted), edition)
    assert any(message in one for one in found), found


def test_a_tag_in_a_header_is_found() -> None:
    header = f"<w:hdr {NAMESPACE}>{p('{{ x }}')}</w:hdr>"
    assert any(one.startswith("word/header1.xml") for one in faults(docx(*SOUND, header1=header)))


LEAKS = {
    "commentary": (docx(*SOUND, p("Why we ask", "Commentary")), "Why we ask: is commentary"),
    "comments": (docx(*SOUND, comments=f"<w:comments {NAMESPACE}/>"), "word/comments.xml: may not go to bidders"),
    "custom XML": (with_parts(docx(*SOUND), {"customXml/item1.xml": b"<x/>"}), "customXml/item1.xml: may not go"),
    "custom properties": (with_parts(docx(*SOUND), {"docProps/custom.xml": b"<x/>"}), "docProps/custom.xml: may not go"),
    "an insertion": (docx(*SOUND, f"<w:p><w:ins w:id='1' w:author='A'>{run('x')}</w:ins></w:p>"), "w:ins: holds tracked"),
    "a deletion": (docx(*SOUND, f"<w:p><w:del w:id='1'>{run('x')}</w:del></w:p>"), "w:del: holds tracked"),
    "hidden text": (docx(*SOUND, "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r></w:p>"), "w:vanish: holds tracked"),
    "a change of format": (
        docx(*SOUND, "<w:p><w:pPr><w:pPrChange w:id='1' w:author='A'/></w:pPr></w:p>"),
        "w:pPrChange: holds tracked",
    ),
    "a move": (docx(*SOUND, f"<w:p><w:moveFrom w:id='1'>{run('x')}</w:moveFrom></w:p>"), "w:moveFrom: holds tracked"),
    "a people part": (with_parts(docx(*SOUND), {"word/people.xml": b"<x/>"}), "word/people.xml: may not go"),
    "any other part": (with_parts(docx(*SOUND), {"word/glossary/document.xml": b"<x/>"}), "word/glossary/document.xml: may not"),
    "a manager": (
        with_parts(docx(*SOUND), {"docProps/app.xml": b"<Properties><Manager>A. Officer</Manager></Properties>"}),
        "tells the manager (A. Officer)",
    ),
    "an author of a change": (docx(*SOUND, "<w:p><w:r><w:rPr><w:x w:author='B'/></w:rPr></w:r></w:p>"), "names an author (B)"),
    "a style that hides": (docx(*SOUND, styles=f"<w:styles {NAMESPACE}><w:vanish/></w:styles>"), "word/styles.xml: w:vanish"),
    **{
        f"w:{tag}": (docx(*SOUND, f"<w:p><w:pPr><w:{tag}/></w:pPr></w:p>"), f"w:{tag}: holds tracked")
        for tag in ("webHidden", "specVanish", "cellIns", "cellDel", "cellMerge", "tcPrChange", "trPrChange", "numberingChange")
    },
    "variables": (docx(*SOUND, settings=f"<w:settings {NAMESPACE}><w:docVars/></w:settings>"), "w:docVars: carries data"),
    "a link to a template": (related("attachedTemplate", "https://example.org/x.dotm"), "outside the file"),
    "a link to a file": (related("hyperlink", "file:///c:/secret.docx"), "outside the file"),
    "a field that fetches": (docx(*SOUND, field(" INCLUDE", "TEXT c:/x.txt ")), "field INCLUDETEXT: only HYPERLINK"),
    "a simple field": (docx(*SOUND, "<w:p><w:fldSimple w:instr=' AUTHOR '/></w:p>"), "field AUTHOR: only HYPERLINK"),
    "an author": (
        with_parts(docx(*SOUND), {"docProps/core.xml": CORE_XML.format(creator="A. Officer", last="").encode()}),
        "names an author (A. Officer)",
    ),
    "an editor": (
        with_parts(docx(*SOUND), {"docProps/core.xml": CORE_XML.format(creator="", last="B. Officer").encode()}),
        "names an author (B. Officer)",
    ),
}


@pytest.mark.parametrize(("document", "message"), LEAKS.values(), ids=LEAKS)
def test_what_may_not_go_to_bidders_is_found_in_their_edition_alone(document: bytes, message: str) -> None:
    assert faults(document) == []
    assert any(message in one for one in faults(document, Edition.ISSUE))


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "word/embeddings/secret.xlsx", "word/activeX/activeX1.xml"])
@pytest.mark.parametrize("edition", list(Edition))
def test_macros_and_embedded_files_are_for_nobody(part: str, edition: Edition) -> None:
    assert any(part in one for one in faults(with_parts(docx(*SOUND), {part: b"<x/>"}), edition))


def test_the_fields_and_links_of_a_finished_document_may_go_to_bidders() -> None:
    tables = (caption("Lots", 1), table(("Lot",), ("A",)), caption("Prices", 2), table(("Lot",), ("A",)))
    document = docx(*SOUND, field(" REF R_001 ", "\\h"), field("PAGE"), field('TOC \\o "1-2"'), *tables)
    assert faults(document, Edition.ISSUE) == []
    assert faults(related("hyperlink", "https://example.org/"), Edition.ISSUE) == []


TRACKED_HEADER = f"<w:hdr {NAMESPACE}><w:p><w:ins w:id='1' w:author='A'>{run('x')}</w:ins></w:p></w:hdr>"


def test_tracked_changes_in_a_header_are_found_too() -> None:
    assert faults(docx(*SOUND, header1=TRACKED_HEADER), Edition.ISSUE)


def test_a_template_is_full_of_faults_until_it_is_rendered() -> None:
    path = Path(TEMPLATES / "service-specification.docx")
    assert len(verify_word(path.read_bytes(), path.name, Edition.ISSUE)) > 20

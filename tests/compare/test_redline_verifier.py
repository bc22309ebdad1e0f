"""The check of a redline finds what is planted in one: each fault is one that an engine could make without saying so."""

import re
from collections.abc import Callable, Mapping
from io import BytesIO

import docx
import pytest
from docx.table import Table
from lxml import etree

from pipeline.compare.redline.verify import verify_redline
from pipeline.compare.redline.writer import write_tracked
from pipeline.compare.word.package import WordFile
from pipeline.compare.word.resolve import accept, reject
from pipeline.finish.package import read_parts, write_parts
from pipeline.text import parse_part
from tests.compare.test_word_corpus import _comment, _footnote, _header, _link_target, _margin, _new_picture, _restyle
from tests.fixtures.comparing import add_column, add_row, inserted, moved, on_table, removed, replaced, specification

Parts = dict[str, bytes]
MAIN = "word/document.xml"
NOT_NEW = "is not the new document's"
NUMBER = r'(<w:ins w:id=)"\d+"'
ROW = ("P1-99", "night call with two carers", "visit", "12", "£48.00")


@pytest.fixture(scope="module")
def pair() -> tuple[WordFile, WordFile]:
    """Two documents that differ in every way that matters here."""
    old = specification(after=(lambda _: None,))
    edits = (
        replaced("within 23 hours", "within 48 hours"),
        inserted("R-051", "The Provider shall keep a log.", "Clause"),
        removed("who besides the therapist takes part"),
        moved("This section describes how a complaint", "Notice of 12 days"),
        on_table(1, lambda table: add_row(table, 12, ROW)),
        on_table(2, lambda table: add_column(table, "VAT", "20%")),
        _restyle,
        _header,
        _footnote,
        _margin,
    )
    return WordFile(old, "old.docx"), WordFile(specification(*edits, after=(_link_target, _comment, _new_picture)), "new.docx")


@pytest.fixture(scope="module")
def sound(pair: tuple[WordFile, WordFile]) -> Mapping[str, bytes]:
    parts = write_tracked(*pair, "A", "2026-11-21T00:00:00Z")
    assert _problems(parts, pair) == ()
    return parts


def _problems(parts: Mapping[str, bytes], pair: tuple[WordFile, WordFile]) -> tuple[str, ...]:
    return verify_redline(WordFile(write_parts(parts), "redline.docx"), *pair).problems


def _in(part: str, pattern: str, instead: str = "") -> Callable[[Parts], None]:
    """Make a fault: the first place in a part that a pattern finds gets another text."""

    def plant(parts: Parts) -> None:
        text = parts[part].decode()
        changed = re.sub(pattern, instead, text, count=1, flags=re.DOTALL)
        assert changed != text, "the fault was not planted"
        parts[part] = changed.encode()

    return plant


def _body(pattern: str, instead: str = "") -> Callable[[Parts], None]:
    return _in(MAIN, pattern, instead)


def _picture(parts: Parts) -> None:
    name = next(name for name in parts if name.startswith("word/media/"))
    parts[name] += b"\0"


def _no_comment(parts: Parts) -> None:
    parts["word/comments.xml"] = re.sub(rb"Check with carers", b"Check", parts["word/comments.xml"])


FAULTS: dict[str, tuple[Callable[[Parts], None], str]] = {
    "a kept word lost": (_body("for the person</w:t>", "for the</w:t>"), "accepted"),
    "an inserted word lost": (_body(r">48</w:t>", "></w:t>"), "accepted"),
    "a deleted word lost": (_body(r">23</w:delText>", "></w:delText>"), "rejected"),
    "an inserted word that stays": (_body(r"<w:ins [^>]*>(<w:r><w:t>48</w:t></w:r>)</w:ins>", r"\1"), "rejected"),
    "a deleted word that is not marked": (
        _body(r"<w:del [^>]*><w:r><w:delText>23</w:delText></w:r></w:del>", "<w:r><w:t>23</w:t></w:r>"),
        "accepted",
    ),
    "two paragraphs in the wrong order": (
        _body(
            r"(<w:p><w:pPr><w:pStyle w:val=\"ListBullet\"/></w:pPr><w:r><w:t>what the referral.*?</w:p>)(<w:p>.*?</w:p>)", r"\2\1"
        ),
        "accepted",
    ),
    "a cell that says something else": (_body("£21.50", "£22.50"), "accepted"),
    "two cells in the wrong order": (
        _body(r"(<w:tc>(?:(?!<w:tc>).)*?>hour<.*?</w:tc>)(<w:tc>.*?</w:tc>)", r"\2\1"),
        "accepted",
    ),
    "a row that is not marked": (_body(r"<w:trPr><w:ins [^>]*/></w:trPr>"), "rejected"),
    "a cell that is not marked": (_body(r"<w:cellIns [^>]*/>"), "rejected"),
    "the end of a paragraph that is not marked": (_body(r"<w:rPr><w:ins [^>]*/></w:rPr>"), "rejected"),
    "one end of a move lost": (_body(r"<w:p><w:pPr>(?:(?!</w:p>).)*?<w:moveFromRangeStart.*?</w:p>"), "rejected"),
    "a bookmark lost": (_body(r"<w:bookmarkStart w:id=\"\d+\" w:name=\"R_042\"/>"), "accepted"),
    "the end of a bookmark elsewhere": (
        _body(r'(w:id="(\d+)" w:name="R_042"/>)(.*?)(<w:bookmarkEnd w:id="\2"/>)', r"\1\4\3"),
        "accepted",
    ),
    "a heading's bookmark lost": (_body(r"<w:bookmarkStart w:id=\"\d+\" w:name=\"_Toc000005\"/>"), "accepted"),
    "a reference to another clause": (_body(r"REF R_012 ", "REF R_013 "), "accepted"),
    "a link that leads elsewhere": (
        _in("word/_rels/document.xml.rels", "https://example.org/forms/plan-2", "https://example.org/forms/plan-3"),
        "accepted",
    ),
    "the old target of a link lost": (
        _in("word/_rels/document.xml.rels", 'https://example.org/forms/plan"', 'https://example.org/forms"'),
        "rejected",
    ),
    "a style lost": (_body(r"<w:pStyle w:val=\"Clause\"/>"), "accepted"),
    "the old style lost": (_body(r"<w:pPrChange [^>]*>.*?</w:pPrChange>"), "rejected"),
    "another list": (
        _body(r"<w:pStyle w:val=\"ListBullet\"/>", r'<w:pStyle w:val="ListBullet"/><w:numPr><w:numId w:val="7"/></w:numPr>'),
        "accepted",
    ),
    "the old margins lost": (_body(r"<w:sectPrChange .*?</w:sectPrChange>"), "rejected"),
    "other margins": (_body(r"(<w:pgMar [^>]*w:left=)\"\d+\"", r'\1"99"'), "accepted"),
    "the header lost": (_body(r"<w:headerReference [^>]*/>"), "accepted"),
    "words of the header lost": (_in("word/header1.xml", "Examplewick"), "accepted"),
    "old words of the header lost": (_in("word/header1.xml", "<w:del .*?</w:del>"), "rejected"),
    "words of a note lost": (_in("word/footnotes.xml", "Records Management"), "accepted"),
    "a reference to a note lost": (_body(r"<w:footnoteReference [^>]*/>"), "accepted"),
    "a comment that says something else": (_no_comment, "accepted"),
    "space at the end of a text lost": (_body(r" xml:space=\"preserve\">(?=[^<]* </w:t>)", ">"), "accepted"),
    "another picture": (_picture, "accepted"),
    "a style that looks otherwise": (
        _in("word/styles.xml", r"<w:sz w:val=\"\d+\"/>", '<w:sz w:val="99"/>'),
        NOT_NEW,
    ),
    "a style that is not there": (
        _in("word/styles.xml", r"<w:style [^>]*w:styleId=\"Clause\".*?</w:style>"),
        NOT_NEW,
    ),
    "other settings": (_in("word/settings.xml", "</w:settings>", "<w:documentProtection/></w:settings>"), "word/settings.xml"),
    "a part lost": (lambda parts: parts.__delitem__("word/numbering.xml"), "word/numbering.xml is missing"),
    "a move that has lost its name": (
        _body(r"(<w:moveFromRangeStart [^>]*w:name=)\"move1\"", r'\1"move9"'),
        "does not have two ends",
    ),
    "a text that came from nowhere": (
        _body(r"<w:moveFromRangeStart [^>]*/>(.*?)<w:moveFromRangeEnd [^>]*/>", r"\1"),
        "does not have two ends",
    ),
    "a range of what moved that does not end": (_body(r"<w:moveToRangeEnd [^>]*/>"), "does not end"),
    "a range of what moved that ends twice": (_body(r"(<w:moveToRangeEnd [^>]*/>)", r"\1\1"), "is not whole"),
    "a number used twice": (_body(f"{NUMBER}(.*?){NUMBER}", r'\1"9001"\2\3"9001"'), "two changes"),
    "deleted text named as if it stood": (_body(r"<w:delText>23</w:delText>", "<w:t>23</w:t>"), "written as deleted text"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(fault: str, sound: Mapping[str, bytes], pair: tuple[WordFile, WordFile]) -> None:
    plant, where = FAULTS[fault]
    parts = dict(sound)
    plant(parts)
    problems = _problems(parts, pair)
    assert any(where in problem for problem in problems), problems


def test_a_style_that_only_the_old_document_has_is_there_for_its_text() -> None:
    parts, styles = read_parts(specification()), "word/styles.xml"
    gone = b'<w:style w:type="paragraph" w:styleId="Gone"><w:name w:val="gone"/></w:style></w:styles>'
    old = WordFile(write_parts({**parts, styles: parts[styles].replace(b"</w:styles>", gone)}), "old.docx")
    new = WordFile(specification(replaced("within 23 hours", "within 48 hours")), "new.docx")
    made = write_tracked(old, new, "Somebody", "2026-11-21T00:00:00Z")
    assert _problems(made, (old, new)) == ()
    assert _problems({**made, styles: new.parts[styles]}, (old, new)) == (f"{styles}: style Gone of the old document is missing",)


def test_the_new_document_itself_is_no_redline(pair: tuple[WordFile, WordFile]) -> None:
    old, new = pair
    assert "rejected" in _problems(new.parts, pair)[0]
    assert "accepted" in _problems(old.parts, pair)[0]


def test_nothing_of_what_word_writes_anew_is_a_difference(sound: Mapping[str, bytes], pair: tuple[WordFile, WordFile]) -> None:
    parts = dict(sound)
    text = parts[MAIN].decode()
    text = text.replace("<w:p>", '<w:p w:rsidR="00AA11BB">')
    text = text.replace("<w:r><w:t>48", '<w:proofErr w:type="spellStart"/><w:r><w:t>4</w:t></w:r><w:r/><w:r><w:t>8')
    assert text != parts[MAIN].decode()
    parts[MAIN] = text.encode()
    assert _problems(parts, pair) == ()


@pytest.mark.parametrize(("resolve", "which"), [(accept, 1), (reject, 0)])
def test_what_is_resolved_reads_as_the_document_does(
    resolve: Callable[[object], None], which: int, sound: Mapping[str, bytes], pair: tuple[WordFile, WordFile]
) -> None:
    """Read with other code than the check's, and by python-docx."""
    parts = dict(sound)
    root = parse_part(parts[MAIN], "redline.docx", MAIN)
    resolve(root)
    parts[MAIN] = etree.tostring(root)
    found, wanted = (docx.Document(BytesIO(write_parts(one))) for one in (parts, pair[which].parts))
    assert [one.text for one in found.paragraphs] == [one.text for one in wanted.paragraphs]
    assert [_cells(table) for table in found.tables] == [_cells(table) for table in wanted.tables]


def _cells(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_parts_are_read_back_as_they_were_written(sound: Mapping[str, bytes]) -> None:
    assert read_parts(write_parts(sound)) == dict(sound)

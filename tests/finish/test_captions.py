"""Captions: their SEQ fields count in document order, whatever the template was saved with."""

from datetime import date

import pytest
from lxml import etree

from pipeline.exceptions import RenderError
from pipeline.figure import Unknown
from pipeline.finish import Properties, finish_word
from pipeline.finish.numbering import w
from pipeline.finish.package import read_parts
from pipeline.pack import Edition
from pipeline.render.word import read_word, render_word
from pipeline.verify.fields import fields_of
from tests.fixtures.word import docx, p, run, table

PROPERTIES = Properties("Plan", "", "", date(2026, 11, 21))
CAPTION = '<w:pPr><w:pStyle w:val="Caption"/></w:pPr>'


def char(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(*words: str) -> str:
    return "".join(f'<w:r><w:instrText xml:space="preserve">{word}</w:instrText></w:r>' for word in words)


def caption(title: str, result: str = run("7"), *codes: str) -> str:
    field = char("begin") + code(*(codes or (" SEQ Table \\* ARABIC ",))) + char("separate") + result + char("end")
    return f"<w:p>{CAPTION}{run('Table ')}{field}{run(f': {title}')}</w:p>"


def captions(*blocks: str) -> list[str]:
    finished = finish_word(read_word(docx(*blocks), "t.docx", ""), "t.docx", Edition.INTERNAL, PROPERTIES)
    body = etree.fromstring(read_parts(finished.content)["word/document.xml"])
    named = (one for one in body.iter(w("p")) if one.find(f"{w('pPr')}/{w('pStyle')}") is not None)
    return ["".join(node.text or "" for node in one.iter(w("t"))) for one in named]


ROWS = table(("Lot",), ("A",))


def test_captions_are_counted_in_document_order() -> None:
    assert captions(caption("Lots"), ROWS, caption("Prices"), ROWS) == ["Table 1: Lots", "Table 2: Prices"]


def test_a_number_spread_over_runs_becomes_one() -> None:
    assert captions(caption("Lots", run("1") + run("2")), ROWS) == ["Table 1: Lots"]


def test_a_code_spread_over_runs_is_one_code() -> None:
    assert captions(caption("Lots", run("9"), " SE", "Q Table ", "\\* MERGEFORMAT"), ROWS) == ["Table 1: Lots"]


def test_a_field_that_shows_nothing_yet_gets_its_number() -> None:
    bare = f"<w:p>{CAPTION}{run('Table ')}{char('begin')}{code('SEQ Table')}{char('end')}{run(': Lots')}</w:p>"
    assert captions(caption("Lots", ""), bare) == ["Table 1: Lots", "Table 2: Lots"]


def test_a_simple_field_counts_with_the_others() -> None:
    simple = f"<w:p>{CAPTION}{run('Table ')}<w:fldSimple w:instr=' SEQ Table '>{run('4')}</w:fldSimple>{run(': Lots')}</w:p>"
    empty = f"<w:p>{CAPTION}{run('Table ')}<w:fldSimple w:instr=' SEQ Table '/>{run(': Lots')}</w:p>"
    assert captions(caption("Lots"), simple, empty) == ["Table 1: Lots", "Table 2: Lots", "Table 3: Lots"]


def test_each_sequence_is_counted_by_itself() -> None:
    assert captions(caption("Lots"), caption("Map", run("3"), "SEQ Figure"), caption("Prices")) == [
        "Table 1: Lots",
        "Table 1: Map",
        "Table 2: Prices",
    ]


def test_other_fields_are_left_alone() -> None:
    page = f"<w:p>{CAPTION}{char('begin')}{code(' PAGE ')}{char('separate')}{run('5')}{char('end')}</w:p>"
    assert captions(page) == ["5"]


def test_a_sequence_within_another_field_is_found() -> None:
    outer = char("begin") + code(" TOC ") + char("separate")
    body = etree.fromstring(read_parts(docx(f"<w:p>{outer}</w:p>", caption("Lots"), f"<w:p>{char('end')}</w:p>"))[PART])
    assert [(one.name, one.result) for one in fields_of(body).sequences] == [("Table", "7")]


PART = "word/document.xml"


@pytest.mark.parametrize("wrong", ["SEQ", "SEQ Table \\r 3", "SEQ Table \\c", "SEQ Table \\* ROMAN", "SEQ Table \\s 1"])
def test_a_field_that_does_more_than_count_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(RenderError, match=r"t\.docx: the caption field .* Insert the caption again"):
        captions(caption("Lots", run("1"), wrong))


def test_commentary_and_the_rest_stay() -> None:
    assert captions(p("Why", "Commentary"), caption("Lots"), ROWS) == ["Why", "Table 1: Lots"]


def test_a_value_in_a_captions_number_is_refused_with_its_words() -> None:
    template = docx(p("Before"), caption("Lots", run("{{ waiting }}")), ROWS)
    rendered = render_word(template, "t.docx", {"waiting": Unknown(needs=("lots",))})
    with pytest.raises(RenderError, match=r"t\.docx: the caption “Table” has a tag in its number"):
        finish_word(rendered, "t.docx", Edition.INTERNAL, PROPERTIES)

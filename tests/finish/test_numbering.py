"""Numbering: the labels Word will show, counted as Word counts them."""

import pytest
from lxml import etree

from pipeline.finish.numbering import Numbering, read_numbering, w
from tests.fixtures.word import NAMESPACE, NUMBERING, STYLES, numbered, p


def numbering() -> Numbering:
    return read_numbering(NUMBERING.encode(), STYLES.encode())


def labels(*paragraphs: str) -> list[str]:
    body = etree.fromstring(f"<w:body {NAMESPACE}>{''.join(paragraphs)}</w:body>")
    counted = numbering()
    return [counted.label(*numbered(paragraph)) for paragraph in body.iter(w("p"))]


HEAD, CLAUSE, SUB, APPENDIX = (p("x", style) for style in ("Heading1", "Clause", "SubClause", "AppendixHeading"))


@pytest.mark.smoke
def test_labels_nest_and_start_again_under_each_head() -> None:
    assert labels(HEAD, CLAUSE, SUB, SUB, CLAUSE, SUB, HEAD, CLAUSE, SUB) == [
        "1",
        "1.1",
        "1.1(a)",
        "1.1(b)",
        "1.2",
        "1.2(a)",
        "2",
        "2.1",
        "2.1(a)",
    ]


def test_letters_go_on_past_z() -> None:
    found = labels(HEAD, CLAUSE, *[SUB] * 55)
    assert found[2] == "1.1(a)"
    assert found[2 + 25] == "1.1(z)"
    assert found[2 + 26] == "1.1(aa)"
    assert found[2 + 27] == "1.1(bb)"
    assert found[2 + 52] == "1.1(aaa)"


def test_appendices_count_on_their_own() -> None:
    assert labels(HEAD, APPENDIX, HEAD, APPENDIX) == ["1", "Appendix A", "2", "Appendix B"]


def test_roman_numerals_and_levels_set_on_the_paragraph() -> None:
    deep = p("x", number=(1, 3))
    assert labels(HEAD, CLAUSE, SUB, *[deep] * 4) == ["1", "1.1", "1.1(a)", *(f"1.1(a)({n})" for n in ("i", "ii", "iii", "iv"))]


def test_plain_text_bullets_and_lists_that_are_not_there_have_no_number() -> None:
    assert labels(p("x"), p("x", number=(3, 0)), p("x", number=(9, 0)), p("x", "Heading2"), HEAD) == ["", "", "", "", "1"]


def test_number_zero_takes_a_styles_number_away() -> None:
    assert labels(p("x", "Heading1", number=(0, 0)), HEAD) == ["", "1"]


def test_a_clause_before_any_head() -> None:
    assert labels(CLAUSE, CLAUSE) == ["1.1", "1.2"]


def test_a_document_without_numbering() -> None:
    counted = read_numbering(None, STYLES.encode())
    assert counted.label("Heading1", None) == ""

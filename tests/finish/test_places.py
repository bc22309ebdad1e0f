"""Where each unknown stands in a finished document, in words a reader can follow."""

from datetime import date
from io import BytesIO

from docx import Document

from pipeline.finish import Properties, finish_word
from pipeline.finish.places import COVER, MARGIN, UNSEEN, Places
from pipeline.pack import Edition
from pipeline.render.marks import UNKNOWN, WHERE, mark
from pipeline.render.word import read_word
from tests.fixtures.word import docx, p, table

PEOPLE, TERM = "lots[A].people", "term.initial_years"


def waits(*needs: str) -> str:
    return mark(UNKNOWN, "to be confirmed", needs)


def texts(*blocks: str, edition: Edition = Edition.INTERNAL) -> list[str]:
    made = finish_word(read_word(docx(*blocks), "t.docx", ""), "t.docx", edition, Properties("t", "s", "c", date(2026, 11, 21)))
    document = Document(BytesIO(made.content))
    cells = [cell.text for grid in document.tables for row in grid.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in document.paragraphs), *cells]


def test_a_field_is_used_under_each_heading_where_something_waits_for_it() -> None:
    places = Places()
    places.note([TERM])
    places.enter("", "Document control")
    places.note([TERM])
    places.enter("4", "Locality profile")
    places.note([PEOPLE])
    places.note([PEOPLE, TERM])
    places.enter("Appendix B", "Forms")
    places.note([PEOPLE])
    places.leave_body()
    places.note([TERM])
    assert places.words(PEOPLE) == "4 Locality profile; Appendix B Forms"
    assert places.words(TERM) == f"{COVER}; Document control; 4 Locality profile; {MARGIN}"
    assert places.words(f"{PEOPLE}; {TERM}") == f"{COVER}; Document control; 4 Locality profile; Appendix B Forms; {MARGIN}"
    assert places.words("lots[B].people") == UNSEEN


def test_a_register_names_the_places_as_word_numbers_them() -> None:
    found = texts(
        p("Need", "Heading1"),
        p("Budget", "Heading1"),
        p(f"People: {waits(PEOPLE)}", "Clause"),
        p("Outstanding information", "AppendixHeading"),
        table(("What", "Where"), ("People", mark(WHERE, PEOPLE)), ("Term", mark(WHERE, TERM))),
    )
    assert "People: to be confirmed" in found
    assert found[-4:] == ["People", "2 Budget", "Term", UNSEEN]


def test_what_a_table_or_a_note_waits_for_counts_for_its_section() -> None:
    found = texts(
        p("Lots", "Heading1"),
        table(("Lot", "People"), ("A", waits(PEOPLE))),
        p(f"Why: {waits(TERM)}", "Commentary"),
        p("Outstanding", "AppendixHeading"),
        p(f"{mark(WHERE, PEOPLE)} / {mark(WHERE, TERM)}"),
    )
    assert "1 Lots / 1 Lots" in found


def test_a_heading_is_named_without_its_marks_and_waits_under_itself() -> None:
    found = texts(
        p(f"Term: {waits(TERM)}"),
        p(f"{mark('id', 'A-1')}Lots of {waits(PEOPLE)}", "Heading1"),
        p("Detail", "Heading2"),
        p(f"{waits(TERM)}"),
        p(f"{mark(WHERE, PEOPLE)} / {mark(WHERE, TERM)}"),
    )
    assert f"1 Lots of to be confirmed / {COVER}; 1 Lots of to be confirmed" in found

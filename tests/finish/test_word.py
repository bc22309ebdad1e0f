"""Finishing a Word document: editions, labels, bookmarks, references, contents, unknowns and properties."""

import re
from datetime import date
from io import BytesIO
from weakref import ref

import pytest
from docx import Document
from lxml import etree

from pipeline.exceptions import RenderError
from pipeline.figure import Unknown
from pipeline.finish import Finished, Properties, finish_word
from pipeline.finish.fragments import bookmark_name
from pipeline.finish.numbering import w
from pipeline.finish.package import read_parts, write_parts
from pipeline.finish.stream import UNKNOWN_STYLE
from pipeline.finish.word import FEW
from pipeline.pack import Edition
from pipeline.render.marks import ANCHOR, CONTENTS, END, MIDDLE, REFERENCE, START, UNKNOWN, mark
from pipeline.render.word import read_word, render_word
from tests.fixtures.word import NAMESPACE, docx, p, run, table, with_parts

PROPERTIES = Properties("Service specification: Exampleshire", "Commissioning model: reward", "The Council", date(2026, 11, 21))
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
HERE, THERE = mark(ANCHOR, "R-001"), mark(REFERENCE, "R-001")


def finish(*blocks: str, edition: Edition = Edition.INTERNAL, **parts: str) -> Finished:
    return finish_word(read_word(docx(*blocks, **parts), "t.docx", ""), "t.docx", edition, PROPERTIES)


def body(finished: Finished, part: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(read_parts(finished.content)[part])


def texts(finished: Finished) -> list[str]:
    return [paragraph.text for paragraph in Document(BytesIO(finished.content)).paragraphs]


def instructions(finished: Finished) -> list[str]:
    return [(node.text or "").strip() for node in body(finished).iter(w("instrText"))]


def test_a_reference_shows_its_clauses_number_in_a_real_field() -> None:
    made = finish(p("Head", "Heading1"), p(f"{HERE}First", "Clause"), p(f"See {THERE}.", "Clause"))
    assert made.ids == ("R-001",)
    assert texts(made) == ["Head", "First", "See 1.1."]
    assert "REF R_001 \\w \\h" in instructions(made)
    names = [node.get(w("name")) for node in body(made).iter(w("bookmarkStart"))]
    assert "R_001" in names


def test_a_reference_may_come_before_its_clause() -> None:
    made = finish(p("Head", "Heading1"), p(f"See {THERE}.", "Clause"), p("x", "Clause"), p(f"{HERE}y", "SubClause"))
    assert texts(made)[1] == "See 1.2(a)."


def test_bookmarks_have_names_and_numbers_of_their_own_in_pairs() -> None:
    made = finish(
        p("Head", "Heading1"), *(p(f"{mark(ANCHOR, f'R-{n:03}')}x", "Clause") for n in range(30)), p("Next", "Heading1")
    )
    starts, ends = list(body(made).iter(w("bookmarkStart"))), list(body(made).iter(w("bookmarkEnd")))
    numbers = [node.get(w("id")) for node in starts]
    names = [node.get(w("name")) for node in starts]
    assert len(starts) == 32
    assert len(set(numbers)) == len(numbers)
    assert len(set(names)) == len(names)
    assert sorted(numbers, key=str) == sorted((node.get(w("id")) for node in ends), key=str)
    assert all(re.fullmatch(r"[A-Za-z_]\w{0,39}", name or "") for name in names)


@pytest.mark.parametrize(("key", "name"), [("R-014", "R_014"), ("a b.c", "a_b_c"), ("x" * 60, "x" * 40)])
def test_an_id_becomes_a_name_word_accepts(key: str, name: str) -> None:
    assert bookmark_name(key) == name


def test_a_repeated_id_is_refused() -> None:
    with pytest.raises(RenderError, match=r"t.docx: the id R-001 is given twice"):
        finish(p(f"{HERE}a", "Clause"), p(f"{HERE}b", "Clause"))


def test_a_reference_to_nothing_is_refused() -> None:
    with pytest.raises(RenderError, match=r"t.docx: the reference to R-001 cannot be made: it is not in this document"):
        finish(p(f"See {THERE}."))


def test_a_reference_to_a_clause_without_a_number_is_refused() -> None:
    with pytest.raises(RenderError, match="it has no number"):
        finish(p(f"{HERE}plain text"), p(f"See {THERE}."))


def test_a_reference_to_a_clause_only_bidders_do_not_get_is_refused_in_their_edition() -> None:
    blocks = (p("Head", "Heading1"), p(f"{HERE}why", "Commentary", number=(1, 1)), p(f"See {THERE}.", "Clause"))
    assert texts(finish(*blocks))[2] == "See 1.1."
    with pytest.raises(RenderError, match="R-001"):
        finish(*blocks, edition=Edition.ISSUE)


def test_commentary_goes_to_the_authority_alone() -> None:
    blocks = (p("Head", "Heading1"), p("Why we ask", "Commentary"), p("The rule", "Clause"))
    assert "Why we ask" in texts(finish(*blocks))
    issued = finish(*blocks, edition=Edition.ISSUE)
    assert texts(issued) == ["Head", "The rule"]
    assert b"Why we ask" not in b"".join(read_parts(issued.content).values())


def test_dropping_commentary_leaves_the_numbers_as_they_are() -> None:
    blocks = (p("Head", "Heading1"), p("Why", "Commentary"), p("a", "Clause"), p(f"{HERE}b", "Clause"), p(f"See {THERE}"))
    assert texts(finish(*blocks))[-1] == texts(finish(*blocks, edition=Edition.ISSUE))[-1] == "See 1.2"


def test_an_unknown_stands_out_and_keeps_the_words_around_it() -> None:
    made = finish(p(f"From {mark(UNKNOWN, 'to be confirmed')} on"))
    assert texts(made) == ["From to be confirmed on"]
    (style,) = body(made).iter(w("rStyle"))
    assert style.get(w("val")) == UNKNOWN_STYLE
    highlighted = next(style.iterancestors(w("r")))
    assert "".join(map(str, highlighted.itertext())) == "to be confirmed"


def test_an_unknown_in_a_heading_reads_as_words_in_the_contents() -> None:
    made = finish(p(mark(CONTENTS)), p(f"Start: {mark(UNKNOWN, 'to be confirmed')}", "Heading1"), p("x"))
    assert texts(made)[0].endswith("Start: to be confirmed")


@pytest.mark.parametrize("section", ['<w:sectPr><w:pgSz w:w="1" w:h="2"/></w:sectPr>', "<w:sectPr/>"])
def test_the_end_of_a_section_outlives_the_commentary_that_holds_it(section: str) -> None:
    why = p("Why", "Commentary").replace("</w:pPr>", f"{section}</w:pPr>")
    made = finish(p("One"), why, p("Two"), edition=Edition.ISSUE)
    assert texts(made) == ["One", "", "Two"]
    ended = body(made).find(f".//{w('p')}/{w('pPr')}/{w('sectPr')}")
    assert ended is not None
    assert len(ended) == section.count("pgSz")


def test_a_document_that_docxtpl_rendered_is_not_held_in_memory() -> None:
    rendered = read_word(docx(p("x")), "t.docx", "a reason")
    held = ref(rendered.package)
    finish_word(rendered, "t.docx", Edition.INTERNAL, PROPERTIES)
    del rendered
    assert held() is None


def test_a_mark_in_text_outside_a_run_is_refused() -> None:
    choice = (
        "<mc:Choice Requires='wps'><w:t>{{ a }}</w:t></mc:Choice><mc:Fallback><w:t>b</w:t><w:br/><w:t>{{ b }}</w:t></mc:Fallback>"
    )
    body = f"<w:p><w:r><mc:AlternateContent xmlns:mc='{COMPATIBLE}'>{choice}</mc:AlternateContent></w:r></w:p>"
    known = render_word(docx(body), "t.docx", {"a": "A", "b": "B"})
    assert "outside a run" in known.fallback
    assert b"<w:t>A</w:t>" in known.parts()["word/document.xml"].replace(b' xml:space="preserve"', b"")
    for facts in ({"a": Unknown(), "b": "B"}, {"a": "A", "b": Unknown()}):
        with pytest.raises(RenderError, match="a value stands where Word holds no text"):
            finish_word(render_word(docx(body), "t.docx", facts), "t.docx", Edition.INTERNAL, PROPERTIES)


def test_formatting_that_a_tracked_change_replaced_is_not_taken_up() -> None:
    before = '<w:rPrChange w:id="1" w:author="a"><w:rPr><w:i/></w:rPr></w:rPrChange>'
    body = f"<w:p><w:r><w:rPr><w:b/>{before}</w:rPr><w:t>a {{{{ a }}}} c{{{{ tab }}}}</w:t></w:r></w:p>"
    rendered = render_word(docx(body), "t.docx", {"a": Unknown(), "tab": "\td"})
    made = finish_word(rendered, "t.docx", Edition.INTERNAL, PROPERTIES)
    text = read_parts(made.content)["word/document.xml"].decode()
    assert text.count("<w:i/>") == 1
    assert text.count("<w:b/>") == 5  # before, in and after the mark, the tab and what follows it


def test_formatting_breaks_and_tabs_around_a_mark_are_kept() -> None:
    rich = f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:br/><w:t>a {mark(UNKNOWN, 'to be confirmed')} b</w:t><w:tab/></w:r></w:p>"
    made = finish(rich)
    assert texts(made) == ["\na to be confirmed b\t"]
    runs = list(body(made).iter(w("r")))
    assert all(one.find(f"{w('rPr')}/{w('b')}") is not None for one in runs)


def contents(made: Finished) -> list[tuple[str, str, str]]:
    """Style, words and the bookmark each contents entry links to."""
    found = []
    for link in body(made).iter(w("hyperlink")):
        paragraph = next(link.iterancestors(w("p")))
        style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        words = " ".join(node.text or "" for node in link.iter(w("t")))
        found.append((style.get(w("val"), "") if style is not None else "", words, link.get(w("anchor"), "")))
    return found


def test_contents_carry_real_entries_that_link_to_their_headings() -> None:
    made = finish(
        p(mark(CONTENTS)),
        p("Purpose", "Heading1"),
        p("x"),
        p("Detail", "Heading2"),
        p("x"),
        p("Rates", "AppendixHeading"),
        p("x"),
    )
    entries = contents(made)
    assert [(style, words) for style, words, _ in entries] == [
        ("TOC1", "1 Purpose"),
        ("TOC2", "Detail"),
        ("TOC1", "Appendix A Rates"),
    ]
    bookmarks = {node.get(w("name")) for node in body(made).iter(w("bookmarkStart"))}
    assert {anchor for _, _, anchor in entries} <= bookmarks
    assert instructions(made)[0].startswith('TOC \\o "1-2"')
    marks = [node.get(w("fldCharType")) for node in body(made).iter(w("fldChar"))]
    assert marks == ["begin", "separate", "end"]


def test_a_long_document_lists_its_top_headings_alone() -> None:
    many = [block for n in range(FEW + 1) for block in (p(f"H{n}", "Heading1"), p("x"), p("Under", "Heading2"), p("x"))]
    entries = contents(finish(p(mark(CONTENTS)), *many))
    assert len(entries) == FEW + 1
    assert {style for style, _, _ in entries} == {"TOC1"}


def test_commentary_headings_never_reach_bidders_contents() -> None:
    made = finish(p(mark(CONTENTS)), p("Purpose", "Heading1"), p("x"), p("Why", "Commentary"), edition=Edition.ISSUE)
    assert [words for _, words, _ in contents(made)] == ["1 Purpose"]


def test_contents_of_a_document_without_headings_is_an_error_a_template_author_can_read() -> None:
    with pytest.raises(RenderError, match=r"t.docx"):
        finish(p(mark(CONTENTS)), p("x"))


def test_marks_in_headers_footers_and_tables_are_resolved() -> None:
    header = f"<w:hdr {NAMESPACE}><w:p>{run(mark(UNKNOWN, 'to be confirmed'))}</w:p></w:hdr>"
    made = finish(table((mark(UNKNOWN, "to be confirmed"),), ("x",)), p("x"), header1=header)
    for part in ("word/document.xml", "word/header1.xml"):
        data = read_parts(made.content)[part].decode()
        assert "to be confirmed" in data
        assert not {START, MIDDLE, END} & set(data)


def test_a_mark_outside_ordinary_text_is_refused() -> None:
    stray = f"<w:p><w:t>{mark(UNKNOWN, 'x')}</w:t></w:p>"
    with pytest.raises(RenderError, match="Move its tag into ordinary text"):
        finish(stray)


def test_the_properties_come_from_the_profile() -> None:
    core = Document(BytesIO(finish(p("x")).content)).core_properties
    assert (core.title, core.subject, core.author) == (PROPERTIES.title, PROPERTIES.subject, "The Council")
    assert core.created is not None
    assert core.created.date() == date(2026, 11, 21)


def test_the_same_document_gives_the_same_bytes() -> None:
    blocks = (p("Head", "Heading1"), p(f"{HERE}a", "Clause"), p(f"See {THERE}"))
    assert finish(*blocks).content == finish(*blocks).content


def test_what_word_notes_about_an_author_is_taken_out() -> None:
    app = b"<Properties><Manager>A. Officer</Manager><Anything>A. Officer</Anything></Properties>"
    made = finish_word(
        read_word(with_parts(docx(p("x")), {"docProps/app.xml": app}), "t.docx", ""), "t.docx", Edition.ISSUE, PROPERTIES
    )
    assert b"Officer" not in read_parts(made.content)["docProps/app.xml"]


def test_a_rendered_document_without_styles_names_its_template() -> None:
    parts = {name: content for name, content in read_parts(docx(p("x"))).items() if name != "word/styles.xml"}
    with pytest.raises(RenderError, match=r"^t.docx: the template does not lead to word/styles.xml"):
        finish_word(read_word(write_parts(parts), "t.docx", ""), "t.docx", Edition.ISSUE, PROPERTIES)

"""Finishing gives the same document whether the template's pieces were read beforehand or the whole document is read now."""

from datetime import date
from typing import Any

import pytest
from lxml import etree

from pipeline.exceptions import RenderError
from pipeline.figure import Unknown
from pipeline.finish import Properties, finish_word
from pipeline.finish.package import read_parts, write_parts
from pipeline.pack import Edition
from pipeline.render.rendered import RenderedWord
from pipeline.render.word import read_word, render_word
from pipeline.text import document_text
from tests.fixtures.varied import FACTS, VARIED, Varied, cell, grid
from tests.fixtures.word import NAMESPACE, docx, p, run, table

PROPERTIES = Properties("Title", "Subject", "The Council", date(2026, 11, 22))
MORE: dict[str, Any] = {**FACTS, "waiting": Unknown(needs=("lots[A].people",)), "later": Unknown(needs=("term.initial_years",))}
BOLD = "<w:rPr><w:b/></w:rPr>"
TAB, BREAK = "<w:tab/>", "<w:br/>"


def rich(*inner: str) -> str:
    return f"<w:p><w:r>{BOLD}{''.join(inner)}</w:r></w:p>"


def text(words: str) -> str:
    return f'<w:t xml:space="preserve">{words}</w:t>'


SEQ = (
    '<w:p><w:pPr><w:pStyle w:val="Caption"/></w:pPr>'
    f'{run("Table ")}<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> SEQ Table </w:instrText></w:r>'
    f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("8")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    f"{run(': {{ x }}')}</w:p>"
)
CASES = {
    "ids and references": (
        p("Head {{ x }}", "Heading1"),
        p('{{ id("R-1") }}First, see {{ ref("R-2") }}.', "Clause"),
        p('Then {{ id("R-2") }}{{ ref("R-1") }}{{ x }}', "Clause"),
    ),
    "an id in plain paragraphs and cells": (
        p("Head", "Heading1"),
        p('a {{ id("R-1") }}b'),
        grid(2, [cell('{{ id("R-2") }}{{ x }}'), cell("b")], [cell("{{ waiting }}"), cell('{{ id("R-3") }}')]),
        p("x"),
    ),
    "what is not known": (
        p("Of {{ waiting }}", "Heading1"),
        p("{{ waiting }}{{ later }} and {{ x }}{{ waiting }}", "Clause"),
        p("Places: {{ 'lots[A].people' | where_used }}; {{ 'term.initial_years' | where_used }}"),
    ),
    "contents": (p("{{ contents() }}"), p("One {{ x }}", "Heading1"), p("a"), p("Two", "Heading2"), p("b"), p("{{ waiting }}")),
    "commentary": (
        p("Head", "Heading1"),
        p("Why {{ x }} {{ waiting }}", "Commentary"),
        p("{%p if yes %}"),
        p("{{ id('C-1') }}Because", "Commentary"),
        p("{%p endif %}"),
        grid(2, [f"<w:tc><w:tcPr/>{p('only {{ x }}', 'Commentary')}</w:tc>", cell("b")]),
        p("x"),
    ),
    "captions": (SEQ, table(("a",), ("b",)), f"{SEQ}", table(("a",), ("b",)), p("{{ x }}")),
    "captions in a loop": (p("{%p for row in rows %}"), SEQ, table(("a",), ("{{ row.name }}",)), p("{%p endfor %}")),
    "formats, tabs and breaks round a value": (
        rich(BREAK, text("a {{ waiting }} b"), TAB),
        rich(text("{{ waiting }}"), TAB, text("{{ later }}")),
        rich(TAB, text("{{ waiting }}")),
    ),
    "conditions inside a run": (p("a{% if yes %}b {{ waiting }} c{% endif %}d {{ later }}{% if no %}e{% endif %}f"),),
    "lines in a value next to one that is not known": (p("{{ lines }}{{ waiting }}{{ lines }}", "Clause"),),
    "cells that repeat": (
        grid(3, [cell("{%tc for one in rows[0].cells %}"), cell("{{ one }}{{ waiting }}"), cell("{%tc endfor %}")]),
        p("x"),
    ),
    "a table that docxtpl redraws": (grid(4, [cell("{{ waiting }}"), cell('{{ id("R-1") }}{{ x }}')]), p("x")),
}


def finished(rendered: RenderedWord, edition: Edition) -> tuple[dict[str, bytes], tuple[str, ...]]:
    made = finish_word(rendered, "t.docx", edition, PROPERTIES)
    parts = read_parts(made.content)
    return {
        name: etree.tostring(etree.fromstring(part), method="c14n") for name, part in parts.items() if name.endswith(".xml")
    }, made.ids


@pytest.mark.parametrize("blocks", CASES.values(), ids=CASES)
@pytest.mark.parametrize("edition", list(Edition))
def test_pieces_and_the_whole_are_finished_alike(blocks: tuple[str, ...], edition: Edition) -> None:
    header = f"<w:hdr {NAMESPACE}>{p('Header')}</w:hdr>"
    rendered = render_word(docx(*blocks, header1=header), "t.docx", MORE)
    assert rendered.fallback == ""
    whole = read_word(write_parts(rendered.parts()), "t.docx", "read again")
    assert finished(rendered, edition) == finished(whole, edition)


@pytest.mark.parametrize("varied", [one for one in VARIED if not one.fallback], ids=lambda one: one.name)
def test_varied_templates_are_finished_alike(varied: Varied) -> None:
    rendered = render_word(varied.content, "t.docx", FACTS)
    whole = read_word(write_parts(rendered.parts()), "t.docx", "read again")
    assert finished(rendered, Edition.ISSUE) == finished(whole, Edition.ISSUE)


def test_a_value_that_is_not_known_may_not_stand_in_an_attribute() -> None:
    named = table(("a", "b")).replace("<w:tblPr/>", '<w:tblPr><w:tblCaption w:val="On {{ waiting }}"/></w:tblPr>')
    rendered = render_word(docx(p("{{ x }}"), named), "t.docx", MORE)
    with pytest.raises(RenderError, match=r"t\.docx: a value stands where Word holds no text"):
        finish_word(rendered, "t.docx", Edition.INTERNAL, PROPERTIES)


def test_no_empty_run_is_left_where_a_mark_stood_alone() -> None:
    rendered = render_word(docx(p("Head", "Heading1"), p('{{ id("R-1") }}', "Clause"), p("{{ waiting }}")), "t.docx", MORE)
    made = finish_word(rendered, "t.docx", Edition.INTERNAL, PROPERTIES)
    body = read_parts(made.content)["word/document.xml"].decode()
    assert '<w:t xml:space="preserve"></w:t>' not in body
    assert document_text(made.content, "t.docx")[-1].endswith("to be confirmed")

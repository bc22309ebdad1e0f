"""Word rendering: what a template may hold, and errors that name the template."""

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from pipeline.exceptions import RenderError, TemplateError
from pipeline.figure import Figure, Unknown
from pipeline.finish.package import read_parts, write_parts
from pipeline.render.engine import LARGEST, open_template
from pipeline.render.marks import UNKNOWN, mark
from pipeline.render.word import render_word
from tests.fixtures.word import CORE_XML, NAMESPACE, docx, p, rendered, table, with_parts

FACTS: dict[str, Any] = {"x": "Care & <Repair>", "rows": [{"name": "A"}, {"name": "B"}], "waiting": Unknown(), "no": False}


def paragraphs(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(BytesIO(content)).paragraphs]


def test_values_loops_and_conditions() -> None:
    template = docx(
        p("Hello {{ x }}"),
        p("{%p if no %}"),
        p("never"),
        p("{%p endif %}"),
        p("{%p for row in rows %}"),
        p("Lot {{ row.name }}"),
        p("{%p endfor %}"),
        table(("Lot",), ("{%tr for row in rows %}",), ("{{ row.name }}",), ("{%tr endfor %}",)),
        p("{{ waiting }}"),
    )
    made = rendered(template, "t.docx", FACTS)
    assert paragraphs(made) == ["Hello Care & <Repair>", "Lot A", "Lot B", mark(UNKNOWN, "to be confirmed")]
    rows = Document(BytesIO(made)).tables[0].rows
    assert [row.cells[0].text for row in rows] == ["Lot", "A", "B"]


@pytest.mark.parametrize(
    "text",
    [
        *("{{ 7*7 }}", "{% if %}", "a\nb", "</w:t></w:r>", "ŵŷ 🏠 ﷽", "x" * 10_000, "--", "&amp;", "{{x}}", "\t|", "=1+1"),
        *("{_{ b }_}", "{_% b %_}", "{_{_{", "5% of {}", "_{_"),
    ],
    ids=lambda text: text[:12],
)
def test_a_value_comes_out_as_it_went_in(text: str) -> None:
    made = rendered(docx(p("[{{ x }}]")), "t.docx", {"x": text})
    assert "\n".join(paragraphs(made)) == f"[{text}]"


@pytest.mark.parametrize(
    ("tag", "kind", "message"),
    [
        ("{{ missing }}", RenderError, "'missing' is undefined"),
        ("{{ row.name }}", RenderError, "'row' is undefined"),
        ("{{ x.nothing }}", RenderError, "no attribute 'nothing'"),
        ("{{ rows }}", RenderError, "a list or group"),
        ("{{ nothing }}", RenderError, "missing \\(None\\)"),
        ("{{ x | shout }}", TemplateError, "No filter named 'shout'"),
        ("{% if x %}", TemplateError, "Unexpected end of template"),
        ("{{ x", TemplateError, ""),
        ("{{ ''.__class__ }}", (TemplateError, RenderError), "unsafe"),
        ("{{ 1/0 }}", TemplateError, "division by zero"),
        ("{{ 1 + x }}", TemplateError, "TypeError"),
        ("{{ 9**9**9 }}", TemplateError, "operator"),
        ("{{ x*10**11 }}", TemplateError, "operator"),
        ("{% include 'x' %}", TemplateError, "no loader"),
        (f"{{{{ {'(' * 3000}1{')' * 3000} }}}}", TemplateError, "recursion"),
        ("{{ rows.append(1) }}", (TemplateError, RenderError), "append"),
    ],
)
def test_an_error_names_the_template(tag: str, kind: Any, message: str) -> None:
    with pytest.raises(kind, match=f"^t.docx: .*{message}"):
        render_word(docx(p(tag)), "t.docx", {**FACTS, "nothing": None})


def test_an_unprintable_character_is_an_error_that_names_the_template() -> None:
    with pytest.raises(RenderError, match=r"^t.docx: .*U\+0007"):
        render_word(docx(p("{{ x }}")), "t.docx", {"x": Figure("a\x07", "", "s")})


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04"])
def test_what_is_no_zip_is_no_word_document(content: bytes) -> None:
    with pytest.raises(TemplateError, match=r"^t.docx: is not a Word document .*Save it from Word"):
        open_template(content, "t.docx")


def test_a_zip_without_a_document_is_no_word_document() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(TemplateError, match=r"it has no word/document.xml"):
        open_template(packed.getvalue(), "t.docx")


def test_a_template_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * (LARGEST + 1))
    with pytest.raises(TemplateError, match="unpacks to more than 50,000,000 bytes"):
        open_template(packed.getvalue(), "t.docx")


def test_a_value_next_to_another_is_not_read_with_it() -> None:
    made = rendered(docx(p("{{ x }}_{{ y }} {{ y }}_{{ x }}")), "t.docx", {"x": "{", "y": "}"})
    assert paragraphs(made) == ["{_} }_{"]


def test_core_properties_are_not_rendered() -> None:
    core = CORE_XML.format(creator="{{ missing }} {{ x }}", last="{% if %}").encode()
    assert paragraphs(rendered(with_parts(docx(p("{{ x }}")), {"docProps/core.xml": core}), "t.docx", {"x": "y" * 10_000}))


@pytest.mark.parametrize("part", ["word/styles.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"])
def test_a_template_without_a_part_it_needs_is_refused(part: str) -> None:
    parts = {name: content for name, content in read_parts(docx(p("x"))).items() if name != part}
    with pytest.raises(TemplateError, match=f"^t.docx: is not whole: it has no {re.escape(part)}"):
        open_template(write_parts(parts), "t.docx")


def test_a_template_with_macros_is_refused() -> None:
    types = read_parts(docx(p("x")))["[Content_Types].xml"]
    kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    macros = types.replace(kind, b"application/vnd.ms-word.document.macroEnabled.main+xml")
    with pytest.raises(TemplateError, match=r"^t.docx: is a Word file of another kind"):
        open_template(with_parts(docx(p("x")), {"[Content_Types].xml": macros}), "t.docx")


def test_a_template_without_a_body_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"^t.docx: word/document.xml has no body"):
        open_template(with_parts(docx(), {"word/document.xml": f"<w:document {NAMESPACE}/>".encode()}), "t.docx")


@pytest.mark.parametrize("content", [b"<a", b"<!DOCTYPE x []><x/>"])
def test_a_template_with_a_part_that_is_no_plain_xml_is_refused(content: bytes) -> None:
    with pytest.raises(TemplateError, match=r"^t.docx: "):
        open_template(with_parts(docx(p("x")), {"word/styles.xml": content}), "t.docx")

"""Placeholders, dialect, check, mirror and restyling, on templates made here and on the project's own."""

import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from docxtpl import DocxTemplate
from jinja2 import Environment, nodes
from openpyxl import Workbook

from pipeline.exceptions import OutputError, TemplateError
from pipeline.figure import Figure, Unknown
from pipeline.templates import (
    check_template,
    mirror,
    placeholders,
    restyle,
    restyle_folder,
    stale_mirrors,
    unstyled,
    used_paths,
    write_mirrors,
)
from pipeline.templates.pieces import TAG

TEMPLATES = Path(__file__).parents[1] / "templates"
OWN = sorted(path for path in TEMPLATES.glob("*.*") if path.suffix in {".docx", ".xlsx"})
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STYLES = (
    f'<w:styles xmlns:w="{WORD}">'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Commentary"><w:name w:val="Commentary"/></w:style></w:styles>'
)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def p(text: str, style: str = "") -> str:
    chosen = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{chosen}<w:r><w:t xml:space="preserve">{escaped(text)}</w:t></w:r></w:p>'


def field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(words: str) -> str:
    return f"<w:r><w:instrText>{words}</w:instrText></w:r>"


def table(*rows: tuple[str, ...]) -> str:
    made = ("".join(f"<w:tc>{p(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{cells}</w:tr>' for cells in made)}</w:tbl>"


def package(parts: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def docx(*blocks: str, **parts: str) -> bytes:
    body = f'<w:document xmlns:w="{WORD}"><w:body>{"".join(blocks)}</w:body></w:document>'
    named = {f"word/{name}.xml": content for name, content in parts.items()}
    return package({"word/document.xml": body, "word/styles.xml": STYLES, **named})


def xlsx(cells: dict[str, str]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Lots"
    for at, value in cells.items():
        sheet[at] = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def paths(template: bytes, name: str = "t.docx") -> list[str]:
    return [found.path for found in placeholders(template, name)]


HOURS = Figure(Decimal(120), "hours a week", "Invented", date(2026, 11, 21))
FACTS: dict[str, object] = {
    "authority": {"name": "Exampleshire", "is_council": True},
    "edition": {"is_internal": False, "title": "Issue edition"},
    "model": {"id": "reward", "is_reward": True},
    "lots": [{"name": "North", "hours": HOURS}, {"name": "South", "hours": Unknown(("lots[S].hours",))}],
    "has_lots": True,
    "service": {"partners": ["a", "b"], "reablement_inside": True},
}


def test_loops_are_resolved_to_full_paths() -> None:
    template = docx(
        p("{{ authority.name }}"),
        table(
            ("Lot", "Hours"),
            ("{%tr for lot in lots %}", ""),
            ("{{ lot.name }}", "{{ lot.hours | with_unit }}"),
            ("{%tr endfor %}", ""),
        ),
    )
    assert paths(template) == ["authority.name", "lots", "lots[].name", "lots[].hours"]


def test_a_loop_within_a_paragraph_is_resolved() -> None:
    template = docx(p("{% for lot in lots %}{% if has_lots %}{{ lot.name }}{% endif %}{% endfor %}"))
    assert paths(template) == ["lots", "has_lots", "lots[].name"]
    assert check_template(template, "t.docx", FACTS) == []
    (fault,) = check_template(docx(p("{% for lot in lots %}{{ lot.nmae }}{% endfor %}")), "t.docx", FACTS)
    assert "unknown name lot" in fault


def test_a_nested_loop_and_an_index_are_resolved() -> None:
    blocks = (
        "{%p for a in outcomes.service_level %}",
        "{%p for b in a.individual %}",
        "{{ b.title }}",
        "{%p endfor %}",
        "{%p endfor %}",
        "{{ lots[0].name }}",
    )
    found = paths(docx(*map(p, blocks)))
    assert found == [
        "outcomes.service_level",
        "outcomes.service_level[].individual",
        "outcomes.service_level[].individual[].title",
        "lots[].name",
    ]


def test_a_loop_variable_means_nothing_after_its_loop() -> None:
    blocks = ("{%p for lot in lots %}", "{{ lot.name }}", "{%p endfor %}", "{{ lot.name }}")
    assert paths(docx(*map(p, blocks)))[-1] == "lot.name"


def test_a_tag_split_over_runs_is_one_tag() -> None:
    runs = "".join(f"<w:r><w:t>{piece}</w:t></w:r>" for piece in ("{", "{ authority", ".na", "me }", "}"))
    assert paths(docx(f"<w:p>{runs}</w:p>")) == ["authority.name"]


def test_quotation_marks_that_word_turned_are_read_straight() -> None:
    assert paths(docx(p("{%p if model.id == “reward” %}"), p("x"), p("{%p endif %}"))) == ["model.id"]


def test_the_place_names_part_paragraph_heading_and_first_words() -> None:
    header = f'<w:hdr xmlns:w="{WORD}">{p("{{ document.title }}")}</w:hdr>'
    template = docx(p("Money", "H1"), p("The Authority, {{ authority.name }}, shall pay the Provider"), header1=header)
    found = placeholders(template, "t.docx")
    assert [(one.part, one.place, one.tag, one.use) for one in found] == [
        (
            "document",
            "paragraph 2 under “Money” (“The Authority, {{ authority.name }}, shall …”)",
            "{{ authority.name }}",
            "shown",
        ),
        ("header1", "paragraph 1 (“{{ document.title }}”)", "{{ document.title }}", "shown"),
    ]


def test_the_tag_that_holds_the_path_is_named_among_several() -> None:
    found = placeholders(docx(p("{{ a.b }} {{ a.bc | with_unit }}{% if x is known %}y{% endif %}")), "t.docx")
    assert [(one.path, one.tag) for one in found] == [
        ("a.b", "{{ a.b }}"),
        ("a.bc", "{{ a.bc | with_unit }}"),
        ("x", "{% if x is known %}"),
    ]


def test_shown_tested_and_looped_are_told_apart() -> None:
    blocks = ("{%p if has_lots %}", "{%p for lot in lots %}", "{{ lot.name }}", "{%p endfor %}", "{%p endif %}")
    assert [one.use for one in placeholders(docx(*map(p, blocks)), "t.docx")] == ["tested", "looped", "shown"]


def test_a_workbook_gives_sheet_and_cell() -> None:
    cells = {
        "A1": "{%sheet if edition.is_internal %}Lots",
        "A3": "{%tr for lot in lots %}",
        "A4": "{{ lot.name }}",
        "B4": "{{ lot.hours }}",
        "A5": "{%tr endfor %}",
    }
    found = placeholders(xlsx(cells), "t.xlsx")
    assert [(one.path, one.part, one.place) for one in found] == [
        ("edition.is_internal", "Lots", "cell A1"),
        ("lots", "Lots", "cell A3"),
        ("lots[].name", "Lots", "cell A4"),
        ("lots[].hours", "Lots", "cell B4"),
    ]


def test_core_properties_count() -> None:
    core = '<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{{ document.title }}</dc:title></c>'
    template = package({"word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body/></w:document>', "docProps/core.xml": core})
    assert [(one.path, one.part, one.place) for one in placeholders(template, "t.docx")] == [
        ("document.title", "properties", "title")
    ]


@pytest.mark.parametrize("name", ["t.docx", "t.xlsx"])
def test_what_is_no_office_file_is_refused_by_name(name: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(name)):
        placeholders(b"%PDF-1.7", name)


DIALECT_FAULTS = [
    ((p("{{ authority.name"),), "a tag is not complete here"),
    ((p("{% set x = 1 %}"),), "is not part of the dialect"),
    ((p("{%p include 'x' %}"),), "is not part of the dialect"),
    ((p("{# note #}"),), "comments are not part of the dialect"),
    ((p("{%- if model.is_reward %}a{% endif %}"),), "the sign next to the bracket"),
    ((p("{{r authority.name }}"),), "Take the letter after the brackets out"),
    ((p("{%tx if model.is_reward %}"),), "has a kind that Word templates do not know"),
    ((p("{%tc for lot in lots %}"), p("{%tc endfor %}")), "stands outside a table"),
    ((table(("{%tc for lot in lots %}Lot", "{{ lot.name }}", "{%tc endfor %}")),), "shares its cell with other text"),
    ((table(("{%tc for lot in lots %}{{ lot.name }}", "{%tc endfor %}")),), "shares its cell with other text"),
    ((table(("{%tc for lot in lots %}", "{{ lot.name }}")),), "is never closed. Add {%tc endfor %}"),
    ((table(("{%tc if has_lots %}", "x"), ("{%tc endif %}", "x")),), "Put both in the same place"),
    ((table(("{%tc if has_lots %}", "x", "{%tr endif %}")),), "shares its table row with other text"),
    ((p("Text {%p if model.is_reward %}"), p("x"), p("{%p endif %}")), "shares its paragraph with other text"),
    ((p("{%p if model.is_reward %}{%p endif %}"),), "shares its paragraph with other text"),
    ((p("{%tr for lot in lots %}"), p("{%tr endfor %}")), "stands outside a table"),
    ((table(("{%tr for lot in lots %}", "Total"), ("{%tr endfor %}", "")),), "shares its table row with other text"),
    ((p("{%p if model.is_reward %}"), p("x")), "is never closed. Add {%p endif %}"),
    ((p("x {% if model.is_reward %}"), p("y {% endif %}")), "Put both in the same place"),
    ((p("{%p endif %}"),), "has no {% if … %} before it"),
    ((p("{%p for lot in lots %}"), p("{%p endif %}"), p("{%p endfor %}")), "{%p for lot in lots %} is still open"),
    ((p("{% for lot in lots %}{{ lot.name }}"), p("{% endfor %}")), "Put both in the same place"),
    (
        (table(("a",)).replace("<w:p>", '<w:p><w:pPr><w:pStyle w:val="Commentary"/></w:pPr>'),),
        "style Commentary is used inside a table",
    ),
    (
        (p("x").replace("</w:p>", f"{field('begin')}{code('SEQ Table')}{field('separate')}{p('{{ a }}')[5:]}"),),
        "in the number of a caption",
    ),
    (
        (p("{{ a }}").replace("<w:t ", "<w:ruby><w:t ").replace("</w:t>", "</w:t></w:ruby>"),),
        "where Word holds no text of its own",
    ),
    ((p("x", "Commentary").replace("</w:p>", f"{field('begin')}</w:p>"), p("x")), "a field begins or ends in commentary alone"),
    ((p("x", "Commentary").replace("</w:p>", '<w:bookmarkStart w:id="7" w:name="a"/></w:p>'),), "a bookmark begins or ends"),
    ((p("{{ authority.name | upper }}"),), "unknown filter upper. The filters are listing, source, status, where_used"),
    ((p("{{ authority.name | with_unit | source }}"),), "uses one filter after another"),
    ((p("{{ 1 + 1 }}"),), "is not part of the dialect"),
    ((p("{{ authority.name.upper() }}"),), "is not part of the dialect"),
    ((p('{{ range("9") }}'),), "the only calls are id"),
    ((p("{{ lots[1].name }}"),), "is not part of the dialect"),
    ((p("{{ authority.name if model.is_reward else 1 }}"),), "is not part of the dialect"),
    ((p("{%p if authority.name is defined %}"), p("x"), p("{%p endif %}")), "the test “is defined”"),
    ((p("{%p if lots_count > 3 %}"), p("x"), p("{%p endif %}")), "compares in a way"),
    ((p("{%p for lot in lots if lot.name %}"), p("{%p endfor %}")), "Write for name in path"),
    ((p("{%p for lot in lots %}"), p("{{ loop.index }}"), p("{%p endfor %}")), "loop is not part of the dialect"),
    ((p('{{ ref("R-9") }}'),), "refers to R-9, which no id in this template has"),
    ((p("{{ }}"),), "cannot be read"),
]


@pytest.mark.parametrize(("blocks", "message"), DIALECT_FAULTS, ids=[message[:40] for _, message in DIALECT_FAULTS])
def test_what_is_outside_the_dialect_is_named_with_its_place(blocks: tuple[str, ...], message: str) -> None:
    lines = check_template(docx(*blocks), "t.docx")
    assert any(message.casefold() in line.casefold() for line in lines), lines
    assert all(line.startswith("t.docx: document, ") for line in lines)


def test_the_whole_dialect_passes() -> None:
    template = docx(
        p("{{ contents() }}"),
        p('{{ id("R-001") }}The lots are {{ service.partners | listing }}.'),
        p("{%p if model.is_reward and not edition.is_internal or model.id in ['population', 'reward'] %}"),
        p('{{ ref("R-001") }}{% if lots[0].hours is known %} or {{ lots[0].hours | with_unit }}{% else %}s{% endif %}'),
        p("{%p elif model.id != 'reward' %}"),
        p("{%p else %}"),
        p("{%p endif %}"),
        table(("{%tr for lot in lots %}",), ("{{ lot.hours | source }}, {{ lot.hours | status }}",), ("{%tr endfor %}",)),
        table(
            ("Lot", "{%tc for lot in lots %}", "{{ lot.name }}", "{%tc endfor %}"),
            ("{%tc if has_lots %}", "Some", "{%tc else %}", "None", "{%tc endif %}"),
        ),
        p("Braces { and } and a % sign, 100%"),
    )
    assert check_template(template, "t.docx", FACTS) == []


FACT_FAULTS = [
    ("{{ authority.nmae }}", "unknown name authority.nmae. Did you mean authority.name?"),
    ("{{ budget }}", "unknown name budget"),
    ("{{ lots }}", "lots is a list or group"),
    ("{{ authority.name | listing }}", "authority.name is not a list"),
    ("{{ authority.is_council }}", "authority.is_council is a yes-or-no fact"),
    ("{{ lots[0].hours.value }}", "lots[].hours is a figure, which has no fields"),
    ("{% if lots[0].hours %}x{% endif %}", "lots[].hours is a figure, which is neither true nor false"),
    ('{% if lots[0].hours == "3" %}x{% endif %}', "lots[].hours is a figure and cannot be compared"),
    ("{% if service.reablement_inside %}{{ a }}{% else %}{{ b }}{% endif %}", "unknown name b"),
]


@pytest.mark.parametrize(("text", "message"), FACT_FAULTS)
def test_what_the_facts_do_not_give_is_named(text: str, message: str) -> None:
    assert any(message in line for line in check_template(docx(p(text)), "t.docx", FACTS))


def test_a_column_s_fields_are_checked_with_their_place() -> None:
    template = docx(table(("{%tc for lot in lots %}", "{{ lot.huors }}", "{%tc endfor %}")))
    place, hint = "document, table 1, row 1, column 2", "Did you mean lots[].hours?"
    assert check_template(template, "t.docx", FACTS) == [
        f"t.docx: {place}: {{{{ lot.huors }}}} unknown name lots[].huors. {hint}"
    ]


def test_columns_repeat_in_the_document_alone() -> None:
    rows = table(("{%tc for lot in lots %}", "{{ lot.name }}", "{%tc endfor %}"))
    (first, _) = check_template(docx(p("x"), header1=f'<w:hdr xmlns:w="{WORD}">{rows}</w:hdr>'), "t.docx", FACTS)
    assert "which only a table of the document itself can do" in first


def test_a_row_field_is_checked_in_every_row() -> None:
    template = docx(table(("{%tr for lot in lots %}",), ("{{ lot.huors }}",), ("{%tr endfor %}",)))
    place, hint = "document, table 1, row 2, column 1", "Did you mean lots[].hours?"
    assert check_template(template, "t.docx", FACTS) == [
        f"t.docx: {place}: {{{{ lot.huors }}}} unknown name lots[].huors. {hint}"
    ]


def test_names_in_a_branch_that_the_edition_rules_out_may_be_absent() -> None:
    guarded = docx(p("{%p if edition.is_internal %}"), p("{{ money.annual_budget }}"), p("{%p endif %}"))
    joined = docx(p("{%p if edition.is_internal and has_outstanding %}"), p("x"), p("{%p endif %}"))
    assert check_template(guarded, "t.docx", FACTS) == check_template(joined, "t.docx", FACTS) == []
    assert check_template(guarded, "t.docx", {**FACTS, "edition": {"is_internal": True}})


def test_a_loop_over_something_else_is_named() -> None:
    template = docx(p("{%p for one in authority.name %}"), p("{{ one }}"), p("{%p endfor %}"))
    assert any("authority.name is not a list" in line for line in check_template(template, "t.docx", FACTS))


WORKBOOK_FAULTS = [
    ({"B2": "{%p if model.is_reward %}"}, "has a kind that workbooks do not know"),
    ({"B2": "{% if model.is_reward %}x"}, "is never closed"),
    ({"B2": "{% for lot in lots %}x{% endfor %}"}, "repeats text inside a cell"),
    ({"B2": "{%sheet if model.is_reward %}"}, "belongs at the beginning of cell A1"),
    ({"A2": "{%tr if model.is_reward %}", "A3": "{%tr else %}", "A4": "{%tr endif %}"}, "is not known for rows"),
    ({"A2": "{%tr for lot in lots %}", "B2": "Total", "A3": "{%tr endfor %}"}, "shares its table row"),
    ({"A2": "{%tr for lot in lots %}"}, "is never closed"),
    ({"A2": "{{ lots[0].huors }}"}, "Lots, cell A2: {{ lots[0].huors }} unknown name lots[].huors"),
]


@pytest.mark.parametrize(("cells", "message"), WORKBOOK_FAULTS)
def test_a_workbook_is_checked_too(cells: dict[str, str], message: str) -> None:
    assert any(message in line for line in check_template(xlsx(cells), "t.xlsx", FACTS))


def test_a_file_that_is_no_template_is_one_line() -> None:
    assert len(check_template(b"", "t.docx")) == len(check_template(package({"a": ""}), "t.docx")) == 1


def test_the_mirror_is_the_text() -> None:
    assert mirror({"t.docx": docx(p("Money", "H1"), p("{{ a.b }}"))}) == {"t.docx.txt": "[Heading 1] Money\n[Normal] {{ a.b }}\n"}


def test_missing_stale_and_left_over_mirrors_are_named_and_written(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(docx(p("One")))
    (tmp_path / "~$a.docx").write_bytes(b"lock")
    assert stale_mirrors(tmp_path) == ["mirror/a.docx.txt: is missing. Run: packs templates mirror"]
    assert [path.name for path in write_mirrors(tmp_path)] == ["a.docx.txt"]
    assert stale_mirrors(tmp_path) == []
    assert write_mirrors(tmp_path) == []
    (tmp_path / "a.docx").write_bytes(docx(p("Two")))
    (tmp_path / "mirror" / "b.docx.txt").write_text("old")
    assert [line.split(". ")[0] for line in stale_mirrors(tmp_path)] == [
        "mirror/a.docx.txt: is out of date",
        "mirror/b.docx.txt: belongs to no template",
    ]
    write_mirrors(tmp_path)
    assert stale_mirrors(tmp_path) == []
    assert not (tmp_path / "mirror" / "b.docx.txt").exists()


def test_a_folder_without_templates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="holds no"):
        stale_mirrors(tmp_path)
    with pytest.raises(TemplateError, match="no such folder"):
        stale_mirrors(tmp_path / "none")


def test_a_mirror_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(docx(p("One")))
    (tmp_path / "mirror").write_text("in the way", "utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_mirrors(tmp_path)


USED = [
    ("{{ lots[0].hours }}", ("lots[].hours",)),
    ("{% if model.is_reward %}{{ a }}{% else %}{{ b }}{% endif %}", ("a", "model.is_reward")),
    ("{% if lots[0].hours is known %}x{% else %}{{ b }}{% endif %}", ("lots[].hours",)),
    (
        "{% if service.reablement_inside and edition.is_internal %}{{ b }}{% endif %}",
        ("edition.is_internal", "service.reablement_inside"),
    ),
    ('{% if model.id in ["population"] %}{{ b }}{% elif model.id == "reward" %}{{ c }}{% endif %}', ("c", "model.id")),
]


@pytest.mark.parametrize(("text", "expected"), USED)
def test_what_a_document_shows_follows_its_facts(text: str, expected: tuple[str, ...]) -> None:
    assert used_paths(docx(p(text)), "t.docx", FACTS) == expected


def test_a_list_counts_through_its_rows_and_by_itself_when_empty() -> None:
    template = docx(table(("{%tr for lot in lots %}",), ("{{ lot.hours }}",), ("{%tr endfor %}",)))
    assert used_paths(template, "t.docx", FACTS) == ("lots[].hours",)
    assert used_paths(template, "t.docx", {"lots": []}) == ("lots",)


def test_only_styles_and_numbering_change(tmp_path: Path) -> None:
    (tmp_path / "house-style.docx").write_bytes(docx(p("House"), numbering="<house/>"))
    (tmp_path / "a.docx").write_bytes(docx(p("Own"), numbering="<own/>", header1="<h/>"))
    assert unstyled(tmp_path) == ["a.docx: differs from house-style.docx. Run: packs templates restyle"]
    assert [path.name for path in restyle_folder(tmp_path)] == ["a.docx"]
    assert unstyled(tmp_path) == []
    assert restyle_folder(tmp_path) == []
    with zipfile.ZipFile(tmp_path / "a.docx") as made:
        assert made.read("word/numbering.xml") == b"<house/>"
        assert b"Own" in made.read("word/document.xml")
        assert made.read("word/header1.xml") == b"<h/>"


def test_the_same_styles_leave_the_file_as_it_is() -> None:
    template = docx(p("Own"), numbering="<n/>")
    assert restyle(template, template, "a.docx") is template


def test_a_template_that_lacks_the_part_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"a\.docx: holds no word/numbering\.xml"):
        restyle(docx(p("Own")), docx(p("House"), numbering="<n/>"), "a.docx")


def test_the_project_has_templates() -> None:
    assert len(OWN) > 1


def test_the_project_s_mirrors_are_up_to_date() -> None:
    assert stale_mirrors(TEMPLATES) == []


def test_the_project_s_templates_share_the_house_style() -> None:
    assert unstyled(TEMPLATES) == []


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_the_project_s_templates_keep_to_the_dialect(path: Path) -> None:
    assert check_template(path.read_bytes(), path.name) == []


@pytest.mark.parametrize("path", [path for path in OWN if path.suffix == ".docx"], ids=lambda path: path.name)
def test_the_walk_reads_the_same_names_as_the_engine(path: Path) -> None:
    """The engine prepares the XML in its own way; both ways must find the same expressions in the body."""
    engine = DocxTemplate(path)
    engine.init_docx()
    tree = Environment(autoescape=True).parse(engine.patch_xml(engine.get_xml()))
    ours = [one for one in placeholders(path.read_bytes(), path.name) if one.part == "document"]
    roots = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"} - {"id", "ref", "contents"}
    loops = {target.name for loop in tree.find_all(nodes.For) for target in loop.target.find_all(nodes.Name)}
    loops |= {loop.target.name for loop in tree.find_all(nodes.For) if isinstance(loop.target, nodes.Name)}
    assert roots - loops == {re.split(r"[.\[]", one.path)[0] for one in ours}
    assert all(one.tag in TAG.findall(one.tag) for one in ours)

"""Pairs of Word files that differ in one thing, or in several, and the exact list of changes for each."""

from copy import deepcopy
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from pipeline.compare.word import compare_word
from pipeline.render.marks import REFERENCE, mark
from tests.fixtures.comparing import (
    Edit,
    add_column,
    add_row,
    drop,
    find,
    inserted,
    move_row,
    moved,
    on_table,
    remove_column,
    remove_row,
    removed,
    replaced,
    section_moved,
    specification,
)
from tests.fixtures.workbooks import PIXEL

Found = tuple[str, str, str, str]


@dataclass(frozen=True)
class Case:
    """A pair: what is edited, by the author or after finishing, and what comes out: kind, severity, old text, new text."""

    edits: tuple[Edit, ...]
    expected: tuple[Found, ...]
    after: tuple[Edit, ...] = field(default=())


def case(*edits: Edit, gives: tuple[Found, ...], after: tuple[Edit, ...] = ()) -> Case:
    """Make a case."""
    return Case(edits, gives, after)


def by_reader(*edits: Edit, gives: tuple[Found, ...]) -> Case:
    """Make a case whose edits are made with Word in the finished document."""
    return Case((), gives, edits)


def _bold(document: Document) -> None:
    paragraph = find(document, "People have told us that a referral")
    paragraph.runs[0].bold = True


def _bold_word(document: Document) -> None:
    paragraph = find(document, "This section describes how a visit")
    run = paragraph.runs[0]
    before, word, rest = run.text.partition("describes")
    run.text = before
    paragraph.add_run(word).bold = True
    paragraph.add_run(rest)


def _link_target(document: Document) -> None:
    link = next(one for one in document.part.rels.values() if one.reltype == RELATIONSHIP_TYPE.HYPERLINK)
    link._target = "https://example.org/forms/plan-2"  # noqa: SLF001


def _unlink(document: Document) -> None:
    link = next(one for one in document.element.body.iter(qn("w:hyperlink")) if one.get(qn("r:id")))
    for run in list(link):
        link.addprevious(run)
    link.getparent().remove(link)


def _picture(document: Document) -> None:
    part = next(one.target_part for one in document.part.rels.values() if one.reltype == RELATIONSHIP_TYPE.IMAGE)
    part._blob = PIXEL + b"\0"  # noqa: SLF001


def _picture_words(document: Document) -> None:
    document.inline_shapes[0]._inline.docPr.set("descr", "How a plan is reviewed")  # noqa: SLF001


def _no_picture(document: Document) -> None:
    drawing = next(document.element.body.iter(qn("w:drawing")))
    drawing.getparent().remove(drawing)


def _new_picture(document: Document) -> None:
    run = find(document, "People have told us that a visit").add_run()
    run.add_picture(BytesIO(PIXEL))


def _wide_picture(document: Document) -> None:
    document.inline_shapes[0].width = Cm(9)


def _landscape(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width


def _new_section(document: Document) -> None:
    properties = find(document, "See clause 7.2 for delays")._p.get_or_add_pPr()  # noqa: SLF001
    section = deepcopy(document.element.body.sectPr)
    section.find(qn("w:pgSz")).set(qn("w:w"), "16838")
    properties.append(section)


def _margin(document: Document) -> None:
    document.sections[0].left_margin = Cm(4)


def _header(document: Document) -> None:
    document.sections[0].header.paragraphs[0].text = "Specification: home care in Examplewick"


def _footer(document: Document) -> None:
    document.sections[0].footer.paragraphs[0].text = "Exampleshire County Council, draft of 5 December 2026"


def _first_header(document: Document) -> None:
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "Cover"


def _footnote_part(document: Document) -> Any:
    return next(one.target_part for one in document.part.rels.values() if one.reltype == RELATIONSHIP_TYPE.FOOTNOTES)


def _footnote(document: Document) -> None:
    part = _footnote_part(document)
    part._blob = part.blob.replace(b"retention schedule", b"retention table")  # noqa: SLF001


def _new_footnote(document: Document) -> None:
    part = _footnote_part(document)
    note = b'<w:footnote w:id="2"><w:p><w:r><w:t>As agreed with carers.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    part._blob = part.blob.replace(b"</w:footnotes>", note)  # noqa: SLF001
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), "2")
    find(document, "This section describes how a carer")._p.add_r().append(reference)  # noqa: SLF001


def _comment(document: Document) -> None:
    run = find(document, "This section describes how a carer").runs[0]
    document.add_comment(run, "Check with carers.", author="A. Reader", initials="AR")


def _restyle(document: Document) -> None:
    paragraph = find(document, "This section describes how a supervision")
    paragraph.style = document.styles["Note"]


def _style_definition(document: Document) -> None:
    document.styles["Note"].font.size = Pt(14)


def _centre(document: Document) -> None:
    find(document, "This section describes how a supervision").alignment = WD_ALIGN_PARAGRAPH.CENTER


def _field_code(document: Document) -> None:
    code = next(one for one in document.element.body.iter(qn("w:instrText")) if "REF R_012" in (one.text or ""))
    code.text = " REF R_013 \\w \\h "
    result = next(one for one in code.getparent().itersiblings() if one.findall(qn("w:t")))
    result.find(qn("w:t")).text = "1.3"


def _page_field(document: Document) -> None:
    field_ = parse_xml(
        f'<w:fldSimple {nsdecls("w")} w:instr=" DATE "><w:r><w:t xml:space="preserve"> today</w:t></w:r></w:fldSimple>'
    )
    document.sections[0].footer.paragraphs[0]._p.append(field_)  # noqa: SLF001


def _contents_code(document: Document) -> None:
    code = next(one for one in document.element.body.iter(qn("w:instrText")) if "TOC" in (one.text or ""))
    code.text = (code.text or "").replace("1-1", "1-3")


def _unnumber(document: Document) -> None:
    paragraph = find(document, "how anybody will know that the handover")
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'))


def _bookmark(document: Document) -> None:
    mark_ = next(one for one in document.element.body.iter(qn("w:bookmarkStart")) if one.get(qn("w:name")) == "R_044")
    mark_.set(qn("w:name"), "R_440")


def _title(document: Document) -> None:
    document.core_properties.title = "Specification: Examplewick"


def _saved_again(document: Document) -> None:
    """Change what any saving in Word changes."""
    document.core_properties.revision = 12
    document.core_properties.last_modified_by = "A. Reader"
    for paragraph in document.element.body.iter(qn("w:p")):
        paragraph.set(qn("w:rsidR"), "00AB12CD")
    for one in document.element.body.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd")):
        one.set(qn("w:id"), str(int(one.get(qn("w:id"))) + 500))


def _protect(document: Document) -> None:
    document.settings.element.append(parse_xml(f'<w:documentProtection {nsdecls("w")} w:edit="readOnly"/>'))


def _page_break(document: Document) -> None:
    made = document.add_paragraph()
    made.add_run().add_break(WD_BREAK.PAGE)
    find(document, "This section describes how a complaint")._p.addnext(made._p)  # noqa: SLF001


def _table_gone(document: Document) -> None:
    table = document.tables[1]._tbl  # noqa: SLF001
    body = document.element.body
    body.remove(table.getprevious())
    body.remove(table)


def _shade(table: Any) -> None:
    cell = table.rows[3].cells[1]._tc.get_or_add_tcPr()  # noqa: SLF001
    cell.append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="FF0000"/>'))


def _bold_cell(table: Any) -> None:
    table.rows[3].cells[1].paragraphs[0].runs[0].bold = True


def _split(text: str, at: str, rewritten: str = "") -> Edit:
    def edit(document: Document) -> None:
        first = find(document, text)
        rest = deepcopy(first._p)  # noqa: SLF001
        first._p.addnext(rest)  # noqa: SLF001
        said = first.text
        first.runs[0].text = said.partition(at)[0]
        Paragraph(rest, first._parent).runs[0].text = rewritten or f"{at}{said.partition(at)[2]}".strip()  # noqa: SLF001

    return edit


def _join_bullets(text: str) -> Edit:
    def edit(document: Document) -> None:
        last = find(document, text)
        before = next(one for one in document.paragraphs if one._p.getnext() is last._p)  # noqa: SLF001
        before.runs[0].text = f"{before.text} {last.text}"
        drop(last._p)  # noqa: SLF001

    return edit


ACKNOWLEDGE = "The Provider shall acknowledge each {thing} within {hours} hours and shall tell {who} what happens next."
CARER = (
    "This section describes how a carer's break comes about, who takes part and what the person may expect at each step of it."
)
SUPERVISION = CARER.replace("carer's break", "supervision")
INSPECT = "The Authority may inspect how every {thing} is handled. Notice of {days} days is given unless somebody is at risk."
VISITS = ACKNOWLEDGE.format(thing="visit", hours=23, who="the rota coordinator")
ROW = "P1-05 | safeguarding concern with the safeguarding lead, type 5 | week | 35 | £25.50"
REPORTS = "At each quarterly meeting the Provider reports on every {thing} with numbers, reasons and what it learned from {who}."
NEW_ROW = ("P1-99", "night call with two carers", "visit", "12", "£48.00")

CASES = {
    "word": case(
        replaced(
            "who takes part and what the person may expect at each step of it.",
            "who joins in and what the person may expect at each step of it.",
        ),
        gives=(
            (
                "paragraph-changed",
                "content",
                CARER.replace("carer's break", "referral"),
                CARER.replace("carer's break", "referral").replace("takes part", "joins in"),
            ),
        ),
    ),
    "number": case(
        replaced("within 23 hours", "within 48 hours"),
        gives=(("paragraph-changed", "high", VISITS, VISITS.replace("23 hours", "48 hours")),),
    ),
    "duty": case(
        replaced("shall tell the rota coordinator", "may tell the rota coordinator"),
        gives=(("paragraph-changed", "high", VISITS, VISITS.replace("shall tell", "may tell")),),
    ),
    "party": case(
        replaced("The Authority may inspect how every visit", "The Provider may inspect how every visit"),
        gives=(
            (
                "paragraph-changed",
                "high",
                INSPECT.format(thing="visit", days=6),
                INSPECT.format(thing="visit", days=6).replace("Authority", "Provider"),
            ),
        ),
    ),
    "clause added": case(
        inserted("R-051", "The Provider shall keep a log.", "Clause"),
        gives=(
            ("paragraph-inserted", "high", "", "The Provider shall keep a log."),
            ("renumbered", "low", "5.2 to 5.4", "5.3 to 5.5"),
        ),
    ),
    "last clause removed": case(
        removed("At each quarterly meeting the Provider reports on every handover"),
        gives=(
            (
                "paragraph-removed",
                "high",
                REPORTS.format(thing="handover", who="the incoming provider"),
                "",
            ),
        ),
    ),
    "clause reworded and renamed id kept": case(
        replaced("The Provider shall acknowledge each supervision within 28 hours", "Every supervision shall be logged"),
        gives=(
            (
                "paragraph-changed",
                "high",
                ACKNOWLEDGE.format(thing="supervision", hours=28, who="the registered manager"),
                "Every supervision shall be logged and shall tell the registered manager what happens next.",
            ),
        ),
    ),
    "section added": case(
        inserted("See clause " + mark(REFERENCE, "R-042"), "Meals", "Heading 1"),
        gives=(
            ("paragraph-inserted", "content", "", "Meals"),
            ("renumbered", "low", "5 to 14", "6 to 15"),
        ),
    ),
    "heading": case(
        replaced("Social value", "Wider value"), gives=(("paragraph-changed", "content", "Social value", "Wider value"),)
    ),
    "heading of no word in common": case(
        replaced("Social value", "Lasting benefit"),
        gives=(("paragraph-changed", "content", "Social value", "Lasting benefit"),),
    ),
    "paragraph split": case(
        _split(CARER, " who takes part"),
        gives=(("paragraph-split", "content", CARER, CARER.replace(" who takes", " ¶ who takes")),),
    ),
    "paragraph split and edited": case(
        _split(CARER, " who takes part", "who joins in and how."),
        gives=(
            ("paragraph-changed", "high", CARER, CARER.partition(" who takes")[0]),
            ("paragraph-inserted", "content", "", "who joins in and how."),
        ),
    ),
    "paragraphs joined": case(
        _join_bullets("how anybody will know that the complaint"),
        gives=(("paragraph-joined", "content", "*", "*"),),
    ),
    "moved paragraph": case(
        moved("This section describes how a carer's break", "Notice of 12 days"),
        gives=(("paragraph-moved", "content", CARER, CARER),),
    ),
    "section moved": case(
        section_moved("Medication", "Carers"),
        gives=(
            ("passage-moved", "content", "Medication … (11 paragraphs)", "Medication … (11 paragraphs)"),
            ("renumbered", "low", "5, 4", "4, 5"),
        ),
    ),
    "section moved and edited": case(
        section_moved("Medication", "Exit"),
        replaced("within 24 hours", "within 48 hours"),
        gives=(
            ("passage-moved", "content", "Medication … (11 paragraphs)", "Medication … (11 paragraphs)"),
            ("paragraph-changed", "high", "*", "*"),
            ("renumbered", "low", "5 to 13, 4", "4 to 12, 13"),
        ),
    ),
    "moved and edited paragraph": case(
        moved("This section describes how a carer's break", "Notice of 12 days"),
        replaced("how a carer's break comes about", "how a carer's break begins"),
        gives=(
            ("paragraph-moved", "content", CARER.replace("comes about", "begins"), CARER.replace("comes about", "begins")),
            ("paragraph-changed", "content", CARER, CARER.replace("comes about", "begins")),
        ),
    ),
    "list item added": case(
        inserted("who besides the therapist takes part", "what it costs", "List Bullet"),
        gives=(("paragraph-inserted", "content", "", "what it costs"),),
    ),
    "list item removed": case(
        removed("who besides the therapist takes part"),
        gives=(("paragraph-removed", "content", "who besides the therapist takes part in the reablement goal", ""),),
    ),
    "list item no longer in the list": by_reader(
        _unnumber, gives=(("numbering-changed", "low", "bullets, level 1", "not numbered"),)
    ),
    "style": case(_restyle, gives=(("style-changed", "low", "Body Text", "Note"),)),
    "style definition": case(_style_definition, gives=(("style-definition-changed", "low", "*", "*"),)),
    "bold paragraph": case(
        _bold,
        gives=(
            (
                "formatting-changed",
                "low",
                "“People have told us that a referral works best when the brok…”: as its style",
                "“People have told us that a referral works best when the brok…”: b",
            ),
        ),
    ),
    "bold word": case(
        _bold_word,
        gives=(("formatting-changed", "low", "“describes”: as its style", "“describes”: b"),),
    ),
    "centred": case(_centre, gives=(("layout-changed", "low", "", "jc center"),)),
    "page break": case(_page_break, gives=(("spacing-changed", "low", "", "page break"),)),
    "link target": by_reader(
        _link_target, gives=(("link-changed", "content", "https://example.org/forms/plan", "https://example.org/forms/plan-2"),)
    ),
    "link removed": by_reader(_unlink, gives=(("link-changed", "content", "https://example.org/forms/plan", ""),)),
    "image": by_reader(_picture, gives=(("image-changed", "content", "*", "*"),)),
    "image removed": by_reader(_no_picture, gives=(("image-removed", "content", "*", ""),)),
    "image added": by_reader(_new_picture, gives=(("image-inserted", "content", "", "*"),)),
    "image size": case(_wide_picture, gives=(("image-resized", "low", "*", "*"),)),
    "alternative text": case(
        _picture_words, gives=(("alternative-text-changed", "content", "How a plan is made", "How a plan is reviewed"),)
    ),
    "field": by_reader(_field_code, gives=(("field-changed", "content", "REF R_012 \\w \\h (1.2)", "REF R_013 \\w \\h (1.3)"),)),
    "field in the footer": by_reader(
        _page_field,
        gives=(
            (
                "paragraph-changed",
                "content",
                "Exampleshire County Council, draft of 21 November 2026",
                "Exampleshire County Council, draft of 21 November 2026 today",
            ),
            ("field-changed", "content", "", "DATE"),
        ),
    ),
    "contents list": by_reader(_contents_code, gives=(("field-changed", "low", "*", "*"),)),
    "header": case(
        _header,
        gives=(
            (
                "paragraph-changed",
                "content",
                "Specification: home care in Exampleshire",
                "Specification: home care in Examplewick",
            ),
        ),
    ),
    "footer": case(
        _footer,
        gives=(
            (
                "paragraph-changed",
                "high",
                "Exampleshire County Council, draft of 21 November 2026",
                "Exampleshire County Council, draft of 5 December 2026",
            ),
        ),
    ),
    "header of the first page": case(
        _first_header,
        gives=(
            ("paragraph-inserted", "content", "", "Cover"),
            ("section-changed", "low", "titlePg none", "titlePg"),
            ("margin-changed", "high", "*", ""),
        ),
    ),
    "footnote": case(
        _footnote,
        gives=(
            (
                "paragraph-changed",
                "content",
                "Records Management Code of Practice, retention schedule.",
                "Records Management Code of Practice, retention table.",
            ),
        ),
    ),
    "footnote added": case(_new_footnote, gives=(("paragraph-inserted", "high", "", "As agreed with carers."),)),
    "comment": by_reader(_comment, gives=(("paragraph-inserted", "content", "", "Check with carers."),)),
    "page turned": case(_landscape, gives=(("section-changed", "low", "*", "*"),)),
    "margin": case(_margin, gives=(("section-changed", "low", "*", "*"),)),
    "section break": by_reader(_new_section, gives=(("section-inserted", "low", "", "*"),)),
    "property": by_reader(
        _title, gives=(("property-changed", "low", "Specification: Exampleshire", "Specification: Examplewick"),)
    ),
    "protection": by_reader(_protect, gives=(("protection-changed", "content", "", "edits allowed: readOnly, not in force"),)),
    "id": by_reader(_bookmark, gives=(("id-changed", "low", "R_044", "R_440"),)),
    "cell": case(replaced("£28.50", "£29.75"), gives=(("cell-changed", "high", "£28.50", "£29.75"),)),
    "cell wording": case(
        replaced("quality audit with the contract manager, type 8", "quality check with the contract manager, type 8"),
        gives=(
            (
                "cell-changed",
                "content",
                "quality audit with the contract manager, type 8",
                "quality check with the contract manager, type 8",
            ),
        ),
    ),
    "row added": case(
        on_table(1, lambda table: add_row(table, 12, NEW_ROW)), gives=(("row-inserted", "high", "", " | ".join(NEW_ROW)),)
    ),
    "row removed": case(on_table(1, lambda table: remove_row(table, 5)), gives=(("row-removed", "high", ROW, ""),)),
    "row moved": case(on_table(1, lambda table: move_row(table, 5, 20)), gives=(("row-moved", "content", ROW, ROW),)),
    "column added": case(
        on_table(2, lambda table: add_column(table, "VAT", "20%")),
        gives=(("column-inserted", "high", "", " | ".join(["VAT", *["20%"] * 30])),),
    ),
    "column removed": case(
        on_table(2, lambda table: remove_column(table, 2)),
        gives=(
            (
                "column-removed",
                "high",
                " | ".join(["Unit", *[("hour", "visit", "week")[at % 3] for at in range(1, 31)]]),
                "",
            ),
        ),
    ),
    "heading of a column": case(replaced("Quantity", "Volume"), gives=(("cell-changed", "content", "Quantity", "Volume"),)),
    "table removed": case(
        _table_gone,
        gives=(
            ("paragraph-removed", "high", "Table 2: Price list B", ""),
            ("table-removed", "high", "*", ""),
        ),
    ),
    "shading": case(on_table(1, _shade), gives=(("table-layout-changed", "low", "", "*"),)),
    "bold cell": case(on_table(1, _bold_cell), gives=(("formatting-changed", "low", "*", "*"),)),
    "saved again": by_reader(_saved_again, gives=()),
    "mixed: amount, clause, row": case(
        replaced("£28.50", "£29.75"),
        inserted("R-051", "The Provider shall keep a log.", "Clause"),
        on_table(2, lambda table: remove_row(table, 7)),
        gives=(
            ("paragraph-inserted", "high", "", "The Provider shall keep a log."),
            ("cell-changed", "high", "£28.50", "£29.75"),
            ("row-removed", "high", "P2-07 | quality audit with the contract manager, type 7 | visit | 49 | £27.50", ""),
            ("renumbered", "low", "5.2 to 5.4", "5.3 to 5.5"),
        ),
    ),
    "mixed: column, moved paragraph, header": case(
        on_table(1, lambda table: add_column(table, "VAT", "20%")),
        moved("This section describes how a carer's break", "Notice of 12 days"),
        _header,
        gives=(
            ("paragraph-moved", "content", CARER, CARER),
            ("column-inserted", "high", "", " | ".join(["VAT", *["20%"] * 30])),
            ("paragraph-changed", "content", "*", "Specification: home care in Examplewick"),
        ),
    ),
    "mixed: cell in a row that moved, column removed": case(
        on_table(1, lambda table: move_row(table, 5, 20)),
        replaced("£25.50", "£26.00"),
        on_table(1, lambda table: remove_column(table, 2)),
        gives=(
            ("column-removed", "high", "*", ""),
            ("row-moved", "content", "*", "*"),
            ("cell-changed", "high", "£25.50", "£26.00"),
        ),
    ),
    "mixed: style, link, footnote, margin": case(
        _restyle,
        _footnote,
        _margin,
        after=(_link_target,),
        gives=(
            ("link-changed", "content", "*", "*"),
            ("style-changed", "low", "Body Text", "Note"),
            ("paragraph-changed", "content", "*", "*"),
            ("section-changed", "low", "*", "*"),
        ),
    ),
    "mixed: three words, two list items, a heading": case(
        replaced("within 23 hours", "within 48 hours"),
        replaced("Notice of 12 days", "Notice of 21 days"),
        replaced("listens first", "is heard first"),
        inserted("who besides the therapist takes part", "what it costs", "List Bullet"),
        removed("how anybody will know that the complaint"),
        replaced("Social value", "Wider value"),
        gives=(
            ("paragraph-changed", "content", "*", "*"),
            ("paragraph-changed", "high", "*", "*"),
            ("paragraph-inserted", "content", "", "what it costs"),
            ("paragraph-changed", "high", "*", "*"),
            ("paragraph-removed", "high", "*", ""),
            ("paragraph-changed", "content", "Social value", "Wider value"),
        ),
    ),
}


@pytest.fixture(scope="module")
def original() -> bytes:
    return specification()


@pytest.mark.parametrize("name", CASES)
def test_each_pair_gives_exactly_its_changes(name: str, original: bytes) -> None:
    one = CASES[name]
    base = specification(after=(_nothing,)) if one.after else original
    changes, _ = compare_word(base, specification(*one.edits, after=one.after), "specification.docx")
    found = [(change.kind, change.severity.value, change.old, change.new) for change in changes]
    assert [(kind, severity) for kind, severity, _, _ in found] == [(kind, severity) for kind, severity, _, _ in one.expected]
    for (_, _, was, now), (_, _, old, new) in zip(found, one.expected, strict=True):
        assert was == old or (old == "*" and was)
        assert now == new or (new == "*" and now)
    assert all(change.old != change.new or change.moved_from for change in changes)


def _nothing(_: Document) -> None:
    """Save again with python-docx, so that both sides went through it."""


def test_the_corpus_is_as_large_as_promised() -> None:
    mixed = [name for name in CASES if name.startswith("mixed")]
    assert len(mixed) >= 5
    assert len(CASES) - len(mixed) >= 40


def test_a_document_and_itself_give_no_change(original: bytes) -> None:
    assert compare_word(original, specification(), "specification.docx") == ((), ())

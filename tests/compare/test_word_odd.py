"""Word files that are out of the ordinary: other prefixes, tracked changes, nested tables, controls, captions, stale contents."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.table import Table

from pipeline.compare.change import Status
from pipeline.compare.packs import compare_files
from pipeline.compare.word import compare_word
from pipeline.exceptions import DocumentError
from pipeline.finish.package import read_parts, write_parts
from pipeline.render.marks import REFERENCE, mark
from tests.fixtures.comparing import drop, find, inserted, on_table, removed, replaced, specification

MAIN = "word/document.xml"
Kinds = list[tuple[str, str, str]]


def _kinds(old: bytes, new: bytes) -> Kinds:
    changes, _ = compare_word(old, new, "a.docx")
    return [(change.kind, change.old, change.new) for change in changes]


def _rewritten(data: bytes, change: Callable[[str], str], part: str = MAIN) -> bytes:
    parts = read_parts(data)
    parts[part] = change(parts[part].decode()).encode()
    return write_parts(parts)


def _other_prefix(text: str) -> str:
    return re.sub(r"(</?|\s|xmlns:)w:", r"\1word:", text).replace("xmlns:w=", "xmlns:word=")


@pytest.fixture(scope="module")
def one() -> bytes:
    return specification()


def test_another_prefix_is_no_change_and_hides_none(one: bytes) -> None:
    other = specification(replaced("within 23 hours", "within 48 hours"), replaced("£28.50", "£29.75"))
    assert _kinds(one, _rewritten(one, _other_prefix)) == []
    assert [kind for kind, _, _ in _kinds(_rewritten(one, _other_prefix), _rewritten(other, _other_prefix))] == [
        "paragraph-changed",
        "cell-changed",
    ]


def test_tracked_changes_are_read_as_accepted(one: bytes) -> None:
    def track(text: str) -> str:
        old = "Plans are kept for eight years"
        ins = '<w:ins w:id="901" w:author="A"><w:r><w:t>ten years</w:t></w:r></w:ins>'
        gone = '<w:del w:id="902" w:author="A"><w:r><w:delText>eight years</w:delText></w:r></w:del>'
        run = '<w:r><w:t xml:space="preserve">Plans are kept for </w:t></w:r>'
        return re.sub(rf"<w:r>(?:<w:rPr>.*?</w:rPr>)?<w:t[^>]*>{old}</w:t></w:r>", run + ins + gone, text)

    tracked = _rewritten(one, track)
    changes, notes = compare_word(one, tracked, "a.docx")
    assert [(change.kind, change.new) for change in changes] == [
        ("paragraph-changed", "Plans are kept for ten years after the care has ended.")
    ]
    assert notes == ("The new file holds tracked changes. It is compared as if they were accepted.",)


def _nested(value: str, columns: int = 2) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        cell = document.tables[0].rows[2].cells[1]
        inner = cell.add_table(1, columns)
        inner.rows[0].cells[0].text = "inner"
        inner.rows[0].cells[1].text = value

    return edit


def test_a_change_in_a_table_within_a_table_is_found() -> None:
    found = _kinds(specification(_nested("£10")), specification(_nested("£12")))
    assert [(kind, new.rpartition(" ")[2]) for kind, _, new in found] == [("cell-changed", "£12")]


def test_a_table_within_a_table_or_another_column_in_it_is_a_change_of_its_cell() -> None:
    assert [kind for kind, _, _ in _kinds(specification(), specification(_nested("£10")))] == ["cell-changed"]
    found = _kinds(specification(_nested("£10")), specification(_nested("£12", 3)))
    assert [(kind, new.rpartition(" ")[2]) for kind, _, new in found] == [("cell-changed", "£12")]


@pytest.mark.parametrize("at", [0, 2, -1])
def test_cells_that_went_are_no_column_that_came(one: bytes, at: int) -> None:
    """The grid keeps its width, as where a program takes the cells out and no more."""

    def cut(table: Table) -> None:
        for row in table.rows:
            drop(row.cells[at]._tc)  # noqa: SLF001

    found = _kinds(one, specification(on_table(1, cut)))
    assert [kind for kind, _, _ in found] == ["column-removed"]


def test_a_long_name_of_a_row_is_cut_between_words() -> None:
    words = "care at night for people who wake more than twice and need two carers at once"
    old, new = (specification(on_table(1, partial(_write, name=words, value=value))) for value in ("£1", "£2"))
    changes, _ = compare_word(old, new, "a.docx")
    assert [one.location.row for one in changes] == ["care at night for people who wake more than twice and need…"]


def _write(table: Table, name: str, value: str) -> None:
    for at, text in ((0, name), (4, value)):
        table.rows[2].cells[at].text = text


def _controlled(text: str) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        made = parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias w:val='Term'/></w:sdtPr><w:sdtContent>"
            f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        )
        find(document, "Plans are kept")._p.addnext(made)  # noqa: SLF001

    return edit


def test_text_in_a_content_control_is_compared() -> None:
    found = _kinds(specification(_controlled("Five years")), specification(_controlled("Six years")))
    assert found == [("paragraph-changed", "Five years", "Six years")]


def test_a_content_control_with_its_text_is_reported(one: bytes) -> None:
    assert _kinds(one, specification(_controlled("Five years"))) == [
        ("control-changed", "", "control Term"),
        ("paragraph-inserted", "", "Five years"),
    ]


def _boxed(text: str) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        run = find(document, "Plans are kept").add_run()._r  # noqa: SLF001
        box = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
        run.append(parse_xml(f"<w:pict {nsdecls('w')}>{box}</w:pict>"))

    return edit


def test_text_in_a_box_is_compared() -> None:
    found = _kinds(specification(_boxed("Note one")), specification(_boxed("Note two")))
    assert [kind for kind, _, _ in found] == ["paragraph-changed"]
    assert found[0][2].endswith("Note two")


def _merged(at: int) -> Callable[[Document], None]:
    return on_table(1, lambda table: table.rows[at].cells[1].merge(table.rows[at].cells[2]))


def test_a_cell_after_a_merged_one_is_found_in_its_own_column() -> None:
    found, _ = compare_word(specification(_merged(4)), specification(_merged(4), replaced("£24.50", "£25.00")), "a.docx")
    assert [(change.kind, change.location.column) for change in found] == [("cell-changed", "Rate")]


def _caption(text: str, number: str) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        paragraph = document.add_paragraph("Table ", "Caption")
        simple = f"<w:fldSimple {nsdecls('w')} w:instr=' SEQ Table \\* ARABIC '><w:r><w:t>{number}</w:t></w:r></w:fldSimple>"
        paragraph._p.append(parse_xml(simple))  # noqa: SLF001
        paragraph.add_run(f": {text}")

    return edit


def test_captions_that_count_on_are_one_change() -> None:
    old = specification(_caption("Beta", "1"), _caption("Gamma", "2"))
    new = specification(_caption("Alpha", "1"), _caption("Beta", "2"), _caption("Gamma", "3"))
    assert _kinds(old, new) == [
        ("paragraph-inserted", "", "Table 1: Alpha"),
        ("renumbered", "Table 1, Table 2", "Table 2, Table 3"),
    ]


def test_a_reference_that_no_longer_says_its_clause_is_found(one: bytes) -> None:
    def stale(text: str) -> str:
        return re.sub(r"(REF R_042.*?<w:t[^>]*>)4\.2(</w:t>)", r"\g<1>4.9\2", text, count=1, flags=re.DOTALL)

    found = _kinds(one, _rewritten(one, stale))
    assert [kind for kind, _, _ in found] == ["paragraph-changed"]
    assert found[0][2].endswith("See clause 4.9 for delays.")


def _referring(name: str, words: str = "See clause 4.2 for delays.") -> Callable[[str], str]:
    """Let the reference to clause 4.2 lead elsewhere while it shows the same, and the words around it be others."""
    lead, _, rest = words.partition("4.2")

    def edit(text: str) -> str:
        before, _, after = text.partition("REF R_042")
        start, _, code = before.rpartition("See clause ")
        return f"{start}{lead}{code}REF {name}{after.replace(' for delays.', rest, 1)}"

    return edit


@pytest.mark.parametrize("words", ["See clause 4.2 for delays.", "Clause 4.2 is about delays."])
@pytest.mark.parametrize(
    ("name", "now"),
    [("R_043", r"REF R_043 \w \h (4.2, but leads to 4.3)"), ("R_999", r"REF R_999 \w \h (4.2, but nothing bears that name)")],
)
def test_a_reference_that_shows_the_same_and_leads_elsewhere_says_where(one: bytes, name: str, now: str, words: str) -> None:
    base = _rewritten(one, _referring("R_042"))
    found = _kinds(base, _rewritten(base, _referring(name, words)))
    assert found[-1] == ("field-changed", r"REF R_042 \w \h (4.2)", now)
    assert [kind for kind, _, _ in found[:-1]] == ([] if words.startswith("See") else ["paragraph-changed"])


def test_another_reference_that_shows_another_number_is_said_by_the_words(one: bytes) -> None:
    def edit(text: str) -> str:
        before, _, after = _referring("R_043", "Clause 4.2 is about delays.")(text).partition("REF R_043")
        return f"{before}REF R_043{after.replace('4.2', '4.3', 1)}"

    assert [kind for kind, _, _ in _kinds(one, _rewritten(one, edit))] == ["paragraph-changed"]


@pytest.mark.parametrize(
    ("text", "is_said"),
    [("See 4.1.", True), ("4.1 to 4.7", True), ("(4.1)", True), ("4.10", False), ("14.1", False), ("4.1.2", False)],
)
def test_a_number_is_said_only_where_it_is_no_part_of_another(text: str, is_said: bool) -> None:  # noqa: FBT001
    from pipeline.compare.word.paragraphs import _says

    assert _says(text, "4.1") is is_said


def test_a_reference_in_a_cell_is_one_change() -> None:
    def refer(clause: str) -> Callable[[Document], None]:
        return on_table(1, lambda table: table.rows[2].cells[1].paragraphs[0].add_run(mark(REFERENCE, clause)))

    found = _kinds(specification(refer("R-042")), specification(refer("R-043")))
    assert [kind for kind, _, _ in found] == ["field-changed"]


def test_a_reference_that_no_longer_follows_is_said_beside_words_that_changed(one: bytes) -> None:
    def type_over(text: str) -> str:
        return re.sub(r"<w:instrText[^>]*> REF R_042 .*?</w:instrText>", "<w:instrText>QUOTE 4.2</w:instrText>", text, count=1)

    assert _kinds(one, _rewritten(one, type_over)) == [("field-changed", r"REF R_042 \w \h (4.2)", "QUOTE 4.2")]


def test_an_entry_of_the_contents_list_that_says_something_else_is_found(one: bytes) -> None:
    def stale(text: str) -> str:
        return text.replace(">Medication<", ">Medicines<", 1)

    assert _kinds(one, _rewritten(one, stale)) == [("paragraph-changed", "4\tMedication".replace("\t", " "), "4 Medicines")]


def test_a_clause_that_moved_to_another_section_is_a_move(one: bytes) -> None:
    def move(document: Document) -> None:
        clause = find(document, "The Authority may inspect how every medication round")._p  # noqa: SLF001
        find(document, "The Authority may inspect how every complaint")._p.addnext(clause)  # noqa: SLF001

    changes, _ = compare_word(one, specification(move), "a.docx")
    assert [change.kind for change in changes] == ["paragraph-moved", "renumbered"]
    assert changes[0].location.words() == "11 Complaints › 11.4"
    assert changes[0].moved_from is not None
    assert changes[0].moved_from.words() == "4 Medication › 4.3"


def test_every_word_changed_costs_no_more_than_a_moment() -> None:
    def shuffle(document: Document) -> None:
        for node in document.element.body.iter(qn("w:t")):
            node.text = " ".join(reversed((node.text or "").split(" "))).upper()

    changes, _ = compare_word(specification(), specification(after=(shuffle,)), "a.docx")
    assert len(changes) > 240


def test_another_look_of_a_list_is_said_beside_numbers_that_shift(one: bytes) -> None:
    def swap(text: str) -> str:
        return text.replace(IN, "@").replace(OUT, IN).replace("@", OUT)

    new = _rewritten(specification(removed("Notice of 12 days")), swap, "word/numbering.xml")
    kinds = [kind for kind, _, _ in _kinds(one, new)]
    assert kinds == ["paragraph-removed", "renumbered", "numbering-definition-changed"]


IN, OUT = 'w:left="1134" w:hanging="284"', 'w:left="227" w:hanging="227"'


def test_a_part_that_nothing_else_compares_is_named(one: bytes) -> None:
    parts = read_parts(one)
    parts["word/embeddings/oleObject1.bin"] = b"one"
    found = _kinds(one, write_parts(parts))
    assert [(kind, old) for kind, old, _ in found] == [("part-changed", "")]


@pytest.mark.parametrize("content", [b"", b"PK", b"<w:document/>"])
def test_what_is_no_word_file_is_refused(content: bytes, one: bytes) -> None:
    with pytest.raises(DocumentError):
        compare_word(one, content, "a.docx")


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16"])
def test_a_part_in_another_encoding_reads_the_same(encoding: str, one: bytes) -> None:
    parts = read_parts(one)
    text = parts[MAIN].decode().replace("UTF-8", encoding, 1)
    other = write_parts({**parts, MAIN: text.encode(encoding, "xmlcharrefreplace")})
    assert b"\xa328.50" in read_parts(other)[MAIN].replace(b"\0", b"")
    assert _kinds(one, other) == _kinds(other, one) == []
    reworded = specification(replaced("£28.50", "£29.75"))
    assert _kinds(other, reworded) == [("cell-changed", "£28.50", "£29.75")]


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_a_package_without_its_types_is_refused_by_name(name: str, one: bytes) -> None:
    parts = read_parts(one)
    lone = write_parts({part: parts[part] for part in parts if part != "[Content_Types].xml"})
    found = compare_files(one, lone, name)
    assert found.status is Status.ERROR
    assert f"new {name}: has no [Content_Types].xml" in found.notes[-1]


def test_a_file_without_a_body_is_refused(one: bytes) -> None:
    with pytest.raises(DocumentError, match="holds no Word document"):
        compare_word(one, _rewritten(one, lambda text: re.sub(r"<w:body>.*</w:body>", "", text, flags=re.DOTALL)), "a.docx")


def test_two_equal_clauses_inserted_have_two_ids() -> None:
    from pipeline.compare import compare_documents

    text = "The Provider shall keep a log."
    new = specification(inserted("R-051", text, "Clause"), inserted("R-052", text, "Clause"))
    found = compare_documents(specification(), new, "a.docx", "a.docx").changes
    ids = [change.id for change in found if change.kind == "paragraph-inserted"]
    assert len(ids) == 2
    assert ids[1] == f"{ids[0]}-2"

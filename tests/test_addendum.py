"""The list of changes for bidders: what changed in their edition, nothing of the authority's own, two issued versions alone."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from pipeline.addendum import TITLE, make_addendum, write_addendum
from pipeline.build import build_pack
from pipeline.cli import main
from pipeline.compare.bidders import THINGS, what_happened
from pipeline.compare.change import Change, FileDiff, Location, Mark, Segment, Severity, Status
from pipeline.compare.command import compare_paths
from pipeline.compare.kinds import KINDS
from pipeline.contexts import notes_of
from pipeline.exceptions import OutputError
from pipeline.issue import issue_pack
from pipeline.manifest import FILE_NAME, read_json, write_json
from pipeline.request import BuildRequest
from pipeline.text import document_text
from tests.fixtures.packs import ROOT, TEMPLATES, xml_text
from tests.fixtures.profiles import example, profile, put, write
from tests.fixtures.small import small_templates

OLD = {"governance.sro": {"value": "Ms Inner Secret", "source": "Minute 7", "as_at": "2026-11-21", "status": "confirmed"}}
NEW = {
    "governance.sro": {"value": "Mr Other Secret", "source": "Minute 8", "as_at": "2026-12-01", "status": "confirmed"},
    "commercial.annual_budget": {"value": "9876543", "source": "Cabinet", "as_at": "2026-12-01", "status": "confirmed"},
    "contract.termination_notice_months": {"value": "9", "source": "Board", "as_at": "2026-12-01", "status": "confirmed"},
    "control.version": "0.4",
    "prepared_on": "2026-12-03",
}


def issued(folder: Path, changes: Mapping[str, Any], templates: Path | None = None, model: str = "reward") -> Path:
    path = write(folder, put(example(), dict(changes)), "exampleshire.yaml")
    return issue_pack_at(build_pack(BuildRequest(path, model, folder / "out", templates=templates, mode="final")).folder)


def issue_pack_at(pack: Path) -> Path:
    issue_pack(pack)
    return pack


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two issued versions of a pack from the project's own templates."""
    folder = tmp_path_factory.mktemp("real")
    return issued(folder, OLD), issued(folder, {**OLD, **NEW})


@pytest.fixture(scope="module")
def made(real: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list of their changes, in both forms."""
    folder = tmp_path_factory.mktemp("made")
    options = [word for name in ("changes.docx", "changes.md") for word in ("--addendum", str(folder / name))]
    assert main(["compare", *map(str, real), *options]) == 1
    return folder


def text_of(path: Path) -> str:
    return "\n".join(document_text(path.read_bytes(), path.name)) if path.suffix == ".docx" else path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["changes.docx", "changes.md"])
def test_bidders_are_told_what_changed_for_them(made: Path, name: str) -> None:
    text = text_of(made / name)
    for words in (
        TITLE,
        "Exampleshire County Council",
        "0.4, prepared on 3 December 2026",
        "0.3, prepared on 21 November 2026",
        "It explains and does not bind",
        "with … for what stays as it was",
        "Notice to end without fault",
        "Pricing schedule",
        "| Clause 21.3 (Business continuity and Provider failure) | Clause changed |",
    ):
        assert words in text
    assert "Version changed" not in text
    count = len(rows_of(made / "changes.docx"))
    assert f"| Changes listed | {count} |" in text or f"- Changes listed: {count}\n" in text
    places = [text.index(title) for title in ("Service specification", "Contract contents", "Pricing schedule")]
    assert places == sorted(places)


def test_the_words_that_changed_are_marked(made: Path) -> None:
    assert "| <del>6</del> months | <ins>9</ins> months |" in text_of(made / "changes.md")
    (row,) = (one for one in rows_of(made / "changes.docx") if one[1].text.endswith("Notice to end without fault, column Entry"))
    marked = [
        [(run.text, bool(run.font.strike), bool(run.font.underline and run.bold)) for run in runs(cell)] for cell in row[3:]
    ]
    assert marked == [[("6", True, False), (" months", False, False)], [("9", False, True), (" months", False, False)]]


def test_changes_are_numbered_through_all_documents(made: Path) -> None:
    numbers = [row[0].text for row in rows_of(made / "changes.docx")]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert len(numbers) > 5
    assert f"\n| {len(numbers)} | " in text_of(made / "changes.md")


def rows_of(path: Path) -> list[list[Any]]:
    """The cells of the list's rows, table by table."""
    return [[*row.cells] for table in Document(str(path)).tables[1:] for row in table.rows[1:]]


def runs(cell: Any) -> list[Any]:
    """The runs of a cell that say something."""
    return [run for paragraph in cell.paragraphs for run in paragraph.runs if run.text]


@pytest.mark.parametrize("name", ["changes.docx", "changes.md"])
def test_bidders_are_told_nothing_else(made: Path, real: tuple[Path, Path], name: str) -> None:
    text = xml_text((made / name).read_bytes()) if name.endswith(".docx") else text_of(made / name)
    fields = {field for field in notes_of(profile()) if "." in field} | {"governance.sro", "commercial.annual_budget"}
    internal = (
        "Secret",
        "9,876,543",
        "9876543",
        "internal/",
        "Internal edition",
        "Commentary]",
        "profile field",
        "engine",
        "sha256",
    )
    paths = {str(real[0].parent), str(made), str(ROOT), "/tmp"}  # noqa: S108 - that there is none
    assert not [one for one in (*internal, *fields, *paths) if one in text]


def test_what_the_authority_alone_sees_did_change(real: tuple[Path, Path]) -> None:
    """Otherwise the test above would show nothing."""
    text = str(compare_paths(*real).diff)
    assert "Mr Other Secret" in text
    assert "governance.sro" in text


@pytest.mark.parametrize("form", ["--json", "--markdown", "--text"])
def test_no_form_of_the_issue_edition_tells_more(real: tuple[Path, Path], form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *map(str, real), "--edition", "issue", form]) == 1
    shown = capsys.readouterr().out
    assert "9 months" in shown or re.search(r"Notice.*9", shown)
    assert not [one for one in ("Secret", "annual_budget", "profile field", "internal/", str(real[0].parent)) if one in shown]


def test_the_list_is_the_same_bytes_every_time(real: tuple[Path, Path], made: Path, tmp_path: Path) -> None:
    for name in ("changes.docx", "changes.md"):
        write_addendum(make_addendum(*real), tmp_path / name)
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes()


def test_every_change_of_content_is_in_the_list(real: tuple[Path, Path]) -> None:
    found = make_addendum(*real)
    listed = [row for document in found.facts["documents"] for row in document["changes"]]
    told = {(row["was"], row["now"]) for row in listed}
    others = ("margin", "version", "row")
    short = [one for one in found.diff.changes if one.severity is not Severity.LOW and not one.kind.startswith(others)]
    missing = [one for one in short if max(map(len, (one.old, one.new))) <= 300 and (one.old or "–", one.new or "–") not in told]
    assert short
    assert not missing
    assert found.facts["pack"]["changes_count"] == len(listed) < len(short) + 30


def test_the_other_forms_show_the_whole_pack_unless_an_edition_is_named(
    real: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ["--addendum", str(tmp_path / "a.md"), "--json", str(tmp_path / "c.json"), "--html", str(tmp_path / "p.html")]
    for options, has_internal in (([], True), (["--edition", "issue"], False)):
        assert main(["compare", *map(str, real), *options, *files]) == 1
        shown = capsys.readouterr()
        assert re.search(r"a\.md: written: \d+ changes for bidders, of the issue edition alone\.", shown.err)
        assert ("internal/procurement-plan.docx" in shown.out) is has_internal
        for name in ("c.json", "p.html"):
            assert ("internal/procurement-plan.docx" in (tmp_path / name).read_text(encoding="utf-8")) is has_internal
        assert "internal" not in (tmp_path / "a.md").read_text(encoding="utf-8")


def test_a_row_is_said_by_its_first_cell_and_a_clause_by_its_number_and_title() -> None:
    from pipeline.addendum import _rows

    row = Change(
        "row-removed", Severity.HIGH, Location("body", table="Table 5", row="Verifier"), "Verifier | Whoever |  | 4.4", ""
    )
    here, there = (Location("body", ("2 Form", "Clauses"), clause) for clause in ("2.5(c)", "2.4(a)"))
    moved = Change("paragraph-moved", Severity.CONTENT, here, "a plan;", "a plan;", moved_from=there)
    plain = Change("paragraph-inserted", Severity.CONTENT, replace(here, clause="2.6"), "", "New.")
    titles = ({"2.4": "Before start"}, {"2.5": "Conditions"})
    assert [(one["place"], one["what"], one["was"], one["now"]) for one in _rows([row, moved, plain], titles, 7)] == [
        ("Table 5, row Verifier", "Row taken out", "Verifier: Whoever; 4.4", "–"),
        ("Clause 2.5(c) (Conditions)", "Clause moved", "At clause 2.4(a) (Before start)", "a plan;"),
        ("Clause 2.6 (Clauses)", "Clause added", "–", "New."),
    ]


def test_a_document_of_which_the_version_alone_changed_says_so() -> None:
    from pipeline.addendum import _document

    version = Change("version-changed", Severity.CONTENT, Location("throughout"), "0.3", "0.4")
    looks = Change("style-changed", Severity.LOW, Location("body"), "A", "B")
    for changes, is_version_only, layout in (((version,), True, 0), ((version, looks), True, 1), ((looks,), False, 1)):
        told = _document(FileDiff("issue/a.docx", Status.CHANGED, changes=changes), "A")
        assert (told["changes"], told["is_version_only"], told["layout_count"]) == ([], is_version_only, layout)


def test_a_file_that_differs_in_what_is_not_compared_is_a_row_of_its_own() -> None:
    from pipeline.addendum import _document

    (row,) = _document(FileDiff("issue/a.docx", Status.UNCOMPARED), "A", first=4)["changes"]
    assert (row["number"], row["what"], row["was"]) == (4, "Differs in what is not compared", "–")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Term. Start of the contract: 2 October 2028.", "Term"),
        ("Order of precedence. If documents conflict, they rank.", "Order of precedence"),
        ("The Provider shall keep records. The Authority may see them.", ""),
        ("Response times. 24 hours.", ""),
        ("Set-off", ""),
        ("One two three four five six seven eight. More.", ""),
    ],
)
def test_a_title_is_what_a_clause_begins_with_before_its_first_sentence(text: str, title: str) -> None:
    from pipeline.compare.clauses import _title

    assert _title(text) == title


def test_a_long_passage_is_shown_in_part() -> None:
    from pipeline.addendum import _rows

    kept = "word " * 100
    pieces = (
        Segment(Mark.SAME, kept),
        Segment(Mark.REMOVED, "23 hours"),
        Segment(Mark.INSERTED, "48 hours"),
        Segment(Mark.SAME, f" {kept}"),
    )
    change = Change(
        "paragraph-changed", Severity.HIGH, Location("body", ("4 Reporting",)), f"{kept}23 hours {kept}", "x" * 999, pieces
    )
    (row,) = _rows([change])
    assert row["was"].startswith("… word word")
    assert "word 23 hours word" in row["was"]
    assert row["was"].endswith("word …")
    assert len(row["was"]) < 150


def test_a_change_that_is_the_same_everywhere_is_told_once_with_its_places() -> None:
    from pipeline.addendum import _rows

    one, other = (Change("value-changed", Severity.HIGH, Location(sheet, row="Title", cell="A2"), "1", "2") for sheet in "XY")
    moved = Change("row-moved", Severity.CONTENT, Location("X", cell="A9"), "3", "3", moved_from=Location("X", cell="A4"))
    assert [(row["number"], row["place"], row["was"], row["now"]) for row in _rows([one, other, moved])] == [
        (1, "A2 of X and Y", "1", "2"),
        (2, "X, A9", "At X, A4", "3"),
    ]


def test_changes_of_layout_are_counted_and_new_numbers_listed() -> None:
    from pipeline.addendum import _document

    where = Location("body", clause="4.2")
    changes = (Change("renumbered", Severity.LOW, where, "4.1", "4.2"), Change("style-changed", Severity.LOW, where, "A", "B"))
    found = _document(FileDiff("issue/terms.docx", Status.CHANGED, changes=changes), "Terms")
    assert [row["what"] for row in found["changes"]] == ["Numbers changed"]
    assert (found["has_layout"], found["layout_count"]) == (True, 1)


def test_a_document_that_differs_in_what_is_not_compared_is_told_as_a_whole() -> None:
    from pipeline.addendum import _document

    found = _document(FileDiff("issue/terms.docx", Status.UNCOMPARED), "Terms")
    assert [row["what"] for row in found["changes"]] == ["Differs in what is not compared"]
    assert (found["is_same"], found["has_layout"]) == (False, False)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([Location("X", cell="B7"), Location("X", cell="B8"), Location("Y", cell="C1")], "X, B7 and B8; Y, C1"),
        (
            [Location("X", item="oddFooter"), Location("Y", item="oddFooter"), Location("Z", item="oddFooter")],
            "Footer of X, Y and Z",
        ),
        (
            [Location("body", ("5 Money",), table="Table 2: Prices", row=row, column="Rate") for row in ("A", "B")],
            "5 Money, Table 2: Prices, row A, column Rate; row B, column Rate",
        ),
        ([Location("body", ("5 Money",), "5.1"), Location("body", ("6 End",), "6.2")], "5 Money › 5.1; 6 End › 6.2"),
        ([Location("body", ("5 Money",), "5.1"), Location("body", ("5 Money",), "5.1")], "5 Money › 5.1"),
    ],
)
def test_what_several_places_share_is_said_once(places: list[Location], said: str) -> None:
    from pipeline.addendum import _place

    assert _place(places) == said


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("paragraph-inserted", "Paragraph added"),
        ("row-removed", "Row taken out"),
        ("cell-changed", "Table cell changed"),
        ("hidden-changed", "Whether it is hidden changed"),
        ("passage-moved", "Several paragraphs moved"),
        ("sheet-renamed", "Sheet renamed"),
        ("renumbered", "Numbers changed"),
        ("version-changed", "Version changed"),
        ("drawing-inserted", "Shape, text box or embedded file added"),
        ("part-changed", "Other content of the file changed"),
    ],
)
def test_bidders_are_told_what_happened_in_words(kind: str, words: str) -> None:
    assert what_happened(kind) == words


MAP = "image “Map”"
JARGON = re.compile(r"\b(?:computed|drawing|field|control|validation|alternative|conditional|definition|id)\b")


def test_there_are_words_for_every_kind_and_for_no_other() -> None:
    assert {kind if kind in THINGS else kind.rpartition("-")[0] for kind in KINDS} == {*THINGS}
    told = {kind: what_happened(kind) for kind in KINDS}
    assert not [words for words in told.values() if JARGON.search(words)]
    assert len({*told.values()}) == len(told)


@pytest.mark.parametrize(
    ("kind", "old", "new", "told"),
    [
        ("file-changed", f"sha256:{'0a' * 8}", f"sha256:{'1b' * 8}", ("content (as it was)", "content (another)")),
        ("part-changed", "", f"sha256:{'1b' * 8}", ("–", "content")),
        ("part-changed", "", "http://example.org/x.dotm", ("–", "http://example.org/x.dotm")),
        (
            "image-changed",
            f"image {'0a' * 8} “Map”",
            f"image {'1b' * 8} “Map”",
            ("image “Map” (as it was)", "image “Map” (another)"),
        ),
        ("field-changed", r"REF C_413 \w \h (5.4)", r"REF C_404 \w \h (5.2)", ("5.4", "5.2")),
        ("field-changed", r"REF C_413 \w \h (5.4)", r"REF C_404 \w \h (5.4)", ("5.4", "5.4 (to another place)")),
        ("field-changed", "", r"REF C_404 \h (5.4, but leads to 5.2)", ("–", "5.4, but leads to 5.2")),
        ("image-removed", f"image {'0a' * 8}", "", ("image", "–")),
        ("value-changed", "1234567890123456", "1234567890123457", ("1234567890123456", "1234567890123457")),
    ],
)
def test_bidders_are_shown_no_digests_or_codes(kind: str, old: str, new: str, told: tuple[str, str]) -> None:
    from pipeline.addendum import _rows

    place = Location("parts", item="customXml/item1.xml")
    rows = list(_rows([Change(kind, Severity.CONTENT, place, old, new)] * 2))
    assert [(row["was"], row["now"]) for row in rows] == [told]
    assert (rows[0]["place"] == "The file as a whole") is (kind in {"file-changed", "part-changed"})


# ------------------------------------------------------------------------------------------------------- what is refused


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two issued versions, a draft and a pack of another model, all of small templates."""
    folder = tmp_path_factory.mktemp("small")
    templates = small_templates(folder / "templates")
    issued(folder, {}, templates)
    issued(folder, NEW, templates)
    issued(folder, {}, templates, "population")
    path = write(folder, put(example(), {**NEW, "control.version": "0.5"}), "exampleshire.yaml")
    build_pack(BuildRequest(path, "reward", folder / "out", templates=templates))
    shutil.copytree(folder / "out" / "exampleshire" / "reward", folder / "out" / "exampleshire" / "final")
    manifest = folder / "out" / "exampleshire" / "final" / FILE_NAME
    manifest.write_text(write_json({**read_json(manifest.read_text(encoding="utf-8")), "state": "final"}), encoding="utf-8")
    return folder / "out" / "exampleshire"


CASES = {
    "a draft": (
        "reward",
        "reward-3",
        r"reward-3: is a draft\. An addendum goes .* Build it with --final, then issue it: `packs issue .*reward-3`",
    ),
    "a final pack": (
        "final",
        "reward-2",
        r"final: is a final pack\. An addendum goes .* another\. Issue it: `packs issue .*final`",
    ),
    "two packs": ("population", "reward-2", r"exampleshire, population and exampleshire, reward: are two packs"),
    "the wrong way round": ("reward-2", "reward", r"does not come before .*Name the earlier version first"),
    "one and the same": ("reward", "reward", r"does not come before"),
    "no pack": ("reward", "reward-9", r"reward-9: holds no pack"),
}


@pytest.mark.parametrize("case", CASES)
def test_only_two_issued_versions_of_one_pack_will_do(
    small: Path, case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, message = CASES[case]
    with pytest.raises(OutputError, match=message):
        make_addendum(small / old, small / new)
    assert main(["compare", str(small / old), str(small / new), "--addendum", str(tmp_path / "a.md")]) == 2
    assert re.search(message, capsys.readouterr().err)
    assert not (tmp_path / "a.md").exists()


def test_versions_that_are_not_as_they_were_issued_are_refused(small: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(small, tmp_path / "copy"))
    (copy / "reward" / "internal" / "procurement-plan.docx").unlink()
    make_addendum(copy / "reward", copy / "reward-2")
    (copy / "reward-2" / "issue" / "contract-contents.docx").write_bytes(b"edited")
    with pytest.raises(OutputError, match=r"reward-2: is not as it was issued.*\n  issue/contract-contents\.docx: "):
        make_addendum(copy / "reward", copy / "reward-2")
    manifest = (copy / "reward" / FILE_NAME).read_bytes()
    (copy / "reward" / FILE_NAME).write_bytes(manifest.replace(b'"0.3"', b'"0.2"', 1))
    with pytest.raises(OutputError, match=r"reward: is not as it was issued.*\n  manifest\.json: is damaged"):
        make_addendum(copy / "reward", copy / "reward-2")


def test_documents_that_came_and_went_and_stayed_are_told(small: Path, tmp_path: Path) -> None:
    """The later version has one more document, and one less."""
    copy = Path(shutil.copytree(small, tmp_path / "copy"))
    later = copy / "reward-2"
    manifest = read_json((later / FILE_NAME).read_text(encoding="utf-8"))
    entries = {one["path"]: one for one in manifest["documents"]}
    gone, come = "issue/service-specification.docx", "issue/letter.docx"
    (later / gone).rename(later / come)
    shutil.copy(copy / "reward" / "issue" / "pricing-schedule.xlsx", later / "issue")
    same = read_json((copy / "reward" / FILE_NAME).read_text(encoding="utf-8"))["documents"]
    entries |= {one["path"]: one for one in same if one["path"] == "issue/pricing-schedule.xlsx"}
    entries[come] = {**entries.pop(gone), "path": come, "title": "Letter"}
    (later / FILE_NAME).write_text(write_json({**manifest, "documents": [*entries.values()]}), encoding="utf-8")
    (copy / "reward-3" / FILE_NAME).unlink()
    write_addendum(make_addendum(copy / "reward", later), tmp_path / "a.md")
    text = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert "## Letter (letter.docx)\n\nNew in version 0.4." in text
    assert "## Service specification (service-specification.docx)\n\nNo longer part of the tender documents." in text
    assert "## Pricing schedule (pricing-schedule.xlsx)\n\nNothing has changed." in text


@pytest.mark.parametrize(
    "options", [["--addendum", "list.pdf"], ["--addendum", "list.md", "--edition", "internal"]], ids=["a form", "an edition"]
)
def test_other_forms_and_the_other_edition_are_wrong_use(
    options: list[str], small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["compare", str(small / "reward"), str(small / "reward-2"), *options])
    assert left.value.code == 2
    assert "--addendum" in capsys.readouterr().err


def test_a_list_that_cannot_be_written_says_so(small: Path, tmp_path: Path) -> None:
    found = make_addendum(small / "reward", small / "reward-2")
    assert found.prepared_on == date(2026, 12, 3)
    with pytest.raises(OutputError, match=r"a\.md: cannot be written"):
        write_addendum(found, tmp_path / "none" / "a.md")


def test_the_template_is_one_of_the_project(made: Path) -> None:
    assert (TEMPLATES / "addendum.docx").is_file()
    assert (made / "changes.docx").stat().st_size < 60_000

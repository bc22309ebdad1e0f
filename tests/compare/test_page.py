"""The page of changes as a text: every change once and in its place, links that lead somewhere, nothing injected."""

import tomllib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree, html

from pipeline.cli import main
from pipeline.compare import PackDiff, PackFiles, compare_documents, compare_packs
from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.page import page
from pipeline.compare.shown import change_words
from pipeline.result import DIFFERENT, ERROR
from tests.compare.test_sheets_corpus import CASES as SHEETS
from tests.compare.test_word_corpus import CASES as WORD
from tests.fixtures.comparing import add_column, moved, on_table, remove_row, replaced, section_moved, specification
from tests.fixtures.packs import ROOT, Built
from tests.fixtures.schedules_compared import schedule

Build = Callable[[str, str], Built]
Page = tuple[PackDiff, Any]
HOSTILE = (
    '<img src=x onerror="alert(1)"></script><script>alert(2)</script>{{ 1234*3 }}&lt;b&gt;\'"><a href="javascript:alert(3)">'
)
IN_PLACE = {"paragraph", "table", "row", "column", "cell", "value", "formula", "computed"}


def _drawn(old: dict[str, bytes], new: dict[str, bytes]) -> Page:
    diff = compare_packs(PackFiles(old), PackFiles(new))
    return diff, _read(page(diff, old, new))


MOVES = ("moved", "moved-away")


def _read(text: str) -> Any:
    return html.document_fromstring(text)


def _document(*paragraphs: str) -> bytes:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    content = BytesIO()
    made.save(content)
    return content.getvalue()


@pytest.fixture(scope="module")
def corpus() -> Page:
    """Draw every pair of both corpora as the files of one pack."""
    old: dict[str, bytes] = {}
    new: dict[str, bytes] = {}
    for at, case in enumerate(WORD.values()):
        path = f"{at:03}.docx"
        old[path] = specification(after=(lambda _: None,)) if case.after else specification()
        new[path] = specification(*case.edits, after=case.after)
    for at, one in enumerate(SHEETS.values()):
        old[f"{at:03}.xlsx"], new[f"{at:03}.xlsx"] = schedule(), schedule(*one.edits)
    return _drawn(old, new)


def test_every_change_is_on_the_page_once(corpus: Page) -> None:
    diff, root = corpus
    assert len(diff.changes) > 100
    numbers = [int(str(one.get("id")).removeprefix("change-")) for one in root.iterfind(".//li[@data-kind]")]
    assert sorted(numbers) == [change.number for change in diff.changes]
    listed = [int(str(one.get("data-change"))) for one in root.iterfind(".//li[@data-change]")]
    assert listed == numbers


def test_the_numbers_of_a_workbook_run_in_order(corpus: Page) -> None:
    _, root = corpus
    for file in root.iterfind(".//section[@data-file]"):
        name = file.find("h2")
        numbers = [int(str(one.get("id")).removeprefix("change-")) for one in file.iterfind(".//li[@data-kind]")]
        if name is not None and str(name.text).endswith(".xlsx"):
            assert numbers == sorted(numbers)


def test_the_list_says_in_short_where_a_change_is(corpus: Page) -> None:
    diff, root = corpus
    for change in diff.changes:
        said = root.xpath(f".//li[@data-change='{change.number}']//span[@class='at']/text()")
        assert said == ([change.location.brief()] if change.location.brief() else [])
        assert len("".join(said)) <= 41 or change.location.cell


def test_the_margin_of_a_sheet_is_in_words() -> None:
    change = Change("margin-changed", Severity.HIGH, Location("Guide", item="oddFooter"), "&L&9 Old&C&9 &A", "&L&9 New&C&9 &A")
    assert change_words(change) == "Old (sheet) → New (sheet)"
    assert change.location.words() == "Guide, footer"
    alone = replace(change, new="&L&8 Old&C&9 &A")
    assert change_words(alone) == "&L&9 Old&C&9 &A → &L&8 Old&C&9 &A"


def test_every_change_of_words_or_values_stands_in_its_place(corpus: Page) -> None:
    diff, root = corpus
    kinds = {change.number: change.kind for change in diff.changes}
    for heading in root.iterfind(".//h3"):
        if heading.text == "Elsewhere in the file":
            story = heading.getparent()
            assert story is not None
            numbers = [int(str(one.get("id")).removeprefix("change-")) for one in story.iterfind(".//li[@data-kind]")]
            assert not {kinds[number].rpartition("-")[0] for number in numbers} & IN_PLACE


def test_every_changed_cell_is_marked_where_it_stands(corpus: Page) -> None:
    diff, root = corpus
    marked = [str(one.get("href")) for one in root.xpath(".//a[contains(@class, 'mark')]")]
    wanted = [one for one in diff.changes if one.kind in {"cell-changed", "value-changed", "formula-changed", "computed-changed"}]
    assert len(wanted) > 20
    for change in wanted:
        assert f"#change-{change.number}" in marked
    for mark in root.xpath(".//a[contains(@class, 'mark')]"):
        row = next(one for one in mark.iterancestors("tr"))
        note = row.getnext().find(f".//li[@id='{mark.get('href')[1:]}']")
        assert note is not None
    for change in diff.changes:
        if change.kind in {"cell-changed", "value-changed"}:
            [mark] = root.xpath(f".//a[contains(@class, 'mark')][@href='#change-{change.number}']")
            cell = mark.getparent()
            said = "".join(cell.xpath(".//del/text() | .//ins/text() | ./text() | .//a/following-sibling::text()"))
            for piece in change.segments:
                assert " ".join(piece.text.split()) in " ".join(said.split()) or piece.mark == "same"


def test_links_lead_somewhere_and_names_are_used_once(corpus: Page) -> None:
    _, root = corpus
    names = [str(one.get("id")) for one in root.iterfind(".//*[@id]")]
    assert len(names) == len(set(names))
    for link in root.iterfind(".//a[@href]"):
        assert str(link.get("href")).removeprefix("#") in names


def test_moves_are_linked_both_ways(corpus: Page) -> None:
    diff, root = corpus
    ends = [one for one in diff.changes if one.kind in {"paragraph-moved", "row-moved", "table-moved", "passage-moved"}]
    assert {one.kind for one in ends} >= {"paragraph-moved", "row-moved", "passage-moved"}
    for change in ends:
        [old_end] = root.xpath(f".//*[@id='change-{change.number}-from']")
        holder = old_end if old_end.tag != "tr" else old_end.getnext()
        assert holder.find(f".//a[@href='#change-{change.number}']") is not None
        [new_end] = root.xpath(f".//*[@id='change-{change.number}']")
        assert new_end.find(f".//a[@href='#change-{change.number}-from']") is not None


def test_all_of_a_section_that_moved_is_marked_at_both_ends() -> None:
    old, new = {"a.docx": specification()}, {"a.docx": specification(section_moved("Medication", "Exit"))}
    _, root = _drawn(old, new)
    here, away = ([one for one in root.iterfind(".//div[@class]") if state in str(one.get("class")).split()] for state in MOVES)
    assert len(here) == len(away) == 11
    assert [bool(one.findall(".//a[@href]")) for one in away] == [True, *[False] * 10]


def test_a_documents_text_cannot_inject() -> None:
    name = f"{HOSTILE.replace('/', '_')}.docx"
    old = {"a.docx": _document("Fixed.", "Rate 10.", HOSTILE + " one"), "b.txt": b"1", name: _document("x")}
    new = {"a.docx": _document("Fixed.", "Rate 11.", HOSTILE + " two", HOSTILE), "b.txt": b"2"}
    diff = compare_packs(PackFiles(old), PackFiles(new))
    text = page(diff, old, new)
    root = _read(text)
    assert HOSTILE in root.text_content()
    assert len(root.findall(".//script")) == 1
    assert not root.findall(".//img")
    assert not [key for one in root.iter(etree.Element) for key in one.attrib if str(key).startswith("on") or key == "style"]
    assert not [one for one in root.iterfind(".//a[@href]") if not str(one.get("href")).startswith("#")]
    assert "3702" not in text


def test_the_policy_allows_the_pages_own_style_and_script_and_nothing_else() -> None:
    old, new = {"a.docx": _document("one")}, {"a.docx": _document("two")}
    _, root = _drawn(old, new)
    [policy] = root.xpath(".//meta[@http-equiv='Content-Security-Policy']/@content")
    wanted = ["default-src 'none'"]
    for name in ("style", "script"):
        [text] = root.xpath(f".//{name}/text()")
        wanted.append(f"{name}-src 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'")
    assert policy.split("; ") == [*wanted, "base-uri 'none'", "form-action 'none'"]
    assert not root.xpath(".//link | .//iframe | .//object | .//*[@src]")


def test_the_same_packs_give_the_same_page(built: Build) -> None:
    old, new = built("exampleshire", "care-planning"), built("exampleshire", "reward")
    diff = compare_packs(PackFiles(old.files, old.manifest), PackFiles(new.files, new.manifest))
    first = page(diff, old.files, new.files)
    assert first == page(diff, dict(reversed(list(old.files.items()))), dict(new.files))
    assert str(old.folder) not in first
    root = _read(first)
    assert len(root.findall(".//li[@data-kind]")) == len(diff.changes)
    assert len(first) < 5_000_000
    names = {str(one.get("id")) for one in root.iterfind(".//*[@id]")}
    assert {str(one.get("href"))[1:] for one in root.iterfind(".//a[@href]")} <= names


def test_files_that_came_went_or_cannot_be_read_say_so() -> None:
    same = _document("Same.")  # made once: the clock is in it
    old = {"gone.docx": _document("Old words."), "same.docx": same, "broken.docx": b"nothing"}
    new = {"come.docx": _document("New words."), "same.docx": same, "broken.docx": _document("x")}
    diff, root = _drawn(old, new)
    rows = root.xpath("(.//table)[1]/tbody/tr")
    said = [("".join(row.xpath("th/a/text() | th/text()")).strip(), row.find("td").text_content().strip()) for row in rows]
    assert said == [
        ("broken.docx", "cannot be compared"),
        ("come.docx", "added"),
        ("gone.docx", "removed"),
        ("same.docx", "identical"),
    ]
    assert not diff.changes
    assert "Old words." in root.text_content()
    assert "New words." in root.text_content()


def test_two_packs_that_are_the_same_say_so() -> None:
    files = {"a.docx": _document("Same.")}
    _, root = _drawn(files, files)
    assert "There is nothing to review." in root.text_content()


def test_a_table_is_one_table_with_what_came_and_went_in_it() -> None:
    old = specification()
    new = specification(on_table(1, lambda one: add_column(one, "Notes", "none")), on_table(1, lambda one: remove_row(one, 2)))
    _, root = _drawn({"a.docx": old}, {"a.docx": new})
    [table] = root.xpath(".//table[@class='table changed']")
    rows = table.xpath(".//tr[not(contains(@class, 'notes-row'))][not(ancestor::tbody[@class='fold'])]")
    widths = {len(row.findall("td")) for row in rows}
    assert len(widths) == 1
    assert [one.text_content() for one in table.xpath(".//tr[contains(@class, 'head')]//ins")] == [" [inserted: Notes] "]
    [gone] = table.xpath(".//tr[contains(@class, 'removed')]")
    assert gone.findall(".//del")


def test_unchanged_runs_are_folded_and_what_is_next_to_a_change_is_not() -> None:
    paragraphs = [f"Paragraph {at}." for at in range(20)]
    changed = [*paragraphs[:10], "Paragraph ten.", *paragraphs[11:]]
    _, root = _drawn({"a.docx": _document(*paragraphs)}, {"a.docx": _document(*changed)})
    folds = [one.text for one in root.iterfind(".//details[@class='fold']/summary")]
    assert folds == ["9 unchanged paragraphs", "8 unchanged paragraphs"]
    shown = root.xpath(".//div[@class='story']/div[contains(@class, 'row')]//p[contains(@class, 'after')]")
    assert [one.text_content() for one in shown] == [
        "Paragraph 9.",
        "After: +Paragraph  [removed: 10]  [inserted: ten] .",
        "Paragraph 11.",
    ]


def test_the_folder_of_the_page_is_packaged() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = project["tool"]["setuptools"]["package-data"]["pipeline"]
    there = {path for pattern in declared for path in (ROOT / "pipeline").glob(pattern)}
    assets = {path for path in (ROOT / "pipeline" / "compare" / "page").iterdir() if path.is_file() and path.suffix != ".py"}
    assert len(assets) == 4
    assert assets <= there


def test_a_name_that_is_no_text_is_written_by_its_number(tmp_path: Path) -> None:
    folders = tmp_path / "old", tmp_path / "new"
    for folder, edits in zip(folders, ((), (replaced("within 23 hours", "within 48 hours"),)), strict=True):
        folder.mkdir()
        try:
            (folder / "caf\udce9.docx").write_bytes(specification(*edits))
        except OSError:
            pytest.skip("names of files are text here")
    made = [tmp_path / name for name in ("changes.html", "changes.json")]
    assert main(["compare", *map(str, folders), "--html", str(made[0]), f"--json={made[1]}"]) == DIFFERENT
    assert all("caf\\udce9.docx" in one.read_text(encoding="utf-8") for one in made)


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, made = tmp_path / "old.docx", tmp_path / "new.docx", tmp_path / "changes.html"
    old.write_bytes(specification())
    new.write_bytes(specification(replaced("within 23 hours", "within 48 hours"), moved("Notice of", "pharmacist")))

    def run(*arguments: str) -> int:
        return main(["compare", str(old), str(new), *arguments])

    assert run("--html", str(made)) == DIFFERENT
    text = made.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    diff = compare_documents(old.read_bytes(), new.read_bytes(), "old.docx", "new.docx")
    assert text == page(diff, {"new.docx": old.read_bytes()}, {"new.docx": new.read_bytes()})
    assert str(tmp_path) not in text
    assert run("--html", str(tmp_path / "no" / "changes.html")) == ERROR
    assert "cannot be written" in capsys.readouterr().err

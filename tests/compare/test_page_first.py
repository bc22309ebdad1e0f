"""The page of changes: its first screen, causes in words, what both editions repeat, and the notes of rows and sheets."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from docx.table import Table
from lxml import html

from pipeline.compare import PackDiff, PackFiles, compare_packs
from pipeline.compare.change import BY_HAND, Cause, Change, Location, Severity, Status
from pipeline.compare.page import page
from pipeline.compare.page.causes import Causes, cause_words
from pipeline.compare.page.editions import twins
from pipeline.compare.page.sides import alike, lines
from pipeline.compare.version import one_for_versions
from tests.fixtures.comparing import on_table, specification

RATE = Cause("profile field", "commercial.ceiling_rate", "40", "42.50")
WORDING = Cause("template", "contract-contents.docx", "00281f35", "2c350891")
MAYBE = tuple(replace(one, is_certain=False) for one in (WORDING, RATE, Cause("profile field", "control.version", "0.3", "0.4")))
SAID = {"authority": "Exampleshire", "locality": "exampleshire", "model": "reward", "version": "0.3", "digest": "0"}


def _document(*paragraphs: str) -> bytes:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def _compared(old: dict[str, bytes], new: dict[str, bytes], *causes: tuple[Cause, ...]) -> PackDiff:
    """Compare, and give the changes these causes in order."""
    diff = compare_packs(PackFiles(old), PackFiles(new))
    given = dict(zip((change.number for change in diff.changes), causes, strict=False))
    files = [
        replace(file, changes=tuple(replace(change, causes=given.get(change.number, ())) for change in file.changes))
        for file in diff.files
    ]
    return replace(diff, files=tuple(files), findings=())


def _drawn(diff: PackDiff, old: dict[str, bytes], new: dict[str, bytes]) -> Any:
    return html.document_fromstring(page(diff, old, new))


def _set(table: Table, row: int, column: int, text: str) -> None:
    table.cell(row, column).text = text


def _words(place: Any) -> str:
    return " ".join(place.text_content().split())


@pytest.fixture(scope="module")
def both() -> tuple[PackDiff, Any]:
    """Draw a document of which all but one change are in both editions."""
    old = _document("The rate is £10.", "Notice: 6 months.", "The end.")
    new = _document("The rate is £11.", "Notice: 9 months.", "The end.")
    inside = _document("The rate is £11.", "Notice: 9 months.", "The very end.")
    sides = {"internal/a.docx": old, "issue/a.docx": old}, {"internal/a.docx": inside, "issue/a.docx": new}
    diff = _compared(*sides, (RATE,), MAYBE, (Cause("no known cause", ""),), (RATE,), (RATE, *MAYBE[::2]))
    return diff, _drawn(diff, *sides)


def test_a_change_that_both_editions_have_is_linked_both_ways(both: tuple[PackDiff, Any]) -> None:
    diff, root = both
    assert [(change.number, change.file) for change in diff.changes][2:4] == [(3, "internal/a.docx"), (4, "issue/a.docx")]
    assert {number: twin.number for number, twin in twins(diff).items()} == {1: 4, 4: 1, 2: 5, 5: 2}
    for number, twin, file in ((1, 4, "issue/a.docx"), (4, 1, "internal/a.docx")):
        [note] = root.xpath(f".//li[@id='change-{number}']")
        assert note.get("data-twin") == str(twin)
        [told] = note.xpath(".//p[@class='twin']")
        assert _words(told) == f"also change {twin}, {file}"
        assert told.find("a").get("href") == f"#change-{twin}"
    assert not root.xpath(".//li[@id='change-3']//p[@class='twin']")
    assert "2 of these stand word for word in both editions and count twice." in _words(root)


def test_twins_are_paired_only_where_both_editions_have_as_many() -> None:
    before, after = ("Rate £10.", "Other.", "Rate £10."), ("Rate £11.", "Other.", "Rate £11.")
    old = {"internal/a.docx": _document(*before), "issue/a.docx": _document(*before[:2])}
    new = {"internal/a.docx": _document(*after), "issue/a.docx": _document(*after[:2])}
    assert not twins(_compared(old, new))
    assert not twins(_compared({"a.docx": old["issue/a.docx"]}, {"a.docx": new["issue/a.docx"]}))


def test_what_is_behind_the_changes_is_told_with_its_counts(both: tuple[PackDiff, Any]) -> None:
    _, root = both
    [behind] = root.xpath(".//section[@class='behind']/ul")
    for hidden in behind.xpath(".//span[@class='vh']"):
        hidden.drop_tree()
    assert [_words(item) for item in behind] == [
        "Commercial: ceiling rate: 40 → 42.50: 3 changes, perhaps 1 more",
        "No known cause: 1 change",
        "Its wording changed (template contract-contents.docx): perhaps 2 changes",
        "Control: version: 0.3 → 0.4: perhaps 2 changes",
    ]
    for link in behind.xpath(".//a"):
        token, first = link.get("data-pick"), link.get("href")[1:]
        found = [note.get("id") for note in root.xpath(".//li[@data-cause]") if token in note.get("data-cause").split()]
        assert found[0] == first
        assert f"{len(found)} " in _words(link).removeprefix("perhaps ")
        assert root.xpath(f".//option[@value='{token}']")


def test_a_card_names_its_causes_in_place(both: tuple[PackDiff, Any]) -> None:
    _, root = both
    said = {note.get("id"): [_words(why) for why in note.xpath(".//*[contains(@class, 'why')]")] for note in root.iter("li")}
    assert said["change-1"] == ["Cause: commercial: ceiling rate: 40 → 42.50"]
    others = "commercial: ceiling rate: 40 → 42.50", "control: version: 0.3 → 0.4"
    assert said["change-2"] == [
        f"Cause: perhaps its wording changed (template contract-contents.docx), or 2 others {' '.join(others)}"
    ]
    assert said["change-3"] == ["No known cause"]
    assert said["change-5"] == [
        "Cause: commercial: ceiling rate: 40 → 42.50",
        "Perhaps also its wording changed (template contract-contents.docx), or control: version: 0.3 → 0.4",
    ]
    assert "2c350891" not in _words(root.find("body//main"))


def test_causes_are_in_words_that_need_no_digest() -> None:
    assert cause_words(WORDING) == "its wording changed (template contract-contents.docx)"
    assert cause_words(Cause("template", "prices.xlsx", "a", "b")) == "its template changed (prices.xlsx)"
    assert cause_words(Cause("code", "pipeline", "a", "b")) == "the program that builds packs changed"
    assert cause_words(Cause("provision", "PA23-45", "cited", "")) == "provision PA23-45: no longer cited"
    model = Cause("commissioning model", "", "care-planning", "reward")
    assert cause_words(model) == "commissioning model: Model 1 (care planning) → Model 2 (reward)"
    long = cause_words(Cause("profile field", "area", "a" * 100, ""))
    assert long == f"area: {'a' * 60}… → nothing"
    assert cause_words(Cause(BY_HAND, "new file")) == "an edit by hand after it was built (new file)"


def test_kinds_of_cause_with_several_can_be_chosen_together() -> None:
    diff = _compared({"a.docx": _document("One 1.")}, {"a.docx": _document("One 2.")}, MAYBE)
    causes = Causes(diff)
    assert causes.kinds == ["profile field"]
    assert causes.tokens(diff.changes[0].causes) == "k0 p0 p1 p2"


def test_the_gravest_changes_stand_first_and_those_alike_once(both: tuple[PackDiff, Any]) -> None:
    _, root = both
    said = [_words(item) for item in root.xpath(".//ul[@class='leads']/li")]
    assert said[0].startswith("1 High money")
    assert said[0].endswith("a.docx, paragraph 1 of the text; 1 more like it")
    assert said[1].endswith("a.docx, paragraph 2 of the text; 1 more like it")
    assert [one.split()[0] for one in said] == ["1", "2"]


def test_lost_files_lead_and_come_before_added_ones() -> None:
    old = {"a-prices.docx": _document("x"), "broken.docx": _document("x"), "same.docx": _document("x")}
    new = {"a-notes.txt": b"x", "broken.docx": b"nothing", "same.docx": old["same.docx"]}
    diff = _compared(old, new)
    root = _drawn(diff, old, new)
    said = [_words(item) for item in root.xpath(".//section[@class='findings']/ul/li")]
    assert said == [
        "a-prices.docx is only in the old pack: it was taken out, or lost.",
        "broken.docx cannot be compared.",
        "a-notes.txt is only in the new pack: it was added.",
    ]
    told = replace(diff, findings=("broken.docx: it was damaged.", "same.docx: look here.", "Something else."))
    said = [_words(item) for item in _drawn(told, old, new).xpath(".//section[@class='findings']/ul/li")]
    assert said[1] == "broken.docx: it was damaged."
    assert said[3:] == ["same.docx: look here.", "Something else."]
    outcome = _words(root.xpath(".//p[@class='nothing']")[0])
    assert outcome.startswith("Files: 1 added, 1 removed, 1 identical, 1 cannot be compared. The files that are in both packs")
    assert "No changes" not in _words(root.find("body//main"))
    assert not root.xpath(".//*[@id='next'] | .//*[@class='rail']")


def test_packs_are_named_in_words_and_what_differs_is_marked() -> None:
    old, new = {**SAID, "prepared_on": "2026-11-21"}, {**SAID, "version": "0.4", "prepared_on": "2026-11-21"}
    before, after = lines(PackDiff(old, new, ()))
    assert before == [
        ("Exampleshire", False),
        ("Model 2 (reward)", False),
        ("version 0.3", True),
        ("prepared on 21 November 2026", False),
    ]
    assert ("version 0.4", True) in after
    assert lines(PackDiff({"digest": "1" * 64}, {"digest": "2" * 64}, ()))[0] == [("pack 111111111111", True)]


def test_two_packs_that_say_the_same_are_told_apart_by_what_happened() -> None:
    change = Change("paragraph-changed", Severity.CONTENT, Location("body"), "a", "b", causes=(Cause(BY_HAND, "new file"),))
    old = {"a.docx": _document("one"), "b.docx": _document("x")}
    diff = _compared(old, {"a.docx": _document("two"), "b.docx": old["b.docx"]})
    edited = replace(diff, old=SAID, new=SAID, files=(replace(diff.files[0], changes=(change,)), diff.files[1]))
    assert alike(edited) == "The same pack, built the same: its files were edited by hand afterwards."
    lost = replace(edited, files=(edited.files[0], replace(diff.files[1], status=Status.REMOVED)))
    assert "added or taken away" in alike(lost)
    built = replace(edited, files=(replace(diff.files[0], changes=(replace(change, causes=(RATE,)),)),))
    assert alike(built).startswith("Both packs say the same of themselves")
    assert not alike(replace(edited, new={**SAID, "version": "0.4"}))
    assert not alike(diff)


def test_the_page_explains_itself_and_names_no_file_that_the_reader_lacks(both: tuple[PackDiff, Any]) -> None:
    _, root = both
    [reading] = root.xpath(".//details[@id='reading']")
    assert [_words(one) for one in reading.iter("dt")] == ["High", "Content", "Low", "Cause"]
    assert root.xpath(".//footer//a/@href") == ["#reading"]
    assert ".md" not in root.text_content()
    sides = {"a.docx": _document("One 1.")}, {"a.docx": _document("One 2.")}
    bare = _drawn(_compared(*sides), *sides)
    assert [_words(one) for one in bare.xpath(".//details[@id='reading']//dt")] == ["High", "Content", "Low"]
    assert "cause" not in _words(bare.find("body//main")).lower()


def test_a_row_with_two_changed_cells_has_one_line_of_notes_and_one_cause() -> None:
    old = specification()
    new = specification(on_table(1, lambda one: _set(one, 2, 1, "now 1")), on_table(1, lambda one: _set(one, 2, 2, "now 2")))
    diff = _compared({"a.docx": old}, {"a.docx": new}, (RATE,), (RATE,))
    assert len(diff.changes) == 2
    root = _drawn(diff, {"a.docx": old}, {"a.docx": new})
    [row] = root.xpath(".//tr[@class='notes-row']")
    assert len(row.xpath(".//li[@data-kind]")) == 2
    assert len(row.xpath(".//p[@class='why']")) == 1
    for note in row.iter("li"):
        assert note.find(".//strong").get("class") == "vh"
        assert not note.xpath(".//*[@class='where']")


def test_where_a_version_is_told_stands_with_its_change_and_not_above_the_file() -> None:
    old, new = {"a.docx": _document("Version 0.3")}, {"a.docx": _document("Version 0.4")}
    diff = _compared(old, new)
    diff = replace(diff, files=one_for_versions(diff.files, {"version": "0.3"}, {"version": "0.4"}))
    assert diff.changes[0].kind == "version-changed"
    root = _drawn(
        replace(
            diff, files=tuple(replace(file, changes=tuple(replace(one, number=1) for one in file.changes)) for file in diff.files)
        ),
        old,
        new,
    )
    assert not root.xpath(".//p[@class='said']")
    assert _words(root.xpath(".//p[@class='aside']")[0]).startswith("Its version is told in 1 place")


def _workbook(rate: float, formula: str = "=B3*2", *, has_results: bool) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["The prices of every lot, as they are to be read by those who bid"])
    sheet.append(["Lot", "Rate", "Total"])
    sheet.append(["A", rate, formula])
    content = BytesIO()
    made.save(content)
    return _with_result(content.getvalue()) if has_results else content.getvalue()


def _with_result(content: bytes) -> bytes:
    made = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(made, "w") as after:
        for name in before.namelist():
            after.writestr(
                name,
                before.read(name)
                .replace(b"<f>B3*2</f><v></v>", b"<f>B3*2</f><v>20</v>")
                .replace(b"<f>B3*2</f><v />", b"<f>B3*2</f><v>20</v>"),
            )
    return made.getvalue()


def test_a_cell_whose_results_only_one_file_has_shows_no_raw_formula() -> None:
    old, new = {"a.xlsx": _workbook(10, has_results=True)}, {"a.xlsx": _workbook(11, has_results=False)}
    root = _drawn(_compared(old, new), old, new)
    [table] = root.xpath(".//table[contains(@class, 'sheet')]")
    assert "B3*2" not in "".join(table.xpath(".//td[not(ancestor::tr[@class='notes-row'])]//text()"))
    assert table.xpath(".//td[@colspan='3'][contains(., 'The prices of every lot')]")
    other = {"a.xlsx": _workbook(10, "=B3*3", has_results=False)}
    [cell] = _drawn(_compared(old, other), old, other).xpath(".//td[contains(@class, 'changed')]")
    assert _words(cell) == "change 1 [removed: 20] [inserted: (no result)]"
    bare = {"a.xlsx": _workbook(10, has_results=False)}
    assert "B3*2" in _drawn(_compared(bare, new), bare, new).text_content()

"""Packs compared: what became of each file, the change list as JSON, its schema, causes, and the command."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipeline.cli import main
from pipeline.compare import PackDiff, PackFiles, change_list, compare_documents, compare_packs
from pipeline.compare.bidders import for_bidders
from pipeline.compare.cause import UNREADABLE
from pipeline.compare.change import Location, Severity, Status
from pipeline.compare.command import exit_code
from pipeline.compare.kinds import KINDS
from pipeline.compare.markdown import markdown, plain
from pipeline.compare.page import page
from pipeline.compare.shown import summary, text_diff
from pipeline.compare.values import forms, shows, unit_of
from pipeline.finish.package import read_parts, write_parts
from pipeline.manifest import digest
from pipeline.result import DIFFERENT, ERROR, SAME
from tests.compare.test_sheets_corpus import CASES as SHEETS
from tests.compare.test_word_corpus import CASES as WORD
from tests.fixtures.comparing import replaced, specification
from tests.fixtures.packs import ROOT, Built
from tests.fixtures.schedules_compared import schedule, tweaked

SCHEMA = json.loads((ROOT / "docs" / "change-list.schema.json").read_text(encoding="utf-8"))
Build = Callable[[str, str], Built]
SPECIFICATION = "internal/specification.docx"


def _valid(diff: PackDiff) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(change_list(diff))
    Draft202012Validator(SCHEMA).validate(made)
    return made


def _pack(files: dict[str, bytes], **fields: Any) -> PackFiles:
    """Make a pack with a manifest that lists its files, and a document's entry for each."""
    documents = [{**_entry(path, content), **fields.pop(path, {})} for path, content in files.items()]
    base = {"locality": "exampleshire", "model": "reward", "engine": {"pipeline": "a" * 64}, "profile": {}, "reference": {}}
    return PackFiles(files, {**base, **fields, "documents": documents})


def _entry(path: str, content: bytes) -> dict[str, Any]:
    facts: dict[str, Any] = {"facts": {}, "reads": {}, "provisions": []}
    return {"path": path, "template": Path(path).name, "template_digest": "t" * 64, "file_digest": digest(content), **facts}


@pytest.fixture(scope="module")
def one() -> bytes:
    return specification()


@pytest.fixture(scope="module")
def other() -> bytes:
    return specification(replaced("within 23 hours", "within 48 hours"))


# ------------------------------------------------------------------------------------------------------------ the list


def test_every_file_is_accounted_for(one: bytes, other: bytes) -> None:
    old = PackFiles({"issue/a.docx": one, "issue/b.docx": one, "issue/c.xlsx": schedule(), "notes.txt": b"old"})
    new = PackFiles({"issue/a.docx": other, "issue/c.xlsx": schedule(), "issue/d.docx": one, "notes.txt": b"new"})
    found = compare_packs(old, new)
    assert [(file.path, file.status.value) for file in found.files] == [
        ("issue/a.docx", "changed"),
        ("issue/b.docx", "removed"),
        ("issue/c.xlsx", "identical"),
        ("issue/d.docx", "added"),
        ("notes.txt", "changed"),
    ]
    assert [(change.number, change.kind) for change in found.changes] == [(1, "paragraph-changed"), (2, "file-changed")]
    assert [file.path for file in compare_packs(old, new, "internal").files] == []
    _valid(found)


def test_a_pack_and_itself_give_no_change(built: Build) -> None:
    pack = built("exampleshire", "reward")
    found = compare_packs(PackFiles(pack.files, pack.manifest), PackFiles(dict(pack.files), pack.manifest))
    assert found.is_identical
    assert not found.changes
    assert not found.findings


def test_other_template_names_are_no_change(one: bytes) -> None:
    old = _pack({SPECIFICATION: one})
    new = _pack({SPECIFICATION: one}, **{SPECIFICATION: {"template": "renamed.docx"}})
    assert compare_packs(old, new).is_identical


def test_the_same_parts_in_another_package_are_no_change_and_said_so(one: bytes) -> None:
    again = write_parts(dict(reversed(read_parts(one).items())))
    stored = _stored(read_parts(one))
    found = compare_packs(PackFiles({"a.docx": again}), PackFiles({"a.docx": stored}))
    assert (found.files[0].status, found.files[0].parts, found.changes) == (Status.UNCOMPARED, (), ())
    assert found.files[0].notes[0].endswith("Its parts are the same, and only how they are packed differs.")
    assert exit_code(found, "high") == DIFFERENT
    _valid(found)


def test_a_change_of_looks_in_many_places_is_one_that_names_them() -> None:
    def turn(_: object, sheets: dict[str, Any], __: object) -> None:
        for sheet in sheets.values():
            sheet.set_landscape()

    found = compare_documents(schedule(), schedule(tweaked(turn)), "a.xlsx", "a.xlsx")
    assert len(found.changes) == 1
    assert "print changed: Guide and 3 more places" in summary(found)
    assert "Guide and 3 more places" in markdown(found)
    _valid(found)


def test_a_file_that_differs_is_never_identical(one: bytes) -> None:
    parts = read_parts(one)
    settings = parts["word/settings.xml"].decode()
    parts["word/settings.xml"] = settings.replace("</w:settings>", "<w:rsids/></w:settings>").encode()
    pack = PackFiles({"issue/a.docx": write_parts(parts)})
    found = for_bidders(compare_packs(PackFiles({"issue/a.docx": one}), pack))
    assert not found.is_identical
    assert (found.files[0].status, found.files[0].parts) == (Status.UNCOMPARED, ("word/settings.xml",))
    assert exit_code(found, "high") == DIFFERENT
    for said in (summary(found), markdown(found), page(found, {"issue/a.docx": one}, pack.files)):
        assert "differs in what is not compared" in said
        assert "word/settings.xml" in said
    assert text_diff({"a.docx": one}, {"a.docx": pack.files["issue/a.docx"]}) == (
        "Files old/a.docx and new/a.docx differ, but not in their text"
    )
    _valid(found)


def _stored(parts: dict[str, bytes]) -> bytes:
    from io import BytesIO
    from zipfile import ZIP_STORED, ZipFile

    content = BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return content.getvalue()


def test_the_list_is_the_same_bytes_every_time_and_keeps_its_schema(built: Build) -> None:
    old, new = built("exampleshire", "care-planning"), built("exampleshire", "reward")
    texts = {change_list(compare_packs(PackFiles(old.files, old.manifest), PackFiles(new.files, new.manifest))) for _ in range(2)}
    assert len(texts) == 1
    made = json.loads(texts.pop())
    Draft202012Validator(SCHEMA).validate(made)
    assert made["summary"]["files"]["changed"] == len(new.files)
    assert len({change["id"] for change in made["changes"]}) == len({(one["id"], one["file"]) for one in made["changes"]})
    assert str(new.folder) not in json.dumps(made)
    for change in made["changes"]:
        if change["segments"]:
            for side, mark in (("old", "inserted"), ("new", "removed")):
                assert "".join(one["text"] for one in change["segments"] if one["mark"] != mark) == change[side]


def test_an_id_stays_when_something_else_changes_before_it(one: bytes, other: bytes) -> None:
    both = specification(replaced("within 23 hours", "within 48 hours"), replaced("Referral and response", "Referral"))
    alone = compare_documents(one, other, "a.docx", "a.docx").changes[0].id
    assert alone in {change.id for change in compare_documents(one, both, "a.docx", "a.docx").changes}


def test_a_file_that_cannot_be_read_is_an_error_and_the_rest_is_compared(one: bytes, other: bytes) -> None:
    old = PackFiles({"a.docx": b"nothing", "b.docx": one})
    new = PackFiles({"a.docx": one, "b.docx": other})
    found = compare_packs(old, new)
    assert [file.status for file in found.files] == [Status.ERROR, Status.CHANGED]
    assert "a.docx: is not an Excel workbook (.xlsx) or Word document (.docx)" in found.files[0].notes[0]
    _valid(found)


def test_every_kind_is_in_the_table_with_its_severity() -> None:
    seen = {(kind, severity) for cases in (WORD, SHEETS) for case in cases.values() for kind, severity, *_ in case.expected}
    assert len(seen) > 40
    wrong = {(kind, severity) for kind, severity in seen if severity not in re.findall(r"\w+", KINDS[kind][0])}
    assert wrong <= {("field-changed", "low")}


def test_the_schema_lists_every_kind() -> None:
    assert SCHEMA["$defs"]["change"]["properties"]["kind"]["enum"] == sorted(KINDS)


def test_the_guide_lists_every_kind() -> None:
    guide = (ROOT / "docs" / "comparing.md").read_text(encoding="utf-8")
    for kind, (severity, what) in KINDS.items():
        assert f"| `{kind}` | {severity} | {what} |" in guide


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Location("body", ("4 Reporting", "Returns"), "4.3"), "4 Reporting › Returns › 4.3"),
        (Location("body", ("4 Reporting",), "4"), "4 Reporting"),
        (Location("body", block=3), "paragraph 3 of the text"),
        (Location("body", cell="B2", block=2), "body, B2"),
        (Location("footer", (), ""), "footer"),
        (Location("body", (), "", "", "Table 2: Prices", "PL-01", "Rate"), "Table 2: Prices, row PL-01, column Rate"),
        (Location("Prices", row="PL-01", column="Rate", cell="E4"), "Prices, row PL-01, column Rate, E4"),
        (Location("names", item="PayRate"), "names, PayRate"),
    ],
)
def test_a_place_in_words(place: Location, words: str) -> None:
    assert place.words() == words


# -------------------------------------------------------------------------------------------------------------- causes


def _causes(old: PackFiles, new: PackFiles) -> list[tuple[str, bool]]:
    found = compare_packs(old, new)
    _valid(found)
    return [(cause.words(), cause.is_certain) for change in found.changes for cause in change.causes]


RESPONSE = "service.response_hours"


def _figure(value: object, unit: str = "hours", *fields: str) -> dict[str, Any]:
    return {"value": value, "status": "confirmed", "unit": unit, "fields": [*fields] or [RESPONSE]}


def _shows(value: object, unit: str = "hours", *fields: str, **more: Any) -> dict[str, Any]:
    """Make the entry of a document that shows a figure."""
    facts = {"service.response_hours": [_figure(value, unit, *fields)]}
    return {"facts": facts, "reads": {"service": [RESPONSE, "service.records_system"]}, **more}


def _told(old: bytes, new: bytes, before: dict[str, Any], after: dict[str, Any], **changed: tuple[Any, Any]) -> PackDiff:
    """Compare one document in two packs whose profile fields (by name, __ for a point) were one thing and are another."""
    fields = {name.replace("__", "."): values for name, values in changed.items()}
    profiles = [{name: values[at] for name, values in fields.items()} for at in (0, 1)]
    packs = [
        _pack({SPECIFICATION: content}, profile=profile, **{SPECIFICATION: entry})
        for content, profile, entry in ((old, profiles[0], before), (new, profiles[1], after))
    ]
    found = compare_packs(packs[0], packs[1])
    _valid(found)
    return found


def _said(diff: PackDiff) -> list[tuple[str, bool]]:
    return [(cause.words(), cause.is_certain) for change in diff.changes for cause in change.causes]


HOURS = {"service__response_hours": (23, 48)}
NOTICE = {"service__notice_months": (6, 9)}
OTHER_TEMPLATE = {"template_digest": "u" * 64}
FIELD_CAUSE, TEMPLATE_CAUSE = "profile field service.response_hours: 23 → 48", "template specification.docx"


def test_a_change_that_shows_a_fields_values_is_that_fields(one: bytes, other: bytes) -> None:
    found = _told(one, other, _shows(23), _shows(48, **OTHER_TEMPLATE), **HOURS)
    assert _said(found) == [(FIELD_CAUSE, True)]


def test_a_field_that_is_not_behind_the_value_shown_is_not_certain(one: bytes, other: bytes) -> None:
    before, after = (_shows(value, "hours", "service.other") for value in (23, 48))
    found = _told(one, other, before, {**after, **OTHER_TEMPLATE}, **HOURS)
    assert _said(found) == [(FIELD_CAUSE, False), (TEMPLATE_CAUSE, False)]


@pytest.mark.parametrize(("field", "is_certain"), [("contract.response", True), ("contract.records", False)])
def test_a_long_text_is_the_field_of_that_name(one: bytes, other: bytes, field: str, *, is_certain: bool) -> None:
    """The manifest keeps a digest of it, so the field's own values are looked for."""
    entries = [
        {"facts": {"service.response": [f"sha256:{side}"]}, "reads": {"service": [field]}, "template_digest": side * 64}
        for side in "ab"
    ]
    values = ("within 23 hours", "within 48 hours")
    found = _told(one, other, entries[0], entries[1], **{field.replace(".", "__"): values})
    cause = (f"profile field {field}: within 23 hours → within 48 hours", is_certain)
    assert cause in _said(found)
    assert len(_said(found)) == (1 if is_certain else 2)


def test_a_property_is_the_field_that_every_document_has_in_its_properties(one: bytes) -> None:
    """No fact of the document has read it."""
    old, new = (_about(one, f"Specification: {area}") for area in ("North", "South"))
    found = _told(old, new, {}, OTHER_TEMPLATE, area=("North", "South"))
    assert [change.kind for change in found.changes] == ["property-changed"]
    assert _said(found) == [("profile field area: North → South", True)]


def _about(content: bytes, subject: str) -> bytes:
    parts = read_parts(content)
    core = parts["docProps/core.xml"]
    assert core.count(b"</cp:coreProperties>") == 1
    words = f"<dc:subject>{subject}</dc:subject></cp:coreProperties>".encode()
    return write_parts({**parts, "docProps/core.xml": core.replace(b"</cp:coreProperties>", words)})


def test_hours_are_no_percentage(one: bytes, other: bytes) -> None:
    found = _told(one, other, _shows(23, "%"), _shows(48, "%", **OTHER_TEMPLATE), **HOURS)
    assert _said(found) == [(TEMPLATE_CAUSE, False), (FIELD_CAUSE, False)]


def test_what_a_value_does_not_account_for_may_come_from_elsewhere(one: bytes) -> None:
    both = specification(replaced("within 23 hours", "within 48 hours, and no later"))
    found = _told(one, both, _shows(23), _shows(48, **OTHER_TEMPLATE), **HOURS)
    assert _said(found) == [(FIELD_CAUSE, True), (TEMPLATE_CAUSE, False)]
    assert "because of profile field service.response_hours: 23 → 48; perhaps also because of template" in summary(found)
    drawn = page(found, {SPECIFICATION: one}, {SPECIFICATION: both})
    assert "Perhaps also" in drawn
    assert "its wording changed" in drawn
    assert '<p class="why">Cause: service: response hours: 23 → 48</p>' in drawn


@pytest.mark.parametrize(
    ("text", "is_listed"),
    [
        ("within 23 hours or sooner", False),
        ("within 23 hours, or 9 months", True),
        ("within 23 hours, or nine months", True),
    ],
)
def test_a_field_of_which_a_change_shows_nothing_is_ruled_out(one: bytes, text: str, *, is_listed: bool) -> None:
    before, after = ({**_shows(value, "months", "service.notice_months"), "reads": {}} for value in (6, 9))
    new = specification(replaced("within 23 hours", text))
    found = _told(one, new, before, {**after, **OTHER_TEMPLATE}, **NOTICE, control__version=("0.3", "0.4"))
    assert _said(found) == [
        (TEMPLATE_CAUSE, False),
        *([("profile field service.notice_months: 6 → 9", False)] if is_listed else []),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"flag": True}, {"flag": False}),
        ({"flag": "sha256:aa"}, {"flag": "sha256:bb"}),
        (
            {"flag": {"value": None, "fields": ["service.notice_months"]}},
            {"flag": {"value": 9, "fields": ["service.notice_months"]}},
        ),
    ],
)
def test_a_field_that_may_steer_what_else_is_said_is_not_ruled_out(
    one: bytes, before: dict[str, Any], after: dict[str, Any]
) -> None:
    reads = {"reads": {"flag": ["service.notice_months"]}}
    new = specification(replaced("within 23 hours", "within 23 hours or sooner"))
    found = _told(one, new, {"facts": before, **reads}, {"facts": after, **reads, **OTHER_TEMPLATE}, **NOTICE)
    assert ("profile field service.notice_months: 6 → 9", False) in _said(found)


def test_of_a_document_edited_by_hand_nothing_is_certain(one: bytes, other: bytes) -> None:
    old = _pack({SPECIFICATION: one}, profile={RESPONSE: 23}, **{SPECIFICATION: _shows(23)})
    new = _pack({SPECIFICATION: other}, profile={RESPONSE: 48}, **{SPECIFICATION: _shows(48)})
    kept = _pack({SPECIFICATION: other}, profile={RESPONSE: 48}, **{SPECIFICATION: _shows(48, detached=True)})
    edited = PackFiles({SPECIFICATION: specification(replaced("within 23 hours", "within 48 hours, or so"))}, new.manifest)
    for pack, is_listed in ((kept, True), (edited, False)):
        found = compare_packs(old, pack)
        assert _said(found) == [("an edit by hand after it was built (new file)", False), (FIELD_CAUSE, False)]
        assert "perhaps because it was edited by hand after it was built, or of profile field" in summary(found)
        listed = "is kept as edited" if is_listed else "is not the one its manifest lists"
        assert found.findings == (
            f"internal/specification.docx: the new file {listed}: it was edited by hand after it was built.",
        )


def test_a_kept_document_has_the_profile_it_was_built_from(one: bytes, other: bytes) -> None:
    old = _pack({SPECIFICATION: one}, profile={RESPONSE: 23}, **{SPECIFICATION: _shows(23)})
    kept = _shows(23, detached=True, built_from={"profile": {RESPONSE: 23}})
    found = compare_packs(old, _pack({SPECIFICATION: other}, profile={RESPONSE: 48}, **{SPECIFICATION: kept}))
    assert _said(found) == [("an edit by hand after it was built (new file)", True)]


def test_a_kept_document_that_is_what_it_was_is_no_finding(one: bytes) -> None:
    pack = _pack({SPECIFICATION: one}, profile={RESPONSE: 23}, **{SPECIFICATION: _shows(23, detached=True)})
    assert compare_packs(pack, pack).findings == ()


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        ("60", "%", {"60%", "60.0%", "60 per cent"}),
        ("0.6", unit_of({"value": "0.6"}), {"60%", "60.0%", "0.6"}),
        ("71.68", "%", {"71.68%", "71.7%"}),
        ("1234.5", "£", {"£1,234.50", "1,234.50"}),
        ("-740408", "£", {"-£740,408"}),
        ("2026-11-21", "", {"21 November 2026", "2026-11-21"}),
    ],
)
def test_a_value_is_known_as_a_number_format_writes_it(value: str, unit: str, written: set[str]) -> None:
    assert written <= forms(value, unit)


@pytest.mark.parametrize(
    ("old", "new", "was", "now", "unit"),
    [
        ("5 years", "6 years", "5", "6", "%"),
        ("5%", "6%", "5", "6", "years"),
        ("£5", "£6", "5", "6", "years"),
        ("0.3", "0.4", "30", "40", "years"),
        ("30%", "40%", "0.3", "0.4", ""),
        ("5 days and 6 hours", "4 days and 6 hours", "5", "6", ""),
    ],
)
def test_a_value_of_one_unit_is_not_shown_by_another(old: str, new: str, was: str, now: str, unit: str) -> None:
    assert not shows(old, new, was, now, unit)


def test_a_change_that_shows_no_values_may_be_of_all_that_changed(one: bytes, other: bytes) -> None:
    reads: dict[str, Any] = {SPECIFICATION: {"reads": {"service": ["service.records_system", "reference.legal_register"]}}}
    old = _pack(
        {SPECIFICATION: one}, profile={"service.records_system": "Paper"}, reference={"legal_register[CA14]": "1"}, **reads
    )
    more = {"template_digest": "u" * 64, "provisions": ["CA14"]}
    new = _pack(
        {SPECIFICATION: other},
        profile={"service.records_system": "Digital"},
        reference={"legal_register[CA14]": "2"},
        engine={"pipeline": "b" * 64},
        **{SPECIFICATION: {**reads[SPECIFICATION], **more}},
    )
    assert _causes(old, new) == [
        (TEMPLATE_CAUSE, False),
        ("profile field service.records_system: Paper → Digital", False),
        ("reference entry legal_register[CA14]", False),
        ("provision CA14: nothing → cited", False),
        ("code pipeline: aaaaaaaa → bbbbbbbb", False),
    ]


def test_the_only_thing_that_changed_is_the_cause(one: bytes, other: bytes) -> None:
    old, new = _pack({SPECIFICATION: one}), _pack({SPECIFICATION: other}, **{SPECIFICATION: {"template_digest": "u" * 64}})
    assert _causes(old, new) == [(TEMPLATE_CAUSE, True)]


def test_a_result_is_the_fields_behind_it(one: bytes, other: bytes) -> None:
    before, after = (_shows(value, "hours", "service.response_days") for value in (23, 48))
    days = {"service__response_days": ("1", "2")}
    reads = {"reads": {"reply": ["service.response_days"]}}
    found = _told(one, other, {**before, **reads}, {**after, **reads, **OTHER_TEMPLATE}, **days)
    assert _said(found) == [("profile field service.response_days: 1 → 2", True)]


def test_a_file_edited_by_hand_is_found(one: bytes, other: bytes) -> None:
    old = _pack({SPECIFICATION: one})
    new = PackFiles({SPECIFICATION: other}, old.manifest)
    found = compare_packs(old, new)
    assert [one.words() for one in found.changes[0].causes] == ["an edit by hand after it was built (new file)"]
    assert found.findings == (
        "internal/specification.docx: the new file is not the one its manifest lists: it was edited by hand after it was built.",
    )


def test_files_that_were_put_there_taken_away_or_damaged_are_called_that(one: bytes, other: bytes) -> None:
    old = _pack({SPECIFICATION: one, "issue/a.docx": one})
    new = PackFiles({SPECIFICATION: other[:-40], "notes.txt": b"mine"}, old.manifest)
    found = compare_packs(old, new)
    assert found.findings == (
        f"{SPECIFICATION}: {UNREADABLE.format('new')}.",
        "issue/a.docx: the manifest of the new pack lists it, but it is not there: it was taken away after the pack was built.",
        "notes.txt: the manifest of the new pack does not list it: it was put there after the pack was built.",
    )
    assert summary(found).endswith("1 added, 1 removed, 1 cannot be compared. No changes in what could be compared.")
    assert summary(compare_packs(old, old)).endswith("Files: 2 identical. No changes.")


def test_a_change_that_nothing_accounts_for_is_a_finding(one: bytes, other: bytes) -> None:
    found = compare_packs(_pack({SPECIFICATION: one}), _pack({SPECIFICATION: other}))
    assert [one.words() for one in found.changes[0].causes] == ["no known cause"]
    assert found.findings == (
        "internal/specification.docx: no known cause for change 1: nothing that the manifests record went into it differently.",
    )


def test_without_a_manifest_no_cause_is_known(one: bytes, other: bytes) -> None:
    found = compare_packs(PackFiles({SPECIFICATION: one}), _pack({SPECIFICATION: other}))
    assert found.findings == ("The old pack has no manifest: causes are not known.",)
    assert not found.changes[0].causes


# ------------------------------------------------------------------------------------------------------------- version


def _versions(*edits: Any, version: str = "0.4") -> PackDiff:
    before = specification(replaced("within 23 hours", "in version 0.3, within 0.3 hours"))
    after = specification(replaced("within 23 hours", "in version 0.4, within 0.3 hours"), *edits)
    found = compare_packs(_pack({SPECIFICATION: before}, version="0.3"), _pack({SPECIFICATION: after}, version=version))
    _valid(found)
    return found


def test_another_version_is_one_change_of_content_in_each_file() -> None:
    (change,) = _versions().changes
    assert (change.kind, change.severity, change.old, change.new) == ("version-changed", Severity.CONTENT, "0.3", "0.4")
    assert "told in 1 place, which count as one change" in _versions().files[0].notes[0]


def test_a_number_like_the_version_is_no_version() -> None:
    found = _versions(replaced("within 0.3 hours", "within 0.4 hours"))
    assert [change.kind for change in found.changes] == ["paragraph-changed"]
    assert found.changes[0].severity is Severity.HIGH


def test_a_version_that_the_manifests_do_not_say_is_a_change_like_any_other() -> None:
    assert [change.kind for change in _versions(version="0.5").changes] == ["paragraph-changed"]


# ------------------------------------------------------------------------------------------------- command and words


def _run(*arguments: str) -> int:
    return main(["compare", *arguments])


@pytest.fixture
def folders(tmp_path: Path, one: bytes, other: bytes) -> tuple[str, str]:
    wording = specification(replaced("comes about", "begins"))
    for name, files in (("old", {"internal": one, "issue": one}), ("new", {"internal": other, "issue": wording})):
        for edition, content in files.items():
            (tmp_path / name / edition).mkdir(parents=True)
            (tmp_path / name / edition / "specification.docx").write_bytes(content)
            (tmp_path / name / edition / ".~lock.specification.docx#").write_text("open")
    return str(tmp_path / "old"), str(tmp_path / "new")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), DIFFERENT),
        (("--fail-on", "content"), DIFFERENT),
        (("--fail-on", "high"), DIFFERENT),
        (("--edition", "issue", "--fail-on", "high"), SAME),
        (("--edition", "issue", "--fail-on", "content"), DIFFERENT),
    ],
)
def test_the_exit_code_says_whether_anything_grave_changed(
    folders: tuple[str, str], options: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(*folders, *options) == code
    assert "Changes: " in capsys.readouterr().out


def test_the_same_folder_twice_exits_0(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(folders[0], folders[0]) == SAME
    assert capsys.readouterr().out.endswith("Files: 2 identical. No changes.\n")


def test_json_is_the_change_list(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(*folders, "--json") == DIFFERENT
    printed = capsys.readouterr().out
    Draft202012Validator(SCHEMA).validate(json.loads(printed))
    assert folders[0] not in printed


def test_json_goes_to_a_file_beside_what_is_printed(
    folders: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(*folders, "--markdown", "--json", str(tmp_path / "changes.json")) == DIFFERENT
    assert capsys.readouterr().out.startswith("**pack ")
    assert _run(*folders, "--json") == DIFFERENT
    assert (tmp_path / "changes.json").read_text(encoding="utf-8") == capsys.readouterr().out


def test_a_file_that_cannot_be_written_exits_2(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(*folders, "--json", f"{folders[0]}/no/changes.json") == ERROR
    shown = capsys.readouterr()
    assert (shown.out, "changes.json: cannot be written" in shown.err) == ("", True)


def test_one_document_has_no_editions(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    paths = [f"{folder}/internal/specification.docx" for folder in folders]
    assert _run(*paths, "--edition", "issue") == ERROR
    assert "has no editions" in capsys.readouterr().err


def test_what_a_build_moved_aside_is_no_change_of_a_pack(built: Build, tmp_path: Path) -> None:
    old = built("exampleshire", "reward").folder
    new = Path(shutil.copytree(old, tmp_path / "reward"))
    (new / "edited" / "issue").mkdir(parents=True)
    (new / "edited" / "issue" / "contract-contents 2026-11-22.docx").write_bytes(b"mine")
    assert _run(str(old), str(new)) == SAME


def test_approvals_are_no_change_of_a_pack(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(folders[0], "approvals.json").write_text("{}")
    assert _run(folders[0], folders[0], "--text") == SAME
    assert capsys.readouterr().out == ""


def test_two_documents_can_be_compared(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    paths = [f"{folder}/internal/specification.docx" for folder in folders]
    assert _run(*paths) == DIFFERENT
    printed = capsys.readouterr().out
    assert "1. high: paragraph changed (period): 3 Delivery of visits › 3.1" in printed
    assert "each visit within [-23-]{+48+} hours" in printed


@pytest.mark.parametrize("made", ["nothing", "folder", "file", "manifest"])
def test_what_cannot_be_compared_exits_2(
    made: str, folders: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other"
    if made in {"folder", "manifest"}:
        path.mkdir()
    if made == "manifest":
        (path / "a.docx").write_bytes(b"")
        (path / "manifest.json").write_text("[]")
    elif made == "file":
        path.write_bytes(b"")
    assert _run(folders[0], str(path)) == ERROR
    assert capsys.readouterr().err.startswith(str(path) if made != "file" else folders[0])


@pytest.mark.parametrize("broken", [0, 1])
def test_the_file_that_cannot_be_read_is_the_one_that_is_blamed(one: bytes, broken: int) -> None:
    contents = [one, one]
    contents[broken] = b"nothing"
    (note,) = compare_documents(contents[0], contents[1], "before.docx", "after.docx").files[0].notes
    assert note.startswith(("before.docx: ", "after.docx: ")[broken])
    packs = [PackFiles({"a.docx": content}) for content in contents]
    (note,) = compare_packs(packs[0], packs[1]).files[0].notes
    assert note.startswith(("old a.docx: ", "new a.docx: ")[broken])


def test_a_folder_of_packs_is_no_pack(built: Build, capsys: pytest.CaptureFixture[str]) -> None:
    pack = built("exampleshire", "reward").folder
    assert _run(str(pack), str(pack.parent)) == ERROR
    assert f"{pack.parent}: is no pack, but a folder of packs. Name one of them, such as {pack.parent}" in capsys.readouterr().err


def test_packs_of_two_localities_are_told_apart(one: bytes) -> None:
    old, new = _pack({SPECIFICATION: one}), _pack({SPECIFICATION: one}, locality="norfolk")
    assert compare_packs(old, new).findings[0].startswith("These are packs of two localities, exampleshire and norfolk")


def test_a_hidden_file_among_the_documents_is_seen(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(folders[1], "issue", ".more.docx").write_bytes(b"more")
    Path(folders[1], ".DS_Store").write_bytes(b"desk")
    assert _run(*folders) == DIFFERENT
    said = capsys.readouterr().out
    assert ("issue/.more.docx: added" in said, "DS_Store" in said) == (True, False)


def test_a_unified_diff_of_the_texts(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(*folders, "--text", "--edition", "internal") == DIFFERENT
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["--- old/internal/specification.docx", "+++ new/internal/specification.docx"]
    assert sum(line.startswith("+[Clause]") for line in lines) == 1


def test_markdown_is_a_table_that_cannot_be_broken(one: bytes) -> None:
    new = specification(replaced("within 23 hours", "within <b>48</b> | `hours` [x](y)"))
    made = markdown(compare_documents(one, new, "a.docx", "a.docx"))
    rows = [line for line in made.splitlines() if line.startswith("| 1 ")]
    assert len(rows) == 1
    assert rows[0].count("|") == 7
    assert "<b>" not in rows[0]
    assert "&#60;b&#62;" in rows[0]
    assert "&#38;" not in rows[0]


def test_a_sign_is_kept_from_being_markdown_once() -> None:
    assert plain("a | b & c # <d>") == "a &#124; b &#38; c \\# &#60;d&#62;"


def test_a_real_pair_reads_well(built: Build) -> None:
    old, new = built("exampleshire", "care-planning"), built("exampleshire", "reward")
    found = compare_packs(PackFiles(old.files, old.manifest), PackFiles(new.files, new.manifest), "issue")
    said = summary(found)
    assert said.startswith("exampleshire, care-planning, draft")
    assert "Table 11: Reporting calendar, row Monthly, within 10 working days" in summary(found, 999) or len(found.changes) > 50
    assert all(len(line) < 1000 for line in said.splitlines())
    assert all(change.location.words() for change in found.changes)
    assert not [change for change in found.changes if not change.old and not change.new]
    assert all(change.severity in Severity for change in found.changes)
    assert text_diff(old.files, old.files) == ""


def test_a_comment_has_room_for_the_list_whatever_its_length(built: Build) -> None:
    old, new = built("exampleshire", "care-planning"), built("exampleshire", "reward")
    found = compare_packs(PackFiles(old.files, old.manifest), PackFiles(new.files, new.manifest))
    made = markdown(found)
    assert 60_000 < len(made) < 65_000
    rows = {int(line.split(" ")[1]) for line in made.splitlines() if re.match(r"\| \d+ ", line)}
    left = [change for change in found.changes if change.number not in rows]
    grave = sum(change.severity is Severity.HIGH for change in left)
    assert f"{len(left)} of the changes, {grave} of them high, are left out here" in made
    assert {change.severity for change in found.changes if change.number in rows} == {Severity.HIGH}
    for most in (100, 1_000, 5_000):
        assert len(markdown(found, most)) <= most
    assert "left out" not in markdown(found, 10_000_000)


def test_causes_that_are_certain_and_others_are_listed_apart(one: bytes) -> None:
    both = specification(replaced("within 23 hours", "within 48 hours, and no later"))
    made = _valid(_told(one, both, _shows(23), _shows(48, **OTHER_TEMPLATE), **HOURS))
    (change,) = made["changes"]
    words = {cause["id"]: cause["words"] for cause in made["causes"]}
    assert [words[key] for key in change["causes"]] == [FIELD_CAUSE]
    assert [words[key] for key in change["perhaps"]] == [TEMPLATE_CAUSE]


def test_each_cause_is_written_once(built: Build) -> None:
    old, new = built("exampleshire", "care-planning"), built("exampleshire", "reward")
    found = compare_packs(PackFiles(old.files, old.manifest), PackFiles(new.files, new.manifest))
    made = _valid(found)
    causes = {one["id"]: one["words"] for one in made["causes"]}
    assert len(set(causes.values())) == len(causes) == len(made["causes"])
    for change, written in zip(found.changes, made["changes"], strict=True):
        for key, is_certain in (("causes", True), ("perhaps", False)):
            wanted = [cause.words() for cause in change.causes if cause.is_certain is is_certain]
            assert [causes[one] for one in written[key]] == wanted
    assert [causes[one] for one in made["pack_causes"]] == [cause.words() for cause in found.causes]

"""Approvals: what is recorded, what is refused, what lapses, and that nothing recorded is ever lost."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipeline.approvals import APPROVALS, Approval, approvals_json, missing_lines, read_approvals
from pipeline.approve import approval_lines, approve_documents
from pipeline.approved import approvals_of, read_record
from pipeline.build import build_pack
from pipeline.cli import main
from pipeline.compare import change_list
from pipeline.compare.command import compare_paths
from pipeline.exceptions import OutputError
from pipeline.folder import look
from pipeline.intact import check_pack
from pipeline.issue import issue_pack
from pipeline.manifest import FILE_NAME, digest
from pipeline.report import print_results
from pipeline.request import BuildRequest
from pipeline.result import BuildResult
from tests.fixtures.packs import ROOT, tree
from tests.fixtures.profiles import example, put, write
from tests.fixtures.small import Place

SCHEMA = json.loads((ROOT / "docs" / "approvals.schema.json").read_text(encoding="utf-8"))
TERMS = "internal/contract-contents.docx"
DAY = date(2026, 11, 22)
ROLES = [{"id": "legal", "documents": ["contract-contents"]}, {"id": "finance"}]


class Case:
    """A profile, templates and a final pack of its own."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder).furnished()
        self.pack = self.place.pack
        self.built()

    def built(self, changes: dict[str, Any] | None = None, mode: str = "final", **options: Any) -> BuildResult:
        """Build the pack from a profile changed in some places."""
        data = put(example(), {"control.approval_roles": ROLES, **(changes or {})})
        path = write(self.place.folder, data, self.place.profile.name)
        templates = self.place.folder / "templates"
        request = BuildRequest(path, "reward", self.place.folder / "out", templates=templates, mode=mode, **options)
        return BuildResult(request, build_pack(request), None)

    def approve(self, *documents: str, role: str = "legal", reviewer: str = "A. Lawyer", **more: Any) -> tuple[Approval, ...]:
        """Record an approval."""
        return approve_documents(self.pack, documents, role=role, reviewer=reviewer, on=DAY, **more)

    @property
    def lapsed(self) -> list[str]:
        """The approvals that no longer hold."""
        return [one.words() for one in approvals_of(look(self.pack)).lapsed]

    @property
    def given(self) -> list[tuple[str, str]]:
        """The approvals that hold: document and role."""
        return [(one.path, one.role) for one in approvals_of(look(self.pack)).given]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Case(tmp_path_factory.mktemp("approve")).place.folder


@pytest.fixture
def case(original: Path, tmp_path: Path) -> Case:
    made = Case.__new__(Case)
    made.place = Place(Path(shutil.copytree(original, tmp_path / "x")))
    made.pack = made.place.pack
    return made


NOTICE = {"contract.termination_notice_months": {"value": "9", "source": "Board", "as_at": "2026-11-22", "status": "confirmed"}}


def test_an_approval_says_who_approved_what_at_which_digest(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(case.pack)
    words = ["--as", "legal", "--reviewer", " A.  Lawyer ", "--note", "Subject to clause 4", "--on", "2024-02-29"]
    assert main(["approve", str(case.pack), "--document", TERMS, *words]) == 0
    shown = capsys.readouterr().out
    assert f"{TERMS}: approved by A. Lawyer for legal on 2024-02-29: version 0.3, final." in shown
    assert "does not prove who typed it" in shown
    after = tree(case.pack)
    record = json.loads(after.pop(APPROVALS))
    assert after == before
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(record)
    (entry,) = record["approvals"]
    entry.pop("content_digest")
    assert entry == {
        "document": "contract-contents",
        "edition": "internal",
        "path": TERMS,
        "version": "0.3",
        "state": "final",
        "file_digest": digest(before[TERMS]),
        "role": "legal",
        "reviewer": "A. Lawyer",
        "on": "2024-02-29",
        "note": "Subject to clause 4",
        "against": None,
    }
    assert not check_pack(case.pack).problems
    assert not look(case.pack).others


def test_the_day_is_today_unless_given(case: Case) -> None:
    earliest = date.today()  # noqa: DTZ011 - as the command reads it
    assert main(["approve", str(case.pack), "--document", "all", "--as", "finance", "--reviewer", "X"]) == 0
    assert {one.on for one in read_record(case.pack)} <= {earliest.isoformat(), date.today().isoformat()}  # noqa: DTZ011


def test_a_kind_is_both_editions_and_all_is_every_document(case: Case) -> None:
    assert [one.path for one in case.approve("contract-contents")] == [TERMS, "issue/contract-contents.docx"]
    assert len(case.approve("all", role="finance")) == len(look(case.pack).documents)


def test_what_was_approved_against_is_the_change_list_that_compare_writes(case: Case) -> None:
    old = Path(shutil.copytree(case.pack, case.pack.with_name("before")))
    case.built(NOTICE)
    (one,) = case.approve(TERMS, against=old)
    diff = compare_paths(old, case.pack).diff
    assert one.against is not None
    assert one.against.change_list == digest(change_list(diff).encode())
    assert one.against.changes == len(diff.changes) > 0
    assert (one.against.version, one.against.state) == ("0.3", "final")
    assert one.against.manifest_digest == digest((old / FILE_NAME).read_bytes())
    Draft202012Validator(SCHEMA).validate(json.loads((case.pack / APPROVALS).read_text(encoding="utf-8")))


def test_earlier_approvals_are_kept(case: Case) -> None:
    first = case.approve(TERMS)
    second = case.approve(TERMS, reviewer="B. Lawyer")
    case.built(NOTICE)
    third = case.approve(TERMS)
    assert read_record(case.pack) == (*first, *second, *third)


def test_a_change_of_the_document_makes_its_approvals_lapse_and_others_stay(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    case.approve("contract-contents")
    case.approve("procurement-plan", role="finance")
    print_results([case.built(NOTICE)])
    assert case.lapsed == [
        f"{edition}/contract-contents.docx: legal (A. Lawyer, 2026-11-22)" for edition in ("internal", "issue")
    ]
    assert case.given == [("internal/procurement-plan.docx", "finance")]
    shown = capsys.readouterr().out
    assert f"approval lapsed, for the document has changed since: {TERMS}: legal (A. Lawyer, 2026-11-22)" in shown
    case.approve(TERMS)
    assert case.lapsed == ["issue/contract-contents.docx: legal (A. Lawyer, 2026-11-22)"]


def test_a_document_that_comes_back_has_its_approval_back(case: Case) -> None:
    case.approve(TERMS)
    case.built(NOTICE)
    case.approve(TERMS, reviewer="B. Lawyer")
    case.built()
    assert (case.lapsed, case.given) == ([], [(TERMS, "legal")])
    assert [one.reviewer for one in approvals_of(look(case.pack)).given] == ["A. Lawyer"]


def test_what_is_missing_is_told_by_role(case: Case) -> None:
    case.approve(TERMS)
    missing = approvals_of(look(case.pack)).missing
    assert missing["legal"] == ("issue/contract-contents.docx",)
    assert len(missing["finance"]) == 9
    case.approve("all", role="finance")
    assert set(approvals_of(look(case.pack)).missing) == {"legal"}


def test_a_pack_whose_profile_names_no_roles_has_the_usual_ones(case: Case, tmp_path: Path) -> None:
    profile = write(tmp_path, example(), "plain.yaml")
    templates = case.place.folder / "templates"
    folder = build_pack(BuildRequest(profile, "reward", tmp_path / "out", templates=templates)).folder
    assert set(approvals_of(look(folder)).missing) == {"legal", "finance", "safeguarding", "procurement", "commissioner"}


def test_an_issued_pack_can_still_be_approved_and_its_successor_begins_anew(case: Case) -> None:
    case.approve(TERMS)
    issue_pack(case.pack)
    assert case.given == [(TERMS, "legal")]
    assert [*approval_lines(case.approve("issue/contract-contents.docx"), case.pack)][1:-1] == [
        "  Note: version 0.3 had been issued before this approval."
    ]
    summary = case.built(NOTICE, mode="draft").pack
    assert summary is not None
    assert summary.folder.name == "reward-2"
    assert not (summary.folder / APPROVALS).exists()
    assert len(case.given) == 2
    first, later = case.pack, summary.folder
    assert not any(
        "Note" in line for line in approval_lines(approve_documents(later, [TERMS], role="legal", reviewer="X", on=DAY), later)
    )
    notes = [line for line in approval_lines(case.approve(TERMS, role="finance"), first) if line.startswith("  Note: ")]
    assert f"there is a later version of this pack, {later}." in notes[0]
    assert (TERMS, "finance") in case.given


def test_approvals_at_the_same_moment_are_all_kept(case: Case) -> None:
    command = [
        sys.executable,
        "-m",
        "pipeline.cli",
        "approve",
        str(case.pack),
        "--document",
        TERMS,
        "--as",
        "legal",
        "--reviewer",
    ]
    started = [subprocess.Popen([*command, f"Lawyer {number}"], cwd=ROOT, stdout=subprocess.DEVNULL) for number in range(5)]
    assert [process.wait(timeout=120) for process in started] == [0] * 5
    assert sorted(one.reviewer for one in read_record(case.pack)) == [f"Lawyer {number}" for number in range(5)]


def refused(case: Case, message: str, *documents: str, **more: Any) -> None:
    before = tree(case.pack)
    with pytest.raises(OutputError, match=message):
        case.approve(*documents or (TERMS,), **more)
    assert tree(case.pack) == before


def test_a_role_of_nobody_is_refused(case: Case) -> None:
    refused(case, r"law: is not a role of this pack\. Its profile \(control\.approval_roles\) has: legal, finance\.", role="law")


def test_a_document_that_is_not_there_is_refused(case: Case) -> None:
    refused(case, r"letter: no such document in this pack\. Use all, or of these: .*contract-contents", "letter")


def test_a_reviewer_without_a_name_is_refused(case: Case) -> None:
    refused(case, r"--reviewer: is empty", reviewer=" ")


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\x07", "\u2066"])
def test_a_character_that_is_not_seen_is_refused(case: Case, sign: str) -> None:
    refused(case, rf"--reviewer: has a character that is not seen, U\+{ord(sign):04X}", reviewer=f"A. {sign}Lawyer")
    refused(case, r"--note: has a character that is not seen", note=f"Yes{sign}")


def test_a_name_may_have_the_joiners_of_its_script(case: Case) -> None:
    assert case.approve(TERMS, reviewer="\u0645\u06cc\u200c\u0631\u0627")[0].reviewer.count("\u200c") == 1


def test_a_day_to_come_is_refused(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--as", "legal", "--reviewer", "A. Lawyer", "--on"]
    assert main(["approve", str(case.pack), "--document", TERMS, *words, "9999-12-31"]) == 1
    assert "--on 9999-12-31: is in the future" in capsys.readouterr().err
    assert main(["approve", str(case.pack), "--document", TERMS, *words, "2024-02-29"]) == 0
    assert "Note: 2024-02-29 is before the day on which the pack was prepared, 20" in capsys.readouterr().out


def test_only_an_earlier_pack_of_the_same_kind_can_be_read_against(case: Case) -> None:
    same = Path(shutil.copytree(case.pack, case.pack.with_name("copy")))
    refused(case, "is this pack itself", against=case.pack)
    refused(case, "is this pack itself", against=same)
    issue_pack(case.pack)
    summary = case.built(NOTICE, mode="draft").pack
    assert summary is not None
    refused(case, "is later than this pack", against=summary.folder)
    assert approve_documents(summary.folder, [TERMS], role="legal", reviewer="X", on=DAY, against=case.pack)[0].against
    path = write(case.place.folder, example(), case.place.profile.name)
    request = BuildRequest(path, "population", case.place.folder / "out", templates=case.place.folder / "templates")
    refused(
        case, "is a pack of exampleshire, population, and this is one of exampleshire, reward", against=build_pack(request).folder
    )


def test_issuing_names_the_approvals_that_are_missing_or_lapsed(case: Case) -> None:
    case.approve("all", role="finance")
    with pytest.raises(OutputError, match=r"is not approved by everybody[\s\S]*approvals missing: legal of internal/contract"):
        issue_pack(case.pack, require_approvals=True)
    assert look(case.pack).state == "final"
    said = issue_pack(case.pack)
    assert "issued as version" in said
    assert f"approvals missing: legal of {TERMS}, issue/contract-contents.docx." in said


def test_documents_that_lack_the_same_roles_are_named_once() -> None:
    missing = {"legal": ("a.docx", "b.docx", "c.docx"), "finance": ("b.docx", "c.docx"), "safeguarding": ("b.docx", "c.docx")}
    assert [*missing_lines(missing)] == [
        "approvals missing: legal of a.docx",
        "approvals missing: legal, finance, safeguarding of b.docx, c.docx",
    ]
    assert [*missing_lines({})] == []


def test_a_pack_whose_approval_lapsed_is_refused_where_all_are_required(case: Case) -> None:
    case.approve(TERMS)
    case.built(NOTICE)
    with pytest.raises(OutputError, match="approval lapsed, for the document has changed since: internal/contract-contents"):
        issue_pack(case.pack, require_approvals=True)
    case.approve("all", role="finance")
    case.approve("all", role="legal")
    assert "approvals missing" not in issue_pack(case.pack, require_approvals=True)


def test_a_document_that_is_not_as_it_was_built_is_refused(case: Case) -> None:
    (case.pack / TERMS).write_bytes(b"edited")
    refused(case, r"contract-contents\.docx: was edited since it was built")
    (case.pack / TERMS).unlink()
    refused(case, r"contract-contents\.docx: is missing")


def test_a_damaged_record_is_never_written_over(case: Case) -> None:
    case.approve(TERMS)
    path = case.pack / APPROVALS
    path.write_text(path.read_text(encoding="utf-8").replace("A. Lawyer", "B. Lawyer"), encoding="utf-8")
    refused(case, r"approvals\.json: is not as it was written.*Put an undamaged copy back")


def test_a_damaged_manifest_is_refused(case: Case) -> None:
    path = case.pack / FILE_NAME
    path.write_text(path.read_text(encoding="utf-8").replace("exampleshire", "Exampleshire", 1), encoding="utf-8")
    refused(case, "is damaged or was edited")


def test_no_pack_is_refused(case: Case, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="holds no pack"):
        approve_documents(tmp_path / "none", ["all"], role="legal", reviewer="X", on=DAY)
    refused(case, "none: holds no pack", against=tmp_path / "none")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"approvals": []}', '{"approvals": 3, "schema_version": 1, "seal": ""}']
)
def test_anything_else_is_no_record(text: str) -> None:
    with pytest.raises(ValueError, match="is not as it was written"):
        read_approvals(text)


def test_a_record_goes_through_json_and_back(case: Case) -> None:
    added = case.approve("all", role="finance", note="“Ünïcode”")
    assert read_approvals(approvals_json(added)) == added


def test_a_record_of_a_later_form_is_not_read() -> None:
    from pipeline.manifest import write_json

    with pytest.raises(ValueError, match="is not as it was written"):
        read_approvals(write_json({"schema_version": 2, "approvals": []}))


def test_detached_documents_lapse_when_they_are_edited_again(case: Case) -> None:
    content = (case.pack / TERMS).read_bytes()
    (case.pack / TERMS).write_bytes(content + b"by hand")
    old = Path(shutil.copytree(case.pack, case.pack.with_name("old")))
    case.built(detach=(TERMS,))
    assert check_pack(case.pack).notes == (f"{TERMS}: is kept as edited: it was edited by hand after it was built.",)
    assert not check_pack(case.pack).problems
    assert not compare_paths(old, case.pack).diff.findings[1:]
    case.approve(TERMS)
    assert case.given == [(TERMS, "legal")]
    (case.pack / TERMS).write_bytes(b"by hand again")
    assert case.lapsed == [f"{TERMS}: legal (A. Lawyer, 2026-11-22)"]

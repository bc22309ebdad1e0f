"""How packs stand: every state, what is stale or edited, what is open, and which approvals are given, lapsed or missing."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.approve import approve_documents
from pipeline.build import build_pack
from pipeline.cli import main
from pipeline.exceptions import OutputError
from pipeline.issue import issue_pack
from pipeline.manifest import FILE_NAME
from pipeline.request import BuildRequest
from pipeline.result import PackSummary
from pipeline.status import PackStatus, pack_statuses
from tests.fixtures.profiles import example, put, write
from tests.fixtures.small import Place

TERMS = "internal/contract-contents.docx"
UNKNOWN = {"governance.sro": "to-be-confirmed"}


def notice(months: int) -> dict[str, Any]:
    """Another notice and another version."""
    value = {"value": str(months), "source": "Board", "as_at": "2026-11-22", "status": "confirmed"}
    return {"contract.termination_notice_months": value, "control.version": f"1.{months}"}


class Case:
    """A folder of packs built from small templates."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder).furnished()
        self.output, self.templates = folder / "out", folder / "templates"

    def built(self, changes: dict[str, Any], model: str = "reward", mode: str = "final") -> PackSummary:
        """Build a pack from the example changed in some places."""
        path = write(self.place.folder, put(example(), changes), self.place.profile.name)
        return build_pack(BuildRequest(path, model, self.output, templates=self.templates, mode=mode))

    @property
    def statuses(self) -> dict[str, PackStatus]:
        """How they stand, by name."""
        return {one.name: one for one in pack_statuses(self.output, self.templates)}

    @property
    def reward(self) -> PackStatus:
        """How the one pack stands."""
        return self.statuses["exampleshire/reward"]


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A folder whose packs the index does not know, so that the project's profiles are looked through."""
    monkeypatch.chdir(tmp_path)
    return Case(tmp_path)


def test_every_state_is_told(case: Case) -> None:
    for months in (7, 8):
        issue_pack(case.built(notice(months), mode="final").folder)
    case.built(notice(9), mode="draft")
    case.built({}, "population", "final")
    (case.built({}, "care-planning").folder / FILE_NAME).write_text("{", encoding="utf-8")
    assert [(one.name, one.state, one.version) for one in pack_statuses(case.output, case.templates)] == [
        ("exampleshire/reward-3", "draft", "1.9"),
        ("exampleshire/population", "final", "0.3"),
        ("exampleshire/reward-2", "issued", "1.8"),
        ("exampleshire/reward", "superseded", "1.7"),
        ("exampleshire/care-planning", "damaged", ""),
    ]


def test_a_pack_that_nothing_has_changed_in_is_up_to_date(case: Case) -> None:
    case.built({})
    found = case.reward
    assert (found.stale, found.wrong, found.trouble, found.outstanding) == ((), (), "", ())


def test_what_is_stale_edited_or_open_is_told(case: Case) -> None:
    pack = case.built(UNKNOWN, mode="draft").folder
    (pack / TERMS).write_bytes(b"by hand")
    found = case.reward
    assert found.outstanding == ("governance.sro",)
    assert found.wrong == (f"{TERMS}: is not what was built, and cannot be opened: the list of its parts is damaged",)
    assert found.stale
    assert TERMS in found.stale


def test_approvals_are_told_by_role(case: Case) -> None:
    roles = [{"id": "legal", "documents": ["contract-contents"]}, {"id": "finance", "documents": ["procurement-plan"]}]
    pack = case.built({"control.approval_roles": roles}).folder
    approve_documents(pack, ["contract-contents"], role="legal", reviewer="A. Lawyer", on=date(2026, 11, 22))
    found = case.reward.approvals
    assert (len(found.given), len(found.lapsed), dict(found.missing)) == (2, 0, {"finance": ("internal/procurement-plan.docx",)})
    case.built({**notice(9), "control.version": "0.3", "control.approval_roles": roles})
    found = case.reward.approvals
    assert (len(found.given), len(found.lapsed), set(found.missing)) == (0, 2, {"legal", "finance"})


def test_an_issued_pack_that_would_come_out_differently_says_so(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """The index knows which profile it was built from."""
    assert main(["build", *arguments(case, {}), "--final", "--output", str(case.output)]) == 0
    issue_pack(case.place.pack)
    assert (case.reward.state, case.reward.stale, case.reward.changed_since) == ("issued", None, False)
    arguments(case, notice(9))
    assert (case.reward.state, case.reward.stale, case.reward.changed_since) == ("issued", None, True)
    capsys.readouterr()
    assert main(["status", str(case.output), "--templates", str(case.templates)]) == 0
    assert "changed since" in capsys.readouterr().out


def arguments(case: Case, changes: dict[str, Any]) -> list[str]:
    """Write the profile, and give what names it on the command line."""
    path = write(case.place.folder, put(example(), changes), case.place.profile.name)
    return [str(path), "--model", "reward", "--templates", str(case.templates)]


def test_a_pack_whose_profile_cannot_be_used_is_told_all_the_same(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """The index knows the profile, which has gone since."""
    assert main(["build", *arguments(case, {}), "--output", str(case.output)]) == 0
    case.place.profile.unlink()
    assert case.reward.stale is None
    assert "exampleshire.yaml: is not there, and exampleshire/reward was built from it" in case.reward.trouble
    capsys.readouterr()
    assert main(["status", str(case.output), "--templates", str(case.templates)]) == 0
    shown = capsys.readouterr().out
    assert "cannot tell" in shown
    assert "cannot be planned: " in shown


def test_the_table_and_json_say_the_same(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    pack = case.built(UNKNOWN, mode="draft").folder
    approve_documents(pack, [TERMS], role="legal", reviewer="A. Lawyer", on=date(2026, 11, 22))
    case.built({**UNKNOWN, **notice(9), "control.version": "0.3"}, mode="draft")
    (pack / "issue" / "notes.txt").write_text("mine", encoding="utf-8")
    options = [str(case.output), "--templates", str(case.templates)]
    assert main(["status", *options]) == 0
    shown = capsys.readouterr().out
    assert main(["status", *options, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["pack"], told["state"], told["version"]) == ("exampleshire/reward", "draft", "0.3")
    assert told["outstanding"] == ["governance.sro"]
    assert [one["reviewer"] for one in told["approvals"]["lapsed"]] == ["A. Lawyer"]
    for words in (
        "1 draft",
        "1 outstanding",
        "1 not as written",
        "not as written: issue/notes.txt: is additional: the manifest does not list it",
        f"approval lapsed: {TERMS}: legal (A. Lawyer, 2026-11-22), for the document has changed since",
        "approvals missing: legal, finance, safeguarding, procurement, commissioner of internal/",
    ):
        assert words in shown
    case.built({}, "population", mode="draft")
    case.built({}, "care-planning")
    assert main(["status", *options]) == 0
    shown = capsys.readouterr().out
    assert shown.count("approvals missing: legal 9, finance 9, safeguarding 9, procurement 9, commissioner 9") == 1
    assert shown.count("approvals missing") == 1


def checked(case: Case, *options: str) -> int:
    """Give the exit code of `packs status --check`."""
    return main(["status", str(case.output), "--templates", str(case.templates), "--check", *options])


def test_check_exits_1_where_a_pack_is_not_sound(case: Case) -> None:
    """Out of date, with open items and without approvals it is sound."""
    pack = case.built(UNKNOWN, mode="draft").folder
    assert case.reward.stale
    assert (checked(case), checked(case, "--json")) == (0, 0)
    approve_documents(pack, [TERMS], role="legal", reviewer="A. Lawyer", on=date(2026, 11, 22))
    assert checked(case) == 0
    case.built({**UNKNOWN, **notice(9), "control.version": "0.3"}, mode="draft")
    assert case.reward.approvals.lapsed
    assert (checked(case), checked(case, "--json")) == (1, 1)
    approve_documents(pack, [TERMS], role="legal", reviewer="A. Lawyer", on=date(2026, 11, 23))
    assert checked(case) == 0
    (pack / TERMS).write_bytes(b"by hand")
    assert checked(case) == 1
    (pack / FILE_NAME).write_text("{", encoding="utf-8")
    assert case.statuses["exampleshire/reward"].state == "damaged"
    assert checked(case) == 1


def test_check_exits_1_where_a_pack_cannot_be_planned(case: Case) -> None:
    assert main(["build", *arguments(case, {}), "--output", str(case.output)]) == 0
    assert checked(case) == 0
    case.place.profile.unlink()
    assert checked(case) == 1


def test_a_damaged_record_of_approvals_is_told(case: Case) -> None:
    (case.built({}).folder / "approvals.json").write_text("{}", encoding="utf-8")
    assert case.reward.wrong == ("approvals.json: is not as it was written: it was edited or damaged",)


def test_one_pack_is_told_as_it_is_among_all(case: Case, tmp_path: Path) -> None:
    for months in (7, 8):
        issue_pack(case.built(notice(months)).folder)
    case.built({}, model="population", mode="draft")
    everything = case.statuses
    for name, status in everything.items():
        assert pack_statuses(case.output / name, case.templates) == [replace(status, folder=(case.output / name).resolve())]
    assert everything["exampleshire/reward"].state == "superseded"
    elsewhere = Path(shutil.copytree(case.output / "exampleshire" / "population", tmp_path / "else" / "where"))
    (alone,) = pack_statuses(elsewhere)
    assert (alone.state, alone.stale) == ("draft", None)


def test_a_folder_without_packs_is_refused(case: Case) -> None:
    with pytest.raises(OutputError, match="none: holds no packs"):
        pack_statuses(case.output / "none")

"""Incremental builds: only what is stale is made anew, for reasons that are told, and the pack comes out as if all had been."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline import stale as stale_module
from pipeline.account import engine
from pipeline.build import build_pack, plan_build
from pipeline.catalogue import DOCUMENTS
from pipeline.exceptions import OutputError, PipelineError, RefusedError
from pipeline.finish import compressor
from pipeline.finish.word import KEPT
from pipeline.index import Index
from pipeline.issue import issue_pack
from pipeline.manifest import FILE_NAME, digest, read_json, write_json
from pipeline.pack import Edition
from pipeline.report import print_results
from pipeline.request import INPUTS, BuildRequest
from pipeline.result import BuildResult, PackSummary, stale
from pipeline.tell import plan_lines
from tests.fixtures.packs import tree
from tests.fixtures.profiles import example, figures, put, steps, write
from tests.fixtures.word import NAMESPACE, docx, p, table, with_parts

DOCUMENT = next(one for one in DOCUMENTS if one.kind == "contract-contents")
PLAN = replace(DOCUMENT, kind="plan", template="plan.docx", editions=frozenset({Edition.INTERNAL}))
CHOSEN = (
    replace(DOCUMENT, kind="terms", template="terms.docx"),
    PLAN,
    *(one for one in DOCUMENTS if one.template == "pricing-schedule-reward.xlsx"),
)
TERMS = docx(
    p("{{ document.title }}: {{ authority.name }}, {{ document.version }}", "Heading1"),
    p('{{ id("T-1") }}Notice: {{ contract.termination_notice_months | with_unit }}. {{ law.PA23.short }}.', "Clause"),
    table(("Lot", "People"), ("{%tr for lot in lots %}", ""), ("{{ lot.name }}", "{{ lot.people }}"), ("{%tr endfor %}", "")),
    p("{%p if edition.is_internal %}"),
    p("{{ governance.sro }} {{ governance.sro | source }}"),
    p("{%p endif %}"),
)
BUDGET = docx(p("Budget: {{ money.annual_budget }}"), p("{{ dates.legal_review }}"))
TERMS_PATHS = {"internal/terms.docx", "issue/terms.docx"}
WORKBOOKS = {"internal/pricing-schedule.xlsx", "issue/pricing-schedule.xlsx"}
ALL = {*TERMS_PATHS, "internal/plan.docx", *WORKBOOKS}
DATA = example()


class Case:
    """A folder with a profile, templates and reference data of its own, and a pack built from them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def request(self, **options: Any) -> BuildRequest:
        """A request for the pack."""
        return BuildRequest(
            self.folder / "profile.yaml",
            "reward",
            output=options.pop("output", self.folder / "out"),
            templates=self.folder / "templates",
            inputs=self.folder / "inputs",
            **options,
        )

    def build(self, **options: Any) -> PackSummary:
        """Build it."""
        return build_pack(self.request(**options), CHOSEN)

    def plan(self, **options: Any) -> PackSummary:
        """Plan it."""
        return plan_build(self.request(**options), CHOSEN)

    def record(self, summary: PackSummary) -> None:
        """Note in the index what was built, as the command does."""
        index = Index(self.folder / "out")
        index.record(BuildResult(self.request(), summary, None))
        index.save()

    def change(self, changes: dict[str, Any]) -> None:
        """Change the profile in some places."""
        write(self.folder, put(DATA, changes))

    def full(self) -> dict[str, bytes]:
        """The pack as a first build makes it, somewhere else."""
        shutil.rmtree(self.folder / "full", ignore_errors=True)
        return tree(self.build(output=self.folder / "full").folder)

    @property
    def out(self) -> Path:
        """The pack's folder."""
        return self.folder / "out" / "exampleshire" / "reward"

    def there(self) -> dict[str, bytes]:
        """The files in it."""
        return tree(self.out)

    def stats(self) -> dict[str, tuple[int, int]]:
        """What tells whether a file was written again."""
        return {name: ((stat := (self.out / name).stat()).st_ino, stat.st_mtime_ns) for name in self.there()}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    (folder / "templates").mkdir()
    (folder / "templates" / "terms.docx").write_bytes(TERMS)
    (folder / "templates" / "plan.docx").write_bytes(BUDGET)
    shutil.copytree(INPUTS / "reference", folder / "inputs" / "reference")
    write(folder, DATA)
    Case(folder).build()
    return folder


@pytest.fixture
def case(first: Path, tmp_path: Path) -> Case:
    shutil.copytree(first, tmp_path / "case")
    return Case(tmp_path / "case")


def all_of(names: Iterable[str], reason: str) -> dict[str, list[str]]:
    """The same reason for each of some documents."""
    return {name: [reason] for name in names}


def told(pack: PackSummary) -> dict[str, list[str]]:
    """The reasons for every stale document."""
    return {change.path: [str(reason) for reason in change.reasons] for change in stale(pack.changes)}


def confirmed(value: str) -> dict[str, str]:
    return {"value": value, "source": "Cabinet report", "as_at": "2026-11-01", "status": "confirmed"}


BUDGETED = "commercial.annual_budget 21900000 → 22000000 (indicative → confirmed)"
CHANGES: list[tuple[dict[str, Any], dict[str, str]]] = [
    (
        {"commercial.annual_budget": confirmed("22000000")},
        {"internal/plan.docx": BUDGETED, "internal/pricing-schedule.xlsx": BUDGETED},
    ),
    (
        {"contract.termination_notice_months": "to-be-confirmed"},
        dict.fromkeys(TERMS_PATHS, "contract.termination_notice_months 6 → to be confirmed"),
    ),
    (
        {"governance.sro": {**DATA["governance"]["sro"], "source": "Another"}},
        {"internal/terms.docx": "governance.sro source changed"},
    ),
    ({"control.version": "0.4"}, dict.fromkeys(ALL, "control.version 0.3 → 0.4")),
    (
        {"lots[0].name": "Hill & dale"},
        dict.fromkeys({*TERMS_PATHS, *WORKBOOKS}, "lots[A].name Port Example and the coast →"),
    ),
    ({"lots": DATA["lots"][:3]}, dict.fromkeys({*TERMS_PATHS, *WORKBOOKS}, "lots A, B, C, D → A, B, C")),
    ({"governance.contact": confirmed("A. Person")}, {FILE_NAME: "governance.contact"}),
]
COHORTS, PARTNERS = DATA["service"]["cohorts"], DATA["service"]["partners"]
CALENDAR = DATA["dates"]["calendar"]
ROWS: list[tuple[dict[str, Any], str]] = [
    ({"service.cohorts": COHORTS[1:]}, f"service.cohorts: {COHORTS[0]} removed"),
    ({"service.partners": ["Age Connects Exampleshire", *PARTNERS]}, "service.partners: Age Connects Exampleshire added"),
    (
        {"dates.calendar": [CALENDAR[0], *CALENDAR[2:-1], {**CALENDAR[-1], "source": "Another"}]},
        f"dates.calendar: {CALENDAR[1]['name']} removed, {CALENDAR[-1]['name']} changed",
    ),
]


@pytest.mark.parametrize(("changes", "reason"), ROWS, ids=[" ".join(changes) for changes, _ in ROWS])
def test_rows_without_ids_are_told_by_what_they_are(case: Case, changes: dict[str, Any], reason: str) -> None:
    case.change(changes)
    planned = told(case.plan())
    assert {one for reasons in planned.values() for one in reasons} == {reason}


@pytest.mark.parametrize(("changes", "expected"), CHANGES, ids=[" ".join(changes) for changes, _ in CHANGES])
def test_a_changed_field_makes_its_documents_stale_and_the_pack_comes_out_as_if_built_anew(
    case: Case, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    case.change(changes)
    planned = told(case.plan())
    assert set(planned) == set(expected), planned
    for name, reason in expected.items():
        assert any(one.startswith(reason) for one in planned[name]), planned
    assert told(case.build()) == planned
    assert case.there() == case.full()
    assert told(case.plan()) == {}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"commercial.annual_budget": "to-be-confirmed"}, "commercial.annual_budget 21900000 → to be confirmed"),
        ({"contract.outcomes_star": "false"}, "contract.outcomes_star yes → no"),
    ],
)
def test_a_reason_is_worded_for_people(case: Case, changes: dict[str, Any], reason: str) -> None:
    case.change(changes)
    assert {one for reasons in told(case.plan()).values() for one in reasons} == {reason}


ALL_FIGURES = sorted(set(figures(DATA)))
SAMPLE = len(ALL_FIGURES) if os.environ.get("PACKS_SOAK") == "1" else 3
ANY = random.Random(5).sample(ALL_FIGURES, SAMPLE)  # noqa: S311 - a fixed choice


@pytest.mark.parametrize("field", ANY)
def test_any_figure_may_become_unknown(case: Case, field: str) -> None:
    case.change({field: "to-be-confirmed"})
    try:
        planned = told(case.plan())
    except PipelineError as error:
        pytest.skip(f"a profile may not leave it open: {error}")
    name = ".".join(str(step) for step in steps(field) if isinstance(step, str)).rpartition(".")[2]
    assert planned
    assert all(any(name in reason for reason in reasons) for reasons in planned.values()), planned
    assert told(case.build()) == planned
    assert case.there() == case.full()


def test_a_comment_changes_nothing(case: Case) -> None:
    path = case.folder / "profile.yaml"
    path.write_text(f"# A comment.\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    laws = case.folder / "inputs" / "reference" / "legal-register.yaml"
    laws.write_text(f"# A comment.\n{laws.read_text(encoding='utf-8')}", encoding="utf-8")
    before = case.stats()
    assert told(case.plan()) == told(case.build()) == {}
    assert case.stats() == before


def test_what_is_up_to_date_is_not_even_written_again(case: Case) -> None:
    before = case.stats()
    case.change({"commercial.annual_budget": confirmed("22000000")})
    case.build()
    touched = {name for name, stat in case.stats().items() if stat != before[name]}
    assert touched == {"internal/plan.docx", "internal/pricing-schedule.xlsx", FILE_NAME}


def test_a_changed_template_makes_its_documents_stale(case: Case) -> None:
    (case.folder / "templates" / "terms.docx").write_bytes(docx(p("Notice: {{ contract.termination_notice_months }}")))
    assert told(case.plan()) == told(case.build()) == all_of(TERMS_PATHS, "template changed")
    assert case.there() == case.full()


def test_a_changed_provision_is_named(case: Case) -> None:
    path = case.folder / "inputs" / "reference" / "legal-register.yaml"
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts, lists and dicts alone
    for entry in entries["provisions"]:
        if entry["id"] in {"PA23", "SSWBA14"}:
            entry["short"] += " (as amended)"
    path.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False), encoding="utf-8")
    planned = told(case.plan())
    assert {name: planned[name] for name in TERMS_PATHS} == all_of(TERMS_PATHS, "legal-register.yaml: provisions[PA23] changed")
    assert "internal/plan.docx" not in planned
    assert told(case.build()) == planned
    assert case.there() == case.full()


def test_another_engine_makes_everything_stale(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    now = engine()
    monkeypatch.setattr(stale_module, "engine", lambda: {**now, "lxml": "9.9"})
    old = f"engine changed (lxml {now['lxml']} → 9.9)"
    assert told(case.plan()) == all_of(ALL, old)
    monkeypatch.setattr(stale_module, "engine", lambda: {**now, "pipeline": "0"})
    assert told(case.plan()) == all_of(ALL, "engine changed")


def test_the_mode_is_a_reason(case: Case) -> None:
    planned = told(case.plan(mode="final"))
    assert planned["internal/pricing-schedule.xlsx"] == ["mode draft → final"]


def test_a_missing_document_comes_back(case: Case) -> None:
    before = case.there()
    (case.out / "internal" / "terms.docx").unlink()
    assert told(case.plan()) == told(case.build()) == {"internal/terms.docx": ["missing"]}
    assert case.there() == before


def test_force_builds_everything_to_the_same_bytes(case: Case) -> None:
    before = case.there()
    assert told(case.build(force=True)) == all_of(ALL, "forced")
    assert case.there() == before


def test_a_document_that_is_no_longer_made_goes(case: Case) -> None:
    summary = build_pack(case.request(), CHOSEN[1:])
    assert told(summary) == all_of(TERMS_PATHS, "no longer part of this pack")
    assert not TERMS_PATHS & set(case.there())


def test_a_first_pack_is_new_and_planning_writes_nothing(case: Case) -> None:
    planned = case.plan(output=case.folder / "elsewhere")
    assert told(planned) == all_of(ALL, "new")
    assert not (case.folder / "elsewhere").exists()


def test_a_manifest_of_an_earlier_form_counts_as_stale(case: Case) -> None:
    path = case.out / FILE_NAME
    old = json.loads(path.read_text(encoding="utf-8"))
    for name in ("profile", "reference", "number", "supersedes", "seal"):
        del old[name]
    old["schema_version"] = 1
    for entry in old["documents"]:
        del entry["inputs_digest"], entry["detached"], entry["built_from"]
    path.write_text(json.dumps(old), encoding="utf-8")
    assert set(told(case.plan())) == ALL
    case.build()
    assert case.there() == case.full()


def without(name: str) -> Callable[[dict[str, Any]], object]:
    """A damage that takes an entry of a manifest away."""
    return lambda manifest: manifest.pop(name)


def entry(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    """A damage that gives the first document of a manifest another entry."""
    return lambda manifest: manifest["documents"][0].update({name: value})


SHAPES: dict[str, Callable[[dict[str, Any]], object]] = {
    "mode missing": without("mode"),
    "mode odd": lambda manifest: manifest.update(mode="x"),
    "state is not its mode": lambda manifest: manifest.update(state="final"),
    "engine a list": lambda manifest: manifest.update(engine=["lxml"]),
    "locality missing": without("locality"),
    "supersedes short": lambda manifest: manifest.update(supersedes={"number": 1}),
    "profile a list": lambda manifest: manifest.update(profile=[]),
    "reference a list": lambda manifest: manifest.update(reference=[]),
    "findings short": lambda manifest: manifest.update(findings=[{"severity": "note"}]),
    "outstanding a number": lambda manifest: manifest.update(outstanding=3),
    "number nought": lambda manifest: manifest.update(number=0),
    "ids": lambda manifest: manifest["documents"][0].pop("ids"),
    "facts": entry("facts", []),
    "reads": entry("reads", []),
    "detached": entry("detached", "yes"),
    "path": entry("path", "../x.docx"),
    "colour": entry("colour", "blue"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_manifest_of_another_shape_is_refused_whether_or_not_it_comes_to_its_seal(case: Case, name: str) -> None:
    path = case.out / FILE_NAME
    manifest = read_json(path.read_text(encoding="utf-8"))
    SHAPES[name](manifest)
    for text in (json.dumps(manifest), write_json(manifest)):
        path.write_text(text, encoding="utf-8")
        for act in (case.plan, case.build):
            with pytest.raises(OutputError, match=r"manifest\.json: cannot be read as a manifest\. .* put a copy"):
                act()


def test_facts_of_another_shape_in_a_manifest_are_no_traceback(case: Case) -> None:
    path = case.out / FILE_NAME
    manifest = read_json(path.read_text(encoding="utf-8"))
    for one in manifest["documents"]:
        one["inputs_digest"] = ""
        one["facts"] = {key: [{"fields": 3}] for key in one["facts"]}
    manifest["profile"] = {key: {"colour": "blue"} for key in manifest["profile"]}
    path.write_text(write_json(manifest), encoding="utf-8")
    assert set(told(case.build())) >= ALL
    assert case.there() == case.full()


@pytest.mark.parametrize("options", [{}, {"force": True}, {"mode": "draft"}, {"replace": ("all",)}])
def test_a_manifest_that_says_an_issued_pack_is_a_draft_does_not_open_it(case: Case, options: dict[str, Any]) -> None:
    case.build(mode="final")
    issue_pack(case.out)
    path = case.out / FILE_NAME
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"state": "issued"', '"state": "final"'), encoding="utf-8")
    before = tree(case.folder)
    case.change({"control.version": "0.4"})
    for act in (case.build, case.plan):
        with pytest.raises(OutputError, match="is damaged or was edited since it was written"):
            act(**options)
    with pytest.raises(OutputError, match="is damaged or was edited since it was written"):
        issue_pack(case.out)
    assert {**tree(case.folder), "profile.yaml": before["profile.yaml"]} == before


# --- edited by hand --------------------------------------------------------------------------------------------------------


EDITED = "internal/terms.docx"
MINE = docx(p("My own words, 2026."))


@pytest.fixture
def edited(case: Case) -> Case:
    (case.out / EDITED).write_bytes(MINE)
    os.utime(case.out / EDITED, (1_790_000_000, 1_790_000_000))
    return case


def test_an_edited_document_stops_the_build_with_both_ways_out(edited: Case) -> None:
    before = tree(edited.folder)
    assert told(edited.plan())[EDITED] == ["edited by hand"]
    for options in ({}, {"force": True}, {"replace": ("plan",)}):
        with pytest.raises(OutputError, match=rf"{EDITED}: was edited since .*--replace {EDITED} .*--detach {EDITED} "):
            edited.build(**options)
    assert tree(edited.folder) == before


@pytest.mark.parametrize("named", [EDITED, "terms", "all"])
def test_replace_moves_the_edited_copy_aside(edited: Case, named: str) -> None:
    full = edited.full()
    edited.build(replace=(named,))
    assert edited.there() == {**full, "edited/internal/terms 2026-09-21.docx": MINE}
    assert told(edited.plan()) == {}
    assert edited.plan().others == ("edited/internal/terms 2026-09-21.docx",)


def test_detach_keeps_it_through_every_later_build(edited: Case) -> None:
    assert told(edited.build(detach=(EDITED,)))[FILE_NAME]
    manifest = read_json(edited.there()[FILE_NAME].decode())
    assert [one["path"] for one in manifest["documents"] if one["detached"]] == [EDITED]
    edited.change({"contract.termination_notice_months": confirmed("9")})
    later = edited.build()
    assert edited.there()[EDITED] == MINE
    assert set(told(later)) == {"issue/terms.docx"}
    (note,) = [one for one in later.findings if one.place == EDITED and one.severity == "note"]
    assert "was edited by hand and is kept as it is" in note.message
    assert "contract.termination_notice_months 6 → 9" in note.message
    (edited.out / EDITED).write_bytes(docx(p("Edited once more.")))
    edited.build()
    assert told(edited.plan()) == {}
    edited.build(replace=(EDITED,))
    assert {name: content for name, content in edited.there().items() if not name.startswith("edited/")} == edited.full()


def test_what_bidders_may_not_see_in_a_detached_document_is_outstanding(case: Case) -> None:
    (case.out / "issue" / "terms.docx").write_bytes(docx(p("The tag {{ lots }} is left over."), p("", "Heading1")))
    summary = case.build(detach=("issue/terms.docx",))
    (found,) = [one for one in summary.findings if one.severity == "outstanding" and one.place == "issue/terms.docx"]
    assert "a template tag is left in the document, " in found.message
    assert "is empty, " in found.message
    assert "template;" not in found.message
    with pytest.raises(RefusedError):
        case.build(mode="final")


def test_comments_and_their_author_in_a_detached_document_are_told_once_with_what_to_do(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    path = case.out / "issue" / "terms.docx"
    comments = f'<w:comments {NAMESPACE}><w:comment w:id="0" w:author="Jane Smith">{p("x")}</w:comment></w:comments>'
    path.write_bytes(with_parts(path.read_bytes(), {"word/comments.xml": comments.encode()}))
    summary = case.build(detach=("issue/terms.docx",))
    (found,) = [one for one in summary.findings if one.severity == "outstanding" and "terms" in one.document]
    print_results([BuildResult(case.request(), summary, None)])
    shown = capsys.readouterr().out
    assert "outstanding: issue/terms.docx: edited by hand: has comments" in shown
    assert "Next: put right what is outstanding above, then build with --final." in shown
    assert found.message == (
        "edited by hand: has comments, names Jane Smith. Take it out in the program it was edited in (in Word and Excel: "
        "File > Info > Inspect Document), or build with --replace issue/terms.docx."
    )


def test_a_detached_file_that_is_no_document_at_all(case: Case) -> None:
    (case.out / EDITED).write_bytes(b"not a zip")
    summary = case.build(detach=(EDITED,))
    assert [one.message for one in summary.findings if "cannot be read as a document" in one.message]


def test_a_document_nobody_has_heard_of(case: Case) -> None:
    with pytest.raises(OutputError, match=r"brochure: no such document in this pack\. Use all, or of these: internal/plan"):
        case.build(replace=("brochure",))


def test_files_of_others_are_mentioned_and_left_alone(case: Case) -> None:
    (case.out / "internal" / "~$terms.docx").write_bytes(b"lock")
    (case.out / "issue" / ".~lock.terms.docx#").write_bytes(b"lock")
    (case.out / "notes.txt").write_bytes(b"mine")
    case.change({"commercial.annual_budget": confirmed("22000000")})
    summary = case.build()
    assert summary.others == ("notes.txt",)
    assert summary.open_files == ("internal/~$terms.docx", "issue/.~lock.terms.docx#")
    assert {"notes.txt", *summary.open_files} <= set(case.there())


@pytest.mark.parametrize("lock", ["internal/~$terms.docx", "internal/~$rms.docx", "internal/.~lock.terms.docx#"])
def test_a_document_that_is_open_is_not_replaced(case: Case, lock: str) -> None:
    (case.out / lock).write_bytes(b"lock")
    case.change({"control.version": "0.4"})
    before = tree(case.folder)
    with pytest.raises(OutputError, match=r"internal/terms\.docx: is open in another program\. .* delete internal/"):
        case.build()
    assert tree(case.folder) == before


@pytest.mark.parametrize("options", [{}, {"detach": ("all",)}, {"replace": ("all",)}])
def test_a_folder_in_the_place_of_a_document_is_refused(case: Case, options: dict[str, Any]) -> None:
    (case.out / EDITED).unlink()
    (case.out / EDITED).mkdir()
    with pytest.raises(OutputError, match=r"is a folder, and no document\. Move it away"):
        case.build(**options)
    assert told(case.plan())[EDITED] == ["edited by hand"]


def test_a_folder_in_the_place_of_a_detached_document_can_be_planned(edited: Case) -> None:
    edited.build(detach=(EDITED,))
    (edited.out / EDITED).unlink()
    (edited.out / EDITED).mkdir()
    assert told(edited.plan())[EDITED] == ["edited by hand"]
    with pytest.raises(OutputError, match="is a folder, and no document"):
        edited.build()


def test_edited_copies_are_not_moved_through_a_link(edited: Case) -> None:
    (edited.folder / "elsewhere").mkdir()
    (edited.out / "edited").symlink_to(edited.folder / "elsewhere")
    with pytest.raises(OutputError, match="edited: is a link, which a pack does not follow"):
        edited.build(replace=(EDITED,))
    assert (edited.out / EDITED).read_bytes() == MINE
    assert tree(edited.folder / "elsewhere") == {}


@pytest.mark.parametrize("named", ["internal/plan.docx", "plan"])
def test_what_nobody_edited_cannot_be_detached(edited: Case, named: str) -> None:
    with pytest.raises(OutputError, match=f"^{named}: was not edited; there is nothing to detach"):
        edited.build(detach=(EDITED, named))


def test_a_detached_document_is_compared_with_what_it_was_built_from_however_often_the_rest_is_built(edited: Case) -> None:
    edited.build(detach=(EDITED,))
    edited.change({"control.version": "0.4"})
    edited.build()
    edited.change({"control.version": "0.4", "contract.termination_notice_months": confirmed("9")})
    edited.build()
    (kept,) = [change for change in edited.plan().changes if change.path == EDITED]
    said = {str(reason) for reason in kept.reasons}
    notice = "contract.termination_notice_months 6 → 9 (indicative → confirmed)"
    assert said == {"detached: kept as edited", "control.version 0.3 → 0.4", notice}
    edited.build(replace=(EDITED,))
    edited.build()
    assert {name: content for name, content in edited.there().items() if not name.startswith("edited/")} == edited.full()


def test_a_final_pack_holds_no_detached_document_that_tells_of_something_else(case: Case) -> None:
    name = "internal/pricing-schedule.xlsx"
    (case.out / name).write_bytes(MINE)
    case.build(detach=(name,))
    refused = (
        rf"fault: pricing-schedule: {name}: was edited by hand .* has changed since: mode draft → final\. Build with --replace"
    )
    for _ in range(2):
        assert name in case.plan(mode="final").refusal
        with pytest.raises(RefusedError, match=refused):
            case.build(mode="final")
        case.build(force=True)


def test_a_document_edited_in_a_final_pack_may_be_kept_until_something_changes(case: Case) -> None:
    case.build(mode="final")
    (case.out / EDITED).write_bytes(MINE)
    assert case.build(detach=(EDITED,)).state == "final"
    case.change({"control.version": "0.4"})
    with pytest.raises(RefusedError, match=rf"{EDITED}: was edited by hand .*control\.version 0\.3 → 0\.4"):
        case.build()


# --- what a plan foresees ---------------------------------------------------------------------------------------------------


def test_a_plan_says_that_a_build_would_be_refused(case: Case) -> None:
    case.change({"commercial.annual_budget": "to-be-confirmed"})
    for planned in (case.plan(mode="final"), case.plan(mode="final", output=case.folder / "elsewhere")):
        assert (planned.state, planned.mode) == ("final", "final")
        assert planned.refusal.startswith("commercial.annual_budget: to be confirmed")
        assert any(line.startswith("  would be refused: commercial.annual_budget: ") for line in plan_lines(planned))
    assert case.plan().refusal == ""


# --- issued packs ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def issued(case: Case) -> Case:
    (case.folder / "inputs" / "reference").exists()
    case.build(mode="final")
    assert "issued as version 0.3" in issue_pack(case.out)
    return case


def test_an_issued_pack_is_never_written_again(issued: Case) -> None:
    before = tree(issued.out)
    assert read_json(before[FILE_NAME].decode())["state"] == "issued"
    for options in ({}, {"force": True}, {"mode": "draft"}, {"mode": "final", "replace": ("all",)}, {"detach": ("all",)}):
        summary = issued.build(**options)
        assert (summary.state, told(summary)) == ("issued", {})
    assert "was issued before" in issue_pack(issued.out)
    assert tree(issued.out.parent) == {f"reward/{name}": content for name, content in before.items()}


def test_what_changes_becomes_the_next_pack_beside_it(issued: Case) -> None:
    before = tree(issued.out)
    issued.change({"contract.termination_notice_months": confirmed("9")})
    planned = issued.plan()
    assert (planned.folder.name, planned.supersedes, planned.mode) == ("reward-2", "0.3", "draft")
    summary = issued.build()
    notice = "contract.termination_notice_months 6 → 9 (indicative → confirmed)"
    assert told(summary) == {**all_of(ALL, "new"), **{key: ["new", notice] for key in TERMS_PATHS}}
    manifest = read_json((issued.out.with_name("reward-2") / FILE_NAME).read_text(encoding="utf-8"))
    assert (manifest["number"], manifest["state"]) == (2, "draft")
    assert manifest["supersedes"] == {"number": 1, "version": "0.3", "manifest_digest": digest(before[FILE_NAME])}
    assert [one.place for one in summary.findings if "is still 0.3, which was issued" in one.message] == ["control.version"]
    with pytest.raises(RefusedError, match=r"control\.version: is still 0\.3"):
        issued.build(mode="final")
    issued.change({"contract.termination_notice_months": confirmed("9"), "control.version": "1.1"})
    assert issued.build(mode="final").state == "final"
    assert tree(issued.out) == before
    issue_pack(issued.out.with_name("reward-2"))
    issued.change({"contract.termination_notice_months": confirmed("8"), "control.version": "1.2"})
    assert issued.build().folder.name == "reward-3"
    assert tree(issued.out) == before


def test_another_engine_that_makes_the_same_bytes_calls_for_no_new_pack(issued: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    now = engine()
    monkeypatch.setattr(stale_module, "engine", lambda: {**now, "pipeline": "0"})
    assert told(issued.build()) == {}
    assert not issued.out.with_name("reward-2").exists()


def test_an_edited_issued_document_is_told_of_and_left(issued: Case) -> None:
    (issued.out / EDITED).write_bytes(MINE)
    summary = issued.build()
    reasons = {change.path: str(change.reasons[0]) for change in summary.changes}
    assert reasons[EDITED] == "edited since it was issued; restore it from the copy that went to bidders"
    assert issued.there()[EDITED] == MINE


def test_a_plan_says_what_has_changed_since_a_pack_was_issued(issued: Case) -> None:
    assert next(plan_lines(issued.plan(leave_issued=True))).startswith(
        "exampleshire: reward (issued): issued, nothing to build. "
    )
    issued.change({"contract.termination_notice_months": confirmed("9")})
    planned = issued.plan(leave_issued=True)
    lines = list(plan_lines(planned))
    notice = "contract.termination_notice_months 6 → 9 (indicative → confirmed)"
    assert lines[0].startswith("exampleshire: reward (issued): changed since it was issued; a build makes reward-2. ")
    assert f"  {EDITED} — issued; {notice}" in lines
    assert any(line.startswith(f"  new     {EDITED} — new; {notice}") for line in plan_lines(issued.plan()))
    assert issued.plan(mode="final").refusal.startswith("control.version: is still 0.3")


def test_an_outstanding_item_that_is_no_figure_is_told_with_what_to_do(issued: Case, capsys: pytest.CaptureFixture[str]) -> None:
    issued.change({"contract.termination_notice_months": confirmed("9")})
    print_results([BuildResult(issued.request(), issued.build(), None)])
    assert "outstanding: control.version: is still 0.3, which was issued. Give this pack a version" in capsys.readouterr().out


def test_a_damaged_issued_pack_is_told_of_wherever_it_is_looked_at(issued: Case) -> None:
    (issued.out / EDITED).unlink()
    (issued.out / "issue" / "terms.docx").write_bytes(MINE)
    planned = issued.plan(leave_issued=True)
    assert planned.is_damaged
    assert next(plan_lines(planned)).startswith("exampleshire: reward (issued): issued, damaged. ")
    with pytest.raises(OutputError, match=r"version 0\.3, and is damaged(.|\n)*missing since it was issued; restore it from"):
        issue_pack(issued.out)
    issued.change({"control.version": "0.4"})
    for summary in (issued.plan(), issued.build()):
        assert [one.rpartition("reward/")[2].partition(":")[0] for one in summary.warnings] == [EDITED, "issue/terms.docx"]
        assert any("warning: " in line for line in plan_lines(summary))


def test_a_pack_that_is_out_of_date_is_not_issued(case: Case) -> None:
    case.record(case.build(mode="final"))
    before = case.there()
    case.change({"contract.termination_notice_months": confirmed("9")})
    with pytest.raises(
        OutputError, match=rf"is out of date\. Build it again .*\n  {EDITED}: contract\.termination_notice_months 6 → 9"
    ):
        issue_pack(case.out, CHOSEN)
    assert case.there() == before
    case.record(case.build())
    assert "was not checked" not in issue_pack(case.out, CHOSEN)


def test_a_pack_whose_profile_is_not_known_is_issued_with_a_note(case: Case) -> None:
    case.build(mode="final")
    assert "Which profile it was built from is not known here" in issue_pack(case.out, CHOSEN)


def test_a_detached_document_is_told_of_by_every_plan(edited: Case) -> None:
    edited.record(edited.build(detach=(EDITED,)))
    request = edited.request()
    assert Index(request.output).fresh(request) is None
    edited.record(edited.build(replace=(EDITED,)))
    assert Index(request.output).fresh(request) is not None


def test_another_compressor_calls_for_no_new_pack(issued: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stale_module, "engine", lambda: {**engine(), "pipeline": "0"})
    monkeypatch.setattr(compressor, "quick", None)
    KEPT.clear()
    monkeypatch.setattr(compressor, "LEVEL", 1)
    assert told(issued.build()) == {}
    KEPT.clear()


def test_only_a_final_pack_as_it_was_built_can_be_issued(case: Case, tmp_path: Path) -> None:
    for nothing in (tmp_path / "a" / "b" / "c", Path("/")):
        with pytest.raises(OutputError, match="holds no pack"):
            issue_pack(nothing)
    with pytest.raises(OutputError, match="is a draft; only a final pack can be issued"):
        issue_pack(case.out)
    case.build(mode="final")
    (case.out / EDITED).write_bytes(MINE)
    with pytest.raises(OutputError, match="was edited since it was built"):
        issue_pack(case.out)


def test_a_rebuild_of_a_final_pack_stays_final_and_only_draft_takes_it_back(case: Case) -> None:
    case.build(mode="final")
    assert case.build(force=True).state == "final"
    case.change({"commercial.annual_budget": "to-be-confirmed"})
    before = case.there()
    with pytest.raises(RefusedError, match=r"commercial\.annual_budget"):
        case.build()
    assert case.there() == before
    assert case.build(mode="draft").state == "draft"

"""Every locality under every model: drafts, final packs, refusals, and the same bytes wherever and however a pack is built."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.build import build_all, build_one
from pipeline.cli import main
from pipeline.folder import OWN
from pipeline.manifest import read_json
from pipeline.request import BuildRequest
from tests.fixtures.packs import EXAMPLES, LOCALITIES, MODELS, REAL, ROOT, Built, tree
from tests.fixtures.profiles import example, figure, put, write
from tests.fixtures.small import small_templates

Builder = Callable[[str, str], Built]
OTHERS = [(locality, model) for locality in ("sampleford", "rhondda-cynon-taf", "norfolk", "hywel-dda") for model in MODELS]
ENGLISH = ("sampleford", "norfolk")


@pytest.mark.parametrize(("locality", "model"), OTHERS)
def test_every_locality_builds_in_draft(built: Builder, locality: str, model: str) -> None:
    pack = built(locality, model)
    assert len(pack.files) == 9
    assert [one for one in pack.summary.findings if one.severity == "fault"] == []
    waiting = [one for one in pack.summary.findings if one.severity == "outstanding"]
    assert bool(waiting) is (locality in REAL)
    shown = [text.count("to be confirmed") for text in pack.texts.values()]
    assert any(shown) or locality not in REAL


WELSH_ONLY = ("Care Inspectorate Wales", "Llais", "Cymraeg", "Social Services and Well-being", "Cynllun", "Manyleb", "Sell2Wales")
ENGLISH_ONLY = ("Care Quality Commission", "Healthwatch", "Care Act 2014")


@pytest.mark.parametrize(("locality", "model"), OTHERS)
def test_each_nations_law_and_bodies_stay_at_home(built: Builder, locality: str, model: str) -> None:
    here, there = (ENGLISH_ONLY, WELSH_ONLY) if locality in ENGLISH else (WELSH_ONLY, ENGLISH_ONLY)
    for name, text in built(locality, model).texts.items():
        found = [(word, line) for line in text.splitlines() for word in there if word in line]
        assert found == [], name
    specification = built(locality, model).texts["issue/service-specification.docx"]
    assert any(word in specification for word in here)


@pytest.mark.parametrize("model", MODELS)
def test_health_care_goes_by_the_provider_selection_regime(built: Builder, model: str) -> None:
    pack = built("hywel-dda", model)
    plan = pack.texts["internal/procurement-plan.docx"]
    assert "Provider Selection Regime" in plan
    provisions = {provision for one in pack.manifest["documents"] for provision in one["provisions"]}
    assert "PSRW25" in provisions
    assert "Provider Selection Regime" not in built("norfolk", model).texts["issue/contract-contents.docx"]


def test_a_bilingual_cover_is_a_switch(built: Builder, tmp_path: Path) -> None:
    title = "Manyleb y gwasanaeth"
    assert title in built("rhondda-cynon-taf", "reward").texts["issue/service-specification.docx"]
    off = put(example(), {"welsh": {"bilingual_cover": "false", "tenders_in_welsh": "false"}, "slug": "plain"})
    path = write(tmp_path, off)
    assert main(["build", str(path), "--model", "reward", "--output", str(tmp_path / "out")]) == 0
    for content in tree(tmp_path / "out").values():
        assert title.encode() not in content
    from pipeline.text import document_text

    for name, content in tree(tmp_path / "out" / "plain" / "reward").items():
        if name.endswith((".docx", ".xlsx")):
            text = "\n".join(document_text(content, name))
            assert title not in text, name
            assert "Cewch gyflwyno tendr" not in text, name


# --- final packs -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def final(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked examples' final packs for every model, built by one command."""
    output = tmp_path_factory.mktemp("final")
    profiles = [str(LOCALITIES / f"{name}.yaml") for name in EXAMPLES]
    assert main(["build", *profiles, "--model", "all", "--final", "--output", str(output)]) == 0
    return output


@pytest.mark.parametrize("locality", EXAMPLES)
@pytest.mark.parametrize("model", MODELS)
def test_the_worked_examples_build_final_packs(final: Path, locality: str, model: str) -> None:
    files = tree(final / locality / model)
    manifest = read_json(files["manifest.json"].decode())
    assert len(files) == 10
    assert manifest["mode"] == "final"
    assert manifest["outstanding"] == []
    assert not [one for one in manifest["findings"] if one["severity"] != "note"]


def test_a_final_pack_is_the_draft_but_for_its_state(final: Path, built: Builder) -> None:
    from pipeline.text import document_text

    pack = built("exampleshire", "reward")
    for name, content in pack.files.items():
        draft = pack.texts[name].splitlines()
        ready = document_text((final / "exampleshire" / "reward" / name).read_bytes(), name)
        different = [pair for pair in zip(draft, ready, strict=False) if pair[0] != pair[1]]
        assert content
        assert len(draft) == len(ready), name
        assert different, name
        assert all("raft" in old and "raft" not in new for old, new in different), (name, different)


def test_a_rebuild_keeps_the_mode_until_told_otherwise(final: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(final / "sampleford" / "reward", tmp_path / "sampleford" / "reward")
    arguments = ["build", str(LOCALITIES / "sampleford.yaml"), "--model", "2", "--output", str(tmp_path)]
    before = tree(tmp_path)
    assert main(arguments) == 0
    assert tree(tmp_path) == before
    assert "sampleford: reward (final)" in capsys.readouterr().out
    assert main([*arguments, "--draft"]) == 0
    assert "sampleford: reward (draft)" in capsys.readouterr().out
    assert tree(tmp_path) != before


def test_a_real_locality_is_refused_as_final_with_the_list_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["build", str(LOCALITIES / "carmarthenshire.yaml"), "--model", "reward", "--output", str(tmp_path / "out")]
    assert main([*arguments, "--final"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = shown.err.strip().splitlines()
    assert re.fullmatch(r"carmarthenshire, reward: refused as final: \d+ findings; nothing was written\.", lines[0])
    assert len(lines) - 1 == int(re.findall(r"\d+", lines[0])[0])
    assert any("commercial.annual_budget: to be confirmed" in line for line in lines)
    assert "Traceback" not in shown.err
    assert list(tmp_path.iterdir()) == []


def test_a_refused_final_leaves_the_draft_that_is_there(
    built: Builder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(built("norfolk", "reward").folder, tmp_path / "norfolk" / "reward")
    before = tree(tmp_path)
    assert main(["build", str(LOCALITIES / "norfolk.yaml"), "--model", "2", "--final", "--output", str(tmp_path)]) == 1
    assert tree(tmp_path) == before
    assert "refused as final" in capsys.readouterr().err


def test_dates_that_cannot_be_met_are_shown_in_a_draft_and_refused_in_a_final_pack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(
        tmp_path, put(example(), {"dates.contract_start": figure("2027-06-01"), "dates.legal_review": figure("2027-01-01")})
    )
    arguments = ["build", str(path), "--model", "1", "--output", str(tmp_path / "out")]
    assert main([*arguments, "--final"]) == 1
    refusal = capsys.readouterr().err
    assert re.search(r"infeasible: [a-z-]+: timetable: ", refusal)
    assert "Move the contract's start to" in refusal
    assert not (tmp_path / "out").exists()
    assert main([*arguments, "--draft"]) == 0
    assert "infeasible: timetable" in capsys.readouterr().out


# --- the same bytes --------------------------------------------------------------------------------------------------------


HEAVY = {"prefect", "fastapi", "sqlalchemy"}
IN_A_PROCESS = f"""
import os, sys
from pipeline.cli import main
os.umask(int(os.environ["UMASK"], 8))
code = main(sys.argv[1:])
print(code, sorted({{name.split(".")[0] for name in sys.modules}} & {HEAVY!r}))
"""


def differing(here: dict[str, bytes], there: dict[str, bytes]) -> list[str]:
    assert sorted(here) == sorted(there)
    assert here
    return [name for name in here if here[name] != there[name]]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own with another environment."""
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


PLACES = {
    "as root of a server far east": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "0", "UMASK": "077"},
    "as a guest far west": {"TZ": "Pacific/Pago_Pago", "LC_ALL": "cy_GB.UTF-8", "PYTHONHASHSEED": "7", "UMASK": "000"},
}


@pytest.mark.parametrize("place", PLACES)
def test_the_same_bytes_in_another_place_time_and_language_and_no_prefect(built: Builder, tmp_path: Path, place: str) -> None:
    arguments = [str(LOCALITIES / "carmarthenshire.yaml"), "--model", "reward", "--draft", "--json", "--output", str(tmp_path)]
    done = run("-c", IN_A_PROCESS, "build", *arguments, **PLACES[place])
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("0 []")
    here = tree(built("carmarthenshire", "reward").folder)
    assert differing(here, tree(tmp_path / "carmarthenshire" / "reward")) == []


@pytest.mark.parametrize("workers", [1, 3])
def test_the_same_bytes_from_any_number_of_processes(tmp_path: Path, workers: int) -> None:
    """Packs of small templates, built at once: their bytes are those of one process that builds one after the other."""
    templates = small_templates(tmp_path / "templates")
    requests = [
        BuildRequest(LOCALITIES / f"{name}.yaml", model, tmp_path / "out", templates) for name in EXAMPLES for model in MODELS
    ]
    results = list(build_all(requests, workers=workers))
    assert [result.refusal for result in results] == [None] * 6
    alone = [BuildRequest(one.profile, one.model, tmp_path / "alone", templates) for one in reversed(requests[::2])]
    assert all(build_one(one).pack for one in alone)
    there = tree(tmp_path / "out")
    assert {name: there[name] for name in tree(tmp_path / "alone")} == tree(tmp_path / "alone")


@pytest.mark.flow
def test_the_flow_makes_and_refuses_what_the_command_line_does(built: Builder, tmp_path: Path) -> None:
    """One run of the flow with a good profile and a bad one, since starting it costs most."""
    (tmp_path / "bad.yaml").write_text("slug: ../x\n", encoding="utf-8")
    profiles = [str(LOCALITIES / "carmarthenshire.yaml"), str(tmp_path / "bad.yaml")]
    options = ["--model", "reward", "--draft", "--output", str(tmp_path / "out")]
    home = {"PREFECT_HOME": str(tmp_path / "prefect"), "PYTHONHASHSEED": "11"}
    done = run("flows.py", "build", *profiles, *options, **home)
    assert done.returncode == 1, done.stderr
    assert f"{tmp_path / 'bad.yaml'}: line 1: slug: " in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {OWN, "carmarthenshire"}
    here = tree(built("carmarthenshire", "reward").folder)
    assert differing(here, tree(tmp_path / "out" / "carmarthenshire" / "reward")) == []

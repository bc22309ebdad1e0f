"""Nothing to do: known from one index of digests, without reading a profile or importing a library, and never wrongly."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.build import build_all, build_one, plan_one
from pipeline.cli import main
from pipeline.request import BuildRequest
from pipeline.result import BuildResult
from pipeline.tell import refusal_lines
from tests.fixtures.packs import LOCALITIES, ROOT, tree
from tests.fixtures.small import Place
from tests.fixtures.word import docx, p


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack that was built and looked at once more, so that the index trusts what it knows."""
    place = Place(tmp_path_factory.mktemp("first")).furnished()
    assert main(place.arguments("build")) == 0
    return place.folder


@pytest.fixture
def place(first: Path) -> Place:
    """The pack of the module: a test that changes it says so by asking for `changed`."""
    return Place(first)


@pytest.fixture
def changed(first: Path, tmp_path: Path) -> Place:
    """A copy of it, with the index rebuilt, to be changed."""
    shutil.copytree(first, tmp_path / "place")
    place = Place(tmp_path / "place")
    assert main(place.arguments("build")) == 0
    assert place.run("build")[:2] == (0, [])
    return place


@pytest.mark.parametrize("command", ["build", "plan"])
@pytest.mark.parametrize("more", [[], ["--json"], ["--draft"]], ids=" ".join)
def test_nothing_to_do_imports_nothing_heavy_and_changes_nothing(place: Place, command: str, more: list[str]) -> None:
    before = tree(place.folder)
    code, heavy, told = place.run(command, *more)
    assert (code, heavy) == (0, [])
    assert tree(place.folder) == before
    if "--json" in more:
        (result,) = json.loads(told)
        assert (result["built"], result["stale"], len(result["documents"])) == (True, False, 9)
    else:
        assert told.strip() == f"exampleshire: reward (draft): up to date. {place.pack}"


def test_every_pack_there_is_can_be_planned_without_naming_it(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    templates = str(place.folder / "templates")
    assert main(["plan", "--output", str(place.folder / "out"), "--templates", templates, "--check"]) == 0
    assert "exampleshire: reward (draft): up to date" in capsys.readouterr().out


def test_without_an_index_packs_are_found_by_their_folders(changed: Place, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(changed.index.parent)
    more = ["--output", str(changed.folder / "out"), "--templates", str(changed.folder / "templates")]
    assert main(["plan", *more, "--check"]) == 0
    assert "exampleshire: reward (draft): up to date" in capsys.readouterr().out
    assert not changed.index.exists() or changed.run("build")[0] == 0


def edit_profile(place: Place) -> None:
    text = place.profile.read_text(encoding="utf-8")
    place.profile.write_text(text.replace("ceiling_rate: {value: 40", "ceiling_rate: {value: 41"), encoding="utf-8")


def keep_times(path: Path, content: bytes) -> None:
    """Write other bytes of the same length and put size and times of change back as they were."""
    stat = path.stat()
    assert len(content) == stat.st_size
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def edit_in_secret(place: Place) -> None:
    path = place.pack / "internal" / "procurement-plan.docx"
    keep_times(path, bytes(reversed(path.read_bytes())))


def replace_in_secret(place: Place) -> None:
    text = place.profile.read_bytes()
    keep_times(place.profile, text.replace(b"ceiling_rate: {value: 40", b"ceiling_rate: {value: 41"))


STALE: dict[str, tuple[Callable[[Place], object], str]] = {
    "profile": (edit_profile, "internal/procurement-plan.docx — commercial.ceiling_rate 40 → 41"),
    "profile, same size and time": (replace_in_secret, "internal/procurement-plan.docx — commercial.ceiling_rate 40 → 41"),
    "template": (
        lambda place: (place.folder / "templates" / "engagement-checklist.docx").write_bytes(docx(p("Other."))),
        "internal/engagement-checklist.docx — template changed",
    ),
    "template gone": (
        lambda place: (place.folder / "templates" / "engagement-checklist.docx").unlink(),
        "internal/engagement-checklist.docx — template changed",
    ),
    "edited": (edit_in_secret, "internal/procurement-plan.docx — edited by hand"),
    "deleted": (lambda place: (place.pack / "issue" / "pricing-schedule.xlsx").unlink(), "issue/pricing-schedule.xlsx — missing"),
}


@pytest.mark.parametrize("name", STALE)
def test_whatever_changes_is_seen(changed: Place, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    change, reason = STALE[name]
    change(changed)
    capsys.readouterr()
    assert main(changed.arguments("plan", "--check")) == 1
    assert reason in capsys.readouterr().out
    assert main(changed.arguments("plan")) == (1 if name == "edited" else 0)
    assert main(changed.arguments("build")) == (1 if name == "edited" else 0)


def test_what_changes_no_document_is_looked_into_once(changed: Place) -> None:
    text = changed.profile.read_text(encoding="utf-8")
    changed.profile.write_text(f"# A comment.\n{text}", encoding="utf-8")
    before = tree(changed.pack)
    assert changed.run("plan")[1], "a comment is no reason, but that is known only when the profile is read"
    assert main(changed.arguments("build")) == 0
    assert tree(changed.pack) == before
    assert changed.run("build")[:2] == (0, [])


def test_a_touched_file_is_read_and_found_to_be_the_same(changed: Place) -> None:
    changed.profile.touch()
    assert changed.run("build")[:2] == (0, [])


Index = dict[str, Any]


def _entries(index: Index, **other: object) -> Index:
    return {**index, "packs": {key: {**entry, **other} for key, entry in index["packs"].items()}}


DAMAGED: dict[str, Callable[[Index], object]] = {
    "a list": lambda _: [],
    "nothing": lambda _: None,
    "nothing in it": lambda _: {},
    "no form": lambda index: {**index, "form": 1},
    "files a list": lambda index: {**index, "files": []},
    "packs a list": lambda index: {**index, "packs": []},
    "packs null": lambda index: {**index, "packs": None},
    "groups a list": lambda index: {**index, "groups": []},
    "groups empty": lambda index: {**index, "groups": {}},
    "group of another form": lambda index: {**index, "groups": dict.fromkeys(index["groups"], "files:3")},
    "digests numbers": lambda index: {**index, "files": dict.fromkeys(index["files"], 3)},
    "times words": lambda index: {**index, "files": {key: [["a"], "b"] for key in index["files"]}},
    "entries numbers": lambda index: {**index, "packs": dict.fromkeys(index["packs"], 3)},
    "entries empty": lambda index: {**index, "packs": {key: {} for key in index["packs"]}},
    "mode null": lambda index: _entries(index, mode=None),
    "another folder": lambda index: _entries(index, folder="../.."),
    "no files": lambda index: _entries(index, files={}),
    "a NUL in a name": lambda index: _entries(index, files={"manifest.json": "x", "a\0b": "x"}),
    "key no JSON": lambda index: {**index, "packs": dict(zip("x", index["packs"].values(), strict=True))},
    "key too short": lambda index: {**index, "packs": dict(zip(["[]"], index["packs"].values(), strict=True))},
}


def unharmed(place: Place, text: str) -> None:
    """See that whatever the index holds, every command answers, and the next build mends it."""
    for command in (place.arguments("plan"), ["plan", "--output", str(place.folder / "out")], place.arguments("build")):
        place.index.write_text(text, encoding="utf-8")
        assert main(command) == 0
    assert place.run("build")[:2] == (0, [])


@pytest.mark.parametrize("name", DAMAGED)
def test_an_index_that_is_damaged_does_no_harm(changed: Place, name: str) -> None:
    unharmed(changed, json.dumps(DAMAGED[name](json.loads(changed.index.read_text(encoding="utf-8")))))


@pytest.mark.parametrize("text", ["", "\0", "[" * 100_000], ids=["empty", "NUL", "deep"])
def test_an_index_that_cannot_be_read_does_no_harm(changed: Place, text: str) -> None:
    unharmed(changed, text)


def house_templates(place: Place, folder: Path, words: str) -> None:
    """Put a folder of an authority's own templates there, and have the profile name it."""
    folder.mkdir(parents=True)
    (folder / "engagement-checklist.docx").write_bytes(docx(p(words)))
    text = (LOCALITIES / "exampleshire.yaml").read_text(encoding="utf-8")
    place.profile.write_text(f"{text}\ntemplates: house\n", encoding="utf-8")


def own(place: Place, command: str, profile: Path, *more: str) -> list[str]:
    """The arguments of a command with the profile's own templates."""
    return [command, str(profile), "--model", "2", "--output", str(place.folder / "out"), *more]


def test_a_link_that_leads_elsewhere_is_seen(tmp_path: Path) -> None:
    place = Place(tmp_path)
    house_templates(place, tmp_path / "house-v1", "One.")
    house_templates(place, tmp_path / "house-v2", "Two.")
    house = tmp_path / "house"
    house.symlink_to("house-v1")
    assert main(own(place, "build", place.profile)) == 0
    assert main(own(place, "plan", place.profile, "--check")) == 0
    house.unlink()
    house.symlink_to("house-v2")
    assert main(own(place, "plan", place.profile, "--check")) == 1


def test_a_profile_with_two_names_is_read_by_the_one_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = Place(tmp_path)
    for name in ("A", "B"):
        house_templates(place, tmp_path / name / "house", name)
        (tmp_path / name / "e.yaml").symlink_to(place.profile)
    assert main(own(place, "build", tmp_path / "A" / "e.yaml")) == 0
    assert main(own(place, "plan", tmp_path / "A" / "e.yaml", "--check")) == 0
    assert main(own(place, "plan", tmp_path / "B" / "e.yaml", "--check")) == 1
    assert main(own(place, "build", tmp_path / "B" / "e.yaml")) == 0
    capsys.readouterr()
    assert main(["text", str(place.pack / "internal" / "engagement-checklist.docx")]) == 0
    assert capsys.readouterr().out.strip().endswith("[Normal] B")
    assert main(["plan", "--output", str(tmp_path / "out"), "--check"]) == 0


def test_a_path_may_hold_what_separates_paths(first: Path, tmp_path: Path) -> None:
    shutil.copytree(first, tmp_path / f"a{os.pathsep}b")
    place = Place(tmp_path / f"a{os.pathsep}b")
    assert main(place.arguments("build")) == 0
    edit_profile(place)
    assert main(place.arguments("plan", "--check")) == 1


def test_a_profile_that_comes_back_takes_its_pack_back(changed: Place, capsys: pytest.CaptureFixture[str]) -> None:
    other = changed.profile.with_name("renamed.yaml")
    changed.profile.rename(other)
    arguments = [str(other) if one == str(changed.profile) else one for one in changed.arguments("build")]
    assert main(arguments) == 0
    other.rename(changed.profile)
    assert main(changed.arguments("build")) == 0
    capsys.readouterr()
    assert (
        main(["plan", "--output", str(changed.folder / "out"), "--templates", str(changed.folder / "templates"), "--check"]) == 0
    )
    assert "up to date" in capsys.readouterr().out


def test_nothing_is_left_of_writing_the_index(changed: Place) -> None:
    killed, working = (changed.index.with_name(f"index.json.{number}") for number in (1, 2))
    for path in (killed, working):
        path.write_text("{", encoding="utf-8")
    os.utime(killed, (1, 1))
    assert main(changed.arguments("build", "--force")) == 0
    assert {path.name for path in changed.index.parent.glob("index*")} == {"index.json", working.name}
    working.unlink()
    index = changed.index
    index.unlink()
    index.mkdir()
    assert main(changed.arguments("build", "--force")) == 0
    assert [path.name for path in index.parent.glob("index*")] == ["index.json"]


def test_other_options_are_not_answered_from_the_index(place: Place) -> None:
    before = tree(place.folder)
    assert place.run("plan", "--final")[1]
    code, heavy, told = place.run("plan", "--check", "--final")
    assert (code, bool(heavy)) == (1, True)
    assert "mode draft → final" in told or "record" in told
    assert tree(place.folder) == before


def test_force_and_the_way_out_of_edits(changed: Place, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(changed.pack)
    assert main(changed.arguments("build", "--force", "--json")) == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert {reason["text"] for change in result["changes"] for reason in change["reasons"]} == {"forced"}
    assert tree(changed.pack) == before
    (changed.pack / "internal" / "procurement-plan.docx").write_bytes(b"mine")
    assert main(changed.arguments("build")) == 1
    assert "--replace internal/procurement-plan.docx" in capsys.readouterr().err
    assert main(changed.arguments("build", "--detach", "procurement-plan")) == 0
    shown = capsys.readouterr().out
    assert "detached" in shown
    assert "Build with --replace internal/procurement-plan.docx to have it built again." in " ".join(shown.split())
    assert main(changed.arguments("build", "--replace", "all")) == 0
    assert tree(changed.pack)["internal/procurement-plan.docx"] == before["internal/procurement-plan.docx"]


def test_a_pack_is_issued_and_followed(changed: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["issue", str(changed.pack)]) == 1
    assert "is a draft; only a final pack can be issued" in capsys.readouterr().err
    assert main(changed.arguments("build", "--final")) == 0
    assert main(["issue", str(changed.pack)]) == 0
    assert "issued as version 0.3" in capsys.readouterr().out
    before = tree(changed.pack)
    assert changed.run("build")[0] == 0
    assert changed.run("build")[:2] == (0, [])
    edit_profile(changed)
    assert main(changed.arguments("plan")) == 0
    assert "9 of 9 to build; it follows version 0.3, which was issued" in capsys.readouterr().out
    assert main(changed.arguments("build")) == 0
    shown = capsys.readouterr().out
    assert "Follows version 0.3, which was issued and stays as it is." in shown
    assert tree(changed.pack) == before
    assert changed.pack.with_name("reward-2").is_dir()
    assert changed.run("build")[0] == 0
    assert changed.run("build")[:2] == (0, [])


def every(place: Place, *more: str) -> list[str]:
    """The arguments of a plan of every pack there is."""
    return ["plan", "--output", str(place.folder / "out"), "--templates", str(place.folder / "templates"), *more]


def test_a_profile_that_is_gone_is_said_once_with_its_packs(changed: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*changed.arguments("build"), "--model", "1"]) == 0
    changed.profile.unlink()
    capsys.readouterr()
    assert main(every(changed)) == 1
    assert capsys.readouterr().err == (
        f"{changed.profile}: is not there, and exampleshire/care-planning, exampleshire/reward were built from it. "
        "If it was renamed, build once from the new name; if it is gone, remove the packs' folders.\n"
    )


def test_an_issued_pack_needs_no_profile(changed: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(changed.arguments("build", "--final")) == 0
    assert main(["issue", str(changed.pack)]) == 0
    changed.profile.unlink()
    capsys.readouterr()
    assert main(every(changed, "--check")) == 0
    shown = capsys.readouterr().out
    assert "issued, nothing to build" in shown
    assert f"{changed.profile}: is not there, and exampleshire/reward was built from it." in shown


def test_a_copied_profile_that_takes_a_pack_over_is_mentioned(changed: Place, capsys: pytest.CaptureFixture[str]) -> None:
    other = changed.profile.with_name("copy.yaml")
    shutil.copy(changed.profile, other)
    arguments = [str(other) if one == str(changed.profile) else one for one in changed.arguments("build")]
    told = f"This pack was built from {changed.profile} until now."
    for more in ([], ["--json"]):
        capsys.readouterr()
        assert main(["plan", *arguments[1:], *more]) == 0
        assert told in capsys.readouterr().out
    assert main(arguments) == 0
    assert told in capsys.readouterr().out
    assert main(arguments) == 0
    assert told not in capsys.readouterr().out


def test_a_plan_of_a_folder_without_packs_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    for name, code, told in (("", 0, "no packs in it."), ("none", 1, "no such folder"), ("file", 1, "no such folder")):
        assert main(["plan", "--output", str(tmp_path / name)]) == code
        output = capsys.readouterr()
        assert f"{tmp_path / name}: {told}" in output.out + output.err


def test_a_fault_of_the_program_in_one_pack_does_not_stop_the_others(changed: Place) -> None:
    good = BuildRequest(changed.profile, "reward", changed.folder / "out", changed.folder / "templates")
    for work in (build_one, plan_one):
        bad, done = build_all([replace(good, model="nonsense"), good], work, workers=1)
        assert done.pack is not None
        assert "nonsense: stopped by a fault in this program (ValueError: 'nonsense' is not a valid" in str(bad.refusal)
        assert bad.trace.startswith("Traceback")
        assert [*refusal_lines([bad, done])] == [bad.trace, bad.refusal]


def ended(request: BuildRequest) -> BuildResult:
    """End the process, as the system does when there is no memory left."""
    os._exit(9 if request.model == "reward" else 0)


def test_a_process_that_is_ended_is_told_of(changed: Place) -> None:
    good = BuildRequest(changed.profile, "reward", changed.folder / "out")
    results = list(build_all([good, replace(good, model="population")], ended, workers=2))
    assert ["was ended from outside" in str(one.refusal) for one in results] == [True, True]


def test_the_names_of_other_files_are_told_on_one_line(changed: Place, capsys: pytest.CaptureFixture[str]) -> None:
    (changed.pack / "new\nline.txt").touch()
    (changed.pack / "edited").mkdir()
    (changed.pack / "edited" / "old.docx").touch()
    for more in ([], ["--force"]):
        capsys.readouterr()
        assert main(changed.arguments("build", *more)) == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert "Not of the pack, and left alone: new\\nline.txt" in shown
        assert "edited" not in shown


def test_a_console_that_knows_few_characters_is_no_fault(changed: Place) -> None:
    edit_profile(changed)
    line = [sys.executable, "-m", "pipeline.cli", *changed.arguments("plan")]
    environment = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"commercial.ceiling_rate 40 ? 41" in done.stdout


def test_only_the_record_is_not_called_a_document(changed: Place, capsys: pytest.CaptureFixture[str]) -> None:
    text = changed.profile.read_text(encoding="utf-8")
    changed.profile.write_text(text.replace("providers_now: {value: ", "providers_now: {value: 1"), encoding="utf-8")
    capsys.readouterr()
    assert main(changed.arguments("plan")) == 0
    shown = capsys.readouterr().out
    assert "exampleshire: reward (draft): only the record of the build to write anew" in shown
    assert "of 10" not in shown

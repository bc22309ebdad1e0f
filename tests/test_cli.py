"""The command line: help everywhere, usage errors, what is printed for people and for machines, and the other commands."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.profile import Profile
from pipeline.read import read_profile
from tests.fixtures.packs import LOCALITIES, TEMPLATES, tree

COMMANDS = [
    [],
    ["build"],
    ["plan"],
    ["issue"],
    ["compare"],
    ["verify"],
    ["approve"],
    ["status"],
    ["where"],
    ["unused"],
    ["new"],
    ["schema"],
    ["text"],
    ["templates"],
    ["templates", "check"],
    ["templates", "mirror"],
    ["templates", "restyle"],
]


@pytest.mark.smoke
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "packs")
def test_help_on_everything(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    assert "usage: packs" in capsys.readouterr().out


@pytest.mark.smoke
@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["brew"],
        ["build"],
        ["build", "x.yaml"],
        ["build", "--model", "1"],
        ["build", "x.yaml", "--model", "4"],
        ["build", "x.yaml", "--model", "Reward"],
        ["build", "x.yaml", "--model", "1", "--draft", "--final"],
        ["build", "x.yaml", "--model", "1", "--colour"],
        ["build", "x.yaml", "--model", "1", "--replace"],
        ["plan", "--model", "4"],
        ["plan", "--force"],
        ["issue"],
        ["compare"],
        ["verify"],
        ["approve", "pack", "--document", "all", "--as", "legal"],
        ["approve", "pack", "--as", "legal", "--reviewer", "X"],
        ["approve", "pack", "--document", "all", "--as", "legal", "--reviewer", "X", "--on", "yesterday"],
        ["compare", "old"],
        ["compare", "old", "new", "newer"],
        ["compare", "old", "new", "--revision", "HEAD"],
        ["compare", "old", "new", "--model", "2"],
        ["compare", "old", "--revision", "HEAD", "--addendum", "a.md"],
        ["compare", "old", "--revision", "HEAD", "--model", "all"],
        ["compare", "old", "new", "--edition", "bidders"],
        ["compare", "old", "new", "--fail-on", "low"],
        ["compare", "old", "new", "--text", "--markdown"],
        ["compare", "old", "new", "--text", "--json"],
        ["where"],
        ["unused", "x.yaml"],
        ["new"],
        ["new", "Powys County Council", "--prepared-on", "21/11/2026"],
        ["new", "Powys County Council", "--prepared-on", "2026-02-30"],
        ["text"],
        ["templates"],
        ["templates", "burn"],
    ],
    ids=" ".join,
)
def test_wrong_use_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "usage: packs" in shown.err


def test_the_schema_is_json_and_knows_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert set(schema["properties"]) == set(Profile.model_fields)
    assert schema["additionalProperties"] is False


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main(["build", *arguments, "--json"])
    shown = capsys.readouterr()
    return code, json.loads(shown.out)


def test_json_tells_of_a_refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.yaml").write_text("slug: x\n", encoding="utf-8")
    code, told = run_json(capsys, str(tmp_path / "bad.yaml"), "--model", "1", "--output", str(tmp_path / "out"))
    assert code == 1
    (result,) = told
    assert result["built"] is False
    assert (result["profile"], result["model"]) == (str(tmp_path / "bad.yaml"), "care-planning")
    assert "area: missing" in result["refusal"]


def test_json_and_the_table_tell_of_a_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile, output = str(LOCALITIES / "norfolk.yaml"), str(tmp_path / "out")
    code, told = run_json(capsys, profile, "--model", "3", "--output", output)
    (result,) = told
    assert (code, result["built"], result["model"], result["mode"]) == (0, True, "population", "draft")
    folder = Path(result["folder"])
    assert folder == (tmp_path / "out" / "norfolk" / "population").resolve()
    listed = {row["path"]: row["bytes"] for row in result["documents"]}
    assert listed == {name: len(content) for name, content in tree(folder).items() if name != "manifest.json"}
    assert len(listed) == 9
    outstanding = [one for one in result["findings"] if one["severity"] == "outstanding"]
    assert outstanding
    before = tree(tmp_path)
    assert main(["build", profile, "--model", "population", "--output", output, "--draft", "--force"]) == 0
    shown = capsys.readouterr().out
    assert tree(tmp_path) == before
    assert str(folder) in shown
    for row in result["documents"]:
        assert row["kind"] in shown
    assert f"Next: give the {len(outstanding)} outstanding figures" in shown
    assert "--final" in shown


def test_a_document_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", str(TEMPLATES / "service-specification.docx")]) == 0
    assert "[Heading 1]" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["none.docx", "", "profile.yaml"])
def test_text_of_what_is_no_document(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "profile.yaml").write_text("slug: x", encoding="utf-8")
    assert main(["text", str(tmp_path / name)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert str(tmp_path) in shown.err


NEW = ["Powys County Council", "Cyngor Sir Powys", "Hywel Dda University Health Board", "Norfolk County Council"]


@pytest.mark.parametrize("name", NEW)
def test_a_starter_profile_is_valid_and_knows_nothing(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", name, "--prepared-on", "2026-11-21", "--folder", str(tmp_path)]) == 0
    (path,) = tmp_path.iterdir()
    assert str(path) in capsys.readouterr().out
    profile = read_profile(path)
    assert (profile.slug, profile.prepared_on) == (path.stem, date(2026, 11, 21))
    assert "to-be-confirmed" in path.read_text(encoding="utf-8")
    before = path.read_bytes()
    assert main(["new", name, "--folder", str(tmp_path)]) == 1
    assert path.read_bytes() == before
    assert str(path) in capsys.readouterr().err


def test_a_starter_profile_for_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "Atlantis Council", "--folder", str(tmp_path)]) == 1
    assert "'Atlantis Council' is not an authority" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []

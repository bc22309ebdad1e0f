"""The benchmarks run, at the smallest size: what they measure is no matter here."""

import json
from pathlib import Path

import pytest

from benchmarks import compare, synthetic, word
from benchmarks.__main__ import main
from benchmarks.packs import profiles
from pipeline.read import read_profile
from pipeline.text import document_text


def test_a_small_run_saves_its_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACKS_CACHE", "off")
    monkeypatch.setattr(word, "quick_compressor", lambda _: None)  # nothing is fetched by a test
    saved = tmp_path / "results"
    assert main(["--only", "word", "--only", "start", "--times", "1", "--cases", "1", "--save", str(saved)]) == 0
    shown = capsys.readouterr().out
    assert saved.with_suffix(".md").read_text(encoding="utf-8") == shown.removesuffix("\n")
    (row,) = json.loads(saved.with_suffix(".json").read_text(encoding="utf-8"))["word"]
    assert row["template"].startswith("synthetic")
    assert row["fallback"] == ""
    assert 0 < row["standard"] < row["docxtpl"]


def test_the_synthetic_document_is_made_whole() -> None:
    (case,) = list(word.cases())[-1:]
    ours, theirs = (document_text(make(case), "t.docx") for make in (word.by_us, word.by_docxtpl))
    assert [line for line in ours if not line.startswith("property")] == [
        line for line in theirs if not line.startswith("property")
    ]
    assert len(ours) > 250
    assert b"{who_1_1}" not in synthetic.template(synthetic.Jinja())


def test_each_council_has_a_profile_that_can_be_read(tmp_path: Path) -> None:
    paths = profiles(tmp_path, 22, 2)
    assert len({read_profile(path).slug for path in paths}) == 44


def test_the_pairs_made_for_comparing_differ_in_what_was_edited() -> None:
    found = list(compare.made(1))
    assert [row["changes"] for row in found] == [7, 8]
    assert all(row["parse"] > 0 and row["compare"] > 0 for row in found)

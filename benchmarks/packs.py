"""Packs of the 22 councils of Wales for all models, with Exampleshire's figures: made anew, again, in part, and not at all."""

import csv
import json
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from docx import Document

from benchmarks.measure import ROOT, Spent, least, started
from benchmarks.word import by_docxtpl, cases, example_plan
from benchmarks.workbook import by_openpyxl
from pipeline.profile import CommissioningModel

COUNCILS = 22
TOUCHED = "change-management-plan.docx"


def profiles(folder: Path, count: int, rounds: int = 1) -> list[Path]:
    """Write a profile for each of some councils, with Exampleshire's figures; for further rounds the same under other names."""
    text = (ROOT / "inputs" / "localities" / "exampleshire.yaml").read_text(encoding="utf-8")
    example: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and dicts alone
    with (ROOT / "inputs" / "reference" / "authorities.csv").open(encoding="utf-8", newline="") as file:
        rows = [row["name_en"] for row in csv.DictReader(file) if (row["nation"], row["kind"]) == ("Wales", "council")]
    made = []
    for number in range(rounds):
        for name in rows[:count]:
            slug = re.sub(r"[^a-z]+", "-", name.lower()).strip("-") + (f"-{number + 1}" if number else "")
            data = {**example, "slug": slug, "area": name, "standing": "illustrative", "authority": {"name": name}}
            path = folder / f"{slug}.yaml"
            path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")  # JSON is YAML
            made.append(path)
    return made


def packs(paths: Sequence[Path], output: Path, cache: Path, *options: str) -> Spent:
    """Build the packs of some profiles for all models with the command, as a user would."""
    command = [sys.executable, "-m", "pipeline.cli", "build", *map(str, paths), "--model", "all", "--output", str(output)]
    return started([*command, *options], {"PACKS_CACHE": str(cache)})


def touch(template: Path) -> None:
    """Change a word in a template, as somebody would in Word."""
    document = Document(BytesIO(template.read_bytes()))
    document.paragraphs[-1].add_run(" ")
    document.save(str(template))


def measure(folder: Path, councils: int, rounds: int, times: int) -> Iterator[dict[str, Any]]:
    """Measure a batch: seconds of processor time, seconds on the clock, the largest process in megabytes."""
    templates, cache = folder / "templates", folder / "cache"
    shutil.copytree(ROOT / "templates", templates)
    paths = profiles(folder, councils)
    count = len(paths) * len(CommissioningModel)
    yield {
        "what": "nothing: python -c pass",
        **_told(min((started([sys.executable, "-c", "pass"]) for _ in range(times)), key=_time)),
    }
    yield {"what": f"naive: docxtpl and openpyxl, {count} packs (from one)", "packs": count, "processor": _naive(times) * count}
    trial = ("--templates", str(templates))
    yield {"what": "made anew, nothing compiled", "packs": count, **_told(packs(paths, folder / "one", cache, *trial))}
    yield {"what": "made anew, templates compiled", "packs": count, **_told(packs(paths, folder / "two", cache, *trial))}
    yield {"what": "nothing to do", "packs": count, **_told(packs(paths, folder / "two", cache, *trial))}
    touch(templates / TOUCHED)
    yield {"what": f"one template touched ({TOUCHED})", "packs": count, **_told(packs(paths, folder / "two", cache, *trial))}
    if rounds > 1:
        many = profiles(folder, councils, rounds)
        spent = packs(many, folder / "three", cache, *trial)
        yield {"what": "made anew, templates compiled", "packs": len(many) * len(CommissioningModel), **_told(spent)}


def _time(spent: Spent) -> float:
    return spent.processor


def _told(spent: Spent) -> dict[str, Any]:
    return {"processor": spent.processor, "wall": spent.wall, "memory": spent.memory, "code": spent.code}


def _naive(times: int) -> float:
    """Give the seconds that one pack takes with docxtpl and openpyxl, each document from its template's file."""
    often = max(times // 4, 1)
    word = sum(least(partial(by_docxtpl, case), often) for case in list(cases())[:-1])
    books = [one.template.content for one in example_plan(CommissioningModel.REWARD).documents if one.document.suffix == ".xlsx"]
    return (word + sum(least(partial(by_openpyxl, book), often) for book in books)) / 1000


def start_up() -> Iterator[dict[str, Any]]:
    """Measure how long programs take that do nothing yet."""
    for name, code in (
        ("python -c pass", "pass"),
        ("import pipeline.cli", "import pipeline.cli"),
        ("import pipeline.build", "import pipeline.build"),
        ("import docxtpl", "import docxtpl"),
        ("import docxtpl, openpyxl", "import docxtpl, openpyxl"),
    ):
        spent = min((started([sys.executable, "-c", code]) for _ in range(5)), key=_time)
        yield {"what": name, "processor": spent.processor, "memory": spent.memory}

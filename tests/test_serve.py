"""The schedule: cron fires, exactly what is stale is regenerated, and the run's artifact says what and why."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeline.cli import main
from pipeline.issue import issue_pack
from tests.fixtures.packs import LOCALITIES, ROOT, tree
from tests.fixtures.small import small_templates
from tests.fixtures.word import docx, p

pytestmark = pytest.mark.flow
LONGEST = 300  # seconds; the server makes its database first, and cron fires at full minutes
Rows = list[dict[str, Any]]


class Served:
    """The flows as `make serve` serves them, over an output folder with three packs of which one was issued."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.output = folder, folder / "out"
        self.templates = small_templates(folder / "templates")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.seen = 0

    def start(self) -> "subprocess.Popen[bytes]":
        """Start serving, every minute."""
        options = ["--cron", "* * * * *", "--port", str(self.port)]
        places = ["--output", str(self.output), "--templates", str(self.templates)]
        environment = {**os.environ, "PREFECT_HOME": str(self.folder / "prefect")}
        environment.pop("PREFECT_API_URL", None)
        return subprocess.Popen([sys.executable, "flows.py", "serve", *options, *places], cwd=ROOT, env=environment)

    def rows_until(self, done: str) -> Rows:
        """Wait for a run that did something of a kind, and give the rows of all runs since those that were asked for before."""
        rows: Rows = []
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            found = self._artifacts()
            rows += [row for one in found[self.seen :] for row in json.loads(one["data"])]
            self.seen = len(found)
            if any(row["done"] == done for row in rows):
                return rows
            time.sleep(1)
        pytest.fail(f"no run came: {rows}")

    def states_until(self, name: str) -> set[str]:
        """Wait for a run that ended in a state, and give the states of all runs."""
        until = time.monotonic() + LONGEST
        found: set[str] = set()
        while time.monotonic() < until and name not in found:
            runs = httpx.post(f"http://127.0.0.1:{self.port}/api/flow_runs/filter", json={}).json()
            found = {str(run["state_name"]) for run in runs}
            time.sleep(1)
        return found

    def deployments(self) -> list[dict[str, Any]]:
        """What the server offers to run."""
        found: list[dict[str, Any]] = httpx.post(f"http://127.0.0.1:{self.port}/api/deployments/filter", json={}).json()
        return found

    def _artifacts(self) -> list[dict[str, Any]]:
        try:
            wanted = {"artifacts": {"key": {"any_": ["regenerated"]}}, "sort": "CREATED_DESC"}
            found: list[dict[str, Any]] = httpx.post(f"http://127.0.0.1:{self.port}/api/artifacts/filter", json=wanted).json()
        except (httpx.TransportError, ValueError):
            return []
        return sorted(found, key=lambda one: str(one["created"]))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    place = Served(tmp_path)
    profiles = []
    for name in ("exampleshire", "norfolk", "sampleford"):
        shutil.copy(LOCALITIES / f"{name}.yaml", tmp_path)
        profiles.append(str(tmp_path / f"{name}.yaml"))
    more = ["--model", "reward", "--output", str(place.output), "--templates", str(place.templates)]
    assert main(["build", *profiles[:2], *more]) == 0
    assert main(["build", profiles[2], *more, "--final"]) == 0
    issue_pack(place.output / "sampleford" / "reward")
    process = place.start()
    try:
        yield place
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{place.port}/api/health")


def test_the_schedule_regenerates_exactly_what_is_stale_and_says_why(served: Served) -> None:
    assert served.rows_until("nothing") == [{"pack": "all", "document": "", "done": "nothing", "why": "up to date"}]
    forms = {one["name"]: json.dumps(one["parameter_openapi_schema"]) for one in served.deployments()}
    assert set(forms) == {"build-pack", "regenerate-stale"}
    assert all(f'"{word}"' in forms["build-pack"] for word in ("care-planning", "final", "profiles", "array"))
    before = tree(served.output)
    profile = served.folder / "norfolk.yaml"
    profile.write_text(f"{profile.read_text(encoding='utf-8')}\nnot_a_field: 1\n", encoding="utf-8")
    (served.templates / "engagement-checklist.docx").write_bytes(docx(p("Review: {{ dates.legal_review }}")))
    rows = served.rows_until("rebuilt")
    name = "internal/engagement-checklist.docx"
    assert [row for row in rows if row["done"] == "rebuilt"] == [
        {"pack": "exampleshire/reward", "document": name, "done": "rebuilt", "why": "template changed"}
    ]
    left = next(row for row in rows if row["done"] == "left as it was")
    assert left["pack"] == "norfolk/reward"
    assert "not_a_field: unknown field" in left["why"]
    assert served.states_until("Failed") >= {"Completed", "Failed"}
    after = tree(served.output)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {f"exampleshire/reward/{name}", "exampleshire/reward/manifest.json"}
    assert set(after) == set(before)

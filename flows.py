"""The route of `packs build` as Prefect flows: packs built on request, and stale packs regenerated on a schedule.

    python flows.py build inputs/localities/exampleshire.yaml --model all
    python flows.py serve --cron "0 6 * * *"

Prefect's embedded server is used unless PREFECT_API_URL names another: there is nothing to start and nothing to set up.
One flow run serves any number of packs, because each run and each task has a fixed cost; one task owns the pool of
processes that build them. What is fresh is decided by the manifests, never by Prefect's cache.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, cast

# Prefect reads these when it is imported. What the environment already says is left alone.
for _name, _value in {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # a first run makes the database; 20 s is too short
    "PREFECT_LOGGING_LEVEL": "WARNING",
}.items():
    os.environ.setdefault(_name, _value)

import httpx
from prefect import flow, get_run_logger, serve, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Completed, Failed

from pipeline.build import build_all as build_packs
from pipeline.cli import add_packs
from pipeline.commands import models_of
from pipeline.folder import latest_folder
from pipeline.index import answered
from pipeline.pack import Mode
from pipeline.packs import answered_packs, packs_by_name
from pipeline.profile import CommissioningModel
from pipeline.request import INPUTS, BuildRequest
from pipeline.result import Action, BuildResult, stale
from pipeline.tell import pack_name, reasons_text, refusal_lines

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

LOOPBACK = "127.0.0.1"
PATIENCE = 180  # seconds for a server to start; the first time it makes its database
DONE = {Action.NEW: "made", Action.BUILD: "rebuilt", Action.REMOVE: "removed"}
Row = dict[str, str | int]


@flow(name="build-pack")
def build_pack(  # noqa: PLR0913  # Prefect shows each parameter as a field of its form
    profiles: list[Path],
    models: list[CommissioningModel],
    *,
    mode: Mode | None = None,
    output: Path = Path("output"),
    templates: Path | None = None,
    inputs: Path = INPUTS,
    force: bool = False,
) -> list[BuildResult]:
    """Build a pack for each profile under each model; a refused pack is a row of the result, not a failed run."""
    requests = [
        BuildRequest(profile, model, output, templates, mode, inputs, force)
        for profile in dict.fromkeys(profiles)
        for model in dict.fromkeys(models)
    ]
    results = build_all(requests)
    create_table_artifact(key="packs", table=[table_row(result) for result in results], description="Packs of this run")
    return results


@flow(name="regenerate-stale")
def regenerate_stale(
    output: Path = Path("output"), *, templates: Path | None = None, inputs: Path = INPUTS
) -> State[list[BuildResult]]:
    """Build what `packs plan` calls stale in an output folder, and leave an artifact with what changed and why.

    A pack that cannot be built stays as it was, and the others go on; the run then ends as failed. Issued packs are left alone.
    """
    found = packs_by_name(output, inputs)
    packs = {name: replace(one, templates=templates, leave_issued=True) for name, one in found.items()}
    names = [pack_label(output, name) for name in packs]
    results = regenerate(packs)
    rows = [row for name, result in zip(names, results, strict=True) for row in change_rows(name, result)]
    told = run_line(results)
    print(f"{output}: {told}", flush=True)
    nothing: Row = {"pack": "all", "document": "", "done": "nothing", "why": "up to date"}
    create_table_artifact(key="regenerated", table=rows or [nothing], description=told)
    if any(result.pack is None for result in results):
        return Failed(message=told)
    return Completed(message=told, data=results)


@task(name="build-packs", cache_policy=NO_CACHE)
def build_all(requests: list[BuildRequest]) -> list[BuildResult]:
    """Requests → results in the same order, on as many processes as there are cores and stale packs to use them."""
    with main_script_hidden():
        return logged(answered(requests, build_packs))


@task(name="regenerate-packs", cache_policy=NO_CACHE)
def regenerate(packs: dict[tuple[str, str], BuildRequest]) -> list[BuildResult]:
    """The newest packs of an output folder by locality and model → results in the same order."""
    with main_script_hidden():
        return logged(answered_packs(packs, build_packs))


def logged(results: list[BuildResult]) -> list[BuildResult]:
    """Put in the run's log where the program itself failed; give the results back."""
    for trace in dict.fromkeys(result.trace for result in results if result.trace):
        get_run_logger().error(trace)
    return results


@contextmanager
def main_script_hidden() -> Iterator[None]:
    """Keep processes started meanwhile from running the main script again, which would import Prefect in each."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def table_row(result: BuildResult) -> Row:
    """One result → its row in the table artifact, with the same columns whether the pack was built or refused."""
    pack = result.pack
    return {
        "profile": str(result.request.profile),
        "model": result.request.model,
        "state": pack.state if pack else "refused",
        "folder": str(pack.folder) if pack else "",
        "documents": len(pack.documents) if pack else 0,
        "outstanding": sum(document.outstanding for document in pack.documents) if pack else 0,
        "findings": len(pack.findings) if pack else 0,
        "reason": result.refusal or "",
    }


def pack_label(output: Path, name: tuple[str, str]) -> str:
    """Locality and model → the newest pack's folder in the output folder, by name."""
    slug, model = name
    return f"{slug}/{latest_folder(output / slug / model).name}"


def change_rows(name: str, result: BuildResult) -> Iterator[Row]:
    """One result → a row for each document that was built, or one for a pack that could not be, with the reasons."""
    pack = result.pack
    if pack is None:
        yield {"pack": name, "document": "", "done": "left as it was", "why": result.refusal or ""}
        return
    for change in stale(pack.changes):
        yield {"pack": name, "document": change.path, "done": DONE[change.action], "why": reasons_text(change)}


def run_line(results: Sequence[BuildResult]) -> str:
    """What became of all packs → one line."""
    failed = sum(result.pack is None for result in results)
    built = sum(result.pack is not None and result.pack.is_stale for result in results)
    fresh = len(results) - built - failed
    left = f"; {failed} could not be built and stayed as before" if failed else ""
    return f"of {len(results)} packs {built} had changed and were built, {fresh} needed nothing{left}."


def report(results: Sequence[BuildResult]) -> int:
    """Say where each pack is and why any was refused; return the exit code: 0 when all were built, 1 otherwise."""
    for result in results:
        if result.pack is not None:
            print(f"{pack_name(result.pack)}: {result.pack.folder}", *result.pack.notes, sep="\n  ")
    # A fault in a profile refuses each of its packs with the same words: they are said once.
    for line in refusal_lines(results):
        print(line, file=sys.stderr)
    return 1 if any(result.pack is None for result in results) else 0


@contextmanager
def running_server(port: int) -> Iterator[str]:
    """Give the address of the server to use: the one the environment names, or one of our own on this machine alone."""
    named = PREFECT_API_URL.value()
    if named:
        yield named
        return
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", LOOPBACK, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:  # noqa: S603 - our own interpreter and words
        try:
            url = f"http://{LOOPBACK}:{port}/api"
            wait_for(server, url)
            yield url
        finally:
            server.terminate()


def wait_for(server: subprocess.Popen[bytes], url: str) -> None:
    """Return when a server answers; SystemExit when it ends or takes too long."""
    for _ in range(PATIENCE):
        if server.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/health").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(1)
    sys.exit(f"{url}: no server could be started there. Choose another --port, or name a server in PREFECT_API_URL.")


def build(asked: argparse.Namespace) -> int:
    """Build packs in one run of the flow; return the exit code."""
    models = [CommissioningModel(model) for model in models_of(asked)]
    return report(
        build_pack(profiles=asked.profiles, models=models, mode=asked.mode, output=asked.output, templates=asked.templates)
    )


def serve_flows(asked: argparse.Namespace) -> int:
    """Serve both flows until stopped: forms and runs at the server's address, stale packs regenerated on the schedule."""
    parameters = {"output": str(asked.output)} | ({"templates": str(asked.templates)} if asked.templates else {})
    with running_server(asked.port) as url, temporary_settings({PREFECT_API_URL: url}):
        print(f"Packs in {asked.output} are regenerated on schedule. Forms and runs: {url.removesuffix('/api')}", flush=True)
        deployments = (
            build_pack.to_deployment("build-pack"),
            regenerate_stale.to_deployment("regenerate-stale", cron=asked.cron, interval=asked.interval, parameters=parameters),
        )
        serve(*cast("tuple[RunnerDeployment, ...]", deployments), print_starting_message=False)
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line, whose options for building are those of `packs build`."""
    top = argparse.ArgumentParser(prog="flows.py", description="Build procurement packs as Prefect flows.")
    commands = top.add_subparsers(required=True, metavar="command")
    once = commands.add_parser("build", help="build packs in one run")
    add_packs(once, profiles="+", is_model_needed=True)
    once.set_defaults(run=build)
    always = commands.add_parser("serve", help="serve the flows, and regenerate stale packs on a schedule")
    always.add_argument("--output", type=Path, default=Path("output"), help="folder of the packs (default: %(default)s)")
    always.add_argument("--templates", type=Path, help="a folder of templates to use in place of the standard ones")
    always.add_argument("--port", type=int, default=4200, help="the server's port on this machine (default: %(default)s)")
    when = always.add_mutually_exclusive_group()
    when.add_argument("--cron", help="when to look for stale packs, as cron writes it (0 6 * * * is daily at six)")
    when.add_argument("--interval", type=int, metavar="SECONDS", help="or every so many seconds")
    always.set_defaults(run=serve_flows)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    asked = parser().parse_args(arguments)
    code: int = asked.run(asked)
    return code


if __name__ == "__main__":
    sys.exit(main())

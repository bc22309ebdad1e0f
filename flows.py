"""The route of `packs build` as a Prefect flow: profiles and commissioning models in, packs and a table artifact out.

    python flows.py build --profile inputs/localities/exampleshire.yaml --model all

Prefect's embedded server is used unless PREFECT_API_URL names another: there is nothing to start and nothing to set up.
One flow run serves any number of packs, because each run and each task has a fixed cost; one task owns the pool of
processes that build them.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

# Prefect reads these when it is imported. What the environment already says is left alone.
for _name, _value in {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # a first run makes the database; 20 s is too short
    "PREFECT_LOGGING_LEVEL": "WARNING",
}.items():
    os.environ.setdefault(_name, _value)

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from pipeline.build import build_all as build_packs
from pipeline.pack import Mode
from pipeline.profile import CommissioningModel
from pipeline.request import INPUTS, BuildRequest
from pipeline.result import BuildResult

# Model 1, 2 and 3 are declared in that order, and can be asked for by number or by name.
MODELS = {str(number): model for number, model in enumerate(CommissioningModel, start=1)}
MODELS |= {model.value: model for model in CommissioningModel}


@flow(name="build-pack")
def build_pack(  # noqa: PLR0913  # Prefect shows each parameter as a field of its form
    profiles: list[Path],
    models: list[CommissioningModel],
    *,
    mode: Mode | None = None,
    output: Path = Path("output"),
    templates: Path | None = None,
    inputs: Path = INPUTS,
) -> list[BuildResult]:
    """Build a pack for each profile under each model; a refused pack is a row of the result, not a failed run."""
    requests = [
        BuildRequest(profile=profile, model=model, output=output, templates=templates, mode=mode, inputs=inputs)
        for profile in dict.fromkeys(profiles)
        for model in dict.fromkeys(models)
    ]
    results = build_all(requests)
    create_table_artifact(key="packs", table=[table_row(result) for result in results], description="Packs of this run")
    return results


@task(name="build-packs", cache_policy=NO_CACHE)
def build_all(requests: list[BuildRequest]) -> list[BuildResult]:
    """Requests → results in the same order, on as many processes as there are cores and packs to use them."""
    with main_script_hidden():
        return list(build_packs(requests))


@contextmanager
def main_script_hidden() -> Iterator[None]:
    """Keep processes started meanwhile from running the main script again, which would import Prefect in each."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def table_row(result: BuildResult) -> dict[str, str | int]:
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


def report(results: Sequence[BuildResult]) -> int:
    """Say where each pack is and why any was refused; return the exit code: 0 when all were built, 1 otherwise."""
    for result in results:
        if result.pack is not None:
            print(f"{result.pack.locality}, {result.pack.model}: {result.pack.folder}")
    # A fault in a profile refuses each of its packs with the same words: they are said once.
    refusals = dict.fromkeys(result.refusal for result in results if result.pack is None)
    for refusal in refusals:
        print(refusal, file=sys.stderr)
    return 1 if refusals else 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line, whose options are those of `packs build`."""
    top = argparse.ArgumentParser(prog="flows.py", description="Build procurement packs as a Prefect flow.")
    build = top.add_subparsers(required=True, metavar="command").add_parser("build", help="build packs")
    build.add_argument(
        "--profile",
        dest="profiles",
        type=Path,
        nargs="+",
        action="extend",
        required=True,
        metavar="FILE",
        help="locality profiles",
    )
    build.add_argument(
        "--model",
        dest="models",
        nargs="+",
        action="extend",
        required=True,
        choices=[*MODELS, "all"],
        metavar="MODEL",
        help="commissioning models: %(choices)s",
    )
    build.add_argument("--output", type=Path, default=Path("output"), help="folder for the packs (default: %(default)s)")
    build.add_argument("--templates", type=Path, help="folder of templates to try in place of the standard ones")
    modes = build.add_mutually_exclusive_group()
    modes.add_argument("--draft", dest="mode", action="store_const", const=Mode.DRAFT, help="allow outstanding items")
    modes.add_argument("--final", dest="mode", action="store_const", const=Mode.FINAL, help="refuse outstanding items")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Command-line arguments → packs; return the exit code."""
    asked = parser().parse_args(arguments)
    models = list(CommissioningModel) if "all" in asked.models else [MODELS[name] for name in asked.models]
    return report(
        build_pack(profiles=asked.profiles, models=models, mode=asked.mode, output=asked.output, templates=asked.templates)
    )


if __name__ == "__main__":
    sys.exit(main())

"""What each command does: it reads what was asked, has it done, prints, and returns the exit code.

Heavy imports stand where they are needed, so that `packs --help` and a build with nothing to do answer at once.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.request import EVERY, INPUTS, MODELS, TEMPLATES, BuildRequest
from pipeline.result import BuildResult

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.where import Use

BUILT, REFUSED = 0, 1


def _requests(asked: argparse.Namespace) -> list[BuildRequest]:
    return [
        BuildRequest(profile, model, asked.output, asked.templates, asked.mode)
        for profile in {path.resolve(): path for path in _profiles(asked)}.values()
        for model in models_of(asked)
    ]


def models_of(asked: argparse.Namespace) -> list[str]:
    """Name the commissioning models that were asked for, each once; without any, all."""
    names = MODELS.values() if EVERY in (asked.model or [EVERY]) else [MODELS.get(one, one) for one in asked.model]
    return list(dict.fromkeys(names))


def build(asked: argparse.Namespace) -> int:
    """Build packs, or say that they are up to date."""
    decided = {"force": asked.force, "replace": tuple(asked.replace), "detach": tuple(asked.detach)}
    requests = [replace(request, **decided) for request in _requests(asked)]
    results = _results(requests, _built, is_full=asked.json)
    if asked.json:
        _print_json(results)
    elif all(result.pack is not None and not result.pack.is_stale for result in results):
        _print_plans(results)
    else:
        from pipeline.report import print_results

        print_results(results)
    return BUILT if all(result.pack is not None for result in results) else REFUSED


def plan(asked: argparse.Namespace) -> int:
    """Say what a build would do."""
    is_named = asked.profiles or asked.model
    results = _results(_requests(asked), _planned, is_full=asked.json) if is_named else _planned_packs(asked)
    if asked.json:
        _print_json(results)
    else:
        _print_plans(results)
    packs = [result.pack for result in results]
    is_refused = any(pack is None or pack.is_refused or pack.is_damaged for pack in packs)
    is_stale = any(pack is not None and (pack.is_stale or pack.successor) for pack in packs)
    return REFUSED if is_refused or (asked.check and is_stale) else BUILT


def _planned_packs(asked: argparse.Namespace) -> list[BuildResult]:
    from pipeline.packs import answered_packs, in_full, packs_by_name

    found = packs_by_name(asked.output)
    if not found and not asked.json:
        print(f"{asked.output}: no packs in it.")
    options = {"templates": asked.templates, "mode": asked.mode, "leave_issued": True}
    results = answered_packs({name: replace(one, **options) for name, one in found.items()}, _planned)
    return [in_full(one) if asked.json else one for one in results]


def _results(
    requests: Sequence[BuildRequest], work: Callable[[Sequence[BuildRequest]], list[BuildResult]], *, is_full: bool
) -> list[BuildResult]:
    from pipeline.index import answered
    from pipeline.packs import in_full

    return [in_full(one) if is_full else one for one in answered(requests, work)]


def _built(requests: Sequence[BuildRequest]) -> list[BuildResult]:
    from pipeline.build import build_all
    from pipeline.report import progress

    return list(progress(build_all(requests), len(requests)))


def _planned(requests: Sequence[BuildRequest]) -> list[BuildResult]:
    from pipeline.build import build_all, plan_one

    return list(build_all(requests, plan_one))


def _print_json(results: Sequence[BuildResult]) -> None:
    from pipeline.tell import results_json

    print(json.dumps(results_json(results), ensure_ascii=False, indent=1))


def _print_plans(results: Sequence[BuildResult]) -> None:
    from pipeline.tell import plan_lines, refusal_lines

    for result in results:
        if result.pack is not None:
            print(*plan_lines(result.pack), sep="\n")
    print("".join(f"{line}\n" for line in refusal_lines(results)), end="", file=sys.stderr)


def issue(asked: argparse.Namespace) -> int:
    """Mark packs as issued."""
    from pipeline.issue import issue_pack

    for folder in asked.packs:
        print(issue_pack(folder, require_approvals=asked.require_approvals))
    return BUILT


def where(asked: argparse.Namespace) -> int:
    """List where a profile field is used."""
    from pipeline.where import where_used

    uses = where_used(asked.field, _profiles(asked), asked.templates)
    if asked.json:
        print(json.dumps([{**vars(use), "models": models} for use, models in uses.items()], ensure_ascii=False, indent=1))
        return BUILT
    if not uses:
        print(f"{asked.field}: no document shows it.")
    _print_uses(asked.field, {use: models for use, models in uses.items() if use.is_certain})
    if perhaps := {use: models for use, models in uses.items() if not use.is_certain}:
        print("May also reach, through values that were worked out from several fields together:")
        _print_uses(asked.field, perhaps)
    return BUILT


def _print_uses(field: str, uses: "Mapping[Use, list[str]]") -> None:
    document = ""
    for use, models in sorted(uses.items(), key=lambda one: one[0].document):
        if use.document != document:
            document = use.document
            print(document)
        only = f" [{', '.join(models)}]" if len(models) < len(MODELS) else ""
        print(f"  {': '.join(filter(None, (use.part, use.place)))}: {use.how} {use.fact or field}{only}")


def unused(asked: argparse.Namespace) -> int:
    """List the profile fields that nothing uses."""
    from pipeline.where import unused as unused_fields

    found = unused_fields(_profiles(asked), asked.templates)
    if asked.json:
        print(json.dumps({str(path): fields for path, fields in found.items()}, ensure_ascii=False, indent=1))
        return BUILT
    for path, fields in found.items():
        print(f"{path}: {'every field is used.' if not fields else ''}")
        print("".join(f"  {field}\n" for field in fields), end="")
    return BUILT


def _profiles(asked: argparse.Namespace) -> list[Path]:
    return asked.profiles or sorted((INPUTS / "localities").glob("*.yaml"))


def today() -> "date":
    """The user's own day: the one place where the clock is read."""
    from datetime import date

    return date.today()  # noqa: DTZ011 - the user's own


def new(asked: argparse.Namespace) -> int:
    """Write a starter profile."""
    from pipeline.starter import write_starter

    day = asked.prepared_on or today()
    path = write_starter(asked.authority, day, INPUTS / "reference", asked.folder or INPUTS / "localities")
    print(f"{path}: written. Fill in what says to-be-confirmed, then: packs build {path} --model all")
    return BUILT


def schema(_: argparse.Namespace) -> int:
    """Print the JSON Schema of a profile."""
    from pipeline.profile import Profile

    print(json.dumps(Profile.model_json_schema(), ensure_ascii=False, indent=1, default=float))
    return BUILT


def text(asked: argparse.Namespace) -> int:
    """Print a document as text."""
    from pipeline.files import read_file
    from pipeline.text import document_text

    print("\n".join(document_text(read_file(asked.file), str(asked.file))))
    return BUILT


def templates(asked: argparse.Namespace) -> int:
    """Check, mirror or restyle the templates."""
    from pipeline import upkeep

    folder = asked.templates or TEMPLATES
    if asked.action == "check":
        lines = upkeep.check(folder, INPUTS)
        print("\n".join(lines) if lines else "Every template is in order.")
        return REFUSED if lines else BUILT
    action = upkeep.mirror if asked.action == "mirror" else upkeep.restyle
    lines = action(folder, change=not asked.check)
    print("\n".join(lines) if lines else "Nothing to change.")
    return REFUSED if lines and asked.check else BUILT

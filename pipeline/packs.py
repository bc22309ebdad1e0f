"""The packs of an output folder: a folder in, a request for each pack in it out, and what becomes of the requests."""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.exceptions import OutputError, PipelineError
from pipeline.folder import OWN, latest_folder, look, pack_folder
from pipeline.index import Index, Work, answered
from pipeline.manifest import FILE_NAME
from pipeline.request import INPUTS, MODELS, BuildRequest
from pipeline.result import Action, BuildResult, Change, Reason, summary_of

_MODEL = re.compile(rf"({'|'.join(MODELS.values())})(-\d+)?")


Name = tuple[str, str]


def packs_by_name(output: Path, inputs: Path = INPUTS) -> dict[Name, BuildRequest]:
    """Give a request for the newest pack of every locality and model that has one; OutputError when there is no such folder.

    The index says which profile a pack was built from; for a pack it does not know, the profiles are looked through.
    """
    if not output.is_dir():
        raise OutputError(f"{output}: no such folder. Name the folder that packs were built into (--output).")
    known = Index(output).requests()
    unknown = sorted(_there(output) - set(known))
    if unknown:
        profiles = _by_slug(inputs)
        for slug, model in unknown:
            profile = profiles.get(slug, inputs / "localities" / f"{slug}.yaml")
            known[slug, model] = BuildRequest(profile, model, output, inputs=inputs)
    return dict(sorted(known.items()))


def answered_packs(packs: Mapping[Name, BuildRequest], work: Work) -> list[BuildResult]:
    """Answer a request for each pack, without troubling those whose profile is gone: they are told of together."""
    lost: dict[Path, list[Name]] = {}
    for name, request in packs.items():
        if not os.path.exists(request.profile):  # noqa: PTH110 - Path's own stops at a folder that cannot be looked into
            lost.setdefault(request.profile, []).append(name)
    orphans = {name: _orphan(name, packs[name], lost[profile]) for profile in lost for name in lost[profile]}
    rest = answered([one for name, one in packs.items() if name not in orphans], work)
    done = iter(rest)
    return [orphans.get(name) or next(done) for name in packs]


def _orphan(name: Name, request: BuildRequest, names: list[Name]) -> BuildResult:
    """Tell of a pack whose profile is gone; one that was issued needs none."""
    told = f"{request.profile}: is not there, and {', '.join('/'.join(one) for one in names)} "
    told += "were built from it." if len(names) > 1 else "was built from it."
    try:
        found = look(latest_folder(pack_folder(request.output, *name)))
    except PipelineError as error:
        return BuildResult(request, None, str(error))
    if found.is_issued and found.manifest is not None:
        kept = tuple(Change(path, Action.LEAVE, (Reason("issued"),)) for path in found.documents)
        return BuildResult(request, replace(summary_of(found, found.manifest, kept), notes=(told,)), None)
    advice = "If it was renamed, build once from the new name; if it is gone, remove the packs' folders."
    return BuildResult(request, None, f"{told} {advice}")


def in_full(result: BuildResult) -> BuildResult:
    """Add to what the index tells of a pack what its manifest does: documents and findings."""
    pack = result.pack
    if pack is None or pack.documents:
        return result
    found = look(pack.folder)
    if found.manifest is None:
        return result
    return replace(result, pack=replace(summary_of(found, found.manifest, pack.changes), notes=pack.notes))


def _there(output: Path) -> set[Name]:
    """Give locality and model of every folder that holds a pack."""
    found = (path.parent for path in output.glob(f"*/*/{FILE_NAME}") if path.parts[-3] != OWN)
    return {(path.parent.name, match[1]) for path in found if (match := _MODEL.fullmatch(path.name))}


def _by_slug(inputs: Path) -> dict[str, Path]:
    from pipeline.read import read_profile  # noqa: PLC0415 - only for packs that the index does not know

    found = {}
    for path in sorted((inputs / "localities").glob("*.yaml")):
        try:
            found[read_profile(path).slug] = path
        except PipelineError:
            continue  # its packs are named by the slug, and asking for them says what is wrong
    return found

"""The route: a profile and a commissioning model → a pack in its folder, of which only what is stale is made anew."""

import gc
import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

from pipeline.account import library_group, make_manifest
from pipeline.catalogue import DOCUMENTS
from pipeline.digests import folder_group, input_groups, taken
from pipeline.exceptions import PipelineError, RefusedError
from pipeline.findings import NO_NOTE, blocking
from pipeline.folder import look, pack_folder
from pipeline.manifest import FILE_NAME, write_json
from pipeline.pack import Document, Pack
from pipeline.prospect import Prospect, compare_pack, foreseen, make_pack, record_change, template_folders
from pipeline.read import read_profile, read_reference
from pipeline.request import BuildRequest
from pipeline.result import BuildResult, PackSummary, stale, summary_of
from pipeline.write import check_closed, check_untouched, only_builder, write_pack

SHOWN = 3
SELDOM = 10_000
"""Objects more than before at which garbage is collected: a pack makes many and hardly any in circles."""


def build_pack(request: BuildRequest, documents: tuple[Document, ...] = DOCUMENTS) -> PackSummary:
    """Build one pack. Nothing is written until all of it is made and verified; any PipelineError leaves the folder as it was."""
    inputs = taken(*input_groups(request, library_group()))
    profile, reference = read_profile(request.profile), read_reference(request.inputs / "reference")
    inputs |= taken(*(folder_group(folder) for _, folder in template_folders(request, profile.templates)))
    first = pack_folder(request.output, profile.slug, request.model)
    with only_builder(first):
        prospect = compare_pack(request, profile, reference, documents)
        if prospect.is_frozen and prospect.found.manifest is not None:
            return summary_of(prospect.found, prospect.found.manifest, prospect.changes, {} if request.leave_issued else inputs)
        check_untouched(prospect.found, [change.path for change in prospect.changes], prospect.detached, prospect.aside)
        check_closed(prospect.found, [change.path for change in stale(prospect.changes)])
        pack = make_pack(prospect)
        _refuse(pack)
        files = {one.planned.name: one.content for one in pack.documents if one.detached is None}
        manifest = make_manifest(pack).plain()
        files[FILE_NAME] = write_json(manifest).encode()
        changes = (*prospect.changes, *record_change(prospect, files[FILE_NAME]))
        write_pack(first, prospect.folder, files, detached=prospect.detached, aside=prospect.aside)
        summary = summary_of(look(prospect.folder, manifest), manifest, changes, inputs)
    return replace(_with_fallbacks(summary, pack), warnings=prospect.warnings)


def plan_build(request: BuildRequest, documents: tuple[Document, ...] = DOCUMENTS) -> PackSummary:
    """Say what `build_pack` would do, and why, without doing it: nothing is rendered unless the pack's record needs it."""
    profile, reference = read_profile(request.profile), read_reference(request.inputs / "reference")
    prospect = compare_pack(request, profile, reference, documents)
    manifest = prospect.found.manifest
    if manifest is None:
        return _planned(prospect)
    if prospect.is_frozen:
        return replace(summary_of(prospect.found, manifest, prospect.changes), successor=prospect.successor)
    changes = prospect.changes
    if not stale(changes):
        changes += record_change(prospect, make_manifest(make_pack(prospect)).to_json().encode())
    mode = prospect.plan.mode.value
    summary = summary_of(prospect.found, {**manifest, "mode": mode, "state": mode}, changes)
    return replace(summary, refusal=_refusal(prospect))


def build_one(request: BuildRequest) -> BuildResult:
    """Build one pack and report whatever stops it as a refusal."""
    return _reported(build_pack, request)


def plan_one(request: BuildRequest) -> BuildResult:
    """Plan one pack and report whatever stops it as a refusal."""
    return _reported(plan_build, request)


def _reported(work: Callable[[BuildRequest], PackSummary], request: BuildRequest) -> BuildResult:
    try:
        return BuildResult(request, work(request), None)
    except PipelineError as error:
        return BuildResult(request, None, str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours in one pack must not stop the others
        told = f"{request.profile}, {request.model}: stopped by a fault in this program ({type(error).__name__}: {error})."
        return BuildResult(request, None, f"{told} Please report it with the traceback.", traceback.format_exc())


def build_all(
    requests: Sequence[BuildRequest], work: Callable[[BuildRequest], BuildResult] = build_one, workers: int | None = None
) -> Iterator[BuildResult]:
    """Build or plan several packs, as many at a time as the machine has processors, and give the results in the order asked."""
    workers = min(workers or os.cpu_count() or 1, len(requests))
    if workers <= 1:
        yield from map(work, requests)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=settle) as pool:
        futures = [pool.submit(work, request) for request in requests]
        try:
            yield from map(_finished, requests, futures)
        finally:
            for future in futures:
                future.cancel()


def _finished(request: BuildRequest, future: Future[BuildResult]) -> BuildResult:
    """Wait for a result; the system may end a process, and what the others have done stays."""
    try:
        return future.result()
    except BrokenProcessPool:
        told = "a process that builds packs was ended from outside, for want of memory perhaps. Build again, fewer at a time."
        return BuildResult(request, None, f"{request.profile}, {request.model}: {told}")


def settle() -> None:
    """Have the garbage collector of a process that only builds packs leave alone what is loaded, and come by less often."""
    gc.freeze()
    gc.set_threshold(SELDOM)


def _refuse(pack: Pack) -> None:
    faults = blocking(pack.findings, pack.plan.mode)
    if faults:
        plan, many = pack.plan, "s" if len(faults) > 1 else ""
        raise RefusedError(
            f"{plan.profile.slug}, {plan.model}: refused as {plan.mode}: {len(faults)} finding{many}; nothing was written.",
            [f"  {one.severity}: {one.document}: {one.place}: {one.message}" for one in faults],
        )


def _with_fallbacks(summary: PackSummary, pack: Pack) -> PackSummary:
    """Tell of each document that docxtpl itself had to render, and why."""
    slow = {one.planned.name: one.fallback for one in pack.documents}
    return replace(summary, documents=tuple(replace(row, fallback=slow.get(row.path, "")) for row in summary.documents))


def _planned(prospect: Prospect) -> PackSummary:
    plan, follows = prospect.plan, prospect.supersedes
    mode, version = plan.mode.value, follows.version if follows else ""
    names = (plan.profile.slug, plan.model.value, mode, mode, prospect.folder)
    return PackSummary(
        *names,
        changes=prospect.changes,
        others=prospect.found.others,
        supersedes=version,
        refusal=_refusal(prospect),
        warnings=prospect.warnings,
    )


def _refusal(prospect: Prospect) -> str:
    """Say in a line why a build would be refused, as far as that is known beforehand."""
    faults = blocking(foreseen(prospect), prospect.plan.mode)
    more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return "; ".join(f"{one.place}: {one.message.removesuffix(NO_NOTE).rstrip('. ')}" for one in faults[:SHOWN]) + more

"""The route: a profile and a commissioning model → a pack in its folder."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipeline.account import make_manifest
from pipeline.assemble import assemble_document
from pipeline.catalogue import DOCUMENTS, documents_for
from pipeline.exceptions import PipelineError, ProfileError, RefusedError
from pipeline.findings import blocking, pack_findings
from pipeline.manifest import FILE_NAME
from pipeline.pack import Document, Finding, Mode, Pack
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel, Profile
from pipeline.read import read_profile, read_reference, read_templates
from pipeline.verify import verify_document
from pipeline.write import pack_folder, previous_mode, write_pack

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
INPUTS = ROOT / "inputs"


@dataclass(frozen=True)
class BuildRequest:
    """One pack to build; no mode means the mode of the pack that is there, or draft."""

    profile: Path
    model: CommissioningModel
    output: Path = Path("output")
    templates: Path | None = None
    mode: Mode | None = None
    inputs: Path = INPUTS


@dataclass(frozen=True)
class DocumentSummary:
    """One document of a built pack, as the table at the end shows it."""

    kind: str
    edition: str
    path: str
    size: int
    outstanding: int
    fallback: str = ""


@dataclass(frozen=True)
class PackSummary:
    """A built pack, as the command line and the flow report it."""

    locality: str
    model: CommissioningModel
    mode: Mode
    folder: Path
    documents: tuple[DocumentSummary, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class BuildResult:
    """What became of a request: a pack or a refusal, never both."""

    request: BuildRequest
    pack: PackSummary | None
    refusal: str | None


def build_pack(request: BuildRequest, documents: tuple[Document, ...] = DOCUMENTS) -> PackSummary:
    """Build one pack. Nothing is written until all of it is made and verified; any PipelineError leaves the folder as it was."""
    profile, reference = read_profile(request.profile), read_reference(request.inputs / "reference")
    folder = pack_folder(request.output, profile.slug, request.model)
    mode = request.mode or previous_mode(folder) or Mode.DRAFT
    templates = read_templates(documents_for(request.model, documents), _template_folders(request, profile))
    try:
        plan = plan_pack(profile, reference, request.model, mode, templates=templates, documents=documents)
    except ProfileError as error:
        raise ProfileError([f"{request.profile}: {problem}" for problem in error.problems]) from None
    rendered = tuple(assemble_document(plan, planned) for planned in plan.documents)
    faults = tuple(fault for document in rendered for fault in verify_document(document))
    pack = Pack(plan, rendered, (*faults, *pack_findings(plan, rendered)))
    _refuse(pack)
    manifest = make_manifest(pack)
    write_pack(folder, {**{one.planned.name: one.content for one in rendered}, FILE_NAME: manifest.to_json().encode()})
    return _summary(pack, folder)


def build_one(request: BuildRequest) -> BuildResult:
    """Build one pack and report a PipelineError as a refusal; a bug keeps its traceback."""
    try:
        return BuildResult(request, build_pack(request), None)
    except PipelineError as error:
        return BuildResult(request, None, str(error))


def build_all(requests: Sequence[BuildRequest]) -> Iterator[BuildResult]:
    """Build several packs, as many at a time as the machine has processors, and give the results in the order asked."""
    workers = min(os.cpu_count() or 1, len(requests))
    if workers <= 1:
        yield from map(build_one, requests)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(build_one, requests)


def _template_folders(request: BuildRequest, profile: Profile) -> list[tuple[str, Path]]:
    """Where templates are looked for: a trial folder, the authority's own, the standard ones."""
    trial = [("trial", request.templates)] if request.templates is not None else []
    own = [("profile", request.profile.parent / profile.templates)] if profile.templates is not None else []
    return [*trial, *own, ("standard", TEMPLATES)]


def _refuse(pack: Pack) -> None:
    faults = blocking(pack.findings, pack.plan.mode)
    if faults:
        plan, many = pack.plan, "s" if len(faults) > 1 else ""
        raise RefusedError(
            f"{plan.profile.slug}, {plan.model}: refused as {plan.mode}: {len(faults)} finding{many}; nothing was written.",
            [f"  {one.severity}: {one.document}: {one.place}: {one.message}" for one in faults],
        )


def _summary(pack: Pack, folder: Path) -> PackSummary:
    rows = tuple(
        DocumentSummary(
            one.planned.document.kind, one.planned.edition, one.planned.name, len(one.content), len(one.needs), one.fallback
        )
        for one in pack.documents
    )
    return PackSummary(pack.plan.profile.slug, pack.plan.model, pack.plan.mode, folder, rows, pack.findings)

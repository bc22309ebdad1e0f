"""What a build would do: a request in, the pack as it would be made beside the pack that is there out. Nothing is written."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.assemble import prepare_document, render_document
from pipeline.catalogue import documents_for
from pipeline.exceptions import OutputError, ProfileError
from pipeline.findings import foreseen_findings, pack_findings
from pipeline.folder import DAMAGED, PackFolder, latest_folder, look, numbered_folder, pack_folder
from pipeline.intact import part_digests
from pipeline.manifest import FILE_NAME, Predecessor, digest
from pipeline.pack import Document, Finding, Mode, Pack, PackPlan, PreparedDocument, RenderedDocument, Severity
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel, Profile
from pipeline.read import read_templates
from pipeline.reference import Reference
from pipeline.request import EVERY, TEMPLATES, BuildRequest
from pipeline.result import EDITED_SINCE, MISSING_SINCE, Action, Change, Reason, stale
from pipeline.stale import Comparison
from pipeline.verify import verify_detached, verify_document

SHOWN = 5
SAME_WORDS = frozenset({"engine changed", "template changed"})
"""Causes that need not change a document."""
BUILT_FROM = ("engine", "mode", "profile", "reference")
"""What a manifest says of the making of all its documents."""


@dataclass(frozen=True)
class Prospect:
    """A pack about to be built: where, beside what, and what a build does to each document.

    `found` is the pack that is there, with the request's decisions about edited documents taken: `detached` are kept as they are,
    `aside` are moved away. `is_frozen` says that the pack was issued and is left as it is; `successor` names the folder that a
    build would make all the same, where something has changed since. `warnings` are of the issued pack that a new one follows.
    """

    comparison: Comparison
    changes: tuple[Change, ...]
    detached: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    supersedes: Predecessor | None = None
    is_frozen: bool = False
    successor: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def plan(self) -> PackPlan:
        """The plan of the pack."""
        return self.comparison.plan

    @property
    def found(self) -> PackFolder:
        """The pack that is there."""
        return self.comparison.found

    @property
    def folder(self) -> Path:
        """Where the pack is, or goes."""
        return self.found.folder


def compare_pack(request: BuildRequest, profile: Profile, reference: Reference, documents: tuple[Document, ...]) -> Prospect:
    """Set a pack as it would be built now beside the newest that is there; an issued one that has changed gets a successor."""
    first = pack_folder(request.output, profile.slug, request.model)
    found = look(latest_folder(first))
    if found.is_damaged:
        raise OutputError(DAMAGED.format(found.folder / FILE_NAME))
    was = Mode(found.manifest["mode"]) if found.manifest is not None else None
    asked = Mode(request.mode) if request.mode else None
    if not found.is_issued:
        plan = plan_request(request, profile, reference, asked or was or Mode.DRAFT, documents)
        return _prospect(request, plan, found, _predecessor_of(found))
    plan = plan_request(request, profile, reference, was or Mode.FINAL, documents)
    frozen = Comparison(plan, _prepare(plan), _as_issued(found))
    changes = frozen.changes()
    is_same = not stale(changes) or _is_the_same(frozen, changes)
    if is_same or request.leave_issued:
        since = {change.path: () if is_same else change.reasons for change in changes}
        kept = tuple(Change(name, Action.LEAVE, (_frozen_reason(found, name), *since[name])) for name in since)
        successor = "" if is_same else _next_folder(first, found).name
        return Prospect(frozen, kept, supersedes=_predecessor_of(found), is_frozen=True, successor=successor)
    plan = replace(plan, mode=asked or Mode.DRAFT)
    prospect = _prospect(request, plan, look(_next_folder(first, found)), _predecessor(found))
    since = {change.path: change.reasons for change in stale(changes)}
    told = (replace(one, reasons=(*one.reasons, *since.get(one.path, ()))) for one in prospect.changes)
    return replace(prospect, changes=tuple(told), warnings=tuple(_damage(found)))


def _next_folder(first: Path, found: PackFolder) -> Path:
    """Where the pack that follows an issued one goes."""
    return numbered_folder(first, int((found.manifest or {}).get("number", 1)) + 1)


def _damage(found: PackFolder) -> Iterable[str]:
    """Say what of an issued pack is no longer as it was issued."""
    for name in found.documents:
        reason = _frozen_reason(found, name)
        if reason.cause in {EDITED_SINCE, MISSING_SINCE}:
            yield f"{found.folder / name}: {reason}."


def plan_request(
    request: BuildRequest, profile: Profile, reference: Reference, mode: Mode, documents: tuple[Document, ...]
) -> PackPlan:
    """Plan the pack of a request with its templates; ProfileError names the profile's file."""
    model = CommissioningModel(request.model)
    templates = read_templates(documents_for(model, documents), template_folders(request, profile.templates))
    try:
        return plan_pack(profile, reference, model, mode, templates=templates, documents=documents)
    except ProfileError as error:
        raise ProfileError([f"{request.profile}: {problem}" for problem in error.problems]) from None


def template_folders(request: BuildRequest, own: str | None) -> list[tuple[str, Path]]:
    """Where templates are looked for: a trial folder, the authority's own, the standard ones."""
    trial = [("trial", request.templates)] if request.templates is not None else []
    named = [("profile", request.profile.parent / own)] if own is not None else []
    return [*trial, *named, ("standard", TEMPLATES)]


def _prepare(plan: PackPlan) -> tuple[PreparedDocument, ...]:
    return tuple(prepare_document(plan, planned) for planned in plan.documents)


def _prospect(request: BuildRequest, plan: PackPlan, found: PackFolder, supersedes: Predecessor | None) -> Prospect:
    names = dict.fromkeys(found.documents, "") | {planned.name: planned.document.kind for planned in plan.documents}
    _check_names((*request.replace, *request.detach), names)
    in_the_way = {name for name in names if name not in found.documents and (found.folder / name).exists()}
    touched = {*found.edited, *found.detached, *in_the_way}
    aside = frozenset(_chosen(request.replace, {name: names[name] for name in touched}))
    _check_edited(request.detach, found, names)
    chosen = _chosen(request.detach, {name: names[name] for name in found.edited})
    detached = frozenset({*found.detached, *chosen} - aside)
    comparison = Comparison(plan, _prepare(plan), _decided(found, detached, aside))
    return Prospect(comparison, comparison.changes(force=request.force), detached, aside, supersedes)


def _chosen(wanted: Iterable[str], names: dict[str, str]) -> set[str]:
    """Give the documents that a person means: by path, by kind, or all."""
    return {name for one in wanted for name, kind in names.items() if one in {EVERY, name, kind}}


def _check_names(wanted: Iterable[str], names: dict[str, str]) -> None:
    unknown = sorted({one for one in wanted if one not in {EVERY, *names, *names.values()}})
    if unknown:
        known = ", ".join(sorted(names))
        raise OutputError(f"{', '.join(unknown)}: no such document in this pack. Use {EVERY}, or of these: {known}.")


def _check_edited(wanted: Iterable[str], found: PackFolder, names: dict[str, str]) -> None:
    """Refuse to keep as edited what nobody has edited."""
    edited = {name: names[name] for name in (*found.edited, *found.detached)}
    for one in wanted:
        if one != EVERY and not _chosen([one], edited):
            raise OutputError(f"{one}: was not edited; there is nothing to detach. Build without --detach {one}.")


def _decided(found: PackFolder, detached: Collection[str], aside: Collection[str]) -> PackFolder:
    """Give the pack that is there as if what a person decided about edited documents were done."""
    return replace(
        found,
        documents={name: {**entry, "detached": name in detached} for name, entry in found.documents.items()},
        edited=tuple(name for name in found.edited if name not in detached and name not in aside),
        missing=(*found.missing, *sorted({*aside} & {*found.documents})),
    )


def _as_issued(found: PackFolder) -> PackFolder:
    """Give an issued pack as it was issued, whatever became of its files: they are nobody's to build."""
    return replace(found, edited=(), missing=(), links=())


def _frozen_reason(found: PackFolder, name: str) -> Reason:
    if name in (*found.edited, *found.links):
        return Reason(EDITED_SINCE)
    return Reason(MISSING_SINCE if name in found.missing else "issued")


def _predecessor(found: PackFolder) -> Predecessor:
    manifest: Any = found.manifest
    return Predecessor(int(manifest["number"]), str(manifest["version"]), digest((found.folder / FILE_NAME).read_bytes()))


def _predecessor_of(found: PackFolder) -> Predecessor | None:
    """Give what the pack that is there supersedes."""
    kept = (found.manifest or {}).get("supersedes")
    return Predecessor(**kept) if kept else None


def _is_the_same(comparison: Comparison, changes: tuple[Change, ...]) -> bool:
    """Say whether an issued pack would come out as it is, though the engine or a template is another."""
    documents = {one.planned.name: one for one in comparison.prepared}
    return all(
        change.path in documents
        and {reason.cause for reason in change.reasons} <= SAME_WORDS
        and part_digests(render_document(documents[change.path]).content)
        == comparison.found.documents[change.path].get("part_digests")
        for change in stale(changes)
    )


def make_pack(prospect: Prospect) -> Pack:
    """Make the pack in memory: what is stale is rendered and verified, the rest is taken as it was built."""
    actions = {change.path: change for change in prospect.changes}
    documents: list[RenderedDocument] = []
    faults: list[Finding] = []
    for prepared in prospect.comparison.prepared:
        change = actions[prepared.planned.name]
        document = _document(prospect, prepared, change)
        documents.append(document)
        if document.detached is not None:
            faults += _detached_findings(document, change, prospect.plan.mode)
        elif change.action is not Action.KEEP:
            faults += verify_document(document)
    found = (*faults, *pack_findings(prospect.plan, documents, prospect.supersedes))
    return Pack(prospect.plan, tuple(documents), found, prospect.supersedes)


def _document(prospect: Prospect, prepared: PreparedDocument, change: Change) -> RenderedDocument:
    name = prepared.planned.name
    if change.action not in {Action.KEEP, Action.LEAVE}:
        return render_document(prepared)
    entry = prospect.found.documents[name]
    content = (prospect.folder / name).read_bytes()
    if change.action is Action.KEEP:
        return RenderedDocument(prepared, content, tuple(entry["ids"]))
    manifest = prospect.found.manifest or {}
    built_from = {name: manifest[name] for name in BUILT_FROM if name in manifest}
    return RenderedDocument(prepared, content, tuple(entry["ids"]), entry, built_from=built_from)


def foreseen(prospect: Prospect) -> tuple[Finding, ...]:
    """The findings of a pack that are known before anything is rendered."""
    mode = prospect.plan.mode
    planned = {one.planned.name: one for one in prospect.comparison.prepared}
    kept = [
        _kept_finding(planned[change.path].planned.document.kind, change, mode)
        for change in prospect.changes
        if change.action is Action.LEAVE and change.path in planned
    ]
    return (*kept, *foreseen_findings(prospect.plan, prospect.comparison.prepared, prospect.supersedes))


def _detached_findings(document: RenderedDocument, change: Change, mode: Mode) -> Iterable[Finding]:
    """Say that a document is kept as edited, what has changed since, and what a reader would object to in it."""
    yield _kept_finding(document.planned.document.kind, change, mode)
    yield from verify_detached(document)


def _kept_finding(kind: str, change: Change, mode: Mode) -> Finding:
    """Say that a document is kept as edited; a final pack may not hold one that tells of other facts than the rest."""
    path = change.path
    since = [str(reason) for reason in change.reasons[1:] if reason.cause not in SAME_WORDS]
    more = f", and {len(since) - SHOWN} more" if len(since) > SHOWN else ""
    told = f" What it shows has changed since: {'; '.join(since[:SHOWN])}{more}." if since else ""
    message = f"was edited by hand and is kept as it is (detached).{told} Build with --replace {path} to have it built again."
    return Finding(Severity.FAULT if since and mode is Mode.FINAL else Severity.NOTE, kind, path, message)


def record_change(prospect: Prospect, manifest: bytes) -> tuple[Change, ...]:
    """Say what changes in the manifest alone, when no document does; `manifest` is the new one."""
    if prospect.found.manifest is None or stale(prospect.changes) or manifest == (prospect.folder / FILE_NAME).read_bytes():
        return ()
    reasons = prospect.comparison.unshown() or (Reason("findings or record changed"),)
    return (Change(FILE_NAME, Action.BUILD, reasons),)

"""How the packs of an output folder stand: a folder in; for each pack its state, files, open items and approvals out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.approvals import Approval, ApprovalState, missing_lines
from pipeline.approved import approvals_of
from pipeline.build import build_all, plan_one
from pipeline.exceptions import OutputError
from pipeline.folder import OWN, first_folder, latest_folder, look
from pipeline.intact import check_pack
from pipeline.manifest import DRAFT, FILE_NAME, FINAL, ISSUED
from pipeline.packs import answered_packs, packs_by_name
from pipeline.request import BuildRequest
from pipeline.result import BuildResult, stale
from pipeline.verdict import FEW, file_lines

SUPERSEDED, DAMAGED = "superseded", "damaged"
STATES = (DRAFT, FINAL, ISSUED, SUPERSEDED, DAMAGED)
OUTSTANDING = "outstanding"


@dataclass(frozen=True)
class PackStatus:
    """How one pack stands.

    `state` is draft, final or issued; superseded when a later one was issued; damaged when its manifest cannot be read. `stale`
    are the documents that a build would change, None when that is not asked: an older pack, or one whose profile cannot be used
    (`trouble` says why). `wrong` is what is not as it was written, and `changed_since` says of an issued pack that its
    documents would come out differently today.
    """

    folder: Path
    state: str
    version: str = ""
    number: int = 1
    prepared_on: str = ""
    wrong: tuple[str, ...] = ()
    stale: tuple[str, ...] | None = None
    changed_since: bool = False
    trouble: str = ""
    findings: Mapping[str, int] = field(default_factory=dict)
    outstanding: tuple[str, ...] = ()
    approvals: ApprovalState = field(default_factory=ApprovalState)

    @property
    def name(self) -> str:
        """Locality and folder: exampleshire/reward-2."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def is_sound(self) -> bool:
        """Whether its files are as written, it can be planned, and no approval has lapsed; being out of date is no fault."""
        return not (self.wrong or self.trouble or self.approvals.lapsed)


def pack_statuses(output: Path, templates: Path | None = None) -> list[PackStatus]:
    """Say how every pack of an output folder stands, by state, or one pack; OutputError when there is none."""
    if (output / FILE_NAME).is_file():
        return _one_status(output.resolve(), templates)
    return _statuses(output, templates, "*")


def _one_status(pack: Path, templates: Path | None) -> list[PackStatus]:
    """Say how one pack stands; one that lies where no build puts it is set beside no other."""
    alone = _status(pack)
    manifest = look(pack).manifest if alone.state != DAMAGED else None
    named = (pack.parent.name, first_folder(pack).name)
    if manifest is None or (manifest["locality"], manifest["model"]) != named:
        return [alone]
    return [one for one in _statuses(pack.parents[1], templates, named[0]) if one.folder == pack]


def _statuses(output: Path, templates: Path | None, slug: str) -> list[PackStatus]:
    folders = sorted(path.parent for path in output.glob(f"{slug}/*/{FILE_NAME}") if path.parts[-3] != OWN)
    if not folders:
        raise OutputError(
            f"{output}: holds no packs. Name the folder that packs were built into, or build one with `packs build`."
        )
    found = [_status(folder) for folder in folders]
    last: dict[Path, int] = {}
    for one in found:
        if one.state == ISSUED:
            last[first_folder(one.folder)] = max(one.number, last.get(first_folder(one.folder), 0))
    marked = [
        replace(one, state=SUPERSEDED) if one.state == ISSUED and one.number < last[first_folder(one.folder)] else one
        for one in found
    ]
    plans = _plans(output, templates, slug)
    planned = [_with_plan(one, plans[one.folder.resolve()]) if one.folder.resolve() in plans else one for one in marked]
    return sorted(planned, key=lambda one: (STATES.index(one.state), one.name))


def _status(folder: Path) -> PackStatus:
    verdict = check_pack(folder)
    wrong = tuple(file_lines(verdict, FEW))
    manifest = verdict.manifest
    if manifest is None:
        return PackStatus(folder, DAMAGED, wrong=wrong)
    counted = Counter(str(one["severity"]) for one in manifest.get("findings", ()))
    try:
        approvals = approvals_of(look(folder))
    except OutputError:
        approvals = ApprovalState()  # `wrong` says that the record is damaged
    return PackStatus(
        folder,
        str(manifest["state"]),
        str(manifest.get("version", "")),
        int(manifest.get("number", 1)),
        str(manifest.get("prepared_on", "")),
        wrong,
        findings={severity: counted[severity] for severity in sorted(counted) if severity != OUTSTANDING},
        outstanding=tuple(manifest.get(OUTSTANDING, ())),
        approvals=approvals,
    )


def _plans(output: Path, templates: Path | None, slug: str) -> dict[Path, BuildResult]:
    """Plan the newest pack of every locality, or of one, and model; by its folder."""
    known = {name: one for name, one in packs_by_name(output).items() if slug in {"*", name[0]}}
    packs = {name: replace(one, templates=templates, leave_issued=True) for name, one in known.items()}
    results = answered_packs(packs, _planned)
    return dict(zip((latest_folder(output.resolve() / slug / model) for slug, model in packs), results, strict=True))


def _planned(requests: Sequence[BuildRequest]) -> Iterable[BuildResult]:
    return build_all(requests, plan_one)


def _with_plan(status: PackStatus, result: BuildResult) -> PackStatus:
    if result.pack is None:
        return replace(status, trouble=result.refusal or "")
    if status.state in {ISSUED, SUPERSEDED}:
        return replace(status, changed_since=any(len(change.reasons) > 1 for change in result.pack.changes))
    return replace(status, stale=tuple(change.path for change in stale(result.pack.changes)))


def statuses_json(statuses: Iterable[PackStatus]) -> list[dict[str, Any]]:
    """Give the statuses for machines."""
    return [
        {
            **{name: value for name, value in vars(one).items() if name not in {"folder", "approvals"}},
            "pack": one.name,
            "folder": str(one.folder),
            "approvals": {
                "given": [asdict(approval) for approval in one.approvals.given],
                "lapsed": [asdict(approval) for approval in one.approvals.lapsed],
                "missing": dict(one.approvals.missing),
            },
        }
        for one in statuses
    ]


def detail_lines(status: PackStatus, *, is_alone: bool) -> Iterator[str]:
    """Say what is to be known of a pack beyond its row in the table: of one that is told alone which approvals it lacks."""
    yield from (f"not as written: {one}" for one in status.wrong)
    if status.trouble:
        yield f"cannot be planned: {status.trouble}"
    yield from (f"approval lapsed: {_words(one)}" for one in status.approvals.lapsed)
    if is_alone and status.state != SUPERSEDED:
        yield from missing_lines(status.approvals.missing)
    elif status.approvals.missing and status.state in {FINAL, ISSUED}:
        counted = ", ".join(f"{role} {len(paths)}" for role, paths in status.approvals.missing.items())
        yield f"approvals missing: {counted}"


def _words(approval: Approval) -> str:
    return f"{approval.words()}, for the document has changed since"

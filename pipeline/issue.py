"""Issuing a pack: what goes to bidders is marked as issued, and from then on nothing builds it again."""

from pathlib import Path

from pipeline.approved import lacking_lines
from pipeline.catalogue import DOCUMENTS
from pipeline.exceptions import OutputError
from pipeline.findings import blocking
from pipeline.folder import DAMAGED, NO_PACK, PackFolder, first_folder, look
from pipeline.index import Index
from pipeline.manifest import FILE_NAME, FINAL, ISSUED, state_words, write_json
from pipeline.pack import Document, Mode
from pipeline.prospect import compare_pack, foreseen
from pipeline.read import read_profile, read_reference
from pipeline.result import EDITED_SINCE, MISSING_SINCE, Change, stale
from pipeline.write import only_builder, write_pack

SHOWN = 5
NOT_CHECKED = " Which profile it was built from is not known here, so whether it is up to date with it was not checked."


def issue_pack(folder: Path, documents: tuple[Document, ...] = DOCUMENTS, *, require_approvals: bool = False) -> str:
    """Mark a final pack as issued and say so; OutputError when it is no final pack, not as it was built, or out of date.

    Approvals that lapsed or are missing are told; when they are required, the pack is refused.
    """
    folder = folder.resolve()
    if look(folder).manifest is None:
        raise OutputError(NO_PACK.format(folder))
    with only_builder(first_folder(folder)):
        found = look(folder)
        if found.manifest is None:
            raise OutputError(f"{folder}: the pack has just been taken away.")
        if found.is_damaged:
            raise OutputError(DAMAGED.format(folder / FILE_NAME))
        if found.is_issued:
            return _issued_before(found)
        _check(found)
        note = _check_fresh(found, documents)
        lacking = tuple(lacking_lines(found))
        if lacking and require_approvals:
            raise OutputError("\n".join((f"{folder}: is not approved by everybody who has to approve it.", *lacking)))
        files = {name: (folder / name).read_bytes() for name in found.documents if name not in found.detached}
        manifest = {FILE_NAME: write_json({**found.manifest, "state": ISSUED}).encode()}
        write_pack(first_folder(folder), folder, {**files, **manifest}, detached=found.detached)
    said = (
        f"{folder}: issued as version {found.manifest['version']}. What changes from now on becomes a new pack beside it.{note}"
    )
    return "\n".join((said, *lacking))


def _check_fresh(found: PackFolder, documents: tuple[Document, ...]) -> str:
    """Refuse a pack of which some document would come out differently; where that cannot be known, give a note."""
    request = Index(found.folder.parents[1]).request_of(found.folder)
    if request is None or not request.profile.is_file():
        return NOT_CHECKED
    prospect = compare_pack(request, read_profile(request.profile), read_reference(request.inputs / "reference"), documents)
    late = [f"  {change.path}: {'; '.join(told)}" for change in stale(prospect.changes) if (told := _told(change))]
    late += [f"  {one.place}: {one.message}" for one in blocking(foreseen(prospect), Mode.FINAL)]
    if late:
        raise OutputError("\n".join((f"{found.folder}: is out of date. Build it again first, with --final.", *late)))
    return ""


def _told(change: Change) -> list[str]:
    """Word the reasons for a change; that the engine is another does not make a pack say anything else."""
    return [str(reason) for reason in change.reasons if reason.cause != "engine changed"][:SHOWN]


def _issued_before(found: PackFolder) -> str:
    said = f"{found.folder}: was issued before, as version {(found.manifest or {})['version']}"
    damage = [f"  {found.folder / name}: {EDITED_SINCE}." for name in (*found.edited, *found.links)]
    damage += [f"  {found.folder / name}: {MISSING_SINCE}." for name in found.missing]
    if damage:
        raise OutputError("\n".join((f"{said}, and is damaged:", *damage)))
    return f"{said}."


def _check(found: PackFolder) -> None:
    if found.state != FINAL:
        raise OutputError(
            f"{found.folder}: is {state_words(found.state)}; only a final pack can be issued. Build it with --final first."
        )
    wrong = [
        *(f"{found.folder / name}: was edited since it was built" for name in (*found.edited, *found.links)),
        *(f"{found.folder / name}: is missing" for name in found.missing),
    ]
    if wrong:
        raise OutputError("\n".join(f"{one}. Build the pack again first." for one in wrong))

"""Recording an approval: a pack, its documents, a role and a reviewer in; entries added to the pack's approvals out.

It records what somebody typed. It does not prove who they are.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.approvals import APPROVALS, Against, Approval, approvals_json, roles_of
from pipeline.approved import read_record
from pipeline.compare.command import compare_paths
from pipeline.compare.written import change_list
from pipeline.exceptions import OutputError
from pipeline.folder import DAMAGED, NO_PACK, PackFolder, first_folder, latest_folder, look, numbered_folder
from pipeline.intact import content_digest
from pipeline.manifest import FILE_NAME, ONE_PACK, digest
from pipeline.request import EVERY
from pipeline.write import only_builder, write_beside

NO_PROOF = "This records what was typed. It does not prove who typed it."
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
JOINERS = "\u200c\u200d"
"""Signs that are not seen and belong to the spelling of names in some scripts."""


def approve_documents(  # noqa: PLR0913 - each is a word of the record
    folder: Path, documents: Sequence[str], *, role: str, reviewer: str, on: date, note: str = "", against: Path | None = None
) -> tuple[Approval, ...]:
    """Record that a reviewer approved documents, named by kind, by path in the pack or all; OutputError when that cannot be.

    `against` is the pack since which the reviewer read what changed. Earlier approvals are kept.
    """
    folder = folder.resolve()
    if look(folder).manifest is None:
        raise OutputError(NO_PACK.format(folder))
    if not reviewer.split():
        raise OutputError("--reviewer: is empty. Give the reviewer's name.")
    for option, words in (("--reviewer", reviewer), ("--note", note)):
        if sign := _unseen(words):
            raise OutputError(f"{option}: has a character that is not seen, U+{ord(sign):04X}. Take it out.")
    with only_builder(first_folder(folder)):
        found = look(folder)
        _check(found, role)
        names = _chosen(found, documents)
        earlier = read_record(folder)
        said = {
            "role": role,
            "reviewer": " ".join(reviewer.split()),
            "on": on.isoformat(),
            "note": " ".join(note.split()),
            "against": None if against is None else _against(against, folder),
        }
        added = tuple(_approval(found, name, said) for name in names)
        write_beside(first_folder(folder), folder, APPROVALS, approvals_json((*earlier, *added)).encode())
    return added


def approval_lines(added: Sequence[Approval], folder: Path) -> Iterator[str]:
    """Say what was recorded."""
    for one in added:
        yield f"{one.path}: approved by {one.reviewer} for {one.role} on {one.on}: version {one.version}, {one.state}."
    if added and added[0].against is not None:
        against = added[0].against
        yield f"  Against the {against.changes} changes since version {against.version}: change list sha256 {against.change_list}"
    yield from (f"  Note: {note}" for note in _notes(folder.resolve(), {one.on for one in added}))
    yield f"  Recorded in {folder / APPROVALS}. {NO_PROOF}"


def _notes(folder: Path, days: Iterable[str]) -> Iterator[str]:
    """Say of an approval that it comes late, after a later version or the issue, or is of a day before the pack was prepared."""
    found = look(folder)
    manifest, first = found.manifest or {}, first_folder(folder)
    later = latest_folder(first)
    if later != folder == numbered_folder(first, int(manifest.get("number", 1))):
        yield f"there is a later version of this pack, {later}. What is approved here is not approved there."
    if found.is_issued:
        yield f"version {manifest.get('version')} had been issued before this approval."
    prepared_on = str(manifest.get("prepared_on", ""))
    early = (day for day in sorted(days) if day < prepared_on)
    yield from (f"{day} is before the day on which the pack was prepared, {prepared_on}." for day in early)


def _check(found: PackFolder, role: str) -> None:
    manifest = found.manifest or {}
    if found.is_damaged:
        raise OutputError(DAMAGED.format(found.folder / FILE_NAME))
    roles = [one.id for one in roles_of(manifest)]
    if role not in roles:
        known = ", ".join(roles) or "none"
        raise OutputError(f"{role}: is not a role of this pack. Its profile (control.approval_roles) has: {known}.")


def _chosen(found: PackFolder, wanted: Sequence[str]) -> list[str]:
    """Give the paths of the documents that are meant, which have to be as they were built."""
    kinds = {name: str(entry["kind"]) for name, entry in found.documents.items()}
    unknown = sorted({one for one in wanted if one not in {EVERY, *kinds, *kinds.values()}})
    if unknown:
        known = ", ".join(dict.fromkeys((*kinds.values(), *kinds)))
        raise OutputError(f"{', '.join(unknown)}: no such document in this pack. Use {EVERY}, or of these: {known}.")
    names = [name for name, kind in kinds.items() if {EVERY, name, kind} & {*wanted}]
    wrong = [f"{found.folder / name}: was edited since it was built" for name in names if name in (*found.edited, *found.links)]
    wrong += [f"{found.folder / name}: is missing" for name in names if name in found.missing]
    if wrong:
        raise OutputError("\n".join(f"{one}. Build the pack again first." for one in wrong))
    return names


def _unseen(text: str) -> str:
    """Give the first character of a text that shows nothing or turns round what follows, if there is one."""
    return next((one for one in " ".join(text.split()) if unicodedata.category(one) in UNSEEN and one not in JOINERS), "")


def _check_against(old: PackFolder, new: PackFolder) -> None:
    """Refuse what is no earlier pack of the same locality and commissioning model."""
    before, after = old.manifest or {}, new.manifest or {}
    if old.folder.resolve() == new.folder.resolve() or before == after:
        raise OutputError(f"--against {old.folder}: is this pack itself. Name the one whose changes were read.")
    if old.is_damaged:
        raise OutputError(DAMAGED.format(old.folder / FILE_NAME))
    if any(before.get(name) != after.get(name) for name in ONE_PACK):
        names = [", ".join(str(one.get(name)) for name in ONE_PACK) for one in (before, after)]
        raise OutputError(
            f"--against {old.folder}: is a pack of {names[0]}, and this is one of {names[1]}. Name an earlier one of it."
        )
    order = [(int(one.get("number", 1)), str(one.get("prepared_on", ""))) for one in (before, after)]
    if order[0] > order[1]:
        raise OutputError(f"--against {old.folder}: is later than this pack. Name an earlier one.")


def _against(old: Path, new: Path) -> Against:
    before = look(old)
    if before.manifest is None:
        raise OutputError(NO_PACK.format(old))
    _check_against(before, look(new))
    diff = compare_paths(old, new).diff
    manifest = before.manifest
    return Against(
        version=str(manifest.get("version", "")),
        number=int(manifest.get("number", 1)),
        state=before.state,
        manifest_digest=digest((old / FILE_NAME).read_bytes()),
        change_list=digest(change_list(diff).encode()),
        changes=len(diff.changes),
    )


def _approval(found: PackFolder, name: str, said: Mapping[str, Any]) -> Approval:
    entry, content = found.documents[name], (found.folder / name).read_bytes()
    return Approval(
        document=str(entry["kind"]),
        edition=str(entry["edition"]),
        path=name,
        version=str((found.manifest or {}).get("version", "")),
        state=found.state,
        content_digest=content_digest(content),
        file_digest=digest(content),
        **said,
    )

"""Issuing a pack: what goes to bidders is marked as issued, and from then on nothing builds it again."""

from pathlib import Path

from pipeline.exceptions import OutputError
from pipeline.folder import DAMAGED, PackFolder, first_folder, look
from pipeline.manifest import FILE_NAME, ISSUED, write_json
from pipeline.result import EDITED_SINCE, MISSING_SINCE
from pipeline.write import only_builder, write_pack


def issue_pack(folder: Path) -> str:
    """Mark a final pack as issued and say so; OutputError when it is no final pack, or not as it was built."""
    folder = folder.resolve()
    if look(folder).manifest is None:
        raise OutputError(f"{folder}: holds no pack. Name the folder of one, such as output/powys/reward.")
    with only_builder(first_folder(folder)):
        found = look(folder)
        if found.manifest is None:
            raise OutputError(f"{folder}: the pack has just been taken away.")
        if found.is_damaged:
            raise OutputError(DAMAGED.format(folder / FILE_NAME))
        if found.is_issued:
            return _issued_before(found)
        _check(found)
        files = {name: (folder / name).read_bytes() for name in found.documents if name not in found.detached}
        manifest = {FILE_NAME: write_json({**found.manifest, "state": ISSUED}).encode()}
        write_pack(first_folder(folder), folder, {**files, **manifest}, detached=found.detached)
    return f"{folder}: issued as version {found.manifest['version']}. What changes from now on becomes a new pack beside it."


def _issued_before(found: PackFolder) -> str:
    said = f"{found.folder}: was issued before, as version {(found.manifest or {})['version']}"
    damage = [f"  {found.folder / name}: {EDITED_SINCE}." for name in (*found.edited, *found.links)]
    damage += [f"  {found.folder / name}: {MISSING_SINCE}." for name in found.missing]
    if damage:
        raise OutputError("\n".join((f"{said}, and is damaged:", *damage)))
    return f"{said}."


def _check(found: PackFolder) -> None:
    if found.state != "final":
        raise OutputError(f"{found.folder}: is a {found.state}; only a final pack can be issued. Build it with --final first.")
    wrong = [
        *(f"{found.folder / name}: was edited since it was built" for name in (*found.edited, *found.links)),
        *(f"{found.folder / name}: is missing" for name in found.missing),
    ]
    if wrong:
        raise OutputError("\n".join(f"{one}. Build the pack again first." for one in wrong))

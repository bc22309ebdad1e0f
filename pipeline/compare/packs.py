"""Two packs, or two documents, as bytes → a PackDiff. A file is known by its path in the pack, not by its template's name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.compare.cause import explain
from pipeline.compare.change import Change, FileDiff, Location, PackDiff, Severity, Status, identify, number
from pipeline.compare.repeated import said_once
from pipeline.compare.sheets import compare_workbooks
from pipeline.compare.sheets.accounts import passed_over
from pipeline.compare.version import one_for_versions
from pipeline.compare.word import compare_word
from pipeline.exceptions import DocumentError
from pipeline.manifest import digest
from pipeline.text import package_parts

SAID = ("locality", "authority", "model", "mode", "state", "version", "number", "prepared_on")
Compare = Callable[[bytes, bytes, str], tuple[tuple[Change, ...], tuple[str, ...]]]
ENGINES: Mapping[str, Compare] = {".docx": compare_word, ".xlsx": compare_workbooks}


@dataclass(frozen=True)
class PackFiles:
    """A pack to compare: its files by path, the manifest apart, and its manifest where it has one."""

    files: Mapping[str, bytes] = field(repr=False)
    manifest: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def said(self) -> dict[str, str]:
        """What the manifest says the pack is, and a digest of its files."""
        known = {name: str(self.manifest[name]) for name in SAID if name in self.manifest} if self.manifest else {}
        listed = "\n".join(f"{path} {digest(content)}" for path, content in sorted(self.files.items()))
        return {**known, "digest": digest(listed.encode(errors="backslashreplace"))}


def compare_packs(old: PackFiles, new: PackFiles, edition: str = "") -> PackDiff:
    """Compare two packs, or one edition of each, file by file; with both manifests each change gets its causes."""
    paths = sorted(path for path in {*old.files, *new.files} if not edition or path.startswith(f"{edition}/"))
    files = tuple(compare_files(old.files.get(path), new.files.get(path), path) for path in paths)
    files = one_for_versions(files, old.manifest, new.manifest)
    found = explain(PackDiff(old.said, new.said, number(files)), old.manifest, new.manifest)
    return replace(found, findings=(*_two_places(found), *found.findings))


def _two_places(diff: PackDiff) -> Iterator[str]:
    names = [side.get("locality", "") for side in (diff.old, diff.new)]
    if all(names) and names[0] != names[1]:
        yield f"These are packs of two localities, {names[0]} and {names[1]}: not two versions of one."


def compare_documents(old: bytes, new: bytes, old_name: str, new_name: str) -> PackDiff:
    """Compare two documents of whatever names; the new one's is the name in the result."""
    said = ({"name": old_name, "digest": digest(old)}, {"name": new_name, "digest": digest(new)})
    return PackDiff(*said, number([compare_files(old, new, new_name, (old_name, new_name))]))


def compare_files(old: bytes | None, new: bytes | None, path: str, names: tuple[str, str] | None = None) -> FileDiff:
    """Say what became of one file. One that cannot be read is an error in the result, so that the others are still compared.

    `names` are what the two are called where something is wrong with one of them.
    """
    old_digest, new_digest = digest(old) if old is not None else "", digest(new) if new is not None else ""
    if old is None or new is None:
        return FileDiff(path, Status.ADDED if old is None else Status.REMOVED, old_digest, new_digest)
    if old == new:
        return FileDiff(path, Status.IDENTICAL, old_digest, new_digest)
    engine = next((engine for ending, engine in ENGINES.items() if path.lower().endswith(ending)), _bytes)
    try:
        changes, notes = engine(old, new, path)
    except DocumentError as error:
        sides = zip((old, new), names or (f"old {path}", f"new {path}"), strict=True)
        faults = tuple(fault for content, name in sides if (fault := _fault(engine, content, name)))
        return FileDiff(path, Status.ERROR, old_digest, new_digest, notes=faults or (str(error),))
    if changes:
        changes = (*changes, *passed_over(old, new, path, changes)) if engine is compare_workbooks else changes
        changes = identify(path, said_once(changes))
        parts = tuple(sorted({one.unread for one in changes if one.unread}))
        if parts:
            also = "also " if any(not one.unread for one in changes) else ""
            notes = (*notes, f"It differs {also}in what is not compared: {', '.join(parts)}.")
        status = Status.CHANGED if any(not one.unread for one in changes) else Status.UNCOMPARED
        return FileDiff(path, status, old_digest, new_digest, changes, notes, parts)
    parts = _differing(old, new, path)
    which = "Its parts are the same, and only how they are packed differs"
    which = f"Its parts that differ: {', '.join(parts)}" if parts else which
    notes = (*notes, f"Nothing that is compared differs, yet the files are not the same. {which}.")
    return FileDiff(path, Status.UNCOMPARED, old_digest, new_digest, notes=notes, parts=parts)


def _differing(old: bytes, new: bytes, path: str) -> tuple[str, ...]:
    before, after = package_parts(old, path), package_parts(new, path)
    return tuple(part for part in sorted({*before, *after}) if before.get(part) != after.get(part))


def _fault(engine: Compare, content: bytes, name: str) -> str:
    """Say what is wrong with one of two files."""
    try:
        engine(content, content, name)
    except DocumentError as error:
        return str(error)
    return ""


def _bytes(old: bytes, new: bytes, path: str) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Compare files that are neither Word nor Excel: all that is known is that they differ."""
    change = Change("file-changed", Severity.CONTENT, Location(path), f"sha256:{digest(old)[:16]}", f"sha256:{digest(new)[:16]}")
    return (change,), ()

"""A pack's files against its manifest: a folder in, whatever is not as it was written out, down to the part of a document.

Standard library only, so that looking is quick.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from pipeline.approvals import APPROVALS, read_approvals
from pipeline.exceptions import OutputError
from pipeline.folder import EDITED, NO_PACK, PackFolder, first_folder, look, numbered_folder
from pipeline.manifest import FILE_NAME, digest, is_as_written, is_sealed, read_json

UNREADABLE = (BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError, zlib.error, struct.error, MemoryError)
_LOCAL = struct.Struct("<4sHHHHHIIIHH")


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it was written: the file, the part in it where that is known, and what is wrong."""

    path: str
    what: str
    part: str = ""

    def __str__(self) -> str:
        """The problem as a line: issue/pricing-schedule.xlsx: part xl/workbook.xml: is not what was built."""
        return f"{self.path}: part {self.part}: {self.what}" if self.part else f"{self.path}: {self.what}"


@dataclass(frozen=True)
class Verdict:
    """What came of checking a pack; `notes` are worth knowing and no fault. Without a manifest that can be read it is None."""

    folder: Path
    manifest: Mapping[str, Any] | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    files: int = 0


def check_pack(folder: Path) -> Verdict:
    """Check every file of a pack against its manifest, and the manifest itself; OutputError when there is no pack."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise OutputError(NO_PACK.format(folder))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OutputError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from None
    try:
        text = content.decode()
        manifest = read_json(text)
        found = look(folder)
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: cannot be read ({error.strerror}). Check its permissions.") from None
    except (ValueError, OutputError):
        damaged = Problem(FILE_NAME, "is damaged: it cannot be read as a manifest, and nothing can be checked against it")
        return Verdict(folder, None, (damaged,))
    problems = [*_of_manifest(manifest, text), *_of_documents(found), *_of_others(found)]
    problems += [*_of_succession(folder, manifest, digest(content)), *_of_approvals(folder)]
    return Verdict(folder, manifest, tuple(problems), tuple(_notes(found)), len(found.documents))


def _of_manifest(manifest: Mapping[str, Any], text: str) -> Iterator[Problem]:
    if is_sealed(manifest) and not is_as_written(manifest, text):
        yield Problem(FILE_NAME, "is damaged or was edited: it does not come to its own seal. What it lists may be wrong")


def _notes(found: PackFolder) -> Iterator[str]:
    if not is_sealed(found.manifest or {}):
        yield f"{FILE_NAME}: has no seal, as an earlier version wrote it: a change in it alone would not be seen."
    yield from (f"{name}: was moved aside by a build, and is not of the pack." for name in found.others if _is_aside(name))
    kept = [name for name, entry in found.documents.items() if entry.get("detached") and name not in found.edited]
    yield from (f"{name}: is kept as edited: it was edited by hand after it was built." for name in kept)
    yield from (f"{name}: says that a document is open in another program." for name in found.open_files)


def _is_aside(name: str) -> bool:
    return name.startswith(f"{EDITED}/")


def _of_others(found: PackFolder) -> Iterator[Problem]:
    yield from (Problem(name, "is additional: the manifest does not list it") for name in found.others if not _is_aside(name))


def _of_documents(found: PackFolder) -> Iterator[Problem]:
    for name, entry in found.documents.items():
        if name in found.missing:
            yield Problem(name, "is missing")
        elif name in found.links:
            yield Problem(name, "is a link, which a pack does not hold")
        elif not (found.folder / name).is_file():
            yield Problem(name, "is a folder, and no document")
        else:
            yield from _of_document(found.folder / name, name, entry)


def _of_document(path: Path, name: str, entry: Mapping[str, Any]) -> Iterator[Problem]:
    """Say how a document differs from what the manifest lists: which parts, or what holds them together."""
    try:
        content = path.read_bytes()
    except OSError as error:
        yield Problem(name, f"cannot be read ({error.strerror})")
        return
    if digest(content) == entry["file_digest"]:
        return
    since = (
        "was edited by hand again since the build that kept it as edited" if entry.get("detached") else "is not what was built"
    )
    listed: Mapping[str, str] = entry.get("part_digests", {})
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = list(_of_parts(package, listed, name, since))
            yield from parts or [_of_frame(package, content, name)]
    except UNREADABLE:
        yield Problem(name, f"{since}, and cannot be opened: the list of its parts is damaged")


def _of_parts(package: ZipFile, listed: Mapping[str, str], name: str, since: str) -> Iterator[Problem]:
    there = {one.filename: one for one in package.infolist() if not one.is_dir()}
    for part, info in there.items():
        try:
            found = digest(package.read(info))
        except UNREADABLE:
            yield Problem(name, "is damaged and cannot be read", part)
            continue
        if part not in listed:
            yield Problem(name, f"is additional: the document {since}", part)
        elif found != listed[part]:
            yield Problem(name, since, part)
    yield from (Problem(name, f"stands there more than once: the document {since}", part) for part in _twice(package))
    yield from (Problem(name, f"is missing: the document {since}", part) for part in listed if part not in there)


def _twice(package: ZipFile) -> list[str]:
    """Name the parts of which a package holds several: programs differ in which of them they read."""
    counted = Counter(one.filename.lower() for one in package.infolist())
    return [name for name, count in counted.items() if count > 1]


def _of_frame(package: ZipFile, content: bytes, name: str) -> Problem:
    """Say where a file differs whose parts hold what they should: in the header of a part, or in the list at its end."""
    for info in package.infolist():
        if _header(content, info) != _listed(info):
            return Problem(name, "holds what was built, but its header is damaged", info.filename)
    return Problem(name, "holds what was built in other bytes: it was packed anew, or the list of its parts is damaged")


def _header(content: bytes, info: ZipInfo) -> tuple[int, ...]:
    return _LOCAL.unpack_from(content, info.header_offset)[1:9]


def _listed(info: ZipInfo) -> tuple[int, ...]:
    """What the list at the end of a package says of a part, in the order of the part's own header (APPNOTE.TXT 4.3.7)."""
    year, month, day, hour, minute, second = info.date_time
    time, date = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
    return (info.extract_version, info.flag_bits, info.compress_type, time, date, info.CRC, info.compress_size, info.file_size)


def _of_succession(folder: Path, manifest: Mapping[str, Any], own: str) -> Iterator[Problem]:
    """Compare issued packs with what their successors noted of them when they were made."""
    first, number = first_folder(folder.resolve()), manifest.get("number", 1)
    before, after = numbered_folder(first, number - 1) / FILE_NAME, numbered_folder(first, number + 1) / FILE_NAME
    follows = manifest.get("supersedes") or {}
    if follows and before.is_file() and digest(before.read_bytes()) != follows.get("manifest_digest"):
        yield Problem(FILE_NAME, f"was made to follow another pack than the one that is in {before.parent} now")
    try:
        noted = read_json(after.read_text(encoding="utf-8")).get("supersedes") or {} if after.is_file() else {}
    except ValueError:
        noted = {}
    if noted and noted.get("manifest_digest") != own:
        yield Problem(FILE_NAME, f"is not the one that was issued: {after.parent} was made after another")


def _of_approvals(folder: Path) -> Iterator[Problem]:
    path = folder / APPROVALS
    if path.is_file():
        try:
            read_approvals(path.read_text(encoding="utf-8"))
        except ValueError as error:
            yield Problem(APPROVALS, str(error))


def part_digests(content: bytes) -> dict[str, str]:
    """The digest of each part of a Word or Excel file; nothing when it cannot be read as one, or has a part twice."""
    try:
        with ZipFile(BytesIO(content)) as package:
            return (
                {}
                if _twice(package)
                else {one.filename: digest(package.read(one)) for one in package.infolist() if not one.is_dir()}
            )
    except UNREADABLE:
        return {}


def content_digest(content: bytes) -> str:
    """The digest of what is in a document, the same however it is packed; of its bytes when it is no Word or Excel file."""
    parts = part_digests(content)
    return digest("".join(f"{part} {parts[part]}\n" for part in sorted(parts)).encode()) if parts else digest(content)

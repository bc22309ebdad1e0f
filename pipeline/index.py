"""One index of file digests for all packs of an output folder, by which a run with nothing to do knows it at once.

Standard library only.
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.digests import Digests, Stat, input_groups, text_digest
from pipeline.folder import OF_THE_PACK, OWN, is_lock_file
from pipeline.indexform import FORM, is_index
from pipeline.manifest import FILE_NAME, ISSUED, digest
from pipeline.request import BuildRequest
from pipeline.result import Action, BuildResult, Change, PackSummary

NAME = "index.json"
SHORT = 12
LEFT_OVER = 3600  # seconds after which nobody is still writing


class Index:
    """The index of one output folder."""

    def __init__(self, output: Path) -> None:
        """Read the index; one that cannot be read is as good as none."""
        self.output = output.resolve()
        self.path = self.output / OWN / NAME
        self.packs: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, str] = {}
        known: dict[str, tuple[Stat, str]] = {}
        with contextlib.suppress(OSError, ValueError, RecursionError):
            found = json.loads(self.path.read_bytes())
            if is_index(found):
                known = {path: (stat, value) for path, (stat, value) in found["files"].items()}
                self.packs, self.groups = found["packs"], found["groups"]
        self.digests = Digests(known)
        self._recorded: dict[str, dict[str, Any]] = {}

    def fresh(self, request: BuildRequest) -> PackSummary | None:
        """Tell of the pack of a request when nothing it is made from has changed, nor itself; None when that is not certain."""
        entry = self.packs.get(_key(request))
        if (
            entry is None
            or entry.get("kept")
            or request.force
            or request.replace
            or request.detach
            or request.mode not in {None, entry["mode"]}
        ):
            return None
        named = {self.groups[name] for name in entry["groups"]}
        if not named.issuperset(input_groups(request)):
            return None
        folder = self.output / entry["folder"]
        if any(self.digests.of(os.path.join(folder, name)) != value for name, value in entry["files"].items()):  # noqa: PTH118
            return None
        if any(self.digests.of_group(self.groups[name]) != value for name, value in entry["groups"].items()):
            return None
        try:
            others = list(_others(folder, entry["files"]))
        except OSError:
            return None
        changes = tuple(Change(name, Action.KEEP) for name in entry["files"] if name != FILE_NAME)
        names = (entry["locality"], request.model, entry["mode"], entry["state"], folder)
        return PackSummary(
            *names,
            changes=changes,
            others=tuple(name for name in others if not is_lock_file(name)),
            open_files=tuple(name for name in others if is_lock_file(name)),
        )

    def record(self, result: BuildResult) -> None:
        """Note what a pack that was just built is made from and what it holds."""
        pack = result.pack
        if pack is None or not pack.inputs:
            return
        names = {group: text_digest(group)[:SHORT] for group in pack.inputs}
        self.groups |= {name: group for group, name in names.items()}
        self._recorded[_key(result.request)] = {
            "folder": pack.folder.relative_to(self.output).as_posix(),
            "locality": pack.locality,
            "mode": pack.mode,
            "state": pack.state,
            "groups": {names[group]: value for group, value in pack.inputs.items()},
            "files": dict(pack.digests),
            "kept": any(change.action is Action.LEAVE for change in pack.changes) and pack.state != ISSUED,
        }
        for name in pack.digests:
            self.digests.of(os.path.join(pack.folder, name))  # noqa: PTH118
        for group in pack.inputs:
            self.digests.of_group(group)
        self.packs = _taken_over(self.packs, self._recorded)

    def save(self) -> None:
        """Write the index, with what other runs have written meanwhile, unless nothing new is known; failing to does no harm."""
        if not self._recorded and not self.digests.is_richer:
            return
        meanwhile = Index(self.output)
        packs = _taken_over(meanwhile.packs, self._recorded)
        whole = {
            "form": FORM,
            "groups": {**meanwhile.groups, **self.groups},
            "packs": {key: entry for key, entry in packs.items() if (self.output / entry["folder"]).is_dir()},
            "files": {**meanwhile.digests.known, **self.digests.known},
        }
        temporary = self.path.with_name(f"{NAME}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                temporary.write_text(json.dumps(whole), encoding="utf-8")
                temporary.replace(self.path)
            finally:
                temporary.unlink(missing_ok=True)
            self._clear()

    def _clear(self) -> None:
        """Remove what runs that were killed while writing the index left."""
        now = self.path.stat().st_mtime
        for path in self.path.parent.glob(f"{NAME}.*"):
            if path.stat().st_mtime < now - LEFT_OVER:
                path.unlink()

    def request_of(self, folder: Path) -> BuildRequest | None:
        """Give the request by which the pack in a folder was built last; None when that is not known, or it is another by now."""
        record = digest((folder / FILE_NAME).read_bytes())
        for key, entry in self.packs.items():
            if self.output / entry["folder"] == folder and entry["files"].get(FILE_NAME) == record:
                model, profile, templates, inputs = json.loads(key)
                trial = Path(templates) if templates else None
                return BuildRequest(Path(profile), model, self.output, trial, inputs=Path(inputs))
        return None

    def requests(self) -> dict[tuple[str, str], BuildRequest]:
        """Give a request for every pack that is known and still there, by locality and model."""
        found = {}
        for key, entry in self.packs.items():
            model, profile, _, inputs = json.loads(key)
            if (self.output / entry["folder"] / FILE_NAME).is_file():
                found[str(entry["locality"]), str(model)] = BuildRequest(Path(profile), model, self.output, inputs=Path(inputs))
        return found


Work = Callable[[Sequence[BuildRequest]], Iterable[BuildResult]]


def answered(requests: Sequence[BuildRequest], work: Work) -> list[BuildResult]:
    """Answer each request: from the index where a pack is up to date, else by working on it, which the index then notes."""
    found = {output: Index(output) for output in {one.output for one in requests}}
    fresh = {one: pack for one in requests if (pack := found[one.output].fresh(one)) is not None}
    rest = [one for one in requests if one not in fresh]
    done = {one.request: one for one in work(rest)} if rest else {}
    before = {one: index.requests() for one, index in found.items()}
    for result in done.values():
        found[result.request.output].record(result)
    for index in found.values():
        index.save()
    answers = [done.get(one) or BuildResult(one, fresh[one], None) for one in requests]
    return [_with_origin(one, before[one.request.output]) for one in answers]


def _with_origin(result: BuildResult, before: Mapping[tuple[str, str], BuildRequest]) -> BuildResult:
    """Say when a pack was built from another profile until now."""
    request, pack = result.request, result.pack
    was = before.get((pack.locality, str(request.model))) if pack is not None else None
    if pack is None or was is None or was.profile.resolve() == request.profile.resolve():
        return result
    return replace(result, pack=replace(pack, notes=(*pack.notes, f"This pack was built from {was.profile} until now.")))


def _key(request: BuildRequest) -> str:
    places = (request.profile, request.templates, request.inputs)
    return json.dumps([str(request.model), *("" if path is None else str(path.absolute()) for path in places)])


def _taken_over(packs: Mapping[str, dict[str, Any]], recorded: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Add what was recorded to what was known; a locality's pack for a model is of the profile that it was built from last."""
    again = {_name(key, entry) for key, entry in recorded.items()}
    return {**{key: entry for key, entry in packs.items() if _name(key, entry) not in again}, **recorded}


def _name(key: str, entry: Mapping[str, Any]) -> tuple[str, str]:
    """Name the locality and the model of an entry."""
    return str(entry["locality"]), str(json.loads(key)[0])


def _others(folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    """Give what lies in a pack's folder and is not of the pack, looking no deeper than the editions."""
    editions = {name.partition("/")[0] for name in files if "/" in name}
    for place in ("", *sorted(editions)):
        with os.scandir(folder / place) as entries:
            names = sorted(f"{place}/{entry.name}" if place else entry.name for entry in entries)
        yield from (name for name in names if name not in files and name not in editions and name not in OF_THE_PACK)

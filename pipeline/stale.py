"""What a build does to each document of a pack, and why: prepared documents and the pack that is there in, changes out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from pipeline.account import engine, fact_json, inputs_digest, is_reference, profile_fields, reference_entries
from pipeline.figure import Status
from pipeline.folder import PackFolder
from pipeline.manifest import IN_PROPERTIES, digest
from pipeline.pack import PackPlan, PreparedDocument
from pipeline.record import entry_of
from pipeline.result import Action, Change, Reason

NAMES = ("name", "title", "option")
"""What a row of the profile may be called by."""


@dataclass(frozen=True)
class Comparison:
    """A pack as it would be built now beside the pack that is there."""

    plan: PackPlan
    prepared: tuple[PreparedDocument, ...]
    found: PackFolder

    def changes(self, *, force: bool = False) -> tuple[Change, ...]:
        """Say for every document, planned or left from before, what a build does to it."""
        planned = {one.planned.name: one for one in self.prepared}
        gone = [name for name in self.found.documents if name not in planned]
        return (
            *(self._change(one, force=force) for one in self.prepared),
            *(self._gone(name) for name in gone),
        )

    def _gone(self, name: str) -> Change:
        action = Action.REFUSE if name in self.found.edited else Action.LEAVE if name in self.found.detached else Action.REMOVE
        return Change(name, action, (Reason("no longer part of this pack"),))

    def _change(self, document: PreparedDocument, *, force: bool) -> Change:
        name = document.planned.name
        entry = self.found.documents.get(name)
        if entry is None:
            return Change(name, Action.NEW, (Reason("new"),))
        reasons = tuple(self._against(entry)._reasons(document, entry))  # noqa: SLF001 - another of its own
        if name in self.found.edited or name in self.found.links:
            return Change(name, Action.REFUSE, (Reason("edited by hand"), *reasons))
        if name in self.found.detached:
            return Change(name, Action.LEAVE, (Reason("detached: kept as edited"), *reasons))
        if name in self.found.missing:
            reasons = (Reason("missing"), *reasons)
        if force and not reasons:
            reasons = (Reason("forced"),)
        return Change(name, Action.BUILD if reasons else Action.KEEP, reasons)

    def _against(self, entry: Mapping[str, Any]) -> "Comparison":
        """Give the comparison for a document: one that was detached earlier is set beside what it was built from."""
        manifest = self.found.manifest or {}
        if not entry.get("detached") or not entry.get("built_from"):
            return self
        return replace(self, found=replace(self.found, manifest={**manifest, **entry["built_from"]}))

    def _reasons(self, document: PreparedDocument, entry: Mapping[str, Any]) -> Iterator[Reason]:
        manifest = self.found.manifest or {}
        if (now := engine()) != manifest.get("engine"):
            yield _engine_reason(manifest.get("engine") or {}, now)
        if is_other := digest(document.planned.template.content) != entry.get("template_digest"):
            yield Reason("template changed")
            yield from self._modes()
            yield from self._causes(document, entry, is_same_template=False)
        if not is_other and inputs_digest(document) != entry.get("inputs_digest"):
            yield from (*self._modes(), *self._causes(document, entry)) or self._unexplained(document, entry)

    def _modes(self) -> tuple[Reason, ...]:
        mode = Reason("value", "mode", str((self.found.manifest or {}).get("mode")), self.plan.mode.value)
        return () if mode.before == mode.after else (mode,)

    def _causes(self, document: PreparedDocument, entry: Mapping[str, Any], *, is_same_template: bool = True) -> Sequence[Reason]:
        """Find which fields of the profile and entries of the reference data changed what the document shows.

        Where another template shows other facts, only those that both show can tell.
        """
        old, new, changed = _facts(document, entry)
        if not is_same_template:
            changed = [path for path in changed if path in old and path in new]
        fields = {name for name in IN_PROPERTIES if name in self._fields}
        entries: set[str] = set()
        for path in changed or (new if is_same_template else ()):
            behind = _fields_behind(old.get(path)) | _fields_behind(new.get(path))
            read = set(document.reads.get(_fact(path), ())) | set(entry.get("reads", {}).get(_fact(path), ()))
            mine = behind & set(self._fields) or read & set(self._fields)
            fields |= mine
            if not (behind and mine):
                entries |= _narrowed({entry_of(one) for one in read if is_reference(one)} & set(self._entries), path)
        return [
            *(self._fields[name] for name in self._fields if name in fields),
            *(self._entries[name] for name in self._entries if name in entries),
        ]

    def _unexplained(self, document: PreparedDocument, entry: Mapping[str, Any]) -> Sequence[Reason]:
        """Name the facts that changed, for when nothing that was read did: what comes from the authority's entry, say."""
        old, new, changed = _facts(document, entry)
        return [_fact_reason(path, old.get(path), new.get(path)) for path in changed] or [Reason("inputs changed")]

    @cached_property
    def _fields(self) -> dict[str, Reason]:
        """The fields of the profile that are not what they were, each with its reason."""
        old: Mapping[str, Any] = (self.found.manifest or {}).get("profile", {})
        new = profile_fields(self.plan.profile)
        names = [name for name in (*new, *(one for one in old if one not in new)) if old.get(name) != new.get(name)]
        lists = {name for name in names if isinstance(old.get(name), list) and isinstance(new.get(name), list)}
        rows = {
            name: _row_reason(name, old, new) for name in lists if all(isinstance(one, int) for one in (*old[name], *new[name]))
        }
        told = tuple(f"{name}[" for name in rows)
        told += tuple(f"{name}[{key}]" for name in lists - rows.keys() for key in {*old[name]} ^ {*new[name]})
        return {
            name: rows.get(name) or _field_reason(name, old.get(name), new.get(name))
            for name in names
            if not name.startswith(told)
        }

    @cached_property
    def _entries(self) -> dict[str, Reason]:
        """The entries of the reference data that are not what they were, each with its reason."""
        old: Mapping[str, str] = (self.found.manifest or {}).get("reference", {})
        new = reference_entries(self.plan.reference, self.prepared)
        names = sorted({name for name in {*old, *new} if old.get(name) != new.get(name)})
        return {name: _entry_reason(name, is_old=name in old, is_new=name in new) for name in names}

    def unshown(self) -> tuple[Reason, ...]:
        """The fields and entries that changed, for when no document is touched by any."""
        return (*self._fields.values(), *self._entries.values())


def _facts(document: PreparedDocument, entry: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any], list[str]]:
    """Give the facts a document showed and those it shows now, and the paths at which they differ."""
    old: Mapping[str, Any] = entry.get("facts", {})
    new = {path: fact_json(values) for path, values in document.facts.items()}
    return old, new, [path for path in sorted({*old, *new}) if old.get(path) != new.get(path)]


def _fact(path: str) -> str:
    return path.partition(".")[0].removesuffix("[]")


def _fields_behind(value: object) -> set[str]:
    """Give the profile fields that a fact of a manifest names behind its figures."""
    values = value if isinstance(value, list) else []
    named = (one.get("fields") for one in values if isinstance(one, dict))
    return {str(name) for names in named if isinstance(names, list) for name in names}


def _narrowed(entries: set[str], path: str) -> set[str]:
    """Keep the entries that a path names itself, where it does: law.PA23_18.short is about PA23-18."""
    steps = set(re.split(r"\.|\[\]", path))
    named = {one for one in entries if one.rpartition("[")[2].removesuffix("]").replace("-", "_") in steps}
    return named or entries


def _engine_reason(old: Mapping[str, str], new: Mapping[str, str]) -> Reason:
    libraries = [
        f"{name} {old.get(name, 'nothing')} → {version}"
        for name, version in new.items()
        if name != "pipeline" and old.get(name) != version
    ]
    return Reason("engine changed", statuses=", ".join(libraries))


def _entry_reason(name: str, *, is_old: bool, is_new: bool) -> Reason:
    file, _, entry = name.partition(".")
    cause = "changed" if is_old and is_new else "added" if is_new else "removed"
    file, bracket, key = file.partition("[")
    ending = "csv" if file == "authorities" else "yaml"
    return Reason(cause, f"{file.replace('_', '-')}.{ending}: {entry or bracket + key or 'the list'}")


def _field_reason(name: str, old: Any, new: Any) -> Reason:
    before, after = _shown(old), _shown(new)
    was, now = _status(old), _status(new)
    if before == after and was == now:
        what = [key for key in ("source", "as_at", "unit", "note") if _part(old, key) != _part(new, key)]
        return Reason(f"{' and '.join(what).replace('as_at', 'date') or 'text'} changed", name)
    known = [one for one in (was, now) if one and one != Status.TO_BE_CONFIRMED]
    statuses = "" if now in {was, Status.TO_BE_CONFIRMED} else " → ".join(known)
    return Reason("value", name, before, after, statuses)


def _row_reason(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Reason:
    """Say which rows of a list without ids came, went or changed, each named by its first value, wherever it stands now."""
    before, after = _rows(name, old), _rows(name, new)
    was, now = [_label(row) for row in before], [_label(row) for row in after]
    what = []
    for change, start, end, first, last in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if change == "equal":
            pairs = zip(before[start:end], after[first:last], strict=True)
            what += [f"{_label(row)} changed" for row, other in pairs if row != other]
        else:
            what += [f"{one} removed" for one in was[start:end]] + [f"{one} added" for one in now[first:last]]
    return Reason(", ".join(what) or "changed", f"{name}:")


def _rows(name: str, fields: Mapping[str, Any]) -> list[dict[str, str]]:
    """Give the values of each row of a list without ids, by what the profile calls them."""
    rows: list[dict[str, str]] = [{} for _ in fields[name]]
    for path, value in fields.items():
        number, bracket, key = path.removeprefix(f"{name}[").partition("]")
        if bracket and path.startswith(f"{name}[") and number.isdigit() and int(number) < len(rows):
            rows[int(number)][key.removeprefix(".")] = _shown(value)
    return rows


def _label(row: Mapping[str, str]) -> str:
    """Name a row by its name or what else it is called, or by the first of its values."""
    return next((row[key] for key in (*NAMES, *sorted(row)) if key in row), "")


def _fact_reason(path: str, old: Any, new: Any) -> Reason:
    before, after = _shown(old), _shown(new)
    return Reason("changed", path) if before == after or isinstance(old, list) else Reason("value", path, before, after)


def _part(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _status(value: Any) -> str:
    return str(value.get("status", "")) if isinstance(value, dict) else ""


def _shown(value: Any) -> str:
    """Word a value of a manifest for a reason."""
    if isinstance(value, dict):
        return "to be confirmed" if value.get("value") is None else _shown(value["value"])
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return "other words" if text.startswith("sha256:") else text

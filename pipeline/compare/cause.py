"""Why a pack changed: two manifests and the changes in; for each change its causes, and findings where there is none.

What went into a document and is not what it was is a candidate: template, profile fields, reference entries, provisions, code. A
change that shows the old and new value of a fact is that of the fields behind that very value. Any other change may be of any
candidate of its document, and of a document that was edited by hand nothing is certain.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pipeline.compare.change import BY_HAND, EDITED_AFTER, TEMPLATE, UNKNOWN, Cause, Change, FileDiff, PackDiff, Status
from pipeline.compare.results import with_causes_of_what_they_read
from pipeline.compare.ruled_out import Told, accounts_for, is_ruled_out, values_behind
from pipeline.compare.values import shows, unit_of, value_text
from pipeline.manifest import IN_PROPERTIES, file_digests

NO_CAUSE = Cause(UNKNOWN, "")
FIELD = "profile field"
OTHER = f"the {{}} file is not the one its manifest lists: {EDITED_AFTER}"
UNREADABLE = "the {} file is not the one its manifest lists, and cannot be read: it was damaged or edited after it was built"
UNLISTED = "the manifest of the {} pack does not list it: it was put there after the pack was built"
TAKEN = "the manifest of the {} pack lists it, but it is not there: it was taken away after the pack was built"
MODEL = "commissioning model"
OF_THE_PACK = (("model", MODEL), ("state", "state of the pack"))
SHORT, SHOWN = 8, 10
Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class _Shown:
    """A value that changed, and the candidates behind it."""

    causes: tuple[Cause, ...]
    was: str
    now: str
    unit: str = ""


@dataclass(frozen=True)
class _Document:
    """What is known of a document on both sides, and what went into it that changed; `by_hand` names sides edited by hand."""

    old: Manifest
    new: Manifest
    candidates: tuple[Cause, ...]
    profiles: tuple[Manifest, Manifest]
    by_hand: tuple[Cause, ...]
    findings: tuple[str, ...]

    @cached_property
    def fields(self) -> dict[str, Cause]:
        """The profile fields among the candidates."""
        return {one.name: one for one in self.candidates if one.kind == FIELD}

    @cached_property
    def perhaps(self) -> dict[Cause, Cause]:
        """The candidates as causes of which it is not certain that they are."""
        return {one: replace(one, is_certain=False) for one in (*self.by_hand, *self.candidates)}

    @cached_property
    def told(self) -> dict[Cause, Told]:
        """The profile fields among the candidates that are behind nothing but values a document shows, with these."""
        if not self.old.get("facts") or not self.new.get("facts"):
            return {}
        values = {
            one: values_behind(name, *self.entries(name), self.values, lambda path: _read_by(path, self))
            for name, one in self.fields.items()
        }
        return {one: told for one, told in values.items() if told is not None}

    def entries(self, name: str) -> tuple[Any, Any]:
        """What a profile field was and is."""
        return self.profiles[0].get(name), self.profiles[1].get(name)

    @cached_property
    def values(self) -> tuple[tuple[str, Any, Any], ...]:
        """Each value of its facts that changed."""
        return tuple(_facts(self)) if self.fields else ()

    @cached_property
    def behind(self) -> tuple[_Shown, ...]:
        """Those of them of which it is known which candidates are behind."""
        return tuple(one for value in self.values for one in _behind(*value, self) if one.was and one.now)


def explain(diff: PackDiff, old: Manifest | None, new: Manifest | None) -> PackDiff:
    """Give each change its causes. Without both manifests nothing is known, and a finding says so."""
    missing = [which for which, manifest in (("old", old), ("new", new)) if manifest is None]
    if old is None or new is None:
        return replace(diff, findings=tuple(f"The {which} pack has no manifest: causes are not known." for which in missing))
    files: list[FileDiff] = []
    findings: list[str] = []
    for file in diff.files:
        document = _document(file, old, new)
        changes = with_causes_of_what_they_read([replace(one, causes=_causes(one, document)) for one in file.changes])
        files.append(replace(file, changes=changes))
        findings += _findings(file, changes, document)
    return replace(diff, files=tuple(files), findings=tuple(findings), causes=tuple(_of_pack(old, new)))


def _document(file: FileDiff, old: Manifest, new: Manifest) -> _Document:
    before, after = _entry(old, file.path), _entry(new, file.path)
    sides = (("old", file.old_digest, old, before), ("new", file.new_digest, new, after))
    edited = [which for which, found, made, _ in sides if found and file_digests(made).get(file.path) != found]
    kept = [which for which, found, _, entry in sides if found and which not in edited and entry.get("detached")]
    touched = [which for which, *_ in sides if which in (*edited, *kept)]
    by_hand = (Cause(BY_HAND, f"{' and '.join(touched)} file"),) if touched else ()
    findings = [f"{file.path}: {said}." for which, found, made, _ in sides for said in _strange(file, which, found, made)]
    if file.status is not Status.IDENTICAL:
        findings += [f"{file.path}: the {one} file is kept as edited: {EDITED_AFTER}." for one in kept]
    made = [{**side, **entry.get("built_from", {})} for side, entry in ((old, before), (new, after))]
    profiles = made[0].get("profile", {}), made[1].get("profile", {})
    return _Document(before, after, tuple(_candidates(before, after, *made)), profiles, by_hand, tuple(findings))


def _strange(file: FileDiff, which: str, found: str, made: Manifest) -> Iterator[str]:
    """Say how a file is not what the manifest of its pack says; `found` is its digest, or nothing where it is not there."""
    listed = file_digests(made).get(file.path, "")
    if listed and not found:
        yield TAKEN.format(which)
    elif found and not listed:
        yield UNLISTED.format(which)
    elif found != listed:
        is_damaged = any(note.startswith(f"{which} {file.path}") for note in file.notes)
        yield (UNREADABLE if is_damaged else OTHER).format(which)


def _entry(manifest: Manifest, path: str) -> Manifest:
    found: Manifest = next((one for one in manifest["documents"] if one.get("path") == path), {})
    return found


def _of_pack(old: Manifest, new: Manifest) -> Iterator[Cause]:
    """What changed for the pack as a whole: model, state, code and libraries."""
    for key, words in OF_THE_PACK:
        if old.get(key) != new.get(key):
            yield Cause(words, "", str(old.get(key, "")), str(new.get(key, "")))
    engines = old.get("engine", {}), new.get("engine", {})
    for name in sorted({*engines[0], *engines[1]}):
        was, now = str(engines[0].get(name, "")), str(engines[1].get(name, ""))
        if was != now:
            is_code = name == "pipeline"
            yield Cause("code" if is_code else "library", name, was[:SHORT] if is_code else was, now[:SHORT] if is_code else now)


def _candidates(before: Manifest, after: Manifest, old: Manifest, new: Manifest) -> Iterator[Cause]:
    """What went into a document and is not what it was; another model, which changes most of it, first."""
    whole = list(_of_pack(old, new))
    yield from (one for one in whole if one.kind == MODEL)
    if before.get("template_digest") != after.get("template_digest"):
        was, now = (str(one.get("template_digest", ""))[:SHORT] for one in (before, after))
        yield Cause(TEMPLATE, str(after.get("template") or before.get("template") or ""), was, now)
    read = {*_read(before), *_read(after)}
    for name in _differing(old.get("profile", {}), new.get("profile", {})):
        if name in read or name in IN_PROPERTIES or any(name.startswith((f"{one}[", f"{one}.")) for one in read):
            was, now = (value_text(one.get("profile", {}).get(name)) for one in (old, new))
            yield Cause(FIELD, name, was, now)
    files = {one.partition("[")[0].partition(".")[2] for one in read if one.startswith("reference.")}
    for name in _differing(old.get("reference", {}), new.get("reference", {})):
        if name.partition("[")[0].partition(".")[0] in {one.partition(".")[0] for one in files}:
            yield Cause("reference entry", name)
    for one in sorted({*before.get("provisions", ())} ^ {*after.get("provisions", ())}):
        yield Cause(
            "provision", one, "" if one in after.get("provisions", ()) else "cited", "cited" if one in after["provisions"] else ""
        )
    yield from (one for one in whole if one.kind != MODEL)


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _read(document: Manifest) -> Iterator[str]:
    """The fields and entries behind a document's facts."""
    for reads in document.get("reads", {}).values():
        yield from reads
    for values in document.get("facts", {}).values():
        for one in values if isinstance(values, list) else ():
            yield from one.get("fields", ()) if isinstance(one, dict) else ()


def _causes(change: Change, document: _Document) -> tuple[Cause, ...]:
    """The causes of a change: those whose values it shows, and what else may be behind it."""
    shown = list(_shown(change, document))
    certain = tuple(dict.fromkeys(cause for one in shown for cause in one.causes))
    others = _possible(change, document, [one for one in document.candidates if one not in certain])
    if document.by_hand or not certain:
        near = _near(change, document)
        possible = (*document.by_hand, *certain, *sorted(others, key=lambda one: one not in near))
        is_only = len(possible) == 1 == len(document.perhaps)
        return possible if is_only else tuple(document.perhaps[one] for one in possible) or (NO_CAUSE,)
    if accounts_for(change, tuple((one.was, one.now, one.unit) for one in shown)):
        return certain
    return (*certain, *(document.perhaps[one] for one in others))


def _possible(change: Change, document: _Document, others: Sequence[Cause]) -> Sequence[Cause]:
    """Leave out of some candidates those that a change cannot come from, unless none would be left."""
    told = document.told
    return [one for one in others if one not in told or not is_ruled_out(change, one.name, told[one])] or others


def _shown(change: Change, document: _Document) -> Iterator[_Shown]:
    """The values that a change shows to be others, where a candidate is behind that very value of the document."""
    if not change.old or not change.new:
        return
    if change.kind == "property-changed":
        found = [document.fields[name] for name in IN_PROPERTIES if name in document.fields]
        yield from (_Shown((one,), one.old, one.new) for one in found if shows(change.old, change.new, one.old, one.new))
    yield from (one for one in document.behind if shows(change.old, change.new, one.was, one.now, one.unit))


def _behind(path: str, was: Any, now: Any, document: _Document) -> Iterator[_Shown]:
    """Say of a value that changed which candidates are behind it and no other: a figure names its fields."""
    fields = document.fields
    if isinstance(was, dict) or isinstance(now, dict):
        behind = tuple(fields[name] for name in sorted({*_fields(was), *_fields(now)}) if name in fields)
        if behind:
            yield _Shown(behind, value_text(was), value_text(now), _unit(was, now))
        return
    read, texts = _read_by(path, document), (value_text(was), value_text(now))
    for name in sorted(read & {*fields}):
        one = fields[name]
        is_long = not any(texts) and _last(name) == _last(path)
        if one.old and one.new and (is_long or texts == (one.old, one.new)):
            yield _Shown((one,), one.old, one.new)


def _unit(was: Any, now: Any) -> str:
    return unit_of(now) or unit_of(was)


def _last(path: str) -> str:
    return path.rpartition(".")[2].partition("[")[0]


def _near(change: Change, document: _Document) -> frozenset[Cause]:
    """The candidates read by a fact of which a change shows the values, where the fact does not say what is behind each."""
    shown = [
        path
        for path, was, now in document.values
        if shows(change.old, change.new, value_text(was), value_text(now), _unit(was, now))
    ]
    read = {name for path in shown for name in _read_by(path, document)}
    return frozenset(one for one in document.candidates if one.kind == FIELD and one.name in read)


def _facts(document: _Document) -> Iterator[tuple[str, Any, Any]]:
    """Give each value of a document's facts that changed, old and new: of a list those with the same fields behind them."""
    before, after = document.old.get("facts", {}), document.new.get("facts", {})
    for path in _differing(before, after):
        for was, now in _pairs(before.get(path), after.get(path)):
            if was != now:
                yield path, was, now


def _pairs(was: Any, now: Any) -> Iterable[tuple[Any, Any]]:
    if not isinstance(was, list) or not isinstance(now, list):
        return ((was, now),)
    if len(was) == len(now):
        return zip(was, now, strict=True)
    known = {tuple(_fields(one)): one for one in was}
    return [(known[tuple(_fields(one))], one) for one in now if tuple(_fields(one)) in known]


def _fields(value: Any) -> Sequence[str]:
    return [str(one) for one in value.get("fields", ())] if isinstance(value, dict) else []


def _read_by(path: str, document: _Document) -> set[str]:
    fact = path.partition(".")[0].removesuffix("[]")
    return {name for side in (document.old, document.new) for name in side.get("reads", {}).get(fact, ())}


def _findings(file: FileDiff, changes: Sequence[Change], document: _Document) -> Iterator[str]:
    yield from document.findings
    unknown = [change.number for change in changes if change.causes == (NO_CAUSE,)]
    if unknown:
        many = ", ".join(str(one) for one in unknown[:SHOWN]) + (
            f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
        )
        yield f"{file.path}: no known cause for change {many}: nothing that the manifests record went into it differently."

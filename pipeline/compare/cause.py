"""Why a pack changed: two manifests and the changes in; for each change its causes, and findings where there is none.

What went into a document and is not what it was is a candidate: template, profile fields, reference entries, provisions, code. A
change that shows a candidate's old and new value is that candidate's; any other change may be of any candidate of its document.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pipeline.compare.change import Cause, Change, FileDiff, PackDiff
from pipeline.compare.values import Values, value_text
from pipeline.manifest import file_digests

NO_CAUSE = Cause("no known cause", "")
IN_PROPERTIES = ("area", "authority.name", "prepared_on", "control.version")
OF_THE_PACK = (("model", "commissioning model"), ("state", "state of the pack"))
SHORT, SHOWN = 8, 10
Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class _Document:
    """What is known of a document on both sides, and what went into it that changed."""

    old: Manifest
    new: Manifest
    candidates: tuple[Cause, ...]
    edited: tuple[str, ...]

    @cached_property
    def possible(self) -> tuple[Cause, ...]:
        """The causes of a change that shows none of them: all that there may be."""
        by_hand = [Cause("edited by hand", f"the {which} file was changed after it was built") for which in self.edited]
        if not self.candidates:
            return tuple(by_hand) or (NO_CAUSE,)
        found = [*by_hand, *self.candidates]
        return tuple(replace(one, is_certain=len(found) == 1) for one in found)

    @cached_property
    def values(self) -> Values:
        """What the candidates were and are."""
        return Values([(one.old, one.new) for one in self.candidates])

    @cached_property
    def facts(self) -> tuple[list[str], Values]:
        """The values of facts that are others, with the fact of each."""
        before, after = self.old.get("facts", {}), self.new.get("facts", {})
        found = [
            (path, was, now)
            for path in _differing(before, after)
            for was, now in zip(_texts(before.get(path)), _texts(after.get(path)), strict=False)
        ]
        return [path for path, _, _ in found], Values([(was, now) for _, was, now in found])


def explain(diff: PackDiff, old: Manifest | None, new: Manifest | None) -> PackDiff:
    """Give each change its causes. Without both manifests nothing is known, and a finding says so."""
    missing = [which for which, manifest in (("old", old), ("new", new)) if manifest is None]
    if old is None or new is None:
        return replace(diff, findings=tuple(f"The {which} pack has no manifest: causes are not known." for which in missing))
    files: list[FileDiff] = []
    findings: list[str] = []
    for file in diff.files:
        document = _document(file, old, new)
        changes = tuple(replace(change, causes=_causes(change, document)) for change in file.changes)
        files.append(replace(file, changes=changes))
        findings += _findings(file, changes, document)
    return replace(diff, files=tuple(files), findings=tuple(findings), causes=tuple(_of_pack(old, new)))


def _document(file: FileDiff, old: Manifest, new: Manifest) -> _Document:
    before, after = _entry(old, file.path), _entry(new, file.path)
    digests = (("old", file.old_digest, file_digests(old)), ("new", file.new_digest, file_digests(new)))
    edited = tuple(which for which, found, listed in digests if found and listed.get(file.path) != found)
    detached = tuple(which for which, entry in (("old", before), ("new", after)) if entry.get("detached"))
    return _Document(before, after, tuple(_candidates(before, after, old, new)), edited or detached)


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
    """What went into a document and is not what it was."""
    if before.get("template_digest") != after.get("template_digest"):
        was, now = (str(one.get("template_digest", ""))[:SHORT] for one in (before, after))
        yield Cause("template", str(after.get("template") or before.get("template") or ""), was, now)
    read = {*_read(before), *_read(after)}
    for name in _differing(old.get("profile", {}), new.get("profile", {})):
        if name in read or name in IN_PROPERTIES or any(name.startswith((f"{one}[", f"{one}.")) for one in read):
            was, now = (value_text(one.get("profile", {}).get(name)) for one in (old, new))
            yield Cause("profile field", name, was, now)
    files = {one.partition("[")[0].partition(".")[2] for one in read if one.startswith("reference.")}
    for name in _differing(old.get("reference", {}), new.get("reference", {})):
        if name.partition("[")[0].partition(".")[0] in {one.partition(".")[0] for one in files}:
            yield Cause("reference entry", name)
    for one in sorted({*before.get("provisions", ())} ^ {*after.get("provisions", ())}):
        yield Cause(
            "provision", one, "" if one in after.get("provisions", ()) else "cited", "cited" if one in after["provisions"] else ""
        )
    yield from _of_pack(old, new)


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
    """The causes of a change: those whose values it shows, or else all that there may be."""
    shown = [document.candidates[at] for at in document.values.shown(change.old, change.new)]
    if not shown:
        shown = _behind_facts(change, document)
    if shown:
        return tuple(dict.fromkeys(shown))
    return document.possible


def _behind_facts(change: Change, document: _Document) -> list[Cause]:
    """The candidates behind the facts whose old and new values a change shows: a total that follows from a rate."""
    before, after = document.old.get("facts", {}), document.new.get("facts", {})
    found: list[Cause] = []
    paths, values = document.facts
    for path in dict.fromkeys(paths[at] for at in values.shown(change.old, change.new)):
        fact = path.partition(".")[0].removesuffix("[]")
        reads = {*document.old.get("reads", {}).get(fact, ()), *document.new.get("reads", {}).get(fact, ())}
        reads |= {*_fields(before.get(path)), *_fields(after.get(path))}
        found += [one for one in document.candidates if one.kind == "profile field" and one.name in reads]
    return found


def _texts(value: Any) -> Sequence[str]:
    return [value_text(one) for one in value] if isinstance(value, list) else [value_text(value)]


def _fields(value: Any) -> Iterable[str]:
    for one in value if isinstance(value, list) else ():
        yield from one.get("fields", ()) if isinstance(one, dict) else ()


def _findings(file: FileDiff, changes: Sequence[Change], document: _Document) -> Iterator[str]:
    for which in document.edited:
        yield f"{file.path}: the {which} file is not the one its manifest lists: it was edited after it was built."
    unknown = [change.number for change in changes if change.causes == (NO_CAUSE,)]
    if unknown:
        many = ", ".join(str(one) for one in unknown[:SHOWN]) + (
            f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
        )
        yield f"{file.path}: no known cause for change {many}: nothing that the manifests record went into it differently."

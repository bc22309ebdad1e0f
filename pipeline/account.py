"""A finished pack → its manifest: what it holds, what each document was made from, and what was found."""

import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipeline.digests import files_group
from pipeline.figure import Figure, Status, Unknown
from pipeline.findings import outstanding_needs
from pipeline.finish.package import read_parts
from pipeline.manifest import Manifest, ManifestDocument, digest
from pipeline.pack import Pack, PreparedDocument, RenderedDocument
from pipeline.profile import Profile
from pipeline.record import entry_of, fields_of
from pipeline.reference import Reference
from pipeline.text import UNREADABLE

LIBRARIES = ("babel", "docxtpl", "holidays", "jinja2", "lxml", "openpyxl", "pydantic", "python-docx")
LONGEST = 200
SHORT = 16


def make_manifest(pack: Pack) -> Manifest:
    """Account for a pack; the digests of profile and reference data are of what was read, comments apart."""
    plan = pack.plan
    return Manifest(
        locality=plan.profile.slug,
        authority=plan.authority.name_en,
        nation=plan.nation.value,
        model=plan.model.value,
        mode=plan.mode.value,
        state=plan.mode.value,
        prepared_on=plan.prepared_on.isoformat(),
        profile_digest=digest(repr(plan.profile).encode()),
        reference_digest=_digests(plan.reference).whole,
        engine=engine(),
        documents=tuple(_document(document) for document in pack.documents),
        findings=tuple(
            {"severity": one.severity.value, "document": one.document, "place": one.place, "message": one.message}
            for one in pack.findings
        ),
        outstanding=outstanding_needs(pack.documents),
        version=plan.profile.control.version,
        number=pack.supersedes.number + 1 if pack.supersedes else 1,
        supersedes=pack.supersedes,
        profile=profile_fields(plan.profile),
        reference=reference_entries(plan.reference, [one.prepared for one in pack.documents]),
    )


def profile_fields(profile: Profile) -> dict[str, Any]:
    """Give every field of a profile: figures with status, source and date, other values as they are."""
    return {path: _field(value) for path, value in fields_of(profile)}


def reference_entries(reference: Reference, documents: Iterable[PreparedDocument]) -> dict[str, str]:
    """Give the digest of each entry of the reference data that the facts of some document read."""
    digests = _digests(reference).entries
    read: set[str] = set().union(*(_entries(paths) for one in documents for paths in one.reads.values()))
    return {entry: digests[entry] for entry in sorted(read & digests.keys())}


@lru_cache(maxsize=1024)  # the documents of a pack share most of their facts, and packs what is of the reference data alone
def _entries(reads: frozenset[str]) -> frozenset[str]:
    return frozenset(map(entry_of, filter(is_reference, reads)))


@dataclass(frozen=True)
class _Digests:
    """The digest of reference data and of every entry of it."""

    reference: Reference | None = None
    whole: str = ""
    entries: Mapping[str, str] = field(default_factory=dict)


_latest = _Digests()


def _digests(reference: Reference) -> _Digests:
    """Digest reference data once for all packs that are made from it."""
    global _latest  # noqa: PLW0603 - comparing two would take longer than digesting one
    if _latest.reference is not reference:
        entries: dict[str, list[str]] = {}
        for path, value in fields_of(reference):
            entries.setdefault(entry_of(path), []).append(f"{path}={value!r}")
        short = {entry: digest("\n".join(values).encode())[:SHORT] for entry, values in entries.items()}
        _latest = _Digests(reference, digest(repr(reference).encode()), short)
    return _latest


def is_reference(path: str) -> bool:
    """Say whether a path that was read leads into the reference data and not into the profile."""
    return path.startswith("reference.")


def inputs_digest(document: PreparedDocument) -> str:
    """Digest everything that the bytes of a document come from besides its template and the engine."""
    edition, properties = json.dumps(document.planned.edition), _ENCODER.encode(document.properties)
    facts = ", ".join(f"[{json.dumps(path)}, {_text(_Same(values))}]" for path, values in sorted(document.facts.items()))
    return digest(f"[{edition}, {properties}, [{facts}]]".encode())


class _Same:
    """A fact's values as a key: the same as themselves alone, since equal values may be written differently."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[object, ...]) -> None:
        self.values = values

    def __hash__(self) -> int:
        return id(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.values is other.values


@lru_cache(maxsize=2048)
def _text(fact: _Same) -> str:
    return _ENCODER.encode(fact.values)


def _exact(value: object) -> Any:
    """Give a value as JSON with nothing left out; anything of no fixed order or form is a bug."""
    if isinstance(value, Figure):
        return ["figure", value.value, value.unit, value.source, value.as_at, value.status, value.fields]
    if isinstance(value, Unknown):
        return ["unknown", value.needs, value.unit, value.note]
    if isinstance(value, Decimal | date):
        return [type(value).__name__, str(value)]
    raise TypeError(f"a fact holds {type(value).__name__}, which is not plain data")


_ENCODER = json.JSONEncoder(default=_exact, sort_keys=True)


def _document(document: RenderedDocument) -> ManifestDocument:
    planned, prepared = document.planned, document.prepared
    made = ManifestDocument(
        kind=planned.document.kind,
        edition=planned.edition.value,
        path=planned.name,
        title=planned.document.title,
        ocds_type=planned.document.ocds_type,
        template=planned.template.name,
        template_origin=planned.template.origin,
        template_digest=digest(planned.template.content),
        inputs_digest=inputs_digest(prepared),
        file_digest=digest(document.content),
        part_digests=_part_digests(document),
        facts={path: _told(_Same(values)) for path, values in sorted(document.facts.items())},
        reads={name: _fields(reads) for name, reads in prepared.reads.items()},
        provisions=prepared.provisions,
        ids=document.ids,
        outstanding=document.needs,
    )
    if document.detached is None:
        return made
    mine = {"file_digest": made.file_digest, "part_digests": made.part_digests, "detached": True}
    mine["built_from"] = document.detached.get("built_from") or document.built_from
    return replace(made, **{**document.detached, **mine})


def _part_digests(document: RenderedDocument) -> dict[str, str]:
    try:
        return {name: digest(part) for name, part in sorted(read_parts(document.content).items())}
    except UNREADABLE:
        if document.detached is not None:
            return {}  # whatever a person saved there
        raise


@lru_cache(maxsize=2048)
def _told(fact: _Same) -> Any:
    return fact_json(fact.values)


def fact_json(values: tuple[object, ...]) -> Any:
    """Give a fact's values: figures one by one with what is behind them, one plain value as it is, other lists by digest."""
    plain = [_plain(value) for value in values]
    if any(isinstance(value, Figure | Unknown) for value in values):
        return plain
    if len(plain) == 1 and not isinstance(plain[0], dict | list):
        return plain[0]
    return f"sha256:{digest(json.dumps(plain, sort_keys=True).encode())}"


@lru_cache(maxsize=1024)
def _fields(reads: frozenset[str]) -> tuple[str, ...]:
    """Keep profile fields whole and name reference data by file: reference.legal_register, not each of its cells."""
    return tuple(sorted(set(map(_source, reads))))


@lru_cache(maxsize=16_384)
def _source(read: str) -> str:
    return ".".join(read.split(".")[:2]).partition("[")[0] if is_reference(read) else read


def _field(value: object) -> Any:
    plain = _plain(value)
    if isinstance(value, Figure):
        return {**{name: plain[name] for name in plain if name != "fields"}, "source": value.source, "as_at": _plain(value.as_at)}
    if isinstance(value, Unknown):
        return {"value": None, "status": plain["status"], "note": value.note}
    return plain


def _plain(value: object) -> Any:
    """Give a fact as JSON: a figure with status and the fields behind it, a long text as its digest."""
    if isinstance(value, str):
        return f"sha256:{digest(str(value).encode())}" if len(value) > LONGEST else value
    if isinstance(value, Figure | Unknown):
        return _plain_figure(value)
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _plain_figure(value: Figure[Any] | Unknown) -> dict[str, Any]:
    if isinstance(value, Unknown):
        return {"value": None, "status": Status.TO_BE_CONFIRMED.value, "fields": list(value.needs)}
    plain = {"value": _plain(value.value), "status": value.status.value, "fields": list(value.fields)}
    return {**plain, "unit": value.unit} if value.unit else plain


@cache
def engine() -> dict[str, str]:
    """The digest of this package's own sources and the versions of the libraries that shape the output."""
    root = Path(__file__).parent
    sources = b"".join(path.relative_to(root).as_posix().encode() + path.read_bytes() for path in sorted(root.rglob("*.py")))
    return {"pipeline": digest(sources), **{name: importlib.metadata.version(name) for name in LIBRARIES}}


@cache
def library_group() -> str:
    """Name, for the index, the files that say which versions of those libraries are installed."""
    files = [one.locate() for name in LIBRARIES for one in importlib.metadata.files(name) or () if one.name == "METADATA"]
    return files_group(*(Path(str(file)) for file in files))

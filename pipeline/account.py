"""A finished pack → its manifest: what it holds, what each document was made from, and what was found."""

import importlib.metadata
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.figure import Figure, Status, Unknown
from pipeline.findings import outstanding_needs
from pipeline.finish.package import read_parts
from pipeline.manifest import Manifest, ManifestDocument, digest
from pipeline.pack import Pack, RenderedDocument

LIBRARIES = ("babel", "docxtpl", "holidays", "jinja2", "lxml", "openpyxl", "pydantic", "python-docx")
LONGEST = 200


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
        reference_digest=digest(repr(plan.reference).encode()),
        engine=engine(),
        documents=tuple(_document(document) for document in pack.documents),
        findings=tuple(
            {"severity": one.severity.value, "document": one.document, "place": one.place, "message": one.message}
            for one in pack.findings
        ),
        outstanding=outstanding_needs(pack.documents),
        version=plan.profile.control.version,
    )


def _document(document: RenderedDocument) -> ManifestDocument:
    planned = document.planned
    return ManifestDocument(
        kind=planned.document.kind,
        edition=planned.edition.value,
        path=planned.name,
        title=planned.document.title,
        ocds_type=planned.document.ocds_type,
        template=planned.template.name,
        template_origin=planned.template.origin,
        template_digest=digest(planned.template.content),
        file_digest=digest(document.content),
        part_digests={name: digest(part) for name, part in sorted(read_parts(document.content).items())},
        facts={path: _fact(values) for path, values in sorted(document.facts.items())},
        reads={name: _fields(reads) for name, reads in document.reads.items()},
        provisions=document.provisions,
        ids=document.ids,
        outstanding=document.needs,
    )


def _fact(values: tuple[object, ...]) -> Any:
    """Give a fact's values: figures one by one with what is behind them, one plain value as it is, other lists by digest."""
    plain = [_plain(value) for value in values]
    if any(isinstance(value, Figure | Unknown) for value in values):
        return plain
    if len(plain) == 1 and not isinstance(plain[0], dict | list):
        return plain[0]
    return f"sha256:{digest(json.dumps(plain, sort_keys=True).encode())}"


def _fields(reads: tuple[str, ...]) -> tuple[str, ...]:
    """Keep profile fields whole and name reference data by file: reference.legal_register, not each of its cells."""
    return tuple(
        sorted({".".join(read.split(".")[:2]).partition("[")[0] if read.startswith("reference.") else read for read in reads})
    )


def _plain(value: object) -> Any:
    """Give a fact as JSON: a figure with status and the fields behind it, a long text as its digest."""
    if isinstance(value, Figure):
        plain = {"value": _plain(value.value), "status": value.status.value, "fields": list(value.fields)}
        return {**plain, "unit": value.unit} if value.unit else plain
    if isinstance(value, Unknown):
        return {"value": None, "status": Status.TO_BE_CONFIRMED.value, "fields": list(value.needs)}
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    is_long = isinstance(value, str) and len(value) > LONGEST
    return f"sha256:{digest(str(value).encode())}" if is_long else value


@cache
def engine() -> dict[str, str]:
    """The digest of this package's own sources and the versions of the libraries that shape the output."""
    root = Path(__file__).parent
    sources = b"".join(path.relative_to(root).as_posix().encode() + path.read_bytes() for path in sorted(root.rglob("*.py")))
    return {"pipeline": digest(sources), **{name: importlib.metadata.version(name) for name in LIBRARIES}}

"""The nouns of the route: document declarations, the plan of a pack, rendered documents, findings, and the pack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.manifest import Predecessor
from pipeline.profile import CommissioningModel, Nation, Profile
from pipeline.reference import Authority, Reference


class Edition(StrEnum):
    """For whom a document is made: the authority itself, or bidders."""

    INTERNAL = "internal"
    ISSUE = "issue"


class Mode(StrEnum):
    """A draft may hold outstanding items; a final pack may not."""

    DRAFT = "draft"
    FINAL = "final"


class Severity(StrEnum):
    """How much a finding matters: a fault blocks every mode, outstanding and infeasible block final, a note blocks none."""

    FAULT = "fault"
    OUTSTANDING = "outstanding"
    INFEASIBLE = "infeasible"
    NOTE = "note"


ALL_MODELS = frozenset(CommissioningModel)


@dataclass(frozen=True)
class Document:
    """One document kind as the catalogue declares it."""

    kind: str
    title: str
    template: str
    editions: frozenset[Edition]
    context: str
    applies_to: frozenset[CommissioningModel] = ALL_MODELS
    ocds_type: str = ""

    @property
    def suffix(self) -> str:
        """The file name's ending, with its dot."""
        return Path(self.template).suffix


@dataclass(frozen=True)
class Template:
    """One template file as read: its name, where it came from (standard, profile or trial) and its bytes."""

    name: str
    origin: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class PlannedDocument:
    """One document in one edition, with the template it will be made from."""

    document: Document
    edition: Edition
    template: Template

    @property
    def name(self) -> str:
        """Where the document goes inside the pack: internal/service-specification.docx."""
        return f"{self.edition}/{self.document.kind}{self.document.suffix}"


@dataclass(frozen=True, eq=False)
class PackPlan:
    """Everything a pack is made from; the same plan always gives the same pack. Two plans are never compared."""

    profile: Profile
    reference: Reference
    authority: Authority
    nation: Nation
    model: CommissioningModel
    mode: Mode
    documents: tuple[PlannedDocument, ...] = ()

    @property
    def prepared_on(self) -> date:
        """The pack's date, which fixes the law it cites."""
        return self.profile.prepared_on


@dataclass(frozen=True)
class Finding:
    """Something a reader of the pack has to know: where it is and what to do about it."""

    severity: Severity
    document: str
    place: str
    message: str


@dataclass(frozen=True)
class PreparedDocument:
    """One document before it is rendered: what its template gets, what of that it uses, and what it waits for.

    `facts` are the values at the paths it uses, `reads` what the facts were read from, `properties` the file's core properties.
    """

    planned: PlannedDocument
    values: Mapping[str, object] = field(repr=False)
    facts: Mapping[str, tuple[object, ...]] = field(repr=False)
    reads: Mapping[str, frozenset[str]] = field(repr=False)
    properties: Mapping[str, Any] = field(repr=False)
    provisions: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class RenderedDocument:
    """One finished document: what it was made from, its bytes and the ids it holds.

    For one that a person keeps as edited, `detached` is its entry in the manifest, from when that was last built, and
    `built_from` the rest of what that manifest says it was made from. `fallback` says why docxtpl itself had to render it, ""
    where it had not.
    """

    prepared: PreparedDocument
    content: bytes = field(repr=False)
    ids: tuple[str, ...]
    detached: Mapping[str, Any] | None = field(default=None, repr=False)
    fallback: str = ""
    built_from: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def planned(self) -> PlannedDocument:
        """What was planned."""
        return self.prepared.planned

    @property
    def facts(self) -> Mapping[str, tuple[object, ...]]:
        """The values at the paths it uses."""
        return self.prepared.facts

    @property
    def needs(self) -> tuple[str, ...]:
        """The profile fields it waits for."""
        return self.prepared.needs


@dataclass(frozen=True)
class Pack:
    """A complete pack in memory with what was found in it, and the issued pack it supersedes."""

    plan: PackPlan
    documents: tuple[RenderedDocument, ...]
    findings: tuple[Finding, ...] = ()
    supersedes: Predecessor | None = None

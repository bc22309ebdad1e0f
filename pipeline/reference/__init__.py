"""The reference data as frozen types: inputs/reference/ as plain data in, checked values out; nothing is read here."""

from collections.abc import Iterable, Sequence
from typing import Protocol, Self

from pydantic import model_validator

from pipeline.reference.base import Entry, Strict, TitledEntry
from pipeline.reference.change import DesignRule
from pipeline.reference.law import Authority, LegalRegister, Provision, SupersededName
from pipeline.reference.names import (
    Cohort,
    EditionLabel,
    ModelLabel,
    Names,
    NationLabel,
    RegimeLabel,
    RoleLabel,
    ServiceLabel,
    StandingNotice,
    WelshTitle,
    WelshWording,
)
from pipeline.reference.procurement import (
    Criterion,
    EngagementPhase,
    EngagementRow,
    ModelAppraisal,
    Notice,
    Notices,
    Options,
    Risk,
    Scale,
    ScaleStep,
    ScoredOption,
    SelectionStep,
    SourcingRoute,
    Stage,
    Suitability,
    WorkedExample,
)
from pipeline.reference.quality import (
    IndividualOutcome,
    IStatement,
    Kpi,
    Link,
    Measure,
    NationalMeasure,
    Outcomes,
    PriceLine,
    ServiceOutcome,
    Standard,
    Thread,
)
from pipeline.reference.rates import MinimumPrice, Point, Rates

__all__ = [
    "Authority",
    "Cohort",
    "Criterion",
    "DesignRule",
    "EditionLabel",
    "EngagementPhase",
    "EngagementRow",
    "Entry",
    "IStatement",
    "IndividualOutcome",
    "Kpi",
    "LegalRegister",
    "Link",
    "Measure",
    "MinimumPrice",
    "ModelAppraisal",
    "ModelLabel",
    "Names",
    "NationLabel",
    "NationalMeasure",
    "Notice",
    "Notices",
    "Options",
    "Outcomes",
    "Point",
    "PriceLine",
    "Provision",
    "Rates",
    "Reference",
    "RegimeLabel",
    "Risk",
    "RoleLabel",
    "Scale",
    "ScaleStep",
    "ScoredOption",
    "SelectionStep",
    "ServiceLabel",
    "ServiceOutcome",
    "SourcingRoute",
    "Stage",
    "Standard",
    "StandingNotice",
    "Suitability",
    "SupersededName",
    "Thread",
    "TitledEntry",
    "WelshTitle",
    "WelshWording",
    "WorkedExample",
]


class Reference(Strict):
    """Everything in inputs/reference/, a field per file; ids are unique and references between files resolve."""

    authorities: tuple[Authority, ...]
    legal_register: LegalRegister
    outcomes: Outcomes
    kpis: tuple[Kpi, ...]
    standards: tuple[Standard, ...]
    price_lines: tuple[PriceLine, ...]
    golden_thread: tuple[Thread, ...]
    notices: Notices
    stages: tuple[Stage, ...]
    engagement: tuple[EngagementRow, ...]
    engagement_phases: tuple[EngagementPhase, ...]
    design_rules: tuple[DesignRule, ...]
    rates: Rates
    options: Options
    risks: tuple[Risk, ...]
    suitability: Suitability
    names: Names

    @model_validator(mode="after")
    def _ids_resolve(self) -> Self:
        """Report every repeated id and every reference to an id that does not exist, all at once."""
        provisions = _ids(self.legal_register.provisions)
        outcomes = [one.id for service in self.outcomes.service_level for one in service.individual]
        every_outcome = [*_ids(self.outcomes.service_level), *outcomes]
        threads = [one.outcome for one in self.golden_thread]
        criteria = [one.id for one in self.options.criteria if one.scored]
        problems = [
            *_repeats("authorities.csv", [one.gss_code for one in self.authorities]),
            *_repeats("legal-register.yaml", provisions),
            *_repeats("outcomes.yaml", [*every_outcome, *_ids(self.outcomes.measures)]),
            *_repeats("golden-thread.yaml", threads),
            *_repeats("notices.yaml", [one.number for one in self.notices.notices]),
            *_repeats("rates.yaml", _rate_ids(self.rates)),
            *(
                problem
                for name, entries in (
                    ("kpis", self.kpis),
                    ("stages", self.stages),
                    ("standards", self.standards),
                    ("price-lines", self.price_lines),
                    ("engagement", self.engagement),
                    ("engagement-phases", self.engagement_phases),
                    ("design-rules", self.design_rules),
                    ("options", self.options.routes),
                    ("risks", self.risks),
                )
                for problem in _repeats(f"{name}.yaml", _ids(entries))
            ),
            *_dangling("legal-register.yaml", (p.part_of for p in self.legal_register.provisions if p.part_of), provisions),
            *_dangling(
                "legal-register.yaml",
                (p.supersedes for p in self.legal_register.provisions if p.supersedes),
                provisions,
            ),
            *_dangling("engagement.yaml", (one for row in self.engagement for one in (*row.duties, *row.provisions)), provisions),
            *_dangling("engagement.yaml", (row.phase for row in self.engagement), _ids(self.engagement_phases)),
            *_dangling("golden-thread.yaml", threads, every_outcome),
            *_dangling("golden-thread.yaml", _linked(self.golden_thread, "indicators"), _ids(self.kpis)),
            *_dangling("golden-thread.yaml", _linked(self.golden_thread, "price_lines"), _ids(self.price_lines)),
            *_dangling("golden-thread.yaml", _linked(self.golden_thread, "actions"), _ids(self.engagement)),
            *(f"golden-thread.yaml: {one}: has no thread. Add one." for one in every_outcome if one not in threads),
            *_dangling("outcomes.yaml", (row.outcome for row in self.outcomes.measures), outcomes),
            *_dangling("options.yaml", (key for o in self.options.worked_example.options for key in o.scores), criteria),
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self


class _Identified(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """The id."""


def _ids(entries: Iterable[_Identified]) -> list[str]:
    """Take entries and give their ids in order."""
    return [one.id for one in entries]


def _linked(threads: Iterable[Thread], kind: str) -> list[str]:
    """Take the golden thread and give the ids its links of one kind lead to."""
    return [link.id for thread in threads for link in getattr(thread, kind)]


def _rate_ids(rates: Rates) -> list[str]:
    """Take the rates and give the ids of every group in order."""
    points = (getattr(rates, name) for name in Rates.model_fields)
    return [one.id for group in points for one in group]


def _repeats(file: str, ids: Sequence[str]) -> list[str]:
    """Take a file's ids and give a message for each that occurs more than once."""
    return [
        f"{file}: {one}: used more than once. Give each entry its own id." for one in sorted({i for i in ids if ids.count(i) > 1})
    ]


def _dangling(file: str, used: Iterable[str], known: Sequence[str]) -> list[str]:
    """Take the ids a file refers to and give a message for each that is not known."""
    return [f"{file}: {one}: no such id. Add it or correct the reference." for one in sorted(set(used) - set(known))]

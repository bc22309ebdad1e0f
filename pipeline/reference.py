"""The reference data as frozen types: the text of inputs/reference/ in, checked values out; no file is read here."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Protocol, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Status = Literal["confirmed", "indicative", "to-be-confirmed"]
DateStatus = Literal["confirmed", "to-be-confirmed"]
Nation = Literal["Wales", "England"]
Language = Literal["English", "Welsh"]
ModelName = Literal["care-planning", "reward", "population"]
MeasureClass = Literal["input", "process", "output", "outcome"]
Level = Literal["low", "medium", "high"]
OwnerRole = Literal[
    "sro",
    "commissioner",
    "procurement",
    "legal",
    "finance",
    "quality",
    "engagement",
    "practice",
    "workforce",
    "digital",
    "health",
    "communications",
]
MeasureOwner = OwnerRole | Literal["provider"]
Topic = Literal[
    "procurement",
    "care",
    "regulation",
    "workforce",
    "equality",
    "language",
    "data",
    "money",
    "health-procurement",
    "change-in-law",
    "practice",
]


def _absent(value: object) -> object:
    """Turn the spellings of "no value" that survive a text-only reader into None; leave anything else alone."""
    return None if isinstance(value, str) and value.strip() in {"", "null", "~"} else value


Text = Annotated[str, Field(min_length=1)]
OptionalText = Annotated[str | None, BeforeValidator(_absent)]
OptionalDate = Annotated[date | None, BeforeValidator(_absent)]
OptionalNumber = Annotated[Decimal | None, BeforeValidator(_absent)]
OptionalCount = Annotated[int | None, BeforeValidator(_absent)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
Nations = Annotated[tuple[Nation, ...], Field(min_length=1)]
ModelNames = Annotated[tuple[ModelName, ...], Field(min_length=1)]


class Strict(BaseModel):
    """Base of every type here: unknown fields are refused and values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Entry(Strict):
    """Anything with an origin: where it comes from and how far it can be relied on."""

    source: Text
    status: Status


class Authority(Strict):
    """One row of authorities.csv: a contracting authority; verified is "no" when any field of the row was not seen."""

    name_en: Text
    name_cy: OptionalText
    gss_code: Text
    nation: Nation
    kind: Literal["council", "health-board"]
    health_board: OptionalText
    partnership_board: OptionalText
    source: Text
    verified: bool


class Provision(Entry):
    """One entry of the legal register. An empty end date with to_status "confirmed" means no end is known or expected.

    `standing` says how an entry without a start date is read; `part_of` names the instrument a section belongs to.
    """

    id: Text
    nation: Nations
    title: Text
    short: Text
    part_of: OptionalText
    effective_from: OptionalDate
    from_status: DateStatus
    effective_to: OptionalDate
    to_status: DateStatus
    date_note: OptionalText
    standing: Literal["in-force", "ended", "planned", "to-be-confirmed"]
    supersedes: OptionalText
    why_it_matters: Text
    topics: Annotated[tuple[Topic, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _dates_are_honest(self) -> Self:
        """Refuse a confirmed start that is missing and a period that runs backwards."""
        if self.effective_from is None and self.from_status == "confirmed":
            raise ValueError(f"{self.id}: effective_from is missing, so from_status must be to-be-confirmed.")
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError(f"{self.id}: effective_to is before effective_from. Correct one of them.")
        return self


class SupersededName(Entry):
    """A name found in older material and what stands in its place today."""

    old: Text
    new: Text
    note: Text


class LegalRegister(Strict):
    """legal-register.yaml: provisions and superseded names."""

    provisions: tuple[Provision, ...]
    superseded_names: tuple[SupersededName, ...]


class IndividualOutcome(Strict):
    """An outcome one person may work towards, under a service-level outcome."""

    id: Text
    title: Text
    wording: Text


class ServiceOutcome(Entry):
    """A service-level outcome with the individual outcomes under it."""

    id: Text
    title: Text
    individual: Annotated[tuple[IndividualOutcome, ...], Field(min_length=1)]


class Measure(Entry):
    """One row of the outcome measurement framework."""

    id: Text
    outcome: Text
    measure: Text
    method: Text
    frequency: Text
    owner: MeasureOwner
    measure_class: MeasureClass = Field(alias="class")


class NationalMeasure(Entry):
    """One of the 2015 national measures that bear on home care; legacy vocabulary."""

    number: int
    title: Text


class TitledEntry(Entry):
    """An id with a title: headline outcomes, provider expectations, suitability tests."""

    id: Text
    title: Text


class IStatement(Entry):
    """A statement in the person's voice and the smaller statements that support it."""

    id: Text
    statement: Text
    supports: Texts


class Outcomes(Strict):
    """outcomes.yaml: the outcome catalogue."""

    service_level: tuple[ServiceOutcome, ...]
    measures: tuple[Measure, ...]
    national_measures: tuple[NationalMeasure, ...]
    headline: tuple[TitledEntry, ...]
    expectations: tuple[TitledEntry, ...]
    i_statements: tuple[IStatement, ...]


class Kpi(Entry):
    """A key performance indicator; `status` speaks of its target, which is words until an authority sets it."""

    id: Text
    title: Text
    measure: Text
    method: Text
    frequency: Text
    owner: MeasureOwner
    measure_class: MeasureClass = Field(alias="class")
    models: ModelNames
    target: Text


class Standard(Entry):
    """A service standard of the specification: a number with its unit, for the models that use it."""

    id: Text
    title: Text
    value: int
    unit: Text
    models: ModelNames
    fixed_in_wales: bool


class Notice(Entry):
    """A procurement notice and whether a light-touch home care procurement needs it."""

    number: Text
    name: Text
    when: Text
    applies: Nations
    needed: Literal["mandatory", "conditional", "optional", "not-applicable"]
    note: Text


class SelectionStep(Entry):
    """A step of the Provider Selection Regime in Wales; the standstill is empty where its length is unknown."""

    id: Text
    title: Text
    when: Text
    note: Text
    standstill_working_days: OptionalCount = None


class Notices(Strict):
    """notices.yaml: the numbered notices, and the steps of the health regime."""

    notices: tuple[Notice, ...]
    psr_wales: tuple[SelectionStep, ...]


class Stage(Entry):
    """A stage of the timetable in weeks, with what a commissioning model adds."""

    id: Text
    name: Text
    weeks_low: int = Field(ge=0)
    weeks_high: int = Field(ge=0)
    weeks_default: int = Field(ge=0)
    extra_weeks: dict[ModelName, int]
    standstill_working_days: OptionalCount = None
    owner_role: OwnerRole
    note: Text

    @model_validator(mode="after")
    def _default_in_range(self) -> Self:
        """Refuse a default outside the range it was chosen from."""
        if not self.weeks_low <= self.weeks_default <= self.weeks_high:
            raise ValueError(f"{self.id}: weeks_default must lie between weeks_low and weeks_high.")
        return self


class EngagementRow(Entry):
    """One row of the engagement checklist; the offset counts weeks from the anchor, negative before it."""

    id: Text
    phase: Literal["prepare", "design", "market", "tender", "award", "mobilise", "live"]
    audience: Text
    action: Text
    method: Text
    models: ModelNames
    nations: Nations
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    due_offset_weeks: int
    anchor: Literal["contract-start", "tender", "award"]
    owner_role: OwnerRole
    evidence: Text
    trigger: Text
    provisions: tuple[Text, ...]


class Point(Entry):
    """A published or derived number; an empty value is one that was looked for and not found."""

    id: Text
    title: Text
    value: OptionalNumber
    unit: Text
    nations: Nations
    period: OptionalText
    as_at: OptionalDate
    note: OptionalText


class MinimumPrice(Entry):
    """The Homecare Association's minimum price for an hour in one period, and the base pay it rests on."""

    id: Text
    period: Text
    nations: Nations
    price: OptionalNumber
    base_pay: OptionalNumber
    base_pay_status: Status
    pay_basis: Text
    as_at: OptionalDate
    note: OptionalText


class Rates(Strict):
    """rates.yaml: published points of price, pay, threshold and arithmetic, by group."""

    minimum_prices: tuple[MinimumPrice, ...]
    breakdown_2020_21: tuple[Point, ...]
    pay: tuple[Point, ...]
    cost_assumptions: tuple[Point, ...]
    market: tuple[Point, ...]
    thresholds: tuple[Point, ...]
    charging: tuple[Point, ...]
    reward_tariff: tuple[Point, ...]
    population_price: tuple[Point, ...]
    norfolk_2014: tuple[Point, ...]


class SourcingRoute(Entry):
    """A way of sourcing the service, for the route appraisal."""

    id: Text
    name: Text
    what: Text
    fits: tuple[ModelName, ...]
    strengths: Texts
    weaknesses: Texts


class Criterion(Entry):
    """An appraisal criterion; the one with scored "false" is a pass test outside the total."""

    id: Text
    title: Text
    scored: bool


class ScaleStep(Strict):
    """A score and what it means."""

    score: int
    label: Text


class ScoredOption(Strict):
    """An option with its score for each criterion, its total and its result on the unscored test."""

    id: Text
    title: Text
    scores: dict[str, int]
    total: int
    test: int

    @model_validator(mode="after")
    def _total_adds_up(self) -> Self:
        """Refuse a total that is not the sum of the scores."""
        if sum(self.scores.values()) != self.total:
            raise ValueError(f"{self.id}: total is not the sum of the scores.")
        return self


class WorkedExample(Entry):
    """A published appraisal: its scale and its scored options."""

    title: Text
    note: Text
    scale: tuple[ScaleStep, ...]
    options: tuple[ScoredOption, ...]


class Options(Strict):
    """options.yaml: sourcing routes, the criteria to score them by, and one appraisal as published."""

    routes: tuple[SourcingRoute, ...]
    criteria: tuple[Criterion, ...]
    worked_example: WorkedExample


class Risk(Entry):
    """A risk with its cause, effect and response."""

    id: Text
    risk: Text
    cause: Text
    effect: Text
    response: Text
    owner_role: OwnerRole
    likelihood: Level
    impact: Level
    models: ModelNames
    nations: Nations


class ModelAppraisal(Entry):
    """Strengths and weaknesses of one commissioning model."""

    model: ModelName
    title: Text
    summary: Text
    strengths: Texts
    weaknesses: Texts


class Suitability(Strict):
    """suitability.yaml: when outcomes-based commissioning fits, what it needs, and how the models compare."""

    circumstances: tuple[TitledEntry, ...]
    conditions: tuple[TitledEntry, ...]
    models: tuple[ModelAppraisal, ...]


class ModelLabel(Strict):
    """What a commissioning model is called."""

    id: ModelName
    number: int
    name: Text


class EditionLabel(Strict):
    """What an edition is called."""

    id: Literal["internal", "issue"]
    title: Text


class NationLabel(Strict):
    """The bodies and terms of a nation."""

    id: Nation
    inspectorate: Text
    voice_body: Text
    plan_name: Text
    care_act: Text


class ServiceLabel(Strict):
    """What a service is called."""

    id: Literal["social-care", "health-care"]
    title: Text


class RegimeLabel(Strict):
    """What a procurement regime is called."""

    id: Literal["light-touch", "psr-wales", "psr-england"]
    name: Text


class RoleLabel(Strict):
    """What a role of the governance section is called."""

    id: OwnerRole
    title: Text


class Cohort(Strict):
    """A group of people the service is for (IPC discussion paper 2016, section 4)."""

    id: Text
    name: Text
    description: Text


class StandingNotice(Strict):
    """What the cover and every page say about who stands behind the pack; empty where the authority does."""

    id: Literal["authority", "illustrative", "invented"]
    cover: str
    page: str


class WelshTitle(Strict):
    """A document's title in Welsh."""

    id: Text
    title: Text


class WelshWording(Strict):
    """The Welsh of covers and of the statement on tenders, with how far it has been checked."""

    status: Status
    titles: tuple[WelshTitle, ...]
    tender_statement: Text


class Names(Strict):
    """names.yaml: what things are called in documents."""

    models: tuple[ModelLabel, ...]
    editions: tuple[EditionLabel, ...]
    nations: tuple[NationLabel, ...]
    services: tuple[ServiceLabel, ...]
    regimes: tuple[RegimeLabel, ...]
    roles: tuple[RoleLabel, ...]
    cohorts: tuple[Cohort, ...]
    notices: tuple[StandingNotice, ...]
    welsh: WelshWording


class Reference(Strict):
    """Everything in inputs/reference/, a field per file; ids are unique and references between files resolve."""

    authorities: tuple[Authority, ...]
    legal_register: LegalRegister
    outcomes: Outcomes
    kpis: tuple[Kpi, ...]
    standards: tuple[Standard, ...]
    notices: Notices
    stages: tuple[Stage, ...]
    engagement: tuple[EngagementRow, ...]
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
        criteria = [one.id for one in self.options.criteria if one.scored]
        problems = [
            *_repeats("authorities.csv", [one.gss_code for one in self.authorities]),
            *_repeats("legal-register.yaml", provisions),
            *_repeats("outcomes.yaml", [*_ids(self.outcomes.service_level), *outcomes, *_ids(self.outcomes.measures)]),
            *_repeats("notices.yaml", [one.number for one in self.notices.notices]),
            *_repeats("rates.yaml", _rate_ids(self.rates)),
            *(
                problem
                for name, entries in (
                    ("kpis", self.kpis),
                    ("stages", self.stages),
                    ("standards", self.standards),
                    ("engagement", self.engagement),
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
            *_dangling("engagement.yaml", (one for row in self.engagement for one in row.provisions), provisions),
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

"""Notices, stages, engagement, sourcing routes, risks and suitability."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from pipeline.reference.base import (
    Entry,
    Language,
    Level,
    ModelName,
    ModelNames,
    Nations,
    OptionalCount,
    OptionalText,
    OwnerRole,
    Strict,
    Text,
    Texts,
    TitledEntry,
)

NoticeDate = Literal["engagement_notice", "planned_notice", "tender_notice", "award_notice", "details_notice"]


class Notice(Entry):
    """A procurement notice and whether a light-touch home care procurement needs it.

    `key_date` is the date of the timetable it hangs on (none: it goes out when its occasion arises); `route` is the only
    route that calls for it.
    """

    number: Text
    name: Text
    when: Text
    applies: Nations
    needed: Literal["mandatory", "conditional", "optional", "not-applicable"]
    note: Text
    key_date: NoticeDate | None = None
    route: OptionalText = None


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
    model_notes: dict[ModelName, Text] = Field(default_factory=dict)
    health_name: OptionalText = None
    health_note: OptionalText = None

    @model_validator(mode="after")
    def _default_in_range(self) -> Self:
        """Refuse a default outside the range it was chosen from."""
        if not self.weeks_low <= self.weeks_default <= self.weeks_high:
            raise ValueError(f"{self.id}: weeks_default must lie between weeks_low and weeks_high.")
        return self


PhaseName = Literal["prepare", "design", "market", "tender", "award", "mobilise", "live"]
RegimeName = Literal["light-touch", "psr-wales", "psr-england"]


class EngagementPhase(Entry):
    """A phase of the engagement checklist: its heading and what it is for."""

    id: PhaseName
    title: Text
    purpose: Text


class Scale(Strict):
    """For how large a procurement an action is meant: its lots, and the people supported now."""

    lots: Literal["any", "one", "several"] = "any"
    people_from: OptionalCount = None
    people_below: OptionalCount = None


class EngagementRow(Entry):
    """One row of the engagement checklist; the offset counts weeks from the anchor, negative before it.

    `duties` are provisions that oblige the authority towards people, workers or communities; `provisions` are others that the
    action follows, such as rules of the competition and good practice. `public` marks what a pre-election period stops.
    """

    id: Text
    phase: PhaseName
    audience: Text
    action: Text
    method: Text
    models: ModelNames
    nations: Nations
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    due_offset_weeks: int
    anchor: Literal["engagement", "tender", "decision", "summaries", "award", "contract-start"]
    owner_role: OwnerRole
    evidence: Text
    trigger: Text
    public: bool = False
    duties: tuple[Text, ...] = ()
    provisions: tuple[Text, ...] = ()
    regimes: Annotated[tuple[RegimeName, ...], Field(min_length=1)] = get_args(RegimeName)
    scale: Scale = Scale()


class SourcingRoute(Entry):
    """A way of sourcing the service, for the route appraisal."""

    id: Text
    name: Text
    what: Text
    regimes: Annotated[tuple[RegimeName, ...], Field(min_length=1)] = get_args(RegimeName)
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


class PublishedFigure(Entry):
    """A figure that another authority published, and how it was reached."""

    id: Text
    what: Text
    working: Text
    result: Text


class Options(Strict):
    """options.yaml: sourcing routes, the criteria to score them by, and one appraisal as published with its figures.

    An option passes the unscored test from `pass_score` upwards.
    """

    routes: tuple[SourcingRoute, ...]
    criteria: tuple[Criterion, ...]
    pass_score: int = Field(ge=1, le=5)
    worked_example: WorkedExample
    published: tuple[PublishedFigure, ...]


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


class Circumstance(TitledEntry):
    """A circumstance in which outcomes fit, and what in a profile shows it: the specification, cohorts or response time."""

    shown_by: Literal["specification", "cohorts", "response-time"]
    cohorts: tuple[Text, ...] = ()
    within_hours: OptionalCount = None


class Condition(TitledEntry):
    """A condition that has to be in place: how it is met, who sees to it, and the gateway at which it is tested."""

    how: Text
    owner_role: OwnerRole
    gateway: Text


class Suitability(Strict):
    """suitability.yaml: when outcomes-based commissioning fits, what it needs, and how the models compare.

    Outcomes suit a service in which at least `enough` of the circumstances are found.
    """

    enough: int = Field(ge=1)
    circumstances: tuple[Circumstance, ...]
    conditions: tuple[Condition, ...]
    models: tuple[ModelAppraisal, ...]

"""Notices, stages, engagement, sourcing routes, risks and suitability."""

from typing import Annotated, Literal, Self

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
    health_name: OptionalText = None
    health_note: OptionalText = None

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

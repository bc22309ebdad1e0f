"""Outcomes, measures, indicators and service standards."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from pipeline.reference.base import (
    Entry,
    MeasureClass,
    MeasureOwner,
    ModelNames,
    Nations,
    Service,
    Strict,
    Text,
    Texts,
    TitledEntry,
)


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


class PriceLine(Entry):
    """What a bidder prices under a commissioning model, and the sheet of the pricing schedule where the price stands."""

    id: Text
    title: Text
    unit: Text
    sheet: Text
    models: ModelNames


class Link(Strict):
    """A link of the golden thread to an id of the pack, and where it holds; a bare id holds everywhere."""

    id: Text
    models: ModelNames = ("care-planning", "reward", "population")
    nations: Nations = ("Wales", "England")
    buys: Annotated[tuple[Service, ...], Field(min_length=1)] = ("social-care", "health-care")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, given: Any) -> Any:
        return {"id": given} if isinstance(given, str) else given


class Thread(Strict):
    """What carries one outcome through the pack: requirements, indicators, clauses, price lines and engagement actions."""

    outcome: Text
    requirements: Annotated[tuple[Link, ...], Field(min_length=1)]
    indicators: tuple[Link, ...] = ()
    clauses: tuple[Link, ...] = ()
    price_lines: tuple[Link, ...] = ()
    actions: tuple[Link, ...] = ()

"""What every file of inputs/reference shares: its value types, strictness, and entries with an origin."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Status = Literal["confirmed", "indicative", "to-be-confirmed"]


DateStatus = Literal["confirmed", "to-be-confirmed"]


Nation = Literal["Wales", "England"]


Language = Literal["English", "Welsh"]


ModelName = Literal["care-planning", "reward", "population"]


MeasureClass = Literal["input", "process", "output", "outcome"]


Service = Literal["social-care", "health-care"]


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


class TitledEntry(Entry):
    """An id with a title: headline outcomes, provider expectations, suitability tests."""

    id: Text
    title: Text

"""The value types of a profile: strict parts, legible text, and figures with their units and limits."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    Tag,
)
from pydantic_core import CoreSchema, core_schema

from pipeline.figure import Figure, Status, Unknown, Value
from pipeline.wording import illegal_characters

T = TypeVar("T")
HUNDRED = Decimal(100)
LARGEST = Decimal(10) ** 11  # more than any council spends, and small enough to multiply by hours and years
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]


class Strict(BaseModel):
    """Base of every part of a profile: unknown fields are refused, values cannot be changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", title=None)


def _legible(text: object) -> object:
    """Refuse characters that a Word or Excel file cannot hold."""
    if isinstance(text, str) and (found := illegal_characters(text)):
        message = f"holds the character {found}, which a Word or Excel file cannot hold; remove it"
        raise ValueError(message)
    return text


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), BeforeValidator(_legible)]


RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


def _usable(slug: str) -> str:
    """Refuse the names that Windows keeps for devices."""
    if RESERVED.fullmatch(slug):
        message = f"{slug!r} is a name Windows keeps for itself; choose another"
        raise ValueError(message)
    return slug


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60), AfterValidator(_usable)]


class FigureForm(Strict, Generic[T]):
    """A known figure as a profile writes it."""

    value: T
    source: Text
    as_at: Day | None = None
    status: Literal["confirmed", "indicative"]


class UnknownForm(Strict):
    """An unknown figure as a profile writes it when it adds a note on where to get it."""

    status: Literal["to-be-confirmed"]
    note: Text | None = None


def _form_of(given: object) -> str | None:
    """Tell which of the three ways of writing a figure was used."""
    if given == Status.TO_BE_CONFIRMED:
        return "word"
    if isinstance(given, dict):
        return "unknown" if given.get("status") == Status.TO_BE_CONFIRMED else "figure"
    return None


@dataclass(frozen=True)
class FigureOf:
    """How one figure is checked: its type, unit, smallest and largest value, or the values to choose from."""

    kind: Any
    unit: str = ""
    minimum: Decimal = Decimal(0)
    maximum: Decimal = LARGEST
    choices: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, _source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept a figure, a to-be-confirmed form or the bare word, and give a Figure or an Unknown."""
        forms = Annotated[  # type: ignore[valid-type]
            Annotated[Literal["to-be-confirmed"], Tag("word")]
            | Annotated[UnknownForm, Tag("unknown")]
            | Annotated[FigureForm[self._value_type()], Tag("figure")],  # type: ignore[misc]
            Discriminator(
                _form_of,
                custom_error_type="not_a_figure",
                custom_error_message="is not a figure. Give value, source, as_at and status, or write to-be-confirmed",
            ),
        ]
        return core_schema.no_info_after_validator_function(self._figure, handler.generate_schema(forms))

    def _value_type(self) -> Any:
        if self.choices:
            return Literal[self.choices]
        if self.kind is Decimal:
            return Annotated[Decimal, Field(ge=self.minimum, le=self.maximum, allow_inf_nan=False, max_digits=18)]
        if self.kind is int:
            return Annotated[int, Field(ge=int(self.minimum), le=int(self.maximum))]
        return Text if self.kind is str else Day

    def _figure(self, form: object) -> Figure[Any] | Unknown:
        if isinstance(form, FigureForm):
            return Figure(form.value, self.unit, form.source, form.as_at, Status(form.status))
        return Unknown(unit=self.unit, note=(form.note or "") if isinstance(form, UnknownForm) else "")


def choice(*choices: str) -> FigureOf:
    """Make the field of a decision: a figure whose value is one of the given words."""
    return FigureOf(str, choices=choices)


GROWTH = FigureOf(Decimal, "%", minimum=Decimal(-100), maximum=Decimal(1000))
Money = Annotated[Value[Decimal], FigureOf(Decimal, "£")]
HourlyMoney = Annotated[Value[Decimal], FigureOf(Decimal, "£ per hour", maximum=Decimal(10_000))]
MileMoney = Annotated[Value[Decimal], FigureOf(Decimal, "£ per mile", maximum=Decimal(1_000))]
Percent = Annotated[Value[Decimal], FigureOf(Decimal, "%", maximum=HUNDRED)]
Growth = Annotated[Value[Decimal], GROWTH]
Count = Annotated[Value[int], FigureOf(int, "")]
People = Annotated[Value[int], FigureOf(int, "people")]
Score = Annotated[Value[int], FigureOf(int, "", minimum=Decimal(1), maximum=Decimal(5))]
Hours = Annotated[Value[Decimal], FigureOf(Decimal, "hours")]
WeeklyHours = Annotated[Value[Decimal], FigureOf(Decimal, "hours a week")]
Minutes = Annotated[Value[Decimal], FigureOf(Decimal, "minutes")]
Miles = Annotated[Value[Decimal], FigureOf(Decimal, "miles")]
Years = Annotated[Value[int], FigureOf(int, "years", minimum=Decimal(1), maximum=Decimal(30))]
Months = Annotated[Value[int], FigureOf(int, "months", maximum=Decimal(120))]
Weeks = Annotated[Value[int], FigureOf(int, "weeks", maximum=Decimal(260))]
Date = Annotated[Value[date], FigureOf(date)]
Words = Annotated[Value[str], FigureOf(str)]


def check_adds_to_100(what: str, weights: tuple[Value[Decimal], ...]) -> None:
    """Refuse known weights that do not add to 100; weights still to be confirmed are left alone."""
    known = [weight.value for weight in weights if isinstance(weight, Figure)]
    if len(known) == len(weights) and sum(known) != HUNDRED:
        message = f"{what} add to {sum(known)}, not 100; correct the weights"
        raise ValueError(message)


def check_distinct(what: str, keys: list[str]) -> None:
    """Refuse keys that repeat, with a ValueError naming them."""
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        message = f"{what} repeat {', '.join(repeated)}; each must be different"
        raise ValueError(message)

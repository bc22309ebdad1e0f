"""The locality profile: everything that makes one authority's pack different from another's, checked on the way in.

Every number or date about the world is a figure (value, source, as_at, status) or says that it is to be confirmed.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from pipeline.figure import Figure, Status, Unknown, Value
from pipeline.wording import illegal_characters

T = TypeVar("T")
HUNDRED = Decimal(100)


class CommissioningModel(StrEnum):
    """The three commissioning models of the Home Care Outcomes-based Commissioning Toolkit (Tool 1)."""

    CARE_PLANNING = "care-planning"
    REWARD = "reward"
    POPULATION = "population"


class Nation(StrEnum):
    """The nation whose law applies."""

    WALES = "Wales"
    ENGLAND = "England"


class Standing(StrEnum):
    """Who stands behind a pack: the authority itself, nobody (an illustration), or an invented authority."""

    AUTHORITY = "authority"
    ILLUSTRATIVE = "illustrative"
    INVENTED = "invented"


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
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class FigureForm(Strict, Generic[T]):
    """A known figure as a profile writes it."""

    value: T
    source: Text
    as_at: date | None = None
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
    minimum: Decimal | None = Decimal(0)
    maximum: Decimal | None = None
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
        if self.kind is Decimal or self.kind is int:
            return Annotated[
                self.kind,
                Field(ge=self.minimum, le=self.maximum, allow_inf_nan=False)
                if self.kind is Decimal
                else Field(ge=self.minimum, le=self.maximum),
            ]
        return Text if self.kind is str else self.kind

    def _figure(self, form: object) -> Figure[Any] | Unknown:
        if isinstance(form, FigureForm):
            return Figure(form.value, self.unit, form.source, form.as_at, Status(form.status))
        return Unknown(unit=self.unit, note=(form.note or "") if isinstance(form, UnknownForm) else "")


def _choice(*choices: str) -> FigureOf:
    return FigureOf(str, choices=choices)


PERCENT = FigureOf(Decimal, "%", maximum=HUNDRED)
GROWTH = FigureOf(Decimal, "%", minimum=Decimal(-100), maximum=Decimal(1000))

Money = Annotated[Value[Decimal], FigureOf(Decimal, "£")]
HourlyMoney = Annotated[Value[Decimal], FigureOf(Decimal, "£ per hour")]
MileMoney = Annotated[Value[Decimal], FigureOf(Decimal, "£ per mile")]
Percent = Annotated[Value[Decimal], PERCENT]
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


class InventedAuthority(Strict):
    """Details of an authority that does not exist (for worked examples); a real one is looked up in authorities.csv."""

    nation: Nation
    kind: Literal["council", "health-board"]
    name_cy: Text | None = None
    health_board: Text | None = None
    partnership_board: Text | None = None


class AuthorityChoice(Strict):
    """The contracting authority, by the name it has in inputs/reference/authorities.csv."""

    name: Text
    invented: InventedAuthority | None = None


class CalendarEvent(Strict):
    """A period that bears on the timetable: an election, a recess, a committee date, a budget date."""

    name: Text
    kind: Literal["election", "recess", "committee", "budget"]
    starts: date
    ends: date
    source: Text
    status: Literal["confirmed", "indicative", "to-be-confirmed"]

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.ends < self.starts:
            message = f"ends on {self.ends} before it starts on {self.starts}; put the dates in order"
            raise ValueError(message)
        return self


class Dates(Strict):
    """The dates that matter: the procurement's start fixes the regime, the contract's start the timetable."""

    procurement_start: Date
    contract_start: Date
    current_contracts_end: Date
    legal_review: Date
    calendar: tuple[CalendarEvent, ...] = ()

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        start, contract = self.procurement_start, self.contract_start
        if isinstance(start, Figure) and isinstance(contract, Figure) and contract.value <= start.value:
            message = f"contract_start {contract.value} is not after procurement_start {start.value}; put the dates in order"
            raise ValueError(message)
        return self


class Term(Strict):
    """How long the contract runs; `extensions` is one figure per optional extension, an empty list for none."""

    initial_years: Years
    extensions: tuple[Years, ...]


class Service(Strict):
    """What is bought and for whom."""

    buys: Literal["social-care", "health-care"]
    cohorts: tuple[
        Literal[
            "short-term-recovery",
            "longer-recovery",
            "health-support",
            "long-term-condition",
            "dementia",
            "end-of-life",
            "carer-support",
        ],
        ...,
    ] = Field(min_length=1)
    description: Words
    current_position: Words
    partners: tuple[Text, ...] = ()
    reablement: Annotated[Value[str], _choice("separate", "follow-on", "inside")]
    equipment_by: Annotated[Value[str], _choice("authority", "provider", "health partner")]
    response_hours: Annotated[Value[int], FigureOf(int, "hours", minimum=Decimal(1), maximum=Decimal(720))]
    records_system: Words


class Demand(Strict):
    """Need and present supply (the method of Norfolk's committee paper of 2014, Appendix 1 section 4.1)."""

    population: People
    people_aged_65_plus: People
    people_aged_85_plus: People
    growth_65_plus_percent: Growth
    growth_85_plus_percent: Growth
    growth_years: Years
    using_home_care_percent: Percent
    people_supported: People
    weekly_hours_now: WeeklyHours
    referrals_a_year: Annotated[Value[int], FigureOf(int, "referrals a year")]
    reabled_first_percent: Percent
    providers_now: Annotated[Value[int], FigureOf(int, "providers")]
    average_rate_now: HourlyMoney
    annual_spend_now: Money


class Lot(Strict):
    """One lot (zone): what one contract, or one place on a framework, covers."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,6}$")]
    name: Text
    area: Text
    weekly_hours: WeeklyHours
    people: People
    referrals_a_year: Annotated[Value[int], FigureOf(int, "referrals a year")]
    travel_minutes_per_visit: Minutes
    miles_per_visit: Miles


class BuildUp(Strict):
    """The terms of the hourly price build-up (Homecare Association method); travel is held per visit, per lot."""

    pay_rate: HourlyMoney
    unsocial_enhancement: HourlyMoney
    waiting_minutes_per_visit: Minutes
    holiday_percent: Percent
    training_percent: Percent
    sick_percent: Percent
    notice_percent: Percent
    effective_ni_percent: Percent
    effective_pension_percent: Percent
    mileage_rate: MileMoney
    care_specific_costs: HourlyMoney
    running_percent: Percent
    surplus_percent: Percent
    irrecoverable_vat: HourlyMoney


class VisitLength(Strict):
    """One visit length and the share of contact hours delivered in it."""

    minutes: Annotated[int, Field(ge=15, le=720)]
    share_percent: Percent


class Indexation(Strict):
    """The weights of the annual uplift basket; they add to 100."""

    pay_percent: Percent
    mileage_percent: Percent
    prices_percent: Percent

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _adds_to_100("indexation weights", (self.pay_percent, self.mileage_percent, self.prices_percent))
        return self


class RewardBand(Strict):
    """One outcome band of Model 2 and the hours its tariff stands for (IPC discussion paper 2016, section 8.2)."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,12}$")]
    name: Text
    per: Literal["episode", "week"]
    hours: Hours
    volume_a_year: Annotated[Value[int], FigureOf(int, "a year")]


class RewardTerms(Strict):
    """The money terms of Model 2 (IPC discussion paper 2016, section 8.2)."""

    payment: Annotated[
        Value[str], _choice("outcome-sum", "completion-bonus", "withheld-percentage", "block-aggregate", "profit-share")
    ]
    bands: tuple[RewardBand, ...] = Field(min_length=1)
    upfront_percent: Percent
    expected_achievement_percent: Percent
    clawback_cap_percent: Percent
    gain_share_percent: Percent
    trial_weeks: Weeks
    outcome_time_limit_weeks: Weeks


class PopulationTerms(Strict):
    """The money terms of Model 3 (IPC discussion paper 2016, section 8.3)."""

    hours_per_referral: Hours
    baseline_year: Words
    corridor_percent: Percent
    stop_loss_percent: Percent
    gain_share_percent: Percent
    reabled_target_percent: Percent
    year_one_target_percent: Percent
    care_home_cost_on_provider: bool = False


class Commercial(Strict):
    """Budget, the price build-up and the money terms of each commissioning model."""

    annual_budget: Money
    ceiling_rate: HourlyMoney
    price_method: Annotated[Value[str], _choice("fixed-rate", "price-band", "open-book")]
    price_floor: HourlyMoney
    build_up: BuildUp
    visit_lengths: tuple[VisitLength, ...] = Field(min_length=1)
    indexation: Indexation
    retention_percent: Percent
    reward: RewardTerms
    population: PopulationTerms

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _adds_to_100("visit_lengths shares", tuple(visit.share_percent for visit in self.visit_lengths))
        _distinct("visit_lengths minutes", [str(visit.minutes) for visit in self.visit_lengths])
        _distinct("reward.bands ids", [band.id for band in self.reward.bands])
        return self


class Criterion(Strict):
    """One award criterion and its weight."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,12}$")]
    name: Text
    group: Literal["quality", "price", "social-value"]
    weight_percent: Percent


class OptionScore(Strict):
    """One sourcing option scored 1-5 on Norfolk's seven criteria; statutory_fit stands outside the total."""

    option: Text
    wellbeing: Score
    resilience: Score
    diversity: Score
    workforce: Score
    guaranteed_hours: Score
    achievable: Score
    affordable: Score
    statutory_fit: Score


class Routes(Strict):
    """The procurement route chosen for each commissioning model."""

    care_planning: Annotated[
        Value[str],
        _choice(
            "open framework",
            "closed framework",
            "open procedure",
            "competitive flexible procedure",
            "dynamic market",
            "competitive process",
            "most suitable provider",
        ),
    ]
    reward: Annotated[
        Value[str],
        _choice(
            "open framework",
            "closed framework",
            "open procedure",
            "competitive flexible procedure",
            "dynamic market",
            "competitive process",
            "most suitable provider",
        ),
    ]
    population: Annotated[
        Value[str],
        _choice("open procedure", "competitive flexible procedure", "competitive process", "most suitable provider"),
    ]


class Evaluation(Strict):
    """How tenders are chosen between; weights add to 100."""

    routes: Routes
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    quality_threshold: Score
    max_lots_per_tenderer: Count
    options: tuple[OptionScore, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _adds_to_100("criteria weights", tuple(criterion.weight_percent for criterion in self.criteria))
        _distinct("criteria ids", [criterion.id for criterion in self.criteria])
        return self


class Governance(Strict):
    """Who decides and who does; names or posts."""

    decision_body: Words
    approval_threshold: Money
    sro: Words
    commissioner: Words
    procurement: Words
    legal: Words
    finance: Words
    quality: Words
    engagement: Words
    practice: Words
    workforce: Words
    digital: Words
    health: Words
    communications: Words
    tender_portal: Words
    contact: Words


class ContractTerms(Strict):
    """Commercial terms that the profile fixes for the contract."""

    public_liability: Money
    employers_liability: Money
    professional_indemnity: Money
    termination_notice_months: Months
    charter_stage: Annotated[Value[int], FigureOf(int, "", minimum=Decimal(0), maximum=Decimal(3))]
    publish_poor_performance: bool = False
    outcomes_star: bool = False


class WelshLanguage(Strict):
    """Switches for bilingual covers and the statement on tenders in Welsh; Wales only."""

    bilingual_cover: bool
    tenders_in_welsh: bool


class Profile(Strict):
    """One locality and its contracting authority, as the procurement team fills it in."""

    schema_version: Annotated[int, Field(ge=1, le=1)]
    slug: Slug
    area: Text
    standing: Standing
    prepared_on: date
    authority: AuthorityChoice
    dates: Dates
    term: Term
    service: Service
    demand: Demand
    lots: tuple[Lot, ...] = Field(min_length=1)
    commercial: Commercial
    evaluation: Evaluation
    governance: Governance
    contract: ContractTerms
    welsh: WelshLanguage | None = None
    templates: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _distinct("lots ids", [lot.id for lot in self.lots])
        if (self.standing is Standing.INVENTED) != (self.authority.invented is not None):
            message = "standing: invented goes together with authority.invented; give both or neither"
            raise ValueError(message)
        return self


def _adds_to_100(what: str, weights: tuple[Value[Decimal], ...]) -> None:
    """Refuse known weights that do not add to 100; weights still to be confirmed are left alone."""
    known = [weight.value for weight in weights if isinstance(weight, Figure)]
    if len(known) == len(weights) and sum(known) != HUNDRED:
        message = f"{what} add to {sum(known)}, not 100; correct the weights"
        raise ValueError(message)


def _distinct(what: str, keys: list[str]) -> None:
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        message = f"{what} repeat {', '.join(repeated)}; each must be different"
        raise ValueError(message)


_ONE_OF = {
    "lots": "lot",
    "criteria": "criterion",
    "bands": "band",
    "visit_lengths": "visit length",
    "extensions": "extension",
    "options": "option",
}


_COUNTED = frozenset({"visit_lengths", "extensions", "options", "calendar"})  # these have no ids


def words_of(field: str) -> str:
    """Turn a field path into words: `lots[L1].weekly_hours` → `lot L1: weekly hours`."""
    return ": ".join(_step_words(step) for step in field.split("."))


def _step_words(step: str) -> str:
    found = re.fullmatch(r"(\w+)\[(.+)\]", step)
    if found is None:
        return step.replace("_", " ")
    key = str(int(found[2]) + 1) if found[1] in _COUNTED else found[2]
    return f"{_ONE_OF.get(found[1], found[1])} {key}"

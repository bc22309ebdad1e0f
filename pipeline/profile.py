"""The locality profile: everything that makes one authority's pack different from another's, checked on the way in.

Every number or date about the world is a figure (value, source, as_at, status) or says that it is to be confirmed.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    StringConstraints,
    model_validator,
)

from pipeline.change import Change
from pipeline.commercial import Commercial
from pipeline.control import Control
from pipeline.evaluation import Evaluation
from pipeline.fields import (
    Date,
    Day,
    FigureOf,
    Growth,
    HourlyMoney,
    Miles,
    Minutes,
    Money,
    Months,
    People,
    Percent,
    Slug,
    Strict,
    Text,
    WeeklyHours,
    Words,
    Years,
    check_distinct,
    choice,
)
from pipeline.figure import Figure, Value


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
    starts: Day
    ends: Day
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


CohortName = Literal[
    "short-term-recovery",
    "longer-recovery",
    "health-support",
    "long-term-condition",
    "dementia",
    "end-of-life",
    "carer-support",
]


class Service(Strict):
    """What is bought and for whom."""

    buys: Literal["social-care", "health-care"]
    cohorts: tuple[CohortName, ...] = Field(min_length=1)
    description: Words
    current_position: Words
    partners: tuple[Text, ...] = ()
    reablement: Annotated[Value[str], choice("separate", "follow-on", "inside")]
    equipment_by: Annotated[Value[str], choice("the Authority", "the Provider", "the health partner")]
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
    prepared_on: Day
    authority: AuthorityChoice
    dates: Dates
    term: Term
    service: Service
    demand: Demand
    lots: tuple[Lot, ...] = Field(min_length=1)
    commercial: Commercial
    evaluation: Evaluation
    governance: Governance
    control: Control
    change: Change
    contract: ContractTerms
    welsh: WelshLanguage | None = None
    templates: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_distinct("lots ids", [lot.id for lot in self.lots])
        if (self.standing is Standing.INVENTED) != (self.authority.invented is not None):
            message = "standing: invented goes together with authority.invented; give both or neither"
            raise ValueError(message)
        return self

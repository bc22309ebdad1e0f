"""The commercial part of a profile: budget, the hourly price build-up, and the money terms of each model."""

from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    StringConstraints,
    model_validator,
)

from pipeline.fields import (
    FigureOf,
    HourlyMoney,
    Hours,
    MileMoney,
    Minutes,
    Money,
    Percent,
    Strict,
    Text,
    Weeks,
    Words,
    check_adds_to_100,
    check_distinct,
    choice,
)
from pipeline.figure import Value


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
        check_adds_to_100("indexation weights", (self.pay_percent, self.mileage_percent, self.prices_percent))
        return self


class RewardBand(Strict):
    """One outcome band of Model 2 and the hours its tariff stands for (IPC discussion paper 2016, section 8.2)."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,12}$")]
    name: Text
    per: Literal["episode", "week"]
    hours: Hours
    volume_a_year: Annotated[Value[int], FigureOf(int, "a year")]


class RewardTerms(Strict):
    """The money terms of Model 2 (IPC discussion paper 2016, section 8.2).

    `completion_bonus_percent` is a share of the tariff; so is `expected_saving_percent`, the price of the support that an outcome
    achieved is expected to save, of which a provider paid by profit share has its gain share.
    """

    payment: Annotated[
        Value[str], choice("outcome-sum", "completion-bonus", "withheld-percentage", "block-aggregate", "profit-share")
    ]
    bands: tuple[RewardBand, ...] = Field(min_length=1)
    upfront_percent: Percent
    expected_achievement_percent: Percent
    clawback_cap_percent: Percent
    gain_share_percent: Percent
    completion_bonus_percent: Percent
    expected_saving_percent: Percent
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
    price_method: Annotated[Value[str], choice("fixed-rate", "price-band", "open-book")]
    price_floor: HourlyMoney
    build_up: BuildUp
    visit_lengths: tuple[VisitLength, ...] = Field(min_length=1)
    indexation: Indexation
    retention_percent: Percent
    reward: RewardTerms
    population: PopulationTerms

    @model_validator(mode="after")
    def _complete(self) -> Self:
        check_adds_to_100("visit_lengths shares", tuple(visit.share_percent for visit in self.visit_lengths))
        check_distinct("visit_lengths minutes", [str(visit.minutes) for visit in self.visit_lengths])
        check_distinct("reward.bands ids", [band.id for band in self.reward.bands])
        return self

"""Facts of the pricing schedule: volumes, visit pattern, build-up inputs, model terms and the checks on them.

Percentages are given as shares of one (2.5% is 0.025), which is how a spreadsheet holds them.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from pipeline import pricing
from pipeline.facts import FactTable, Row, by_id
from pipeline.facts.published import population_evidence, published
from pipeline.figure import Figure, Status, Unknown, Value
from pipeline.pack import PackPlan
from pipeline.wording import TO_BE_CONFIRMED, long_date

HUNDRED = Decimal(100)
NOT_FIXED = "not fixed"
NO_BAND = {"fixed-rate": "rates are fixed", "open-book": "open book"}


def _share(percent: Value[Decimal]) -> Value[Decimal]:
    """A percentage as a share of one, with the same source, date and status."""
    return replace(percent, value=percent.value / HUNDRED, unit="") if isinstance(percent, Figure) else percent


def _status(values: Iterable[Value[Decimal] | Value[int]]) -> str:
    """The weakest status of a row's figures, in words."""
    known = list(values)
    if any(isinstance(value, Unknown) for value in known):
        return TO_BE_CONFIRMED
    confirmed = all(isinstance(value, Figure) and value.status is Status.CONFIRMED for value in known)
    return str(Status.CONFIRMED if confirmed else Status.INDICATIVE)


def _sources(values: Iterable[Value[Decimal] | Value[int]]) -> str:
    """The sources of a row's figures with their dates, each once."""
    texts = [
        f"{value.source}, {long_date(value.as_at)}" if value.as_at else value.source
        for value in values
        if isinstance(value, Figure)
    ]
    return "; ".join(dict.fromkeys(texts)) or f"source {TO_BE_CONFIRMED}"


def lot_rows(plan: PackPlan) -> list[Row]:
    """One row for each lot: its volumes and the authority's travel estimate, with their sources and weakest status."""
    rows: list[Row] = []
    limits = _price_limits(plan)
    for lot in plan.profile.lots:
        volumes = (lot.people, lot.weekly_hours, lot.referrals_a_year)
        travel = (lot.travel_minutes_per_visit, lot.miles_per_visit)
        rows.append(
            {
                "id": lot.id,
                "name": lot.name,
                "area": lot.area,
                "people": lot.people,
                "weekly_hours": lot.weekly_hours,
                "referrals_a_year": lot.referrals_a_year,
                "travel_minutes": lot.travel_minutes_per_visit,
                "miles": lot.miles_per_visit,
                "status": _status((*volumes, *travel)),
                "source": _sources((*volumes, *travel)),
                "travel_status": _status(travel),
                "fixed_price": _fixed(plan, _zone_price(plan, lot.id)),
                "fixed_rate": _fixed(plan, pricing.lot_rate(plan.profile.commercial, lot)),
                "price_floor": limits[lot.id][0],
                "price_ceiling": limits[lot.id][1],
            }
        )
    return rows


def _price_limits(plan: PackPlan) -> dict[str, tuple[Value[Decimal] | str, Value[Decimal] | str]]:
    """The floor and ceiling of each lot (£ per hour), shown to bidders only where they tender within a band."""
    commercial, lots = plan.profile.commercial, plan.profile.lots
    method = commercial.price_method
    if isinstance(method, Unknown):
        return {lot.id: (Unknown(needs=method.needs), Unknown(needs=method.needs)) for lot in lots}
    if method.value in NO_BAND:
        return {lot.id: (NO_BAND[method.value], NO_BAND[method.value]) for lot in lots}
    average = pricing.sustainable_rate(commercial, lots)
    rates = {lot.id: pricing.lot_rate(commercial, lot) for lot in lots}
    return {
        key: (
            pricing.lot_limit(commercial.price_floor, rate, average),
            pricing.lot_limit(commercial.ceiling_rate, rate, average),
        )
        for key, rate in rates.items()
    }


def _zone_price(plan: PackPlan, lot_id: str) -> Value[Decimal]:
    commercial = plan.profile.commercial
    lot = by_id(plan.profile.lots, lot_id)
    return pricing.population_price(commercial.population, lot.referrals_a_year, pricing.lot_rate(commercial, lot))


def _fixed(plan: PackPlan, price: Value[Decimal]) -> Value[Decimal] | str:
    """The price the authority sets, when it has chosen to fix prices; bidders see no other price of the authority's."""
    method = plan.profile.commercial.price_method
    return price if isinstance(method, Figure) and method.value == "fixed-rate" else NOT_FIXED


def visit_lengths(plan: PackPlan) -> list[Row]:
    """One row for each visit length with its share of contact hours."""
    return [{"minutes": visit.minutes, "share": _share(visit.share_percent)} for visit in plan.profile.commercial.visit_lengths]


def visit_rows(plan: PackPlan) -> list[Row]:
    """One row for each lot and visit length, with the hourly rate the authority fixes, if it does."""
    commercial = plan.profile.commercial
    return [
        {
            "lot_id": lot.id,
            "lot_name": lot.name,
            "minutes": visit.minutes,
            "fixed_rate": _fixed(
                plan,
                pricing.hourly_build_up(
                    commercial.build_up, lot.travel_minutes_per_visit, lot.miles_per_visit, visit.minutes
                ).rate,
            ),
        }
        for lot in plan.profile.lots
        for visit in commercial.visit_lengths
    ]


def build_up(plan: PackPlan) -> Row:
    """The inputs of the hourly build-up at the authority's figures; internal."""
    given = plan.profile.commercial.build_up
    return {
        "pay_rate": given.pay_rate,
        "unsocial_enhancement": given.unsocial_enhancement,
        "waiting_minutes": given.waiting_minutes_per_visit,
        "holiday": _share(given.holiday_percent),
        "training": _share(given.training_percent),
        "sick": _share(given.sick_percent),
        "notice": _share(given.notice_percent),
        "national_insurance": _share(given.effective_ni_percent),
        "pension": _share(given.effective_pension_percent),
        "mileage_rate": given.mileage_rate,
        "care_specific": given.care_specific_costs,
        "running": _share(given.running_percent),
        "surplus": _share(given.surplus_percent),
        "irrecoverable_vat": given.irrecoverable_vat,
    }


def band_rows(plan: PackPlan) -> list[Row]:
    """Model 2: one row for each outcome band, with its volume over all lots and its published hours."""
    return [
        {
            "id": band.id,
            "name": band.name,
            "per": band.per,
            "volume": band.volume_a_year,
            "hours": band.hours,
            "status": _status((band.volume_a_year, band.hours)),
        }
        for band in plan.profile.commercial.reward.bands
    ]


def tariff_rows(plan: PackPlan) -> list[Row]:
    """Model 2: one row for each lot and band, with the tariff the authority fixes at the lot's rate, if it does."""
    commercial = plan.profile.commercial
    return [
        {
            "lot_id": lot.id,
            "lot_name": lot.name,
            "band_id": band.id,
            "band_name": band.name,
            "status": _status((lot.weekly_hours, band.volume_a_year, band.hours)),
            "fixed_tariff": _fixed(plan, pricing.outcome_tariff(band, pricing.lot_rate(commercial, lot))),
        }
        for lot in plan.profile.lots
        for band in commercial.reward.bands
    ]


def award_criteria(plan: PackPlan) -> list[Row]:
    """One row for each award criterion with its weight, which tenderers have to be told (Procurement Act 2023, section 23)."""
    return [
        {"id": one.id, "name": one.name, "group": one.group.replace("-", " "), "weight": _share(one.weight_percent)}
        for one in plan.profile.evaluation.criteria
    ]


def reward_shares(plan: PackPlan) -> Row:
    """Model 2's payment shares as shares of one, under the payment form that the profile chooses."""
    reward = plan.profile.commercial.reward
    certain, at_stake = pricing.chosen_payment_shares(reward)
    return {
        "certain": _share(certain),
        "at_stake": _share(at_stake),
        "achievement": _share(reward.expected_achievement_percent),
        "clawback_cap": _share(reward.clawback_cap_percent),
        "gain_share": _share(reward.gain_share_percent),
    }


def alternative_shares(plan: PackPlan) -> Row:
    """The shares that Model 2's payment forms are compared by, as shares of one; internal."""
    reward = plan.profile.commercial.reward
    return {
        "upfront": _share(reward.upfront_percent),
        "bonus": _share(reward.completion_bonus_percent),
        "saving": _share(reward.expected_saving_percent),
    }


def population_shares(plan: PackPlan) -> Row:
    """Model 3's corridor terms and targets as shares of one."""
    population = plan.profile.commercial.population
    return {
        "corridor": _share(population.corridor_percent),
        "stop_loss": _share(population.stop_loss_percent),
        "gain_share": _share(population.gain_share_percent),
        "reabled_target": _share(population.reabled_target_percent),
        "year_one_target": _share(population.year_one_target_percent),
    }


def uplift_weights(plan: PackPlan) -> Row:
    """The weights of the annual uplift basket as shares of one."""
    basket = plan.profile.commercial.indexation
    return {
        "pay": _share(basket.pay_percent),
        "mileage": _share(basket.mileage_percent),
        "prices": _share(basket.prices_percent),
    }


def retention_share(plan: PackPlan) -> Value[Decimal]:
    """Model 1's retention as a share of one."""
    return _share(plan.profile.commercial.retention_percent)


def budget_terms(plan: PackPlan) -> Row:
    """The years the budget check runs over; internal."""
    term = plan.profile.term
    return {"initial_years": term.initial_years, "longest_years": pricing.longest_years(term)}


FACTS: FactTable = {
    "lot_rows": lot_rows,
    "visit_lengths": visit_lengths,
    "visit_rows": visit_rows,
    "build_up": build_up,
    "band_rows": band_rows,
    "tariff_rows": tariff_rows,
    "award_criteria": award_criteria,
    "reward_shares": reward_shares,
    "alternative_shares": alternative_shares,
    "published": published,
    "population_shares": population_shares,
    "population_evidence": population_evidence,
    "uplift_weights": uplift_weights,
    "retention_share": retention_share,
    "budget_terms": budget_terms,
}
INTERNAL: frozenset[str] = frozenset({"build_up", "alternative_shares", "budget_terms", "population_evidence"})

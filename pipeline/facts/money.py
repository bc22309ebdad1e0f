"""Values, prices and money terms. What only the authority may see is in INTERNAL."""

from decimal import Decimal

from pipeline import pricing
from pipeline.facts import FactTable, Row, by_id
from pipeline.figure import Figure, Status, Unknown, Value, derive, total
from pipeline.pack import PackPlan
from pipeline.profile import CommissioningModel
from pipeline.wording import money as money_words

PAYMENTS = ("outcome-sum", "completion-bonus", "withheld-percentage", "block-aggregate", "profit-share")
VALUE_SOURCES = {
    CommissioningModel.CARE_PLANNING: "Sum of the lots, hours × rate",
    CommissioningModel.REWARD: "Sum of the lots, volume × tariff, all outcomes achieved",
    CommissioningModel.POPULATION: "Sum of the lots' population prices",
}


def _rate(plan: PackPlan) -> Value[Decimal]:
    return pricing.sustainable_rate(plan.profile.commercial, plan.profile.lots)


def annual_value(plan: PackPlan) -> Value[Decimal]:
    """The estimated annual value (£) under the commissioning model: the sum of its lots, each at its own rate."""
    return total(_lot_values(plan), unit="£", source=VALUE_SOURCES[plan.model])


def threshold(plan: PackPlan) -> Value[Decimal]:
    """The light-touch threshold (£ including VAT) from rates.yaml."""
    point = by_id(plan.reference.rates.thresholds, "light-touch")
    if point.value is None:
        return Unknown(needs=("reference.rates.thresholds[light-touch].value",), unit="£")
    return Figure(point.value, "£", point.source, point.as_at, Status(point.status))


def value(plan: PackPlan) -> Row:
    """The estimated value: a year, the initial term, and the whole life with extensions (the figure notices carry)."""
    term, annual, limit = plan.profile.term, annual_value(plan), threshold(plan)
    lifetime = pricing.over_years(annual, pricing.longest_years(term))
    basis = _threshold_basis(lifetime, annual, plan.profile.demand.annual_spend_now, limit)
    return {
        "annual": annual,
        "initial": pricing.over_years(annual, term.initial_years),
        "lifetime": lifetime,
        "threshold": limit,
        "is_above_threshold": derive(
            lambda amount, least: "yes" if amount >= least else "no",
            basis,
            limit,
            unit="",
            source="Estimated value against the threshold",
        ),
        "is_lifetime_known": isinstance(lifetime, Figure),
        "threshold_basis": basis,
    }


def _threshold_basis(
    lifetime: Value[Decimal], annual: Value[Decimal], spend_now: Value[Decimal], limit: Value[Decimal]
) -> Value[Decimal]:
    """Give the sum that is held against the threshold: the lifetime value, or a year's value or spend already above it."""
    if isinstance(lifetime, Figure) or isinstance(limit, Unknown):
        return lifetime
    yearly = (one for one in (annual, spend_now) if isinstance(one, Figure) and one.value >= limit.value)
    return next(yearly, lifetime)


def money(plan: PackPlan) -> Row:
    """Budget, ceiling and affordability; internal."""
    commercial = plan.profile.commercial
    annual = annual_value(plan)
    headroom: Value[Decimal] = derive(
        lambda budget, spend: budget - spend,
        commercial.annual_budget,
        annual,
        unit="£",
        source="Budget less estimated annual value",
    )

    def verdict(left: Decimal) -> str:
        return f"affordable within budget by {money_words(left)}" if left >= 0 else f"over budget by {money_words(-left)}"

    return {
        "annual_budget": commercial.annual_budget,
        "ceiling_rate": commercial.ceiling_rate,
        "sustainable_rate": _rate(plan),
        "headroom": headroom,
        "affordability": derive(verdict, headroom, unit="", source="Budget less estimated annual value"),
    }


def _lot_values(plan: PackPlan) -> list[Value[Decimal]]:
    """The annual value of each lot under the commissioning model (£); they add up to `annual_value`."""
    commercial, lots = plan.profile.commercial, plan.profile.lots
    if plan.model is CommissioningModel.REWARD:
        return pricing.lot_tariff_values(commercial, lots)
    if plan.model is CommissioningModel.POPULATION:
        return [
            pricing.population_price(commercial.population, lot.referrals_a_year, pricing.lot_rate(commercial, lot))
            for lot in lots
        ]
    return [pricing.hourly_value(commercial, lot) for lot in lots]


def lot_money(plan: PackPlan) -> list[Row]:
    """The rate and annual value of each lot; internal."""
    commercial = plan.profile.commercial
    return [
        {
            "id": lot.id,
            "name": lot.name,
            "rate": pricing.lot_rate(commercial, lot),
            "annual_value": annual,
        }
        for lot, annual in zip(plan.profile.lots, _lot_values(plan), strict=True)
    ]


def _is(choice: Value[str], wanted: str) -> bool:
    return isinstance(choice, Figure) and choice.value == wanted


def terms(plan: PackPlan) -> Row:
    """The money terms of every commissioning model that bidders may see."""
    commercial = plan.profile.commercial
    reward, population, index = commercial.reward, commercial.population, commercial.indexation
    retention = commercial.retention_percent
    return {
        "reward": {
            "payment": reward.payment,
            **{f"payment_is_{name.replace('-', '_')}": _is(reward.payment, name) for name in PAYMENTS},
            "payment_undecided": isinstance(reward.payment, Unknown),
            "upfront_percent": reward.upfront_percent,
            "balance_percent": derive(
                lambda part: 100 - part, reward.upfront_percent, unit="%", source="100% less the upfront share"
            ),
            "expected_achievement_percent": reward.expected_achievement_percent,
            "clawback_cap_percent": reward.clawback_cap_percent,
            "gain_share_percent": reward.gain_share_percent,
            "trial_weeks": reward.trial_weeks,
            "outcome_time_limit_weeks": reward.outcome_time_limit_weeks,
            "bands": [
                {
                    "id": band.id,
                    "name": band.name,
                    "per": band.per,
                    "hours": band.hours,
                    "volume_a_year": band.volume_a_year,
                }
                for band in reward.bands
            ],
        },
        "population": {
            "hours_per_referral": population.hours_per_referral,
            "baseline_year": population.baseline_year,
            "corridor_percent": population.corridor_percent,
            "stop_loss_percent": population.stop_loss_percent,
            "gain_share_percent": population.gain_share_percent,
            "reabled_target_percent": population.reabled_target_percent,
            "year_one_target_percent": population.year_one_target_percent,
            "care_home_cost_on_provider": population.care_home_cost_on_provider,
        },
        "retention_percent": retention,
        "has_retention": isinstance(retention, Figure) and retention.value > 0,
        "price_method": commercial.price_method,
        "price_is_fixed": _is(commercial.price_method, "fixed-rate"),
        "price_is_band": _is(commercial.price_method, "price-band"),
        "price_is_open_book": _is(commercial.price_method, "open-book"),
        "price_floor": commercial.price_floor,
        "indexation": {
            "pay_percent": index.pay_percent,
            "mileage_percent": index.mileage_percent,
            "prices_percent": index.prices_percent,
        },
    }


def tariffs(plan: PackPlan) -> Row:
    """Model 2's tariffs and Model 3's price for 100 people referred, at the sustainable rate; internal."""
    commercial, rate = plan.profile.commercial, _rate(plan)
    hundred: Value[int] = Figure(100, "referrals a year", "For comparison")
    return {
        "bands": [
            {
                "id": band.id,
                "name": band.name,
                "per": band.per,
                "hours": band.hours,
                "tariff": pricing.outcome_tariff(band, rate),
            }
            for band in commercial.reward.bands
        ],
        "price_per_hundred": pricing.population_price(commercial.population, hundred, rate),
    }


def contract(plan: PackPlan) -> Row:
    """Commercial terms fixed by the profile and the switches that choose clauses."""
    given = plan.profile.contract
    stage = given.charter_stage.value if isinstance(given.charter_stage, Figure) else 0
    return {
        "public_liability": given.public_liability,
        "employers_liability": given.employers_liability,
        "professional_indemnity": given.professional_indemnity,
        "termination_notice_months": given.termination_notice_months,
        "charter_stage": given.charter_stage,
        **{f"charter_stage_{name}": stage >= level for level, name in enumerate(("one", "two", "three"), start=1)},
        "publish_poor_performance": given.publish_poor_performance,
        "outcomes_star": given.outcomes_star,
    }


FACTS: FactTable = {"value": value, "terms": terms, "contract": contract}
INTERNAL: FactTable = {"money": money, "lot_money": lot_money, "tariffs": tariffs}

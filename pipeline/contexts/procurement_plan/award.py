"""Marks, money and risks: the pack's plan comes in; what a score, a price, a volume or a risk amounts to comes out."""

from decimal import ROUND_HALF_UP, Decimal

from pipeline import pricing
from pipeline.facts import money
from pipeline.figure import Figure, Value, derive, total
from pipeline.pack import PackPlan

SCENARIOS = (("Low", 90), ("Central", 100), ("High", 110))
MARKS = Decimal("0.1")
TOP_SCORE = 5


def matrix(plan: PackPlan) -> list[dict[str, object]]:
    """Give the criteria with their weights, and the marks one point of score is worth; price is marked by its own method."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "group": one.group.replace("-", " "),
            "is_price": one.group == "price",
            "weight_percent": one.weight_percent,
            "per_point": derive(
                lambda weight: (weight / TOP_SCORE).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
                one.weight_percent,
                unit="",
                source="Weight ÷ 5",
            ),
        }
        for one in plan.profile.evaluation.criteria
    ]


def price_marks(plan: PackPlan) -> list[dict[str, object]]:
    """Give what three prices would earn: on the band's straight line, and by lowest over bid for comparison.

    Band: weight × (ceiling - price) ÷ (ceiling - floor). Lowest over bid: weight × lowest ÷ price.
    """
    commercial = plan.profile.commercial
    weight, floor, ceiling = _price_weight(plan), commercial.price_floor, commercial.ceiling_rate
    rate = pricing.sustainable_rate(commercial, plan.profile.lots)
    prices = (("At the floor", floor), ("At the sustainable rate", rate), ("At the ceiling", ceiling))
    return [
        {
            "where": where,
            "price": price,
            "band": derive(_band_marks, weight, price, floor, ceiling, unit="", source="Price band formula"),
            "lowest": derive(_lowest_marks, weight, price, floor, unit="", source="Lowest over bid"),
        }
        for where, price in prices
    ]


def _price_weight(plan: PackPlan) -> Value[Decimal]:
    chosen = [one.weight_percent for one in plan.profile.evaluation.criteria if one.group == "price"]
    return total(chosen, unit="%", source="Sum of the criteria's weights")


def _band_marks(weight: Decimal, price: Decimal, floor: Decimal, ceiling: Decimal) -> Decimal:
    """Mark a price on the straight line from the ceiling (nothing) to the floor (the whole weight)."""
    if ceiling <= floor:
        return Decimal(weight)
    part = min(max((ceiling - price) / (ceiling - floor), Decimal(0)), Decimal(1))
    return _round(weight * part)


def _lowest_marks(weight: Decimal, price: Decimal, lowest: Decimal) -> Decimal:
    return _round(weight * lowest / price) if price else Decimal(weight)


def _round(marks: Decimal) -> Decimal:
    return marks.quantize(MARKS, rounding=ROUND_HALF_UP)


def low_price_lines(plan: PackPlan) -> list[dict[str, object]]:
    """Give for each lot the direct cost below which a price is enquired into, beside the sustainable rate."""
    commercial = plan.profile.commercial
    return [
        {
            "name": lot.name,
            "direct_cost": pricing.lot_direct_cost(commercial, lot),
            "rate": pricing.lot_rate(commercial, lot),
        }
        for lot in plan.profile.lots
    ]


def budget_cases(plan: PackPlan) -> list[dict[str, object]]:
    """Give the year's cost at 90%, 100% and 110% of the central volume, and what each leaves of the budget."""
    annual, budget = money.annual_value(plan), plan.profile.commercial.annual_budget
    rows: list[dict[str, object]] = []
    for name, percent in SCENARIOS:
        cost = derive(lambda whole, share=percent: _share(whole, Decimal(share)), annual, unit="£", source="Scenario")
        left = derive(lambda whole, spent: whole - spent, budget, cost, unit="£", source="Budget less cost")
        rows.append({"name": name, "percent": percent, "cost": cost, "left": left})
    return rows


def sums(plan: PackPlan) -> dict[str, object]:
    """Give the values of the contract and what the year leaves of the budget, to the whole pound."""
    annual, budget, term = money.annual_value(plan), plan.profile.commercial.annual_budget, plan.profile.term
    left = derive(lambda whole, spent: whole - spent, budget, annual, unit="£", source="Budget less cost")
    high = budget_cases(plan)[-1]["left"]
    return {
        "annual": _pounds(annual),
        "initial": _pounds(pricing.over_years(annual, term.initial_years)),
        "lifetime": _pounds(pricing.over_years(annual, pricing.longest_years(term))),
        "headroom": _pounds(left),
        "is_high_over": isinstance(high, Figure) and high.value < 0,
    }


def largest_holding(plan: PackPlan) -> Value[Decimal]:
    """Give the share of the weekly hours that one tenderer could hold by winning its limit of the largest lots."""

    def share(limit: Decimal, *hours: Decimal) -> Decimal:
        largest = sorted(hours, reverse=True)[: int(limit)]
        return (100 * Decimal(sum(largest)) / Decimal(sum(hours))).quantize(Decimal(1), rounding=ROUND_HALF_UP)

    hours = [lot.weekly_hours for lot in plan.profile.lots]
    source = "Hours of the largest lots within the limit ÷ all hours"
    return derive(share, plan.profile.evaluation.max_lots_per_tenderer, *hours, unit="%", source=source)


def exposure(plan: PackPlan) -> dict[str, object]:
    """Give the money at stake in the model's terms: Model 2's expected payment and break-even, Model 3's corridor."""
    commercial, annual = plan.profile.commercial, money.annual_value(plan)
    reward, terms = commercial.reward, commercial.population
    cost = derive(
        lambda whole, surplus: whole / (1 + surplus / 100),
        annual,
        commercial.build_up.surplus_percent,
        unit="£",
        source="Value without the surplus",
    )
    certain, at_stake = pricing.chosen_payment_shares(reward)
    break_even = pricing.break_even_percent(annual, cost, certain, at_stake)
    expected = reward.expected_achievement_percent
    nothing, every = Figure(Decimal(0), "%", "No outcome met"), Figure(Decimal(100), "%", "Every outcome met")
    return {
        "is_short": isinstance(break_even, Figure) and isinstance(expected, Figure) and break_even.value > expected.value,
        "expected_payment": _pounds(pricing.expected_payment(annual, certain, at_stake, expected)),
        "upfront_only": _pounds(pricing.expected_payment(annual, certain, at_stake, nothing)),
        "full_payment": _pounds(pricing.expected_payment(annual, certain, at_stake, every)),
        "certain_percent": certain,
        "break_even": break_even,
        "corridor": derive(_share, annual, terms.corridor_percent, unit="£", source="Annual price × corridor"),
        "stop_loss": derive(_share, annual, terms.stop_loss_percent, unit="£", source="Annual price × stop-loss"),
    }


def _pounds(amount: Value[Decimal]) -> Value[Decimal]:
    return derive(lambda whole: _share(whole, Decimal(100)), amount, unit="£", source="To the whole pound")


def _share(amount: Decimal, percent: Decimal) -> Decimal:
    """Take a percentage of a yearly sum to the whole pound: these are sizes for a decision, not sums anyone pays."""
    return (amount * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)

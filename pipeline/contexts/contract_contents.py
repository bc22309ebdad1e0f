"""Contract contents: the pack's plan comes in, the form of contract and the worked payment examples go out."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from pipeline.facts.quality import route
from pipeline.figure import Figure, Value, derive
from pipeline.pack import PackPlan
from pipeline.pricing import HUNDRED, pence, reconcile

EXAMPLE_OUTCOME_PRICE = Decimal(1000)
EXAMPLE_ANNUAL_PRICE = Decimal(1_000_000)
EXAMPLE_COSTS = (Decimal(850_000), Decimal(980_000), Decimal(1_030_000), Decimal(1_070_000), Decimal(1_150_000))
HALF = Decimal(50)
SHORT_VISIT_MINUTES = 30


def form(plan: PackPlan) -> dict[str, bool]:
    """Take the plan; say whether the route of its model makes the contract a framework or a dynamic market."""
    chosen = route(plan)
    name = chosen.value if isinstance(chosen, Figure) else ""
    return {
        "is_framework": name in {"open framework", "closed framework"},
        "is_open_framework": name == "open framework",
        "is_dynamic_market": name == "dynamic market",
    }


def visit_bands(plan: PackPlan) -> list[dict[str, object]]:
    """Take the plan; give a row per visit length and whether it is short (RISCA 2016 section 8; NG21)."""
    return [
        {"minutes": visit.minutes, "is_short": visit.minutes < SHORT_VISIT_MINUTES}
        for visit in plan.profile.commercial.visit_lengths
    ]


def outcome_example(plan: PackPlan) -> list[dict[str, object]]:
    """Take the plan; give what is paid for one outcome of £1,000 in four cases under Model 2."""
    upfront = plan.profile.commercial.reward.upfront_percent
    cases = (
        ("Achieved within the time limit, however early", HUNDRED),
        ("Achieved in part: two of four equal tests met", HALF),
        ("Ended by a Neutral Event half way through the time limit", HALF),
        ("Not achieved, and no Neutral Event", Decimal(0)),
    )
    return [{"case": case, **_outcome_sums(upfront, share)} for case, share in cases]


def _outcome_sums(upfront: Value[Decimal], balance_share: Decimal) -> dict[str, object]:
    """Take the up-front share and the share of the balance that falls due; give the three sums of £1,000."""
    source = "Worked example on an outcome sum of £1,000"

    def first(percent: Decimal) -> Decimal:
        return pence(EXAMPLE_OUTCOME_PRICE * percent / HUNDRED)

    def later(percent: Decimal) -> Decimal:
        return pence((EXAMPLE_OUTCOME_PRICE - first(percent)) * balance_share / HUNDRED)

    return {
        "upfront": derive(first, upfront, unit="£", source=source),
        "balance": derive(later, upfront, unit="£", source=source),
        "total": derive(lambda percent: first(percent) + later(percent), upfront, unit="£", source=source),
    }


def reconciliation_example(plan: PackPlan) -> list[dict[str, object]]:
    """Take the plan; give the year-end adjustment on £1,000,000 for five costs (pricing.reconcile, Model 3)."""
    return [_reconciled(plan, cost) for cost in EXAMPLE_COSTS]


def _reconciled(plan: PackPlan, cost: Decimal) -> dict[str, object]:
    """Take the plan and a year's cost; give the adjustment, which way it is paid and what the provider is left with."""
    terms = plan.profile.commercial.population
    widths = (terms.corridor_percent, terms.stop_loss_percent, terms.gain_share_percent)
    source = "Worked example on an annual price of £1,000,000"

    def adjustment(corridor: Decimal, stop_loss: Decimal, share: Decimal) -> Decimal:
        return reconcile(EXAMPLE_ANNUAL_PRICE, cost, corridor, stop_loss, share)

    def direction(*percents: Decimal) -> str:
        amount = adjustment(*percents)
        return "No adjustment" if not amount else "To the Provider" if amount > 0 else "To the Authority"

    def left(*percents: Decimal) -> Decimal:
        return EXAMPLE_ANNUAL_PRICE + adjustment(*percents) - cost

    return {
        "cost": Figure(cost, "£", source),
        "adjustment": derive(lambda *percents: abs(adjustment(*percents)), *widths, unit="£", source=source),
        "direction": derive(direction, *widths, unit="", source=source),
        "result": derive(lambda *percents: abs(left(*percents)), *widths, unit="£", source=source),
        "result_is": derive(
            lambda *percents: "surplus" if left(*percents) > 0 else "loss" if left(*percents) < 0 else "break-even",
            *widths,
            unit="",
            source=source,
        ),
    }


FACTS: Mapping[str, Callable[[PackPlan], object]] = {
    "form": form,
    "visit_bands": visit_bands,
    "outcome_example": outcome_example,
    "reconciliation_example": reconciliation_example,
}
INTERNAL: frozenset[str] = frozenset()

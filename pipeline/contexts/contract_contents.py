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
    """Take the plan; say whether the route of its model makes the contract a framework or a dynamic market, if it is chosen."""
    chosen = route(plan)
    name = chosen.value if isinstance(chosen, Figure) else ""
    return {
        "is_framework": name in {"open framework", "closed framework"},
        "is_open_framework": name == "open framework",
        "is_dynamic_market": name == "dynamic market",
        "is_undecided": not name,
    }


def visit_bands(plan: PackPlan) -> list[dict[str, object]]:
    """Take the plan; give a row per visit length and whether it is short (RISCA 2016 section 8; NG21)."""
    return [
        {"minutes": visit.minutes, "is_short": visit.minutes < SHORT_VISIT_MINUTES}
        for visit in plan.profile.commercial.visit_lengths
    ]


def outcome_example(plan: PackPlan) -> dict[str, dict[str, object]]:
    """Take the plan; give what is paid for one outcome of £1,000 when all, half or none of the balance falls due (Model 2)."""
    upfront = plan.profile.commercial.reward.upfront_percent
    shares = {"full": HUNDRED, "half": HALF, "none": Decimal(0)}
    return {name: _outcome_sums(upfront, share) for name, share in shares.items()}


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
    """Take the plan and a year's cost; give the adjustment, who gets it and what the provider is left with."""
    terms = plan.profile.commercial.population
    widths = (terms.corridor_percent, terms.stop_loss_percent, terms.gain_share_percent)
    source = "Worked example on an Annual Price of £1,000,000"

    def adjustment(corridor: Decimal, stop_loss: Decimal, share: Decimal) -> Decimal:
        return reconcile(EXAMPLE_ANNUAL_PRICE, cost, corridor, stop_loss, share)

    paid: Value[Decimal] = derive(adjustment, *widths, unit="£", source=source)
    left: Value[Decimal] = derive(lambda amount: EXAMPLE_ANNUAL_PRICE + amount - cost, paid, unit="£", source=source)
    return {
        "cost": Figure(cost, "£", source),
        "adjustment": derive(abs, paid, unit="£", source=source),
        "is_to_provider": _sign(paid) > 0,
        "is_to_authority": _sign(paid) < 0,
        "result": derive(abs, left, unit="£", source=source),
        "is_surplus": _sign(left) > 0,
        "is_loss": _sign(left) < 0,
    }


def _sign(amount: Value[Decimal]) -> int:
    """Take an amount; give 1 above zero, -1 below, 0 for zero and for what is not known."""
    if not isinstance(amount, Figure) or not amount.value:
        return 0
    return 1 if amount.value > 0 else -1


FACTS: Mapping[str, Callable[[PackPlan], object]] = {
    "form": form,
    "visit_bands": visit_bands,
    "outcome_example": outcome_example,
    "reconciliation_example": reconciliation_example,
}
INTERNAL: frozenset[str] = frozenset()

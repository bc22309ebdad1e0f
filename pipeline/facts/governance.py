"""Who decides and who does, and the risks they answer for."""

from collections.abc import Mapping

from pipeline.facts import FactTable, Row
from pipeline.pack import PackPlan
from pipeline.record import shared

LEVELS: Mapping[str, int] = {"low": 1, "medium": 2, "high": 3}
# Product of likelihood and impact, each 1 to 3: 6 or 9 is high, 3 or 4 medium, less is low.
HIGH_RATING, MEDIUM_RATING = 6, 3


@shared
def role_titles(plan: PackPlan) -> dict[str, str]:
    """What each role of the profile's governance section is called."""
    return {one.id: one.title for one in plan.reference.names.roles}


def governance(plan: PackPlan) -> Row:
    """The decision body, its threshold, the tender portal and contact, and the holder of each role."""
    given = plan.profile.governance
    roles = {one: getattr(given, one) for one in role_titles(plan)}
    return {
        **roles,
        "decision_body": given.decision_body,
        "approval_threshold": given.approval_threshold,
        "tender_portal": given.tender_portal,
        "contact": given.contact,
    }


def risks(plan: PackPlan) -> list[Row]:
    """The starting risks of the model in the nation, the gravest first; internal."""
    titles = role_titles(plan)
    chosen = [one for one in plan.reference.risks if plan.model in one.models and plan.nation in one.nations]
    rows: list[Row] = [
        {
            "id": one.id,
            "risk": one.risk,
            "cause": one.cause,
            "effect": one.effect,
            "response": one.response,
            "role": titles[one.owner_role],
            "likelihood": one.likelihood,
            "impact": one.impact,
            "rating": _rating(one.likelihood, one.impact),
        }
        for one in sorted(chosen, key=lambda one: (-LEVELS[one.likelihood] * LEVELS[one.impact], one.id))
    ]
    return rows


def _rating(likelihood: str, impact: str) -> str:
    product = LEVELS[likelihood] * LEVELS[impact]
    if product >= HIGH_RATING:
        return "high"
    return "medium" if product >= MEDIUM_RATING else "low"


FACTS: FactTable = {"role": role_titles, "governance": governance}
INTERNAL: FactTable = {"risks": risks}

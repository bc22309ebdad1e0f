"""Service specification: the plan comes in; the law behind it goes out, and whether short visits are planned."""

from collections.abc import Callable, Mapping

from pipeline import law
from pipeline.pack import PackPlan
from pipeline.reference import Provision

# RISCA 2016 section 8: below this a statutory condition has to be met (Wales).
SHORT_VISIT_MINUTES = 30

TOPICS = frozenset({"care", "regulation", "equality", "language", "data"})
BODIES = frozenset({"CIW"})  # names of bodies, which are no law


def _is_basis(provision: Provision, *, buys_health_care: bool) -> bool:
    """Say whether an instrument is about care itself; what is about NHS funding counts only where that is bought."""
    only_health = "health-procurement" in provision.topics and "regulation" not in provision.topics
    return (
        provision.part_of is None
        and provision.id not in BODIES
        and not TOPICS.isdisjoint(provision.topics)
        and "money" not in provision.topics
        and (buys_health_care or not only_health)
    )


def legal_basis(plan: PackPlan) -> list[dict[str, object]]:
    """Give the instruments on care, regulation, equality, language and data in force on the pack's date, a row each."""
    buys_health_care = plan.profile.service.buys == "health-care"
    in_force = law.in_force(plan.reference.legal_register.provisions, plan.nation, plan.profile.prepared_on)
    return [
        {
            "provision_id": provision.id,
            "title": provision.title,
            "in_force_from": law.from_text(provision),
            "why_it_matters": provision.why_it_matters,
        }
        for provision in in_force
        if _is_basis(provision, buys_health_care=buys_health_care)
    ]


def has_short_visits(plan: PackPlan) -> bool:
    """Say whether visits are planned below the 30 minutes of RISCA 2016 section 8."""
    return any(visit.minutes < SHORT_VISIT_MINUTES for visit in plan.profile.commercial.visit_lengths)


FACTS: Mapping[str, Callable[[PackPlan], object]] = {
    "legal_basis": legal_basis,
    "has_short_visits": has_short_visits,
}
INTERNAL: frozenset[str] = frozenset()

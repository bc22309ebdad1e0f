"""Service specification: the plan comes in; the law behind it, its service standards and planned visits go out."""

from collections.abc import Callable, Mapping

from pipeline import law
from pipeline.figure import Figure, Status, Value
from pipeline.pack import PackPlan
from pipeline.profile import Nation
from pipeline.reference import Provision, Standard

# RISCA 2016 section 8: below this a statutory condition has to be met (Wales).
SHORT_VISIT_MINUTES = 30

TOPICS = frozenset({"care", "regulation", "equality", "language", "data"})
BODIES = frozenset({"CIW"})  # names of bodies, which are no law


def _standard(entry: Standard) -> Value[int]:
    return Figure(entry.value, entry.unit, entry.source, status=Status(entry.status))


def standards(plan: PackPlan) -> dict[str, object]:
    """Give every service standard by name as a figure."""
    return {entry.id: _standard(entry) for entry in plan.reference.standards}


def standards_used(plan: PackPlan) -> list[dict[str, object]]:
    """Give a row per standard this model uses; in Wales those that regulations fix are left out."""
    in_wales = plan.nation is Nation.WALES
    return [
        {"what": entry.title, "value": _standard(entry)}
        for entry in plan.reference.standards
        if plan.model in entry.models and not (in_wales and entry.fixed_in_wales)
    ]


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


def _within_sentence(title: str) -> str:
    """Give a title as it reads inside a sentence: its first letter small, unless it is the word I."""
    return title if title.startswith("I ") else title[:1].lower() + title[1:]


def wider_aims(plan: PackPlan) -> list[str]:
    """Give the headline outcomes as they read inside a sentence."""
    return [_within_sentence(one.title) for one in plan.reference.outcomes.headline]


def well_being(plan: PackPlan) -> list[str]:
    """Give the national measures that bear on home care, each with its number, as they read inside a sentence."""
    measures = plan.reference.outcomes.national_measures
    return [f"{_within_sentence(one.title)} ({one.number})" for one in measures]


def has_short_visits(plan: PackPlan) -> bool:
    """Say whether visits are planned below the 30 minutes of RISCA 2016 section 8."""
    return any(visit.minutes < SHORT_VISIT_MINUTES for visit in plan.profile.commercial.visit_lengths)


FACTS: Mapping[str, Callable[[PackPlan], object]] = {
    "standards": standards,
    "standards_used": standards_used,
    "legal_basis": legal_basis,
    "wider_aims": wider_aims,
    "well_being": well_being,
    "has_short_visits": has_short_visits,
}
INTERNAL: frozenset[str] = frozenset()

"""Service specification: the plan comes in; the law behind it, its service standards and planned visits go out."""

from collections.abc import Callable, Mapping

from pipeline import law
from pipeline.figure import Figure, Value
from pipeline.pack import PackPlan
from pipeline.profile import CommissioningModel, Nation
from pipeline.reference import Provision

# RISCA 2016 section 8: below this a statutory condition has to be met (Wales).
SHORT_VISIT_MINUTES = 30

BASIS = "Working assumption; settle in market engagement"
TOPICS = frozenset({"care", "regulation", "equality", "language", "data"})
BODIES = frozenset({"CIW"})  # names of bodies, which are no law

ALL = frozenset(CommissioningModel)
CARE_PLANNING = frozenset({CommissioningModel.CARE_PLANNING})
REWARD = frozenset({CommissioningModel.REWARD})
POPULATION = frozenset({CommissioningModel.POPULATION})

# name: (what, value, unit, models). Drafting defaults: no source gives them, and each says so in the document.
_STANDARDS: Mapping[str, tuple[str, int, str, frozenset[CommissioningModel]]] = {
    "referral_reply": ("Reply to a referral", 4, "working hours", ALL),
    "urgent_start": ("First visit, urgent referral or discharge", 24, "hours", ALL),
    "withdrawal_notice": ("Notice before withdrawing from a person's care", 28, "days", CARE_PLANNING | REWARD),
    "urgent_plan": ("Delivery plan after an urgent start", 24, "hours", ALL),
    "first_review": ("First review of the delivery plan", 6, "weeks", ALL),
    "routine_review": ("Longest interval between reviews", 3, "months", ALL),
    "change_notice": ("Notice of changed needs; answer on extra time", 2, "working days", ALL),
    "review_response": ("Authority's response to a proposal", 10, "working days", ALL),
    "late_visit": ("A visit is late after", 20, "minutes", ALL),
    "late_critical": ("A time-critical visit is late after", 10, "minutes", ALL),
    "double_handed_review": ("Review of a visit by two workers", 4, "weeks", ALL),
    "hospital_hold": ("Place kept during a hospital stay", 14, "days", ALL),
    "flex_percent": ("Use above the weekly envelope without asking", 10, "%", CARE_PLANNING),
    "reduction_percent": ("Fall in hours that is reported", 25, "%", REWARD | POPULATION),
    "flex_period": ("Period over which use of time is compared", 4, "weeks", ALL),
    "outcome_query_days": ("Query on an outcome set", 5, "working days", REWARD),
    "verification_days": ("Verification of a proposed outcome", 10, "working days", REWARD),
    "dispute_days": ("Joint review of a disagreement", 10, "working days", REWARD),
    "expert_days": ("Decision of the independent expert", 20, "working days", REWARD),
    "audit_sample": ("Cases audited each quarter", 10, "%", REWARD | POPULATION),
    "incident_report": ("Report of a serious incident", 24, "hours", ALL),
    "monthly_return": ("Monthly return after the month's end", 10, "working days", ALL),
    "readiness": ("Evidence of readiness before care begins", 20, "working days", ALL),
    "exit_plan": ("Exit plan after the start", 3, "months", ALL),
}
_STATUTORY_IN_WALES = frozenset({"urgent_plan", "routine_review"})  # 2017/1264 regulations 15 and 16 fix these


def _standard(name: str) -> Value[int]:
    _, value, unit, _ = _STANDARDS[name]
    return Figure(value, unit, BASIS)


def standards(_plan: PackPlan) -> dict[str, object]:
    """Give every service standard by name as an indicative figure."""
    return {name: _standard(name) for name in _STANDARDS}


def standards_used(plan: PackPlan) -> list[dict[str, object]]:
    """Give a row per standard this model uses; in Wales those that regulations fix are left out."""
    fixed = _STATUTORY_IN_WALES if plan.nation is Nation.WALES else frozenset()
    return [
        {"what": what, "value": _standard(name)}
        for name, (what, _, _, models) in _STANDARDS.items()
        if plan.model in models and name not in fixed
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

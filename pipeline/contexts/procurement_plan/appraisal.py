"""Which model and which route: the pack's plan comes in; suitability, routes and scored options come out."""

from collections.abc import Mapping
from typing import Any

from pipeline.facts import quality
from pipeline.figure import Figure, Value, derive, total, unknowns
from pipeline.pack import PackPlan
from pipeline.profile import CommissioningModel
from pipeline.wording import listing, words_of

# Which cohorts show that a circumstance of the IPC discussion paper 2016, section 8.1, is met.
# (SC-1 rests on the specification, SC-5 on time.)
SHOWN_BY: Mapping[str, frozenset[str]] = {
    "SC-2": frozenset({"longer-recovery", "long-term-condition", "dementia", "end-of-life", "carer-support"}),
    "SC-3": frozenset({"short-term-recovery", "longer-recovery"}),
    "SC-4": frozenset({"health-support", "long-term-condition"}),
    "SC-6": frozenset({"health-support", "long-term-condition"}),
}
# Drafting assumptions: short notice is two days; three circumstances of six show that outcomes suit the service.
SHORT_NOTICE_HOURS, ENOUGH_CIRCUMSTANCES = 48, 3
# An option passes the statutory test when that is likely (4) or very likely (5); a drafting assumption.
PASS_SCORE = 4
SCORED = ("wellbeing", "resilience", "diversity", "workforce", "guaranteed_hours", "achievable", "affordable")
NORFOLK = ("well-being", "resilience", "diversity", "workforce", "guaranteed-hours", "achievable", "affordable")


def suitability(plan: PackPlan) -> dict[str, object]:
    """Judge whether outcomes suit the service: circumstances met, terms the model still waits for, and the finding."""
    rows = _circumstances(plan)
    met = sum(row["result"] == "yes" for row in rows)
    waiting = unknowns(_model_terms(plan))
    missing = [words_of(need) for need in waiting.needs] if waiting else []
    return {
        "circumstances": rows,
        "conditions": [{"id": one.id, "title": one.title} for one in plan.reference.suitability.conditions],
        "met": met,
        "asked": len(rows),
        "is_suited": met >= ENOUGH_CIRCUMSTANCES and not missing,
        "is_conditional": met >= ENOUGH_CIRCUMSTANCES and bool(missing),
        "is_unsuited": met < ENOUGH_CIRCUMSTANCES,
        "missing": missing,
    }


def _circumstances(plan: PackPlan) -> list[dict[str, object]]:
    """Give each circumstance with whether the profile shows it and what shows it."""
    service = plan.profile.service
    names = {one.id: one.name for one in plan.reference.names.cohorts}
    rows: list[dict[str, object]] = []
    for one in plan.reference.suitability.circumstances:
        cohorts = [names[cohort] for cohort in service.cohorts if cohort in SHOWN_BY.get(one.id, ())]
        result: object = "yes" if cohorts else "not shown"
        evidence: object = listing(cohorts) if cohorts else "no cohort in scope shows it"
        if one.id == "SC-1":
            result, evidence = "yes", "required by the service specification"
        elif one.id == "SC-5":
            hours = service.response_hours
            result = derive(
                lambda limit: "yes" if limit <= SHORT_NOTICE_HOURS else "not shown",
                hours,
                unit="",
                source="Response time",
            )
            result = result.value if isinstance(result, Figure) else result
            evidence = hours
        rows.append({"id": one.id, "title": one.title, "result": result, "evidence": evidence})
    return rows


def _model_terms(plan: PackPlan) -> list[Value[Any]]:
    """Give the figures without which the commissioning model cannot go to market."""
    commercial, demand = plan.profile.commercial, plan.profile.demand
    if plan.model is CommissioningModel.REWARD:
        reward = commercial.reward
        bands = [value for band in reward.bands for value in (band.hours, band.volume_a_year)]
        share = (
            reward.payment,
            reward.upfront_percent,
            reward.expected_achievement_percent,
            reward.clawback_cap_percent,
        )
        return [*bands, *share, reward.outcome_time_limit_weeks, reward.trial_weeks]
    if plan.model is CommissioningModel.POPULATION:
        terms = commercial.population
        risk = (terms.corridor_percent, terms.stop_loss_percent, terms.gain_share_percent)
        referrals = [lot.referrals_a_year for lot in plan.profile.lots]
        return [terms.baseline_year, terms.hours_per_referral, *risk, terms.reabled_target_percent, *referrals]
    return [demand.providers_now, commercial.price_method, *(lot.weekly_hours for lot in plan.profile.lots)]


def cohort_names(plan: PackPlan) -> list[str]:
    """Give the names of the cohorts in scope."""
    names = {one.id: one.name for one in plan.reference.names.cohorts}
    return [names[cohort] for cohort in plan.profile.service.cohorts]


def model_options(plan: PackPlan) -> list[dict[str, object]]:
    """Give the three commissioning models with their strengths and weaknesses, the chosen one marked."""
    return [
        {
            "title": one.title,
            "summary": one.summary,
            "strengths": "; ".join(one.strengths),
            "weaknesses": "; ".join(one.weaknesses),
            "is_chosen": one.model == plan.model,
        }
        for one in plan.reference.suitability.models
    ]


def sourcing_routes(plan: PackPlan) -> list[dict[str, object]]:
    """Give the sourcing routes, whether each suits the model, and which the profile chose."""
    route = quality.route(plan)
    chosen = route.value if isinstance(route, Figure) else ""
    return [
        {
            "name": one.name,
            "what": one.what,
            "strengths": "; ".join(one.strengths),
            "weaknesses": "; ".join(one.weaknesses),
            "fits": plan.model in one.fits,
            "is_chosen": one.name.casefold() == chosen,
        }
        for one in plan.reference.options.routes
    ]


def appraisal_criteria(plan: PackPlan) -> list[str]:
    """Give the seven scored criteria, numbered as the columns of the tables of options."""
    scored = [one.title for one in plan.reference.options.criteria if one.scored]
    return [f"({number}) {title[:1].lower()}{title[1:]}" for number, title in enumerate(scored, 1)]


def options(plan: PackPlan) -> dict[str, object]:
    """Give the authority's scored options with their totals, and the one preferred among those that pass the test."""
    given = plan.profile.evaluation.options
    rows: list[dict[str, object]] = []
    totals: list[Value[int]] = []
    for one in given:
        scores: dict[str, Value[int]] = {name: getattr(one, name) for name in SCORED}
        totals.append(total(scores.values(), unit="", source="Sum of the seven scored criteria"))
        rows.append({"option": one.option, **scores, "total": totals[-1], "fit": one.statutory_fit})
    names = [one.option for one in given]

    def preferred(*known: int) -> str:
        pairs = zip(known[: len(names)], known[len(names) :], names, strict=True)
        passing = [(score, name) for score, fit, name in pairs if fit >= PASS_SCORE]
        best = max((score for score, _ in passing), default=0)
        return listing([name for score, name in passing if score == best]) if passing else "none passes the test"

    fits = [one.statutory_fit for one in given]
    source = "Highest total among the options that pass the test"
    return {
        "rows": rows,
        "has_rows": bool(rows),
        "preferred": derive(preferred, *totals, *fits, unit="", source=source),
    }


def norfolk(plan: PackPlan) -> dict[str, object]:
    """Give Norfolk's published appraisal of 2014 as rows like the authority's own, with its scale."""
    example = plan.reference.options.worked_example
    rows = [
        {
            "option": one.title,
            **{name: one.scores[key] for name, key in zip(SCORED, NORFOLK, strict=True)},
            "total": one.total,
            "fit": one.test,
        }
        for one in example.options
    ]
    scale = [f"{step.score} {step.label.lower()}" for step in example.scale]
    return {"rows": rows, "scale": scale, "source": example.source}

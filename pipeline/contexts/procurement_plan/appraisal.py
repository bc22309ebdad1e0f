"""Which model and which route: the pack's plan comes in; suitability, routes and scored options come out."""

from typing import Any

from pipeline import pricing
from pipeline.facts import governance, law, quality
from pipeline.figure import Figure, Status, Unknown, Value, derive, total, unknowns
from pipeline.pack import PackPlan
from pipeline.profile import CommissioningModel
from pipeline.reference.procurement import Circumstance
from pipeline.wording import listing

SCORED = ("wellbeing", "resilience", "diversity", "workforce", "guaranteed_hours", "achievable", "affordable")
NORFOLK = ("well-being", "resilience", "diversity", "workforce", "guaranteed-hours", "achievable", "affordable")


def suitability(plan: PackPlan) -> dict[str, object]:
    """Judge whether outcomes suit the service: circumstances met, terms the model still waits for, and the finding."""
    given, titles = plan.reference.suitability, governance.role_titles(plan)
    rows = [_circumstance(plan, one) for one in given.circumstances]
    met = sum(row["is_shown"] is True for row in rows)
    waiting = unknowns(_model_terms(plan))
    missing = len(waiting.needs) if waiting else 0
    return {
        "circumstances": rows,
        "conditions": [
            {"id": one.id, "title": one.title, "how": one.how, "owner": titles[one.owner_role], "gateway": one.gateway}
            for one in given.conditions
        ],
        "met": met,
        "asked": len(rows),
        "enough": given.enough,
        "is_suited": met >= given.enough and not missing,
        "is_conditional": met >= given.enough and missing > 0,
        "is_unsuited": met < given.enough,
        "missing_count": missing,
    }


def _circumstance(plan: PackPlan, one: Circumstance) -> dict[str, object]:
    """Give a circumstance with whether the profile shows it and what shows it."""
    service = plan.profile.service
    names = {cohort.id: cohort.name for cohort in plan.reference.names.cohorts}
    cohorts = [names[cohort] for cohort in service.cohorts if cohort in one.cohorts]
    hours = service.response_hours
    is_timed = one.shown_by == "response-time"
    in_time = isinstance(hours, Figure) and one.within_hours is not None and hours.value <= one.within_hours
    return {
        "id": one.id,
        "title": one.title,
        "is_shown": one.shown_by == "specification" or bool(cohorts) or (is_timed and in_time),
        "is_unknown": is_timed and isinstance(hours, Unknown),
        "by_specification": one.shown_by == "specification",
        "by_time": is_timed,
        "hours": hours,
        "cohorts": cohorts,
        "has_cohorts": bool(cohorts),
    }


def _model_terms(plan: PackPlan) -> list[Value[Any]]:
    """Give the figures without which the commissioning model cannot go to market."""
    commercial, demand = plan.profile.commercial, plan.profile.demand
    if plan.model is CommissioningModel.REWARD:
        reward = commercial.reward
        bands = [value for band in reward.bands for value in (band.hours, band.volume_a_year)]
        share = (
            reward.payment,
            *pricing.chosen_payment_shares(reward),
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


def settled(plan: PackPlan) -> dict[str, Value[str]]:
    """Give what the profile has decided on referral to other services, and on the time of health partners."""
    return {"referral_on": _decision(plan, "DR-08"), "partners": _decision(plan, "DR-13")}


def _decision(plan: PackPlan, rule: str) -> Value[str]:
    """Give the decision on a design rule, for the commissioning model where the models differ."""
    given = next(one for one in plan.profile.change.design_rules if one.id == rule)
    own: Value[str] | None = getattr(given, plan.model.value.replace("-", "_"))
    return given.decision or own or Unknown()


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
    """Give the routes the regime allows, whether each suits the model, and which the profile chose."""
    route = quality.route(plan)
    chosen = route.value if isinstance(route, Figure) else ""
    regime = law.regime_id(plan)
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
        if regime in one.regimes
    ]


def appraisal_criteria(plan: PackPlan) -> list[dict[str, object]]:
    """Give the criteria of the appraisal, numbered as the columns of the tables of options; the last is the test."""
    return [
        {"number": number, "title": one.title, "scored": one.scored}
        for number, one in enumerate(plan.reference.options.criteria, 1)
    ]


def options(plan: PackPlan) -> dict[str, object]:
    """Give the authority's scored options with their totals, and the one preferred among those that pass the test."""
    given = plan.profile.evaluation.options
    pass_score = plan.reference.options.pass_score
    rows: list[dict[str, object]] = []
    totals: list[Value[int]] = []
    for one in given:
        scores: dict[str, Value[int]] = {name: getattr(one, name) for name in SCORED}
        totals.append(total(scores.values(), unit="", source="Sum of the seven scored criteria"))
        rows.append({"option": one.option, **scores, "total": totals[-1], "fit": one.statutory_fit})
    names = [one.option for one in given]

    def preferred(*known: int) -> str:
        pairs = zip(known[: len(names)], known[len(names) :], names, strict=True)
        passing = [(score, name) for score, fit, name in pairs if fit >= pass_score]
        best = max((score for score, _ in passing), default=0)
        return listing([name for score, name in passing if score == best]) if passing else "none"

    fits = [one.statutory_fit for one in given]
    source = "Highest total among the options that pass the test"
    return {
        "rows": rows,
        "has_rows": bool(rows),
        "pass_score": pass_score,
        "preferred": derive(preferred, *totals, *fits, unit="", source=source),
    }


def norfolk(plan: PackPlan) -> dict[str, object]:
    """Give Norfolk's published appraisal of 2014 as rows like the authority's own, its totals added up here.

    `is_own` says that the authority's options carry the very scores of that appraisal, so that they need not be shown twice.
    """
    example = plan.reference.options.worked_example
    rows: list[dict[str, object]] = []
    for one in example.options:
        scores = {name: one.scores[key] for name, key in zip(SCORED, NORFOLK, strict=True)}
        rows.append({"option": one.title, **scores, "total": sum(scores.values()), "fit": one.test})
    scale = [f"{step.score} {step.label.lower()}" for step in example.scale]
    own = [[_plain(getattr(one, name)) for name in (*SCORED, "statutory_fit")] for one in plan.profile.evaluation.options]
    published = [[row[name] for name in (*SCORED, "fit")] for row in rows]
    return {"rows": rows, "scale": scale, "source": example.source, "is_own": own == published}


def _plain(value: Value[Any]) -> object:
    return value.value if isinstance(value, Figure) else None


def published(plan: PackPlan) -> list[dict[str, str]]:
    """Give the figures Norfolk published in 2014, and how each was reached."""
    return [
        {"what": one.what, "working": one.working, "result": one.result, "source": one.source}
        for one in plan.reference.options.published
    ]


def thresholds(plan: PackPlan) -> list[dict[str, object]]:
    """Give the amounts on which duties of the Procurement Act 2023 turn in the nation."""
    return [
        {
            "title": one.title,
            "value": Figure(one.value, "£", one.source, one.as_at, Status(one.status)),
        }
        for one in plan.reference.rates.thresholds
        if plan.nation in one.nations and one.value is not None and one.unit == "GBP"
    ]

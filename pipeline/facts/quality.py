"""Outcomes, measures, indicators and award criteria."""

from pipeline.facts import FactTable, Row, by_id
from pipeline.figure import Figure, Status, Value, total
from pipeline.pack import PackPlan
from pipeline.profile import CommissioningModel
from pipeline.reference import Standard


def _owner(plan: PackPlan, owner: str) -> str:
    """Name who answers for a measure: the Provider, or a role of the authority."""
    return "Provider" if owner == "provider" else by_id(plan.reference.names.roles, owner).title


def outcomes(plan: PackPlan) -> Row:
    """The outcome catalogue, the measurement framework and the earlier vocabularies."""
    catalogue = plan.reference.outcomes
    names = {one.id: one.title for service in catalogue.service_level for one in service.individual}
    return {
        "service_level": [
            {
                "id": service.id,
                "title": service.title,
                "individual": [{"id": one.id, "title": one.title, "wording": one.wording} for one in service.individual],
            }
            for service in catalogue.service_level
        ],
        "measures": [
            {
                "id": one.id,
                "outcome": names[one.outcome],
                "measure": one.measure,
                "method": one.method,
                "frequency": one.frequency,
                "owner": one.owner,
                "owner_title": _owner(plan, one.owner),
                "kind": one.measure_class,
            }
            for one in catalogue.measures
        ],
        "national_measures": [{"number": one.number, "title": one.title} for one in catalogue.national_measures],
        "headline": [one.title for one in catalogue.headline],
        "expectations": [one.title for one in catalogue.expectations],
        "i_statements": [{"statement": one.statement, "supports": list(one.supports)} for one in catalogue.i_statements],
    }


def kpis(plan: PackPlan) -> list[Row]:
    """The key performance indicators of the commissioning model."""
    return [
        {
            "id": one.id,
            "title": one.title,
            "measure": one.measure,
            "method": one.method,
            "frequency": one.frequency,
            "owner": one.owner,
            "owner_title": _owner(plan, one.owner),
            "kind": one.measure_class,
            "target": one.target,
        }
        for one in plan.reference.kpis
        if plan.model in one.models
    ]


def _standard(entry: Standard) -> Value[int]:
    """Turn a service standard of the reference into a figure."""
    return Figure(entry.value, entry.unit, entry.source, status=Status(entry.status))


def standards(plan: PackPlan) -> Row:
    """Give every service standard by name as a figure."""
    return {entry.id: _standard(entry) for entry in plan.reference.standards}


def criteria(plan: PackPlan) -> list[Row]:
    """The award criteria and their weights."""
    return [
        {"id": one.id, "name": one.name, "group": one.group.replace("-", " "), "weight_percent": one.weight_percent}
        for one in plan.profile.evaluation.criteria
    ]


def _weight(plan: PackPlan, group: str) -> Value[object]:
    chosen = [one.weight_percent for one in plan.profile.evaluation.criteria if one.group == group]
    return total(chosen, unit="%", source="Sum of the criteria's weights")


def quality_weight(plan: PackPlan) -> object:
    """The weight of quality (%)."""
    return _weight(plan, "quality")


def price_weight(plan: PackPlan) -> object:
    """The weight of price (%)."""
    return _weight(plan, "price")


def social_value_weight(plan: PackPlan) -> object:
    """The weight of social value (%)."""
    return _weight(plan, "social-value")


def route(plan: PackPlan) -> object:
    """The procurement route chosen for the commissioning model."""
    routes = plan.profile.evaluation.routes
    chosen = {
        CommissioningModel.CARE_PLANNING: routes.care_planning,
        CommissioningModel.REWARD: routes.reward,
        CommissioningModel.POPULATION: routes.population,
    }
    return chosen[plan.model]


def quality_threshold(plan: PackPlan) -> object:
    """The lowest score a tender may have on a critical question."""
    return plan.profile.evaluation.quality_threshold


def max_lots_per_tenderer(plan: PackPlan) -> object:
    """How many lots one tenderer may win."""
    return plan.profile.evaluation.max_lots_per_tenderer


FACTS: FactTable = {
    "outcomes": outcomes,
    "kpis": kpis,
    "standards": standards,
    "criteria": criteria,
    "quality_weight": quality_weight,
    "price_weight": price_weight,
    "social_value_weight": social_value_weight,
    "route": route,
    "quality_threshold": quality_threshold,
    "max_lots_per_tenderer": max_lots_per_tenderer,
}

"""The golden thread: from each outcome to the requirements, indicators, clauses, price lines and actions that carry it."""

from collections.abc import Iterable

from pipeline.facts import FactTable, Row
from pipeline.pack import PackPlan
from pipeline.reference import Link, Thread

LINKS = ("requirements", "indicators", "clauses", "price_lines", "actions")


def _holding(plan: PackPlan, given: Iterable[Link]) -> list[str]:
    """Give the ids of the links that hold for the plan's model, nation and kind of service."""
    buys = plan.profile.service.buys
    return sorted(one.id for one in given if plan.model in one.models and plan.nation in one.nations and buys in one.buys)


def golden_thread(plan: PackPlan) -> list[Row]:
    """Give a row for each outcome in the order of the catalogue; what a service-level one carries holds for those under it."""
    threads = {one.outcome: one for one in plan.reference.golden_thread}
    rows: list[Row] = []
    for service in plan.reference.outcomes.service_level:
        rows.append(_row(plan, threads[service.id], service.title, is_service_level=True))
        rows += [_row(plan, threads[one.id], one.title, is_service_level=False) for one in service.individual]
    return rows


def _row(plan: PackPlan, thread: Thread, title: str, *, is_service_level: bool) -> Row:
    carried = {kind: ", ".join(_holding(plan, getattr(thread, kind))) for kind in LINKS}
    return {"id": thread.outcome, "title": title, "is_service_level": is_service_level, **carried}


def price_lines(plan: PackPlan) -> list[Row]:
    """Give what a bidder prices under the commissioning model, and on which sheet of the pricing schedule."""
    return [
        {"id": one.id, "title": one.title, "unit": one.unit, "sheet": one.sheet}
        for one in plan.reference.price_lines
        if plan.model in one.models
    ]


FACTS: FactTable = {"price_lines": price_lines}
INTERNAL: FactTable = {"golden_thread": golden_thread}

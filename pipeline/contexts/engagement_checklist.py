"""Facts of the engagement checklist: the pack's plan comes in; dated actions and the duties behind them come out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline import law
from pipeline.contexts.change_management_plan import ROLES, after, calendar, has_calendar, milestones, role_titles
from pipeline.facts import FactTable, Row
from pipeline.figure import Figure, Value, is_known
from pipeline.pack import PackPlan
from pipeline.profile import CalendarEvent, Nation
from pipeline.reference import EngagementRow, Provision
from pipeline.wording import listing

# The phases in order, with the heading each has in the checklist.
PHASES: Mapping[str, str] = {
    "prepare": "Prepare",
    "design": "Design with people",
    "market": "Engage the market",
    "tender": "During the tender",
    "award": "Award and transfer",
    "mobilise": "Mobilise",
    "live": "After the start",
}
# How the checklist abbreviates the date that an action is counted from, and the languages it is carried out in.
ANCHORS: Mapping[str, str] = {"tender": "T", "award": "A", "contract-start": "S"}
LANGUAGES: Mapping[str, str] = {"English": "EN", "Welsh": "CY"}
# Provisions on these subjects only are rules of the competition or of good practice, not duties to involve people.
NOT_DUTIES = frozenset({"procurement", "health-procurement", "money", "change-in-law", "practice"})
# Steps that only the Procurement Act 2023 asks for; an award under the Provider Selection Regime has its own, and is
# left out of the reports of the 2026 Regulations (domain brief 2.4, 3.1 and 3.2).
PROCUREMENT_ACT_STEPS = frozenset({"PA23", "PA23-50", "PA23-51", "PA23-53", "PREG24", "PWREG24", "SPPREG26"})
NOT_STARTED = "Not started"


@dataclass(frozen=True)
class _Action:
    """A row of the checklist with its due date."""

    row: EngagementRow
    due: Value[date]


def _is_health(plan: PackPlan) -> bool:
    return plan.profile.service.buys == "health-care"


def _applies(row: EngagementRow, plan: PackPlan, *, is_health: bool) -> bool:
    """Say whether a row belongs in the checklist of this model, nation and regime."""
    if plan.model not in row.models or plan.nation not in row.nations:
        return False
    return not (is_health and PROCUREMENT_ACT_STEPS & set(row.provisions))


def _actions(plan: PackPlan) -> list[_Action]:
    """Give the rows that apply, in order of phase and date."""
    dates = milestones(plan)
    # Where the standstill is not known the award counts from the first day of its stage.
    award = dates["award_notice"] if is_known(dates["award_notice"]) else dates["assessment_summaries"]
    anchors = {"contract-start": dates["contract_start"], "tender": dates["tender_notice"], "award": award}
    is_health = _is_health(plan)
    found = [
        _Action(row, after(anchors[row.anchor], row.due_offset_weeks, plan.nation))
        for row in plan.reference.engagement
        if _applies(row, plan, is_health=is_health)
    ]
    order = list(PHASES)
    found.sort(key=lambda one: (order.index(one.row.phase), one.row.anchor == "contract-start", one.row.due_offset_weeks))
    return found


def _timing(row: EngagementRow) -> str:
    """Word an offset in weeks: T−36 is 36 weeks before the tender notice, S+4 is 4 after the start, A is the award notice."""
    anchor = ANCHORS[row.anchor]
    weeks = row.due_offset_weeks
    if not weeks:
        return anchor
    return f"{anchor}{'−' if weeks < 0 else '+'}{abs(weeks)}"


def _elections(due: Value[date], events: Sequence[CalendarEvent]) -> list[str]:
    """Name the elections whose period a due date falls in."""
    if not isinstance(due, Figure):
        return []
    return [event.name for event in events if event.kind == "election" and event.starts <= due.value <= event.ends]


def _languages(row: EngagementRow) -> str:
    """Abbreviate the languages of an action: EN, CY."""
    return ", ".join(LANGUAGES[one] for one in row.languages)


def phases(plan: PackPlan) -> list[Row]:
    """Give the checklist: each phase that has actions, with its actions in order of date."""
    actions = _actions(plan)
    events = plan.profile.dates.calendar
    return [
        {
            "id": phase,
            "name": name,
            "count": sum(one.row.phase == phase for one in actions),
            "actions": [_shown(one, events) for one in actions if one.row.phase == phase],
        }
        for phase, name in PHASES.items()
        if any(one.row.phase == phase for one in actions)
    ]


def _shown(one: _Action, events: Sequence[CalendarEvent]) -> Row:
    """Give one action as the table shows it."""
    row = one.row
    elections = _elections(one.due, events)
    return {
        "id": row.id,
        "audience": row.audience,
        "action": row.action,
        "method": row.method,
        "languages": _languages(row),
        "role": ROLES[row.owner_role],
        "due": one.due,
        "timing": _timing(row),
        "evidence": row.evidence,
        "reason": row.trigger,
        "status": NOT_STARTED,
        "is_in_election": bool(elections),
        "election": listing(elections) if elections else "",
    }


def actions_count(plan: PackPlan) -> int:
    """Count the actions of the checklist."""
    return len(_actions(plan))


def election_clashes(plan: PackPlan) -> list[Row]:
    """Give the actions that fall due in an election period of the profile's calendar."""
    events = plan.profile.dates.calendar
    shown = [_shown(one, events) for one in _actions(plan)]
    return [one for one in shown if one["is_in_election"]]


def has_election_clashes(plan: PackPlan) -> bool:
    """Say whether any action falls due in an election period."""
    return bool(election_clashes(plan))


def triggers(plan: PackPlan) -> list[Row]:
    """Give the provisions in force that the actions rest on, each with the actions that answer it."""
    actions = _actions(plan)
    cited = {provision for one in actions for provision in one.row.provisions}
    is_health = _is_health(plan)
    return [
        {
            "id": provision.id,
            "title": provision.title,
            "why_it_matters": provision.why_it_matters,
            "status": provision.status,
            "is_confirmed": provision.status == "confirmed",
            "actions": [one.row.id for one in actions if provision.id in one.row.provisions],
        }
        for provision in law.in_force(plan.reference.legal_register.provisions, plan.nation, plan.prepared_on)
        if provision.id in cited and _is_duty(provision) and not (is_health and _is_procurement_act(provision))
    ]


def _is_duty(provision: Provision) -> bool:
    """Say whether a provision is a duty towards people, workers or communities."""
    return not set(provision.topics) <= NOT_DUTIES


def _is_procurement_act(provision: Provision) -> bool:
    return provision.id == "PA23" or provision.part_of == "PA23"


def selection_steps(plan: PackPlan) -> list[Row]:
    """Give the steps of the Provider Selection Regime in Wales; an empty list elsewhere."""
    if plan.nation is not Nation.WALES or not _is_health(plan):
        return []
    return [{"id": one.id, "title": one.title, "when": one.when, "note": one.note} for one in plan.reference.notices.psr_wales]


FACTS: FactTable = {
    "role": role_titles,
    "phases": phases,
    "actions_count": actions_count,
    "triggers": triggers,
    "selection_steps": selection_steps,
    "election_clashes": election_clashes,
    "has_election_clashes": has_election_clashes,
    "milestone": milestones,
    "calendar": calendar,
    "has_calendar": has_calendar,
}
INTERNAL: frozenset[str] = frozenset(FACTS)

"""Facts of the engagement checklist: the pack's plan comes in; dated actions and the duties behind them come out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline import law
from pipeline.facts import FactTable, Row, governance
from pipeline.facts.law import regime_id
from pipeline.facts.schedule import after, milestones
from pipeline.figure import Figure, Value, is_known
from pipeline.pack import PackPlan
from pipeline.profile import CalendarEvent
from pipeline.reference import EngagementRow, Scale, Stage
from pipeline.timetable import PlannedStage, Timetable, timetable_of

# How the checklist abbreviates the date that an action is counted from, in order of date.
ANCHORS: Mapping[str, str] = {
    "engagement": "E",
    "tender": "T",
    "decision": "D",
    "summaries": "B",
    "award": "A",
    "contract-start": "S",
}
EARLY: frozenset[str] = frozenset({"prepare", "design", "market"})
# The data say members for those who decide, elected or appointed; a health board's are called board members.
MEMBERS = re.compile(r"\b(m)embers\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Action:
    """A row of the checklist with its offset in this procurement's timetable and its due date."""

    row: EngagementRow
    weeks: int
    due: Value[date]


def _applies(row: EngagementRow, plan: PackPlan, regime: str) -> bool:
    """Say whether a row belongs in the checklist of this model, nation, regime and size."""
    return plan.model in row.models and plan.nation in row.nations and regime in row.regimes and _fits(row.scale, plan)


def _fits(scale: Scale, plan: PackPlan) -> bool:
    """Say whether an action is meant for so many lots and people; an unknown number of people counts as large."""
    lots = "several" if len(plan.profile.lots) > 1 else "one"
    if scale.lots not in {"any", lots}:
        return False
    people = plan.profile.demand.people_supported
    if not isinstance(people, Figure):
        return scale.people_below is None
    return (scale.people_from or 0) <= people.value and (scale.people_below is None or people.value < scale.people_below)


def _actions(plan: PackPlan) -> list[_Action]:
    """Give the rows that apply, in order of phase and date."""
    planned = timetable_of(plan)
    dates = milestones(plan)
    # Where the standstill is not known the award counts from the first day of its stage.
    award = dates["award_notice"] if is_known(dates["award_notice"]) else dates["assessment_summaries"]
    anchors = {
        "engagement": dates["engagement_notice"],
        "tender": dates["tender_notice"],
        "decision": dates["award_decision"],
        "summaries": dates["assessment_summaries"],
        "award": award,
        "contract-start": dates["contract_start"],
    }
    regime = regime_id(plan)
    found = []
    for row in plan.reference.engagement:
        if _applies(row, plan, regime):
            weeks = _weeks(row, plan.reference.stages, planned)
            # The day itself is kept as the timetable gives it.
            due = after(anchors[row.anchor], weeks, plan.nation) if weeks else anchors[row.anchor]
            found.append(_Action(row, weeks, due))
    order = [phase.id for phase in plan.reference.engagement_phases]
    opening = -sum(one.weeks for one in _before_tender(planned.stages) if one.id != "mandate")
    return sorted(found, key=lambda one: (order.index(one.row.phase), *_place(one, opening)))


def _place(one: _Action, opening: int) -> tuple[int, int]:
    """Give an action's place in its phase: those counted from the opening of engagement stand among those before the tender."""
    anchor = one.row.anchor
    weeks = one.weeks + opening if anchor == "engagement" else one.weeks
    return list(ANCHORS).index("tender" if anchor == "engagement" else anchor), weeks


def _weeks(row: EngagementRow, stages: Sequence[Stage], planned: Timetable) -> int:
    """Give a row's offset in this timetable's weeks.

    Offsets before the tender are written for stages of the usual length; where a model lengthens a stage (the real-cost
    trial, the baseline) or the dates shorten one, an action keeps its place within its stage.
    """
    if row.anchor != "tender" or row.due_offset_weeks >= 0:
        return row.due_offset_weeks
    left, weeks = -row.due_offset_weeks, 0
    usual = {one.id: one.weeks_default for one in stages}
    for stage in reversed(_before_tender(planned.stages)):
        length = usual[stage.id]
        if left <= length:
            return -weeks - (left * stage.weeks * 2 + length) // (length * 2)
        left -= length
        weeks += stage.weeks
    return -weeks - left


def _before_tender(stages: Sequence[PlannedStage]) -> Sequence[PlannedStage]:
    """Give the stages before the tender that take any time, in order."""
    place = next((number for number, one in enumerate(stages) if one.id == "tender"), 0)
    return [one for one in stages[:place] if one.weeks]


def _timing(row: EngagementRow, weeks: int) -> str:
    """Word an offset: T−36 is 36 weeks before the tender notice, S+4 is 4 after the start, A is the award notice."""
    anchor = ANCHORS[row.anchor]
    if not weeks:
        return anchor
    return f"{anchor}{'−' if weeks < 0 else '+'}{abs(weeks)}"


def _clashes(one: _Action, events: Sequence[CalendarEvent]) -> bool:
    """Say whether an action that launches or publicises something falls due in an election period."""
    due = one.due
    if not (one.row.public and isinstance(due, Figure)):
        return False
    return any(event.kind == "election" and event.starts <= due.value <= event.ends for event in events)


def _worded(text: str, plan: PackPlan) -> str:
    """Call those who decide by their name: the members of a health board are its board members."""
    if plan.authority.kind == "council":
        return text
    return MEMBERS.sub(lambda found: "Board members" if found[1] == "M" else "board members", text)


def phases(plan: PackPlan) -> list[Row]:
    """Give the checklist: each phase that has actions, with its actions in order of date."""
    actions = _actions(plan)
    return [
        {
            "id": phase.id,
            "name": phase.title,
            "purpose": phase.purpose,
            "count": sum(one.row.phase == phase.id for one in actions),
            "actions": [_shown(one, plan) for one in actions if one.row.phase == phase.id],
        }
        for phase in plan.reference.engagement_phases
        if any(one.row.phase == phase.id for one in actions)
    ]


def _shown(one: _Action, plan: PackPlan) -> Row:
    """Give one action as the table shows it."""
    row = one.row
    return {
        "id": row.id,
        "audience": _worded(row.audience, plan),
        "action": _worded(row.action, plan),
        "method": _worded(row.method, plan),
        "role": governance.role_titles(plan)[row.owner_role],
        "due": one.due,
        "timing": _timing(row, one.weeks),
        "evidence": row.evidence,
        "reason": row.trigger,
        "is_in_election": _clashes(one, plan.profile.dates.calendar),
    }


def owners(plan: PackPlan) -> list[str]:
    """Give the load of each role, the busiest first: its actions, and in brackets those of the phases before the tender."""
    held: dict[str, list[bool]] = {}
    for one in _actions(plan):
        held.setdefault(one.row.owner_role, []).append(one.row.phase in EARLY)
    titles = governance.role_titles(plan)
    return [f"{titles[role]} {len(mine)} ({sum(mine)})" for role, mine in sorted(held.items(), key=lambda item: -len(item[1]))]


def one_language(plan: PackPlan) -> Row:
    """Give the references of the actions that are carried out in one of the two languages of Wales alone."""
    actions = _actions(plan)
    found = {name: [one.row.id for one in actions if one.row.languages == (name,)] for name in ("English", "Welsh")}
    return {"english": found["English"], "welsh": found["Welsh"]}


def actions_count(plan: PackPlan) -> int:
    """Count the actions of the checklist."""
    return len(_actions(plan))


def election_clashes(plan: PackPlan) -> list[str]:
    """Give the references of the public actions that fall due in an election period of the profile's calendar."""
    events = plan.profile.dates.calendar
    return [one.row.id for one in _actions(plan) if _clashes(one, events)]


def has_election_clashes(plan: PackPlan) -> bool:
    """Say whether any action falls due in an election period."""
    return bool(election_clashes(plan))


def triggers(plan: PackPlan) -> list[Row]:
    """Give the duties in force that the actions rest on, each with the actions that answer it."""
    actions = _actions(plan)
    return [
        {
            "provision_id": provision.id,
            "title": provision.title,
            "is_confirmed": provision.status == "confirmed",
            "actions": [one.row.id for one in actions if provision.id in one.row.duties],
        }
        for provision in law.in_force(plan.reference.legal_register.provisions, plan.nation, plan.prepared_on)
        if any(provision.id in one.row.duties for one in actions)
    ]


FACTS: FactTable = {
    "phases": phases,
    "owners": owners,
    "one_language": one_language,
    "actions_count": actions_count,
    "triggers": triggers,
    "election_clashes": election_clashes,
    "has_election_clashes": has_election_clashes,
}
INTERNAL: frozenset[str] = frozenset(FACTS)

"""Facts of the engagement checklist: the pack's plan comes in; dated actions and the duties behind them come out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline import law
from pipeline.facts import FactTable, Row, governance
from pipeline.facts.schedule import after, milestones
from pipeline.figure import Figure, Value, is_known
from pipeline.pack import PackPlan
from pipeline.profile import CalendarEvent, Nation
from pipeline.reference import EngagementRow, Provision, Stage
from pipeline.timetable import PlannedStage, Timetable, timetable_of

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
NOT_DUTIES = frozenset({"procurement", "health-procurement", "money", "change-in-law", "practice", "regulation"})
# Steps that only the Procurement Act 2023 asks for; an award under the Provider Selection Regime has its own, and is
# left out of the reports of the 2026 Regulations.
PROCUREMENT_ACT_STEPS = frozenset({"PA23", "PA23-50", "PA23-51", "PA23-53", "PREG24", "PWREG24", "SPPREG26"})
# How the engagement data name the notice that opens the engagement stage.
ENGAGEMENT_NOTICE = "UK2"
NOT_STARTED = "Not started"


@dataclass(frozen=True)
class _Action:
    """A row of the checklist with its offset in this procurement's timetable and its due date."""

    row: EngagementRow
    weeks: int
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
    planned = timetable_of(plan)
    dates = milestones(plan)
    # Where the standstill is not known the award counts from the first day of its stage.
    award = dates["award_notice"] if is_known(dates["award_notice"]) else dates["assessment_summaries"]
    anchors = {"contract-start": dates["contract_start"], "tender": dates["tender_notice"], "award": award}
    is_health = _is_health(plan)
    found = []
    for row in plan.reference.engagement:
        if _applies(row, plan, is_health=is_health):
            weeks = _weeks(row, plan.reference.stages, planned)
            due = after(anchors[row.anchor], weeks, plan.nation)
            found.append(_Action(row, weeks, dates["engagement_notice"] if ENGAGEMENT_NOTICE in row.method else due))
    order = list(PHASES)
    found.sort(key=lambda one: (order.index(one.row.phase), one.row.anchor == "contract-start", one.weeks))
    return found


def _weeks(row: EngagementRow, stages: Sequence[Stage], planned: Timetable) -> int:
    """Give a row's offset in this timetable's weeks.

    Offsets before the tender are written for stages of the usual length; where a model lengthens a stage (the real-cost
    trial, the baseline) or the dates shorten one, an action keeps its place within its stage.
    """
    if row.anchor != "tender" or row.due_offset_weeks >= 0:
        return row.due_offset_weeks
    if ENGAGEMENT_NOTICE in row.method:
        return -sum(one.weeks for one in _before_tender(planned.stages) if one.id != "mandate")
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
    titles = governance.role_titles(plan)
    return [
        {
            "id": phase,
            "name": name,
            "count": sum(one.row.phase == phase for one in actions),
            "actions": [_shown(one, events, titles) for one in actions if one.row.phase == phase],
        }
        for phase, name in PHASES.items()
        if any(one.row.phase == phase for one in actions)
    ]


def _shown(one: _Action, events: Sequence[CalendarEvent], titles: Mapping[str, str]) -> Row:
    """Give one action as the table shows it."""
    row = one.row
    return {
        "id": row.id,
        "audience": row.audience,
        "action": row.action,
        "method": row.method,
        "languages": _languages(row),
        "role": titles[row.owner_role],
        "due": one.due,
        "timing": _timing(row, one.weeks),
        "evidence": row.evidence,
        "reason": row.trigger,
        "status": NOT_STARTED,
        "is_in_election": bool(_elections(one.due, events)),
    }


def actions_count(plan: PackPlan) -> int:
    """Count the actions of the checklist."""
    return len(_actions(plan))


def election_clashes(plan: PackPlan) -> list[str]:
    """Give the references of the actions that fall due in an election period of the profile's calendar."""
    events = plan.profile.dates.calendar
    return [one.row.id for one in _actions(plan) if _elections(one.due, events)]


def has_election_clashes(plan: PackPlan) -> bool:
    """Say whether any action falls due in an election period."""
    return bool(election_clashes(plan))


def triggers(plan: PackPlan) -> list[Row]:
    """Give the provisions in force that the actions rest on, each with the actions that answer it."""
    actions = _actions(plan)
    cited = {provision for one in actions for provision in one.row.provisions}
    return [
        {
            "provision_id": provision.id,
            "title": provision.title,
            "is_confirmed": provision.status == "confirmed",
            "actions": [one.row.id for one in actions if provision.id in one.row.provisions],
        }
        for provision in law.in_force(plan.reference.legal_register.provisions, plan.nation, plan.prepared_on)
        if provision.id in cited and _is_duty(provision)
    ]


def _is_duty(provision: Provision) -> bool:
    """Say whether a provision is a duty towards people, workers or communities."""
    return provision.id not in PROCUREMENT_ACT_STEPS and not set(provision.topics) <= NOT_DUTIES


def selection_steps(plan: PackPlan) -> list[Row]:
    """Give the steps of the Provider Selection Regime in Wales; an empty list elsewhere."""
    if plan.nation is not Nation.WALES or not _is_health(plan):
        return []
    return [{"id": one.id, "title": one.title, "when": one.when, "note": one.note} for one in plan.reference.notices.psr_wales]


FACTS: FactTable = {
    "phases": phases,
    "actions_count": actions_count,
    "triggers": triggers,
    "selection_steps": selection_steps,
    "election_clashes": election_clashes,
    "has_election_clashes": has_election_clashes,
}
INTERNAL: frozenset[str] = frozenset(FACTS)

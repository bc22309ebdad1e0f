"""The stages of a procurement: their lengths and one fixed date go in, dated stages and key dates come out.

A stage's weeks are calendar weeks; it starts and ends on a working day, except that mobilisation ends the day before
the contract starts. Weeks, ranges and what each model adds are inputs/reference/stages.yaml.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

from pipeline.figure import Figure, Status, Unknown, Value, unknowns
from pipeline.pack import PackPlan
from pipeline.profile import CalendarEvent, CommissioningModel, Nation
from pipeline.record import shared
from pipeline.reference import Stage
from pipeline.timetable.working_days import DAY, last_working_day, next_working_day, working_days, working_days_back

T = TypeVar("T")
WEEK = timedelta(weeks=1)
SOURCE = "Timetable worked out from the fixed dates"
# Procurement Act 2023 section 53: the contract details notice of a light touch contract is due within 120 days.
DETAILS_NOTICE_DAYS = 120
# Employee liability information at least 28 days before a transfer (professional practice, to be confirmed).
LIABILITY_INFORMATION_DAYS = 28
# Where the length of the standstill under the Provider Selection Regime will be written once it is known.
PSR_STANDSTILL = "reference.notices.psr_wales[PSR-6].standstill_working_days"


@dataclass(frozen=True)
class PlannedStage:
    """One stage of the timetable with its dates, which are unknown when nothing fixes them."""

    id: str
    name: str
    weeks: int
    start: Value[date]
    end: Value[date]
    working_days: Value[int]
    owner_role: str
    note: str


@dataclass(frozen=True)
class KeyDate:
    """One date that a notice, a decision or a letter hangs on."""

    id: str
    date: Value[date]


@dataclass(frozen=True)
class FixedDates:
    """The dates a timetable hangs on, as the profile gives them."""

    contract_start: Value[date]
    procurement_start: Value[date]
    current_contracts_end: Value[date]


@dataclass(frozen=True)
class Timetable:
    """The dated stages and what they were worked out from; `weeks_shortest` takes every stage at its lowest."""

    stages: tuple[PlannedStage, ...]
    weeks: int
    weeks_usual: int
    weeks_shortest: int
    fixed: FixedDates
    contract_start: Value[date]
    weeks_in_hand: Value[int]
    standstill_days: Value[int]
    standstill_start: Value[date]
    events: tuple[CalendarEvent, ...]

    @property
    def is_squeezed(self) -> bool:
        """Say whether stages were shortened below their usual length to fit."""
        return self.weeks < self.weeks_usual

    @property
    def is_dated(self) -> bool:
        """Say whether at least one of the two fixed dates is known."""
        return isinstance(self.contract_start, Figure)

    def stage(self, name: str) -> PlannedStage | None:
        """Give the stage with this id, or None when the reference data has no such stage."""
        return next((stage for stage in self.stages if stage.id == name), None)


def timetable(  # noqa: PLR0913 - each argument is a fact of its own, and all but two are named
    stages: Sequence[Stage],
    fixed: FixedDates,
    *,
    model: CommissioningModel,
    nation: Nation,
    events: Sequence[CalendarEvent] = (),
    trial_weeks: Value[int] | None = None,
    standstill: Unknown | None = None,
) -> Timetable:
    """Date the stages back from the contract's start, or forward from the procurement's start when only that is known.

    `trial_weeks` is the locality's own length of Model 2's real-cost trial (it replaces the extra weeks of the
    stages); `standstill` says that the regime's standstill is not known. Stages are shortened towards their lowest
    when they would otherwise not fit between the two dates.
    """
    extra = [_extra_weeks(stage, model, trial_weeks) for stage in stages]
    usual = [stage.weeks_default + more for stage, more in zip(stages, extra, strict=True)]
    shortest = [stage.weeks_low + more for stage, more in zip(stages, extra, strict=True)]
    room = _room(fixed)
    weeks = _squeeze(usual, shortest, room)
    bounds = _bounds(stages, weeks, fixed, nation)
    longer = _total(bounds, weeks) - sum(weeks)
    if room is not None and longer and sum(weeks) + longer > room:
        weeks = _squeeze(usual, shortest, room - longer)
        bounds = _bounds(stages, weeks, fixed, nation)
        longer = _total(bounds, weeks) - sum(weeks)
    basis = (fixed.contract_start, fixed.procurement_start)
    spans = [None for _ in stages] if bounds is None else list(pairwise(bounds))
    planned = tuple(
        _planned(stage, length, span, nation, basis) for stage, length, span in zip(stages, weeks, spans, strict=True)
    )
    days = _standstill_days(stages, standstill)
    return Timetable(
        stages=planned,
        weeks=sum(weeks) + longer,
        weeks_usual=sum(usual) + longer,
        weeks_shortest=sum(shortest) + longer,
        fixed=fixed,
        contract_start=_contract_start(bounds, basis),
        weeks_in_hand=_waiting(basis, "weeks") if room is None else _figure(room - sum(weeks) - longer, basis, "weeks"),
        standstill_days=days,
        standstill_start=_standstill_start(planned, days, nation),
        events=tuple(events),
    )


@shared
def timetable_of(plan: PackPlan) -> Timetable:
    """Read from a pack's plan what the timetable needs, and give the timetable."""
    profile = plan.profile
    dates = profile.dates
    is_reward = plan.model is CommissioningModel.REWARD
    is_health = profile.service.buys == "health-care"
    stages = plan.reference.stages
    return timetable(
        tuple(_under_health_regime(stage) for stage in stages) if is_health else stages,
        FixedDates(dates.contract_start, dates.procurement_start, dates.current_contracts_end),
        model=plan.model,
        nation=plan.nation,
        events=dates.calendar,
        trial_weeks=profile.commercial.reward.trial_weeks if is_reward else None,
        standstill=Unknown(needs=(PSR_STANDSTILL,), unit="working days") if is_health else None,
    )


def _under_health_regime(stage: Stage) -> Stage:
    """Give a stage the name and note it has where the health service's selection regime applies."""
    return stage.model_copy(update={"name": stage.health_name or stage.name, "note": stage.health_note or stage.note})


def key_dates(planned: Timetable) -> tuple[KeyDate, ...]:
    """Take a timetable and give the dates that notices, decisions and letters hang on, in order."""
    starts = {stage.id: stage.start for stage in planned.stages}
    ends = {stage.id: stage.end for stage in planned.stages}
    is_counted = isinstance(planned.standstill_start, Figure)
    return (
        KeyDate("decision_to_proceed", ends["mandate"]),
        KeyDate("engagement_notice", starts["engagement"]),
        KeyDate("planned_notice", starts["documents"]),
        KeyDate("tender_notice", starts["tender"]),
        KeyDate("tender_deadline", ends["tender"]),
        KeyDate("award_decision", ends["approval"]),
        KeyDate("assessment_summaries", starts["standstill"]),
        KeyDate("award_notice", planned.standstill_start),
        KeyDate("standstill_end", ends["standstill"] if is_counted else planned.standstill_start),
        KeyDate("contract_signed", ends["signature"]),
        KeyDate("mobilisation_start", starts["mobilisation"]),
        KeyDate("liability_information", _moved(planned.contract_start, -LIABILITY_INFORMATION_DAYS)),
        KeyDate("details_notice", _moved(ends["signature"], DETAILS_NOTICE_DAYS)),
        KeyDate("contract_start", planned.contract_start),
    )


def _extra_weeks(stage: Stage, model: CommissioningModel, trial_weeks: Value[int] | None) -> int:
    """Give the weeks a model adds to a stage; a known length of trial stands in place of the usual one."""
    extra = next((weeks for name, weeks in stage.extra_weeks.items() if name == model), 0)
    return trial_weeks.value if extra and isinstance(trial_weeks, Figure) else extra


def _room(fixed: FixedDates) -> int | None:
    """Give the whole weeks between the two fixed dates, or None when either is unknown."""
    if isinstance(fixed.contract_start, Figure) and isinstance(fixed.procurement_start, Figure):
        return (fixed.contract_start.value - fixed.procurement_start.value).days // 7
    return None


def _squeeze(usual: Sequence[int], shortest: Sequence[int], room: int | None) -> list[int]:
    """Shorten stages a week at a time, longest slack first, until they fit; leave them when the shortest do not."""
    weeks = list(usual)
    if room is None or sum(shortest) > room:
        return weeks
    while sum(weeks) > room:
        slack = [now - low for now, low in zip(weeks, shortest, strict=True)]
        weeks[slack.index(max(slack))] -= 1
    return weeks


def _bounds(stages: Sequence[Stage], weeks: Sequence[int], fixed: FixedDates, nation: Nation) -> list[date] | None:
    """Give the day each stage begins and, last, the day after them all; None when neither end is known."""
    if isinstance(fixed.contract_start, Figure):
        bounds = [fixed.contract_start.value]
        for stage, length in zip(reversed(stages), reversed(weeks), strict=True):
            start = bounds[0] - length * WEEK
            bounds.insert(0, start if _holds(stage, start, bounds[0], nation) else start - WEEK)
        return bounds
    if isinstance(fixed.procurement_start, Figure):
        bounds = [fixed.procurement_start.value]
        for stage, length in zip(stages, weeks, strict=True):
            end = bounds[-1] + length * WEEK
            bounds.append(end if _holds(stage, bounds[-1], end, nation) else end + WEEK)
        return bounds
    return None


def _holds(stage: Stage, start: date, after: date, nation: Nation) -> bool:
    """Say whether a stage has room for its standstill and, before it, a working day for the assessment summaries."""
    return stage.standstill_working_days is None or working_days(start, after - DAY, nation) > stage.standstill_working_days


def _total(bounds: Sequence[date] | None, weeks: Sequence[int]) -> int:
    return sum(weeks) if bounds is None else (bounds[-1] - bounds[0]).days // 7


def _planned(
    stage: Stage, weeks: int, span: tuple[date, date] | None, nation: Nation, basis: Sequence[Value[date]]
) -> PlannedStage:
    """Date one stage from its first day and the day after it; mobilisation runs to the very day before."""
    start: Value[date] = _waiting(basis)
    end: Value[date] = _waiting(basis)
    days: Value[int] = _waiting(basis, "working days")
    if span is not None:
        first = next_working_day(span[0], nation)
        last = span[1] - DAY if stage.id == "mobilisation" else last_working_day(span[1] - DAY, nation)
        weeks = (span[1] - span[0]).days // 7
        start, end = _figure(first, basis), _figure(last, basis)
        days = _figure(working_days(first, last, nation), basis, "working days")
    return PlannedStage(stage.id, stage.name, weeks, start, end, days, stage.owner_role, stage.note)


def _standstill_days(stages: Sequence[Stage], standstill: Unknown | None) -> Value[int]:
    if standstill is not None:
        return standstill
    for stage in stages:
        if stage.standstill_working_days is not None:
            return Figure(stage.standstill_working_days, "working days", stage.source)
    return Unknown(unit="working days")


def _standstill_start(planned: Sequence[PlannedStage], days: Value[int], nation: Nation) -> Value[date]:
    """Count the standstill back from its last day; the day the award notice is published is its first (section 51)."""
    end = next((stage.end for stage in planned if stage.id == "standstill"), Unknown())
    if isinstance(end, Figure) and isinstance(days, Figure):
        return _figure(working_days_back(end.value, days.value, nation), (end,))
    return unknowns((end, days)) or Unknown()


def _contract_start(bounds: Sequence[date] | None, basis: Sequence[Value[date]]) -> Value[date]:
    """Give the contract's start as fixed, or the earliest one the stages allow when only the procurement's start is."""
    if bounds is None:
        return _waiting(basis)
    return basis[0] if isinstance(basis[0], Figure) else _figure(bounds[-1], basis)


def _moved(day: Value[date], days: int) -> Value[date]:
    return _figure(day.value + days * DAY, (day,)) if isinstance(day, Figure) else day


def _figure(value: T, basis: Sequence[Value[date]], unit: str = "") -> Figure[T]:
    """Make a figure that rests on the fixed dates; indicative, as the lengths of stages are planning assumptions."""
    fields = {field for one in basis if isinstance(one, Figure) for field in one.fields}
    return Figure(value, unit, SOURCE, None, Status.INDICATIVE, tuple(sorted(fields)))


def _waiting(basis: Sequence[Value[date]], unit: str = "") -> Unknown:
    """Name the fixed dates that are not known."""
    waiting = unknowns(basis)
    return Unknown(needs=waiting.needs if waiting else (), unit=unit)

"""Worked dates of the timetable: working days, stages counted back and forward, what does not fit or is not known."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.figure import Figure, Unknown, Value
from pipeline.profile import CalendarEvent, CommissioningModel, Nation
from pipeline.reference import Stage
from pipeline.timetable import (
    FixedDates,
    Timetable,
    is_working_day,
    key_dates,
    last_working_day,
    next_working_day,
    timetable,
    timetable_findings,
    working_days,
    working_days_back,
)

# id, lowest, usual and highest weeks, as in inputs/reference/stages.yaml: 76 weeks as usual, 53 at the lowest.
WEEKS = (
    ("mandate", 8, 10, 12),
    ("engagement", 6, 9, 12),
    ("design", 4, 8, 12),
    ("documents", 8, 9, 10),
    ("tender", 5, 7, 8),
    ("evaluation", 4, 5, 6),
    ("approval", 3, 4, 4),
    ("standstill", 2, 3, 3),
    ("signature", 1, 2, 2),
    ("mobilisation", 12, 19, 26),
)
STAGES = tuple(
    Stage(
        id=name,
        name=name.capitalize(),
        weeks_low=low,
        weeks_default=usual,
        weeks_high=high,
        extra_weeks={"reward": 26} if name == "design" else {},
        standstill_working_days=8 if name == "standstill" else None,
        owner_role="procurement",
        note="A test.",
        source="A test",
        status="indicative",
    )
    for name, low, usual, high in WEEKS
)
BOTH = pytest.mark.parametrize("nation", list(Nation))


def known(text: str) -> Figure[date]:
    return Figure(date.fromisoformat(text), "", "A test", fields=(f"dates.{text}",))


def unknown(name: str) -> Unknown:
    return Unknown(needs=(f"dates.{name}",))


def plan(  # noqa: PLR0913 - each argument is a fact of its own
    contract: str = "",
    procurement: str = "",
    *,
    model: CommissioningModel = CommissioningModel.CARE_PLANNING,
    current_end: str = "",
    events: tuple[CalendarEvent, ...] = (),
    trial_weeks: Value[int] | None = None,
    standstill: Unknown | None = None,
) -> Timetable:
    fixed = FixedDates(
        known(contract) if contract else unknown("contract_start"),
        known(procurement) if procurement else unknown("procurement_start"),
        known(current_end) if current_end else unknown("current_contracts_end"),
    )
    return timetable(
        STAGES,
        fixed,
        model=model,
        nation=Nation.WALES,
        events=events,
        trial_weeks=trial_weeks,
        standstill=standstill,
    )


def event(kind: str, starts: str, ends: str, status: str = "confirmed") -> CalendarEvent:
    return CalendarEvent.model_validate(
        {"name": f"The {kind}", "kind": kind, "starts": starts, "ends": ends, "source": "A test", "status": status}
    )


def value_of(value: Value[date]) -> date:
    assert isinstance(value, Figure)
    return value.value


@BOTH
@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-12-21", "2027-01-01", 7),  # Christmas Day, 28 December for Boxing Day, New Year's Day
        ("2026-12-25", "2026-12-28", 0),
        ("2027-03-22", "2027-04-02", 8),  # Good Friday 26 March and Easter Monday 29 March 2027
        ("2027-05-03", "2027-05-07", 4),  # early May bank holiday
        ("2027-05-31", "2027-06-04", 4),  # spring bank holiday
        ("2027-03-01", "2027-03-01", 1),  # St David's Day is a working day in Wales too
        ("2027-11-06", "2027-11-07", 0),  # a weekend
        ("2027-11-08", "2027-11-12", 5),
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(start: str, end: str, count: int, nation: Nation) -> None:
    assert working_days(date.fromisoformat(start), date.fromisoformat(end), nation) == count


@BOTH
@pytest.mark.parametrize(
    ("end", "start"),
    [
        ("2027-11-12", "2027-11-03"),  # an ordinary Friday: over one weekend
        ("2027-04-05", "2027-03-23"),  # over Easter: 23, 24, 25, 30, 31 March, 1, 2 and 5 April
        ("2027-01-06", "2026-12-23"),  # over Christmas: 23, 24, 29, 30, 31 December, 4, 5 and 6 January
    ],
)
def test_a_standstill_of_eight_working_days_is_counted_back_from_its_last_day(end: str, start: str, nation: Nation) -> None:
    assert working_days_back(date.fromisoformat(end), 8, nation) == date.fromisoformat(start)


def test_a_day_moves_to_the_next_or_the_last_working_day() -> None:
    good_friday = date(2027, 3, 26)
    assert next_working_day(good_friday, Nation.ENGLAND) == date(2027, 3, 30)
    assert last_working_day(good_friday, Nation.ENGLAND) == date(2027, 3, 25)
    assert next_working_day(date(2027, 3, 30), Nation.ENGLAND) == date(2027, 3, 30)


def test_the_two_nations_share_their_bank_holidays() -> None:
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(365 * 8)]
    assert [is_working_day(day, Nation.WALES) for day in days] == [is_working_day(day, Nation.ENGLAND) for day in days]


WORKED = [
    # Counted back 76 weeks from Monday 3 April 2028.
    ("mandate", 10, "2026-10-19", "2026-12-24"),  # ends before Christmas Day and the weekend after it
    ("engagement", 9, "2026-12-29", "2027-02-26"),  # nominally 28 December, a bank holiday
    ("design", 8, "2027-03-01", "2027-04-23"),
    ("documents", 9, "2027-04-26", "2027-06-25"),
    ("tender", 7, "2027-06-28", "2027-08-13"),
    ("evaluation", 5, "2027-08-16", "2027-09-17"),
    ("approval", 4, "2027-09-20", "2027-10-15"),
    ("standstill", 3, "2027-10-18", "2027-11-05"),
    ("signature", 2, "2027-11-08", "2027-11-19"),
    ("mobilisation", 19, "2027-11-22", "2028-04-02"),  # to the very day before, a Sunday
]


@pytest.mark.parametrize(("name", "weeks", "start", "end"), WORKED)
def test_stages_are_counted_back_from_the_contract_start(name: str, weeks: int, start: str, end: str) -> None:
    stage = next(stage for stage in plan("2028-04-03").stages if stage.id == name)
    assert (stage.weeks, value_of(stage.start).isoformat(), value_of(stage.end).isoformat()) == (weeks, start, end)


def test_counted_forward_from_the_procurement_start_the_stages_give_the_earliest_contract_start() -> None:
    planned = plan(procurement="2026-10-19")
    assert value_of(planned.contract_start) == date(2028, 4, 3)
    assert value_of(planned.stages[-1].end) == date(2028, 4, 2)
    assert value_of(planned.stages[0].start) == date(2026, 10, 19)
    assert planned.weeks_in_hand == Unknown(needs=("dates.contract_start",), unit="weeks")


def test_key_dates_come_from_the_stages() -> None:
    dates = key_dates(plan("2028-04-03"))
    assert {one.id: value_of(one.date).isoformat() for one in dates} == {
        "decision_to_proceed": "2026-12-24",
        "engagement_notice": "2026-12-29",
        "planned_notice": "2027-04-26",
        "tender_notice": "2027-06-28",
        "tender_deadline": "2027-08-13",
        "award_decision": "2027-10-15",
        "assessment_summaries": "2027-10-18",
        "award_notice": "2027-10-27",  # 27, 28, 29 October, 1, 2, 3, 4 and 5 November
        "standstill_end": "2027-11-05",
        "contract_signed": "2027-11-19",
        "details_notice": "2028-03-18",  # 120 days on
        "mobilisation_start": "2027-11-22",
        "liability_information": "2028-03-06",  # 28 days before
        "contract_start": "2028-04-03",
    }


def test_every_date_is_indicative_and_names_the_field_behind_it() -> None:
    start = plan("2028-04-03").stages[0].start
    assert isinstance(start, Figure)
    assert (start.status, start.fields) == ("indicative", ("dates.2028-04-03",))


def test_a_standstill_stage_with_too_few_working_days_is_a_week_longer() -> None:
    # Two weeks from 21 December 2026 hold seven working days, fewer than the eight of the standstill and one before it.
    fixed = FixedDates(known("2027-01-04"), unknown("procurement_start"), unknown("current_contracts_end"))
    short = STAGES[7].model_copy(update={"weeks_default": 2})
    planned = timetable([short], fixed, model=CommissioningModel.CARE_PLANNING, nation=Nation.WALES)
    assert planned.weeks == 3
    assert value_of(planned.stages[0].start) == date(2026, 12, 14)
    assert value_of(planned.standstill_start) == date(2026, 12, 18)


def test_room_to_spare_is_counted_in_weeks() -> None:
    planned = plan("2028-04-03", "2026-10-05")
    assert isinstance(planned.weeks_in_hand, Figure)
    assert planned.weeks_in_hand.value == 2
    assert timetable_findings(planned) == []


def test_stages_are_shortened_when_only_that_fits() -> None:
    planned = plan("2028-04-03", "2027-03-01")  # 57 weeks
    assert (planned.weeks, planned.weeks_usual, planned.weeks_shortest) == (57, 76, 53)
    assert value_of(planned.stages[0].start) == date(2027, 3, 1)
    lengths = {stage.id: stage.weeks for stage in planned.stages}
    assert all(low <= lengths[name] <= usual for name, low, usual, _ in WEEKS)
    [(severity, message), (_, deadline)] = timetable_findings(planned)
    assert severity == "note"
    assert "usually take 76 weeks and were shortened to 57" in message
    assert "between 20 December and 5 January" in deadline


def test_dates_that_leave_too_little_time_are_infeasible() -> None:
    planned = plan("2027-11-01", "2026-11-30")  # 48 weeks
    [(severity, message)] = timetable_findings(planned)
    assert severity == "infeasible"
    assert message == (
        "The plan needs at least 53 weeks before the contract starts on 1 November 2027 (76 is usual); procurement "
        "start on 30 November 2026 leaves 48: late by 5 weeks. Move the contract's start to 6 December 2027 or later, "
        "or change what the stages hold."
    )
    assert isinstance(planned.weeks_in_hand, Figure)
    assert planned.weeks_in_hand.value < 0


@pytest.mark.parametrize(("trial", "weeks"), [(None, 102), (Figure(13, "weeks", "A test"), 89), (Unknown(), 102)])
def test_a_model_adds_its_weeks_and_a_known_trial_replaces_them(trial: Value[int] | None, weeks: int) -> None:
    assert plan("2028-04-03", model=CommissioningModel.REWARD, trial_weeks=trial).weeks == weeks
    assert plan("2028-04-03", trial_weeks=trial).weeks == 76


def test_without_fixed_dates_the_stages_are_unknown_and_the_lengths_still_shown() -> None:
    planned = plan()
    waiting = ("dates.contract_start", "dates.procurement_start")
    assert not planned.is_dated
    assert planned.weeks == 76
    assert [stage.weeks for stage in planned.stages] == [usual for _, _, usual, _ in WEEKS]
    for stage in planned.stages:
        for value in (stage.start, stage.end, stage.working_days):
            assert isinstance(value, Unknown)
            assert value.needs == waiting
    assert all(isinstance(one.date, Unknown) and one.date.needs == waiting for one in key_dates(planned))
    assert timetable_findings(planned) == []


def test_a_standstill_of_unknown_length_leaves_its_dates_unknown() -> None:
    waiting = Unknown(needs=("reference.standstill",))
    planned = plan("2028-04-03", standstill=waiting)
    assert planned.standstill_days is waiting
    dates = {one.id: one.date for one in key_dates(planned)}
    assert all(
        isinstance(dates[name], Unknown) and "reference.standstill" in dates[name].needs  # type: ignore[union-attr]
        for name in ("award_notice", "standstill_end")
    )
    assert value_of(dates["contract_signed"]) == date(2027, 11, 19)


@pytest.mark.parametrize(
    ("current_end", "words"),
    [
        ("2028-04-02", ""),
        ("2028-05-31", ""),
        ("2028-04-01", "1 day without cover"),
        ("2028-03-31", "2 days without cover"),
    ],
)
def test_current_contracts_that_end_too_early_are_noted(current_end: str, words: str) -> None:
    found = timetable_findings(plan("2028-04-03", current_end=current_end))
    assert [severity for severity, _ in found] == (["note"] if words else [])
    assert all(words in message for _, message in found)


@pytest.mark.parametrize(
    ("kind", "starts", "ends", "stage"),
    [
        ("election", "2027-09-27", "2027-10-04", "Approval"),
        ("election", "2027-01-04", "2027-01-08", "Engagement"),
        ("election", "2027-11-05", "2027-11-30", "Standstill"),
        ("election", "2026-12-24", "2026-12-26", "Mandate"),
        ("election", "2026-11-02", "2026-11-06", ""),  # early in the mandate stage, when nothing is decided
        ("election", "2027-05-03", "2027-05-07", ""),  # while documents are written
        ("recess", "2027-10-11", "2027-10-22", "Approval"),
        ("recess", "2027-01-04", "2027-01-08", ""),
        ("budget", "2027-10-15", "2027-10-15", "Approval"),
        ("committee", "2027-10-12", "2027-10-12", ""),
    ],
)
def test_events_are_noted_where_they_bear_on_a_stage(kind: str, starts: str, ends: str, stage: str) -> None:
    found = timetable_findings(plan("2028-04-03", events=(event(kind, starts, ends),)))
    assert [severity for severity, _ in found] == (["note"] if stage else [])
    assert all(f"falls in: {stage};" in message for _, message in found)


def test_an_election_date_to_be_confirmed_says_so_and_a_missing_meeting_is_noted() -> None:
    election = event("election", "2027-09-27", "2027-10-04", "to-be-confirmed")
    meeting = event("committee", "2027-06-01", "2027-06-01")
    messages = [message for _, message in timetable_findings(plan("2028-04-03", events=(election, meeting)))]
    assert "27 September 2027 to 4 October 2027, to be confirmed" in messages[0]
    assert "No committee date in the calendar falls in Approval" in messages[1]


@given(st.dates(date(2026, 1, 1), date(2035, 12, 31)), st.integers(0, 130), st.sampled_from(list(CommissioningModel)))
def test_stages_follow_each_other_and_fit_between_the_two_dates(contract: date, weeks: int, model: CommissioningModel) -> None:
    procurement = contract - timedelta(weeks=weeks)
    planned = plan(contract.isoformat(), procurement.isoformat(), model=model)
    starts = [value_of(stage.start) for stage in planned.stages]
    ends = [value_of(stage.end) for stage in planned.stages]
    assert all(start <= end for start, end in zip(starts, ends, strict=True))
    assert all(end < start for end, start in zip(ends[:-1], starts[1:], strict=True))
    assert ends[-1] == contract - timedelta(days=1)
    assert all(is_working_day(day, Nation.WALES) for day in (*starts, *ends[:-1]))
    infeasible = [message for severity, message in timetable_findings(planned) if severity == "infeasible"]
    assert bool(infeasible) == (planned.weeks_shortest > weeks)
    if not infeasible:
        assert starts[0] >= procurement

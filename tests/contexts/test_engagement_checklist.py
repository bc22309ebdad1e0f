"""The engagement checklist: enough actions for every model and nation, filtered by regime and scale, each with its duty."""

import re
from typing import Any

import pytest

from pipeline.contexts import engagement_checklist as checklist
from pipeline.facts.schedule import milestones
from pipeline.figure import Figure, Unknown
from pipeline.pack import PackPlan
from tests.contexts.test_contexts import plan as plan_of
from tests.fixtures.packs import MODELS
from tests.fixtures.profiles import figure, reference

FEWEST = 60
EVERY = [(name, model) for name in ("exampleshire", "sampleford", "hywel-dda") for model in MODELS]
# How many actions each worked example gets of those in the data; a change here is a change in what teams are asked to do.
COUNTS = {
    ("exampleshire", "care-planning"): 95,
    ("exampleshire", "reward"): 99,
    ("exampleshire", "population"): 98,
    ("sampleford", "care-planning"): 85,
    ("sampleford", "reward"): 89,
    ("sampleford", "population"): 88,
    ("hywel-dda", "care-planning"): 92,
    ("hywel-dda", "reward"): 96,
    ("hywel-dda", "population"): 95,
}


def plan(name: str = "exampleshire", model: str = "reward", **changes: Any) -> PackPlan:
    return plan_of(name, model, **changes)


def ids(planned: PackPlan) -> list[str]:
    rows: list[Any] = checklist.phases(planned)
    return [action["id"] for phase in rows for action in phase["actions"]]


def test_the_data_hold_enough_actions_with_ids_that_run_on() -> None:
    rows = reference().engagement
    assert len(rows) >= FEWEST
    assert [row.id for row in rows] == [f"E-{number:03}" for number in range(1, len(rows) + 1)]


@pytest.mark.parametrize(("name", "model"), EVERY)
def test_every_model_and_nation_keeps_enough_actions(name: str, model: str) -> None:
    count = checklist.actions_count(plan(name, model))
    assert count >= FEWEST
    assert count == COUNTS[name, model] == len(ids(plan(name, model)))


@pytest.mark.parametrize(("name", "model"), EVERY)
def test_every_phase_has_a_heading_a_purpose_and_actions_in_order_of_date(name: str, model: str) -> None:
    rows: list[Any] = checklist.phases(plan(name, model))
    assert [row["id"] for row in rows] == [phase.id for phase in reference().engagement_phases]
    for row in rows:
        assert row["name"]
        assert row["purpose"]
        assert row["count"] == len(row["actions"])
        dates = [action["due"].value for action in row["actions"] if isinstance(action["due"], Figure)]
        assert dates == sorted(dates)


def test_the_procurement_acts_steps_are_not_for_the_health_regime() -> None:
    act = {row.id for row in reference().engagement if row.regimes == ("light-touch",)}
    health = {row.id for row in reference().engagement if "light-touch" not in row.regimes}
    assert act
    assert health
    assert act & set(ids(plan()))
    assert not health & set(ids(plan()))
    assert not act & set(ids(plan("hywel-dda")))
    assert health <= set(ids(plan("hywel-dda")))


def test_a_row_that_cites_the_procurement_act_for_a_notice_is_for_its_regime() -> None:
    notices = [row for row in reference().engagement if row.method.startswith("Notice UK")]
    assert len(notices) >= len(("UK2", "UK4", "UK6", "UK7"))
    assert all(row.regimes == ("light-touch",) for row in notices)


def by_scale(field: str) -> set[str]:
    return {row.id for row in reference().engagement if getattr(row.scale, field) not in {None, "any"}}


def test_actions_are_filtered_by_the_number_of_lots() -> None:
    several = {row.id for row in reference().engagement if row.scale.lots == "several"}
    one = {row.id for row in reference().engagement if row.scale.lots == "one"}
    assert several
    assert one
    assert several <= set(ids(plan("exampleshire")))
    assert not one & set(ids(plan("exampleshire")))
    assert one <= set(ids(plan("hywel-dda")))
    assert not several & set(ids(plan("hywel-dda")))


@pytest.mark.parametrize(("people", "is_large"), [(0, False), (499, False), (500, True), (940, True), (None, True)])
def test_actions_are_filtered_by_the_number_of_people(people: int | None, *, is_large: bool) -> None:
    given = "to-be-confirmed" if people is None else figure(people)
    found = set(ids(plan(demand__people_supported=given)))
    large, small = by_scale("people_from"), by_scale("people_below")
    assert large
    assert small
    assert (large <= found) is is_large
    assert (small <= found) is not is_large


def test_duties_are_listed_with_the_actions_that_answer_them() -> None:
    rows: list[Any] = checklist.triggers(plan())
    found = {row["provision_id"]: row["actions"] for row in rows}
    assert {"EQA10", "SED", "WLM11", "SSWBA14-16", "PARTNER15", "TUPE06", "MCA05"} <= set(found)
    assert all(found.values())
    assert not [provision for provision in found if provision.startswith(("PA23", "NG21"))]
    english = {str(row["provision_id"]) for row in checklist.triggers(plan("sampleford"))}
    assert {"CARE14-5", "EQA10"} <= english
    assert not {"SED", "WLM11", "SSWBA14-16"} & english


def test_the_notice_opens_engagement_and_conflicts_are_declared_before_it() -> None:
    rows: list[Any] = checklist.phases(plan())
    due = {action["id"]: action["due"].value for phase in rows for action in phase["actions"]}
    assert due["E-050"] < due["E-048"] <= due["E-051"]


def test_an_undated_procurement_has_undated_actions() -> None:
    rows: list[Any] = checklist.phases(plan(dates__contract_start="to-be-confirmed", dates__procurement_start="to-be-confirmed"))
    actions = [action for phase in rows for action in phase["actions"]]
    assert len(actions) >= FEWEST
    assert all(isinstance(action["due"], Unknown) for action in actions)


def test_only_what_is_public_clashes_with_an_election() -> None:
    found = checklist.election_clashes(plan())
    public = {row.id for row in reference().engagement if row.public}
    assert found
    assert set(found) <= public
    rows: list[Any] = checklist.phases(plan())
    marked = [action["id"] for phase in rows for action in phase["actions"] if action["is_in_election"]]
    assert marked == found
    assert checklist.has_election_clashes(plan())
    assert checklist.election_clashes(plan("sampleford")) == []


def test_the_award_decision_and_the_result_fall_on_the_timetables_own_days() -> None:
    planned = plan()
    rows: list[Any] = checklist.phases(planned)
    due = {action["id"]: action["due"] for phase in rows for action in phase["actions"]}
    dates = milestones(planned)
    assert due["E-069"] == dates["award_decision"]
    assert due["E-070"] == dates["assessment_summaries"]
    assert due["E-130"] == due["E-071"] == dates["award_notice"]


@pytest.mark.parametrize(("name", "model"), EVERY)
def test_every_action_is_counted_with_one_owner(name: str, model: str) -> None:
    planned = plan(name, model)
    loads = checklist.owners(planned)
    counts = [int(re.search(r" (\d+) \(\d+\)$", load)[1]) for load in loads]  # type: ignore[index]
    assert sum(counts) == checklist.actions_count(planned)
    assert counts == sorted(counts, reverse=True)


def test_actions_in_one_language_alone_are_named() -> None:
    planned = plan()
    found: Any = checklist.one_language(planned)
    english = {row.id for row in reference().engagement if row.languages == ("English",)}
    assert found["welsh"] == ["E-021"]
    assert set(found["english"]) == english & set(ids(planned))


def test_a_health_boards_members_are_board_members() -> None:
    board: list[Any] = checklist.phases(plan("hywel-dda"))
    council: list[Any] = checklist.phases(plan())
    heard = {action["id"]: action["audience"] for phase in board for action in phase["actions"]}
    said = {action["id"]: action["audience"] for phase in council for action in phase["actions"]}
    assert (heard["E-125"], said["E-125"]) == ("Board members", "Members")
    assert (heard["E-130"], said["E-130"]) == ("People, carers, workers, board members", "People, carers, workers, members")

"""The recorder: what is read through a view is noted with its path, lots and reference entries by their id."""

import pytest

from pipeline.figure import Figure, Unknown
from pipeline.pack import Mode
from pipeline.plan import plan_pack
from pipeline.pricing import lot_rate
from pipeline.profile import CommissioningModel
from pipeline.record import Recorder, entry_of, fields_of
from tests.fixtures.profiles import profile, reference


def test_a_figure_read_through_a_view_carries_its_field() -> None:
    recorder = Recorder()
    hours = recorder.view(profile()).lots[0].weekly_hours
    assert isinstance(hours, Figure)
    assert hours.fields == ("lots[A].weekly_hours",)
    assert recorder.reads == {"lots", "lots[A].weekly_hours"}, "how many lots there are is read too"


def test_an_unknown_read_through_a_view_says_what_it_waits_for() -> None:
    recorder = Recorder()
    budget = recorder.view(profile(commercial__annual_budget="to-be-confirmed")).commercial.annual_budget
    assert budget == Unknown(needs=("commercial.annual_budget",), unit="£")


def test_entries_without_an_id_are_named_by_their_place() -> None:
    recorder = Recorder()
    extension = recorder.view(profile()).term.extensions[1]
    assert isinstance(extension, Figure)
    assert extension.fields == ("term.extensions[1]",)
    assert recorder.view(profile()).evaluation.options[2].option == "In-house service"
    assert "evaluation.options[2].option" in recorder.reads


def test_entries_of_the_reference_are_named_by_their_id() -> None:
    recorder = Recorder()
    viewed = recorder.view(reference(), "reference")
    titles = {one.id: one.title for one in viewed.legal_register.provisions}
    assert titles["PA23"] == "Procurement Act 2023"
    assert "reference.legal_register.provisions[PA23].title" in recorder.reads


def test_a_price_names_every_field_behind_it() -> None:
    view = Recorder().view(profile())
    rate = lot_rate(view.commercial, view.lots[1])
    assert isinstance(rate, Figure)
    assert {
        "commercial.build_up.pay_rate",
        "commercial.visit_lengths[0].share_percent",
        "lots[B].travel_minutes_per_visit",
    } <= set(rate.fields)
    assert not [field for field in rate.fields if field.startswith("lots[A]")]


def test_nothing_is_recorded_that_was_not_read() -> None:
    recorder = Recorder()
    view = recorder.view(profile())
    assert view.demand is not None
    assert recorder.reads == set()


def test_a_view_is_read_only_and_knows_no_other_field() -> None:
    view = Recorder().view(profile())
    with pytest.raises(AttributeError):
        view.slug = "other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        view.nothing_of_the_kind  # type: ignore[attr-defined]  # noqa: B018 - reading it is the test


def test_a_plan_reads_no_template_it_was_not_given() -> None:
    with pytest.raises(KeyError):
        plan_pack(profile(), reference(), CommissioningModel.REWARD, Mode.DRAFT, templates={})


def test_the_authority_counts_as_the_fields_it_came_from() -> None:
    recorder = Recorder()
    watched = recorder.named(profile().governance, lambda name: (f"a.{name}", "b"))
    assert watched.sro == profile().governance.sro
    assert recorder.reads == {"a.sro", "b"}


def test_every_field_is_named_as_the_recorder_notes_it() -> None:
    named = dict(fields_of(profile()))
    recorder = Recorder()
    watched = recorder.view(profile())
    assert [lot.weekly_hours for lot in watched.lots]
    assert watched.term.extensions is not None
    assert recorder.reads <= set(named)
    assert named["lots"] == [lot.id for lot in profile().lots]
    assert named["area"] == profile().area


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("reference.kpis[K1].title", "kpis[K1]"),
        ("reference.legal_register.provisions[PA23].nation", "legal_register.provisions[PA23]"),
        ("reference.kpis", "kpis"),
        ("reference.names.welsh.status", "names.welsh.status"),
        ("outcomes.service_level[O1].individual[O1.1].title", "outcomes.service_level[O1]"),
    ],
)
def test_the_entry_that_a_path_leads_into(path: str, entry: str) -> None:
    assert entry_of(path) == entry

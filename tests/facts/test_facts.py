"""Shared facts: dates and term, lots, demand, law and regime, money terms, by worked example."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipeline.facts import identity, law, money, quality
from pipeline.figure import Figure, Unknown
from pipeline.pack import Mode, PackPlan
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel
from tests.fixtures.packs import REAL
from tests.fixtures.profiles import example, figure, figures, profile, put, reference

KNOWN = reference()
MODELS = list(CommissioningModel)


def plan(name: str = "exampleshire", model: str = "reward", **changes: Any) -> PackPlan:
    return plan_pack(profile(example(name), **changes), KNOWN, CommissioningModel(model), Mode.DRAFT, templates={}, documents=())


def shown(fact: object) -> Any:
    return fact.value if isinstance(fact, Figure) else fact


def test_the_term_runs_from_the_contracts_start_to_the_day_before_its_anniversary() -> None:
    dates = identity.dates(plan(dates__contract_start=figure("2028-10-02")))
    assert shown(dates["contract_end"]) == date(2033, 10, 1)
    assert shown(dates["latest_end"]) == date(2036, 10, 1)


@pytest.mark.parametrize(("start", "end"), [("2028-02-29", date(2033, 2, 28)), ("2028-03-01", date(2033, 2, 28))])
def test_a_term_that_starts_near_a_leap_day(start: str, end: date) -> None:
    assert shown(identity.dates(plan(dates__contract_start=figure(start)))["contract_end"]) == end


def test_an_unknown_start_leaves_the_ends_open() -> None:
    dates = identity.dates(plan(dates__contract_start="to-be-confirmed"))
    assert isinstance(dates["contract_end"], Unknown)
    assert isinstance(dates["latest_end"], Unknown)


def test_the_term_in_words() -> None:
    assert shown(identity.term(plan())["words"]) == "5 years with options to extend by 2 years and then 1 year"
    assert shown(identity.term(plan(term__extensions=[]))["extensions_words"]) == "no extension"
    assert shown(identity.term(plan())["longest_years"]) == 8


def test_volumes_are_the_lots_added_up() -> None:
    volumes = identity.volumes(plan())
    assert shown(volumes["weekly_hours"]) == 3600 + 3300 + 2900 + 1950
    assert shown(volumes["annual_hours"]) == (3600 + 3300 + 2900 + 1950) * 52
    assert shown(volumes["people"]) == 290 + 265 + 235 + 150


def test_lots_carry_no_price() -> None:
    rows = identity.lots(plan())
    assert len(rows) == 4
    assert not {"rate", "annual_value"} & set(rows[0])
    assert {"rate", "annual_value"} <= set(money.lot_money(plan())[0])


def test_one_lot_is_no_lots() -> None:
    lots = example()["lots"]
    assert identity.has_lots(plan())
    assert not identity.has_lots(plan(lots=lots[:1]))


def test_demand_is_forecast_by_todays_share() -> None:
    demand = identity.demand(plan())
    assert shown(demand["forecast_65_plus"]) == 33600 * 112 // 100
    assert shown(demand["users_now"]) == round(33600 * Decimal("0.028"))
    assert shown(demand["extra_users"]) == round(941 * Decimal("0.12"))


def test_each_demand_figure_has_a_source_row() -> None:
    rows = identity.sources(plan("carmarthenshire"))
    assert len(rows) == 14
    assert any(isinstance(row["value"], Unknown) for row in rows)
    for row in rows:
        assert isinstance(row["source"], Unknown) is isinstance(row["value"], Unknown)


@pytest.mark.parametrize("name", REAL)
def test_a_real_authority_is_never_said_to_endorse(name: str) -> None:
    given = plan(name)
    notice = identity.pack(given)
    assert f"not issued or endorsed by {given.authority.name_en}" in str(notice["notice"])
    assert f"not issued or endorsed by {given.authority.name_en}" in str(notice["header_notice"])


def test_the_nations_bodies() -> None:
    wales, england = identity.nation(plan()), identity.nation(plan("sampleford"))
    assert (wales["inspectorate"], wales["voice_body"]) == ("Care Inspectorate Wales", "Llais")
    assert (england["inspectorate"], england["voice_body"]) == ("Care Quality Commission", "Healthwatch")
    assert identity.welsh(plan("sampleford"))["bilingual_cover"] is False


@pytest.mark.parametrize(
    ("name", "regime"),
    [
        ("exampleshire", "Procurement Act 2023, light touch regime"),
        ("norfolk", "Procurement Act 2023, light touch regime"),
        ("hywel-dda", "Provider Selection Regime for health services in Wales"),
    ],
)
def test_the_regime_by_name(name: str, regime: str) -> None:
    found = law.regime(plan(name))
    assert found["name"] == regime
    assert found["reasons"]


@pytest.mark.parametrize("name", ["exampleshire", "norfolk", "hywel-dda", "sampleford"])
def test_provisions_are_reached_by_name_and_have_no_gaps(name: str) -> None:
    provisions = law.law(plan(name))
    assert provisions
    assert all(key.isidentifier() for key in provisions)
    for row in provisions.values():
        assert all(row.values())
    assert ("SSWBA14" in provisions) is (name in {"exampleshire", "hywel-dda"})
    assert not {"PCR15", "DPS15", "CSA00"} & set(provisions)


def test_the_value_follows_the_model() -> None:
    values = {model: shown(money.annual_value(plan(model=model))) for model in MODELS}
    assert len(set(values.values())) == 3
    annual = values[CommissioningModel.CARE_PLANNING]
    assert annual == sum(shown(row["annual_value"]) for row in money.lot_money(plan(model="care-planning")))
    assert shown(money.value(plan(model="care-planning"))["initial"]) == annual * 5
    assert shown(money.value(plan(model="care-planning"))["lifetime"]) == annual * 8


def test_the_threshold_is_the_light_touch_one_with_vat() -> None:
    value = money.value(plan())
    assert shown(value["threshold"]) == Decimal(663540)
    assert shown(value["is_above_threshold"]) == "yes"
    unpriced: dict[str, Any] = {"commercial.reward.bands[0].hours": "to-be-confirmed"}
    assert shown(money.value(plan(**unpriced))["is_above_threshold"]) == "yes"  # a year's spend now is above it already
    for spend in ("to-be-confirmed", figure("600000")):
        waiting = money.value(plan(**{**unpriced, "demand.annual_spend_now": spend}))
        assert isinstance(waiting["is_above_threshold"], Unknown)


@pytest.mark.parametrize("budget", ["1", "999999999"])
def test_affordability_is_said_in_words(budget: str) -> None:
    verdict = str(shown(money.money(plan(commercial__annual_budget=figure(budget)))["affordability"]))
    assert verdict.startswith("over budget by £" if budget == "1" else "affordable within budget by £")


@pytest.mark.parametrize("payment", money.PAYMENTS)
def test_one_payment_alternative_is_chosen(payment: str) -> None:
    terms = money.terms(plan(commercial__reward__payment=figure(payment)))
    flags = [terms["reward"][f"payment_is_{name.replace('-', '_')}"] for name in money.PAYMENTS]  # type: ignore[index]
    assert flags.count(True) == 1
    undecided = money.terms(plan(commercial__reward__payment="to-be-confirmed"))["reward"]
    assert undecided["payment_undecided"] is True  # type: ignore[index]


@pytest.mark.parametrize(("stage", "flags"), [("0", (0, 0, 0)), ("1", (1, 0, 0)), ("2", (1, 1, 0)), ("3", (1, 1, 1))])
def test_charter_stages_build_on_one_another(stage: str, flags: tuple[int, ...]) -> None:
    contract = money.contract(plan(contract__charter_stage=figure(stage)))
    assert tuple(int(bool(contract[f"charter_stage_{name}"])) for name in ("one", "two", "three")) == flags


def test_weights_add_up_by_group() -> None:
    given = plan()
    weights = [shown(fact(given)) for fact in (quality.quality_weight, quality.price_weight, quality.social_value_weight)]
    assert weights == [65, 20, 15]


@pytest.mark.parametrize("model", MODELS)
def test_each_model_has_indicators_of_its_own(model: CommissioningModel) -> None:
    rows = quality.kpis(plan(model=model))
    assert rows
    assert all(all(row.values()) for row in rows)
    assert {row["id"] for row in rows} == {one.id for one in KNOWN.kpis if model in one.models}


def test_the_route_is_the_models() -> None:
    assert shown(quality.route(plan(model="care-planning"))) == "open framework"
    assert shown(quality.route(plan(model="population"))) == "competitive flexible procedure"


def test_every_fact_can_be_evaluated_with_everything_unknown() -> None:
    data = example()
    unknown = put(data, dict.fromkeys(figures(data), "to-be-confirmed"))
    given = plan_pack(profile(unknown), KNOWN, CommissioningModel.POPULATION, Mode.DRAFT, templates={}, documents=())
    for table in (identity.FACTS, money.FACTS, money.INTERNAL, law.FACTS, quality.FACTS):
        assert table
        for name, fact in table.items():
            assert fact(given) is not None, name

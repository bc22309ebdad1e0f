"""Prices against worked examples: every published sum, and the rules beside them."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import pricing
from pipeline.commercial import BuildUp, Commercial, PopulationTerms, RewardBand
from pipeline.figure import Figure, Status, Unknown, Value
from pipeline.read import read_reference
from tests.fixtures.packs import REFERENCE
from tests.fixtures.profiles import example, figure, profile, put

RATES = read_reference(REFERENCE).rates
PUBLISHED = {
    point.id: point.value
    for group in (
        RATES.breakdown_2020_21,
        RATES.pay,
        RATES.cost_assumptions,
        RATES.market,
        RATES.reward_tariff,
        RATES.population_price,
        RATES.norfolk_2014,
    )
    for point in group
    if point.value is not None
}
RATE_2025 = Decimal("32.14")  # Homecare Association minimum price, England, 2025-26


def known(value: str | Decimal | int, unit: str = "") -> Figure[Any]:
    return Figure(Decimal(value), unit, "Made up for this test")


def value_of(value: Value[Any]) -> Any:
    assert isinstance(value, Figure), value
    return value.value


def build_up(**terms: str | Decimal) -> BuildUp:
    """A build-up in which every term not given is nil."""
    nil = dict.fromkeys(BuildUp.model_fields, "0")
    return BuildUp.model_validate({name: figure(as_written(value)) for name, value in {**nil, **terms}.items()})


def as_written(value: str | Decimal) -> Decimal:
    """A number as a profile could hold it: no more than twelve decimals."""
    return round(Decimal(value), 12)


def published_2020() -> pricing.BuildUpLines:
    """The Homecare Association's breakdown for 2020-21, as terms of our build-up of one sixty-minute visit."""
    pay, travel, other = PUBLISHED["BD-contact"], PUBLISHED["BD-travel"], PUBLISHED["BD-oncosts"]
    paid = pay + travel
    direct = paid + other + PUBLISHED["BD-ni-pension"] + PUBLISHED["BD-mileage"]
    terms = build_up(
        pay_rate=pay,
        holiday_percent=other / paid * 100,
        effective_ni_percent=PUBLISHED["BD-ni-pension"] / (paid + other) * 100,
        mileage_rate=PUBLISHED["BD-mileage"],
        running_percent=PUBLISHED["BD-running"] / direct * 100,
        surplus_percent=PUBLISHED["BD-surplus"] / (direct + PUBLISHED["BD-running"]) * 100,
    )
    return pricing.hourly_build_up(terms, known(travel / pay * 60), known(1), 60)


def test_the_published_breakdown_of_2020_21_adds_to_20_69() -> None:
    assert value_of(published_2020().rate) == PUBLISHED["BD-total"] == Decimal("20.69")


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("oncost", "BD-oncosts"),
        ("ni_pension", "BD-ni-pension"),
        ("mileage", "BD-mileage"),
        ("running", "BD-running"),
        ("surplus", "BD-surplus"),
    ],
)
def test_each_published_line_comes_out(line: str, published: str) -> None:
    assert pricing.pence(value_of(getattr(published_2020(), line))) == PUBLISHED[published]


@pytest.mark.parametrize(
    ("share", "implied", "decimals"),
    [
        (lambda p: p["BD-travel"] / p["BD-contact"], "CA-travel-rate", "0.001"),
        (lambda p: p["BD-travel"] / p["BD-contact"] * 60, "CA-travel-minutes", "0.1"),
        (lambda p: p["BD-ni-pension"] / (p["BD-contact"] + p["BD-travel"]), "CA-ni-pension-rate", "0.001"),
        (lambda p: p["BD-oncosts"] / (p["BD-contact"] + p["BD-travel"]), "CA-oncost-rate", "0.001"),
        (lambda p: p["BD-surplus"] / (p["BD-total"] - p["BD-surplus"]), "CA-surplus-rate", "0.001"),
    ],
)
def test_the_rates_the_brief_derives_from_the_breakdown(share: Any, implied: str, decimals: str) -> None:
    assert share(PUBLISHED).quantize(Decimal(decimals)) == PUBLISHED[implied]


def test_direct_cost_and_the_rest_make_the_price_of_2025_26() -> None:
    direct, rest = PUBLISHED["MK-direct-2025"], PUBLISHED["MK-running-2025"]
    lines = pricing.hourly_build_up(build_up(pay_rate=direct, running_percent=rest / direct * 100), known(0), known(0), 60)
    assert value_of(lines.rate) == RATE_2025
    assert (rest / RATE_2025).quantize(Decimal("0.001")) == Decimal("0.293")
    assert (rest / direct).quantize(Decimal("0.001")) == Decimal("0.415")


def test_the_rule_of_thumb_on_base_pay() -> None:
    ratio = (RATE_2025 / PUBLISHED["PAY-NLW-2025"]).quantize(Decimal("0.01"))
    assert ratio == Decimal("2.63")
    assert pricing.pence(ratio * PUBLISHED["PAY-RLW-2026"]) == PUBLISHED["MK-ratio-rlw-2026"] == Decimal("35.37")
    assert pricing.pence(ratio * PUBLISHED["PAY-NLW-2026"]) == PUBLISHED["MK-ratio-nlw-2026"] == Decimal("33.43")


def test_every_line_of_a_build_up_by_hand() -> None:
    terms = build_up(
        pay_rate="12", unsocial_enhancement="0.50", waiting_minutes_per_visit="3", holiday_percent="12", training_percent="2",
        sick_percent="3", notice_percent="1", effective_ni_percent="8", effective_pension_percent="2", mileage_rate="0.45",
        care_specific_costs="0.60", running_percent="25", surplus_percent="4", irrecoverable_vat="0.30",
    )  # fmt: skip
    lines = pricing.hourly_build_up(terms, known(9), known(2), 30)
    expected = {
        "paid": "17.30",  # 12 × (1 + 12/30) + 0.50
        "oncost": "3.114",  # 18% of it
        "ni_pension": "2.0414",  # 10% of both
        "mileage": "1.80",  # 2 miles, twice an hour, at 45p
        "care_specific": "0.60",
        "direct": "24.8554",
        "running": "6.21385",
        "surplus": "1.24277",
        "vat": "0.30",
        "rate": "32.61",
    }
    assert {field.name: value_of(getattr(lines, field.name)) for field in fields(lines)} == {
        name: Decimal(value) for name, value in expected.items()
    }
    assert value_of(pricing.visit_price(lines.rate, 30)) == Decimal("16.31")


def test_a_shorter_visit_costs_more_by_the_hour() -> None:
    terms = build_up(pay_rate="13.45", mileage_rate="0.45")
    rates = [value_of(pricing.hourly_build_up(terms, known(8), known(2), minutes).rate) for minutes in (15, 30, 45, 60)]
    assert rates == sorted(rates, reverse=True)
    assert len(set(rates)) == 4


def test_half_a_penny_goes_up() -> None:
    assert pricing.pence(Decimal("103.25") * Decimal("21.9")) == Decimal("2261.18")


@pytest.mark.parametrize(
    ("tariff", "hours", "uprated"),
    [("1575", "105", "3374.70"), ("75", "5", "160.70"), ("150", "10", "321.40"), ("320", "21.33", "685.65")],
)
def test_the_tariffs_of_model_2_as_hours(tariff: str, hours: str, uprated: str) -> None:
    implied = Decimal(tariff) / PUBLISHED["PP-rate"]
    assert implied.quantize(Decimal("0.01")) == Decimal(hours)
    assert tariff in {str(value) for value in PUBLISHED.values()}
    assert value_of(pricing.outcome_tariff(band(implied), known(RATE_2025))) == Decimal(uprated)
    assert value_of(pricing.outcome_tariff(band(implied), known(PUBLISHED["PP-rate"]))) == Decimal(tariff)


def band(hours: Decimal, volume: int = 1) -> RewardBand:
    return RewardBand.model_validate(
        {"id": "A", "name": "Band", "per": "episode", "hours": figure(as_written(hours)), "volume_a_year": figure(volume)}
    )


def test_the_tariff_value_shares_each_band_between_the_lots_at_their_own_rates() -> None:
    made = profile()
    reward = made.commercial.reward.model_copy(update={"bands": (band(Decimal(105), 100), band(Decimal(5), 2000))})
    commercial = made.commercial.model_copy(update={"reward": reward})
    rates = [value_of(pricing.lot_rate(commercial, lot)) for lot in made.lots]
    hours = [value_of(lot.weekly_hours) for lot in made.lots]
    assert len(set(rates)) > 1
    expected = [
        sum(
            (
                pricing.pence(volume * pricing.pence(rate * stands_for) * own / sum(hours))
                for stands_for, volume in ((105, 100), (5, 2000))
            ),
            Decimal(0),
        )
        for rate, own in zip(rates, hours, strict=True)
    ]
    assert [value_of(pricing.lot_tariff_value(commercial, made.lots, lot)) for lot in made.lots] == expected
    assert value_of(pricing.tariff_value(commercial, made.lots)) == sum(expected)


def test_one_lot_takes_every_bands_volume() -> None:
    made = profile()
    lot = made.lots[0].model_copy(update={"weekly_hours": known(0)})
    rate = pricing.lot_rate(made.commercial, lot)
    expected = sum(
        value_of(one.volume_a_year) * value_of(pricing.outcome_tariff(one, rate)) for one in made.commercial.reward.bands
    )
    assert value_of(pricing.tariff_value(made.commercial, (lot,))) == expected


def test_the_price_of_model_3_for_a_hundred_people() -> None:
    terms = population(PUBLISHED["PP-hours"])
    assert PUBLISHED["PP-price"] / PUBLISHED["PP-rate"] / 100 == PUBLISHED["PP-hours"] == 400
    at_paper = pricing.population_price(terms, known(100), known(PUBLISHED["PP-rate"]))
    assert value_of(at_paper) == PUBLISHED["PP-price"] == 600_000
    assert value_of(pricing.population_price(terms, known(100), known(RATE_2025))) == 1_285_600


def population(hours: Decimal) -> PopulationTerms:
    given = example()["commercial"]["population"]
    return PopulationTerms.model_validate({**given, "hours_per_referral": figure(hours)})


def test_norfolks_living_wage_gap() -> None:
    gap = PUBLISHED["NF-living-wage"] - PUBLISHED["NF-pay"]
    assert gap == PUBLISHED["NF-wage-gap"] == Decimal("0.65")
    assert PUBLISHED["NF-hours"] * gap == PUBLISHED["NF-wage-gap-cost"] == 780_000


def test_norfolks_gap_to_the_association_rate() -> None:
    average = PUBLISHED["NF-association-rate"] - PUBLISHED["NF-association-gap"]
    assert average == PUBLISHED["NF-average-rate"] == Decimal("15.27")
    assert PUBLISHED["NF-hours"] * PUBLISHED["NF-association-gap"] == PUBLISHED["NF-association-gap-cost"] == 3_276_000


def test_norfolks_in_house_payroll() -> None:
    assert PUBLISHED["NF-in-house-cost"] / PUBLISHED["NF-in-house-rate"] == 30_000_000


def test_a_year_is_fifty_two_weeks() -> None:
    lot = profile().lots[0]
    assert value_of(pricing.annual_hours(lot)) == value_of(lot.weekly_hours) * 52
    assert Decimal(215_000) * 52 == 11_180_000  # Wales in 2015: 11.2 million hours


def test_wiltshires_twenty_per_cent_up_front_and_sixty_per_cent_achieved() -> None:
    upfront, achieved = PUBLISHED["RT-upfront"] * 100, PUBLISHED["RT-no-care-12-weeks"] * 100
    payment = pricing.expected_payment(known(1000), known(upfront), known(100 - upfront), known(achieved))
    assert value_of(payment) == Decimal("680.00")


@pytest.mark.parametrize(
    ("price", "cost", "upfront", "expected"),
    [
        ("1000", "680", "20", "60.0"),
        ("1000", "1000", "20", "100.0"),
        ("1000", "100", "20", "-12.5"),
        ("1000", "1200", "20", "125.0"),
        ("1000", "900", "100", "0"),
        ("1000", "1100", "100", "100"),
        ("0", "0", "20", "0"),
    ],
)
def test_break_even(price: str, cost: str, upfront: str, expected: str) -> None:
    shares = known(upfront), known(100 - Decimal(upfront))
    assert value_of(pricing.break_even_percent(known(price), known(cost), *shares)) == Decimal(expected)


@pytest.mark.parametrize(
    ("form", "certain", "at_stake"),
    [
        ("outcome-sum", "20", "80"),
        ("withheld-percentage", "20", "80"),
        ("block-aggregate", "20", "80"),
        ("completion-bonus", "100", "5"),
        ("profit-share", "100", "3"),  # 20% of a saving of 15%
    ],
)
def test_what_each_payment_form_pays(form: str, certain: str, at_stake: str) -> None:
    given = {"upfront": "20", "completion_bonus": "5", "gain_share": "20", "expected_saving": "15"}
    changes = {f"commercial__reward__{key}_percent": figure(value) for key, value in given.items()}
    terms = profile(commercial__reward__payment=figure(form), **changes).commercial.reward
    assert [value_of(share) for share in pricing.chosen_payment_shares(terms)] == [Decimal(certain), Decimal(at_stake)]


def test_no_payment_form_no_payment_shares() -> None:
    terms = profile(commercial__reward__payment="to-be-confirmed").commercial.reward
    assert all(isinstance(share, Unknown) for share in pricing.chosen_payment_shares(terms))


def test_a_lots_price_limit_follows_its_rate() -> None:
    assert value_of(pricing.lot_limit(known("33.00"), known("36.75"), known("35.00"))) == Decimal("34.65")
    assert value_of(pricing.lot_limit(known("33.00"), known("0"), known("0"))) == Decimal("33.00")


@pytest.mark.parametrize(
    ("cost", "adjustment"),
    [
        ("1000000", "0"),
        ("1050000", "0"),  # the corridor's edge: the provider bears it all
        ("1070000", "10000.00"),  # 20,000 beyond the corridor, shared half and half
        ("1100000", "25000.00"),
        ("1200000", "125000.00"),  # and everything beyond the stop-loss
        ("950000", "0"),
        ("930000", "-10000.00"),
        ("800000", "-125000.00"),
    ],
)
def test_the_corridor(cost: str, adjustment: str) -> None:
    reconciled = pricing.reconcile(Decimal(1_000_000), Decimal(cost), Decimal(5), Decimal(10), Decimal(50))
    assert reconciled == Decimal(adjustment)


def test_uplift_weighs_the_basket() -> None:
    pay = (PUBLISHED["PAY-RLW-2026"] / PUBLISHED["PAY-RLW-2025"] - 1) * 100
    assert pricing.uplift_percent((Decimal(75), Decimal(10), Decimal(15)), (Decimal(4), Decimal(0), Decimal(2))) == (
        Decimal("3.30")
    )
    assert pricing.uplift_percent((Decimal(100),), (pay,)).quantize(Decimal("0.01")) == Decimal("6.75")


def test_an_unknown_term_makes_every_later_line_unknown_and_says_which() -> None:
    given = example()
    commercial = profile(put(given, {"commercial.build_up.sick_percent": "to-be-confirmed"})).commercial
    waiting = Unknown(needs=("commercial.build_up.sick_percent",))
    terms = commercial.build_up.model_copy(update={"sick_percent": waiting})
    lines = pricing.hourly_build_up(terms, known(8), known(2), 30)
    assert isinstance(lines.paid, Figure)
    for line in (lines.oncost, lines.direct, lines.running, lines.rate, pricing.visit_price(lines.rate, 30)):
        assert isinstance(line, Unknown)
        assert line.needs == waiting.needs


def test_an_indicative_term_makes_an_indicative_price() -> None:
    sure = Figure(Decimal(100), "", "Published", status=Status.CONFIRMED)
    assert pricing.over_years(sure, Figure(3, "years", "Published", status=Status.CONFIRMED)) == Figure(
        Decimal("300.00"), "£", "Annual value × years, at today's prices", status=Status.CONFIRMED
    )
    assert value_of(pricing.over_years(sure, known(3))) == 300
    unsure = pricing.over_years(sure, known(3))
    assert isinstance(unsure, Figure)
    assert unsure.status is Status.INDICATIVE


def test_the_sustainable_rate_weighs_lots_by_their_hours() -> None:
    made = profile()
    rates = [value_of(pricing.lot_rate(made.commercial, lot)) for lot in made.lots]
    hours = [value_of(lot.weekly_hours) for lot in made.lots]
    expected = sum(rate * part for rate, part in zip(rates, hours, strict=True)) / sum(hours)
    assert value_of(pricing.sustainable_rate(made.commercial, made.lots)) == pricing.pence(expected)


MONEY = st.decimals(min_value=0, max_value=60, places=2)
PERCENT = st.decimals(min_value=0, max_value=100, places=2)


@given(pay=MONEY, travel=MONEY, miles=MONEY, running=PERCENT, surplus=PERCENT, minutes=st.integers(15, 720))
def test_any_build_up_adds_up(  # noqa: PLR0913 - one argument for each term that varies
    *, pay: Decimal, travel: Decimal, miles: Decimal, running: Decimal, surplus: Decimal, minutes: int
) -> None:
    terms = build_up(pay_rate=pay, mileage_rate="0.45", running_percent=running, surplus_percent=surplus)
    lines = pricing.hourly_build_up(terms, known(travel), known(miles), minutes)
    parts = [value_of(line) for line in (lines.direct, lines.running, lines.surplus, lines.vat)]
    assert value_of(lines.rate) == pricing.pence(sum(parts, Decimal(0)))
    assert value_of(lines.rate) >= pricing.pence(pay)


@given(cost=st.decimals(min_value=0, max_value=3_000_000, places=2), share=PERCENT)
def test_a_reconciliation_never_moves_more_than_the_difference(cost: Decimal, share: Decimal) -> None:
    price = Decimal(1_000_000)
    moved = pricing.reconcile(price, cost, Decimal(5), Decimal(10), share)
    assert abs(moved) <= abs(cost - price)
    assert moved == 0 or (moved > 0) == (cost > price)


def test_a_lot_costs_its_hours_times_its_rate() -> None:
    made = profile()
    commercial: Commercial = made.commercial
    lot = made.lots[0]
    expected = value_of(pricing.annual_hours(lot)) * value_of(pricing.lot_rate(commercial, lot))
    assert value_of(pricing.hourly_value(commercial, lot)) == pricing.pence(expected)
    assert value_of(pricing.lot_direct_cost(commercial, lot)) < value_of(pricing.lot_rate(commercial, lot))

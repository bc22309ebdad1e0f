"""Pricing schedules of random profiles and random answers: never a wrong total, never an error, and words where a figure waits.

PACKS_SOAK=1 tries two thousand of each in place of a few.
"""

import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pipeline.formulas import Address, ExcelError, Scalar
from pipeline.pack import Edition
from pipeline.profile import CommissioningModel, Profile
from tests.fixtures.priced import INPUTS, MODELS, TENDERED, WAITING, Schedule, known, schedule, wrong_prices
from tests.fixtures.profiles import example, figure, profile, put
from tests.fixtures.schedules import odd_profile

PLAIN, REWARD, POPULATION = MODELS
EXAMPLES = 2000 if os.environ.get("PACKS_SOAK") == "1" else 25
METHODS = ("fixed-rate", "price-band", "open-book")
PERCENTS = {name for name in INPUTS if name.endswith("_percent")}


SEARCH = settings(max_examples=EXAMPLES, phases=(Phase.explicit, Phase.generate))  # the first that fails is told as it is


class Asked:
    """A profile and what was made up in it, which is all that messages say of it; a bidder's answers, where there are some."""

    def __init__(self, asked: Profile, made_up: Mapping[str, str], answers: Mapping[str, Any] | None = None) -> None:
        self.profile, self.made_up, self.answers = asked, made_up, answers or {}

    def __repr__(self) -> str:
        return f"Asked({self.made_up}, answered with {self.answers})"


def amounts(least: str, most: str, places: int = 2) -> st.SearchStrategy[str]:
    """Figures as a profile writes them."""
    return st.decimals(Decimal(least), Decimal(most), places=places).map(lambda value: f"{value:f}")


HOURS, TRAVEL, MILES = amounts("0", "5000", 1), amounts("0", "45", 1), amounts("0", "30")
COUNTS = st.integers(0, 3000).map(str)
SHARES = st.integers(2, 4).flatmap(lambda count: st.lists(st.integers(1, 100), min_size=count, max_size=count))
LENGTHS = st.lists(st.sampled_from(range(15, 125, 5)), min_size=4, max_size=4, unique=True)


@st.composite
def lots(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to twelve lots."""
    return [
        {
            "id": f"L{number}",
            "name": "A lot",
            "area": "A place",
            "people": figure(draw(COUNTS)),
            "weekly_hours": figure(draw(HOURS)),
            "referrals_a_year": figure(draw(COUNTS)),
            "travel_minutes_per_visit": figure(draw(TRAVEL)),
            "miles_per_visit": figure(draw(MILES)),
        }
        for number in range(draw(st.integers(1, 12)))
    ]


def shares(weights: list[int]) -> list[str]:
    """Weights as percentages that add up to 100."""
    parts = [Decimal(100 * weight // sum(weights)) for weight in weights]
    return [str(part) for part in (*parts[:-1], 100 - sum(parts[:-1]))]


@st.composite
def profiles(draw: st.DrawFn, *, waiting: bool = False) -> Asked:
    """Exampleshire with other lots, visits, rates and bands; some of its figures are to be confirmed where they may wait."""
    data = {**example(), "lots": draw(lots())}
    commercial = data["commercial"]
    weights, lengths = draw(SHARES), draw(LENGTHS)
    commercial["visit_lengths"] = [
        {"minutes": str(length), "share_percent": figure(share)} for length, share in zip(lengths, shares(weights), strict=False)
    ]
    commercial["reward"]["bands"] = commercial["reward"]["bands"][: draw(st.integers(1, 4))]
    changes: dict[str, Any] = {"commercial.price_method": figure(draw(st.sampled_from(METHODS)))}
    for name in INPUTS:
        value = draw(amounts("0", "40") if name in PERCENTS else amounts("0.01", "30"))
        changes[f"commercial.build_up.{name}"] = figure(value)
    for number in range(len(commercial["reward"]["bands"])):
        changes[f"commercial.reward.bands[{number}].hours"] = figure(draw(amounts("0.5", "200")))
        changes[f"commercial.reward.bands[{number}].volume_a_year"] = figure(draw(COUNTS))
    changes["commercial.population.hours_per_referral"] = figure(draw(amounts("1", "900", 1)))
    figures = [
        *changes,
        *(f"lots[{number}].{name}" for number, lot in enumerate(data["lots"]) for name in list(lot)[3:]),
        *(f"commercial.visit_lengths[{number}].share_percent" for number in range(len(weights))),
    ]
    unknown = draw(st.lists(st.sampled_from(figures), max_size=3 if waiting else 0))
    changed = put(data, {**changes, **dict.fromkeys(unknown, "to-be-confirmed")})
    told = ("lots", "commercial.visit_lengths", "commercial.price_method", "commercial.build_up", "commercial.reward.bands")
    return Asked(profile(changed), {path: str(value) for path, value in values(changed) if path.startswith(told)})


def values(data: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The figures of a profile's data by their paths, without their sources."""
    if isinstance(data, dict):
        if "value" in data:
            yield path, data["value"]
            return
        for name, item in data.items():
            yield from values(item, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        for number, item in enumerate(data):
            yield from values(item, f"{path}[{number}]")
    elif data == "to-be-confirmed" or path.endswith("minutes"):
        yield path, data


def errors(values: Mapping[Address, Scalar]) -> dict[Address, Scalar]:
    """The cells that show an error, such as #DIV/0!, or nothing at all."""
    return {at: value for at, value in values.items() if isinstance(value, ExcelError) or value is None}


@SEARCH
@given(profiles(waiting=True))
def test_every_price_is_the_pricing_modules_or_waits_with_it(asked: Asked) -> None:
    known_or_not = asked.profile
    for model in MODELS:
        internal, issue = (schedule(known_or_not, model, edition) for edition in (Edition.INTERNAL, Edition.ISSUE))
        results = internal.results()
        assert errors(results) == {}
        assert wrong_prices(internal, known_or_not, internal.with_cells(results)) == []
        empty = issue.results()
        assert errors(empty) == {}
        assert empty[issue.named("TotalEvaluatedPrice")[0]] in WAITING


@st.composite
def returns(draw: st.DrawFn) -> Asked:
    """A profile whose figures are all known, and what a bidder answers: figures, miles, lots, VAT."""
    asked = draw(profiles())
    count = len(asked.profile.lots)
    said = {name: Decimal(draw(amounts("0", "40") if name in PERCENTS else amounts("0.01", "30"))) for name in INPUTS}
    answers = {
        "build_up": said,
        "travel": [Decimal(draw(TRAVEL)) for _ in range(count)],
        "miles": [Decimal(draw(MILES)) for _ in range(count)],
        "tendered": draw(st.lists(st.booleans(), min_size=count, max_size=count)),
        "vat": draw(st.sampled_from([None, Decimal("0.2"), Decimal("0.055")])),
    }
    return Asked(asked.profile, asked.made_up, answers)


def filled_in(issue: Schedule, answered: Mapping[str, Any]) -> dict[Address, Decimal | str]:
    """The cells that a bidder fills in."""
    cells: dict[Address, Decimal | str] = {}
    for one, name in INPUTS.items():
        cells[issue.named(name)[0]] = answered["build_up"][one] / (100 if one in PERCENTS else 1)
    cells |= zip(issue.named("TravelMinutes"), answered["travel"], strict=True)
    cells |= zip(issue.named("TravelMiles"), answered["miles"], strict=True)
    said = ("yes" if yes else "no" for yes in answered["tendered"])
    cells |= zip(issue.below("Assumptions", TENDERED[issue.edition], issue.count), said, strict=True)
    row = next(row for (sheet, row, _), content in issue.rendered.cells.items() if sheet == "Total" and content == "Treatment")
    cells["Total", row, 3] = "Exempt" if answered["vat"] is None else "Charged"
    if answered["vat"] is not None:
        cells["Total", row + 1, 3] = answered["vat"]
    return cells


def is_fixed(asked: Profile) -> bool:
    return getattr(asked.commercial.price_method, "value", "") == "fixed-rate"


def pennies(exact: Fraction) -> Fraction:
    """Round an exact amount above zero to the penny, half up."""
    return Fraction(int(exact * 100 + Fraction(1, 2)), 100)


def hourly_rate(said: Mapping[str, Fraction], travel: Fraction, miles: Fraction, minutes: int) -> Fraction:
    """The price of an hour of contact, by the Homecare Association's method, in exact fractions."""
    share = {name: value / 100 for name, value in said.items()}
    moving = (travel + said["waiting_minutes_per_visit"]) / minutes
    pay = said["pay_rate"] + said["pay_rate"] * moving + said["unsocial_enhancement"]
    absent = share["holiday_percent"] + share["training_percent"] + share["sick_percent"] + share["notice_percent"]
    wages = pay * (1 + absent) * (1 + share["effective_ni_percent"] + share["effective_pension_percent"])
    direct = wages + miles * 60 / minutes * said["mileage_rate"] + said["care_specific_costs"]
    price = direct * (1 + share["running_percent"]) * (1 + share["surplus_percent"])
    return pennies(price + said["irrecoverable_vat"])


def own_answers(asked: Profile) -> dict[str, Any]:
    """The authority's own figures as answers: what a fixed price is made of."""
    given_build_up = asked.commercial.build_up
    return {
        "build_up": {name: known(getattr(given_build_up, name)) for name in INPUTS},
        "travel": [known(lot.travel_minutes_per_visit) for lot in asked.lots],
        "miles": [known(lot.miles_per_visit) for lot in asked.lots],
    }


def evaluated(asked: Profile, model: CommissioningModel, answered: Mapping[str, Any]) -> Fraction:
    """The evaluated price of a tender, worked out anew in exact fractions."""
    used = {**answered, **own_answers(asked)} if is_fixed(asked) else answered
    said = {name: Fraction(value) for name, value in used["build_up"].items()}
    weekly = [Fraction(known(lot.weekly_hours)) for lot in asked.lots]
    total = Fraction(0)
    for number, lot in enumerate(asked.lots):
        if not answered["tendered"][number]:
            continue
        journey = Fraction(used["travel"][number]), Fraction(used["miles"][number])
        rate = pennies(
            sum(
                (
                    hourly_rate(said, *journey, visit.minutes) * Fraction(known(visit.share_percent)) / 100
                    for visit in asked.commercial.visit_lengths
                ),
                Fraction(0),
            )
        )
        part = weekly[number] / sum(weekly) if sum(weekly) else Fraction(1, len(weekly))
        if model is PLAIN:
            total += pennies(weekly[number] * 52 * rate)
        elif model is POPULATION:
            hours = known_fraction(asked.commercial.population.hours_per_referral)
            total += pennies(known_fraction(lot.referrals_a_year) * hours * rate)
        else:
            for band in asked.commercial.reward.bands:
                total += pennies(known_fraction(band.volume_a_year) * part * pennies(known_fraction(band.hours) * rate))
    return total


def known_fraction(value: Any) -> Fraction:
    return Fraction(known(value))


@SEARCH
@given(returns())
def test_a_filled_in_return_comes_to_what_is_worked_out_by_hand(case: Asked) -> None:
    asked, answered = case.profile, case.answers
    for model in MODELS:
        issue = schedule(asked, model, Edition.ISSUE)
        results = issue.results(filled_in(issue, answered))
        assert errors(results) == {}
        if not any(answered["tendered"]):
            assert results[issue.named("TotalEvaluatedPrice")[0]] == "no lot tendered for"
            continue
        expected = evaluated(asked, model, answered)
        assert results[issue.named("TotalEvaluatedPrice")[0]] == Decimal(expected.numerator) / expected.denominator
        with_vat = expected + pennies(expected * Fraction(answered["vat"] or 0))
        assert results[issue.named("TotalWithVat")[0]] == Decimal(with_vat.numerator) / with_vat.denominator


def test_half_a_penny_that_no_division_reaches_is_rounded_up() -> None:
    """£9.15 × (1 + 1.5 ÷ 45) is £9.455, which in so many digits is £9.454999…; the schedule and the plan both say £9.46."""
    changes = {f"commercial.build_up.{name}": figure("0") for name in INPUTS}
    pay, waiting = figure("9.15"), figure("0.5")
    changes |= {"commercial.build_up.pay_rate": pay, "commercial.build_up.waiting_minutes_per_visit": waiting}
    asked = odd_profile(1, {**changes, "lots[0].travel_minutes_per_visit": figure("1")})
    for model in MODELS:
        internal = schedule(asked, model, Edition.INTERNAL)
        values = internal.with_cells(internal.results())
        assert [values[at] for at in internal.below("Build-up", "Rate an hour", 2)][1] == Decimal("9.46")
        assert wrong_prices(internal, asked, values) == []

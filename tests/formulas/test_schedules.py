"""The proof of the pricing schedules: LibreOffice, pipeline.formulas and pipeline.pricing come to the same, whatever is in them.

For 0, 1, 2, 7 and 500 lots: after a hard recalculation every value is the one that its formula carries, every price and total is
pipeline.pricing's, and both stay so when inputs are changed in the open workbook. LibreOffice is started once for all of it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle, product

import pytest

from pipeline.finish.package import read_parts, write_parts
from pipeline.formulas import Address, ExcelError, Scalar
from pipeline.pack import Edition
from pipeline.profile import CommissioningModel, Profile
from pipeline.read import read_profile
from tests.fixtures.formulas import Shown, carried, changed_live, differences
from tests.fixtures.packs import LOCALITIES
from tests.fixtures.priced import MODELS, WAITING, Schedule, answers, awkward, schedule, wrong_prices
from tests.fixtures.profiles import figure
from tests.fixtures.schedules import odd_profile, unknown_profile

COUNTS = (0, 1, 2, 7)
MANY = 500
Case = tuple[int, CommissioningModel, Edition]
CASES: list[Case] = [*product(COUNTS, MODELS, Edition), *zip([MANY] * 3, MODELS, cycle(reversed(Edition)), strict=False)]
NAMES = [f"{count}-lots-{model}-{edition}" for count, model, edition in CASES]
PLACES = [path.stem for path in sorted(LOCALITIES.glob("*.yaml"))]
REPLACED = {
    "commercial.build_up.pay_rate": figure("14.03"),
    "commercial.build_up.unsocial_enhancement": figure("0.41"),
    "commercial.build_up.waiting_minutes_per_visit": figure("2.3"),
    "commercial.build_up.holiday_percent": figure("12.57"),
    "commercial.build_up.effective_ni_percent": figure("8.91"),
    "commercial.build_up.mileage_rate": figure("0.47"),
    "commercial.build_up.surplus_percent": figure("3.3"),
}
POISONS = {
    "a penny": (r"<v>(\d+\.\d)\d</v></c>", r"<v>\g<1>999</v></c>"),
    "a figure": (r"<v>(\d+)(\.\d+)</v></c>", r"<v>1\g<1>\g<2></v></c>"),
    "words": (r"<v>([a-z ]{4,})</v></c>", r"<v>\g<1> not</v></c>"),
    "nothing": (r"<v>(\d+\.\d+)</v></c>", "</c>"),
    "a number as words": (r'(<c r="\w+"[^>]*)(><f>[^<]*</f><v>\d+\.\d+</v>)', r'\1 t="str"\2'),
}
"""What is wrong with the value that a formula carries: what stands there, and what is put in its place."""


@dataclass(frozen=True)
class Proof:
    """A schedule, the values its formulas carry in the file, some inputs to change, and what LibreOffice makes of it all."""

    schedule: Schedule
    carried: Mapping[Address, Scalar]
    changes: Mapping[Address, Decimal | str]
    recalculated: Shown
    changed: Shown


def replaced(count: int) -> Profile:
    """The profile of so many lots with other figures in every place where the schedule has an input for them."""
    travel = {f"lots[{number}].travel_minutes_per_visit": figure(f"{5 + number % 9}.7") for number in range(count)}
    miles = {f"lots[{number}].miles_per_visit": figure(f"{number % 4}.85") for number in range(count)}
    return odd_profile(count, {**REPLACED, **travel, **miles})


def sound() -> Iterator[tuple[str, Schedule, bytes, Mapping[Address, Decimal | str]]]:
    """Every schedule with its name and the inputs to change: odd figures of any number of lots, and every locality."""
    for name, (count, model, edition) in zip(NAMES, CASES, strict=True):
        given, empty = odd_profile(max(count, 1)), not count
        made = schedule(given, model, edition, empty=empty)
        yield name, made, made.finished(), answers(made, replaced(max(count, 1)))
    places = {"unknown": unknown_profile(), **{place: read_profile(LOCALITIES / f"{place}.yaml") for place in PLACES}}
    models = {"unknown": MODELS, **{place: (model,) for place, model in zip(PLACES, cycle(MODELS), strict=False)}}
    for place, given in places.items():  # each with one of the models; test_packs has all three of two
        for step, (model, edition) in enumerate(product(models[place], Edition), start=7):
            made = schedule(given, model, edition)
            content = made.finished()
            yield f"{place}-{model}-{edition}", made, content, awkward(content, step)


def poisoned(content: bytes) -> dict[str, tuple[bytes, Address]]:
    """A schedule with one wrong value in it, by what is wrong, and where that is."""
    parts, before = read_parts(content), carried(content)
    made = {}
    for name, (pattern, poison) in POISONS.items():
        part, text, found = next(
            (part, text, found)
            for part in sorted(parts)
            if part.startswith("xl/worksheets/sheet")
            for text in [parts[part].decode()]
            if (found := re.search(rf"<f>[^<]*</f>{pattern}" if pattern.startswith("<v>") else pattern, text))
        )
        changed = text[: found.start()] + re.sub(pattern, poison, found[0]) + text[found.end() :]
        wrong = write_parts({**parts, part: changed.encode()})
        after = carried(wrong)
        (place,) = [place for place, value in before.items() if repr(after[place]) != repr(value)]
        made[name] = wrong, place
    return made


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Proof], dict[str, tuple[bytes, Address, Shown]]]:
    """Everything that LibreOffice is asked here: the proofs by name, and the poisoned schedules by what is wrong with them."""
    folder = tmp_path_factory.mktemp("schedules")
    every = {folder / f"{name}.xlsx": (made, content, changes) for name, made, content, changes in sound()}
    poisons = poisoned(schedule(odd_profile(2), CommissioningModel.REWARD, Edition.INTERNAL).finished())
    for path, (_, content, _) in every.items():
        path.write_bytes(content)
    for name, (content, _) in poisons.items():
        (folder / f"{name}.xlsx").write_bytes(content)
    changes = {path: changes for path, (_, _, changes) in every.items()}
    shown = changed_live(folder / "home", {**changes, **{folder / f"{name}.xlsx": {} for name in poisons}})
    proofs = {
        path.stem: Proof(made, carried(content), inputs, shown[path][0], shown[path][1] or {})
        for path, (made, content, inputs) in every.items()
    }
    return proofs, {name: (*one, shown[folder / f"{name}.xlsx"][0]) for name, one in poisons.items()}


@pytest.fixture(scope="module")
def proofs(office: tuple[dict[str, Proof], object]) -> dict[str, Proof]:
    return office[0]


@pytest.mark.system
def test_every_value_is_the_one_that_libreoffice_recalculates(proofs: dict[str, Proof]) -> None:
    wrong = {name: found[:5] for name, one in proofs.items() if (found := differences(one.carried, one.recalculated))}
    assert wrong == {}
    numbers = sum(isinstance(value, Decimal) for one in proofs.values() for value in one.carried.values())
    assert numbers > 40_000


@pytest.mark.system
def test_inputs_changed_in_the_open_workbook_change_all_values_alike(proofs: dict[str, Proof]) -> None:
    for name, one in proofs.items():
        assert one.changes, name
        results = one.schedule.results(one.changes)
        assert differences(results, one.changed)[:5] == [], name
        assert {at: value for at, value in results.items() if isinstance(value, ExcelError)} == {}, name
        assert one.schedule.count == 0 or results != one.carried, name


@pytest.mark.system
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_price_and_total_is_the_pricing_modules(proofs: dict[str, Proof], case: Case) -> None:
    count, model, edition = case
    one = proofs[f"{count}-lots-{model}-{edition}"]
    before = one.schedule.with_cells(one.carried)
    after = one.schedule.with_cells({at: amount(*value) for at, value in one.changed.items()})
    if edition is Edition.ISSUE and count:
        assert before[one.schedule.named("TotalEvaluatedPrice")[0]] in WAITING
    elif count:
        assert wrong_prices(one.schedule, odd_profile(count), before) == []
    if count:
        assert wrong_prices(one.schedule, replaced(count), after) == []
        return
    for values in (before, after):
        assert [values[one.schedule.named(name)[0]] for name in ("TotalEvaluatedPrice", "AnnualValue")] == [0, 0]
        assert values[one.schedule.named("SustainableRate")[0]] in WAITING


def amount(kind: str, value: float | str) -> Scalar:
    """A value as LibreOffice gives it: numbers in binary, so to 14 digits."""
    return Decimal(f"{value:.14g}") if kind == "number" and isinstance(value, float) else str(value)


@pytest.mark.system
def test_a_poisoned_value_is_caught(office: tuple[object, dict[str, tuple[bytes, Address, Shown]]]) -> None:
    assert len(office[1]) == len(POISONS)
    for name, (content, place, shown) in office[1].items():
        assert [at for at, _, _ in differences(carried(content), shown)] == [place], name
        assert len(differences({}, shown)) > 400, name

"""The pricing-schedule templates: rendered, recalculated by LibreOffice, and held against pipeline.pricing to the penny."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline import pricing
from pipeline.facts.money import annual_value, money
from pipeline.figure import Figure, Value
from pipeline.pack import Edition
from pipeline.profile import CommissioningModel, Profile
from pipeline.read import read_profile
from tests.fixtures.formulas import recalculated
from tests.fixtures.packs import LOCALITIES, REAL, xml_text
from tests.fixtures.profiles import figure
from tests.fixtures.schedules import KNOWN_REFERENCE, odd_profile, plan_of, rendered, unknown_profile

Recalculate = Callable[[Mapping[str, bytes]], Mapping[str, Workbook]]
MODELS = tuple(CommissioningModel)
PLAIN, REWARD, POPULATION = MODELS
REFUSED = re.compile(r"\b(NOW|TODAY|RAND|RANDBETWEEN|OFFSET|INDIRECT|CELL|INFO|XLOOKUP|LET|LAMBDA|FILTER|UNIQUE|SORT)\(")


@pytest.fixture(scope="module")
def recalculate(tmp_path_factory: pytest.TempPathFactory) -> Recalculate:
    """Let LibreOffice calculate workbooks anew, all in one go, and give them with their values."""

    def convert(books: Mapping[str, bytes]) -> Mapping[str, Workbook]:
        folder = tmp_path_factory.mktemp("books")
        for name, content in books.items():
            (folder / f"{name}.xlsx").write_bytes(content)
        recalculated(tmp_path_factory.getbasetemp() / "libreoffice", sorted(folder.glob("*.xlsx")), folder / "out")
        return {name: load_workbook(folder / "out" / f"{name}.xlsx", data_only=True) for name in books}

    return convert


@pytest.fixture(scope="module", params=["as built", pytest.param("recalculated", marks=pytest.mark.system)])
def calculated(request: pytest.FixtureRequest) -> Recalculate:
    """Give workbooks with the values they are built with, and with those that LibreOffice works out."""
    if request.param == "recalculated":
        recalculate: Recalculate = request.getfixturevalue("recalculate")
        return recalculate
    return lambda books: {name: load_workbook(BytesIO(content), data_only=True) for name, content in books.items()}


def named(book: Workbook, name: str) -> Any:
    """The value of a cell with a defined name."""
    sheet, cell = str(book.defined_names[name].attr_text).replace("$", "").split("!")
    return book[sheet.strip("'")][cell].value


def column(sheet: Worksheet, header: str, count: int, *, under: str = "") -> list[Any]:
    """The values below a header, the first below a section's title where one is named."""
    rows = list(sheet.iter_rows())
    start = next((at for at, row in enumerate(rows) if row[0].value == under), 0)
    for at in range(start, len(rows)):
        for cell in rows[at]:
            if cell.value == header:
                return [sheet.cell(cell.row + step, cell.column).value for step in range(1, count + 1)]
    raise AssertionError(f"{sheet.title} has no column {header}")


def money_of(value: Value[Any]) -> Decimal:
    assert isinstance(value, Figure), value
    return Decimal(value.value)


def same(shown: Any, expected: Value[Any] | Decimal) -> bool:
    """Whether a cell shows an amount to the penny."""
    amount = expected if isinstance(expected, Decimal) else money_of(expected)
    return Decimal(repr(shown)).quantize(Decimal("0.01")) == amount.quantize(Decimal("0.01"))


def all_same(shown: list[Any], expected: list[Any]) -> bool:
    return len(shown) == len(expected) and all(same(one, other) for one, other in zip(shown, expected, strict=True))


@pytest.mark.parametrize("count", [1, 2, 9])
def test_the_internal_totals_equal_the_pricing_module(calculated: Recalculate, count: int) -> None:
    given = odd_profile(count)
    commercial = given.commercial
    books = calculated({model: rendered(given, model, Edition.INTERNAL) for model in MODELS})
    rate = pricing.sustainable_rate(commercial, given.lots)
    for model, book in books.items():
        plan = plan_of(given, CommissioningModel(model))
        lengths = [visit.minutes for visit in commercial.visit_lengths]
        lines = [
            pricing.hourly_build_up(commercial.build_up, lot.travel_minutes_per_visit, lot.miles_per_visit, minutes)
            for lot in given.lots
            for minutes in lengths
        ]
        visits = [pricing.visit_price(line.rate, minutes) for line, minutes in zip(lines, lengths * count, strict=True)]
        assert all_same(column(book["Build-up"], "Rate an hour", len(lines)), [line.rate for line in lines])
        assert all_same(column(book["Build-up"], "Price a visit", len(lines)), visits)
        rates = [pricing.lot_rate(commercial, lot) for lot in given.lots]
        assert all_same(column(book["Lot rates"], "Contract rate an hour", count), rates)
        direct = [pricing.lot_direct_cost(commercial, lot) for lot in given.lots]
        assert all_same(column(book["Lot rates"], "Average direct cost", count), direct)
        assert same(named(book, "SustainableRate"), rate)
        assert same(named(book, "TotalEvaluatedPrice"), annual_value(plan))
        assert same(named(book, "TotalWithVat"), annual_value(plan))
        assert same(named(book, "Headroom"), money(plan)["headroom"])  # type: ignore[arg-type]
        years = pricing.longest_years(given.term)
        assert same(named(book, "LifetimeValue"), pricing.over_years(annual_value(plan), years))


def test_model_1_shows_retention_and_each_lots_value(calculated: Recalculate) -> None:
    given = odd_profile()
    book = calculated({"one": rendered(given, PLAIN, Edition.INTERNAL)})["one"]
    values = [pricing.hourly_value(given.commercial, lot) for lot in given.lots]
    assert all_same(column(book["Total"], "Annual value", 3), values)
    held = pricing.pence(money_of(annual_value(plan_of(given, PLAIN))) * Decimal("0.015"))
    assert same(book["Total"]["E11"].value, held)


def test_model_2_tariffs_payments_and_break_even(calculated: Recalculate) -> None:
    given = odd_profile()
    commercial, reward = given.commercial, given.commercial.reward
    book = calculated({"two": rendered(given, REWARD, Edition.INTERNAL)})["two"]
    tariffs = [pricing.outcome_tariff(band, pricing.lot_rate(commercial, lot)) for lot in given.lots for band in reward.bands]
    assert len({money_of(tariff) for tariff in tariffs}) == len(tariffs)
    count = len(tariffs)
    assert all_same(column(book["Tariff"], "Evaluated tariff", count), tariffs)
    certain, at_stake = pricing.chosen_payment_shares(reward)
    expected = [pricing.expected_payment(tariff, certain, at_stake, reward.expected_achievement_percent) for tariff in tariffs]
    assert all_same(column(book["Payment"], "Expected payment for one", count), expected)
    values = [pricing.lot_tariff_value(commercial, given.lots, lot) for lot in given.lots]
    assert all_same(column(book["Total"], "Annual value: volume × tariff", 3), values)
    costs = column(book["Break-even"], "Cost before surplus", count)
    shown = column(book["Break-even"], "Break-even achievement", count)
    for tariff, cost, share in zip(tariffs, costs, shown, strict=True):
        spent = Figure(Decimal(str(cost)), "£", "The workbook")
        percent = pricing.break_even_percent(tariff, spent, certain, at_stake)
        assert Decimal(repr(share * 100)).quantize(Decimal("0.1")) == money_of(percent)
    low, central, high = (book["Scenarios"][f"{letter}12"].value for letter in "BCD")
    assert low < central < high
    assert named(book, "WorkingCapital") > 0


def test_model_3_prices_and_reconciliation(calculated: Recalculate) -> None:
    given = odd_profile()
    terms = given.commercial.population
    book = calculated({"three": rendered(given, POPULATION, Edition.INTERNAL)})["three"]
    prices = [
        pricing.population_price(terms, lot.referrals_a_year, pricing.lot_rate(given.commercial, lot)) for lot in given.lots
    ]
    assert all_same(column(book["Zone price"], "Evaluated price a year", 3), prices)
    total = sum((money_of(price) for price in prices), Decimal(0))
    shares = (terms.corridor_percent, terms.stop_loss_percent, terms.gain_share_percent)
    costs = column(book["Corridor"], "Actual cost", 9)
    moved = column(book["Corridor"], "Adjustment: paid to the provider, or by it when negative", 9)
    assert any(moved)
    for cost, adjustment in zip(costs, moved, strict=True):
        spent = pricing.pence(Decimal(repr(cost)))
        assert same(adjustment, pricing.reconcile(total, spent, *(money_of(share) for share in shares)))


def row_of(sheet: Worksheet, label: str) -> int:
    """The row whose first cell says something."""
    return next(number for number, row in enumerate(sheet.iter_rows(), start=1) if row[0].value == label)


def fill_in(content: bytes, given: Profile, *, not_tendered: str = "") -> bytes:
    """Fill in a bidder's return with the authority's own figures, as a bidder who agrees with it would."""
    book = load_workbook(BytesIO(content))
    build_up = given.commercial.build_up
    sheet = book["Assumptions"]
    for row, name in enumerate(type(build_up).model_fields, start=7):
        value = money_of(getattr(build_up, name))
        sheet.cell(row, 2).value = value / 100 if name.endswith("_percent") else value
    first = row_of(sheet, "Lot") + 1
    for row, lot in enumerate(given.lots, start=first):
        assert sheet.cell(row, 1).value == lot.id
        sheet.cell(row, 2).value = money_of(lot.travel_minutes_per_visit)
        sheet.cell(row, 3).value = money_of(lot.miles_per_visit)
        sheet.cell(row, 6).value = "no" if lot.id == not_tendered else "yes"
    total = book["Total"]
    treatment = row_of(total, "Treatment")
    total.cell(treatment, 3).value = "Charged"
    total.cell(treatment + 1, 3).value = Decimal("0.2")
    made = BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.system
def test_a_bidder_who_gives_the_same_figures_gets_the_same_total(recalculate: Recalculate) -> None:
    given = odd_profile()
    empty: dict[str, bytes] = {model: rendered(given, model, Edition.ISSUE) for model in MODELS}
    returns = {model: fill_in(content, given) for model, content in empty.items()}
    books = recalculate({**{f"empty-{model}": content for model, content in empty.items()}, **returns})
    for model in MODELS:
        assert named(books[f"empty-{model}"], "TotalEvaluatedPrice") == "input needed"
        expected = money_of(annual_value(plan_of(given, model)))
        assert same(named(books[model], "TotalEvaluatedPrice"), expected)
        assert same(named(books[model], "TotalWithVat"), expected + pricing.pence(expected * Decimal("0.2")))


@pytest.mark.system
def test_a_lot_not_tendered_for_is_left_out(recalculate: Recalculate) -> None:
    given = odd_profile()
    books = recalculate({model: fill_in(rendered(given, model, Edition.ISSUE), given, not_tendered="01") for model in MODELS})
    kept = [lot for lot in given.lots if lot.id != "01"]
    hourly = sum((money_of(pricing.hourly_value(given.commercial, lot)) for lot in kept), Decimal(0))
    assert same(named(books[PLAIN], "TotalEvaluatedPrice"), hourly)
    assert same(named(books[PLAIN], "SustainableRate"), pricing.sustainable_rate(given.commercial, kept))
    tariffs = [pricing.lot_tariff_value(given.commercial, given.lots, lot) for lot in kept]
    assert same(named(books[REWARD], "TotalEvaluatedPrice"), sum((money_of(value) for value in tariffs), Decimal(0)))
    terms = given.commercial.population
    prices = [pricing.population_price(terms, lot.referrals_a_year, pricing.lot_rate(given.commercial, lot)) for lot in kept]
    assert same(named(books[POPULATION], "TotalEvaluatedPrice"), sum((money_of(price) for price in prices), Decimal(0)))


def answer_lots(content: bytes, answers: Mapping[str, str]) -> bytes:
    """Answer the question which lots are tendered for, and nothing else."""
    book = load_workbook(BytesIO(content))
    sheet = book["Assumptions"]
    for row in range(row_of(sheet, "Lot") + 1, sheet.max_row + 1):
        sheet.cell(row, 6).value = answers.get(str(sheet.cell(row, 1).value))
    made = BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.system
def test_a_fixed_rate_is_the_one_evaluated_once_the_build_up_is_there(recalculate: Recalculate) -> None:
    given = odd_profile(changes={"commercial.price_method": figure("fixed-rate")})
    dearer = odd_profile(
        changes={"commercial.price_method": figure("fixed-rate"), "commercial.build_up.pay_rate": figure("19.31")}
    )
    every = {lot.id: "yes" for lot in given.lots}
    empty = {model: rendered(given, model, Edition.ISSUE) for model in MODELS}
    answered = {f"answered-{model}": answer_lots(content, every) for model, content in empty.items()}
    books = recalculate({**answered, **{model: fill_in(content, dearer) for model, content in empty.items()}})
    rates = [pricing.lot_rate(given.commercial, lot) for lot in given.lots]
    own = [pricing.lot_rate(dearer.commercial, lot) for lot in given.lots]
    for model in MODELS:
        assert named(books[f"answered-{model}"], "TotalEvaluatedPrice") == "input needed"
        assert column(books[f"answered-{model}"]["Lot rates"], "£ an hour", 8) == ["input needed"] * 8
        assert same(named(books[model], "TotalEvaluatedPrice"), annual_value(plan_of(given, model)))
        assert all_same(column(books[model]["Lot rates"], "Contract rate an hour", 3), rates)
        assert all_same(column(books[model]["Lot rates"], "Rate of the build-up", 3), own)


@pytest.mark.system
def test_a_lot_without_an_answer_waits(recalculate: Recalculate) -> None:
    given = odd_profile(changes={"commercial.price_method": figure("fixed-rate")})
    some = {"1": "yes", "Z3": "no"}
    none = dict.fromkeys(("1", "01", "Z3"), "no")
    empty = {model: rendered(given, model, Edition.ISSUE) for model in MODELS}
    declined = {f"none-{model}": answer_lots(fill_in(content, given), none) for model, content in empty.items()}
    books = recalculate({**declined, **{model: answer_lots(fill_in(content, given), some) for model, content in empty.items()}})
    for model in MODELS:
        assert named(books[f"none-{model}"], "TotalEvaluatedPrice") == "no lot tendered for"
        assert column(books[model]["Lot rates"], "Tendered for?", 3) == ["yes", "input needed", "not tendered"]
        assert named(books[model], "TotalEvaluatedPrice") == "input needed"


@pytest.mark.system
def test_declining_a_lot_never_raises_the_total(recalculate: Recalculate) -> None:
    given = odd_profile()
    whole = money_of(annual_value(plan_of(given, REWARD)))
    empty = rendered(given, REWARD, Edition.ISSUE)
    books = recalculate({lot.id: fill_in(empty, given, not_tendered=lot.id) for lot in given.lots})
    for lot in given.lots:
        left = Decimal(repr(named(books[lot.id], "TotalEvaluatedPrice")))
        own = money_of(pricing.lot_tariff_value(given.commercial, given.lots, lot))
        assert own > 0
        assert left.quantize(Decimal("0.01")) == whole - own


@pytest.mark.system
def test_population_prices_for_each_person_come_from_the_evaluated_price(recalculate: Recalculate) -> None:
    given = odd_profile(changes={"commercial.price_method": figure("fixed-rate")})
    content = rendered(given, POPULATION, Edition.ISSUE)
    empty = load_workbook(BytesIO(content))["Zone price"]
    assert empty.cell(row_of(empty, "Hours"), 3).style == "Given"
    sheet = recalculate({"p": fill_in(content, given)})["p"]["Zone price"]
    rates = [pricing.lot_rate(given.commercial, lot) for lot in given.lots]
    prices = [
        money_of(pricing.population_price(given.commercial.population, lot.referrals_a_year, rate))
        for lot, rate in zip(given.lots, rates, strict=True)
    ]
    people = [money_of(lot.referrals_a_year) for lot in given.lots]
    each = [pricing.pence(price / count) for price, count in zip(prices, people, strict=True)]
    assert all_same(column(sheet, "Price for each person referred", 3), each)
    assert all_same(column(sheet, "Your build-up against the fixed price", 3), [Decimal(0)] * 3)


@pytest.mark.system
@pytest.mark.parametrize(
    ("method", "floor", "ceiling", "finding"),
    [
        ("price-band", "1", "500", "within the band"),
        ("price-band", "500", "501", "below the floor"),
        ("price-band", "1", "2", "above the ceiling"),
        ("price-band", "to-be-confirmed", "500", "to be confirmed"),
        ("open-book", "500", "501", "open book"),
        ("fixed-rate", "500", "501", "rates are fixed"),
        ("to-be-confirmed", "500", "501", "to be confirmed"),
    ],
)
def test_each_lots_rate_is_held_against_the_band(
    recalculate: Recalculate, method: str, floor: str, ceiling: str, finding: str
) -> None:
    changes = {"price_method": method, "price_floor": floor, "ceiling_rate": ceiling}
    given = odd_profile(changes={f"commercial.{key}": x if x == "to-be-confirmed" else figure(x) for key, x in changes.items()})
    books = recalculate({model: fill_in(rendered(given, model, Edition.ISSUE), given) for model in MODELS})
    for model in MODELS:
        assert column(books[model]["Lot rates"], "Contract rate against the price band", 3) == [finding] * 3


def test_bidders_see_the_band_of_each_lot_in_proportion_to_its_rate() -> None:
    changes = {"price_method": "price-band", "price_floor": "30", "ceiling_rate": "40"}
    given = odd_profile(changes={f"commercial.{key}": figure(value) for key, value in changes.items()})
    average = pricing.sustainable_rate(given.commercial, given.lots)
    for model in MODELS:
        sheet = load_workbook(BytesIO(rendered(given, model, Edition.ISSUE)))["Lots"]
        for name, limit in (("Price floor, £ an hour", 30), ("Price ceiling, £ an hour", 40)):
            shown = column(sheet, name, 3)
            rates = [money_of(pricing.lot_rate(given.commercial, lot)) for lot in given.lots]
            assert all_same(shown, [pricing.pence(limit * rate / money_of(average)) for rate in rates])
            assert len(set(shown)) == 3


@pytest.mark.parametrize("chosen", ["outcome-sum", "completion-bonus", "withheld-percentage", "block-aggregate", "profit-share"])
def test_every_payment_form_is_priced_and_the_chosen_one_is_followed(chosen: str) -> None:
    changes = {"payment": chosen, "completion_bonus_percent": "4.5", "expected_saving_percent": "12", "gain_share_percent": "25"}
    given = odd_profile(changes={f"commercial.reward.{key}": figure(value) for key, value in changes.items()})
    reward, annual = given.commercial.reward, annual_value(plan_of(given, REWARD))
    achieved = reward.expected_achievement_percent
    internal, issue = (load_workbook(BytesIO(rendered(given, REWARD, edition)), data_only=True) for edition in Edition)
    sheet = internal["Alternatives"]
    forms = ("outcome-sum", "completion-bonus", "withheld-percentage", "block-aggregate", "profit-share")
    shares = [pricing.payment_shares(reward, form) for form in forms]
    every, none = Figure(Decimal(100), "%", "All"), Figure(Decimal(0), "%", "None")
    for heading, share in (
        ("No outcome achieved", none),
        ("At the expected achievement", achieved),
        ("Every outcome achieved", every),
    ):
        assert all_same(column(sheet, heading, 5), [pricing.expected_payment(annual, *pair, share) for pair in shares])
    assert [cell == "the form chosen" for cell in column(sheet, "Finding", 5)] == [form == chosen for form in forms]
    for book in (internal, issue):
        terms = book["Payment"]
        certain, at_stake = shares[forms.index(chosen)]
        assert terms.cell(row_of(terms, "In any case"), 3).value == pytest.approx(float(money_of(certain)) / 100)
        assert terms.cell(row_of(terms, "At stake"), 3).value == pytest.approx(float(money_of(at_stake)) / 100)


def lines_of(sheet: Worksheet) -> dict[str, list[Any]]:
    """The values of each line of a sheet by its first cell; of two lines alike, the first."""
    lines: dict[str, list[Any]] = {}
    for row in sheet.iter_rows():
        lines.setdefault(str(row[0].value), [cell.value for cell in row[1:5]])
    return lines


def test_the_published_sums_come_out() -> None:
    books = {model: load_workbook(BytesIO(rendered(odd_profile(), model, Edition.INTERNAL)), data_only=True) for model in MODELS}
    for book in books.values():
        say = lines_of(book["Worked example"])
        assert say["Sum of the lines"][0] == say["Published price"][0] == 20.69
        assert say["Does the sum agree?"][0] == "agrees"
        assert say["Travel minutes in an hour of contact"][0] == 11.7
        shares = [say[line][1] for line in ("Pay for travel time", "Employer's National Insurance and pension")]
        assert shares == [0.195, 0.109]
        assert [say[line][1] for line in ("Holiday, training, sickness, notice", "Running costs")] == [0.189, 0.349]
        assert say["Rate an hour"][1] == 20.69
        assert say["Rate an hour"] == sorted(say["Rate an hour"])
        assert say["Cost of the wage gap in a year"][0] == 780_000
        assert say["Cost of the rate gap in a year"][0] == 3_276_000
    tariffs = lines_of(books[REWARD]["Worked example"])
    bands = ("Reablement, an episode", "Lower level, a week", "Higher level, a week", "Intensive and specialist, a week")
    assert [round(tariffs[band][1], 2) for band in bands] == [105, 5, 10, 21.33]
    assert [tariffs[band][3] for band in bands] == [3374.70, 160.70, 321.40, 685.65]
    people = lines_of(books[POPULATION]["Worked example"])
    assert people["Hours for each person referred"][0] == 400
    assert people["Yearly price for 100 people at the example rate"][0] == 1_285_600


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("edition", Edition)
def test_charts_have_titles_and_alternative_text_and_show_what_the_tables_say(
    model: CommissioningModel, edition: Edition
) -> None:
    content = rendered(odd_profile(), model, edition)
    with ZipFile(BytesIO(content)) as package:
        drawings = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/drawings/drawing")]
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    internal = {"care-planning": 3, "reward": 5, "population": 4}[model]
    issue = {"care-planning": 2, "reward": 2, "population": 3}[model]
    assert len(drawings) == len(charts) == (internal if edition is Edition.INTERNAL else issue)
    for drawing in drawings:
        assert re.search(r'descr="[^"]{60,}"', drawing), drawing[:600]
    for chart in charts:
        assert re.search(r"<(c:)?title>.*?<a:t>[^<]+</a:t>", chart), chart[:600]
        values = re.findall(r"<(?:c:)?numCache>.*?</(?:c:)?numCache>", chart, re.DOTALL)
        assert values
        if edition is Edition.INTERNAL:
            assert all("<c:v>" in one or "<v>" in one for one in values), chart[:1200]


def test_both_editions_state_the_award_criteria_with_their_weights(calculated: Recalculate) -> None:
    given = odd_profile()
    books = calculated({edition: rendered(given, PLAIN, edition) for edition in Edition})
    criteria = given.evaluation.criteria
    for book in books.values():
        sheet = book["Award"]
        assert column(sheet, "Criterion", len(criteria)) == [one.id for one in criteria]
        shares = column(sheet, "Weight", len(criteria))
        assert all_same([share * 100 for share in shares], [one.weight_percent for one in criteria])
        groups = [Decimal(repr(sheet.cell(row_of(sheet, name), 4).value)) for name in ("quality", "price", "social value")]
        assert round(sum(groups), 9) == 1
        assert sheet.cell(row_of(sheet, "Quality threshold"), 3).value == money_of(given.evaluation.quality_threshold)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("edition", Edition)
def test_only_inputs_are_unlocked_and_no_sheet_has_a_password(model: CommissioningModel, edition: Edition) -> None:
    book = load_workbook(BytesIO(rendered(odd_profile(9), model, edition)))
    for sheet in book.worksheets:
        assert sheet.protection.sheet, sheet.title
        assert not sheet.protection.password, sheet.title
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            is_input = cell.style == "Input" and not (sheet.title == "Guide" and cell.value == "Input")
            assert cell.protection.locked != is_input, f"{sheet.title}!{cell.coordinate}"
    sheet = book["Assumptions"]
    first = row_of(sheet, "Lot") + 1
    assert [sheet.cell(row, 6).protection.locked for row in range(first, first + 9)] == [False] * 9


def test_the_guide_says_where_tenders_in_welsh_are_welcome() -> None:
    for welcome in (True, False):
        given = odd_profile(changes={"welsh.tenders_in_welsh": welcome})
        sheet = load_workbook(BytesIO(rendered(given, PLAIN, Edition.ISSUE)))["Guide"]
        told = [str(row[1].value) for row in sheet.iter_rows() if row[0].value == "Tenders in Welsh"]
        assert len(told) == welcome
        assert all(KNOWN_REFERENCE.names.welsh.tender_statement in text for text in told)


@pytest.fixture(scope="module")
def waiting() -> Mapping[str, tuple[bytes, Workbook]]:
    """Every real locality's schedules, and those of a profile that knows nothing: as rendered, and with the values they carry.

    LibreOffice's are the same (tests/formulas/test_schedules.py).
    """
    profiles = {"unknown": unknown_profile(), **{name: read_profile(LOCALITIES / f"{name}.yaml") for name in REAL}}
    contents = {
        f"{name}-{model}-{edition}": rendered(given, model, edition)
        for name, given in profiles.items()
        for model in MODELS
        for edition in Edition
    }
    return {name: (content, load_workbook(BytesIO(content), data_only=True)) for name, content in contents.items()}


def test_unknown_figures_give_words_and_never_an_error(waiting: Mapping[str, tuple[bytes, Workbook]]) -> None:
    for name, (_, book) in waiting.items():
        for sheet in book.worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                assert not str(cell.value).startswith(("#", "Err:")), f"{name} {sheet.title}!{cell.coordinate}"
                assert cell.data_type != "e", f"{name} {sheet.title}!{cell.coordinate}"
        if name.startswith("unknown"):
            assert named(book, "TotalEvaluatedPrice") == "to be confirmed", name
            assert named(book, "TotalWithVat") in {"to be confirmed", "input needed"}, name


def test_no_formula_shows_a_blank_or_a_zero_while_figures_are_missing(
    waiting: Mapping[str, tuple[bytes, Workbook]],
) -> None:
    count_of_inputs, published = {"Assumptions": 0}, "Worked example"
    for name, (content, book) in waiting.items():
        if not name.startswith("unknown"):
            continue
        for sheet in load_workbook(BytesIO(content)).worksheets:
            if sheet.title == published:
                continue
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
                shown = book[sheet.title][cell.coordinate].value
                place = f"{name} {sheet.title}!{cell.coordinate}"
                assert shown is not None, place
                assert not isinstance(shown, int | float) or shown == count_of_inputs.get(sheet.title), f"{place}: {shown}"


@pytest.mark.system
def test_the_abnormally_low_check_asks_and_never_rejects(recalculate: Recalculate) -> None:
    given = odd_profile()
    book = load_workbook(BytesIO(rendered(given, PLAIN, Edition.INTERNAL)))
    sheet = book["Low tender check"]
    direct = float(money_of(pricing.lot_direct_cost(given.commercial, given.lots[1])))
    first = row_of(sheet, "Tenderer (Input)") + 1
    tenders: tuple[tuple[str, str, float], ...] = (
        ("A", "01", direct + 10),
        ("B", "01", direct + 12),
        ("C", "01", direct - 1),
        ("D", "1", direct + 1),
    )
    for row, tender in enumerate(tenders, start=first):
        sheet[f"A{row}"], sheet[f"B{row}"], sheet[f"C{row}"] = tender
    made = BytesIO()
    book.save(made)
    checked = recalculate({"low": made.getvalue()})["low"]["Low tender check"]
    findings = [checked.cell(row, 7).value for row in range(first, first + 5)]
    assert findings == [
        "no enquiry needed",
        "no enquiry needed",
        "make an enquiry before deciding anything",
        "no enquiry needed",
        "no tender to check",
    ]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("edition", Edition)
def test_every_formula_is_live_and_plain(model: CommissioningModel, edition: Edition) -> None:
    book = load_workbook(BytesIO(rendered(odd_profile(), model, edition)))
    for sheet in book.worksheets:
        assert sheet.sheet_state == "visible"
        assert isinstance(sheet["A1"].value, str)
        assert "{%" not in sheet["A1"].value
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.comment is None
            if cell.data_type == "f":
                assert not REFUSED.search(str(cell.value)), f"{sheet.title}!{cell.coordinate}: {cell.value}"
                assert "#REF!" not in str(cell.value)
    for name in ("SustainableRate", "AnnualValue", "TotalEvaluatedPrice", "TotalWithVat"):
        assert name in book.defined_names


@pytest.mark.parametrize("model", MODELS)
def test_the_bidders_return_holds_nothing_internal(model: CommissioningModel) -> None:
    given = odd_profile(
        changes={
            "commercial.annual_budget": figure("98765432"),
            "commercial.ceiling_rate": figure("47.11"),
            "commercial.build_up.pay_rate": figure("13.4777"),
            "commercial.build_up.running_percent": figure("23.4567"),
        }
    )
    content = rendered(given, model, Edition.ISSUE)
    book = load_workbook(BytesIO(content))
    inside = {"Budget", "Scenarios", "Break-even", "Cash-flow", "Alternatives", "Low tender check"}
    assert not inside & set(book.sheetnames)
    assert book.sheetnames[-1] == "Declaration"
    text = xml_text(content)
    plan = plan_of(given, model)
    own = [pricing.sustainable_rate(given.commercial, given.lots), annual_value(plan)]
    secrets = ["98765432", "47.11", "13.4777", "0.234567", "Budget", "Ceiling", "Headroom", "Scenario", "LowTender"]
    for secret in [*secrets, *(f"{money_of(value):f}" for value in own)]:
        assert secret not in text, secret
    assert not book.defined_names.keys() & {"AnnualBudget", "CeilingRate", "Headroom", "LightTouchThreshold"}


def test_an_unknown_figure_is_an_empty_input_that_says_so() -> None:
    book = load_workbook(BytesIO(rendered(unknown_profile(), PLAIN, Edition.INTERNAL)))
    sheet = book["Assumptions"]
    assert sheet["B7"].value is None
    assert sheet["B7"].style == "Input to confirm"
    assert sheet["E7"].value == "to be confirmed"
    assert book["Lots"]["E7"].style == "Input to confirm"
    assert book["Lots"]["L7"].value == "to be confirmed"


def test_a_name_that_looks_like_a_formula_stays_text() -> None:
    sheet = load_workbook(BytesIO(rendered(odd_profile(), PLAIN, Edition.ISSUE)))["Lots"]
    assert sheet["B7"].value == "=Lot & <1>"
    assert sheet["B7"].data_type == "s"

"""Figures that nobody knows yet: every formula that needs one says so, and none makes a number without it."""

from decimal import Decimal
from itertools import product

import pytest

from pipeline.formulas import ExcelError
from pipeline.pack import Edition
from pipeline.profile import CommissioningModel
from pipeline.read import read_profile
from tests.fixtures.packs import LOCALITIES, REAL
from tests.fixtures.priced import MODELS, awkward, schedule, to_confirm, wrong_prices
from tests.fixtures.schedules import unknown_profile

EVERY = ("unknown", *REAL)


@pytest.mark.parametrize(("name", "model", "edition"), [*product(EVERY, MODELS, Edition)])
def test_a_formula_that_needs_an_unknown_figure_waits_for_it(name: str, model: CommissioningModel, edition: Edition) -> None:
    """What changes when the unknown figures are filled in needs them; before, it may only be words, or count what is there."""
    given = unknown_profile() if name == "unknown" else read_profile(LOCALITIES / f"{name}.yaml")
    one = schedule(given, model, edition)
    content = one.finished()
    unknown = to_confirm(content)
    assert unknown
    filled = {at: value for at, value in awkward(content).items() if at not in unknown}
    for answered in ({}, filled):
        before = one.results(answered)
        after = one.results({**answered, **dict.fromkeys(unknown, Decimal("0.25"))})
        assert {at: value for at, value in before.items() if isinstance(value, ExcelError) or value is None} == {}
        waiting = {at: before[at] for at in before if before[at] != after[at]}
        assert waiting
        counts = {at for at in waiting if str(getattr(one.rendered.cells[at], "text", "")).startswith(("COUNT(", "COUNTIF("))}
        assert {at: value for at, value in waiting.items() if not isinstance(value, str) and at not in counts} == {}
        assert len(counts) <= 1  # how many inputs of the build-up are given
    if edition is Edition.INTERNAL:
        assert wrong_prices(one, given, one.with_cells(one.results())) == []

"""Results of formulas have the cause of what they read, for certain where that is one; else what it may be is said."""

from typing import Any

import pytest

from pipeline.compare import Change, PackDiff, compare_packs
from pipeline.compare.sheets import compare_workbooks
from tests.compare.test_packs import _pack
from tests.fixtures.schedules_compared import Edit, Schedule, schedule, tweaked

PRICES = "internal/prices.xlsx"
RATE, VOLUME = "commercial.rate", "demand.hours"


def _line(at: int, place: int, value: float) -> Edit:
    def edit(made: Schedule) -> None:
        line: list[Any] = [*made.lines[at]]
        line[place] = value
        made.lines[at] = tuple(line)

    return edit


NEW_RATE, NEW_VOLUME = _line(4, 4, 22.0), _line(5, 3, 650.0)


def _entry(rate: str, hours: str, template: str) -> dict[str, Any]:
    values = ((RATE, rate, "£ an hour"), (VOLUME, hours, "hours"))
    facts = {name: [{"value": value, "unit": unit, "fields": [name]}] for name, value, unit in values}
    return {"facts": facts, "reads": {"commercial": [RATE], "demand": [VOLUME]}, "template_digest": template * 64}


def _explained(old: bytes, new: bytes, rate: str = "22.00", hours: str = "600") -> PackDiff:
    """Compare two workbooks of which the template is another too, so that nothing is certain by itself."""
    packs = [
        _pack({PRICES: content}, profile={RATE: values[0], VOLUME: values[1]}, **{PRICES: _entry(*values, template)})
        for content, values, template in ((old, ("20.50", "600"), "t"), (new, (rate, hours), "u"))
    ]
    return compare_packs(packs[0], packs[1])


def _certain(changes: tuple[Change, ...]) -> dict[str, list[str]]:
    return {
        f"{one.location.story}!{one.location.cell}": [cause.name for cause in one.causes if cause.is_certain]
        for one in changes
        if one.kind == "computed-changed"
    }


def test_a_result_has_the_cause_of_what_it_reads_through_other_formulas_and_sheets() -> None:
    found = _certain(_explained(schedule(), schedule(NEW_RATE)).changes)
    assert len(found) == 4
    assert {name.partition("!")[0] for name in found} == {"Prices", "Summary"}
    assert set(map(tuple, found.values())) == {(RATE,)}


def test_a_result_of_two_causes_is_of_neither_for_certain() -> None:
    found = _certain(_explained(schedule(), schedule(NEW_RATE, NEW_VOLUME), hours="650").changes)
    assert found.pop("Prices!F8") == [RATE]
    assert found.pop("Prices!F9") == [VOLUME]
    assert len(found) == 3
    assert not any(found.values())


def test_a_result_that_reads_a_change_without_a_certain_cause_has_none() -> None:
    found = _certain(_explained(schedule(), schedule(NEW_RATE, _line(9, 4, 99.0))).changes)
    assert found.pop("Prices!F8") == [RATE]
    assert not any(found.values())


def _reads(text: str) -> tuple[tuple[str, str], ...]:
    """Say which of the cells that changed a formula is found to read."""

    def other(value: float) -> Edit:
        def write(_: object, sheets: Any, __: object) -> None:
            sheets["Lists"].write_formula("C1", text, None, value)

        return tweaked(write)

    changes, _ = compare_workbooks(schedule(other(1)), schedule(NEW_RATE, other(2)), "prices.xlsx")
    [found] = [one.reads for one in changes if one.location.cell == "C1"]
    return found


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("=Prices!E8*2", (("Prices", "E8"),)),
        ("=Prices!$E$8", (("Prices", "E8"),)),
        ("=SUM(Prices!E1:E7)", ()),
        ("=SUM(Prices!E8:F8)", (("Prices", "E8"), ("Prices", "F8"))),
        ("=MAX(Prices!E:E)", (("Prices", "E8"),)),
        ("=MAX(Prices!8:8)", (("Prices", "E8"), ("Prices", "F8"))),
        ("=MAX(Rates)", (("Prices", "E8"),)),
        ('="Prices!E8"&"Rates"', ()),
        ('=INDIRECT("Prices!E8")+Prices!E8', ()),
        ("=SUM('Prices:Summary'!E8)+Prices!E8", ()),
        ("=Prices!E8+TODAY()", ()),
    ],
)
def test_a_formula_is_followed_where_it_says_what_it_reads(text: str, reads: tuple[tuple[str, str], ...]) -> None:
    assert _reads(text) == reads


def test_nothing_is_followed_where_rows_came_or_names_changed() -> None:
    changes, _ = compare_workbooks(schedule(), schedule(NEW_RATE, lambda made: made.lines.pop(20)), "prices.xlsx")
    assert not any(one.reads for one in changes)

"""Pairs of Excel files that differ in one thing, or in several, and the exact list of changes for each."""

from dataclasses import dataclass

import pytest

from pipeline.compare.sheets import compare_workbooks
from tests.fixtures.schedules_compared import Edit, Schedule, schedule, tweaked

Found = tuple[str, str, str, str]
TOTAL = sum(at * 100 * (18 + at / 2) for at in range(1, 31))


@dataclass(frozen=True)
class Case:
    """A pair: the edits, and what comes out: kind, severity, old text, new text. A star stands for some text."""

    edits: tuple[Edit, ...]
    expected: tuple[Found, ...]


def case(*edits: Edit, gives: tuple[Found, ...]) -> Case:
    """Make a case."""
    return Case(edits, gives)


def _set(**fields: object) -> Edit:
    def edit(made: Schedule) -> None:
        for name, value in fields.items():
            setattr(made, name, value)

    return edit


def _line(at: int, place: int, value: object) -> Edit:
    def edit(made: Schedule) -> None:
        line = list(made.lines[at])
        line[place] = value
        made.lines[at] = tuple(line)  # type: ignore[assignment]

    return edit


def _totals(more: float) -> tuple[Found, ...]:
    """The three results that follow when the total changes."""
    total = TOTAL + more
    return (
        ("computed-changed", "high", f"£{TOTAL:,.2f}", f"£{total:,.2f}"),
        ("computed-changed", "high", f"£{TOTAL:,.2f}", f"£{total:,.2f}"),
        ("computed-changed", "high", f"£{TOTAL * 1.03:,.2f}", f"£{total * 1.03:,.2f}"),
    )


NEW = ("PL-99", "night call", "visit", 10.0, 48.0)
NEW_ROW = "PL-99 | night call | visit | 10 | £48.00 | £480.00"
ROW = "PL-06 | support of type 6 | hour | 600 | £21.00 | £12,600.00"

CASES = {
    "text": case(
        _set(notes=["Give one price for each line.", "Rates exclude VAT."]),
        gives=(("value-changed", "content", "Give one rate for each line.", "Give one price for each line."),),
    ),
    "date in a text": case(
        tweaked(lambda _, sheets, __: sheets["Guide"].write("B8", "11 January 2027")),
        gives=(("value-changed", "high", "4 January 2027", "11 January 2027"),),
    ),
    "rate": case(
        _line(4, 4, 22.0),
        gives=(
            ("value-changed", "high", "£20.50", "£22.00"),
            ("computed-changed", "high", "£10,250.00", "£11,000.00"),
            *_totals(750),
        ),
    ),
    "percentage": case(
        _set(indexation=0.025),
        gives=(
            ("value-changed", "high", "3.0%", "2.5%"),
            ("computed-changed", "high", f"£{TOTAL * 1.03:,.2f}", f"£{TOTAL * 1.025:,.2f}"),
        ),
    ),
    "formula of a column": case(
        _set(value="=ROUND(D{row}*E{row},2)"),
        gives=tuple(("formula-changed", "high", f"=D{row}*E{row}", f"=ROUND(D{row}*E{row},2)") for row in range(4, 34)),
    ),
    "formula of a total": case(
        _set(total="=SUM(F{first}:F32)"), gives=(("formula-changed", "high", "=SUM(F4:F33)", "=SUM(F4:F32)"),)
    ),
    "formula overwritten": case(
        tweaked(lambda _, sheets, formats: sheets["Summary"].write("B5", 999.5, formats["money"])),
        gives=(("formula-changed", "high", "=B3*(1+B4)", "£999.50"),),
    ),
    "row added": case(lambda made: made.lines.insert(9, NEW), gives=(("row-inserted", "high", "", NEW_ROW), *_totals(480))),
    "row added at the end": case(
        lambda made: made.lines.append(NEW), gives=(("row-inserted", "high", "", NEW_ROW), *_totals(480))
    ),
    "row removed": case(lambda made: made.lines.pop(5), gives=(("row-removed", "high", ROW, ""), *_totals(-12600))),
    "row moved": case(lambda made: made.lines.insert(20, made.lines.pop(5)), gives=(("row-moved", "content", ROW, ROW),)),
    "total that missed a new row": case(
        lambda made: made.lines.insert(9, NEW),
        _set(total="=SUM(F4:F33)"),
        gives=(
            ("row-inserted", "high", "", NEW_ROW),
            (
                "formula-changed",
                "high",
                "=SUM(F4:F34) (as it would read had it followed its cells)",
                "=SUM(F4:F33)",
            ),
            *_totals(480)[1:],
        ),
    ),
    "column added": case(
        _set(columns=["Ref", "Item", "Unit", "Volume", "Rate", "Value", "Basis"]),
        gives=(("column-inserted", "content", "", " | ".join(["Basis", *["standard"] * 30])),),
    ),
    "heading": case(
        _set(columns=["Ref", "Item", "Unit", "Quantity", "Rate", "Value"]),
        gives=(("value-changed", "content", "Volume", "Quantity"),),
    ),
    "key of a row": case(_line(3, 0, "PL-40"), gives=(("value-changed", "content", "PL-04", "PL-40"),)),
    "name": case(
        tweaked(lambda book, _, __: book.define_name("Indexation", "=Summary!$B$4")),
        gives=(("name-inserted", "content", "", "Summary!$B$4"),),
    ),
    "validation": case(
        tweaked(lambda _, sheets, __: sheets["Guide"].data_validation("B3", {"validate": "list", "source": ["net", "gross"]})),
        gives=(("validation-inserted", "content", "", "*"),),
    ),
    "conditional format": case(
        tweaked(
            lambda _, sheets, formats: sheets["Summary"].conditional_format(
                "B3", {"type": "cell", "criteria": "<", "value": 0, "format": formats["head"]}
            )
        ),
        gives=(("conditional-format-inserted", "low", "", "*"),),
    ),
    "hidden sheet": case(
        tweaked(lambda _, sheets, __: sheets["Lists"].hide()), gives=(("hidden-changed", "high", "shown", "hidden"),)
    ),
    "very hidden sheet": case(
        tweaked(lambda _, sheets, __: sheets["Lists"].very_hidden()),
        gives=(("hidden-changed", "high", "shown", "hidden from Excel's own list"),),
    ),
    "hidden row": case(
        tweaked(lambda _, sheets, __: sheets["Prices"].set_row(9, None, None, {"hidden": True})),
        gives=(("hidden-changed", "high", "shown", "hidden"),),
    ),
    "hidden column": case(
        tweaked(lambda _, sheets, __: sheets["Prices"].set_column("D:D", 8.43, None, {"hidden": True})),
        gives=(("hidden-changed", "high", "shown", "hidden"), ("width-changed", "low", "*", "*")),
    ),
    "number format": case(
        tweaked(lambda _, sheets, formats: sheets["Summary"].write("B4", 0.03, formats["money"])),
        gives=(("number-format-changed", "high", "0.0%", "£#,##0.00"),),
    ),
    "style": case(
        tweaked(lambda _, sheets, formats: sheets["Summary"].write("A3", "Annual value", formats["head"])),
        gives=(("style-changed", "low", "*", "*"),),
    ),
    "locked cell": case(
        tweaked(lambda _, sheets, formats: sheets["Prices"].write("E4", 18.5, formats["money"])),
        gives=(("protection-changed", "content", "open to changes", "locked"), ("style-changed", "low", "*", "*")),
    ),
    "empty input locked": case(
        tweaked(lambda _, sheets, formats: sheets["Guide"].write_blank("B9", None, formats["money"])),
        gives=(("protection-changed", "content", "open to changes", "locked"), ("style-changed", "low", "*", "*")),
    ),
    "protection": case(
        tweaked(lambda _, sheets, __: sheets["Summary"].protect()),
        gives=(("protection-changed", "content", "not protected", "*"),),
    ),
    "width": case(
        tweaked(lambda _, sheets, __: sheets["Prices"].set_column("B:B", 60)), gives=(("width-changed", "low", "*", "*"),)
    ),
    "comment": case(
        tweaked(lambda _, sheets, __: sheets["Summary"].write_comment("A5", "At the profile's rate.")),
        gives=(("comment-inserted", "content", "", "At the profile's rate."),),
    ),
    "footer": case(
        tweaked(lambda _, sheets, __: sheets["Prices"].set_footer("&LExamplewick&RPage &P")),
        gives=(("margin-changed", "content", "&LExampleshire&RPage &P", "&LExamplewick&RPage &P"),),
    ),
    "paper": case(tweaked(lambda _, sheets, __: sheets["Prices"].set_landscape()), gives=(("print-changed", "low", "*", "*"),)),
    "frozen panes": case(
        tweaked(lambda _, sheets, __: sheets["Prices"].freeze_panes(3, 0)), gives=(("view-changed", "low", "", "*"),)
    ),
    "merged cells": case(
        tweaked(lambda _, sheets, __: sheets["Guide"].merge_range("A10:B10", "Questions by email")),
        gives=(("row-inserted", "high", "", "Questions by email"), ("merge-inserted", "low", "", "A10:B10")),
    ),
    "link": case(
        tweaked(lambda _, sheets, __: sheets["Guide"].write_url("B8", "https://example.org", None, "4 January 2027")),
        gives=(("style-changed", "low", "*", "*"), ("link-inserted", "content", "", "https://example.org")),
    ),
    "sheet added": case(
        _set(sheets=["Guide", "Prices", "Summary", "Lists", "Declaration"]),
        tweaked(lambda _, sheets, __: sheets["Declaration"].write("A1", "Signed")),
        gives=(("sheet-inserted", "high", "", "Signed"),),
    ),
    "sheet renamed": case(
        _set(titles={"Prices": "Rates by line"}), gives=(("sheet-renamed", "content", "Prices", "Rates by line"),)
    ),
    "sheet moved": case(_set(sheets=["Guide", "Summary", "Prices", "Lists"]), gives=(("sheet-moved", "low", "*", "*"),)),
    "results left out": case(_set(with_results=False), gives=()),
    "property": case(
        tweaked(lambda book, _, __: book.set_properties({"title": "Price form", "created": book.doc_properties["created"]})),
        gives=(("property-changed", "low", "Pricing schedule", "Price form"),),
    ),
    "mixed: rate, row, heading": case(
        _line(4, 4, 22.0),
        lambda made: made.lines.insert(20, NEW),
        _set(columns=["Ref", "Item", "Unit", "Quantity", "Rate", "Value"]),
        gives=(
            ("value-changed", "content", "Volume", "Quantity"),
            ("value-changed", "high", "£20.50", "£22.00"),
            ("computed-changed", "high", "£10,250.00", "£11,000.00"),
            ("row-inserted", "high", "", NEW_ROW),
            *_totals(1230),
        ),
    ),
    "mixed: row moved, column added, sheet hidden": case(
        lambda made: made.lines.insert(20, made.lines.pop(5)),
        _set(columns=["Ref", "Item", "Unit", "Volume", "Rate", "Value", "Basis"]),
        tweaked(lambda _, sheets, __: sheets["Lists"].hide()),
        gives=(
            ("column-inserted", "content", "", "*"),
            ("row-moved", "content", "*", "*"),
            ("hidden-changed", "high", "shown", "hidden"),
        ),
    ),
}


@pytest.fixture(scope="module")
def original() -> bytes:
    return schedule()


@pytest.mark.parametrize("name", CASES)
def test_each_pair_gives_exactly_its_changes(name: str, original: bytes) -> None:
    changes, _ = compare_workbooks(original, schedule(*CASES[name].edits), "prices.xlsx")
    found = [(change.kind, change.severity.value, change.old, change.new) for change in changes]
    expected = CASES[name].expected
    assert [one[:2] for one in found] == [one[:2] for one in expected]
    for (_, _, was, now), (_, _, old, new) in zip(found, expected, strict=True):
        assert was == old or (old == "*" and was)
        assert now == new or (new == "*" and now)
    assert all(change.old != change.new or change.moved_from for change in changes)


def test_a_workbook_and_itself_give_no_change(original: bytes) -> None:
    assert compare_workbooks(original, schedule(), "prices.xlsx") == ((), ())


def test_a_workbook_without_results_says_so(original: bytes) -> None:
    _, notes = compare_workbooks(original, schedule(_set(with_results=False)), "prices.xlsx")
    assert notes == ("The new file carries no results of its formulas, so results are not compared.",)

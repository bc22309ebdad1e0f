"""Excel files that are out of the ordinary: shared formulas, missing addresses, other numbers of styles, damaged numbers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.compare.change import Status
from pipeline.compare.packs import compare_files
from pipeline.compare.sheets import compare_workbooks
from pipeline.compare.sheets.places import FOLLOWED, Axis, Places
from pipeline.exceptions import DocumentError
from pipeline.finish.package import read_parts, write_parts
from tests.fixtures.comparing import specification
from tests.fixtures.schedules_compared import Schedule, schedule, tweaked

PRICES = "xl/worksheets/sheet2.xml"
ORIGINAL = schedule()
DOCUMENT = specification()


def _rewritten(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    parts = read_parts(data)
    parts[part] = change(parts[part].decode()).encode()
    return write_parts(parts)


def _kinds(old: bytes, new: bytes) -> list[tuple[str, str, str]]:
    changes, _ = compare_workbooks(old, new, "a.xlsx")
    return [(change.kind, change.old, change.new) for change in changes]


def test_a_shared_formula_is_the_formula_of_each_of_its_cells() -> None:
    def share(text: str) -> str:
        text = text.replace("<f>D4*E4</f>", '<f t="shared" ref="F4:F33" si="0">D4*E4</f>')
        return re.sub(r"<f>D(\d+)\*E\1</f>", '<f t="shared" si="0"/>', text)

    shared = _rewritten(ORIGINAL, PRICES, share)
    assert _kinds(ORIGINAL, shared) == []
    assert _kinds(shared, _rewritten(shared, PRICES, lambda text: text.replace("D4*E4", "D4+E4")))[0] == (
        "formula-changed",
        "=D4*E4",
        "=D4+E4",
    )


def test_addresses_that_are_left_out_follow_from_the_order() -> None:
    def bare(text: str) -> str:
        return text.replace(' r="A1"', "", 1)

    assert _kinds(ORIGINAL, _rewritten(ORIGINAL, PRICES, bare)) == []


def test_strings_in_another_order_are_no_change() -> None:
    def turn(text: str) -> str:
        return text.replace("<si><t>Ref</t></si>", "<si><t>Ref</t></si><si><t>unused</t></si>", 1)

    turned = _rewritten(ORIGINAL, "xl/sharedStrings.xml", turn)
    place = read_parts(ORIGINAL)["xl/sharedStrings.xml"].decode().split("<si>").index("<t>Ref</t></si>") - 1

    def follow(text: str) -> str:
        return re.sub(r't="s"><v>(\d+)</v>', lambda found: f't="s"><v>{int(found[1]) + (int(found[1]) > place)}</v>', text)

    for number in range(1, 5):
        turned = _rewritten(turned, f"xl/worksheets/sheet{number}.xml", follow)
    assert _kinds(ORIGINAL, turned) == []


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("=SUM(F4:F9)", "=SUM(F4:F10)", True),
        ("=SUM($F$4:$F$9)", "=SUM($F$4:$F$10)", True),
        ("=F9", "=F10", True),
        ("=F3", "=F3", True),
        ("=F9", "=F9", False),
        ("=SUM(F4:F9)", "=SUM(F4:F9)", False),
        ("=Other!F9", "=Other!F9", True),
        ("='Prices'!F9", "=Prices!F10", True),
        ('="F9"', '="F10"', False),
        ("=F9+1", "=F10-1", False),
        ("=LOG10(F3)", "=LOG10(F3)", True),
    ],
)
def test_a_formula_that_only_followed_a_row_that_came_is_the_same(old: str, new: str, is_same: bool) -> None:  # noqa: FBT001
    rows = Axis({**{at: at for at in range(1, 6)}, **{at: at + 1 for at in range(6, 20)}}, set(), {6})
    places = Places({"Prices": rows}, {}, {})
    assert places.is_same(old, new, "Prices", "Prices") is is_same


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("=SUM(B:B)", "=SUM(C:C)", True),
        ("=SUM(B:B)", "=SUM(B:B)", False),
        ("=SUM($A:$A)", "=SUM($A:$A)", True),
        ("='Old one'!$1:$6", "=Prices2!$1:$6", True),
        ("='Old one'!$1:$6", "='Old one'!$1:$6", False),
        ("='Old one'!A1:INDEX(A:A,3)", "='Prices2'!A1:INDEX(A:A,3)", True),
        ("=TIME(1,2,3)", "=TIME(1,2,3)", True),
    ],
)
def test_whole_rows_and_columns_follow_theirs(old: str, new: str, is_same: bool) -> None:  # noqa: FBT001
    columns = Axis({1: 1, **{at: at + 1 for at in range(2, 9)}}, set(), {2})
    places = Places({}, {"Prices": columns}, {"Old one": "Prices2"})
    assert places.is_same(old, new, "Prices", "Prices") is is_same


def test_a_sheet_with_another_name_is_one_change() -> None:
    def name(text: str) -> str:
        return text.replace("</sheets>", f"</sheets>{NAMES}", 1)

    def rename(text: str) -> str:
        text = text.replace('name="Prices"', 'name="All prices"')
        return re.sub(r"Prices!|'Prices'!", "'All prices'!", text)

    named = _rewritten(ORIGINAL, "xl/workbook.xml", name)
    renamed = _rewritten(named, "xl/workbook.xml", rename)
    for part in ("worksheets/sheet2", "worksheets/sheet3", "charts/chart1"):
        renamed = _rewritten(renamed, f"xl/{part}.xml", rename)
    assert _kinds(named, renamed) == [("sheet-renamed", "Prices", "All prices")]
    left = _rewritten(renamed, "xl/workbook.xml", lambda text: text.replace("'All prices'!$A$4", "Prices!$A$4"))
    assert _kinds(named, left)[1:] == [("name-changed", f"'All prices'!A4:A33 {FOLLOWED}", "Prices!$A$4:$A$33")]
    left = _rewritten(renamed, "xl/charts/chart1.xml", lambda text: text.replace("'All prices'!", "'Prices'!"))
    assert [(kind, old != new) for kind, old, new in _kinds(named, left)[1:]] == [("chart-changed", True)]


NAMES = (
    '<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="1">Prices!$1:$3</definedName>'
    '<definedName name="Refs">Prices!$A$4:$A$33</definedName></definedNames>'
)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"AD7": 5}, [("value-changed", "", "5")]),
        ({"AD7": "=1+1"}, [("formula-changed", "", "=1+1")]),
        ({"H3": "Basis", "H4": "net"}, [("column-inserted", "", "Basis | net")]),
    ],
)
def test_one_value_in_a_far_column_is_one_change(cells: dict[str, object], found: list[tuple[str, str, str]]) -> None:
    def far(_: object, sheets: Any, __: object) -> None:
        for address, value in cells.items():
            write = sheets["Prices"].write_formula if value == "=1+1" else sheets["Prices"].write
            write(address, value)

    assert _kinds(ORIGINAL, schedule(tweaked(far))) == found
    assert _kinds(schedule(tweaked(far)), ORIGINAL) == [(kind.replace("insert", "remov"), new, old) for kind, old, new in found]


def test_a_formula_alone_in_its_row_that_became_a_value_is_no_row_that_came() -> None:
    def formula(_: object, sheets: Any, __: object) -> None:
        for at in (20, 21):
            sheets["Guide"].write_formula(f"C{at}", "=1+1")

    def value(_: object, sheets: Any, __: object) -> None:
        for at in (20, 21):
            sheets["Guide"].write(f"C{at}", 42)

    assert _kinds(schedule(tweaked(formula)), schedule(tweaked(value))) == [("formula-changed", "=1+1", "42")] * 2


def test_a_reference_to_a_row_that_went_is_a_change() -> None:
    rows = Axis({at: at - (at > 5) for at in range(1, 20) if at != 5}, {5}, set())
    places = Places({"Prices": rows}, {}, {})
    assert places.is_same("=SUM(F4:F9)", "=SUM(F4:F8)", "Prices", "Prices")
    assert not places.is_same("=F5", "=F5", "Prices", "Prices")


NUMBERS = re.compile(r'="(\d+)"')


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_number_is_an_error_or_a_change_and_never_a_crash(data: st.DataObject) -> None:
    name, content = data.draw(st.sampled_from([("a.xlsx", ORIGINAL), ("a.docx", DOCUMENT)]))
    parts = read_parts(content)
    part = data.draw(st.sampled_from(sorted(one for one in parts if one.endswith(".xml"))))
    text = parts[part].decode()
    found = list(NUMBERS.finditer(text))
    if not found:
        return
    one = data.draw(st.sampled_from(found))
    said = data.draw(st.sampled_from(["x", "-1", "", "1.5", "99999999999"]))
    parts[part] = f"{text[: one.start(1)]}{said}{text[one.end(1) :]}".encode()
    outcome = compare_files(content, write_parts(parts), name)
    assert bool(outcome.changes) is (outcome.status is Status.CHANGED)
    assert outcome.notes or outcome.status is not Status.ERROR


@pytest.mark.parametrize("content", [b"", b"PK", DOCUMENT])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentError):
        compare_workbooks(ORIGINAL, content, "a.xlsx")


def test_a_workbook_of_many_rows_is_compared_in_a_moment() -> None:
    def many(made: Schedule) -> None:
        made.lines = [(f"PL-{at:04}", f"support {at}", "hour", 1.0, 20.0) for at in range(2000)]

    def one_more(made: Schedule) -> None:
        many(made)
        made.lines.insert(1000, ("PL-X", "night call", "visit", 1.0, 48.0))

    assert [kind for kind, _, _ in _kinds(schedule(many), schedule(one_more))] == ["row-inserted", *["computed-changed"] * 3]


def _with_a_sheet(made: Schedule) -> None:
    made.sheets = [*made.sheets, "Extra"]


def test_names_of_a_sheet_that_came_are_told_with_it() -> None:
    def name(book: Any, sheets: dict[str, Any], _: object) -> None:
        sheets["Extra"].write("A1", "a line")
        sheets["Extra"].repeat_rows(0, 1)
        book.define_name("FirstLine", "=Extra!$A$1")
        book.define_name("OtherLine", "=Prices!$A$1")

    new = schedule(_with_a_sheet, tweaked(name))
    assert [kind for kind, *_ in _kinds(ORIGINAL, new)] == ["sheet-inserted", "name-inserted"]
    assert [kind for kind, *_ in _kinds(new, ORIGINAL)] == ["sheet-removed", "name-removed"]


def test_what_is_printed_on_each_page_is_told_in_words() -> None:
    def repeat(_: object, sheets: dict[str, Any], __: object) -> None:
        sheets["Prices"].repeat_rows(0, 1)
        sheets["Guide"].print_area("A1:B9")

    changes, _ = compare_workbooks(ORIGINAL, schedule(tweaked(repeat)), "a.xlsx")
    assert [(one.location.item, one.new) for one in changes if one.kind == "name-inserted"] == [
        ("area that is printed of Guide", "Guide!$A$1:$B$9"),
        ("rows and columns printed on each page of Prices", "Prices!$1:$2"),
    ]

"""Excel files that are out of the ordinary: shared formulas, missing addresses, other numbers of styles, damaged numbers."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.compare.change import Status
from pipeline.compare.packs import compare_files
from pipeline.compare.sheets import compare_workbooks
from pipeline.compare.sheets.places import Axis, Places
from pipeline.exceptions import DocumentError
from pipeline.finish.package import read_parts, write_parts
from tests.fixtures.comparing import specification
from tests.fixtures.schedules_compared import Schedule, schedule

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

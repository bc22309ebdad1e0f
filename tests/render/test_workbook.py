"""The workbook engine on small templates: typed values, repeated rows and whatever spans or points past them, refusals."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font, NamedStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.exceptions import RenderError, TemplateError
from pipeline.figure import Figure, Status, Unknown
from pipeline.finish.package import read_parts
from tests.fixtures.formulas import recalculated
from tests.fixtures.workbooks import workbook_bytes

NAME = "prices.xlsx"
COUNTS = (0, 1, 2, 50)


def saved(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def template(*rows: tuple[Any, ...], change: Callable[[Workbook], None] | None = None) -> bytes:
    """A workbook of one sheet, Prices, holding these rows, with the style that unknown values need."""
    book = Workbook()
    book.add_named_style(NamedStyle(name="Input to confirm", font=Font(bold=True)))
    sheet = first(book)
    sheet.title = "Prices"
    for row in rows:
        sheet.append(row)
    if change:
        change(book)
    return saved(book)


def first(book: Workbook) -> Worksheet:
    return book.worksheets[0]


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def render(content: bytes, **context: object) -> Workbook:
    return opened(workbook_bytes(content, NAME, context))


def cell(text: object, **context: object) -> Any:
    """The cell a single tag comes to."""
    return first(render(template((text,)), **context))["A1"]


# ---------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("value", "shown", "kind"),
    [
        (Decimal("21.43"), 21.43, "n"),
        (7, 7, "n"),
        (True, True, "b"),
        (Figure(Decimal("0.125"), "", "Somewhere"), 0.125, "n"),
        ("plain", "plain", "s"),
        ("=1+1", "=1+1", "s"),
        ("+44 1267", "+44 1267", "s"),
        ("#REF!", "#REF!", "s"),
        ('&lt; & <b> "quoted" Llŷn 🏡', '&lt; & <b> "quoted" Llŷn 🏡', "s"),
        ("x" * 32_767, "x" * 32_767, "s"),
    ],
)
def test_a_cell_that_is_one_tag_takes_the_values_type(value: object, shown: object, kind: str) -> None:
    made = cell("{{ lot.value }}", lot={"value": value})
    assert (made.value, made.data_type) == (shown, kind)


def test_a_date_is_a_date_in_british_order() -> None:
    made = cell(" {{ when }} ", when=Figure(date(2026, 11, 21), "", "Somewhere"))
    assert made.value.date() == date(2026, 11, 21)
    assert made.number_format == "d mmmm yyyy"


def test_a_text_that_looks_like_a_formula_says_so_to_excel() -> None:
    assert cell("{{ x }}", x="=HYPERLINK(1)").quotePrefix
    assert not cell("{{ x }}", x="plain").quotePrefix


def test_what_excel_would_take_for_an_escaped_character_is_kept_apart() -> None:
    for text, stored in (("{{ x }}", b"part_x005F_x0041_b"), ("part_x0041_b", b"part_x0041_b")):  # ECMA-376 part 1, 22.9.2.19
        made = read_parts(workbook_bytes(template((text,)), NAME, {"x": "part_x0041_b"}))
        assert stored in made["xl/sharedStrings.xml"]


def test_text_with_tags_in_it_is_worded() -> None:
    made = cell(
        "{{ name }}: {{ rate }} from {{ when }}", name="Lot & Co", rate=Figure(Decimal("21.4"), "£ per hour", ""), when=Unknown()
    )
    assert made.value == "Lot & Co: £21.40 from to be confirmed"


@pytest.mark.parametrize(
    ("is_a", "is_b", "shown"), [(True, False, "one"), (False, True, "two"), (False, False, "three"), (True, True, "one")]
)
def test_a_cell_may_choose_between_texts(*, is_a: bool, is_b: bool, shown: str) -> None:
    text = "{% if is_a %}one{% elif is_b %}two{% else %}three{% endif %}"
    assert cell(text, is_a=is_a, is_b=is_b).value == shown


def test_a_choice_of_one_value_keeps_its_type_and_nothing_leaves_the_cell_empty() -> None:
    text = "{% if shown %}{{ rate }}{% endif %}"
    assert cell(text, shown=True, rate=Decimal("1.5")).value == 1.5
    assert cell(text, shown=False).value is None


def test_a_condition_inside_one_that_is_not_met_is_not_evaluated() -> None:
    text = "{% if no %}{% if missing %}a{% else %}{{ missing }}{% endif %}{% elif yes %}b{% endif %}"
    assert cell(text, no=False, yes=True).value == "b"


def test_the_filters_of_word_work_here_without_their_marks() -> None:
    rate = Figure(Decimal("21.43"), "£ per hour", "Survey", date(2026, 1, 2), Status.CONFIRMED)
    row = first(
        render(template(("{{ r | with_unit }}", "{{ r | source }}", "{{ r | status }}", "{{ u | status }}")), r=rate, u=Unknown())
    )[1]
    assert [made.value for made in row] == ["£21.43 per hour", "Survey, 2 January 2026", "confirmed", "to be confirmed"]


def test_an_unknown_is_an_empty_input_where_its_row_says_so() -> None:
    made = render(template(("Rate", "{{ rate }}", "{{ rate | status }}")), rate=Unknown(needs=("rate",)))
    assert first(made)["B1"].value is None
    assert first(made)["B1"].style == "Input to confirm"
    assert first(made)["C1"].value == "to be confirmed"


def test_an_unknown_says_so_itself_where_its_row_does_not() -> None:
    assert cell("{{ rate }}", rate=Unknown()).value == "to be confirmed"


def test_an_unknown_keeps_the_cells_number_format() -> None:
    def change(book: Workbook) -> None:
        first(book)["A1"].number_format = "£#,##0.00"

    made = first(render(template(("{{ rate }}",), change=change), rate=Unknown()))["A1"]
    assert (made.style, made.number_format) == ("Input to confirm", "£#,##0.00")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "NoneType"),
        ([1], "list"),
        ({"a": 1}, "dict"),
        ("bell\x07", "U+0007"),
        ("x" * 32_768, "32,768 characters"),
        (date(1899, 1, 1), "before Excel's calendar"),
        (Decimal("NaN"), "not a number"),
        (float("inf"), "not a number"),
    ],
)
def test_a_value_no_cell_can_hold_is_refused_with_its_place(value: object, says: str) -> None:
    with pytest.raises(RenderError, match=r"prices.xlsx: Prices!A1: \{\{ value \}\}") as caught:
        cell("{{ value }}", value=value)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "text", ["{{ missing }}", "{{ lot.missing }}", "{{ missing.name }}", "a {{ missing }}", "{% if missing %}a{% endif %}"]
)
def test_a_missing_name_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(RenderError, match=r"prices.xlsx: Prices!A1: .*missing"):
        cell(text, lot={"name": "x"})


@pytest.mark.parametrize(
    "text",
    [
        "{{ lot",
        "{{ lot. }}",
        "{{ lot | nofilter }}",
        "{% if lot %}a",
        "a{% endif %}",
        "{% else %}",
        "{% for x in lot %}a{% endfor %}",
        "{% set x = 1 %}",
        "{# note #}",
        "{%tr endfor %}",
        "{%tr while lot %}",
        "{{ lot.__class__.__mro__ }}",
    ],
)  # fmt: skip
def test_a_bad_tag_is_refused_with_its_place(text: str) -> None:
    with pytest.raises((TemplateError, RenderError), match=r"prices.xlsx: Prices!A1"):
        cell(text, lot={"name": "x"})


# ------------------------------------------------------------------------------------------------------- repeated rows


def lots(count: int) -> list[dict[str, object]]:
    return [{"name": f"Lot {n}", "hours": Decimal(n), "rate": Decimal("10.5")} for n in range(1, count + 1)]


def furnish(book: Workbook) -> None:
    """Give the template of repeated rows everything that has to follow them."""
    sheet = first(book)
    sheet.row_dimensions[3].height = 33
    sheet.row_dimensions[5].height = 44
    sheet["A3"].font = Font(bold=True)
    sheet["D3"].number_format = "£#,##0.00"
    sheet.merge_cells("A6:B6")
    sheet.merge_cells("G3:H3")
    sheet.freeze_panes = "B2"
    sheet.print_area = "A1:F7"
    sheet.print_title_rows = "1:1"
    sheet.auto_filter.ref = "A1:D3"
    sheet.row_breaks.append(Break(id=5))
    validation = DataValidation(type="decimal", operator="greaterThan", formula1="$H$5")
    validation.add("B3")
    sheet.add_data_validation(validation)
    sheet.conditional_formatting.add("D3:D3", Rule(type="expression", formula=["D3>$D$5"]))
    sheet.conditional_formatting.add("A7", Rule(type="expression", formula=["$D$5=0"]))
    book.defined_names["Total"] = DefinedName("Total", attr_text="Prices!$D$5")
    book.defined_names["Hours"] = DefinedName("Hours", attr_text="Prices!$B$3:$B$3")
    other = book.create_sheet("It's 2")
    other["A1"] = "=Prices!D5+SUM(Prices!B3:B3)+SUM(Prices!$B$2:$B$4)+COUNTA(Prices!A:A)"
    other["A2"] = "{%tr for lot in lots %}"
    other["A3"] = "=Prices!D3*2"
    other["A4"] = "{%tr endfor %}"
    other["A5"] = "=SUM(A3:A3)"
    sheet["A7"] = "='It''s 2'!A5+Total"


SHARE = "=IF(SUM($D$3:$D$3)=0,0,D3/SUM($D$3:$D$3))"


def priced(count: int) -> Workbook:
    content = template(
        ("Name", "Hours", "Rate", "Value", "Share"),
        ("{%tr for lot in lots %}",),
        ("{{ lot.name }}", "{{ lot.hours }}", "{{ lot.rate }}", "=B3*C3", SHARE, "=SUM(D$3:D3)"),
        ("{%tr endfor %}",),
        ("Total", "=SUM(B3:B3)", "", "=SUM(D3:D3)", '=IF(COUNT(D3:D3)<COUNTA(A3:A3),"to be confirmed",SUM(D2:D4))'),
        ("Note {{ note }}",),
        ("x",),
        change=furnish,
    )  # fmt: skip
    return render(content, lots=lots(count), note="here")


@pytest.mark.parametrize("count", COUNTS)
def test_everything_follows_the_repeated_rows(count: int) -> None:
    book = priced(count)
    sheet, last = book["Prices"], max(count, 1) + 1
    total = last + 1
    names: list[object] = [f"Lot {n}" for n in range(1, count + 1)]
    assert [sheet.cell(row, 1).value for row in range(2, total)] == (names or [None])
    for row in range(2, 2 + count):
        assert sheet.cell(row, 4).value == f"=B{row}*C{row}"
        assert sheet.cell(row, 5).value == f"=IF(SUM($D$2:$D${last})=0,0,D{row}/SUM($D$2:$D${last}))"
        assert sheet.cell(row, 6).value == f"=SUM(D$2:D{row})"
        assert sheet.row_dimensions[row].height == 33
        assert sheet.cell(row, 1).font.bold
        assert sheet.cell(row, 4).number_format == "£#,##0.00"
        assert f"G{row}:H{row}" in sheet.merged_cells
    assert sheet.cell(total, 2).value == f"=SUM(B2:B{last})"
    assert sheet.cell(total, 5).value == f'=IF(COUNT(D2:D{last})<COUNTA(A2:A{last}),"to be confirmed",SUM(D2:D{last}))'
    assert sheet.row_dimensions[total].height == 44
    assert sheet.cell(total + 1, 1).value == "Note here"
    assert f"A{total + 1}:B{total + 1}" in sheet.merged_cells
    assert sheet.cell(total + 2, 1).value == f"='It''s 2'!A{last + 1}+Total"
    assert sheet.freeze_panes == "B2"
    assert sheet.print_area == f"'Prices'!$A$1:$F${total + 2}"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.auto_filter.ref == f"A1:D{last}"
    assert [found.id for found in sheet.row_breaks.brk] == [total]
    assert str(sheet.data_validations.dataValidation[0].sqref) == (f"B2:B{last}" if last > 2 else "B2")
    assert sheet.data_validations.dataValidation[0].formula1 == f"$H${total}"
    formats = {str(area.sqref): area.rules[0].formula for area in sheet.conditional_formatting}
    assert formats == {(f"D2:D{last}" if last > 2 else "D2"): [f"D2>$D${total}"], f"A{total + 2}": [f"$D${total}=0"]}
    assert book.defined_names["Total"].attr_text == f"Prices!$D${total}"
    assert book.defined_names["Hours"].attr_text == f"Prices!$B$2:$B${last}"
    other = book["It's 2"]
    assert other["A1"].value == f"=Prices!D{total}+SUM(Prices!B2:B{last})+SUM(Prices!$B$2:$B${last})+COUNTA(Prices!A:A)"
    for row in range(2, 2 + count):
        assert other.cell(row, 1).value == f"=Prices!D{row}*2"
    assert other.cell(last + 1, 1).value == f"=SUM(A2:A{last})"


@pytest.mark.system
def test_the_totals_are_right_for_any_number_of_rows(tmp_path: Path) -> None:
    for count in COUNTS:
        (tmp_path / f"{count}.xlsx").write_bytes(saved(priced(count)))
    files = [tmp_path / f"{count}.xlsx" for count in COUNTS]
    recalculated(tmp_path / "home", files, tmp_path / "out")
    for count in COUNTS:
        book = load_workbook(tmp_path / "out" / f"{count}.xlsx", data_only=True)
        hours = sum(range(1, count + 1))
        total = max(count, 1) + 2
        sheet = book["Prices"]
        assert [sheet.cell(total, column).value for column in (2, 4, 5)] == [hours, hours * 10.5, hours * 10.5]
        assert sheet.cell(total + 2, 1).value == hours * 10.5 * 3
        shares: list[Any] = [sheet.cell(row, 5).value for row in range(2, 2 + count)]
        assert sum(shares) == pytest.approx(1 if count else 0)
        assert book["It's 2"]["A1"].value == hours * 12.5 + count + 4


def test_a_taller_block_repeats_whole_and_its_validations_with_it() -> None:
    def change(book: Workbook) -> None:
        validation = DataValidation(type="list", formula1='"yes,no"')
        validation.add("B3")
        first(book).add_data_validation(validation)

    content = template(
        ("Head",),
        ("{%tr for lot in lots %}",), ("{{ lot.name }}", "{{ lot.hours }}"), ("of which", "=B3/2"), ("{%tr endfor %}",),
        ("All", "=SUM(B3:B4)", "=B3", "=SUM(C:C)", "=SUM(3:4)"), change=change,
    )  # fmt: skip
    sheet = first(render(content, lots=lots(3)))
    assert [sheet.cell(row, 2).value for row in range(2, 8)] == [1, "=B2/2", 2, "=B4/2", 3, "=B6/2"]
    assert [sheet.cell(8, column).value for column in (2, 3, 4, 5)] == ["=SUM(B2:B7)", "=B2", "=SUM(C:C)", "=SUM(2:7)"]
    assert {str(area) for area in sheet.data_validations.dataValidation[0].sqref.ranges} == {"B2", "B4", "B6"}


def test_an_array_formula_moves_with_its_area() -> None:
    def change(book: Workbook) -> None:
        first(book)["B4"] = ArrayFormula("B4", "=SUM(A2:A2*2)")

    content = template(("{%tr for lot in lots %}",), ("{{ lot.hours }}",), ("{%tr endfor %}",), ("x",), change=change)
    made = first(render(content, lots=lots(5)))["B6"].value
    assert isinstance(made, ArrayFormula)
    assert (made.ref, made.text) == ("B6", "=SUM(A1:A5*2)")


@pytest.mark.parametrize("shown", [True, False])
def test_rows_may_be_kept_or_left_out(*, shown: bool) -> None:
    content = template(("a",), ("{%tr if shown %}",), ("b", 5), ("{%tr endif %}",), ("c", "=SUM(B1:B4)"), ("d", "=B5"))
    sheet = first(render(content, shown=shown))
    assert [row[0].value for row in sheet.iter_rows()] == (["a", "b", "c", "d"] if shown else ["a", "c", "d"])
    assert sheet.cell(3 if shown else 2, 2).value == ("=SUM(B1:B2)" if shown else "=SUM(B1:B1)")
    assert sheet.cell(4 if shown else 3, 2).value == ("=B3" if shown else "=B2")


@pytest.mark.parametrize(
    "formula",
    ["=B3", "=SUM(B3:B3)", "=Gone!A1", "=SUM(Gone!A:A)", "=[1]Book!A1", "=Prices:Gone!A1", "=OFFSET(A1,1,1)", "=TODAY()"],
)
def test_a_formula_that_would_break_is_refused(formula: str) -> None:
    def change(book: Workbook) -> None:
        book.create_sheet("Gone")["A1"] = "{%sheet if shown %}Gone"

    content = template(("a",), ("{%tr if shown %}",), ("b", 5), ("{%tr endif %}",), ("c", formula), change=change)
    with pytest.raises(TemplateError, match=r"prices.xlsx: Prices!B5: "):
        render(content, shown=False)


@pytest.mark.parametrize(
    "rows",
    [
        (("{%tr for lot in lots %}",), ("a",)),
        (("a",), ("{%tr endfor %}",)),
        (("{%tr for lot in lots %}",), ("{%tr endfor %}",)),
        (("{%tr for lot in lots %}",), ("a",), ("{%tr endif %}",)),
        (("{%tr for lot in lots %}",), ("{%tr for b in lots %}",), ("a",), ("{%tr endfor %}",), ("{%tr endfor %}",)),
        (("{%tr for lot in lots %}", "beside"), ("a",), ("{%tr endfor %}",)),
        (("{%tr for lot in lots %} beside",), ("a",), ("{%tr endfor %}",)),
        (("{%tr for lot of lots %}",), ("a",), ("{%tr endfor %}",)),
        (("a", "={{ lots }}"),),
        (("a", '="{{ lots }}"&B1'),),
    ],
)
def test_tags_in_the_wrong_place_are_refused(rows: tuple[tuple[Any, ...], ...]) -> None:
    with pytest.raises(TemplateError, match=r"prices.xlsx: Prices!"):
        render(template(*rows), lots=lots(1))


def test_a_loop_over_something_else_is_refused() -> None:
    with pytest.raises(RenderError, match="lots is not a list"):
        render(template(("{%tr for lot in lots %}",), ("a",), ("{%tr endfor %}",)), lots="abc")


# ---------------------------------------------------------------------------------------------------- sheets and books


@pytest.mark.parametrize("shown", [True, False])
def test_a_sheet_is_kept_or_dropped_with_its_names(*, shown: bool) -> None:
    def change(book: Workbook) -> None:
        budget = book.create_sheet("Budget", 0)
        budget["A1"] = "{%sheet if edition.is_internal %}Budget of {{ name }}"
        book.defined_names["Secret"] = DefinedName("Secret", attr_text="Budget!$A$1")
        book.defined_names["Open"] = DefinedName("Open", attr_text="Prices!$A$1")
        book.active = 0

    book = render(template(("a",), change=change), edition={"is_internal": shown}, name="Powys")
    assert book.sheetnames == (["Budget", "Prices"] if shown else ["Prices"])
    assert set(book.defined_names) == ({"Secret", "Open"} if shown else {"Open"})
    assert [sheet.sheet_view.tabSelected for sheet in book.worksheets] == ([True, False] if shown else [True])
    assert first(book)["A1"].value == ("Budget of Powys" if shown else "a")


def test_no_sheet_left_is_refused() -> None:
    with pytest.raises(TemplateError, match="no sheet is left"):
        render(template(("{%sheet if no %}Prices",)), no=False)


def test_headers_and_footers_are_filled() -> None:
    def change(book: Workbook) -> None:
        header = first(book).oddHeader
        assert header is not None
        header.left.text = "{{ notice }}"
        header.right.text = "{{ name }}"
        footer = first(book).oddFooter
        assert footer is not None
        footer.right.text = "Page &P of &N"

    sheet = first(render(template(("a",), change=change), notice="", name="Lot & Co"))
    assert sheet.oddHeader is not None
    assert sheet.oddFooter is not None
    assert not sheet.oddHeader.left.text
    assert sheet.oddHeader.right.text == "Lot && Co"
    assert sheet.oddFooter.right.text == "Page &P of &N"


def hide(book: Workbook) -> None:
    book.create_sheet("Hidden").sheet_state = "hidden"


def test_a_hidden_sheet_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"prices.xlsx: Hidden: .*hidden"):
        render(template(("a",), change=hide))


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 no workbook either"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(TemplateError, match=r"prices\.xlsx: is not an Excel workbook"):
        workbook_bytes(content, NAME, {})


def test_a_row_grows_with_a_long_wrapped_text_and_keeps_at_least_its_own_height() -> None:
    def change(book: Workbook) -> None:
        sheet = first(book)
        sheet.column_dimensions["A"].width = 20
        for row in (1, 2, 3):
            sheet.cell(row, 1).alignment = Alignment(wrap_text=True)
        sheet.row_dimensions[3].height = 300

    sheet = first(
        render(template(("{{ long }}",), ("{{ short }}",), ("{{ long }}",), change=change), long="word " * 40, short="word")
    )
    assert (sheet.row_dimensions[1].height or 0) > 100
    assert sheet.row_dimensions[2].height is None
    assert sheet.row_dimensions[3].height == 300

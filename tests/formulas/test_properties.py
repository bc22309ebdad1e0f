"""Random sums against Python's own Decimal arithmetic, and formulas against themselves."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.formulas import Formula, FormulaError, evaluate_workbook, shift, written
from pipeline.formulas.numbers import number_of
from pipeline.formulas.values import Scalar

MONEY = st.decimals(min_value=-99999, max_value=99999, places=2)
RATE = st.decimals(min_value=0, max_value=99, places=4)
Address = tuple[str, int, int]


def worth(formula: str, cells: dict[Address, Any] | None = None) -> Scalar:
    place = ("S", 5000, 50)
    return evaluate_workbook({**(cells or {}), place: Formula(formula)}, sheets=["S"])[place]


def column(values: list[Any], number: int = 1) -> dict[Address, Any]:
    return {("S", row, number): value for row, value in enumerate(values, 1)}


@given(MONEY, RATE, st.integers(min_value=-3, max_value=4))
def test_rounding_is_pythons_half_up(price: Decimal, rate: Decimal, places: int) -> None:
    unit = Decimal(1).scaleb(-places)
    for name, rounding in (("ROUND", ROUND_HALF_UP), ("ROUNDUP", ROUND_UP), ("ROUNDDOWN", ROUND_DOWN)):
        assert worth(f"{name}({price}*{rate},{places})") == (price * rate).quantize(unit, rounding=rounding)


@given(st.lists(st.tuples(MONEY, RATE), max_size=30))
def test_sums_of_products(pairs: list[tuple[Decimal, Decimal]]) -> None:
    assume(pairs)
    cells = column([price for price, _ in pairs]) | column([rate for _, rate in pairs], 2)
    last = len(pairs)
    expected = sum((price * rate for price, rate in pairs), Decimal(0))
    assert worth(f"SUMPRODUCT(A1:A{last},B1:B{last})", cells) == expected
    assert worth(f"SUMPRODUCT(A1:A{last}*B1:B{last})", cells) == expected
    assert worth(f"SUM(A1:A{last})", cells) == sum((price for price, _ in pairs), Decimal(0))
    assert worth(f"MAX(A1:A{last})-MIN(A1:A{last})", cells) == max(p for p, _ in pairs) - min(p for p, _ in pairs)


MIXED = st.one_of(st.none(), st.booleans(), MONEY, st.sampled_from(["a", "A", "b", "", "7"]))


@given(
    st.lists(st.tuples(st.sampled_from(["a", "A", "b", "c d", None]), MIXED), min_size=2, max_size=25), st.sampled_from("abcz")
)
def test_picking_rows_by_a_condition_changes_no_sum(rows: list[tuple[str | None, Any]], wanted: str) -> None:
    cells = column([key for key, _ in rows]) | column([value for _, value in rows], 2)
    last = len(rows)
    numbers = [value for key, value in rows if (key or "").lower() == wanted and type(value) is Decimal]
    picked = f'(A1:A{last}="{wanted}")'
    assert worth(f"SUMPRODUCT({picked}*1,B1:B{last})", cells) == sum(numbers, Decimal(0))
    assert worth(f"SUMPRODUCT(--{picked},B1:B{last})", cells) == sum(numbers, Decimal(0))
    assert worth(f'SUMIF(A1:A{last},"{wanted}",B1:B{last})', cells) == sum(numbers, Decimal(0))
    assert worth(f"SUMPRODUCT({picked}*ISNUMBER(B1:B{last}))", cells) == len(numbers)
    written_out = worth(f"SUMPRODUCT(({picked}+0)*B1:B{last})", cells)  # of a form that is always done as written
    assert worth(f"SUMPRODUCT({picked}*B1:B{last})", cells) == written_out


@given(st.lists(MIXED, max_size=30))
def test_counts(values: list[Any]) -> None:
    cells = column(values)
    area = f"A1:A{len(values) + 3}"
    assert worth(f"COUNT({area})", cells) == sum(type(one) is Decimal for one in values)
    assert worth(f"COUNTA({area})", cells) == sum(one is not None for one in values)
    assert worth(f"COUNTBLANK({area})", cells) == sum(one in {None, ""} for one in values) + 3
    assert worth(f"COUNTBLANK({area})", cells) == worth(f'COUNTIF({area},"")', cells)


@given(st.integers(min_value=0, max_value=600), st.lists(MONEY, min_size=1, max_size=8))
def test_totals_over_copied_rows(extra: int, prices: list[Decimal]) -> None:
    """A formula copied down a column gives each row what it gives in the first, and the total is the sum of all."""
    first = 8 + extra
    last = first + len(prices) - 1
    cells: dict[Address, Any] = {("S", first + at, 1): price for at, price in enumerate(prices)}
    formula = f"ROUND(A{first}*1.175,2)"
    cells |= {("S", first + at, 2): Formula(shift(formula, at, 0)) for at in range(len(prices))}
    cells["S", last + 2, 2] = Formula(f"SUM(B{first}:B{last})")
    found = evaluate_workbook(cells)
    expected = [(price * Decimal("1.175")).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) for price in prices]
    assert [found["S", first + at, 2] for at in range(len(prices))] == expected
    assert found["S", last + 2, 2] == sum(expected)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=3))
def test_what_is_written_reads_back(number: Decimal) -> None:
    kind, text = written(number)
    assert kind == "n"
    assert Decimal(text) == number
    assert number_of(text) == number
    assert worth(f'("{number}"&"")*1') == number


OPERANDS = st.sampled_from(["1", "A1", "A2", "A3", "B1", '"x"', '"3"', "TRUE", "A1:A3", "Z9", "1/0", "NA()", '""', "{1,2}"])
FORMULAS = st.recursive(
    OPERANDS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<", ">=", "<>"]), inner).map(
            lambda x: f"({x[0]}{x[1]}{x[2]})"
        ),
        st.tuples(st.sampled_from(["SUM", "COUNT", "MAX", "AND", "SUMPRODUCT", "COUNTA", "AVERAGE"]), inner, inner).map(
            lambda x: f"{x[0]}({x[1]},{x[2]})"
        ),
        st.tuples(inner, inner, inner).map(lambda x: f"IF({x[0]},{x[1]},{x[2]})"),
        st.tuples(st.sampled_from(["INDEX", "MATCH", "ROUND", "LEFT", "IFERROR", "MOD"]), inner, inner).map(
            lambda x: f"{x[0]}({x[1]},{x[2]})"
        ),
        inner.map(lambda x: f"-{x}"),
        inner.map(lambda x: f'TEXT({x},"#,##0.00")'),
        inner.map(lambda x: f"{x}%"),
    ),
    max_leaves=8,
)


@given(FORMULAS)
def test_any_formula_gives_a_value_or_is_refused(formula: str) -> None:
    cells = column([Decimal(2), "text", True]) | {("S", 1, 2): Formula("A1+1")}
    try:
        found = worth(formula, cells)
    except FormulaError:
        return
    kind, text = written(found)
    assert kind in {"n", "b", "str", "e"}
    assert isinstance(text, str)
    assert found is not None

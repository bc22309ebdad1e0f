"""Reading formulas: precedence, references, names, tables, and what is refused."""

from decimal import Decimal

import pytest

from pipeline.formulas.parse import parse
from pipeline.formulas.tree import Axis, Call, Infix, Literal, Name, Node, Percent, Prefix, Reference, Structured
from pipeline.formulas.values import LAST_ROW, Array, ExcelError, FormulaError


def shape(node: Node) -> str:  # noqa: PLR0911 - one for each kind of node
    """Write a tree with every bracket."""
    match node:
        case Infix(operator, left, right):
            return f"({shape(left)}{operator}{shape(right)})"
        case Prefix(operator, operand):
            return f"({operator}{shape(operand)})"
        case Percent(operand):
            return f"({shape(operand)}%)"
        case Call(function, arguments):
            return f"{function}({','.join(map(shape, arguments))})"
        case Literal(value):
            return "" if value is None else str(value)
        case Name(_, name):
            return name
        case _:
            return "ref"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+2*3", "(1+(2*3))"),
        ("-2^2", "((-2)^2)"),
        ("2^3^2", "((2^3)^2)"),
        ("1-2-3", "((1-2)-3)"),
        ("-5%", "(-(5%))"),
        ("a&b+1=c", "((a&(b+1))=c)"),
        ("1 <= 2", "(1<=2)"),
        ("--a", "(-(-a))"),
        ("IF(a,,b)", "IF(a,,b)"),
        ("IF(a,b,)", "IF(a,b,)"),
        ("NA()", "NA()"),
        ("_xlfn._xlws.SORT(a)", "SORT(a)"),
        ("_xlfn.DAYS(a,b)", "DAYS(a,b)"),
        (" sum( a , b ) ", "SUM(a,b)"),
        ("(a)*(b)", "(a*b)"),
        ("1E-3*2", "(0.001*2)"),
    ],
)
def test_precedence_is_excels(text: str, expected: str) -> None:
    assert shape(parse(text)) == expected


def test_references_keep_what_is_fixed() -> None:
    assert parse("$A1") == Reference(None, Axis(1, fixed=False), Axis(1, fixed=True), Axis(1, fixed=False), Axis(1, fixed=True))
    node = parse("'O''Brien & Co'!B$2:C3")
    assert isinstance(node, Reference)
    assert (node.sheet, node.top, node.right) == ("O'Brien & Co", Axis(2, fixed=True), Axis(3, fixed=False))
    assert not node.single
    whole = parse("B:A")
    assert isinstance(whole, Reference)
    assert (whole.left.number, whole.right.number, whole.top.number, whole.bottom.number) == (1, 2, 1, LAST_ROW)
    rows = parse("Sheet1!3:5")
    assert isinstance(rows, Reference)
    assert (rows.top.number, rows.bottom.number, rows.right.number) == (3, 5, 16384)


def test_names_may_look_like_cells_beyond_the_sheet() -> None:
    assert parse("YTD2026") == Name(None, "YTD2026")
    assert parse("Lots!Rate") == Name("Lots", "Rate")
    assert parse("Österreich.Satz") == Name(None, "Österreich.Satz")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lots[Price]", Structured("Lots", (), "Price", "Price")),
        ("Lots[]", Structured("Lots", (), None, None)),
        ("Lots[#All]", Structured("Lots", ("#All",), None, None)),
        ("Lots[[#Totals],[Price (£)]]", Structured("Lots", ("#Totals",), "Price (£)", "Price (£)")),
        ("Lots[[#This Row],[Hours]:[Rate]]", Structured("Lots", ("#This Row",), "Hours", "Rate")),
        ("Lots[@Price]", Structured("Lots", ("#This Row",), "Price", "Price")),
        ("Lots[@[Price (£)]]", Structured("Lots", ("#This Row",), "Price (£)", "Price (£)")),
        ("[@Price]", Structured("", ("#This Row",), "Price", "Price")),
        ("Lots[[#Headers],[#Data],[Price]]", Structured("Lots", ("#Headers", "#Data"), "Price", "Price")),
    ],
)
def test_structured_references(text: str, expected: Structured) -> None:
    assert parse(text) == expected


def test_constants() -> None:
    assert parse('{1,-2;"x",TRUE}') == Literal(Array(((Decimal(1), Decimal(-2)), ("x", True))))
    assert parse('"say ""yes"""') == Literal('say "yes"')
    assert parse("#N/A") == Literal(ExcelError.NA)
    assert parse("Sheet1!#REF!+1") == Infix("+", Literal(ExcelError.REF), Literal(Decimal(1)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SUM(1", "complete"),
        ("1+", "complete"),
        ("", "complete"),
        ("*2", "a value is expected"),
        ("(1", "complete"),
        ("SUM(1;2)", "comma"),
        ("A1 A2", "space"),
        ("SUM(A1:B2 B1:C2)", "space"),
        ("SUM((A1,B1))", "one by one"),
        ("[1]Sheet!A1", "another workbook"),
        ("'[rates.xlsx]S'!A1", "another workbook"),
        ("Jan:Mar!A1", "several sheets"),
        ("@A1", "uses @"),
        ("A1:INDEX(A1:A9,2)", "INDEX within a fixed range"),
        ("{1,2;3}", "differ in length"),
        ("{A1,2}", "constants"),
        ("A1048577", "last row"),
        ("'unclosed!A1", "correct it"),
        ("DAYS(A1,A2)", "subtract the dates"),
        ("Lots[[a]x]", "Table[Column]"),
        (f"{'(' * 70}1{')' * 70}", "nested"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, said: str) -> None:
    with pytest.raises(FormulaError, match=r".") as raised:
        parse(text)
    assert said in str(raised.value)

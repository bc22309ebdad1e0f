"""What a formula in a template may use. Whatever passes here is worked out as Excel does; the rest is refused with advice."""

from collections.abc import Iterator

from pipeline.formulas.library import BRANCHES, FUNCTIONS, arity
from pipeline.formulas.parse import parse
from pipeline.formulas.registry import WHOLE
from pipeline.formulas.showing import sections
from pipeline.formulas.tree import Call, Infix, Literal, Node, Percent, Prefix, Reference, Structured, children
from pipeline.formulas.values import Array, ExcelError, FormulaError

ALLOWED = frozenset(FUNCTIONS) | frozenset(BRANCHES)
_NOW = "changes by itself from day to day; put the date in a cell"
_CHANCE = "gives another value at every calculation; put a value in a cell"
_FAR = "cannot follow its rows; refer to the cells, or use INDEX"
_OUT = "reaches outside the workbook; put what it gives in a cell"
_NEW = "is not in older versions of Excel and other programs; "
_ADVICE = {
    **dict.fromkeys(("NOW", "TODAY"), _NOW),
    **dict.fromkeys(("RAND", "RANDBETWEEN", "RANDARRAY"), _CHANCE),
    **dict.fromkeys(("OFFSET", "INDIRECT", "ADDRESS", "CELL", "INFO"), _FAR),
    **dict.fromkeys(("WEBSERVICE", "FILTERXML", "ENCODEURL", "HYPERLINK", "IMAGE", "STOCKHISTORY", "TRANSLATE", "COPILOT"), _OUT),
    **dict.fromkeys(
        ("RTD", "DDE", "CALL", "REGISTER", "REGISTER.ID", "EXEC", "EVALUATE", "SQL.REQUEST", "PY", "DETECTLANGUAGE"), _OUT
    ),
    **dict.fromkeys(("CUBEKPIMEMBER", "CUBEMEMBER", "CUBEMEMBERPROPERTY", "CUBERANKEDMEMBER", "CUBESET", "CUBESETCOUNT"), _OUT),
    **dict.fromkeys(("CUBEVALUE", "GETPIVOTDATA"), _OUT),
    **dict.fromkeys(("XLOOKUP", "XMATCH", "LOOKUP", "HLOOKUP"), f"{_NEW}use INDEX and MATCH"),
    **dict.fromkeys(("LET", "LAMBDA", "MAP", "REDUCE", "SCAN", "BYROW", "BYCOL", "MAKEARRAY"), f"{_NEW}use a cell for each step"),
    **dict.fromkeys(("FILTER", "SORT", "SORTBY", "UNIQUE", "SEQUENCE", "TAKE", "DROP", "VSTACK", "HSTACK", "TOCOL", "TOROW"), ""),
    **dict.fromkeys(("WRAPROWS", "WRAPCOLS", "EXPAND", "CHOOSEROWS", "CHOOSECOLS", "TEXTSPLIT", "GROUPBY", "PIVOTBY"), ""),
    **dict.fromkeys(("CONCAT", "TEXTJOIN", "TEXTBEFORE", "TEXTAFTER"), f"{_NEW}join with &"),
    **dict.fromkeys(("IFS", "SWITCH"), f"{_NEW}use IF within IF"),
    **dict.fromkeys(("MAXIFS", "MINIFS"), f"{_NEW}use MAX or MIN over a column that holds only what counts"),
    **dict.fromkeys(("AGGREGATE",), "hides errors; use SUM, or IFERROR in each row"),
    **dict.fromkeys(("ROUNDBANK", "FIXED", "DOLLAR"), "is not followed; use ROUND, and TEXT where text is wanted"),
    **dict.fromkeys(("CEILING.MATH", "CEILING.PRECISE", "ISO.CEILING"), "is not followed; use CEILING or ROUNDUP"),
    **dict.fromkeys(("FLOOR.MATH", "FLOOR.PRECISE"), "is not followed; use FLOOR or ROUNDDOWN"),
    **dict.fromkeys(("DATEDIF", "DATEVALUE", "NETWORKDAYS", "WORKDAY"), "is not followed; use DATE, EDATE, EOMONTH or DAYS"),
    **dict.fromkeys(("SUMSQ", "SUMX2MY2", "MMULT", "TRANSPOSE"), "is not followed; use SUMPRODUCT"),
}
_NOWHERE = frozenset({_NOW, _CHANCE, _FAR, _OUT})
_DYNAMIC = f"{_NEW}it fills cells it does not stand in; use rows that the template repeats"
_UNKNOWN = "is not among the functions that are worked out here; see the list in templates/README.md"
_AREAS = frozenset(
    {"COUNTIF", "COUNTIFS", "SUMIF", "SUMIFS", "AVERAGEIF", "AVERAGEIFS", "SUBTOTAL", "COUNTBLANK", "ROW", "COLUMN"}
)


def problems(formula: str, *, array: bool = False) -> list[str]:
    """Say everything that a formula may not use, each with what to use instead; nothing when it may be used.

    `array` says that it was entered as an array formula. Cells and names it refers to are not looked at.
    """
    try:
        node = parse(formula)
    except FormulaError as error:
        return [str(error)]
    return faults(node, array=array)


def faults(node: Node, *, array: bool) -> list[str]:
    """Say everything that a formula that has been read may not use."""
    return list(dict.fromkeys((*_found(node), *([] if array else _choices(node, within=False)))))


def check_formula(formula: str, *, array: bool = False) -> None:
    """Refuse a formula that uses what is not allowed; the message says all of it."""
    if found := problems(formula, array=array):
        raise FormulaError("; ".join(found))


def refused_anywhere(function: str) -> str:
    """Say why a function may stand nowhere in a workbook, not even in a rule or a name; "" where it may."""
    advice = _ADVICE.get(function, "")
    return advice if advice in _NOWHERE else ""


def _found(node: Node) -> Iterator[str]:
    if isinstance(node, Literal) and isinstance(node.value, ExcelError):
        yield f"holds {node.value.value}; correct it"
    if isinstance(node, Literal) and isinstance(node.value, Array) and any(isinstance(one, ExcelError) for one in node.value):
        yield "holds an error in an array constant; correct it"
    if isinstance(node, Call):
        yield from _call(node)
    for child in children(node):
        yield from _found(child)


def _call(node: Call) -> Iterator[str]:
    name = node.function
    if name not in ALLOWED:
        yield f"uses {name}, which {_ADVICE.get(name, _UNKNOWN) or _DYNAMIC}"
        return
    least, most = arity(name)
    count = len(node.arguments)
    if name in {"ROW", "COLUMN"} and not count:
        yield f"uses {name}() without a cell; name the cell"
    elif count < least or (most is not None and count > most):
        limits = str(least) if least == most else f"at least {least}" if most is None else f"{least} to {most}"
        yield f"gives {name} {count} arguments; it takes {limits}"
    elif name in {"COUNTIFS", "SUMIFS", "AVERAGEIFS"} and count % 2 != (name != "COUNTIFS"):
        yield f"gives {name} an area without its criterion; they come in pairs"
    elif name in _AREAS and isinstance(node.arguments[-1 if name == "SUBTOTAL" else 0], Literal | Infix | Prefix | Percent):
        yield f"gives {name} a calculation where it takes cells; refer to cells"
    if name == "TEXT" and count > 1:
        yield from _format(node.arguments[1])


def _format(node: Node) -> Iterator[str]:
    if not isinstance(node, Literal) or not isinstance(node.value, str):
        yield "gives TEXT a format that is not written in the formula; write it there in quotation marks"
        return
    try:
        sections(node.value)
    except FormulaError as error:
        yield str(error)


def _choices(node: Node, *, within: bool) -> Iterator[str]:
    """Find calculations over many cells that Excel works out only in an array formula, or Excel and others differently."""
    if isinstance(node, Call):
        if within and node.function in BRANCHES and _many(node.arguments[0]):
            yield f"uses {node.function} over many cells within SUMPRODUCT; multiply by the condition instead: (A1:A9>0)*B1:B9"
        within = within or node.function == "SUMPRODUCT"
        known = FUNCTIONS.get(node.function)
        for at, argument in enumerate(node.arguments if known and not within else ()):
            if known and known.kind(at) in WHOLE and isinstance(argument, Infix | Prefix | Percent) and _many(argument):
                yield f"calculates over many cells within {node.function}; use SUMPRODUCT, or a column for the calculation"
    for child in children(node):
        yield from _choices(child, within=within)


def _many(node: Node) -> bool:
    """Say whether a part is worked out over several cells, as far as the formula itself shows."""
    if isinstance(node, Reference):
        return not node.single
    if isinstance(node, Structured):
        return "#This Row" not in node.parts
    if isinstance(node, Call) and node.function in FUNCTIONS and node.function not in {"ROW", "COLUMN"}:
        kind = FUNCTIONS[node.function].kind
        return any(
            _many(one) for at, one in enumerate(node.arguments) if kind(at) not in WHOLE
        )  # areas taken whole give one value
    return any(map(_many, children(node)))

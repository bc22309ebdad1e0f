"""From the text of a formula to its tree, with the precedence that Excel gives its operators.

From loose to tight: comparison, &, + and -, * and /, ^ (from left to right), % and a sign before a value. So -2^2 is 4.
"""

from decimal import Decimal

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from pipeline.formulas.operands import operand
from pipeline.formulas.tree import Call, Infix, Literal, Node, Percent, Prefix, children
from pipeline.formulas.values import Array, FormulaError, Scalar

_STRENGTH = {**dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1), "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_DEEPEST = 64  # Excel's own limit of functions within functions
_LONGEST = 120
_TOO_DEEP = f"chains more than {_LONGEST} operators or functions; use SUM over a range, or split it over several cells"
LATER = {"DAYS": "subtract the dates", "IFNA": "use IFERROR"}
"""Functions that a workbook must hold as _xlfn.DAYS, or Excel shows #NAME?; what to do where a program left that out."""
_PREFIXES = ("_XLFN.", "_XLWS.", "_XLUDF.")


def parse(text: str) -> Node:
    """Read a formula, with or without its leading =."""
    try:
        tokens = Tokenizer(text if text.startswith("=") else f"={text}").items
    except TokenizerError as error:
        raise FormulaError(f"cannot be read ({error}); correct it") from error
    reader = _Reader(_without_space(tokens), text)
    try:
        node = reader.expression(0)
    except RecursionError as error:
        raise FormulaError(_TOO_DEEP) from error
    reader.end()
    _demand_shallow(node)
    return node


def _demand_shallow(node: Node) -> None:
    """Refuse what could not be worked out within Python's own limit."""
    level: list[Node] = [node]
    for _ in range(_LONGEST):
        level = [child for one in level for child in children(one)]
    if level:
        raise FormulaError(_TOO_DEEP)


def _without_space(tokens: list[Token]) -> list[Token]:
    """Drop spaces; one between two values means the cells that two ranges share, which is not followed."""
    kept: list[Token] = []
    spaced = False
    for token in tokens:
        if token.type == Token.WSPACE:
            spaced = True
            continue
        starts = token.type == Token.OPERAND or token.subtype == Token.OPEN
        if spaced and starts and kept and (kept[-1].type == Token.OPERAND or kept[-1].subtype == Token.CLOSE):
            raise FormulaError("has two values with only a space between them; put an operator or a comma there")
        kept.append(token)
        spaced = False
    return kept


class _Reader:
    """Reads tokens one after the other."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.at = 0
        self.depth = 0

    def peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> Token:
        token = self.peek()
        if token is None:
            raise FormulaError("breaks off before it is complete; complete it")
        self.at += 1
        return token

    def end(self) -> None:
        token = self.peek()
        if token is not None:
            raise FormulaError(f"has {token.value!r} where an operator or the end is expected; correct it")

    def infix(self, loosest: int) -> Token | None:
        token = self.peek()
        if token is None or token.type != Token.OP_IN or token.value == ",":
            return None
        if token.value not in _STRENGTH:
            raise FormulaError(f"uses {token.value.strip() or 'a space'} between values; refer to a range or a defined name")
        return token if _STRENGTH[token.value] > loosest else None

    def expression(self, loosest: int) -> Node:
        node = self.signed()
        while token := self.infix(loosest):
            self.take()
            node = Infix(token.value, node, self.expression(_STRENGTH[token.value]))
        return node

    def signed(self) -> Node:
        token = self.peek()
        if token is not None and token.type == Token.OP_PRE:
            self.take()
            return Prefix(token.value, self.signed())
        node = self.primary()
        while (token := self.peek()) is not None and token.type == Token.OP_POST:
            self.take()
            node = Percent(node)
        return node

    def primary(self) -> Node:
        token = self.take()
        if token.type == Token.OPERAND:
            return operand(token)
        if token.subtype != Token.OPEN:
            raise FormulaError(f"has {token.value!r} where a value is expected; correct it")
        self.depth += 1
        if self.depth > _DEEPEST:
            raise FormulaError(f"is nested more than {_DEEPEST} deep; split it over several cells")
        made = {Token.FUNC: self.call, Token.ARRAY: self.array, Token.PAREN: self.group}[token.type](token)
        self.depth -= 1
        return made

    def group(self, _opening: Token) -> Node:
        node = self.expression(0)
        token = self.take()
        if token.subtype == Token.CLOSE and token.type == Token.PAREN:
            return node
        if token.value == ",":
            raise FormulaError("joins ranges with a comma in brackets; give them to the function one by one")
        raise FormulaError(f"has {token.value!r} where ) is expected; correct it")

    def call(self, opening: Token) -> Node:
        name = opening.value[:-1].upper()
        prefixed = name
        for prefix in _PREFIXES * 2:
            name = name.removeprefix(prefix)
        if name in LATER and name == prefixed:
            raise FormulaError(f"holds {name} as no version of Excel stores it; {LATER[name]}, or save the workbook in Excel")
        if ":" in name or "!" in name:
            raise FormulaError(f"makes a range with {name}(; use INDEX within a fixed range instead")
        arguments: list[Node] = []
        if self.ahead(Token.CLOSE):
            self.take()
            return Call(name, ())
        while True:
            arguments.append(Literal(None) if self.ahead(Token.ARG, Token.CLOSE) else self.expression(0))
            token = self.take()
            if token.type == Token.FUNC and token.subtype == Token.CLOSE:
                return Call(name, tuple(arguments))
            if token.subtype != Token.ARG:
                raise FormulaError(f"has {token.value!r} where a comma or ) is expected; correct it")

    def ahead(self, *subtypes: str) -> bool:
        token = self.peek()
        return token is not None and token.subtype in subtypes

    def array(self, _opening: Token) -> Node:
        rows: list[tuple[Scalar, ...]] = []
        row: list[Scalar] = []
        while True:
            row.append(self.constant())
            token = self.take()
            if token.subtype == Token.ARG:
                continue
            rows.append(tuple(row))
            row = []
            if token.type == Token.ARRAY and token.subtype == Token.CLOSE:
                break
            if token.subtype != Token.ROW:
                raise FormulaError(f"has {token.value!r} in an array constant; write constants such as {{1,2;3,4}}")
        if len({len(one) for one in rows}) != 1:
            raise FormulaError("has an array constant whose rows differ in length; make them equal")
        return Literal(Array(tuple(rows)))

    def constant(self) -> Scalar:
        node: Node = self.signed()
        minus = False
        while isinstance(node, Prefix):
            minus = minus != (node.operator == "-")
            node = node.operand
        if not isinstance(node, Literal) or isinstance(node.value, Array):
            raise FormulaError("has more than constants in an array constant; write constants such as {1,2;3,4}")
        return -node.value if minus and isinstance(node.value, Decimal) else node.value

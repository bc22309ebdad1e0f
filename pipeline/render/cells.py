"""One cell's text with its tags → the value of the finished cell: a number, a date, a text, an unknown or nothing."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from jinja2 import TemplateError as JinjaError
from jinja2 import Undefined
from jinja2.environment import TemplateExpression
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.exceptions import RenderError, TemplateError
from pipeline.figure import Figure, Unknown
from pipeline.render.environment import shown
from pipeline.render.marks import pieces
from pipeline.wording import illegal_characters

UNWORKABLE = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RuntimeError, MemoryError, JinjaError)
"""What a template's expression can come to instead of a value; a RecursionError is a RuntimeError."""
LONGEST_TEXT = 32_767  # what a cell of Excel can hold
FIRST_DATE = date(1900, 3, 1)  # Excel counts a 29 February 1900 that never was
TAG = re.compile(r"\{\{(?P<value>.*?)\}\}|\{%(?P<statement>.*?)%\}|(?P<open>\{\{|\{%|\{#)", re.DOTALL)

CellValue = Decimal | int | float | date | str | Unknown | None


@dataclass
class Evaluator:
    """Evaluates a template's expressions over its context; every error names template, sheet, cell and tag."""

    environment: ImmutableSandboxedEnvironment
    template: str
    context: Mapping[str, object]
    compiled: dict[str, TemplateExpression] = field(default_factory=dict)

    def evaluate(self, expression: str, scope: Mapping[str, object], where: str, tag: str) -> object:
        """Give an expression's value; TemplateError when it cannot be read, RenderError when the context lacks it."""
        place = f"{self.template}: {where}: {tag.strip()}"
        try:
            if expression not in self.compiled:
                self.compiled[expression] = self.environment.compile_expression(expression, undefined_to_none=False)
            value = self.compiled[expression]({**self.context, **scope})
        except (TemplateSyntaxError, SecurityError) as error:
            raise TemplateError(f"{place}: {error.args[0] if error.args else error}; correct the tag") from error
        except UndefinedError as error:
            raise RenderError(f"{place}: {error}; correct the name or give the value") from error
        except RenderError as error:
            raise RenderError(f"{place}: {error}") from error
        except UNWORKABLE as error:
            raise RenderError(f"{place}: cannot be worked out ({type(error).__name__}: {error}); correct the tag") from error
        if isinstance(value, Undefined):
            raise RenderError(f"{place}: there is no such name here; correct the name or give the value")
        return value

    def fill(self, text: str, scope: Mapping[str, object], where: str) -> CellValue:
        """Give a cell's value: typed when it comes to a single tag, otherwise text, None when it comes to nothing."""
        parts = self._parts(text.strip(), scope, where)
        if not parts:
            return None
        if len(parts) == 1 and not isinstance(parts[0], _Literal):
            return _typed(parts[0], f"{self.template}: {where}: {text.strip()}")
        place = f"{self.template}: {where}: {text.strip()}"
        try:
            joined = "".join(part.text if isinstance(part, _Literal) else shown(part) for part in parts)
        except (RenderError, *UNWORKABLE) as error:
            raise RenderError(f"{place}: {error}") from error
        return _text(joined, place) or None

    def _parts(self, text: str, scope: Mapping[str, object], where: str) -> list[object]:
        """Walk the tags of a cell and keep what its conditions let through."""
        parts: list[object] = []
        conditions: list[tuple[bool, bool]] = []  # (this branch is shown, a branch has been shown)
        at = 0
        for found in TAG.finditer(text):
            if all(shows for shows, _ in conditions) and text[at : found.start()]:
                parts.append(_Literal(text[at : found.start()]))
            at = found.end()
            if found["open"]:
                raise TemplateError(f"{self.template}: {where}: {text.strip()}: the tag {found[0]} is not closed; close it")
            if found["statement"] is not None:
                self._condition(found, conditions, scope, where)
            elif all(shows for shows, _ in conditions):
                parts.append(self.evaluate(found["value"].strip(), scope, where, found[0]))
        if conditions:
            raise TemplateError(f"{self.template}: {where}: {text.strip()}: an if has no endif in this cell; add it")
        if text[at:]:
            parts.append(_Literal(text[at:]))
        return parts

    def _condition(
        self, found: re.Match[str], conditions: list[tuple[bool, bool]], scope: Mapping[str, object], where: str
    ) -> None:
        word, _, test = found["statement"].strip(" -+").partition(" ")
        fault = f"{self.template}: {where}: {found[0]}"
        if word == "if":
            active = all(shows for shows, _ in conditions)
            shows = active and bool(self.evaluate(test.strip(), scope, where, found[0]))
            conditions.append((shows, shows or not active))
        elif word in {"elif", "else", "endif"} and not conditions:
            raise TemplateError(f"{fault}: no if stands before it in this cell; add it")
        elif word == "endif":
            conditions.pop()
        elif word in {"elif", "else"}:
            _, done = conditions.pop()
            shows = not done and (word == "else" or bool(self.evaluate(test.strip(), scope, where, found[0])))
            conditions.append((shows, done or shows))
        else:
            raise TemplateError(f"{fault}: a cell may hold values and if, elif, else, endif; a tr tag stands alone in its row")


@dataclass(frozen=True)
class _Literal:
    text: str


def _typed(value: object, place: str) -> CellValue:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Figure):
        return _typed(value.value, place)
    if isinstance(value, str):
        return _text(value, place) or None
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | date):
        raise RenderError(f"{place}: gives {type(value).__name__}, which no cell can hold; name a text, number or date")
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        if day < FIRST_DATE:
            raise RenderError(f"{place}: gives {day}, which is before Excel's calendar; give it as text")
        return day
    if not _is_finite(value):
        raise RenderError(f"{place}: gives {_short(value)}, which is not a number a cell can hold; correct the value")
    return value


def _short(value: Decimal | float) -> str:
    try:
        return str(value)[:40]
    except ValueError:  # Python words no integer of more than 4,300 digits
        return "an integer of thousands of digits"


def _is_finite(value: Decimal | float) -> bool:
    try:
        return math.isfinite(value)
    except (OverflowError, ValueError):  # an integer of 309 digits or more, a signalling NaN
        return False


def _text(value: str, place: str) -> str:
    """Take the marks out of a text and refuse what a cell cannot hold."""
    text = "".join(payload for _, payload in pieces(str(value)))
    if found := illegal_characters(text):
        raise RenderError(f"{place}: gives a text with the character {found}, which no cell can hold; remove it")
    if len(text) > LONGEST_TEXT:
        raise RenderError(f"{place}: gives a text of {len(text):,} characters; a cell holds {LONGEST_TEXT:,}; shorten it")
    return text

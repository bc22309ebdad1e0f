"""One cell's text with its tags, compiled once → the value of the finished cell: typed, a text, an unknown or nothing."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from jinja2 import TemplateError as JinjaError
from jinja2 import Undefined
from jinja2.environment import TemplateExpression
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

from pipeline.exceptions import RenderError, TemplateError
from pipeline.figure import Figure, Unknown
from pipeline.formulas.values import LONGEST_TEXT, units
from pipeline.render.environment import FILTERS, environment, shown
from pipeline.render.marks import START, pieces
from pipeline.wording import illegal_characters

UNWORKABLE = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RuntimeError, MemoryError, JinjaError)
"""What a template's expression can come to instead of a value; a RecursionError is a RuntimeError."""
FIRST_DATE = date(1900, 3, 1)  # Excel counts a 29 February 1900 that never was
TAG = re.compile(r"\{\{(?P<value>.*?)\}\}|\{%(?P<statement>.*?)%\}|(?P<open>\{\{|\{%|\{#)", re.DOTALL)
_PATH = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:\s*\|\s*([a-z_]+))?")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # ECMA-376 part 1, 22.9.2.19: Excel reads _x0041_ as the letter A
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_ATTRIBUTES = frozenset(dir(dict))  # what Jinja finds on a group before it looks for a field of that name
_MISSING = object()
_ENVIRONMENT = environment()

Runs = tuple[tuple[str, str], ...]
"""A text as runs that look alike: the XML of each one's look ("" where it is the cell's own) and its text."""
CellValue = bool | Decimal | int | float | date | str | Runs | Unknown | None


class Step(NamedTuple):
    """One step of a cell's text: text that stays, a tag's value, a condition, or a fault that stops whoever gets there."""

    kind: Literal["text", "value", "if", "elif", "else", "endif", "fault"]
    body: str
    tag: str
    look: str


@dataclass(frozen=True, slots=True)
class Program:
    """A cell's text, compiled: the text, for messages, and its steps."""

    source: str
    steps: tuple[Step, ...]


class Part(NamedTuple):
    """Something that a cell's text came to: a value, or text of the template."""

    value: object
    is_text: bool
    look: str


def compile_text(runs: Runs) -> Program:
    """Turn a cell's text into steps; what is wrong with its tags is a step that fails when the cell is filled."""
    text = "".join(part for _, part in runs)
    end = len(text.rstrip())
    at = min(len(text) - len(text.lstrip()), end)
    steps: list[Step] = []
    for found in TAG.finditer(text, at, end):
        steps += _plain(runs, at, found.start())
        at = found.end()
        steps.append(_step(found, next(iter(_plain(runs, found.start(), found.start() + 1))).look))
    steps += _plain(runs, at, end)
    return Program(text.strip(), tuple(steps))


def _plain(runs: Runs, start: int, end: int) -> Iterator[Step]:
    """Give the stretch of a text between two places, run by run."""
    at = 0
    for look, text in runs:
        if piece := text[max(start - at, 0) : max(end - at, 0)]:
            yield Step("text", piece, "", look)
        at += len(text)


def _step(found: re.Match[str], look: str) -> Step:
    if found["open"]:
        return Step("fault", f"the tag {found[0]} is not closed; close it", found[0], look)
    if found["value"] is not None:
        return Step("value", found["value"].strip(), found[0], look)
    word, _, test = found["statement"].strip(" -+").partition(" ")
    if word in {"if", "elif", "else", "endif"}:
        return Step(word, test.strip(), found[0], look)  # type: ignore[arg-type]
    return Step("fault", "a cell may hold values and if, elif, else, endif; a tr tag stands alone in its row", found[0], look)


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> TemplateExpression:
    return _ENVIRONMENT.compile_expression(expression, undefined_to_none=False)


@lru_cache(maxsize=4096)
def _path(expression: str) -> tuple[tuple[str, ...], str]:
    """Give the steps of a plain path and the filter after it; no steps where an expression is anything else."""
    found = _PATH.fullmatch(expression)
    if found is None or (found[2] and found[2] not in FILTERS):
        return (), ""
    return tuple(found[1].split(".")), found[2] or ""


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates a template's expressions over its context; every error names template, sheet, cell and tag."""

    template: str
    context: Mapping[str, object]

    def evaluate(self, expression: str, scope: Mapping[str, object], where: str, tag: str) -> object:
        """Give an expression's value; TemplateError when it cannot be read, RenderError when the context lacks it."""
        try:
            value = self._looked_up(expression, scope)
            if value is _MISSING:
                value = _compiled(expression)({**self.context, **scope})
        except (TemplateSyntaxError, SecurityError) as error:
            raise TemplateError(f"{self._at(where, tag)}: {error.args[0] if error.args else error}; correct the tag") from error
        except UndefinedError as error:
            raise RenderError(f"{self._at(where, tag)}: {error}; correct the name or give the value") from error
        except RenderError as error:
            raise RenderError(f"{self._at(where, tag)}: {error}") from error
        except UNWORKABLE as error:
            cause = f"cannot be worked out ({type(error).__name__}: {error})"
            raise RenderError(f"{self._at(where, tag)}: {cause}; correct the tag") from error
        if isinstance(value, Undefined):
            raise RenderError(f"{self._at(where, tag)}: there is no such name here; correct the name or give the value")
        return value

    def _looked_up(self, expression: str, scope: Mapping[str, object]) -> object:
        """Follow a plain path through groups as Jinja would, at a tenth of the cost; anything else is left to Jinja."""
        steps, name = _path(expression)
        value: object = None
        for number, step in enumerate(steps):
            if number == 0:
                value = scope[step] if step in scope else self.context.get(step, _MISSING)
            elif type(value) is dict and step in value and step not in _ATTRIBUTES:
                value = value[step]
            else:
                return _MISSING
        if not steps or value is _MISSING:
            return _MISSING
        return FILTERS[name](value) if name else value

    def _at(self, where: str, tag: str) -> str:
        return f"{self.template}: {where}: {tag.strip()}"

    def fill(self, program: Program, scope: Mapping[str, object], where: str) -> CellValue:
        """Give a cell's value: typed when it comes to a single tag, otherwise text, None when it comes to nothing."""
        if len(program.steps) == 1 and program.steps[0].kind == "value":
            step = program.steps[0]
            return _typed(self.evaluate(step.body, scope, where, step.tag), f"{self.template}: {where}: {program.source}")
        parts = self.parts(program, scope, where)
        if not parts:
            return None
        place = f"{self.template}: {where}: {program.source}"
        if len(parts) == 1 and not parts[0].is_text:
            return _typed(parts[0].value, place)
        runs = [(part.look, self.worded(part, place)) for part in parts]
        _checked("".join(text for _, text in runs), place)
        if any(look for look, _ in runs):
            return tuple((look, text if part.is_text else guarded(text)) for (look, text), part in zip(runs, parts, strict=True))
        return "".join(text if part.is_text else guarded(text) for (_, text), part in zip(runs, parts, strict=True)) or None

    def worded(self, part: Part, place: str) -> str:
        """Word a part of a text, without the marks that only Word documents need."""
        if part.is_text:
            return str(part.value)
        bare = part.value.value if isinstance(part.value, Figure) else part.value
        if isinstance(bare, Decimal | float):
            _demand_finite(bare, place)
        try:
            return _unmarked(shown(part.value))
        except RenderError as error:
            raise RenderError(f"{place}: {error}") from error
        except UNWORKABLE as error:
            told = f"{str(bare)[:40]}, which cannot be put into words ({type(error).__name__})"
            raise RenderError(f"{place}: gives {told}; give it fewer digits, or a cell of its own") from error

    def parts(self, program: Program, scope: Mapping[str, object], where: str) -> list[Part]:
        """Walk the steps of a cell and keep what its conditions let through."""
        parts: list[Part] = []
        conditions: list[tuple[bool, bool]] = []  # (this branch is shown, a branch has been shown)
        for step in program.steps:
            if step.kind == "fault":
                raise TemplateError(f"{self._at(where, program.source)}: {step.body}")
            if step.kind not in {"text", "value"}:
                self._condition(step, conditions, scope, where)
            elif all(shows for shows, _ in conditions):
                value = step.body if step.kind == "text" else self.evaluate(step.body, scope, where, step.tag)
                parts.append(Part(value, step.kind == "text", step.look))
        if conditions:
            raise TemplateError(f"{self._at(where, program.source)}: an if has no endif in this cell; add it")
        return parts

    def _condition(self, step: Step, conditions: list[tuple[bool, bool]], scope: Mapping[str, object], where: str) -> None:
        if step.kind == "if":
            active = all(shows for shows, _ in conditions)
            shows = active and bool(self.evaluate(step.body, scope, where, step.tag))
            conditions.append((shows, shows or not active))
        elif not conditions:
            raise TemplateError(f"{self._at(where, step.tag)}: no if stands before it in this cell; add it")
        elif step.kind == "endif":
            conditions.pop()
        else:
            _, done = conditions.pop()
            shows = not done and (step.kind == "else" or bool(self.evaluate(step.body, scope, where, step.tag)))
            conditions.append((shows, done or shows))


def _typed(value: object, place: str) -> CellValue:
    if isinstance(value, Unknown | bool):
        return value
    if isinstance(value, Figure):
        return _typed(value.value, place)
    if isinstance(value, str):
        return guarded(_checked(_unmarked(str(value)), place)) or None
    if not isinstance(value, Decimal | int | float | date):
        raise RenderError(f"{place}: gives {type(value).__name__}, which no cell can hold; name a text, number or date")
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        if day < FIRST_DATE:
            raise RenderError(f"{place}: gives {day}, which is before Excel's calendar; give it as text")
        return value if isinstance(value, datetime) and value.time() != time() else day
    _demand_finite(value, place)
    return value


def _demand_finite(value: Decimal | float, place: str) -> None:
    if not _is_finite(value):
        raise RenderError(f"{place}: gives {_short(value)}, which is not a number a cell can hold; correct the value")


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


def _unmarked(text: str) -> str:
    return "".join(payload for _, payload in pieces(text)) if START in text else text


def guarded(text: str) -> str:
    """Write a text so that Excel reads back no escape where it only looks like one."""
    return _ESCAPED.sub("_x005F_", text)


def unescaped(text: str) -> str:
    """Give the text that a workbook's XML stands for."""
    return _ESCAPE.sub(lambda found: _letter(found[0], int(found[1], 16)), text) if "_x" in text else text


def _letter(text: str, code: int) -> str:
    return text if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 - half a letter stays as it is written


def _checked(text: str, place: str) -> str:
    """Refuse a text that a cell cannot hold."""
    if found := illegal_characters(text):
        raise RenderError(f"{place}: gives a text with the character {found}, which no cell can hold; remove it")
    if (size := units(text)) > LONGEST_TEXT:
        raise RenderError(f"{place}: gives a text of {size:,} characters; a cell holds {LONGEST_TEXT:,}; shorten it")
    return text

"""The one Jinja environment of Word and Excel templates: sandboxed, strict, escaping, and short of everything unsafe."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from jinja2 import StrictUndefined, pass_context
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from pipeline.exceptions import RenderError
from pipeline.figure import Figure, Unknown, is_known
from pipeline.render.marks import ANCHOR, CONTENTS, REFERENCE, UNKNOWN, WHERE, mark
from pipeline.wording import ILLEGAL, TO_BE_CONFIRMED, illegal_characters, listing, long_date, value_text, with_unit

GUARD = "\ue003"  # next to those of pipeline.render.marks; profiles may not hold it either
_SPECIAL = re.compile(f"[&<>'\"{ILLEGAL}]")  # what has to be escaped, and what may not be there
_BRACKETS = re.compile("[{}%]")
ALLOWED_CALLS = ("id", "ref", "contents")
E = TypeVar("E", bound=ImmutableSandboxedEnvironment)
PLAIN = (str, bool, int, float, Decimal, date, Figure)


class MarkupValueError(ValueError):
    """A value that brings markup of its own, which only docxtpl puts into a document; it is the error's argument."""


class _Marked(str):
    """A text this module made and checked, marks and all; a value's text is never one."""

    __slots__ = ()


def shown(value: object) -> str:
    """Word a value for a document; an unknown becomes a mark, nothing and unprintable characters are refused."""
    if value is None:
        message = "a value is missing (None); give it in the profile or leave the tag out"
        raise RenderError(message)
    if isinstance(value, Unknown):
        return _unknown(value)
    if isinstance(value, _Marked):
        return value
    if not isinstance(value, PLAIN):
        message = "a list or group was put where a text belongs; name one of its fields or use the listing filter"
        raise RenderError(message)
    text = value_text(value)
    if isinstance(value, str | Figure) and (found := illegal_characters(text)):
        message = f"the text {text[:40]!r} holds the character {found}; remove it"
        raise RenderError(message)
    return text


def _marked(kind: str, payload: str = "") -> _Marked:
    return _Marked(mark(kind, payload))


def _unknown(value: Unknown) -> _Marked:
    return _Marked(mark(UNKNOWN, TO_BE_CONFIRMED, value.needs))


def _with_unit(value: object) -> object:
    return value if isinstance(value, Unknown) else with_unit(value)


def _listing(values: list[object], style: str = "standard") -> str:
    return _Marked(listing([shown(value) for value in values], style))


def _source(value: object) -> str:
    if isinstance(value, Figure):
        return f"{value.source}, {long_date(value.as_at)}" if value.as_at else value.source
    return _unknown(value) if isinstance(value, Unknown) else ""


def _status(value: object) -> str:
    if isinstance(value, Unknown):
        return _unknown(value)
    return str(value.status) if isinstance(value, Figure) else ""


def _where_used(field: str) -> str:
    """Ask finishing for the places of the document in which an unknown waits for a field."""
    return _marked(WHERE, shown(field))


def _bookmark(key: str) -> str:
    return _marked(ANCHOR, key)


def _reference(key: str) -> str:
    return _marked(REFERENCE, key)


def _contents() -> str:
    return _marked(CONTENTS)


FILTERS: dict[str, Callable[..., object]] = {
    "with_unit": _with_unit,
    "listing": _listing,
    "source": _source,
    "status": _status,
    "where_used": _where_used,
}


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, without the sums that could fill the memory or never end (9**9**9, 'a' * 10**11).

    A name after a dot is a field of a group before it is anything else.
    """

    intercepted_binops = frozenset({"**", "*", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or isinstance(left, str | list | tuple) or isinstance(right, str | list | tuple):
            message = f"the operator {operator} is not for use here"
            raise SecurityError(message)
        return super().call_binop(context, operator, left, right)


class _Generator(CodeGenerator):
    """Jinja's code generator, but what is put out goes through one function, which words and escapes it."""

    def _output_child_pre(self, *_: object) -> None:
        self.write("environment.put(")

    def _output_child_post(self, *_: object) -> None:
        self.write(")")


class TextSandbox(_Sandbox):
    """The sandbox for templates whose values are text and bring no markup; MarkupValueError when one does."""

    code_generator_class = _Generator

    def put(self, value: object) -> str:
        """Word and escape a value on its way into the document."""
        if type(value) is not str:
            if isinstance(value, StrictUndefined):
                return str(value)  # which says what is not there
            if hasattr(value, "__html__"):
                raise MarkupValueError(value)
            value = shown(value)
        if _SPECIAL.search(value) is None:
            return value
        return str(escape(value if isinstance(value, _Marked) else shown(value)))


def environment(*, guarded: bool = False) -> ImmutableSandboxedEnvironment:
    """Make the environment; its filters, tests and functions are the whole dialect.

    With `guarded`, GUARD stands round every bracket and percent sign of a value, for an engine that would rewrite some of them.
    """
    finalise = _finalise_guarded if guarded else _finalise
    return _furnished(_Sandbox(undefined=StrictUndefined, autoescape=True, finalize=finalise))


def text_environment() -> TextSandbox:
    """Make the same environment for templates whose values bring no markup."""
    return _furnished(TextSandbox(undefined=StrictUndefined, autoescape=True, finalize=_finalise))


def _furnished(env: E) -> E:
    env.filters = dict(FILTERS)
    env.tests = {"known": is_known}
    env.globals = {"id": _bookmark, "ref": _reference, "contents": _contents}
    return env


@pass_context  # so that Jinja words no constant of a template by itself, before this has seen it
def _finalise(_: object, value: object) -> object:
    """Word every value on its way into the document; Jinja escapes the result."""
    if hasattr(value, "__html__") or isinstance(value, StrictUndefined):
        return value
    return shown(value)


@pass_context
def _finalise_guarded(context: object, value: object) -> object:
    """Word a value as `_finalise` does, and guard it."""
    text = _finalise(context, value)
    return _BRACKETS.sub(rf"{GUARD}\g<0>{GUARD}", text) if isinstance(text, str) and not hasattr(text, "__html__") else text

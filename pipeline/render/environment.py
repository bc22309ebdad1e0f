"""The one Jinja environment of Word and Excel templates: sandboxed, strict, escaping, and short of everything unsafe."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from jinja2 import StrictUndefined, pass_context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.exceptions import RenderError
from pipeline.figure import Figure, Unknown, is_known
from pipeline.render.marks import ANCHOR, CONTENTS, REFERENCE, UNKNOWN, mark
from pipeline.wording import TO_BE_CONFIRMED, illegal_characters, listing, long_date, value_text, with_unit

ALLOWED_CALLS = ("id", "ref", "contents")
PLAIN = (str, bool, int, float, Decimal, date, Figure)


class _Marked(str):
    """A text this module made and checked, marks and all; a value's text is never one."""

    __slots__ = ()


def shown(value: object) -> str:
    """Word a value for a document; an unknown becomes a mark, nothing and unprintable characters are refused."""
    if value is None:
        message = "a value is missing (None); give it in the profile or leave the tag out"
        raise RenderError(message)
    if isinstance(value, Unknown):
        return _marked(UNKNOWN, TO_BE_CONFIRMED)
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


def _with_unit(value: object) -> object:
    return value if isinstance(value, Unknown) else with_unit(value)


def _listing(values: list[object], style: str = "standard") -> str:
    return _Marked(listing([shown(value) for value in values], style))


def _source(value: object) -> str:
    if isinstance(value, Figure):
        return f"{value.source}, {long_date(value.as_at)}" if value.as_at else value.source
    return _marked(UNKNOWN, TO_BE_CONFIRMED) if isinstance(value, Unknown) else ""


def _status(value: object) -> str:
    if isinstance(value, Unknown):
        return _marked(UNKNOWN, TO_BE_CONFIRMED)
    return str(value.status) if isinstance(value, Figure) else ""


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
}


def environment() -> ImmutableSandboxedEnvironment:
    """Make the environment; its filters, tests and functions are the whole dialect."""
    env = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True, finalize=_finalise)
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

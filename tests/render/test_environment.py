"""The template environment: what it shows, what it refuses, and that nothing in a template or a value can escape from it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError

from pipeline.exceptions import RenderError
from pipeline.figure import Figure, Status, Unknown
from pipeline.render.environment import environment
from pipeline.render.marks import CONTENTS, REFERENCE, UNKNOWN, WHERE, mark

HOURS = Figure(Decimal(2400), "hours a week", "A return", date(2026, 3, 31), Status.CONFIRMED)
WAITING = Unknown(needs=("lots[A].weekly_hours",))
MARKED = mark(UNKNOWN, "to be confirmed", WAITING.needs)
FACTS: dict[str, Any] = {
    "x": "text",
    "hours": HOURS,
    "waiting": WAITING,
    "rows": [{"name": "A", "hours": HOURS}, {"name": "B", "hours": WAITING}],
    "names": ["a", "b", "c"],
    "group": {"inside": "value"},
    "nothing": None,
    "zero": 0,
    "yes": True,
    "day": date(2026, 11, 21),
}


def render(template: str, **more: Any) -> str:
    return environment().from_string(template).render({**FACTS, **more})


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ x }}", "text"),
        ("{{ hours }}", "2,400"),
        ("{{ hours | with_unit }}", "2,400 hours a week"),
        ("{{ hours | source }}", "A return, 31 March 2026"),
        ("{{ hours | status }}", "confirmed"),
        ("{{ waiting }}", MARKED),
        ("{{ waiting | with_unit }}", MARKED),
        ("{{ waiting | source }}", MARKED),
        ("{{ waiting | status }}", MARKED),
        ("{{ x | source }}", ""),
        ("{{ x | where_used }}", mark(WHERE, "text")),
        ("{{ names | listing }}", "a, b and c"),
        ('{{ names | listing("or") }}', "a, b or c"),
        ("{{ day }}", "21 November 2026"),
        ("{{ zero }}", "0"),
        ("{{ group.inside }}", "value"),
        ("{{ rows[0].name }}", "A"),
        ("{% for row in rows %}{{ row.name }}{% endfor %}", "AB"),
        ("{% if hours is known %}yes{% else %}no{% endif %}", "yes"),
        ("{% if waiting is known %}yes{% else %}no{% endif %}", "no"),
        ("{% if yes and not zero %}yes{% endif %}", "yes"),
        ('{% if x == "text" %}yes{% endif %}', "yes"),
        ('{% if x in ("text", "other") %}yes{% endif %}', "yes"),
        ('{{ id("R-1") }}', mark("id", "R-1")),
        ('{{ ref("R-1") }}', mark(REFERENCE, "R-1")),
        ("{{ contents() }}", mark(CONTENTS)),
    ],
)
def test_the_dialect(template: str, expected: str) -> None:
    assert render(template) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Care & Repair", "Care &amp; Repair"),
        ("a < b > c", "a &lt; b &gt; c"),
        ("\"quoted\" and 'so'", "&#34;quoted&#34; and &#39;so&#39;"),
        ("</w:t><w:t>", "&lt;/w:t&gt;&lt;w:t&gt;"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
        ("{% if %}", "{% if %}"),
        ("ŵ ŷ 🏠", "ŵ ŷ 🏠"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_value_is_text_and_nothing_else(given: str, expected: str) -> None:
    assert render("{{ x }}", x=given) == expected
    assert render("{{ x }}", x=Figure(given, "", "s")) == expected


ATTACKS = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ x.__init__ }}",
    "{{ hours.__class__ }}",
    "{{ hours.__init__.__globals__ }}",
    "{{ rows.__class__ }}",
    "{{ group.__class__.__base__ }}",
    '{{ group["__class__"] }}',
    "{{ x['__class__'] }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ cycler('a') }}",
    "{{ joiner() }}",
    "{{ namespace() }}",
    "{{ lipsum() }}",
    "{{ range(9) }}",
    "{{ dict() }}",
    "{{ id.__globals__ }}",
    "{{ id.__code__ }}",
    "{{ ref.__closure__ }}",
    "{{ contents.__globals__.__builtins__ }}",
    "{{ names.append('d') }}",
    "{{ names.clear() }}",
    "{{ group.update(a=1) }}",
    "{{ group.pop('inside') }}",
    "{{ 'a'.format }}",
    "{{ x.format_map }}",
    "{{ '{0.__class__}'.format(x) }}",
    "{{ x | attr('__class__') }}",
    "{{ x | map(attribute='__class__') | list }}",
    "{{ x | safe }}",
    "{{ x | upper }}",
    "{% if x is defined %}{% endif %}",
    "{% if x is string %}{% endif %}",
    "{% include 'secret.txt' %}",
    "{% import 'other' as other %}",
    "{% extends 'base' %}",
    "{{ open('/etc/passwd') }}",
    "{{ __import__('os') }}",
    "{{ missing }}",
    "{{ group.missing }}",
    "{{ rows[0].missing }}",
    "{{ rows[9].name }}",
    "{{ missing | listing }}",
    "{% if missing %}{% endif %}",
    "{% for row in missing %}{% endfor %}",
    "{{ nothing }}",
    "{{ rows }}",
    "{{ group }}",
    "{{ names }}",
    "{{ nothing | listing }}",
    "{{ rows | listing }}",
    "{{ rows.sort }}",
    "{{ id }}",
]


@pytest.mark.parametrize("template", ATTACKS)
def test_what_no_template_may_do(template: str) -> None:
    before = {name: list(value) if isinstance(value, list) else value for name, value in FACTS.items()}
    with pytest.raises((RenderError, TemplateError, SecurityError, UndefinedError, TypeError)):
        render(template)
    assert before == FACTS


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\ud800", "\uffff", "\ue001"], ids=lambda sign: f"U+{ord(sign):04X}")
def test_an_unprintable_character_is_refused_by_name(sign: str) -> None:
    with pytest.raises(RenderError, match=f"U\\+{ord(sign):04X}"):
        render("{{ x }}", x=f"a{sign}b")
    with pytest.raises(RenderError, match=f"U\\+{ord(sign):04X}"):
        render("{{ x }}", x=Figure(f"a{sign}b", "", "s"))


def test_a_value_cannot_pass_for_a_mark_of_ours() -> None:
    for kind in ("ref", "id", "contents", "unknown", "where"):
        with pytest.raises(RenderError, match="U\\+E000"):
            render("{{ x }}", x=mark(kind, "R-1"))


def test_a_list_may_hold_an_unknown_anywhere() -> None:
    assert render("{{ names | listing }}", names=["a", WAITING]) == f"a and {MARKED}"
    assert render("{{ names | listing }}", names=[WAITING, "a & b"]) == f"{MARKED} and a &amp; b"


def test_a_list_of_texts_is_checked_word_by_word() -> None:
    with pytest.raises(RenderError, match="U\\+0007"):
        render("{{ names | listing }}", names=["a", "b\x07"])
    with pytest.raises(RenderError, match="missing"):
        render("{{ names | listing }}", names=["a", None])


def test_the_whole_dialect_is_what_is_listed() -> None:
    env = environment()
    assert set(env.filters) == {"with_unit", "listing", "source", "status", "where_used"}
    assert set(env.tests) == {"known"}
    assert set(env.globals) == {"id", "ref", "contents"}

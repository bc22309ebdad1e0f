"""Where the figures of a document come from: the figures it shows in, rows of given ones and of derived ones out.

A figure is given when the profile or the reference data hold it as it is shown; any other is derived from given ones, and
those are told even where the document shows only what is derived from them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.facts import Row
from pipeline.figure import Figure, Status, Unknown
from pipeline.profile import Profile
from pipeline.wording import listing, long_date, value_text, with_unit, words_of

LONGEST = 90
"""A text longer than this is shown by its first words: the document has it in full."""
SHOWN = 4
"""A derived figure with more values than this is shown by how many there are and the range they lie in."""
NAMED = 3
"""What rests on more kinds of figures than this names the sections of the profile they are in."""
_ENTRY = re.compile(r"\[[^\]]*\]")

Known = tuple[str, Figure[Any]]


def profile_values(value: Any, path: str = "") -> Iterator[tuple[str, Figure[Any] | Unknown]]:
    """Give every figure and unknown of a profile with its field, in the profile's order."""
    if isinstance(value, Figure | Unknown):
        yield path, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from profile_values(item, f"{path}[{getattr(item, 'id', None) or index}]")
    elif hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:
            yield from profile_values(getattr(value, name), f"{path}.{name}" if path else name)


def figures_in(value: object) -> Iterator[Figure[Any]]:
    """Give every known figure a value holds."""
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from figures_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from figures_in(item)


def given_rows(profile: Profile, shown: Sequence[Known]) -> list[Row]:
    """Give the fields of the profile that the figures rest on, then the figures of the reference data they hold.

    Fields of one section of the profile that share source, date and status share a row.
    """
    wanted = {field for _, figure in shown for field in figure.fields}
    grouped: dict[tuple[object, ...], list[Known]] = {}
    for field, figure in profile_values(profile):
        if field in wanted and isinstance(figure, Figure):
            section = _ENTRY.sub("", field).rpartition(".")[0]
            grouped.setdefault((section, figure.source, figure.as_at, figure.status), []).append((field, figure))
    reference: dict[tuple[object, ...], list[Known]] = {}
    for path, figure in shown:
        if not figure.fields:
            reference.setdefault((path, figure.source, figure.as_at, figure.status), []).append((path, figure))
    told = [_row(_path_words(held[0][0]), _values([figure for _, figure in held]), held[0][1]) for held in reference.values()]
    once = [row for number, row in enumerate(told) if not any(_says_the_same(row, other) for other in told[:number])]
    return [*(_given(members) for members in grouped.values()), *once]


def derived_rows(profile: Profile, shown: Sequence[Known]) -> list[Row]:
    """Give the figures that are worked out from others; those worked out in one way from the same figures share a row."""
    given = {field: value for field, value in profile_values(profile) if isinstance(value, Figure)}
    facts: dict[str, list[Figure[Any]]] = {}
    for path, figure in shown:
        if figure.fields and not _is_given(figure, given):
            facts.setdefault(path, []).append(figure)
    distinct = {tuple(dict.fromkeys(figures)): path for path, figures in reversed(facts.items())}
    alike: dict[tuple[str, str], dict[str, tuple[Figure[Any], ...]]] = {}
    for figures, path in reversed(distinct.items()):
        kinds = _kinds(sorted({field for figure in figures for field in figure.fields}))
        alike.setdefault((figures[0].source, kinds), {})[_path_words(path)] = figures
    return [_derived(kinds, members) for (_, kinds), members in alike.items()]


def _derived(kinds: str, members: Mapping[str, Sequence[Figure[Any]]]) -> Row:
    figures = [figure for held in members.values() for figure in held]
    dates = [figure.as_at for figure in figures if figure.as_at is not None]
    confirmed = all(figure.status is Status.CONFIRMED for figure in figures)
    groups = listing(list(dict.fromkeys(name.partition(": ")[0] for name in members)))
    one = len(members) == 1
    value = "; ".join(_values(held) if one else f"{_last(name)}: {_values(held)}" for name, held in members.items())
    return {
        **_row(next(iter(members)) if one else groups, value, figures[0], max(dates, default=None)),
        "derived_from": kinds,
        "status": str(Status.CONFIRMED if confirmed else Status.INDICATIVE),
    }


def _says_the_same(row: Row, other: Row) -> bool:
    return all(row[name] == other[name] for name in ("value", "source", "as_at", "status"))


def _is_given(figure: Figure[Any], given: Mapping[str, Figure[Any]]) -> bool:
    source = given.get(figure.fields[0])
    return len(figure.fields) == 1 and source is not None and (source.value, source.source) == (figure.value, figure.source)


def _row(what: str, value: str, figure: Figure[Any], as_at: date | None = None) -> Row:
    day = as_at or figure.as_at
    return {
        "what": what,
        "value": value,
        "source": figure.source,
        "as_at": long_date(day) if day else "",
        "status": str(figure.status),
    }


def _given(members: Sequence[Known]) -> Row:
    """Word the fields of one section: each with its value, entries of a list side by side."""
    if len(members) == 1:
        field, figure = members[0]
        return _row(words_of(field), _short(with_unit(figure)), figure)
    names: dict[str, list[str]] = {}
    for field, figure in members:
        value = _short(with_unit(figure))
        is_entry = "[" in field
        names.setdefault(_last(_path_words(field)), []).append(f"{value} ({_entry_words(field)})" if is_entry else value)
    section = _path_words(members[0][0]).rpartition(": ")[0]
    return _row(section, "; ".join(f"{name}: {', '.join(values)}" for name, values in names.items()), members[0][1])


def _entry_words(field: str) -> str:
    """Name the entry a field belongs to: `lots[A].people` → lot A."""
    return words_of(field[: field.rindex("]") + 1]).rpartition(": ")[2]


def _last(words: str) -> str:
    return words.rpartition(": ")[2]


def _path_words(path: str) -> str:
    return words_of(_ENTRY.sub("", path))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def _values(figures: Sequence[Figure[Any]]) -> str:
    """Word the values of one fact: one by one, or by their range when there are many."""
    words = list(dict.fromkeys(with_unit(figure) for figure in figures))
    if len(words) <= SHOWN:
        return _short("; ".join(words)) if len(words) == 1 else "; ".join(words)
    values = [figure.value for figure in figures]
    for kind in (date, Decimal | int):
        if all(isinstance(value, kind) for value in values):
            low, high = min(figures, key=lambda one: one.value), max(figures, key=lambda one: one.value)
            return f"{len(words)} values from {value_text(low)} to {with_unit(high)}"
    return f"{len(words)} values"


def _kinds(fields: Iterable[str]) -> str:
    """Name what figures rest on: the kinds of fields, or their sections when there are many kinds."""
    kinds = list(dict.fromkeys(_path_words(field) for field in fields))
    if len(kinds) <= NAMED:
        return "; ".join(kinds)
    sections: dict[str, list[str]] = {}
    for kind in kinds:
        sections.setdefault(kind.partition(": ")[0], []).append(kind)
    return "; ".join(f"{name} ({len(held)} figures)" if len(held) > 1 else held[0] for name, held in sections.items())


def outstanding_rows(profile: Profile, needs: Sequence[str]) -> list[Row]:
    """Give a row for each field still to be confirmed, in the profile's order; entries of a list that need the same share one.

    `place` names the field or fields, which the filter `where_used` turns into the places that wait for them.
    """
    held = dict(profile_values(profile))
    order = {field: number for number, field in enumerate(held)}
    notes = {field: value.note for field, value in held.items() if isinstance(value, Unknown)}
    grouped: dict[tuple[str, str], list[str]] = {}
    for need in sorted(needs, key=lambda field: (order.get(field, len(order)), field)):
        grouped.setdefault((_ENTRY.sub("", need), notes.get(need, "")), []).append(need)
    return [
        {
            "what": words_of(fields[0]) if len(fields) == 1 else f"{_path_words(fields[0])} ({_entries(fields)})",
            "place": "; ".join(fields),
            "needs": note or "Give value, source and date",
        }
        for (_, note), fields in grouped.items()
    ]


def _entries(fields: Sequence[str]) -> str:
    return listing([_entry_words(field) for field in fields])

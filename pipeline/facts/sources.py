"""Where a document's figures come from, and what is still to be confirmed: the figures it shows in, rows of registers out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.facts import Row
from pipeline.figure import Figure, Status, Unknown
from pipeline.profile import Profile
from pipeline.wording import listing, long_date, words_of

if TYPE_CHECKING:
    from datetime import date

_ENTRY = re.compile(r"\[[^\]]*\]")

_STATUS = {status: status.replace("-", " ") for status in Status}

Known = tuple[str, Figure[Any]]


Value = tuple[str, "Figure[Any] | Unknown"]
_latest: tuple[Profile | None, tuple[Value, ...]] = (None, ())


def profile_values(profile: Profile) -> tuple[Value, ...]:
    """Give every figure and unknown of a profile with its field, in the profile's order. Only the latest profile's are kept."""
    global _latest  # noqa: PLW0603 - every document of a pack asks, and comparing two profiles takes as long as walking one
    if _latest[0] is not profile:
        _latest = (profile, tuple(_values(profile, "")))
    return _latest[1]


def _values(value: Any, path: str) -> Iterator[Value]:
    if isinstance(value, Figure | Unknown):
        yield path, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _values(item, f"{path}[{getattr(item, 'id', None) or index}]")
    elif hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:
            yield from _values(getattr(value, name), f"{path}.{name}" if path else name)


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


def source_rows(profile: Profile, shown: Sequence[Known]) -> list[Row]:
    """Give a row for each source, date and status, with the figures that have it: first the profile's, then reference data.

    A figure that is worked out is told by the figures of the profile behind it.
    """
    wanted = {field for _, figure in shown for field in figure.fields}
    given = [(field, one) for field, one in profile_values(profile) if field in wanted and isinstance(one, Figure)]
    reference = [(path, figure) for path, figure in shown if not figure.fields]
    grouped: dict[tuple[str, date | None, Status], dict[str, list[str]]] = {}
    for path, figure in (*given, *reference):
        section, _, name = words_of(_ENTRY.sub("", path)).rpartition(": ")
        names = grouped.setdefault((figure.source, figure.as_at, figure.status), {}).setdefault(section, [])
        if name not in names:
            names.append(name)
    return [
        {"figures": _named(sections), "source": source, "as_at": long_date(as_at) if as_at else "", "status": _STATUS[status]}
        for (source, as_at, status), sections in grouped.items()
    ]


def _named(sections: Mapping[str, Sequence[str]]) -> str:
    """Name figures by section: Demand: population, people aged 65+; Term: initial years."""
    return "; ".join(f"{section[:1].upper()}{section[1:]}: {', '.join(names)}" for section, names in sections.items())


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
            "what": words_of(fields[0]) if len(fields) == 1 else f"{words_of(_ENTRY.sub('', fields[0]))} ({_entries(fields)})",
            "place": "; ".join(fields),
            "needs": note or "Give value, source and date",
        }
        for (_, note), fields in grouped.items()
    ]


def _entries(fields: Sequence[str]) -> str:
    """Name the entries that fields belong to: `lots[A].people`, `lots[B].people` → lot A and lot B."""
    return listing([words_of(field[: field.rindex("]") + 1]).rpartition(": ")[2] for field in fields])

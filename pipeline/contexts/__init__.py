"""Contexts: the plan of a pack → the named facts one document may use. One module per document kind lies in this folder."""

import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

from pipeline.exceptions import CatalogueError
from pipeline.facts import Fact, FactTable, Row, governance, identity, law, money, quality, schedule, thread
from pipeline.facts import by_id as _by_id
from pipeline.facts.control import document_control
from pipeline.facts.sources import figures_in, outstanding_rows, profile_values, source_rows
from pipeline.figure import Unknown
from pipeline.pack import Edition, PackPlan, PlannedDocument
from pipeline.profile import Profile
from pipeline.record import Recorder

SHARED: FactTable = {**identity.FACTS, **governance.FACTS, **money.FACTS, **law.FACTS, **quality.FACTS, **thread.FACTS}
SHARED_INTERNAL: FactTable = {**money.INTERNAL, **governance.INTERNAL, **schedule.INTERNAL, **thread.INTERNAL}

REGISTERS = ("outstanding", "figure_sources")
"""The lists of an internal edition that say what its figures wait for and where they come from; each has its has_ flag."""
PACK_ONLY = ("document", "edition", *REGISTERS, *(f"has_{name}" for name in REGISTERS))


_latest: tuple[PackPlan | None, dict[Fact, tuple[object, tuple[str, ...]]]] = (None, {})


@dataclass(frozen=True)
class Context:
    """The facts of one document: their values, and the profile fields and reference entries each was read from."""

    values: Mapping[str, object]
    reads: Mapping[str, tuple[str, ...]]


def build_context(plan: PackPlan, planned: PlannedDocument) -> Context:
    """Evaluate every fact the document may use; internal facts do not exist in the issue edition."""
    values: dict[str, object] = {"edition": _edition(plan, planned.edition)}
    reads: dict[str, tuple[str, ...]] = {"edition": ()}
    values["document"], reads["document"] = _evaluate(lambda watched: _document(watched, planned), plan)
    known = _known(plan)
    for name, fact in _facts(planned).items():
        if fact not in known:
            known[fact] = _evaluate(fact, plan)
        values[name], reads[name] = known[fact]
    return Context(values, reads)


def _known(plan: PackPlan) -> dict[Fact, tuple[object, tuple[str, ...]]]:
    """Give the facts evaluated so far for a pack: its documents share most of them. Only the latest pack's are kept."""
    global _latest  # noqa: PLW0603 - a plan holds no place for them, and comparing two takes longer than evaluating
    if _latest[0] is not plan:
        _latest = (plan, {})
    return _latest[1]


def _facts(planned: PlannedDocument) -> dict[str, Fact]:
    module = importlib.import_module(planned.document.context)
    own: FactTable = module.FACTS
    private: frozenset[str] = module.INTERNAL
    repeated = sorted(set(own) & {*SHARED, *SHARED_INTERNAL, *PACK_ONLY})
    if repeated:
        raise CatalogueError(
            f"{planned.document.context}: {', '.join(repeated)}: is a fact of every document. Choose another name."
        )
    if planned.edition is Edition.INTERNAL:
        return {**SHARED, **SHARED_INTERNAL, **own}
    return {**SHARED, **{name: fact for name, fact in own.items() if name not in private}}


def _evaluate(fact: Fact, plan: PackPlan) -> tuple[object, tuple[str, ...]]:
    recorder = Recorder()
    watched = replace(
        plan,
        profile=recorder.view(plan.profile),
        reference=recorder.view(plan.reference, "reference"),
        authority=recorder.named(plan.authority, partial(_authority_fields, plan.profile)),
    )
    return fact(watched), tuple(sorted(recorder.reads))


def _authority_fields(profile: Profile, name: str) -> tuple[str, ...]:
    """Name the profile field behind a field of the authority: the name it is found by, or what describes an invented one."""
    is_named = profile.authority.invented is None or name == "name_en"
    return ("authority.name",) if is_named else (f"authority.invented.{name}",)


def _document(plan: PackPlan, planned: PlannedDocument) -> Row:
    titles = {one.id: one.title for one in plan.reference.names.welsh.titles}
    kind, title = planned.document.kind, planned.document.title
    control = document_control(plan, kind, planned.edition)
    return {"kind": kind, "title": title, "title_cy": titles.get(kind, title), **control}


def _edition(plan: PackPlan, edition: Edition) -> Row:
    return {
        "is_internal": edition is Edition.INTERNAL,
        "is_issue": edition is Edition.ISSUE,
        "title": _by_id(plan.reference.names.editions, edition).title,
    }


def with_outstanding(
    context: Context, plan: PackPlan, needs: tuple[str, ...], edition: Edition, paths: Iterable[str] | None = None
) -> Context:
    """Add the registers that only internal editions carry: what is still to be confirmed, and where the figures come from.

    `paths` are those of the facts the document shows; without them the sources of all its facts are given.
    """
    if edition is not Edition.INTERNAL:
        return context
    shown = [
        (path, figure)
        for path in (context.values if paths is None else paths)
        for value in values_at(context.values, path)
        for figure in figures_in(value)
    ]
    fields = tuple(sorted({field for _, figure in shown for field in figure.fields}))
    registers = {
        "outstanding": (outstanding_rows(plan.profile, needs), needs),
        "figure_sources": (source_rows(plan.profile, shown), fields),
    }
    values, reads = dict(context.values), dict(context.reads)
    for name, (entries, read) in registers.items():
        values |= {name: entries, f"has_{name}": bool(entries)}
        reads |= {name: read, f"has_{name}": read}
    return Context(values, reads)


def some_figure(context: Context) -> tuple[str, ...]:
    """Give the path of a fact that holds a figure, if any does."""
    found = (name for name, value in context.values.items() if any(True for _ in figures_in(value)))
    return tuple(islice(found, 1))


def notes_of(profile: Profile) -> dict[str, str]:
    """The notes a profile leaves on where to get what is to be confirmed, by field."""
    return {path: value.note for path, value in profile_values(profile) if isinstance(value, Unknown)}


def values_at(values: object, path: str) -> Iterator[object]:
    """Give every value a placeholder's full path reaches: `lots[].weekly_hours` gives one for each lot."""
    found: list[Any] = [values]
    for step in path.split("."):
        name = step.removesuffix("[]")
        if name:
            found = [one[name] for one in found if isinstance(one, dict | Mapping) and name in one]
        if step.endswith("[]"):
            found = [item for one in found for item in (one if isinstance(one, list | tuple) else (one,))]
    return iter(found)


def needs_of(values: Mapping[str, object], paths: tuple[str, ...]) -> tuple[str, ...]:
    """The profile fields that the unknowns behind the given placeholders wait for."""
    return tuple(sorted({need for path in paths for value in values_at(values, path) for need in _needs(value)}))


def _needs(value: object) -> Iterator[str]:
    if isinstance(value, Unknown):
        yield from value.needs
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _needs(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _needs(item)

"""The template check: plans in, a line per fault out, over every document, model, nation and edition they hold."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from pipeline.contexts import build_context, with_outstanding
from pipeline.exceptions import TemplateError
from pipeline.pack import PackPlan
from pipeline.templates.dialect import Fault, dialect_faults
from pipeline.templates.pieces import Piece, read_parts, read_pieces
from pipeline.templates.walk import Walk

ANY_NEED = ("lots",)  # so that the register of what is outstanding has a row whose fields can be checked


def check_templates(plans: Iterable[PackPlan]) -> list[str]:
    """Check every template of the given plans against the facts of each; a fault is named once, with where it occurs.

    Plans for each commissioning model and nation, from complete example profiles, make the check cover all editions.
    """
    found: dict[str, list[str]] = {}
    cases: dict[str, int] = {}
    for plan in plans:
        for planned in plan.documents:
            name = planned.template.name
            cases[name] = cases.get(name, 0) + 1
            context = with_outstanding(build_context(plan, planned), plan, ANY_NEED, planned.edition)
            case = f"{plan.model}, {plan.nation}, {planned.edition} edition, {plan.profile.slug}"
            for line in check_template(planned.template.content, name, context.values):
                found.setdefault(line, []).append(case)
    return [_with_cases(line, seen, cases[line.split(":", 1)[0]]) for line, seen in found.items()]


def check_template(template: bytes, name: str, facts: Mapping[str, object] | None = None) -> list[str]:
    """Check one template, with one document's facts or without: a line per fault with place, tag and what to do."""
    try:
        written, references = _own_faults(template, name)
    except TemplateError as error:
        return str(error).splitlines()
    faults = list(written)
    broken = {fault.piece.part for fault in written}
    for pieces in read_parts(template, name):
        walk = Walk(pieces, facts)
        walk.run()
        faults += [fault for fault in walk.faults if pieces[0].part not in broken or fault.message.startswith("unknown name")]
    return list(dict.fromkeys(_line(name, fault) for fault in (*faults, *references)))


@lru_cache(maxsize=64)
def _own_faults(template: bytes, name: str) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """Give the faults a template has whatever the facts: in how its tags are written, and in what it refers to."""
    pieces = read_pieces(template, name)
    return tuple(dialect_faults(pieces, is_workbook=name.lower().endswith(".xlsx"))), tuple(_reference_faults(pieces))


def _reference_faults(pieces: Iterable[Piece]) -> list[Fault]:
    """Find references to ids that the template holds nowhere."""
    pieces = list(pieces)
    ids = {key for piece in pieces for tag in piece.tags if (key := _argument(tag, "id"))}
    used = [(piece, tag, key) for piece in pieces for tag in piece.tags if (key := _argument(tag, "ref"))]
    return [
        Fault(piece, tag, f"refers to {key}, which no id in this template has. Correct it, or give the clause that id")
        for piece, tag, key in used
        if key not in ids
    ]


def _argument(tag: str, call: str) -> str:
    inner = tag.strip("{} ").replace("'", '"')
    return inner.removeprefix(f'{call}("').removesuffix('")') if inner.startswith(f'{call}("') else ""


def _line(name: str, fault: Fault) -> str:
    tag = f"{fault.tag} " if fault.tag else ""
    return f"{name}: {fault.piece.part}, {fault.piece.place}: {tag}{fault.message}"


def _with_cases(line: str, seen: list[str], cases: int) -> str:
    if len(seen) == cases:
        return line
    more = f" and {len(seen) - 1} more" if len(seen) > 1 else ""
    return f"{line} (in {seen[0]}{more})"

"""Where the fields of a profile are used: fields in, the documents and places that show them out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pipeline.assemble import prepare_document
from pipeline.catalogue import DOCUMENTS
from pipeline.contexts import REGISTERS, needs_of, values_at
from pipeline.exceptions import ProfileError
from pipeline.facts.sources import figures_in
from pipeline.manifest import IN_PROPERTIES
from pipeline.pack import Mode, PackPlan, PreparedDocument
from pipeline.profile import CommissioningModel
from pipeline.prospect import plan_request
from pipeline.read import read_profile, read_reference
from pipeline.record import fields_of
from pipeline.request import INPUTS, BuildRequest
from pipeline.templates import used_places
from pipeline.templates.pieces import TAG

OF_THE_ROUTE = ("schema_version", "slug", "templates", "authority", "control.approval_roles")
"""What says which pack is made, where it goes and who approves it, rather than what stands in it."""
SHOWS = {"shown": "shows", "tested": "decides by", "looped": "repeats for"}
_CUT_TAG = re.compile(r"\{[{%#][^}]*(?=…)")
"""A tag of which a place's first words show the beginning alone."""
_ENTRY = re.compile(r"\[[^\]]*\]")
ALIKE = 0.75
"""How alike, of 1, a field must be to be meant."""
PROPERTIES = "file properties"


@dataclass(frozen=True)
class Use:
    """One place of a document that a field reaches: part and place, what happens there, and the fact it comes through.

    Not `is_certain` is a value that was worked out together with others, of which the field need not bear on this one.
    """

    document: str
    part: str
    place: str
    how: str
    fact: str
    is_certain: bool


def where_used(field: str, profiles: Sequence[Path], templates: Path | None = None) -> dict[Use, list[str]]:
    """Give every place that a field, or a section, or `lots[].people` for every lot, reaches, with the commissioning models.

    A figure leads back to just the fields behind it; any other value to all that its fact read.
    """
    wanted = _pattern(field)
    uses: dict[Use, list[str]] = {}
    known: dict[str, None] = {}
    for plan in _plans(profiles, templates):
        known |= dict.fromkeys(name for name, _ in fields_of(plan.profile))
        for prepared in (prepare_document(plan, planned) for planned in plan.documents):
            for use in _uses(prepared, wanted):
                models = uses.setdefault(use, [])
                if plan.model.value not in models:
                    models.append(plan.model.value)
    if not any(wanted.match(name) for name in known):
        last = field.rpartition(".")[2]
        near = get_close_matches(field, known, n=3, cutoff=ALIKE) or [one for one in known if one.rpartition(".")[2] == last][:3]
        hint = f"Did you mean {' or '.join(near)}?" if near else "`packs schema` lists every field."
        raise ProfileError([f"{field}: is not a field of any of these profiles. {hint}"])
    return uses


def unused(profiles: Sequence[Path], templates: Path | None = None) -> dict[Path, list[str]]:
    """Give for each profile the fields that no document of any commissioning model uses."""
    found = {}
    for path in profiles:
        used: set[str] = set()
        fields: list[str] = []
        for plan in _plans([path], templates):
            fields = [name for name, _ in fields_of(plan.profile) if not name.startswith(OF_THE_ROUTE)]
            for planned in plan.documents:
                used |= {read for reads in prepare_document(plan, planned).reads.values() for read in reads}
        found[path] = [name for name in fields if name not in used]
    return found


def _plans(profiles: Iterable[Path], templates: Path | None) -> Iterator[PackPlan]:
    reference = read_reference(INPUTS / "reference")
    for path in profiles:
        profile = read_profile(path)
        for model in CommissioningModel:
            yield plan_request(BuildRequest(path, model, templates=templates), profile, reference, Mode.DRAFT, DOCUMENTS)


def _pattern(field: str) -> re.Pattern[str]:
    """Match a field, all below it, and with [] the entries of a list."""
    return re.compile(re.escape(field).replace(r"\[\]", r"\[[^\]]*\]") + r"(?=$|\.|\[)")


def _uses(prepared: PreparedDocument, wanted: re.Pattern[str]) -> Iterator[Use]:
    name, template = prepared.planned.name, prepared.planned.template
    if any(wanted.match(one) for one in IN_PROPERTIES):
        yield Use(name, PROPERTIES, "", "shows", "", is_certain=True)
    registers: set[str] = set()
    for one in used_places(template.content, template.name, prepared.values):
        fact = _fact(one.path)
        behind, is_certain = _behind(prepared, one.path)
        if fact in {*registers, *(f"has_{register}" for register in REGISTERS)} or not any(wanted.match(path) for path in behind):
            continue
        if fact in REGISTERS:
            registers.add(fact)  # once for the whole register
        place = _CUT_TAG.sub("", TAG.sub("", one.place)).replace(" …”)", "…”)").removesuffix(" (“”)")
        yield Use(name, one.part, place, SHOWS[one.use], fact if fact in REGISTERS else one.path, is_certain=is_certain)


def _behind(prepared: PreparedDocument, path: str) -> tuple[set[str], bool]:
    """Give the profile fields behind a fact's value, and whether it is certain that each of them bears on it."""
    values = list(values_at(prepared.values, path))
    fields = {field for value in values for figure in figures_in(value) for field in figure.fields}
    if fields or (fields := {*needs_of(prepared.values, (path,))}):
        return fields, True
    read = prepared.reads.get(_fact(path), ())
    same = {one for one in read if _ENTRY.sub("[]", one) == path}
    return (same, True) if same else ({*read}, _fact(path) in REGISTERS)


def _fact(path: str) -> str:
    return path.partition(".")[0].removesuffix("[]")

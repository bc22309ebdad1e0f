"""Upkeep of the templates folder: the check over every model, nation and edition, the text mirror, and the shared styles."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.catalogue import DOCUMENTS, documents_for
from pipeline.pack import Mode, PackPlan
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel, Profile, Standing
from pipeline.read import read_profile, read_reference, read_templates
from pipeline.templates import check_templates, restyle_folder, stale_mirrors, unstyled, write_mirrors


def check(templates: Path, inputs: Path) -> list[str]:
    """Check every template against the facts of every locality profile under each commissioning model; a line per fault."""
    return [*check_templates(list(_plans(templates, inputs))), *unstyled(templates)]


def mirror(templates: Path, *, change: bool) -> list[str]:
    """Write the mirror texts, or without `change` say which are stale."""
    return [str(path) for path in write_mirrors(templates)] if change else stale_mirrors(templates)


def restyle(templates: Path, *, change: bool) -> list[str]:
    """Give every Word template the styles of house-style.docx, or without `change` say which differ."""
    return [str(path) for path in restyle_folder(templates)] if change else unstyled(templates)


def _plans(templates: Path, inputs: Path) -> Iterator[PackPlan]:
    reference = read_reference(inputs / "reference")
    profiles = [read_profile(path) for path in sorted((inputs / "localities").glob("*.yaml"))]
    read = read_templates(DOCUMENTS, [("standard", templates)])
    for profile in sorted(profiles, key=_completeness):
        for model in CommissioningModel:
            wanted = {document.template: read[document.template] for document in documents_for(model)}
            yield plan_pack(profile, reference, model, Mode.DRAFT, templates=wanted)


def _completeness(profile: Profile) -> bool:
    """Worked examples first: every figure in them is given, so a fault shows under the simplest case."""
    return profile.standing is not Standing.INVENTED

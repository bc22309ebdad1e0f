"""A starter profile: an authority from the reference data and a date in, the YAML text of a profile to fill in out."""

import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import get_args

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.approvals import ROLES
from pipeline.catalogue import DOCUMENTS
from pipeline.exceptions import OutputError, ReferenceDataError
from pipeline.plan import find_authority
from pipeline.profile import CohortName
from pipeline.read import read_reference
from pipeline.reference import Authority

STARTER_TEMPLATE = "starter-profile.yaml.j2"  # in inputs/reference

COHORTS: tuple[str, ...] = get_args(CohortName)
COUNCIL_OPTIONS = (
    "Open framework across the area",
    "Geographic lots with one provider in each",
    "In-house service",
)
HEALTH_OPTIONS = (
    "Competitive process, one framework for the area",
    "Most suitable provider process",
    "Service run by the health board",
)

_BEFORE = re.compile(r"^(City and County of|City of|County of|Royal Borough of|London Borough of|Council of the) ")
_AFTER = re.compile(
    r" (County Borough Council|County Council|City Council|Borough Council|District Council|Metropolitan Council|Council"
    r"|University Health Board|Health Board)$"
)
_TEACHING = " Teaching"  # Powys Teaching Health Board serves Powys, but its slug must differ from the council's


def area_of(name: str) -> str:
    """Turn an authority's name into its area's: City of Cardiff Council → Cardiff."""
    return _BEFORE.sub("", _AFTER.sub("", name)).removesuffix(_TEACHING)


def slug_of(name: str) -> str:
    """Turn an authority's name into a profile's slug: Powys County Council → powys."""
    plain = unicodedata.normalize("NFKD", _BEFORE.sub("", _AFTER.sub("", name))).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")


def starter_profile(authority: Authority, prepared_on: date, template: str) -> str:
    """Fill the starter template (the text of inputs/reference/starter-profile.yaml.j2) for an authority.

    Every figure is left to be confirmed; only what the reference data gives is filled in.
    """
    is_council, is_welsh = authority.kind == "council", authority.nation == "Wales"
    own = {authority.name_en}
    partners = [one for one in (authority.health_board, authority.partnership_board) if one and one not in own]
    facts = {
        "authority": authority.model_dump(),
        "slug": slug_of(authority.name_en),
        "area": area_of(authority.name_en),
        "prepared_on": prepared_on.isoformat(),
        "cohorts": COHORTS if is_council else COHORTS[2:],
        "partners": partners,
        "kinds": list(dict.fromkeys(document.kind for document in DOCUMENTS)),
        "roles": ROLES,
        "population_note": "StatsWales, mid-year estimates by single year of age"
        if is_welsh
        else "ONS mid-year estimates (Nomis)",
        "social_value": "Well-being goals and community benefit" if is_welsh else "Social value",
        "options": COUNCIL_OPTIONS if is_council else HEALTH_OPTIONS,
    }
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    try:
        return environment.from_string(template).render(facts)
    except TemplateError as error:
        raise ReferenceDataError(f"{STARTER_TEMPLATE}: {error.message}. Put the file back as it was.") from error


def write_starter(name: str, prepared_on: date, reference: Path, folder: Path) -> Path:
    """Write the starter profile of the named authority into a folder; a file that is there already is left alone."""
    authority = find_authority(name, read_reference(reference))
    source = reference / STARTER_TEMPLATE
    try:
        template = source.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReferenceDataError(f"{source}: cannot be read ({error}). Put the file back as it was.") from error
    text = starter_profile(authority, prepared_on, template)
    path = folder / f"{slug_of(authority.name_en)}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as target:
            target.write(text)
    except FileExistsError:
        raise OutputError(f"{path}: is there already. Rename or remove it, or choose another --folder.") from None
    except OSError as error:
        if path.is_file() and path.stat().st_size < len(text):
            path.unlink()
        raise OutputError(f"{path}: cannot be written ({error.strerror}). Check the folder and its permissions.") from None
    return path

"""Profile, reference, commissioning model and mode → the plan of a pack: its documents, editions and templates."""

from collections.abc import Mapping

from pipeline import law
from pipeline.catalogue import DOCUMENTS, documents_for
from pipeline.exceptions import ProfileError
from pipeline.figure import Figure
from pipeline.pack import Document, Edition, Mode, PackPlan, PlannedDocument, Template
from pipeline.profile import CommissioningModel, Nation, Profile
from pipeline.reference import Authority, Reference


def find_authority(name: str, reference: Reference) -> Authority:
    """Find a contracting authority by its English or Welsh name; ProfileError suggests the nearest."""
    for authority in reference.authorities:
        if name.casefold() in {known.casefold() for known in (authority.name_en, authority.name_cy) if known}:
            return authority
    import difflib  # noqa: PLC0415 - only when the name is wrong

    near = difflib.get_close_matches(name, [authority.name_en for authority in reference.authorities], n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(near)}?" if near else "The names are in inputs/reference/authorities.csv."
    raise ProfileError([f"authority.name: {name!r} is not an authority in inputs/reference/authorities.csv. {hint}"])


def authority_of(profile: Profile, reference: Reference) -> Authority:
    """Give the profile's contracting authority: looked up, or as the profile describes an invented one."""
    chosen = profile.authority
    if chosen.invented is None:
        return find_authority(chosen.name, reference)
    return Authority(
        name_en=chosen.name,
        name_cy=chosen.invented.name_cy,
        gss_code="none",
        nation=chosen.invented.nation.value,
        kind=chosen.invented.kind,
        health_board=chosen.invented.health_board,
        partnership_board=chosen.invented.partnership_board,
        source="invented",
        verified=False,
    )


def plan_pack(  # noqa: PLR0913 - each is a noun of the route
    profile: Profile,
    reference: Reference,
    model: CommissioningModel,
    mode: Mode,
    *,
    templates: Mapping[str, Template],
    documents: tuple[Document, ...] = DOCUMENTS,
) -> PackPlan:
    """Plan a pack from a checked profile; ProfileError when the profile does not fit the authority, the nation or the law."""
    authority = authority_of(profile, reference)
    nation = Nation(authority.nation)
    if nation is Nation.ENGLAND and profile.welsh is not None:
        raise ProfileError(["welsh: is given for an English authority. Take the whole section out."])
    _check_kinds(profile, documents)
    start = profile.dates.procurement_start
    law.regime(nation, profile.service.buys, start.value if isinstance(start, Figure) else profile.prepared_on)
    planned = [
        PlannedDocument(document, edition, templates[document.template])
        for document in documents_for(model, documents)
        for edition in Edition
        if edition in document.editions
    ]
    return PackPlan(profile, reference, authority, nation, model, mode, tuple(planned))


def _check_kinds(profile: Profile, documents: tuple[Document, ...]) -> None:
    """Refuse an entry of document control for a kind that the catalogue does not declare; ProfileError names those it does."""
    kinds = list(dict.fromkeys(one.kind for one in (*DOCUMENTS, *documents)))
    control = profile.control
    wrong = [f"control.documents[{one.id}]" for one in control.documents if one.id not in kinds]
    wrong += [
        f"control.approval_roles[{role.id}].documents: {one}"
        for role in control.approval_roles
        for one in role.documents
        if one not in kinds
    ]
    if wrong:
        raise ProfileError([f"{one}: is not a document of the catalogue. Use one of: {', '.join(kinds)}." for one in wrong])

"""What things are called in documents."""

from typing import Literal

from pipeline.reference.base import ModelName, Nation, OwnerRole, Status, Strict, Text


class ModelLabel(Strict):
    """What a commissioning model is called."""

    id: ModelName
    number: int
    name: Text


class EditionLabel(Strict):
    """What an edition is called."""

    id: Literal["internal", "issue"]
    title: Text


class NationLabel(Strict):
    """The bodies and terms of a nation."""

    id: Nation
    inspectorate: Text
    voice_body: Text
    plan_name: Text
    care_act: Text


class ServiceLabel(Strict):
    """What a service is called."""

    id: Literal["social-care", "health-care"]
    title: Text


class RegimeLabel(Strict):
    """What a procurement regime is called."""

    id: Literal["light-touch", "psr-wales", "psr-england"]
    name: Text


class RoleLabel(Strict):
    """What a role of the governance section is called."""

    id: OwnerRole
    title: Text


class Cohort(Strict):
    """A group of people the service is for (IPC discussion paper 2016, section 4)."""

    id: Text
    name: Text
    description: Text


class StandingNotice(Strict):
    """What the cover and every page say about who stands behind the pack; empty where the authority does."""

    id: Literal["authority", "illustrative", "invented"]
    cover: str
    page: str


class WelshTitle(Strict):
    """A document's title in Welsh."""

    id: Text
    title: Text


class WelshWording(Strict):
    """The Welsh of covers and of the statement on tenders, with how far it has been checked."""

    status: Status
    titles: tuple[WelshTitle, ...]
    tender_statement: Text


class Names(Strict):
    """names.yaml: what things are called in documents."""

    models: tuple[ModelLabel, ...]
    editions: tuple[EditionLabel, ...]
    nations: tuple[NationLabel, ...]
    services: tuple[ServiceLabel, ...]
    regimes: tuple[RegimeLabel, ...]
    roles: tuple[RoleLabel, ...]
    cohorts: tuple[Cohort, ...]
    notices: tuple[StandingNotice, ...]
    welsh: WelshWording

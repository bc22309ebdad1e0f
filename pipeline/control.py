"""Document control: the version of a pack's documents, who prepares and approves each, and which roles review a pack."""

from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from pipeline.approvals import ROLES
from pipeline.fields import Date, Slug, Strict, Words, check_distinct


class DocumentControl(Strict):
    """Who prepares one document and who approves it, names or posts; `id` is the document's kind."""

    id: Slug
    prepared_by: Words
    approved_by: Words
    approved_on: Date


class ApprovalRole(Strict):
    """A role whose approval is recorded with `packs approve`, and the kinds of document it approves: all when none is named."""

    id: Slug
    documents: tuple[Slug, ...] = ()


class Control(Strict):
    """The version that every document of the pack carries, and an entry for each document; one without is to be confirmed.

    `approval_roles` are those who approve the documents before the pack goes out. Which kinds of document there are is the
    catalogue's to say, so they are checked when the pack is planned.
    """

    version: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$")]
    documents: tuple[DocumentControl, ...] = ()
    approval_roles: tuple[ApprovalRole, ...] = tuple(ApprovalRole(id=role) for role in ROLES)

    @model_validator(mode="after")
    def _once(self) -> Self:
        check_distinct("documents ids", [one.id for one in self.documents])
        check_distinct("approval_roles ids", [one.id for one in self.approval_roles])
        return self

"""Document control: the version of a pack's documents, and who prepares and approves each."""

from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from pipeline.fields import Date, Slug, Strict, Words, check_distinct


class DocumentControl(Strict):
    """Who prepares one document and who approves it, names or posts; `id` is the document's kind."""

    id: Slug
    prepared_by: Words
    approved_by: Words
    approved_on: Date


class Control(Strict):
    """The version that every document of the pack carries, and an entry for each document; one without is to be confirmed.

    Which kinds there are is the catalogue's to say, so they are checked when the pack is planned.
    """

    version: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$")]
    documents: tuple[DocumentControl, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        check_distinct("documents ids", [one.id for one in self.documents])
        return self

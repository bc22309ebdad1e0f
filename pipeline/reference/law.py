"""Contracting authorities and the legal register."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pipeline.reference.base import DateStatus, Entry, Nation, Nations, OptionalDate, OptionalText, Strict, Text, Topic


class Authority(Strict):
    """One row of authorities.csv: a contracting authority; verified is "no" when any field of the row was not seen."""

    name_en: Text
    name_cy: OptionalText
    gss_code: Text
    nation: Nation
    kind: Literal["council", "health-board"]
    health_board: OptionalText
    partnership_board: OptionalText
    source: Text
    verified: bool


class Provision(Entry):
    """One entry of the legal register. An empty end date with to_status "confirmed" means no end is known or expected.

    `standing` says how an entry without a start date is read; `part_of` names the instrument a section belongs to.
    """

    id: Text
    nation: Nations
    title: Text
    short: Text
    part_of: OptionalText
    effective_from: OptionalDate
    from_status: DateStatus
    effective_to: OptionalDate
    to_status: DateStatus
    date_note: OptionalText
    standing: Literal["in-force", "ended", "planned", "to-be-confirmed"]
    supersedes: OptionalText
    why_it_matters: Text
    topics: Annotated[tuple[Topic, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _dates_are_honest(self) -> Self:
        """Refuse a confirmed start that is missing and a period that runs backwards."""
        if self.effective_from is None and self.from_status == "confirmed":
            raise ValueError(f"{self.id}: effective_from is missing, so from_status must be to-be-confirmed.")
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError(f"{self.id}: effective_to is before effective_from. Correct one of them.")
        return self


class SupersededName(Entry):
    """A name found in older material and what stands in its place today."""

    old: Text
    new: Text
    note: Text


class LegalRegister(Strict):
    """legal-register.yaml: provisions and superseded names."""

    provisions: tuple[Provision, ...]
    superseded_names: tuple[SupersededName, ...]

"""Document control: the version of a document, and who prepares and approves it."""

from pipeline.facts import Row
from pipeline.figure import Unknown
from pipeline.pack import Edition, PackPlan

SIGNED = ("prepared_by", "approved_by", "approved_on")


def document_control(plan: PackPlan, kind: str, edition: Edition) -> Row:
    """Give a document's version and, in the internal edition, who answers for it; without an entry that is to be confirmed."""
    given = plan.profile.control
    if edition is not Edition.INTERNAL:
        return {"version": given.version}
    entry = next((one for one in given.documents if one.id == kind), None)
    waiting = {name: Unknown(needs=(f"control.documents[{kind}].{name}",)) for name in SIGNED}
    return {"version": given.version, **{name: waiting[name] if entry is None else getattr(entry, name) for name in SIGNED}}

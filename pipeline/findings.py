"""What a reader of a pack has to know beyond its documents: what is outstanding, late or unchecked."""

from collections.abc import Iterable, Sequence

from pipeline.contexts import notes_of
from pipeline.facts.thread import LINKS
from pipeline.manifest import Predecessor
from pipeline.pack import Finding, Mode, PackPlan, PreparedDocument, RenderedDocument, Severity
from pipeline.timetable import timetable_findings, timetable_of

NO_NOTE = "Give value, source, as_at and status in the profile."
BLOCKING = {
    Mode.DRAFT: frozenset({Severity.FAULT}),
    Mode.FINAL: frozenset({Severity.FAULT, Severity.OUTSTANDING, Severity.INFEASIBLE}),
}


def pack_findings(
    plan: PackPlan, documents: Sequence[RenderedDocument], supersedes: Predecessor | None = None
) -> tuple[Finding, ...]:
    """The findings of a whole pack, the gravest first."""
    found = (_outstanding(plan, documents), _succession(plan, supersedes), _timetable(plan), _thread(documents), _unchecked(plan))
    return tuple(one for group in found for one in group)


def foreseen_findings(
    plan: PackPlan, documents: Sequence[PreparedDocument], supersedes: Predecessor | None = None
) -> tuple[Finding, ...]:
    """The findings of a whole pack that are known before any document is rendered."""
    return (*_outstanding(plan, documents), *_succession(plan, supersedes), *_timetable(plan))


def blocking(findings: Iterable[Finding], mode: Mode) -> tuple[Finding, ...]:
    """The findings that forbid writing a pack in a mode."""
    return tuple(finding for finding in findings if finding.severity in BLOCKING[mode])


def outstanding_needs(documents: Iterable[RenderedDocument | PreparedDocument]) -> tuple[str, ...]:
    """The profile fields the pack's documents wait for."""
    return tuple(sorted({need for document in documents for need in document.needs}))


def _outstanding(plan: PackPlan, documents: Sequence[RenderedDocument | PreparedDocument]) -> Iterable[Finding]:
    notes = notes_of(plan.profile)
    for need in outstanding_needs(documents):
        kinds = dict.fromkeys(document.planned.document.kind for document in documents if need in document.needs)
        advice = notes.get(need) or NO_NOTE
        yield Finding(Severity.OUTSTANDING, ", ".join(kinds), need, f"to be confirmed. {advice}")


def _succession(plan: PackPlan, supersedes: Predecessor | None) -> Iterable[Finding]:
    """Two packs that bidders may hold side by side may not carry the same version."""
    if supersedes is not None and supersedes.version == plan.profile.control.version:
        message = f"is still {supersedes.version}, which was issued. Give this pack a version of its own in the profile."
        yield Finding(Severity.OUTSTANDING, "pack", "control.version", message)


def _timetable(plan: PackPlan) -> Iterable[Finding]:
    for severity, message in timetable_findings(timetable_of(plan)):
        yield Finding(Severity(severity), "pack", "timetable", message)


def _thread(documents: Sequence[RenderedDocument]) -> Iterable[Finding]:
    """Report every id of the golden thread that leads to nothing a document of the pack shows."""
    known = {one for document in documents for one in (*document.ids, *_keys(document))}
    for document in documents:
        shown = (value for kind in LINKS for value in document.facts.get(f"golden_thread[].{kind}", ()))
        for lost in sorted({one for value in shown for one in str(value).split(", ") if one} - known):
            message = "leads to nothing in this pack. Correct the link, or the template that held the id."
            yield Finding(Severity.OUTSTANDING, document.planned.document.kind, f"golden-thread.yaml: {lost}", message)


def _keys(document: RenderedDocument) -> Iterable[str]:
    """Give the ids a document shows as the key of a row: kpis[].id, price_lines[].id."""
    return (str(value) for path, values in document.facts.items() if path.endswith("].id") for value in values)


def _unchecked(plan: PackPlan) -> Iterable[Finding]:
    if not plan.authority.verified and plan.profile.authority.invented is None:
        yield Finding(Severity.NOTE, "pack", "authority", f"not every detail was seen in a source: {plan.authority.source}")
    welsh = plan.profile.welsh
    if welsh is not None and welsh.bilingual_cover and plan.reference.names.welsh.status != "confirmed":
        yield Finding(Severity.NOTE, "pack", "names.yaml: welsh", "the Welsh wording has not been checked by a translator")

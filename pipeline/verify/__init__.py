"""Verifying: the finished pack read back as a reader would → findings."""

from pipeline.pack import Finding, RenderedDocument, Severity
from pipeline.verify.detached import for_its_editor
from pipeline.verify.left_over import values_like_tags
from pipeline.verify.word import verify_word
from pipeline.verify.workbook import verify_workbook

__all__ = ["verify_detached", "verify_document"]


def verify_document(document: RenderedDocument) -> tuple[Finding, ...]:
    """Read a finished document back and report every fault in it."""
    check = verify_word if document.planned.document.suffix == ".docx" else verify_workbook
    return check(document.content, document.planned.name, document.planned.edition, values_like_tags(document.facts))


def verify_detached(document: RenderedDocument) -> tuple[Finding, ...]:
    """Read a document back that a person keeps as edited; what is wrong with it is outstanding."""
    try:
        faults = verify_document(document)
    except Exception as error:  # noqa: BLE001 - a person may have saved anything there
        message = f"cannot be read as a document ({error})"
        return (Finding(Severity.OUTSTANDING, document.planned.document.kind, document.planned.name, message),)
    return for_its_editor(document, faults)

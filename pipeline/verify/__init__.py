"""Verifying: the finished pack read back as a reader would → findings."""

from pipeline.pack import Finding, RenderedDocument
from pipeline.verify.left_over import values_like_tags
from pipeline.verify.word import verify_word
from pipeline.verify.workbook import verify_workbook

__all__ = ["verify_document"]


def verify_document(document: RenderedDocument) -> tuple[Finding, ...]:
    """Read a finished document back and report every fault in it."""
    check = verify_word if document.planned.document.suffix == ".docx" else verify_workbook
    return check(document.content, document.planned.name, document.planned.edition, values_like_tags(document.facts))

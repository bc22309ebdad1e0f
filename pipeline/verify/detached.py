"""What a reader would object to in a document that a person keeps as edited → one finding, with what that person can do."""

import re
from collections.abc import Sequence

from pipeline.pack import Finding, RenderedDocument, Severity

INSPECT = "Take it out in the program it was edited in (in Word and Excel: File > Info > Inspect Document)"
_COMMENTS = re.compile(r"(word/(comments\w*|people)|xl/(comments|threadedComments|persons)[/\w]*)\.xml")
_AUTHOR = re.compile(r"names an author \((.*)\)")
_MARKUP = re.compile(r".*: w:\w+")


def for_its_editor(document: RenderedDocument, faults: Sequence[Finding]) -> tuple[Finding, ...]:
    """Tell the faults of a document edited by hand to those who edited it; it is theirs to mend, not the template's."""
    kind, path = document.planned.document.kind, document.planned.name
    said = ", ".join(dict.fromkeys(map(_words, faults)))
    message = f"edited by hand: {said}. {INSPECT}, or build with --replace {path}."
    return (Finding(Severity.OUTSTANDING, kind, path, message),) if faults else ()


def _words(fault: Finding) -> str:
    """Say what a fault is, without the advice that is for templates."""
    what = fault.message.partition(";")[0]
    if author := _AUTHOR.fullmatch(what):
        return f"names {author[1]}"
    if _COMMENTS.fullmatch(fault.place):
        return "has comments"
    return what if _MARKUP.fullmatch(fault.place) else f"{fault.place} {what}"

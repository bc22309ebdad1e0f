"""Errors that stop a run. Each message says where, what, and what to do.

PipelineError
├── ProfileError     a locality profile cannot be used (every problem in the file at once)
├── ReferenceDataError  a file under inputs/reference cannot be used
├── CatalogueError   a document declaration is wrong
├── TemplateError    a template is missing, is not a Word or Excel file, or holds a bad tag
├── DocumentError    a file given to be read is not a Word or Excel file
├── RenderError      a template and a context do not fit
├── RefusedError     the pack was made but may not be written (findings say why)
└── OutputError      the result cannot be written
"""

from collections.abc import Sequence


class PipelineError(Exception):
    """Base of every error a user can put right; the command line prints it and exits 1."""


class ProfileError(PipelineError):
    """A locality profile cannot be used; `problems` lists every fault found in the file."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Take one line per problem, each with file, field, what is wrong and what to do."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class ReferenceDataError(PipelineError):
    """A file under inputs/reference is missing or cannot be used."""


class CatalogueError(PipelineError):
    """A document declaration is wrong."""


class TemplateError(PipelineError):
    """A template is missing, is not a Word or Excel file, or holds a tag that cannot be used."""


class DocumentError(PipelineError):
    """A file given to be read is not a Word or Excel file, or cannot be read."""


class RenderError(PipelineError):
    """A template asks for something its context does not give, or a value cannot be written."""


class RefusedError(PipelineError):
    """The pack was assembled but its findings forbid writing it in the chosen mode."""

    def __init__(self, message: str, findings: Sequence[str]) -> None:
        """Take the sentence that says why and a line per finding."""
        self.findings = tuple(findings)
        super().__init__("\n".join((message, *self.findings)))


class OutputError(PipelineError):
    """The pack cannot be written to the output folder."""

"""A rendered Word document on its way to finishing: the pieces of the parts that hold data, and all other parts as they are."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from pipeline.render.scan import Scan


@dataclass(frozen=True, eq=False)
class Package:
    """What every document of a template has alike: the parts without data, and the highest number of a bookmark in any part."""

    parts: Mapping[str, bytes] = field(repr=False)
    last_bookmark: int = 0


@dataclass(frozen=True)
class RenderedWord:
    """A rendered document.

    `pieces` are the texts of each part that holds data, the document itself first; `scans` what was found beforehand in those
    that come from the template; `styles` those that tell finishing something. `fallback` says why docxtpl itself had to
    render the document, "" where it had not.
    """

    package: Package
    pieces: Mapping[str, Sequence[str]] = field(repr=False)
    scans: Mapping[str, Scan] = field(repr=False)
    styles: AbstractSet[str] = field(repr=False)
    fallback: str = ""

    def parts(self) -> dict[str, bytes]:
        """Give all parts of the document as it stands, unfinished."""
        return {**self.package.parts, **{part: "".join(pieces).encode() for part, pieces in self.pieces.items()}}

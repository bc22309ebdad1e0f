"""Where each unknown stands: a document's paragraphs in, in order; the places that wait for a field out, in words."""

from pipeline.render.marks import MARK, UNKNOWN, needs_in

OPENING = frozenset({"Heading1", "AppendixHeading", "ContentsHeading"})
"""The styles of the headings that name a place: sections, appendices, and the pages before the first section."""

COVER, MARGIN = "Cover", "Header or footer"
UNSEEN = "Decides which text is printed"


class Places:
    """Collects, for each field, the headings under which an unknown waits for it."""

    def __init__(self) -> None:
        """Start on the cover, with nothing found."""
        self._here = COVER
        self._found: dict[str, set[str]] = {}
        self._order: dict[str, None] = {}

    def read(self, style: str, label: str, text: str) -> None:
        """Read the next paragraph: its style, the number Word gives it, and its text with the marks still in it."""
        if style in OPENING:
            self._here = f"{label} {_without_marks(text)}".strip()
        for need in needs_in(text):
            self._order[self._here] = None
            self._found.setdefault(need, set()).add(self._here)

    def leave_body(self) -> None:
        """Go on to what stands in the margin of every page."""
        self._here = MARGIN

    def words(self, fields: str) -> str:
        """Name the places that wait for a field, or for any of several with semicolons between: `4 Profile; 16 Budget`."""
        wanted = [self._found.get(field.strip(), set()) for field in fields.split(";")]
        seen = [place for place in self._order if any(place in found for found in wanted)]
        return "; ".join(seen) or UNSEEN


def _without_marks(text: str) -> str:
    return MARK.sub(lambda found: found[2] if found[1] == UNKNOWN else "", text).strip()

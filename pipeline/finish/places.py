"""Where each unknown stands: headings and what waits under each in; the places that wait for a field out, in words."""

from collections.abc import Iterable

from pipeline.render.scan import CONTENTS_HEADING, HEADINGS

OPENING = frozenset({CONTENTS_HEADING, *(style for style, level in HEADINGS.items() if level == 1)})
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

    def enter(self, label: str, text: str) -> None:
        """Go on to a heading, by the number Word gives it and its words."""
        self._here = f"{label} {text}".strip()

    def note(self, needs: Iterable[str]) -> None:
        """Note fields that something waits for here."""
        for need in needs:
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

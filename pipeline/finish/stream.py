"""One part's pieces → its finished pieces: commentary dropped, paragraphs and captions numbered, marks replaced.

What the template says is read from what was found in it beforehand (pipeline.render.scan); only values are looked into here. What
depends on the rest of the document (numbers referred to, places, the contents list) leaves a gap that is filled at the end.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from html import unescape
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from pipeline.exceptions import RenderError
from pipeline.finish.fragments import bookmark_name, opened, run_of, styled
from pipeline.finish.numbering import Numbering
from pipeline.finish.places import OPENING, Places
from pipeline.render.marks import ANCHOR, CONTENTS, MARK, START, UNKNOWN, parts_of
from pipeline.render.scan import (
    BLANKS,
    CLOSES,
    COMMENTARY,
    COUNTS,
    HEADINGS,
    INSIDE,
    OPENS,
    Scan,
    after,
    plain_count,
    scan,
    texts_of,
)

UNKNOWN_STYLE = "ToBeConfirmed"
_RUN_END = "</w:t></w:r>"
_CLOSED = ("</w:p>", "<w:p/>")


class Heading(NamedTuple):
    """A heading for the contents list: its level, the number Word gives it, its words, and the bookmark round it."""

    level: int
    label: str
    text: str
    bookmark: str


class Gap(NamedTuple):
    """A place among the finished pieces that is filled at the end: what belongs there, for what, in which formatting."""

    at: int
    kind: str
    payload: str
    formatting: str


@dataclass
class Shared:
    """What all parts of a document have in common while they are finished."""

    name: str
    styles: AbstractSet[str]
    scans: Mapping[str, Scan]
    numbers: Iterator[int]
    is_issue: bool
    places: Places = field(default_factory=Places)
    labels: dict[str, str] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)


@dataclass
class _Paragraph:
    """An open paragraph: where it begins, where its content does, its style and label, and what goes before its end."""

    at: int
    content: int
    style: str = ""
    label: str = ""
    ends: str = ""
    needs: list[str] = field(default_factory=list)
    is_contents: bool = False


class Finisher:
    """Finishes one part; `made` are its pieces and `gaps` what is still to be filled in."""

    def __init__(self, shared: Shared, numbering: Numbering | None) -> None:
        """Take what the parts share, and the numbering of the document itself; other parts number nothing."""
        self.shared = shared
        self.numbering = numbering
        self.made: list[str] = []
        self.gaps: list[Gap] = []
        self.paragraphs: list[_Paragraph] = []
        self.state: tuple[Any, ...] = ()  # where the last piece of markup ended (pipeline.render.scan)
        self.ended = -1  # how many pieces there were then
        self.is_closed = False  # a run that a mark ended waits to be opened again
        self.is_emptied = False  # a paragraph was dropped; what held it may need another
        self.dropped = 0  # how many paragraphs deep in commentary that is dropped
        self.counted: Counter[str] = Counter()

    def finish(self, given: Iterable[str]) -> None:
        """Finish the pieces of the part."""
        scans, made = self.shared.scans, self.made
        for piece in given:
            found = scans.get(piece)
            if found is not None:
                self._known(piece, found)
            elif "<" in piece:
                for one in _split(piece):
                    self._known(one, scan(one, self.shared.styles)) if "<" in one else self._value(one)
            elif self.dropped:
                continue
            elif START in piece or self.is_closed:
                self._value(piece)
            else:
                made.append(piece)

    def _known(self, piece: str, found: Scan) -> None:
        """Put in a piece of markup, with what its events ask for."""
        events, end = found
        at = self._begin(piece) if (self.is_closed or self.is_emptied) and not self.dropped else 0
        for begin, kind, upto, says in events:
            if kind == OPENS:
                self._open(piece[at:begin], piece[begin:upto], *says)
            elif kind == CLOSES:
                self._close(piece[at:begin], piece[begin:upto])
            elif self.numbering is None or self.dropped:
                self._put(piece[at:upto])
            elif kind == COUNTS:
                self._put(piece[at:begin] + self._number(*says))
            elif kind == BLANKS:
                self._put(piece[at:begin])
            at = upto
            if self.is_emptied:
                self._hold(piece[at:])
        if at < len(piece):
            self._put(piece[at:] if at else piece)
        if end:
            self.state = after(self.state, end)
            self.ended = len(self.made)

    def _put(self, text: str) -> None:
        if text and not self.dropped:
            self.made.append(text)

    def _begin(self, piece: str) -> int:
        """Begin a piece after a mark or a dropped paragraph: open the run again where the piece goes on in it."""
        if self.is_emptied:
            self._hold(piece)
        if not self.is_closed:
            return 0
        self.is_closed = False
        if piece.startswith(_RUN_END):
            return len(_RUN_END)
        if piece.startswith("</w:t>"):
            self.made.append(f"<w:r>{self.state[1]}")
            return len("</w:t>")
        self.made.append(opened(self.state[1]))
        return 0

    def _hold(self, rest: str) -> None:
        """Put a paragraph where the one that was dropped was the last: a cell, header or footer must hold one."""
        if rest:
            self.is_emptied = False
            before = next((one for one in reversed(self.made) if one), "")
            if rest.startswith("</") and not rest.startswith("</w:body>") and not before.endswith(_CLOSED):
                self.made.append("<w:p/>")

    def _open(self, before: str, opened: str, style: str, number: Any) -> None:
        if self.dropped or (self.shared.is_issue and style == COMMENTARY):
            self._put(before)
            self.dropped += 1
            return
        made = self.made
        made += [before, opened, ""]
        paragraph = _Paragraph(len(made) - 2, len(made) - 1, style)
        if self.numbering is not None:
            paragraph.label = self.numbering.label(style, number)
        self.paragraphs.append(paragraph)

    def _close(self, before: str, closing: str) -> None:
        if self.dropped:
            self.dropped -= 1
            self.is_emptied = not self.dropped
            return
        made = self.made
        made.append(before)
        if not self.paragraphs:
            made.append(closing)
            return
        paragraph = self.paragraphs.pop()
        if self.numbering is not None and (paragraph.style in OPENING or paragraph.style in HEADINGS):
            self._heading(paragraph)
        if paragraph.is_contents:
            del made[paragraph.at :]
            self.gaps = [gap for gap in self.gaps if gap.at < paragraph.at]
            self._gap(CONTENTS, "", "")
        else:
            made.append(f"{paragraph.ends}{closing}")

    def _heading(self, paragraph: _Paragraph) -> None:
        """Take a heading into the contents list, and note what waits under it."""
        shared = self.shared
        text = "".join(texts_of("".join(self.made[paragraph.content :]))).strip()
        if paragraph.style in OPENING:
            shared.places.enter(paragraph.label, text)
        shared.places.note(paragraph.needs)
        if level := HEADINGS.get(paragraph.style):
            shared.headings.append(Heading(level, paragraph.label, text, f"_Toc{len(shared.headings) + 1:06d}"))
            self._enclose(paragraph, shared.headings[-1].bookmark)

    def _enclose(self, paragraph: _Paragraph, bookmark: str) -> None:
        """Put a bookmark round a paragraph's content."""
        number = next(self.shared.numbers)
        opened = f'<w:bookmarkStart w:id="{number}" w:name="{escape(bookmark)}"/>'
        self.made[paragraph.content] = opened + self.made[paragraph.content]
        paragraph.ends += f'<w:bookmarkEnd w:id="{number}"/>'

    def _number(self, code: str, before: str, closing: str) -> str:
        """Count a caption."""
        name = plain_count(code).casefold()
        if not name:
            caption = f"{self.shared.name}: the caption field {{{code.strip()}}}"
            raise RenderError(f"{caption} does more than count. Insert the caption again from Word.")
        self.counted[name] += 1
        return f"{before}{self.counted[name]}{closing}"

    def _value(self, text: str) -> None:
        """Put in the text of a value: its marks become what they stand for, each in a run of its own."""
        if self.dropped:
            return
        for kind, payload, needs in parts_of(str(text)):
            if kind:
                self._mark(kind, payload, needs)
            elif self.is_closed:
                self.made += [opened(self.state[1]), payload]
                self.is_closed = False
            else:
                self.made.append(payload)

    def _mark(self, kind: str, payload: str, needs: str) -> None:
        if not self.paragraphs or not self.state or self.state[0] != INSIDE:
            raise RenderError(f"{self.shared.name}: a value stands where Word holds no text. Move its tag into ordinary text.")
        _, formatting, length = self.state
        paragraph = self.paragraphs[-1]
        if not self.is_closed:
            self._end_run(length)
        if kind == UNKNOWN:
            self.made.append(run_of(payload, styled(formatting, UNKNOWN_STYLE)))
            self._note(paragraph, unescape(needs))
        elif kind == ANCHOR:
            self._anchor(paragraph, unescape(payload))
        elif kind == CONTENTS:
            paragraph.is_contents = True
        else:
            self._gap(kind, unescape(payload), formatting)

    def _end_run(self, length: int) -> None:
        """End the run that a mark stands in; one that nothing stands in yet is taken back."""
        self.is_closed = True
        if length >= 0 and self.ended == len(self.made):
            self.made[-1] = self.made[-1][:-length]
        else:
            self.made.append(_RUN_END)

    def _note(self, paragraph: _Paragraph, needs: str) -> None:
        if needs and (self.numbering is None or paragraph.style not in OPENING):
            self.shared.places.note(needs.split(";"))
        elif needs:
            paragraph.needs += needs.split(";")

    def _anchor(self, paragraph: _Paragraph, key: str) -> None:
        labels = self.shared.labels
        if self.numbering is not None:
            if key in labels:
                raise RenderError(f"{self.shared.name}: the id {key} is given twice. Give each clause its own id.")
            labels[key] = paragraph.label
        self._enclose(paragraph, bookmark_name(key))

    def _gap(self, kind: str, payload: str, formatting: str) -> None:
        self.gaps.append(Gap(len(self.made), kind, payload, formatting))
        self.made.append("")


def _split(piece: str) -> Iterator[str]:
    """Divide markup that was not read beforehand at its marks."""
    at = 0
    for found in MARK.finditer(piece):
        if found.start() > at:
            yield piece[at : found.start()]
        yield found[0]
        at = found.end()
    if at < len(piece):
        yield piece[at:]

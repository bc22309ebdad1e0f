"""One part's pieces → its finished pieces: commentary dropped, paragraphs and captions numbered, marks replaced.

What the template says is read from what was found in it beforehand (pipeline.render.scan); only values are looked into here. What
depends on the rest of the document (numbers referred to, places, the contents list) leaves a gap that is filled at the end.
"""

import re
from collections import Counter
from collections.abc import Iterable
from html import unescape
from typing import Any
from xml.sax.saxutils import escape

from pipeline.exceptions import RenderError
from pipeline.finish.fragments import bookmark_name, opened, run_of, styled
from pipeline.finish.numbering import Numbering
from pipeline.finish.places import OPENING
from pipeline.finish.shared import Gap, Heading, Paragraph, Shared
from pipeline.render.marks import ANCHOR, CONTENTS, START, UNKNOWN, parts_of, split_at_marks
from pipeline.render.scan import (
    CLOSES,
    COMMENTARY,
    COUNTS,
    HEADINGS,
    INSIDE,
    OPENS,
    OUTSIDE,
    PLAIN,
    Scan,
    SplitFieldError,
    after,
    plain_count,
    scan,
    texts_of,
)

UNKNOWN_STYLE = "ToBeConfirmed"
_OWN_RUN = frozenset({OUTSIDE, INSIDE})
_RUN_END = "</w:t></w:r>"
_OPENED = re.compile(r"<w:p(?:\s[^>]*)?(?<!/)>(?:<w:pPr>.*?</w:pPr>|<w:pPr/>)?", re.DOTALL)
_SECTION = re.compile(r"<w:sectPr[\s>].*</w:sectPr>|<w:sectPr[^>]*/>", re.DOTALL)
_CLOSED = ("</w:p>", "<w:p/>")


class Finisher:
    """Finishes one part; `made` are its pieces and `gaps` what is still to be filled in."""

    def __init__(self, shared: Shared, numbering: Numbering | None) -> None:
        """Take what the parts share, and the numbering of the document itself; other parts number nothing."""
        self.shared = shared
        self.numbering = numbering
        self.made: list[str] = []
        self.gaps: list[Gap] = []
        self.paragraphs: list[Paragraph | None] = []  # open ones that tell something, and None for others within those
        self.state: tuple[Any, ...] = ()  # where the last piece of markup ended (pipeline.render.scan)
        self.last = ""  # and the last piece that was put in then
        self.is_dropped = False  # within commentary that is dropped
        self.is_broken = False  # the next markup needs one of these:
        self.is_closed = False  # - a run that a mark ended has to be opened again
        self.is_emptied = False  # - what held a dropped paragraph may need another
        self.counted: Counter[str] = Counter()
        self.read: dict[str, Scan] = {}  # markup that was not read beforehand

    def finish(self, given: Iterable[str]) -> None:
        """Finish the pieces of the part."""
        scans, made, paragraphs = self.shared.scans, self.made, self.paragraphs
        for piece in given:
            found = scans.get(piece)
            if found is not None:
                if paragraphs or self.is_broken or not found[2]:
                    self._known(piece, found)
                    continue
                made.append(piece)
                if found[1]:
                    self.state, self.last = found[1] if found[1][0] in _OWN_RUN else after(self.state, found[1]), piece
            elif "<" in piece:
                self._unknown(piece)
            elif START in piece or self.is_broken:
                self._value(piece)
            elif not self.is_dropped:
                made.append(piece)

    def _unknown(self, piece: str) -> None:
        """Put in markup that was not read beforehand."""
        for one in split_at_marks(piece):
            if "<" not in one:
                self._value(one)
                continue
            if one not in self.read:
                self.read[one] = self._scanned(one)
            self._known(one, self.read[one])

    def _scanned(self, piece: str) -> Scan:
        try:
            return scan(piece, self.shared.styles)
        except SplitFieldError as error:
            caption = f"{self.shared.name}: the caption “{error}”" if str(error) else f"{self.shared.name}: a caption"
            raise RenderError(f"{caption} has a tag in its number, which is counted. Take the tag out of the number.") from None

    def _known(self, piece: str, found: Scan) -> None:
        """Put in a piece of markup, with what its events ask for."""
        events, end, _ = found
        at = self._begin(piece) if self.is_broken and not self.is_dropped else 0
        for begin, kind, upto, says in events:
            if kind == PLAIN:
                if self.paragraphs:
                    self.paragraphs.append(None)
            elif kind == CLOSES and not (self.paragraphs and self.paragraphs[-1]):
                del self.paragraphs[-1:]
            else:
                self._act(kind, piece[at:begin], piece[begin:upto], says)
                at = upto
                if self.is_emptied:
                    self._hold(piece[at:])
        if not self.is_dropped:
            self.made.append(piece[at:] if at else piece)
        if end:
            self.state = after(self.state, end)
            self.last = self.made[-1] if self.made else ""

    def _act(self, kind: int, before: str, text: str, says: tuple[Any, ...]) -> None:
        """Put in what stands before an event and what the event asks for."""
        if kind == OPENS:
            self._open(before, text, *says)
        elif kind == CLOSES:
            self._close(before, text)
        elif self.numbering is None or self.is_dropped:
            self._put(before + text)
        elif kind == COUNTS:
            self._put(before + self._number(*says))
        else:
            self._put(before)

    def _put(self, text: str) -> None:
        if text and not self.is_dropped:
            self.made.append(text)

    def _begin(self, piece: str) -> int:
        """Begin a piece after a mark or a dropped paragraph: open the run again where the piece goes on in it."""
        self.is_broken = False
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
            self.is_emptied = self.is_broken = False
            before = next((one for one in reversed(self.made) if one), "")
            if rest.startswith("</") and not rest.startswith("</w:body>") and not before.endswith(_CLOSED):
                self.made.append("<w:p/>")

    def _open(self, before: str, text: str, style: str, number: Any) -> None:
        self._put(before)
        if self.is_dropped:
            self.paragraphs.append(None)
            return
        if self.shared.is_issue and style == COMMENTARY:
            if section := _SECTION.search(text):
                self.made.append(f"<w:p><w:pPr>{section[0]}</w:pPr></w:p>")  # where a section ends, a paragraph says so
            self.is_dropped = True
            self.paragraphs.append(_DROPPED)
            return
        made = self.made
        made += (text, "")
        paragraph = Paragraph(len(made) - 2, len(made) - 1, style)
        if self.numbering is not None:
            paragraph.label = self.numbering.label(style, number)
        self.paragraphs.append(paragraph)

    def _close(self, before: str, closing: str) -> None:
        made = self.made
        self._put(before)
        paragraph = self.paragraphs.pop() if self.paragraphs else None
        if paragraph is _DROPPED:
            self.is_dropped, self.is_emptied, self.is_broken = False, True, True
            return
        if paragraph is None:
            self._put(closing)
            return
        if self.numbering is not None and (paragraph.style in OPENING or paragraph.style in HEADINGS):
            self._heading(paragraph)
        if paragraph.is_contents:
            del made[paragraph.at :]
            self.gaps = [gap for gap in self.gaps if gap.at < paragraph.at]
            self._gap(CONTENTS, "", "")
        else:
            made.append(f"{paragraph.ends}{closing}")

    def _heading(self, paragraph: Paragraph) -> None:
        """Take a heading into the contents list, and note what waits under it."""
        shared = self.shared
        text = "".join(texts_of("".join(self.made[paragraph.content :]))).strip()
        if paragraph.style in OPENING:
            shared.places.enter(paragraph.label, text)
        shared.places.note(paragraph.needs)
        if level := HEADINGS.get(paragraph.style):
            shared.headings.append(Heading(level, paragraph.label, text, f"_Toc{len(shared.headings) + 1:06d}"))
            self._enclose(paragraph, shared.headings[-1].bookmark)

    def _enclose(self, paragraph: Paragraph, bookmark: str) -> None:
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
        if self.is_dropped:
            return
        for kind, payload, needs in parts_of(str(text)):
            if kind:
                self._mark(kind, payload, needs)
            elif self.is_closed:
                self.made += (opened(self.state[1]), payload)
                self.is_closed = self.is_broken = False
            else:
                self.made.append(payload)

    def _mark(self, kind: str, payload: str, needs: str) -> None:
        if not self.state or self.state[0] != INSIDE:
            raise RenderError(f"{self.shared.name}: a value stands where Word holds no text. Move its tag into ordinary text.")
        _, formatting, length = self.state
        if not self.is_closed:
            self._end_run(length)
        if kind == UNKNOWN:
            self.made.append(run_of(payload, styled(formatting, UNKNOWN_STYLE)))
            self._note(unescape(needs))
        elif kind == ANCHOR:
            self._anchor(unescape(payload))
        elif kind == CONTENTS:
            self._located().is_contents = True
        else:
            self._gap(kind, unescape(payload), formatting)

    def _end_run(self, length: int) -> None:
        """End the run that a mark stands in; one that nothing stands in yet is taken back."""
        self.is_closed = self.is_broken = True
        if length >= 0 and self.made[-1] is self.last:
            self.made[-1] = self.made[-1][:-length]
        else:
            self.made.append(_RUN_END)

    def _note(self, needs: str) -> None:
        """Note what waits here; in a heading, what waits under it."""
        if needs:
            here = self.paragraphs[-1] if self.paragraphs else None
            if here is not None and here.style in OPENING and self.numbering is not None:
                here.needs += needs.split(";")
            else:
                self.shared.places.note(needs.split(";"))

    def _anchor(self, key: str) -> None:
        paragraph, labels = self._located(), self.shared.labels
        if self.numbering is not None:
            if key in labels:
                raise RenderError(f"{self.shared.name}: the id {key} is given twice. Give each clause its own id.")
            labels[key] = paragraph.label
        self._enclose(paragraph, bookmark_name(key))

    def _located(self) -> Paragraph:
        """Give the open paragraph, looked up among the pieces when it is one that tells nothing."""
        here = self.paragraphs[-1] if self.paragraphs else None
        if here is None:
            made = self.made
            place = next(place for place in reversed(range(len(made))) if _OPENED.search(made[place]))
            *_, found = _OPENED.finditer(made[place])
            text = made[place]
            made[place : place + 1] = [text[: found.start()], found[0], "", text[found.end() :]]
            self.gaps = [gap._replace(at=gap.at + 3) if gap.at > place else gap for gap in self.gaps]
            here = Paragraph(place + 1, place + 2)
            self.paragraphs[-1:] = [here]
        return here

    def _gap(self, kind: str, payload: str, formatting: str) -> None:
        self.gaps.append(Gap(len(self.made), kind, payload, formatting))
        self.made.append("")


_DROPPED = Paragraph(0, 0)

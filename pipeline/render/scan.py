"""A piece of a part's XML → what finishing has to know of it: where paragraphs begin and end, and which captions count.

A part is rendered as many pieces, most of them the template's own text, the same in every document. What is found in those is
kept with the compiled template, so that finishing reads values alone. No piece ends inside a tag.

All of it is plain data, so that it can be stored.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from html import unescape
from typing import Any

OPENS, PLAIN, CLOSES, COUNTS, BLANKS = range(5)
"""A paragraph begins that tells something, another that goes beyond the piece, one ends, a caption's number, text that goes."""

OUTSIDE, INSIDE, SAME_RUN, SAME_RUN_OUTSIDE, LOOSE = range(5)
"""Where a piece ends: outside any text or inside one; in a run of its own, or in the run that an earlier piece began; or in text
that is not directly in a run, where nothing can be put but text.
"""

HEADINGS = {"Heading1": 1, "AppendixHeading": 1, "Heading2": 2}
CONTENTS_HEADING = "ContentsHeading"
COMMENTARY = "Commentary"
TELLING = frozenset({*HEADINGS, CONTENTS_HEADING, COMMENTARY})
"""The styles that tell finishing something, numbered or not."""

FORMATS = frozenset({"ARABIC", "MERGEFORMAT", "CHARFORMAT"})
SEQUENCE = "SEQ"

_TOKEN = re.compile(r"<(/?)(w:(?:p|pPr|r|rPr|t|fldChar|instrText|fldSimple))(?=[\s/>])([^>]*?)(/?)>|<[^>]+>")
_STYLE = re.compile(r'<w:pStyle w:val="([^"]*)"')
_NUMBERED = re.compile(r"<w:numPr>(.*?)</w:numPr>", re.DOTALL)
_LEVEL, _LIST = re.compile(r'<w:ilvl w:val="([^"]*)"'), re.compile(r'<w:numId w:val="([^"]*)"')
_KIND, _CODE = re.compile(r'w:fldCharType="([^"]*)"'), re.compile(r'w:instr="([^"]*)"')


Event = tuple[int, int, int, tuple[Any, ...]]
"""Where it begins, its kind, where it ends, and what it says: of a paragraph its style and its own list and level, or None;
of a caption the field's code and what goes round the number.
"""

Scan = tuple[tuple[Event, ...], tuple[Any, ...], bool]
"""The events of a piece, where it ends, and whether no event is more than the end of a paragraph or the beginning of a plain one.

Where it ends is OUTSIDE or one of its kin, the run's formatting, and the length of what opens the run when the piece ends with
just that, or else -1. A piece without runs says (): it stays where the one before it was.
"""


class SplitFieldError(ValueError):
    """A caption's field begins in one piece and ends in another; the message is what its paragraph says up to there."""


@dataclass
class _Field:
    at: int
    code: str = ""
    has_result: bool = False
    texts: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class _Run:
    at: int
    formatting: str = ""
    is_bare: bool = True


def plain_count(code: str) -> str:
    """Give what a field counts (Table), or nothing when it does more than count on, at most with a number format."""
    words = code.split()
    rest = words[2:]
    is_plain = all(word == "\\*" if place % 2 == 0 else word.upper() in FORMATS for place, word in enumerate(rest))
    return words[1] if len(words) > 1 and is_plain else ""


def scan(piece: str, styles: AbstractSet[str]) -> Scan:
    """Read one piece; paragraphs that begin and end in it are told only when they are numbered or of one of the styles."""
    return _Scanner(piece, styles).read()


class _Scanner:
    """Reads one piece, tag by tag."""

    def __init__(self, piece: str, styles: AbstractSet[str]) -> None:
        self.piece = piece
        self.styles = styles
        self.events: list[Event] = []
        self.paragraphs: list[int] = []  # open ones: where their events are
        self.runs: list[_Run] = []
        self.fields: list[_Field] = []
        self.properties: list[int] = []  # open w:pPr: where they begin
        self.formatting: list[int] = []  # open w:rPr of runs: where they begin
        self.inner: list[str] = []  # the tags of all elements that are open
        self.text = -1  # where an open w:t's text begins
        self.code = -1  # where an open w:instrText's text begins
        self.end: tuple[Any, ...] = ()

    def read(self) -> Scan:
        for found in _TOKEN.finditer(self.piece):
            if self.properties and found[2] != "w:pPr":
                continue
            name = found[2]
            if name is None:
                self._other()
            elif found[1]:
                self._close(name, found.start(), found.end())
            else:
                self._open(name, found)
            self._nest(found[0])
        if any(one.code.split()[:1] == [SEQUENCE] for one in self.fields):
            begin = self.events[self.paragraphs[-1]][0] if self.paragraphs else 0
            raise SplitFieldError(" ".join("".join(texts_of(self.piece[begin:])).split()))
        if self.end[:1] == (INSIDE,):
            kind, formatting, at = self.end
            self.end = (kind, formatting, len(self.piece) - at if at >= 0 and self.text == len(self.piece) else -1)
        events = tuple(sorted(self._told()))
        return events, self.end, all(kind in {PLAIN, CLOSES} for _, kind, _, _ in events)

    def _told(self) -> Iterator[Event]:
        """Give the events that finishing has to know: not those of paragraphs that say nothing and end where they began."""
        for at, kind, upto, says in self.events:
            if kind not in {OPENS, CLOSES}:
                yield at, kind, upto, says
                continue
            style, number, is_open = says
            is_telling = style in self.styles or number is not None
            if is_telling or is_open:
                told = (style, number) if is_telling and kind == OPENS else ()
                yield at, kind if is_telling or kind == CLOSES else PLAIN, upto, told

    def _other(self) -> None:
        if self.runs and not self.formatting:
            self.runs[-1].is_bare = False

    def _open(self, name: str, found: re.Match[str]) -> None:
        at, upto, is_empty = found.start(), found.end(), bool(found[4])
        if name == "w:p" and not is_empty:
            self.paragraphs.append(len(self.events))
            self.events.append((at, OPENS, upto, ("", None, True)))
        elif name == "w:pPr":
            if not is_empty:
                self.properties.append(at)
            elif self.paragraphs and not self.properties:
                self._describe("", upto)
        elif name == "w:r" and not is_empty:
            self.runs.append(_Run(at))
            self.end = (OUTSIDE, "", -1)
        elif name == "w:rPr":
            if self.runs and not is_empty:
                self.formatting.append(at)
        elif name == "w:t":
            self._open_text(upto, is_empty=is_empty)
        elif name == "w:instrText":
            self.code = -1 if is_empty else upto
            self._other()
        else:
            self._other()
            self._field(name, found)

    def _nest(self, tag: str) -> None:
        """Keep the elements that are open; those of earlier pieces are not known."""
        if tag[1] == "/":
            self.inner[-1:] = []
        elif tag[-2] != "/" and tag[1] not in "?!":
            self.inner.append(tag)

    def _open_text(self, upto: int, *, is_empty: bool) -> None:
        if is_empty:
            self._other()
            return
        self.text = upto
        if self.inner and not self.inner[-1].startswith(("<w:r>", "<w:r ")):
            self.end = (LOOSE, "", -1)
        elif self.runs:
            run = self.runs[-1]
            self.end = (INSIDE, run.formatting, run.at if run.is_bare else -1)
        else:
            self.end = (OUTSIDE, "", -1) if self.paragraphs else (SAME_RUN, "", -1)

    def _close(self, name: str, at: int, upto: int) -> None:
        if name == "w:p":
            self._close_paragraph(at, upto)
        elif name == "w:pPr":
            self._close_properties(upto)
        elif name == "w:r":
            self.runs[-1:] = []
            self.end = (OUTSIDE, "", -1)
        elif name == "w:rPr" and self.formatting:
            self._format(self.piece[self.formatting.pop() : upto])
        elif name == "w:t":
            self._close_text(at)
        elif name == "w:instrText" and self.code >= 0 and self.fields:
            self.fields[-1].code += unescape(self.piece[self.code : at])
            self.code = -1
        elif name == "w:fldSimple" and self.fields:
            self._count(self.fields.pop(), at, "<w:r><w:t>", "</w:t></w:r>")

    def _format(self, properties: str) -> None:
        """Note the formatting of the open run, without what a tracked change says it was before."""
        if not self.formatting:
            now, is_changed, _ = properties.partition("<w:rPrChange")
            self.runs[-1].formatting = f"{now}</w:rPr>" if is_changed else now
            self.end = (OUTSIDE, self.runs[-1].formatting, -1)

    def _close_text(self, at: int) -> None:
        """Note that a text has ended and its run has not."""
        if self.text >= 0 and self.fields and self.fields[-1].has_result:
            self.fields[-1].texts.append((self.text, at))
        self.text = -1
        self.end = (OUTSIDE, self.runs[-1].formatting, -1) if self.runs else (SAME_RUN_OUTSIDE, "", -1)
        self._other()

    def _close_properties(self, upto: int) -> None:
        begin = self.properties.pop() if self.properties else 0
        if not self.properties and self.paragraphs:
            self._describe(self.piece[begin:upto].partition("<w:pPrChange")[0], upto)

    def _close_paragraph(self, at: int, upto: int) -> None:
        if not self.paragraphs:
            self.events.append((at, CLOSES, upto, ("", None, True)))
            return
        opened = self.paragraphs.pop()
        begin, kind, content, (style, number, _) = self.events[opened]
        self.events[opened] = (begin, kind, content, (style, number, False))
        self.events.append((at, CLOSES, upto, (style, number, False)))

    def _describe(self, properties: str, upto: int) -> None:
        """Note style and number of the open paragraph, whose content begins here."""
        style, numbered = _STYLE.search(properties), _NUMBERED.search(properties)
        number = None
        if numbered:
            level, listed = _LEVEL.search(numbered[1]), _LIST.search(numbered[1])
            number = (listed[1] if listed else "0", int(level[1]) if level else 0)
        begin, kind, *_ = self.events[self.paragraphs[-1]]
        self.events[self.paragraphs[-1]] = (begin, kind, upto, (style[1] if style else "", number, True))

    def _field(self, name: str, found: re.Match[str]) -> None:
        if name == "w:fldSimple":
            code = _CODE.search(found[3])
            made = _Field(found.start(), unescape(code[1]) if code else "", has_result=True)
            if found[4]:
                opened = f"{found[0][:-2]}>"
                self._count(made, found.end(), f"{opened}<w:r><w:t>", "</w:t></w:r></w:fldSimple>", found.start())
            else:
                self.fields.append(made)
            return
        kind = _KIND.search(found[3])
        if kind and kind[1] == "begin":
            self.fields.append(_Field(found.start()))
        elif kind and kind[1] == "separate" and self.fields:
            self.fields[-1].has_result = True
        elif kind and kind[1] == "end" and self.fields:
            ended = self.fields.pop()
            begin = self.runs[-1].at if self.runs else found.start()
            divider = "" if ended.has_result else '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            self._count(ended, begin, f"{divider}<w:r><w:t>", "</w:t></w:r>")

    def _count(self, ended: _Field, at: int, before: str, after: str, begin: int | None = None) -> None:
        """Note the number of a field that counts: in its first text, or at `at` when it shows nothing yet."""
        if ended.code.split()[:1] != [SEQUENCE]:
            return
        if not ended.texts:
            self.events.append((at if begin is None else begin, COUNTS, at, (ended.code, before, after)))
            return
        (first, upto), *others = ended.texts
        self.events.append((first, COUNTS, upto, (ended.code, "", "")))
        self.events += [(a, BLANKS, b, ()) for a, b in others]


def after(state: tuple[Any, ...], end: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give where a part's text stands after a piece, from where it stood before and where the piece ends."""
    if not end or (state and state[0] == LOOSE and end[0] in {SAME_RUN, SAME_RUN_OUTSIDE}):
        return state
    if end[0] in {SAME_RUN, SAME_RUN_OUTSIDE}:
        return (INSIDE if end[0] == SAME_RUN else OUTSIDE, state[1] if state else "", -1)
    return end


def texts_of(xml: str) -> Iterator[str]:
    """Give the words of a paragraph's XML, tabs and breaks as single spaces."""
    for found in _WORDS.finditer(xml):
        yield " " if found[1] is None else unescape(found[1])


_WORDS = re.compile(r"<w:t(?:\s[^>]*)?>([^<]*)</w:t>|<w:(?:tab|br)[\s/>]")

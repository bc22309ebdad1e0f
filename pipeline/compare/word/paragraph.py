"""A paragraph read for comparing: its text with what fields show set apart, and all else that could differ."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from pipeline.compare.sight import visible
from pipeline.compare.word.drawn import MATHS, OFFICE, VML, control_words, form_field, formula, shapes, sign
from pipeline.compare.word.entire import COMPATIBILITY, attributes, entire
from pipeline.compare.word.fields import field_signs, follows, is_reference, led
from pipeline.compare.word.package import R, WordFile
from pipeline.compare.words import CLOSE, OPEN, normal
from pipeline.text import BREAK, FALLBACK, W

A_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
ELEMENT_WORDS = ("pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong")
_TEXT, _RUN = f"{W}t", f"{W}r"
_SKIPPED = frozenset({f"{W}pPr", f"{W}rPr", f"{W}del", f"{W}moveFrom", f"{W}delText", FALLBACK})
_PASSED = frozenset(
    f"{W}{name}"
    for name in (
        *("sdt", "sdtContent", "ins", "moveTo", "bookmarkEnd", "proofErr", "lastRenderedPageBreak", "txbxContent", "sdtEndPr"),
        *("commentRangeStart", "commentRangeEnd", "commentReference", "footnoteRef", "endnoteRef", "annotationRef"),
        *("separator", "continuationSeparator"),
    )
)
"""What holds words, or is compared elsewhere, and says nothing itself."""


@dataclass(slots=True)
class Picture:
    """An image: what it is, by digest, its alternative text and its size."""

    digest: str
    words: str
    size: str


@dataclass(slots=True)
class Paragraph:
    """What a reader sees of a paragraph, and what lies behind it.

    `shown` are the results of the fields that follow what they name; `led` says of other references what they show and lead to.
    """

    key: str = ""
    shown: dict[str, str] = field(default_factory=dict)
    led: dict[str, str] = field(default_factory=dict)
    looks: list[tuple[str, str]] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    layout: str = ""
    mark: str = ""


class _Reader:
    """Walks one paragraph."""

    def __init__(self, file: WordFile, links: Mapping[str, str]) -> None:
        self.file = file
        self.links = links
        self.made = Paragraph()
        self.pieces: list[str] = []
        self.look = ""
        self.order = ""
        self.is_drawing = False
        self.codes: list[list[str]] = []  # open fields: code, result, and whether the result has begun

    def say(self, text: str) -> None:
        """Take up text that a reader sees."""
        if self.codes:
            if self.codes[-1][2]:
                self.codes[-1][1] += text
            return
        self.pieces.append(text)
        self.made.looks.append((text, f"{self.look}, {self.order}".strip(", ") if self.order else self.look))

    def walk(self, element: etree._Element) -> None:
        for child in element:
            tag = child.tag
            if tag == _RUN:
                properties = child.find(f"{W}rPr")
                self.look = "" if properties is None else self.file.run_look(properties)
                self.walk(child)
            elif tag == _TEXT:
                self.say(visible((child.text or "").replace("\n", BREAK)))
            elif tag in _SKIPPED or not isinstance(tag, str):
                continue
            else:
                self.other(child, tag)

    def other(self, child: etree._Element, tag: str) -> None:
        take = _TAKES.get(tag)
        if take is not None:
            take(self, child)
            return
        if tag not in _PASSED and not self.is_drawing:
            self.made.unread.append(" ".join((etree.QName(child).localname, *attributes(child, self.lead, {"id"}))))
        self.walk(child)

    def lead(self, key: str) -> str:
        """Say what an id of a link leads to, and what is there."""
        target = self.links.get(key, key)
        return f"{target} {self.file.digest(target)}".strip()

    def entirely(self, child: etree._Element) -> None:
        self.made.unread.append(entire(child, self.lead))

    def turned(self, child: etree._Element) -> None:
        before, self.order = self.order, f"{self.order} {etree.QName(child).localname} {child.get(f'{W}val') or ''}".strip()
        self.walk(child)
        self.order = before

    def reference(self, child: etree._Element) -> None:
        if child.get(f"{W}customMarkFollows"):
            self.entirely(child)

    def inner(self, child: etree._Element) -> None:
        """Read a paragraph of a text box."""
        properties = child.find(f"{W}pPr")
        if properties is not None:
            self.made.unread.append(entire(properties, self.lead))
        self.walk(child)

    def alternative(self, child: etree._Element) -> None:
        """Read what Word shows of two forms, and what the other says besides."""
        start = len(self.pieces)
        self.walk(child)
        shown = normal("".join(self.pieces[start:]))
        for one in child.iterchildren(FALLBACK):
            words = normal(" ".join(text.text or "" for text in one.iter(_TEXT)))
            if words and words not in shown:
                self.made.unread.append(f"other form: “{words}”")
            else:
                self.made.drawn.append(entire(one, self.lead))

    def element_words(self, child: etree._Element) -> None:
        self.say(f"[{etree.QName(child).localname}]")

    def tab(self, _: etree._Element) -> None:
        self.say("\t")

    def hyphen(self, _: etree._Element) -> None:
        self.say("\u2011")

    def line_break(self, child: etree._Element) -> None:
        if child.get(f"{W}type") == "page":
            self.made.layout += "page break "
        else:
            self.say(BREAK)

    def code(self, child: etree._Element) -> None:
        if self.codes:
            self.codes[-1][0] += child.text or ""

    def simple_field(self, child: etree._Element) -> None:
        self.codes.append([field_signs(child) + (child.get(f"{W}instr") or ""), "", "result"])
        self.walk(child)
        self.close()

    def bookmark(self, child: etree._Element) -> None:
        name = child.get(f"{W}name") or ""
        if not name.startswith("_"):
            self.made.ids.append(name)

    def field(self, child: etree._Element) -> None:
        kind = child.get(f"{W}fldCharType")
        if kind == "begin":
            self.codes.append([field_signs(child) + form_field(child), "", ""])
        elif kind == "separate" and self.codes:
            self.codes[-1][2] = "result"
        elif kind == "end" and self.codes:
            self.close()

    def close(self) -> None:
        """End a field: what it counts or refers to stands in the text by name, anything else by its result."""
        code, result, _ = self.codes.pop()
        words = code.split()
        self.made.fields.append(" ".join(words))
        name = follows(self.file, words, result)
        if name:
            self.made.shown[name] = result
        elif is_reference(words):
            self.made.led[" ".join(words)] = led(self.file, words[1], result.strip())
        self.say(f"{OPEN}{name}{CLOSE}" if name else result)

    def link(self, child: etree._Element) -> None:
        anchor = child.get(f"{W}anchor") or ""
        target = self.links.get(child.get(f"{R}id") or "", "")
        self.walk(child)
        if not anchor.startswith("_") or target:
            tip = child.get(f"{W}tooltip")
            self.made.links.append((f"{target}#{anchor}" if anchor else target) + (f" (shows “{tip}”)" if tip else ""))

    def picture(self, child: etree._Element) -> None:
        words = next((one.get("descr") or "" for one in child.iter(f"{DRAWING}docPr")), "")
        size = next((f"{one.get('cx')} × {one.get('cy')}" for one in child.iter(f"{DRAWING}extent")), "")
        for blip in child.iter(A_BLIP):
            target = self.links.get(blip.get(f"{R}embed") or blip.get(f"{R}link") or "", "")
            self.made.pictures.append(Picture(self.file.digest(target) or target, words, size))
        self.made.shapes += shapes(child, self.file, self.links)
        self.made.drawn.append(entire(child, self.lead))
        if any(True for _ in child.iter(_TEXT)):
            self.within(child)  # a text box

    def within(self, child: etree._Element) -> None:
        """Read the words in a drawing, all else of which is known."""
        self.is_drawing = True
        self.walk(child)
        self.is_drawing = False

    def drawn(self, child: etree._Element) -> None:
        """Take up a drawing of the older kind, or an embedded file, with the words in it."""
        self.made.shapes += shapes(child, self.file, self.links)
        for image in child.iter(f"{VML}imagedata"):
            target = self.links.get(image.get(f"{R}id") or "", "")
            self.made.pictures.append(Picture(self.file.digest(target) or target, image.get(f"{OFFICE}title") or "", ""))
        self.made.drawn.append(entire(child, self.lead))
        self.within(child)

    def on_a_path(self, child: etree._Element) -> None:
        self.say(child.get("string") or "")

    def equation(self, child: etree._Element) -> None:
        self.say(formula(child))

    def symbol(self, child: etree._Element) -> None:
        self.say(sign(child))

    def control(self, child: etree._Element) -> None:
        names = (child.find(f"{W}alias"), child.find(f"{W}tag"))
        said = " / ".join(str(one.get(f"{W}val")) for one in names if one is not None)
        self.made.controls.append(", ".join(filter(None, (said, control_words(child)))))


_TAKES: Mapping[str, Callable[[_Reader, etree._Element], None]] = {
    f"{W}tab": _Reader.tab,
    f"{W}ptab": _Reader.tab,
    f"{W}br": _Reader.line_break,
    f"{W}cr": _Reader.line_break,
    f"{W}bdo": _Reader.turned,
    f"{W}dir": _Reader.turned,
    f"{W}p": _Reader.inner,
    f"{W}tblPr": _Reader.entirely,
    f"{W}trPr": _Reader.entirely,
    f"{W}tcPr": _Reader.entirely,
    f"{W}smartTagPr": _Reader.entirely,
    f"{W}customXmlPr": _Reader.entirely,
    f"{W}rubyPr": _Reader.entirely,
    f"{W}footnoteReference": _Reader.reference,
    f"{W}endnoteReference": _Reader.reference,
    f"{COMPATIBILITY}AlternateContent": _Reader.alternative,
    f"{COMPATIBILITY}Choice": _Reader.walk,
    **{f"{W}{name}": _Reader.element_words for name in ELEMENT_WORDS},
    f"{W}noBreakHyphen": _Reader.hyphen,
    f"{W}fldChar": _Reader.field,
    f"{W}instrText": _Reader.code,
    f"{W}fldSimple": _Reader.simple_field,
    f"{W}hyperlink": _Reader.link,
    f"{W}bookmarkStart": _Reader.bookmark,
    f"{W}drawing": _Reader.picture,
    f"{W}sdtPr": _Reader.control,
    f"{W}sym": _Reader.symbol,
    f"{W}pict": _Reader.drawn,
    f"{W}object": _Reader.drawn,
    f"{VML}textpath": _Reader.on_a_path,
    f"{MATHS}oMath": _Reader.equation,
}


def read_paragraph(element: etree._Element, file: WordFile, links: Mapping[str, str]) -> Paragraph:
    """Read a paragraph; `links` are those of the part it stands in."""
    reader = _Reader(file, links)
    reader.walk(element)
    while reader.codes:  # a field that ends in another paragraph, such as a contents list
        reader.close()
    made = reader.made
    made.key = "".join(reader.pieces).strip()
    properties = element.find(f"{W}pPr")
    mark = None if properties is None else properties.find(f"{W}rPr")
    made.mark = "" if mark is None else file.look(mark)
    made.layout = (made.layout + ("" if properties is None else file.look(properties))).strip()
    return made

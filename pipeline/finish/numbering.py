"""The numbers Word will show: each numbered paragraph of a document → its label, as the document's own numbering defines it."""

from dataclasses import dataclass, field

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def w(tag: str) -> str:
    """Name an element or attribute of WordprocessingML."""
    return f"{{{W}}}{tag}"


_PROPERTIES, _STYLE, _NUMBER, _VALUE = w("pPr"), w("pStyle"), w("numPr"), w("val")


@dataclass(frozen=True)
class Level:
    """One level of a list: its number format, its text pattern (`%1.%2`) and its first number."""

    form: str
    pattern: str
    start: int


@dataclass
class Numbering:
    """Lists and the styles that number by them; `label` counts paragraphs in document order."""

    levels: dict[tuple[str, int], Level]
    lists: dict[str, str]
    styles: dict[str, tuple[str, int]]
    counters: dict[tuple[str, int], int] = field(default_factory=dict)

    def afresh(self) -> "Numbering":
        """Give the same numbering with nothing counted yet."""
        return Numbering(self.levels, self.lists, self.styles)

    def label(self, style: str, number: tuple[str, int] | None) -> str:
        """Count a paragraph, by its style and its own list and level, and give its full label, "" when it has no number."""
        place = self.styles.get(style) if number is None else None
        if number is not None and number[0] in self.lists:
            place = (self.lists[number[0]], number[1])
        return "" if place is None else self.count(place)

    def count(self, place: tuple[str, int]) -> str:
        """Count on at a list and level and give the label that comes next there."""
        list_id, depth = place
        level = self.levels.get((list_id, depth))
        if level is None or level.form in {"bullet", "none"}:
            return ""
        self.counters[list_id, depth] = self.counters.get((list_id, depth), level.start - 1) + 1
        for deeper in [key for key in self.counters if key[0] == list_id and key[1] > depth]:
            del self.counters[deeper]
        return self._text(list_id, depth)

    def _text(self, list_id: str, depth: int) -> str:
        text = self.levels[list_id, depth].pattern
        own_only = depth > 0 and "%1" not in text
        for upper in range(depth + 1):
            level = self.levels[list_id, upper]
            count = self.counters.get((list_id, upper), level.start)
            text = text.replace(f"%{upper + 1}", _numeral(count, level.form))
        return self._text(list_id, depth - 1) + text if own_only else text

    def place(self, paragraph: etree._Element) -> tuple[str, int] | None:
        """Give the list and level that number a paragraph, if any."""
        properties = paragraph.find(_PROPERTIES)
        if properties is None:
            return None
        place = direct = None
        for child in properties:
            if child.tag == _STYLE:
                place = self.styles.get(child.get(_VALUE, ""))
            elif child.tag == _NUMBER:
                direct = child
        if direct is None:
            return place
        number, depth = _val(direct, "numId", "0"), int(_val(direct, "ilvl", "0"))
        return (self.lists[number], depth) if number in self.lists else None


def read_numbering(numbering: bytes | None, styles: bytes) -> Numbering:
    """Read word/numbering.xml and word/styles.xml."""
    if numbering is None:
        return Numbering({}, {}, {})
    return numbering_of(etree.fromstring(numbering), etree.fromstring(styles))


def numbering_of(root: etree._Element, styles: etree._Element) -> Numbering:
    """Read the root elements of word/numbering.xml and word/styles.xml."""
    levels = {
        (abstract.get(w("abstractNumId"), ""), int(level.get(w("ilvl"), "0"))): Level(
            form=_val(level, "numFmt", "decimal"),
            pattern=_val(level, "lvlText", ""),
            start=int(_val(level, "start", "1")),
        )
        for abstract in root.iter(w("abstractNum"))
        for level in abstract.iter(w("lvl"))
    }
    lists = {number.get(w("numId"), ""): _val(number, "abstractNumId", "") for number in root.iter(w("num"))}
    numbered = {}
    for style in styles.iter(w("style")):
        found = _num(style.find(f"{w('pPr')}/{w('numPr')}"))
        if found is not None and found[0] in lists:
            numbered[style.get(w("styleId"), "")] = (lists[found[0]], found[1])
    return Numbering(levels, lists, numbered)


def _val(element: etree._Element, tag: str, default: str) -> str:
    found = element.find(w(tag))
    return default if found is None else str(found.get(w("val"), default))


def _num(properties: etree._Element | None) -> tuple[str, int] | None:
    if properties is None:
        return None
    return _val(properties, "numId", "0"), int(_val(properties, "ilvl", "0"))


def _numeral(count: int, form: str) -> str:
    if form in {"lowerLetter", "upperLetter"}:
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)  # Word counts y, z, aa, bb
        return letters.upper() if form == "upperLetter" else letters
    if form in {"lowerRoman", "upperRoman"}:
        numeral = ""
        for value, letters in _ROMAN:
            times, count = divmod(count, value)
            numeral += letters * times
        return numeral.upper() if form == "upperRoman" else numeral
    return str(count)


_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))

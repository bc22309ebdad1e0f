"""The styles of a workbook template: what of them rendering needs to know, and the few cell formats it has to add."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from pipeline.render.sheets.markup import DECLARATION, MAIN, M, local_name

INPUT_TO_CONFIRM = "Input to confirm"
DATE_FORMAT = "d mmmm yyyy"
_FIRST_OWN_FORMAT = 164  # ECMA-376 part 1, 18.8.30: below are the formats every Excel knows
_COUNT, _FORMATS, _HOLDER, _MORE = "\ufdd0c\ufdd3", "\ufdd0f\ufdd3", "\ufdd0h\ufdd3", "\ufdd0m\ufdd3"
_FONT = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family"),
    *("charset", "scheme"),
)
_NAMESPACE = f' xmlns="{MAIN}"'


@dataclass(frozen=True, slots=True)
class Look:
    """One cell format: its attributes and inner XML, and what decides how a value is written and how tall its row is."""

    attributes: tuple[tuple[str, str], ...]
    inner: str
    is_date: bool
    wraps: bool
    indent: float
    size: float


@dataclass(frozen=True, slots=True)
class Styles:
    """The compiled styles part: as it is, and in the pieces between which formats are added."""

    content: bytes
    pieces: tuple[str, ...]
    looks: tuple[Look, ...]
    confirm: Look | None
    date_format: int
    has_date_format: bool


@dataclass
class Palette:
    """The styles of one rendering: hands out the formats it adds and writes the part."""

    styles: Styles
    added: list[str] = field(default_factory=list)
    known: dict[tuple[int, str], int] = field(default_factory=dict)
    uses_date: bool = False

    def dated(self, style: int) -> int:
        """Give a format that shows a date: the cell's own where it does, otherwise the same with the British format."""
        look = self.styles.looks[style]
        if look.is_date:
            return style
        self.uses_date = True
        number = str(self.styles.date_format)
        return self._variant(style, "date", {**dict(look.attributes), "numFmtId": number, "applyNumberFormat": "1"}, look.inner)

    def literal(self, style: int) -> int:
        """Give the format that tells Excel that a text is one, whatever it starts with."""
        look = self.styles.looks[style]
        attributes = dict(look.attributes)
        return style if attributes.get("quotePrefix") == "1" else self._variant(
            style, "quote", {**attributes, "quotePrefix": "1"}, look.inner
        )  # fmt: skip

    def waiting(self, style: int) -> int | None:
        """Give the format of an input to confirm, with the cell's own number format; None where the template has none."""
        confirm = self.styles.confirm
        if confirm is None:
            return None
        number = dict(self.styles.looks[style].attributes).get("numFmtId", "0")
        attributes = {**dict(confirm.attributes), "numFmtId": number, "applyNumberFormat": "1"}
        return self._variant(style, "confirm", attributes, confirm.inner)

    def _variant(self, style: int, kind: str, attributes: Mapping[str, str], inner: str) -> int:
        if (style, kind) not in self.known:
            words = "".join(f' {key}="{value}"' for key, value in attributes.items())
            self.added.append(f"<xf{words}>{inner}</xf>" if inner else f"<xf{words}/>")
            self.known[style, kind] = len(self.styles.looks) + len(self.added) - 1
        return self.known[style, kind]

    def part(self) -> bytes:
        """Give the styles part with what was added."""
        code = f'<numFmt numFmtId="{self.styles.date_format}" formatCode="{DATE_FORMAT}"/>'
        formats = code if self.uses_date and not self.styles.has_date_format else ""
        filled = "".join(self.styles.pieces)
        holder = f"<numFmts>{formats}</numFmts>" if formats else ""
        more = filled.replace(_FORMATS, formats).replace(_HOLDER, holder).replace(_MORE, "".join(self.added))
        return more.replace(_COUNT, str(len(self.styles.looks) + len(self.added))).encode()


def compile_styles(root: etree._Element) -> Styles:
    """Turn the styles part into plain data."""
    _in_order(root)
    formats = {int(one.get("numFmtId") or 0): one.get("formatCode") or "" for one in root.iter(f"{M}numFmt")}
    sizes = [float(size.get("val") or 10) if (size := font.find(f"{M}sz")) is not None else 10.0 for font in _in(root, "fonts")]
    cells, named = _in(root, "cellXfs"), _in(root, "cellStyleXfs")
    looks = tuple(_look(xf, formats, sizes) for xf in cells)
    own = next((number for number, code in formats.items() if code == DATE_FORMAT), None)
    return Styles(
        content=f"{DECLARATION}{etree.tostring(root, encoding='unicode')}".encode(),
        pieces=_pieces(root),
        looks=looks,
        confirm=_confirm(root, named, formats, sizes),
        date_format=own if own is not None else max(_FIRST_OWN_FORMAT - 1, *formats, 0) + 1,
        has_date_format=own is not None,
    )


def _in_order(root: etree._Element) -> None:
    """Put what is said of each font in the order the schema wants, which openpyxl does not keep."""
    for font in root.iter(f"{M}font"):
        said = list(font)
        font[:] = sorted(said, key=lambda one: _FONT.index(local_name(one)) if local_name(one) in _FONT else len(_FONT))


def _in(root: etree._Element, name: str) -> list[etree._Element]:
    holder = root.find(f"{M}{name}")
    return [] if holder is None else list(holder.iterchildren(etree.Element))


def _look(xf: etree._Element, formats: Mapping[int, str], sizes: list[float]) -> Look:
    number = int(xf.get("numFmtId") or 0)
    code = formats.get(number) or BUILTIN_FORMATS.get(number) or "General"
    alignment = xf.find(f"{M}alignment")
    font = int(xf.get("fontId") or 0)
    return Look(
        attributes=tuple((str(key), str(value)) for key, value in xf.attrib.items()),
        inner="".join(str(etree.tostring(one, encoding="unicode", with_tail=False)).replace(_NAMESPACE, "") for one in xf),
        is_date=bool(is_date_format(code)),
        wraps=alignment is not None and alignment.get("wrapText") in {"1", "true"},
        indent=float(alignment.get("indent") or 0) if alignment is not None else 0.0,
        size=sizes[font] if font < len(sizes) else 10.0,
    )


def _confirm(root: etree._Element, named: list[etree._Element], formats: Mapping[int, str], sizes: list[float]) -> Look | None:
    """Make the cell format of the named style for inputs to confirm."""
    for one in _in(root, "cellStyles"):
        at = int(one.get("xfId") or 0)
        if one.get("name") == INPUT_TO_CONFIRM and at < len(named):
            look = _look(named[at], formats, sizes)
            applied = {f"apply{what}": "1" for what in ("Font", "Fill", "Border", "Alignment", "Protection")}
            attributes = {**dict(look.attributes), "xfId": str(at), **applied}
            return Look(tuple(attributes.items()), look.inner, look.is_date, look.wraps, look.indent, look.size)
    return None


def _pieces(root: etree._Element) -> tuple[str, ...]:
    """Give the part as text with marks where formats are added; it is changed for that and of no further use."""
    cells = root.find(f"{M}cellXfs")
    if cells is not None and len(cells):
        cells.set("count", _COUNT)
        cells[-1].tail = _MORE
    formats = root.find(f"{M}numFmts")
    if formats is None:
        root.text = _HOLDER
    else:
        formats.attrib.pop("count", "")
        formats.text = _FORMATS
    text = str(etree.tostring(root, encoding="unicode"))
    return (DECLARATION, text)

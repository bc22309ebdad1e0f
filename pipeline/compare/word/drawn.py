"""What stands in a paragraph besides words and images: equations as a line of text, signs, shapes, embedded files, forms."""

from collections.abc import Iterator, Mapping

from lxml import etree

from pipeline.compare.word.package import R, WordFile
from pipeline.text import FALLBACK, W

MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
VML = "{urn:schemas-microsoft-com:vml}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHAPES = frozenset(f"{VML}{name}" for name in ("shape", "rect", "oval", "roundrect", "line", "polyline", "arc", "curve"))
_SEEN = ("style", "fillcolor", "filled", "strokecolor", "opacity", "path", "from", "to", "alt", "href")
_BETWEEN: Mapping[str, str] = {"f": "/", "sSup": "^", "sSub": "_", "sSubSup": "_", "limLow": "_", "limUpp": "^", "func": " "}


def formula(element: etree._Element) -> str:
    """Write an equation in one line: (a+b)/(c), x^(2)."""
    parts = []
    for child in element.iterchildren(etree.Element):
        name = etree.QName(child).localname
        if name in {"t", "delText"}:
            parts.append(child.text or "")
        elif name in {"chr", "begChr", "endChr"}:
            parts.append(child.get(f"{MATHS}val") or "")
        elif name in _BETWEEN:
            held = [formula(one) for one in child.iterchildren(etree.Element) if not one.tag.endswith("Pr")]
            parts.append(_BETWEEN[name].join(f"({one})" for one in held))
        elif name == "rad":
            parts.append(f"√({formula(child)})")
        else:
            parts.append(formula(child))
    return "".join(parts)


def sign(element: etree._Element) -> str:
    """Name a sign of a font, which has no letter of its own."""
    return f"[{element.get(f'{W}font') or 'sign'} {element.get(f'{W}char') or ''}]"


def form_field(element: etree._Element) -> str:
    """Say what a form field holds before anybody fills it in; of a field that is no form, nothing."""
    data = element.find(f"{W}ffData")
    if data is None:
        return ""
    said = (f"{etree.QName(one).localname} {one.get(f'{W}val') or ''}".strip() for one in data.iterdescendants(etree.Element))
    return f"form field ({', '.join(said)}) "


def control_words(element: etree._Element) -> str:
    """Say what a content control lets somebody choose: its entries, or whether it is ticked."""
    kinds = {"dropDownList", "comboBox", "checkbox", "date", "lock", "dataBinding"}
    chosen = (one for one in element.iterchildren(etree.Element) if etree.QName(one).localname in kinds)
    return ", ".join(" ".join(_attributes(one)) for holder in chosen for one in (holder, *holder.iterdescendants(etree.Element)))


def _attributes(element: etree._Element) -> Iterator[str]:
    yield etree.QName(element).localname
    for key in sorted(element.attrib):
        yield str(element.get(key))


def shapes(element: etree._Element, file: WordFile, links: Mapping[str, str]) -> Iterator[str]:
    """Describe the shapes and embedded files of a drawing; the words in them are text like any other."""
    for one in element.iter(*_SHAPES, f"{OFFICE}OLEObject", f"{DRAWING}inline", f"{DRAWING}anchor"):
        if any(above.tag == FALLBACK for above in one.iterancestors()):
            continue
        if one.tag == f"{OFFICE}OLEObject":
            target = links.get(one.get(f"{R}id") or "", "")
            yield f"embedded {one.get('ProgID') or 'object'} {file.digest(target) or target}".strip()
        elif one.tag.startswith(VML):
            said = (f"{name} {one.get(name)}" for name in _SEEN if one.get(name))
            yield f"{etree.QName(one).localname}: {'; '.join(said)}"
        elif next(one.iter(f"{MAIN}blip"), None) is None:
            yield _drawing(one, file, links)


def _drawing(element: etree._Element, file: WordFile, links: Mapping[str, str]) -> str:
    """Describe a drawing without an image: what it is, where, how large, its colours, and the part behind it."""
    data = element.find(f".//{MAIN}graphicData")
    kind = "" if data is None else (data.get("uri") or "").rpartition("/")[2]
    extent = element.find(f"{DRAWING}extent")
    size = "" if extent is None else f"{extent.get('cx')} × {extent.get('cy')}"
    at = [one.text or "" for one in element.iter(f"{DRAWING}posOffset", f"{DRAWING}align")]
    colours = [one.get("val") or "" for one in element.iter(f"{MAIN}srgbClr", f"{MAIN}schemeClr")]
    behind = [
        file.digest(links.get(str(value), "")) for one in element.iter() for key, value in one.attrib.items() if R in str(key)
    ]
    where = f"anchored at {', '.join(at)}" if element.tag == f"{DRAWING}anchor" else "in the line"
    return "; ".join(filter(None, (kind or "drawing", where, size, ", ".join(colours), *behind)))


def is_laid_over(words: str) -> bool:
    """Say whether a shape may lie over words, or brings a file with it."""
    return words.startswith("embedded") or "anchored" in words or "position:absolute" in words.replace(" ", "")

"""The package of a redline: the new document's parts, and what of the old one's its deleted text needs."""

from posixpath import basename, dirname, relpath, splitext

from lxml import etree

from pipeline.compare.redline.canonical import TEXTS, XML_SPACE, spell_out, trim
from pipeline.compare.redline.marking import drop
from pipeline.compare.redline.pen import Pen, copy_of
from pipeline.compare.redline.targets import rename
from pipeline.compare.word.package import MAIN, R, WordFile
from pipeline.text import W

CONTENT_TYPES = "[Content_Types].xml"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_LINKS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NO_LINKS = f'<Relationships xmlns="{_LINKS[1:-1]}"/>'.encode()
_WORD_2010 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_DROPPED = (f"{W}proofErr", f"{W}lastRenderedPageBreak")
_RANGES = (f"{W}bookmarkStart", f"{W}bookmarkEnd")
_MARGINS = (f"{W}headerReference", f"{W}footerReference")
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
DEFINITIONS = {
    "word/styles.xml": (("style", "styleId"),),
    "word/numbering.xml": (("abstractNum", "abstractNumId"), ("num", "numId")),
}


class Package:
    """The parts of a redline in the making."""

    def __init__(self, old: WordFile, new: WordFile, pen: Pen) -> None:
        self.old = old
        self.new = new
        self.pen = pen
        self.parts = dict(new.parts)
        self.names: dict[str, str] = {}
        self._roots: dict[str, etree._Element] = {}
        for file in (old, new):
            numbers = [one.get(f"{W}id") or "" for one in file.root(MAIN).iter(*_RANGES, f"{W}commentRangeStart")]
            pen.number = max([pen.number, *(int(one) for one in numbers if one.isdecimal())])

    def root(self, part: str) -> etree._Element:
        """Give a part to be changed; what is changed in it is written at the end."""
        if part not in self._roots:
            self._roots[part] = etree.fromstring(self.parts[part])
        return self._roots[part]

    def set_root(self, part: str, root: etree._Element) -> None:
        """Put what a part is to hold in its place."""
        self._roots[part] = root

    def finished(self) -> dict[str, bytes]:
        """Give all parts as they are to be stored."""
        drawings = (node for root in self._roots.values() for node in root.iter(_DRAWN))
        for at, node in enumerate(drawings, start=1):  # each its own number, old and new side by side
            node.set("id", str(at))
        for part, root in self._roots.items():
            for text in root.iter(*TEXTS):
                if (text.text or "") != (text.text or "").strip():
                    text.set(XML_SPACE, "preserve")
            etree.cleanup_namespaces(root, keep_ns_prefixes=["w", "r", "mc", *_ignorable(root)])
            self.parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        return self.parts

    def new_text(self, part: str) -> etree._Element:
        """Give a text of the new document, ready to be compared and changed."""
        root = copy_of(self.new.root(part))
        _tidy(root)
        self._name_ranges(root)
        self._roots[part] = root
        return root

    def old_text(self, part: str, place: str) -> etree._Element:
        """Give a text of the old document for the part `place`; what it refers to by number is in the package then."""
        root = copy_of(self.old.root(part))
        _tidy(root)
        numbers: dict[str, str] = {}
        for node in root.iter(*_RANGES):
            key = node.get(f"{W}id") or ""
            numbers.setdefault(key, self.pen.next())
            node.set(f"{W}id", numbers[key])
        self._name_ranges(root)
        for node in root.iter(etree.Element):
            if node.tag not in _MARGINS:
                for key in [str(one) for one in node.attrib if str(one).startswith(R)]:
                    node.set(key, self.link(part, node.get(key) or "", place))
        rename(root, self.names, self.pen)
        return root

    def _name_ranges(self, root: etree._Element) -> None:
        for node in root.iter(f"{W}bookmarkStart"):
            self.pen.ranges[node.get(f"{W}id") or ""] = node.get(f"{W}name") or ""

    def link(self, part: str, key: str, place: str) -> str:
        """Give the number under which `place` leads to what a number of an old part led to; it is added where it is new."""
        found = next((one for one in self._old_links(part) if one.get("Id") == key), None)
        if found is None:
            return key
        target, is_outside = self.old.links(part).get(key, ""), found.get("TargetMode") == "External"
        kind = found.get("Type") or ""
        if not is_outside:
            target = self._brought(target)
        links = self._links_of(place)
        shown = target if is_outside else relpath(target, dirname(place))
        for link in links:
            same = link.get("Target") in {shown, f"/{target}"} and link.get("Type") == kind
            if same and (link.get("TargetMode") == "External") == is_outside:
                return link.get("Id") or ""
        taken = {one.get("Id") for one in links}
        made = etree.SubElement(links, f"{_LINKS}Relationship")
        made.set("Id", next(f"rIdOld{at}" for at in range(1, len(taken) + 2) if f"rIdOld{at}" not in taken))
        made.set("Type", kind)
        made.set("Target", shown)
        if is_outside:
            made.set("TargetMode", "External")
        return made.get("Id") or ""

    def _old_links(self, part: str) -> list[etree._Element]:
        rels = f"{dirname(part)}/_rels/{basename(part)}.rels"
        return list(self.old.root(rels)) if rels in self.old.parts else []

    def _links_of(self, place: str) -> etree._Element:
        rels = f"{dirname(place)}/_rels/{basename(place)}.rels"
        self.parts.setdefault(rels, _NO_LINKS)
        return self.root(rels)

    def _brought(self, part: str) -> str:
        """Give the name under which an old part is in the package; it is put there if it is not."""
        content = self.old.parts.get(part)
        if content is None:
            return part
        same = [part] if self.parts.get(part) == content else [one for one in self.parts if self.parts[one] == content]
        if same:
            return same[0]
        stem, ending = splitext(part)
        name = (
            part
            if part not in self.parts
            else next(
                f"{stem}-old{at}{ending}" for at in range(1, len(self.parts) + 1) if f"{stem}-old{at}{ending}" not in self.parts
            )
        )
        self.parts[name] = content
        self.declare(part, name)
        return name

    def declare(self, part: str, name: str) -> None:
        """Say of which type a part is that came from the old document."""
        types, known = self.root(CONTENT_TYPES), self.old.root(CONTENT_TYPES)
        kind = next((one.get("ContentType") for one in known if one.get("PartName") == f"/{part}"), None)
        ending = splitext(part)[1].lstrip(".").lower()
        if kind is None and not any((one.get("Extension") or "").lower() == ending for one in types):
            kind = next((one.get("ContentType") for one in known if (one.get("Extension") or "").lower() == ending), None)
        if kind is not None and not any(one.get("PartName") == f"/{name}" for one in types):
            etree.SubElement(types, f"{_TYPES}Override", {"PartName": f"/{name}", "ContentType": kind})

    def add_text(self, part: str) -> etree._Element:
        """Give a part of notes or comments, made empty where the new document has none."""
        if part not in self.parts:
            root = copy_of(self.old.root(part))
            for note in [one for one in root if one.get(f"{W}type") is None]:
                root.remove(note)
            self.parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            self.declare(part, part)
            links, name = self._links_of(MAIN), splitext(basename(part))[0]
            taken = {one.get("Id") for one in links}
            number = next(f"rIdOld{at}" for at in range(1, len(taken) + 2) if f"rIdOld{at}" not in taken)
            made = {"Id": number, "Type": f"{_OFFICE}/{name}", "Target": relpath(part, "word")}
            etree.SubElement(links, f"{_LINKS}Relationship", made)
        return self.root(part)

    def add_margin(self, part: str) -> tuple[str, str]:
        """Bring an old header or footer whose text goes: the name of its part and the number that leads there from the body."""
        stem, ending = splitext(part)
        name = next(f"{stem}-old{at}{ending}" for at in range(1, 1000) if f"{stem}-old{at}{ending}" not in self.parts)
        self.parts[name] = self.old.parts[part]
        self.declare(part, name)
        links = self._links_of(MAIN)
        number = f"rId-{basename(name).removesuffix(ending)}"
        kind = "header" if "header" in basename(part) else "footer"
        etree.SubElement(
            links, f"{_LINKS}Relationship", {"Id": number, "Type": f"{_OFFICE}/{kind}", "Target": relpath(name, "word")}
        )
        return name, number

    def add_definitions(self) -> None:
        """Add the styles and lists that only the old document has, so that its text refers to nothing that is not there."""
        for part, kinds in DEFINITIONS.items():
            if part not in self.old.parts or self.old.parts[part] == self.parts.get(part):
                continue
            if part not in self.parts:
                self.parts[part] = self.old.parts[part]
                self._brought(part)
                continue
            for kind, key in kinds:
                self._add_missing(part, kind, key)

    def _add_missing(self, part: str, kind: str, key: str) -> None:
        has = {one.get(f"{W}{key}") for one in self.new.root(part).iterchildren(f"{W}{kind}")}
        for one in self.old.root(part).iterchildren(f"{W}{kind}"):
            if one.get(f"{W}{key}") not in has:
                root = self.root(part)
                added = copy_of(one)
                if added.get(f"{W}default"):
                    del added.attrib[f"{W}default"]
                after = [*root.iterchildren(f"{W}{kind}")]
                if after:
                    after[-1].addnext(added)
                else:
                    root.append(added)


def _ignorable(root: etree._Element) -> list[str]:
    return (root.get("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable") or "").split()


def _tidy(root: etree._Element) -> None:
    """Take out of a text what no reader sees and every saving writes anew."""
    for field in list(root.iter(f"{W}fldSimple")):
        spell_out(field)
    for node in list(root.iter(*_DROPPED)):
        drop(node)
    for node in root.iter(etree.Element):
        for key in [
            key for key in node.attrib if str(key).startswith(f"{W}rsid") or key in {f"{_WORD_2010}paraId", f"{_WORD_2010}textId"}
        ]:
            del node.attrib[key]
    for node in root.iter(*TEXTS):
        trim(node)
    for at, node in enumerate(root.iter(_DRAWN), start=1):
        node.set("id", str(at))

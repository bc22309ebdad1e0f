"""The fields of a part of a finished Word document: the part comes in, each field with its code and present result comes out."""

from dataclasses import dataclass, field

from lxml import etree

from pipeline.finish.numbering import w
from pipeline.verify.reading import TEXT, following

SEQUENCE = "SEQ"
_KIND, _INSTRUCTION = w("fldCharType"), w("instr")
_SIMPLE, _CHAR, _CODE = w("fldSimple"), w("fldChar"), w("instrText")


@dataclass
class Field:
    """One field: its code, the mark between code and result, and where it ends; one that is a single element is both."""

    code: str = ""
    divider: etree._Element | None = None
    end: etree._Element | None = None

    @property
    def kind(self) -> str:
        """What the field does: REF, SEQ."""
        return (self.code.split() or [""])[0].upper()

    @property
    def name(self) -> str:
        """What a SEQ field counts: Table."""
        return (*self.code.split(), "", "")[1]

    @property
    def result(self) -> str:
        """What a reader sees now."""
        if self.divider is None:
            return ""
        if self.divider is self.end:
            return "".join(node.text or "" for node in self.divider.iter(TEXT))
        texts = []
        for node in following(self.divider, TEXT, _CHAR):
            if node is self.end:
                break
            texts.append(node.text or "")
        return "".join(texts)


@dataclass
class Fields:
    """The fields of a part in the order they end, and how many of the marks that begin and end one there are."""

    found: list[Field] = field(default_factory=list)
    begins: int = 0
    ends: int = 0

    @property
    def sequences(self) -> list[Field]:
        """The fields that count."""
        return [one for one in self.found if one.kind == SEQUENCE]


def fields_of(root: etree._Element) -> Fields:
    """Read the fields of a part, however many runs the code of one is spread over."""
    told = Fields()
    pending: list[Field] = []
    for node in root.iter(_SIMPLE, _CHAR, _CODE):
        if node.tag == _SIMPLE:
            told.found.append(Field(node.get(_INSTRUCTION) or "", node, node))
        elif node.tag == _CODE:
            if not pending:
                told.found.append(Field(node.text or ""))  # a code that no field holds
            elif pending[-1].divider is None:
                pending[-1].code += node.text or ""
        else:
            _mark(node, pending, told)
    told.found += pending
    return told


def _mark(node: etree._Element, pending: list[Field], told: Fields) -> None:
    kind = node.get(_KIND)
    if kind == "begin":
        told.begins += 1
        pending.append(Field())
    elif kind == "end":
        told.ends += 1
        if pending:
            pending[-1].end = node
            told.found.append(pending.pop())
    elif kind == "separate" and pending:
        pending[-1].divider = node

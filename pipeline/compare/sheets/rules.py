"""A sheet → what stands for areas of it: validations, conditional formats, merged cells, links, comments, tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from pipeline.compare.parts import whole
from pipeline.compare.sheets.areas import area_of
from pipeline.compare.sheets.cell import M
from pipeline.compare.sheets.read import R, Sheet
from pipeline.compare.sheets.said import OFF, ON, leaves, look_of


@dataclass
class Rule:
    """What is said of an area, and what else its markup holds, which is told only where it differs."""

    said: str = ""
    rest: list[str] = field(default_factory=list)


Rules = dict[str, Rule]


def _add(found: Rules, area: str, said: str, rest: Sequence[str] = ()) -> None:
    rule = found.setdefault(area, Rule())
    rule.said = f"{rule.said}; {said}" if rule.said and said else rule.said or said
    rule.rest += rest


def _area(rule: etree._Element) -> str:
    """Give the cells of a rule: its own, or those of the block it stands in."""
    block = rule.getparent() if rule.get("sqref") is None else rule
    listed = None if block is None else block.get("sqref") or block.findtext("{*}sqref")
    return area_of(listed or "")


def validations(sheet: Sheet) -> Rules:
    """Give what may be entered; one that Excel keeps apart, as it refers to another sheet, is like any other."""
    found: Rules = {}
    for rule in sheet.root.iter("{*}dataValidation"):
        kind, operator = rule.get("type") or "any", rule.get("operator") or "between"
        is_compared = kind not in {"any", "list", "custom"}
        wanted = 2 if is_compared and operator in {"between", "notBetween"} else 1
        formulas = ["".join(str(text) for text in one.itertext()) for one in rule.iterchildren("{*}formula1", "{*}formula2")][
            :wanted
        ]
        words = [kind, operator if is_compared else "", *formulas, *_told(rule)]
        words.append("no list to choose from" if kind == "list" and rule.get("showDropDown") in ON else "")
        rest = leaves(rule, ("sqref", "formula1", "formula2", *_READ))
        own = rule.findtext("{*}sqref")
        _add(found, area_of(own) if own else _area(rule), " ".join(word for word in words if word), rest)
    return found


_READ = (
    *("type", "operator", "showErrorMessage", "errorStyle", "allowBlank", "promptTitle", "prompt", "errorTitle", "error"),
    *("showDropDown", "showInputMessage"),
)


def _told(rule: etree._Element) -> Iterator[str]:
    """Say what becomes of a wrong entry, and what is told to the one who makes it."""
    is_checked = rule.get("showErrorMessage") in ON
    style = rule.get("errorStyle") or "stop"
    yield "" if is_checked else "wrong entries accepted"
    yield f"wrong entries accepted after a {style}" if is_checked and style != "stop" else ""
    yield "blank refused" if rule.get("allowBlank") in OFF else ""
    yield from (f"“{rule.get(key)}”" for key in ("promptTitle", "prompt", "errorTitle", "error") if rule.get(key))
    has_prompt = bool(rule.get("promptTitle") or rule.get("prompt"))
    yield "the message is not shown" if has_prompt and rule.get("showInputMessage") not in ON else ""


def conditional(sheet: Sheet) -> Rules:
    """Give the conditional formats; when one is applied before another is compared by itself."""
    found: Rules = {}
    styles = sheet.book.root("xl/styles.xml") if "xl/styles.xml" in sheet.book.parts else None
    looks = list(styles.iterfind(f"{M}dxfs/{M}dxf")) if styles is not None else []
    for rule in sheet.root.iter("{*}cfRule"):
        formulas = (one.text or "" for one in rule.iter("{*}formula", "{*}f"))
        said = [rule.get("type") or "", rule.get("operator") or "", *filter(None, formulas)]
        at, own = whole(rule.get("dxfId"), -1), rule.find("{*}dxf")
        look = look_of(looks[at]) if 0 <= at < len(looks) else look_of(own) if own is not None else ""
        said.append("stops what follows" if rule.get("stopIfTrue") in ON else "")
        said += [one for one in leaves(rule, _CONDITION) if one != "extLst ext"]
        _add(found, _area(rule), " ".join(word for word in (*said, f"({look})" if look else "") if word))
    return found


_CONDITION = ("type", "operator", "dxfId", "priority", "stopIfTrue", "formula", "dxf", "id", "f")


def merges(sheet: Sheet) -> Rules:
    """Give the merged cells."""
    return {one.get("ref") or "": Rule() for one in sheet.root.iter(f"{M}mergeCell")}


def hyperlinks(sheet: Sheet) -> Rules:
    """Give where links lead: to an address, a place in it or in the workbook, and what is told of it."""
    found: Rules = {}
    for one in sheet.root.iter(f"{M}hyperlink"):
        place, told = one.get("location"), one.get("tooltip")
        said = f"{sheet.links.get(one.get(f'{R}id') or '', '')}{f'#{place}' if place else ''}"
        _add(found, one.get("ref") or "", f"{said} (“{told}”)" if told else said, leaves(one, ("ref", "location", "tooltip")))
    return found


def _parts(sheet: Sheet, folder: str) -> list[str]:
    return [part for part in sheet.links.values() if folder in part and part in sheet.book.parts]


def comments(sheet: Sheet) -> Rules:
    """Give the comments, with who made them."""
    found: Rules = {}
    for part in _parts(sheet, "comments"):
        root = sheet.book.root(part)
        authors = [one.text or "" for one in root.iter(f"{M}author")]
        for one in root.iter(f"{M}comment"):
            at = whole(one.get("authorId"), -1)
            rest = [f"by {authors[at] if 0 <= at < len(authors) else ''}", *leaves(one, ("ref", "authorId", "t", "shapeId"))]
            _add(found, one.get("ref") or "", "".join(text.text or "" for text in one.iter(f"{M}t")), rest)
    people = {one.get("id"): one.get("displayName") or "" for part in _people(sheet) for one in part.iter("{*}person")}
    for part in _parts(sheet, "threadedComments/"):
        for one in sheet.book.root(part).iter("{*}threadedComment"):
            rest = [f"by {people.get(one.get('personId'), '')}", *leaves(one, ("ref", "text", "personId", "dT"))]
            _add(found, one.get("ref") or "", one.findtext("{*}text") or "", rest)
    return found


def _people(sheet: Sheet) -> Iterator[etree._Element]:
    yield from (sheet.book.root(part) for part in sheet.book.parts if part.startswith("xl/persons/") and part.endswith(".xml"))


def tables(sheet: Sheet) -> Rules:
    """Give the tables with their columns."""
    found: Rules = {}
    listed = (sheet.links.get(one.get(f"{R}id") or "", "") for one in sheet.root.iter(f"{M}tablePart"))
    for part in (one for one in listed if one in sheet.book.parts):
        root = sheet.book.root(part)
        columns = ", ".join(one.get("name") or "" for one in root.iter(f"{M}tableColumn"))
        _add(found, root.get("ref") or "", f"{root.get('displayName')}: {columns}", leaves(root, ("ref", "displayName", "id")))
    return found

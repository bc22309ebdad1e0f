"""Nothing in a workbook may differ in silence: each sort of attribute, text and element in turn is altered or taken out."""

import re
from collections.abc import Iterator

import pytest
from lxml import etree

from pipeline.compare.change import Status
from pipeline.compare.packs import compare_files
from pipeline.finish.package import read_parts, write_parts
from tests.fixtures.schedules_compared import schedule

ORIGINAL = read_parts(schedule())
TURNED = {"1": "0", "0": "1", "true": "false", "false": "true"}
GONE = ""
NOT_COMPARED = {
    # what a program counts, numbers and names
    *(
        "sheet sheetId",
        "sst count",
        "sst uniqueCount",
        "dataValidations count",
        "row spans",
        "cNvPr id",
        "cNvPr name",
        "ptCount val",
    ),
    *("borders count", "cellStyleXfs count", "cellStyles count", "cellXfs count", "dxfs count", "fills count", "fonts count"),
    *("numFmts count", "tableStyles count", "cfRule priority", "dimension ref", "dimension", "ptCount"),
    # which program saved it, and what was last in view
    *("fileVersion", "fileVersion appName", "fileVersion lastEdited", "fileVersion lowestEdited", "fileVersion rupBuild"),
    *("workbookPr", "workbookPr defaultThemeVersion", "calcPr calcId", "bookViews", "workbookView", "workbookView windowHeight"),
    *(
        "workbookView windowWidth",
        "workbookView xWindow",
        "workbookView yWindow",
        "sheetView tabSelected",
        "sheetView workbookViewId",
    ),
    *("sheetViews", "sheetView"),
    # heights that can be read, and how a drawing was last laid out
    *("sheetFormatPr", "sheetFormatPr defaultRowHeight", "col customWidth", "off", "off x", "off y", "twoCellAnchor editAs"),
    *("xfrm", "rowOff", "colOff"),
    # named styles, which the looks of cells do not need, and styles that no cell has
    *("cellStyleXfs", "xf", "cellStyles", "cellStyle", "cellStyle builtinId", "cellStyle name", "cellStyle xfId", "xf xfId"),
    *("xf applyFill", "xf applyFont", "xf applyNumberFormat", "xf applyProtection", "xf borderId", "xf fillId", "xf fontId"),
    *("xf numFmtId", "patternFill", "patternFill patternType", "font", "color indexed"),
    # the margins of a chart that is printed by itself, who made a comment without a name, a message that is none
    *("pageMargins t", "authors", "author", "comment authorId", "dataValidation showInputMessage"),
    # the size that follows from the corners, and a drawing that is there only for the boxes of comments
    *("ext cx", "ext cy", "ext", "legacyDrawing id"),
}
"""What docs/comparing.md says is not compared, by element and attribute."""
PARTS = sorted(one for one in ORIGINAL if re.fullmatch(r"xl/(?!theme).*\.xml", one))


def _sites(part: str) -> Iterator[tuple[str, int, str | None]]:
    """Give one of each sort of thing there is in a part: what it is, the element's turn, and the attribute, text or element."""
    seen = set[str]()
    for turn, one in enumerate(etree.fromstring(ORIGINAL[part]).iter(etree.Element)):
        name, parent = etree.QName(one).localname, one.getparent()
        found: list[tuple[str, str | None]] = [(f"{name} {etree.QName(key).localname}", str(key)) for key in one.attrib]
        found += [(f"{name} text", None)] if (one.text or "").strip() else []
        found += [(name, GONE)] if parent is not None else []
        for said, key in found:
            above = "" if parent is None else etree.QName(parent).localname
            if f"{above} {said}" not in seen:
                seen.add(f"{above} {said}")
                yield said, turn, key


def _altered(part: str, turn: int, key: str | None) -> bytes:
    root = etree.fromstring(ORIGINAL[part])
    one = list(root.iter(etree.Element))[turn]
    parent = one.getparent()
    if key == GONE and parent is not None:
        parent.remove(one)
    elif key is None:
        one.text = _other(one.text or "")
    else:
        one.set(key, _other(one.get(key) or ""))
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return write_parts({**ORIGINAL, part: content})


def _other(text: str) -> str:
    return TURNED.get(text) or (str(int(text) + 1) if text.isdigit() else f"{text}1")


@pytest.mark.parametrize("part", PARTS)
def test_whatever_is_altered_gives_a_change_or_is_listed(part: str) -> None:
    old = write_parts(ORIGINAL)
    sites = list(_sites(part))
    assert sites
    silent = []
    for said, turn, key in sites:
        diff = compare_files(old, _altered(part, turn, key), "a.xlsx")
        assert diff.status is not Status.IDENTICAL
        if diff.status is not Status.ERROR and not diff.changes:
            silent.append(said)
    assert set(silent) <= NOT_COMPARED

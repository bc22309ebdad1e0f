"""Packages: the same parts give the same bytes, and core properties hold what they are given and nothing of the clock."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from lxml import etree

from pipeline.finish.package import CORE, Properties, core_properties, read_parts, write_parts
from pipeline.finish.workbook import finish_workbook
from pipeline.render.rendered import Package
from pipeline.render.sheets.results import Rendered

PARTS = {"word/document.xml": b"<a/>", "[Content_Types].xml": b"<t/>", "_rels/.rels": b"<r/>", "docProps/core.xml": b"<c/>"}
DAY = date(2026, 11, 21)


@pytest.mark.smoke
def test_the_same_parts_in_any_order_give_the_same_bytes() -> None:
    assert write_parts(PARTS) == write_parts(dict(reversed(PARTS.items())))
    assert read_parts(write_parts(PARTS)) == PARTS


def test_the_order_is_fixed_and_no_date_or_machine_shows() -> None:
    with zipfile.ZipFile(BytesIO(write_parts(PARTS))) as package:
        found = package.infolist()
    assert [entry.filename for entry in found] == [
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/document.xml",
    ]
    assert {entry.date_time for entry in found} == {(1980, 1, 1, 0, 0, 0)}
    assert {(entry.create_system, entry.extra, entry.comment) for entry in found} == {(3, b"", b"")}


@pytest.mark.parametrize("text", ["A & B <c>", "ŵŷ 🏠", '"quoted"'])
def test_properties_hold_any_text(text: str) -> None:
    root = etree.fromstring(core_properties(Properties(text, text, text, DAY)))
    texts = [element.text for element in root]
    assert texts.count(text) == 3
    assert texts.count("2026-11-21T00:00:00Z") == 2


def test_a_version_is_told_only_when_there_is_one() -> None:
    assert b"<cp:version>0.3</cp:version>" in core_properties(Properties("t", "s", "c", DAY, "0.3"))
    assert b"version>" not in core_properties(Properties("t", "s", "c", DAY))


def test_a_workbooks_properties_are_replaced_and_nothing_else() -> None:
    sheets = {"xl/sheet1.xml": ["<s>", "1", "</s>"]}
    rendered = Rendered(Package(PARTS), {"xl/workbook.xml": b"<w/>"}, (), {}, {}, (), (), sheets, {})
    made = finish_workbook(rendered, Properties("Title", "Subject", "", DAY))
    parts = read_parts(made)
    assert b"<dc:title>Title</dc:title>" in parts[CORE]
    assert b"<dc:creator></dc:creator>" in parts[CORE]
    assert {name: part for name, part in parts.items() if name != CORE} == {
        **{name: part for name, part in PARTS.items() if name != CORE},
        "xl/workbook.xml": b"<w/>",
        "xl/sheet1.xml": b"<s>1</s>",
    }

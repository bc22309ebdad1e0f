"""docxtpl as this package uses it: how a Word template is opened, and what is done otherwise than docxtpl does by itself."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

from docxtpl import DocxTemplate
from lxml import etree

from pipeline.exceptions import DocumentError, TemplateError
from pipeline.render.columns import fit_columns, mark_columns
from pipeline.render.environment import GUARD
from pipeline.text import UNPARSABLE, W, package_parts, parse_part

MAIN_PART = "word/document.xml"
NEEDED = ("[Content_Types].xml", "word/_rels/document.xml.rels", "word/styles.xml")
LARGEST = 50_000_000


class Engine(DocxTemplate):  # type: ignore[misc]  # docxtpl publishes no types
    """docxtpl, but values come out as they went in, tables fit repeated columns, and core properties are left to finishing."""

    def get_xml(self) -> str:
        """Give the template's body, with the tables marked whose columns repeat."""
        return mark_columns(str(super().get_xml()))

    def fix_tables(self, xml: str) -> etree._Element:
        """Parse the rendered body and fit the marked tables."""
        tree: etree._Element = super().fix_tables(xml)
        fit_columns(tree)
        return tree

    def render_xml_part(self, *args: object) -> str:
        """Render one part; without GUARD docxtpl would turn a value's {_{ into {{."""
        return str(super().render_xml_part(*args)).replace(GUARD, "")

    def render_properties(self, *_: object) -> None:
        """Leave the core properties alone: a value may be longer than one of them can be."""


def open_template(template: bytes, name: str) -> Engine:
    """Open a Word template; TemplateError says when it is none, or larger unpacked than any template is."""
    try:
        with zipfile.ZipFile(BytesIO(template)) as package:
            size = sum(info.file_size for info in package.infolist())
    except UNPARSABLE:
        raise TemplateError(f"{name}: is not a Word document (.docx). Save it from Word as a Word document.") from None
    if size > LARGEST:
        raise TemplateError(f"{name}: unpacks to more than {LARGEST:,} bytes. Use a template without large pictures.")
    try:
        parts = package_parts(template, name)
        _demand_parts(parts, name)
        document = Engine(BytesIO(template))
        document.init_docx()
    except DocumentError as error:
        raise TemplateError(str(error)) from None
    except UNPARSABLE as error:
        raise TemplateError(f"{name}: cannot be opened as a Word document ({error}). Save it again from Word.") from None
    return document


def _demand_parts(parts: Mapping[str, bytes], name: str) -> None:
    """Refuse a package that lacks what rendering and finishing need."""
    if MAIN_PART not in parts:
        raise TemplateError(f"{name}: is not a Word document (it has no {MAIN_PART}). Save it from Word as a Word document.")
    if missing := [part for part in NEEDED if part not in parts]:
        raise TemplateError(f"{name}: is not whole: it has no {missing[0]}. Save it again from Word.")
    if b"wordprocessingml.document.main+xml" not in parts[NEEDED[0]]:
        raise TemplateError(f"{name}: is a Word file of another kind (with macros, or a .dotx). Save it from Word as .docx.")
    if parse_part(parts[MAIN_PART], name, MAIN_PART).find(f"{W}body") is None:
        raise TemplateError(f"{name}: {MAIN_PART} has no body. Save the template again from Word.")

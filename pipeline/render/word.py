"""Word rendering: a template's bytes and a context → a document's bytes, by docxtpl, fail-closed."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from lxml.etree import LxmlError

from pipeline.exceptions import RenderError, TemplateError
from pipeline.render.environment import environment

MAIN_PART = "word/document.xml"
LARGEST = 50_000_000


def open_template(template: bytes, name: str) -> DocxTemplate:
    """Open a Word template; TemplateError says when it is none, or larger unpacked than any template is."""
    try:
        with ZipFile(BytesIO(template)) as package:
            sizes = {info.filename: info.file_size for info in package.infolist()}
    except BadZipFile:
        raise TemplateError(f"{name}: is not a Word document (.docx). Save it from Word as a Word document.") from None
    if MAIN_PART not in sizes:
        raise TemplateError(f"{name}: is not a Word document (it has no {MAIN_PART}). Save it from Word as a Word document.")
    if sum(sizes.values()) > LARGEST:
        raise TemplateError(f"{name}: unpacks to more than {LARGEST:,} bytes. Use a template without large pictures.")
    document = DocxTemplate(BytesIO(template))
    try:
        document.init_docx()
    except (KeyError, ValueError, LxmlError) as error:
        raise TemplateError(f"{name}: cannot be opened as a Word document ({error}). Save it again from Word.") from None
    return document


def render_word(template: bytes, name: str, context: Mapping[str, object]) -> bytes:
    """Render a Word template; TemplateError and RenderError name the template and the tag at fault."""
    document = open_template(template, name)
    try:
        document.render(dict(context), jinja_env=environment(), autoescape=True)
    except TemplateSyntaxError as error:
        raise TemplateError(f"{name}: {error.message}. `packs templates check` shows the place.") from None
    except UndefinedError as error:
        raise RenderError(f"{name}: {error.message}. `packs templates check` shows the place.") from None
    except SecurityError as error:
        raise TemplateError(f"{name}: {error}. Templates may only show values; take the expression out.") from None
    except RenderError as error:
        raise RenderError(f"{name}: {error}") from None
    rendered = BytesIO()
    document.save(rendered)
    return rendered.getvalue()

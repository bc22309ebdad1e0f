"""A Word template's bytes → the compiled template: docxtpl's own preparation and Jinja's compilation, done once and kept.

What is compiled is plain data and code, kept in the process and, between runs, on disk (pipeline.render.cache).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from types import CodeType
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from jinja2 import Template
from lxml import etree

from pipeline.render.cache import entry, load, store
from pipeline.render.environment import text_environment
from pipeline.render.proof import NotProvedError, prove, tables
from pipeline.render.rendered import Package
from pipeline.render.scan import TELLING, Scan, SplitFieldError, scan
from pipeline.render.slots import BEGIN, Divided, divided, mark_slots
from pipeline.text import W, parse_part

if TYPE_CHECKING:
    from pipeline.render.engine import Engine

MAIN_PART = "word/document.xml"
DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
ENVIRONMENT = text_environment()
_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_BOOKMARK = re.compile(r'<w:bookmarkStart\s[^>]*?w:id="(\d+)"')


@dataclass(frozen=True)
class CompiledPart:
    """One part that holds data: its Jinja template, what stands before and after it, and its slots."""

    name: str
    head: str
    template: Template = field(repr=False)
    tail: str
    slots: Mapping[str, Divided] = field(repr=False)


@dataclass(frozen=True)
class CompiledWord:
    """A compiled template; `fallback` says why docxtpl itself has to render it, and then there are no parts."""

    package: Package
    parts: tuple[CompiledPart, ...]
    texts: Mapping[str, str] = field(repr=False)
    namespaces: Mapping[str, str]
    scans: Mapping[str, Scan] = field(repr=False)
    styles: frozenset[str]
    fallback: str = ""


@lru_cache(maxsize=64)
def compile_word(template: bytes, name: str) -> CompiledWord:
    """Compile a template (its bytes, and a name for messages), or take it from where it is kept."""
    key = entry("word", template)
    data = load(key)
    if data is not None:
        with suppress(Exception):  # whatever is wrong with it, it is made again
            return _restored(data)
    data = _compiled(template, name)
    store(key, data)
    return _restored(data)


def _restored(data: dict[str, Any]) -> CompiledWord:
    parts = tuple(
        CompiledPart(name, head, Template.from_code(ENVIRONMENT, code, ENVIRONMENT.make_globals(None)), tail, slots)
        for name, head, code, tail, slots in data["parts"]
    )
    package = Package(data["package"], data["last_bookmark"])
    told = (data[name] for name in ("texts", "namespaces", "scans", "styles", "fallback"))
    return CompiledWord(package, parts, *told)


def _compiled(template: bytes, name: str) -> dict[str, Any]:
    """Compile a template to plain data and code."""
    from pipeline.render.engine import open_template  # noqa: PLC0415 - docxtpl is not needed where the result is kept

    engine = open_template(template, name)
    package = saved_parts(engine)
    styles = telling_styles(package)
    names = {prefix: uri for prefix, uri in engine.docx.element.body.nsmap.items() if prefix}
    data: dict[str, Any] = {"package": {}, "parts": (), "texts": {}, "namespaces": names, "scans": {}, "styles": styles}
    data |= {"last_bookmark": 0, "fallback": ""}
    try:
        sources = dict(_sources(engine))
        parts = tuple(_compile_part(engine, part, *source) for part, source in sources.items())
        scans = {piece: scan(piece, styles) for part in parts for piece in _pieces(part)}
    except NotProvedError as reason:
        return {**data, "fallback": str(reason)}
    except SplitFieldError:
        return {**data, "fallback": "a caption's number stands in a condition or loop of its own"}
    kept = {part: content for part, content in package.items() if part not in sources}
    texts = word_texts(kept)
    scans |= {text: scan(text, styles) for text in texts.values()}
    last = last_bookmark([*texts.values(), *(body for _, body, _ in sources.values())])
    kept = {part: content for part, content in kept.items() if part not in texts}
    return {**data, "package": kept, "parts": parts, "texts": texts, "scans": scans, "last_bookmark": last}


def saved_parts(engine: "Engine") -> dict[str, bytes]:
    """Give the parts of a template as docxtpl saves them."""
    saved = BytesIO()
    engine.docx.save(saved)
    with ZipFile(saved) as package:
        return {name: package.read(name) for name in package.namelist()}


def telling_styles(parts: Mapping[str, bytes]) -> frozenset[str]:
    """Give the styles that tell finishing something: headings, commentary, and those that number their paragraphs."""
    styles = parse_part(parts["word/styles.xml"], "", "word/styles.xml") if "word/styles.xml" in parts else ()
    numbered = {one.get(f"{W}styleId") or "" for one in styles if one.find(f"{W}pPr/{W}numPr") is not None}
    return frozenset(numbered) | TELLING


def last_bookmark(texts: Iterable[str]) -> int:
    """Give the highest number a bookmark has in some parts."""
    return max((int(found) for text in texts for found in _BOOKMARK.findall(text)), default=0)


def word_texts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Give the parts that hold a document's text, the document itself first, as lxml writes them."""
    names = sorted(filter(_TEXT_PARTS.fullmatch, parts), key=lambda part: part != MAIN_PART)
    return {part: DECLARATION + etree.tostring(parse_part(parts[part], "", part), encoding="unicode") for part in names}


def _sources(engine: "Engine") -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Give the parts that docxtpl renders, in its order: what stands before each one's Jinja source, the source, and after it."""
    head, body, tail = _split_document(engine)
    yield str(engine.docx.part.partname).lstrip("/"), (head, body, tail)
    for kind in (engine.HEADER_URI, engine.FOOTER_URI):
        for _, part in engine.get_headers_footers(kind):
            yield str(part.partname).lstrip("/"), (DECLARATION, engine.get_part_xml(part), "")
    for part in engine.docx.part.package.parts:
        if part.content_type == FOOTNOTES:
            root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
            yield str(part.partname).lstrip("/"), (DECLARATION, engine.xml_to_string(root), "")


def _split_document(engine: "Engine") -> tuple[str, str, str]:
    """Split the main part round its body; the namespaces that a body repeats when it is taken out are left to the document."""
    document = engine.docx.element
    whole, body = engine.xml_to_string(document), engine.get_xml()
    if "<w:body" not in whole:
        raise NotProvedError("its markup is not written as Word writes it")
    begin, end = whole.index("<w:body"), whole.rindex("</w:body>") + len("</w:body>")
    if dict(document.nsmap) == dict(document.body.nsmap):
        opened, _, rest = body.partition(">")
        body = re.sub(r'\sxmlns(?::[\w.-]+)?="[^"]*"', "", f"{opened}>") + rest
    return DECLARATION + whole[:begin], body, whole[end:]


def _compile_part(engine: "Engine", name: str, head: str, source: str, tail: str) -> tuple[Any, ...]:
    """Compile one part: docxtpl's preparation, Jinja's syntax tree, the proof, the slots, the code."""
    prepared = engine.patch_xml(source)
    tree = ENVIRONMENT.parse(prepared)
    proof, root = prove(tree, head, tail)
    is_body = name == MAIN_PART
    redrawn = dict(tables(proof, root)) if is_body else {}
    mark_slots(tree, redrawn, numbered=is_body)
    code: CodeType = ENVIRONMENT.compile(tree, name, None)
    slots = {piece: divided(piece) for piece in set(_texts(code)) if BEGIN in piece}
    return name, head, code, tail, slots


def _texts(code: CodeType) -> Iterator[str]:
    """Give the texts that compiled code may put out."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _texts(constant)
        elif isinstance(constant, str):
            yield constant


def _pieces(part: tuple[Any, ...]) -> Iterator[str]:
    """Give the pieces of markup that a compiled part puts out, divided at its slots."""
    _, head, code, tail, slots = part
    for text in (head, tail, *_texts(code)):
        for piece in slots.get(text, (text,)):
            if isinstance(piece, str) and "<" in piece:
                yield piece

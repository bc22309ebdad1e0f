"""Word rendering: a template's bytes and a context → the rendered document, fail-closed.

A template is compiled once (pipeline.render.compiled), and a rendering runs its Jinja code and nothing else. What the compiled
form cannot render as docxtpl would, docxtpl renders.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from jinja2 import TemplateError as JinjaError
from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from lxml import etree

from pipeline.exceptions import RenderError, TemplateError
from pipeline.render.compiled import CompiledPart, CompiledWord, compile_word, last_bookmark, telling_styles, word_texts
from pipeline.render.environment import MarkupValueError, environment
from pipeline.render.rendered import Package, RenderedWord
from pipeline.render.scan import INSIDE, Scan, after
from pipeline.render.slots import filled
from pipeline.text import UNPARSABLE, package_parts


def render_word(template: bytes, name: str, context: Mapping[str, object]) -> RenderedWord:
    """Render a Word template; TemplateError and RenderError name the template and the tag at fault."""
    with _named_errors(name):
        compiled = compile_word(template, name)
        if compiled.fallback:
            return _by_docxtpl(template, name, context, compiled.fallback)
        try:
            pieces = {part.name: _render_part(part, compiled, context) for part in compiled.parts}
        except MarkupValueError as error:
            (value,) = error.args
            reason = f"a value of the kind {type(value).__name__} brings markup"
            return _by_docxtpl(template, name, context, reason, getattr(value, "tpl", None))
    constant = {part: [text] for part, text in compiled.texts.items()}
    return RenderedWord(compiled.package, {**pieces, **constant}, compiled.scans, compiled.styles)


@contextmanager
def _named_errors(name: str) -> Iterator[None]:
    """Word what goes wrong with a template so that its author can find it."""
    try:
        yield
    except TemplateSyntaxError as error:
        raise TemplateError(f"{name}: {error.message}. `packs templates check` shows the place.") from None
    except UndefinedError as error:
        raise RenderError(f"{name}: {error.message}. `packs templates check` shows the place.") from None
    except SecurityError as error:
        raise TemplateError(f"{name}: {error}. Templates may only show values; take the expression out.") from None
    except TemplateError:
        raise
    except RenderError as error:
        raise RenderError(f"{name}: {error}") from None
    except (*UNPARSABLE, JinjaError) as error:
        what = f"{type(error).__name__}: {error}"
        raise TemplateError(f"{name}: cannot be rendered ({what}). `packs templates check` shows the place.") from error


def _render_part(part: CompiledPart, compiled: CompiledWord, context: Mapping[str, object]) -> list[str]:
    """Render one part to its pieces."""
    template = part.template
    pieces = [part.head, *template.root_render_func(template.new_context(dict(context))), part.tail]
    if part.slots:
        pieces = filled(pieces, part.slots, lambda table: _redrawn(table, compiled))
    text = "".join(pieces[1:])
    return list(_with_lines(pieces, compiled.scans)) if "\n" in text or "\t" in text else pieces


def _with_lines(pieces: list[str], scans: Mapping[str, Scan]) -> Iterator[str]:
    """Turn line ends and tabs of values into Word's own, with the markup that docxtpl gives them."""
    state: tuple[Any, ...] = ()
    for piece in pieces:
        if "<" in piece:
            state = after(state, scans[piece][1]) if piece in scans else state
        elif state and state[0] == INSIDE:
            run = f"<w:r>{state[1]}"
            tab = f'</w:t></w:r>{run}<w:tab/></w:r>{run}<w:t xml:space="preserve">'
            yield str(piece).replace("\t", tab).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
            continue
        yield piece


def _redrawn(pieces: list[str], compiled: CompiledWord) -> str:
    """Redraw the grid of a table as docxtpl does after every rendering."""
    from pipeline.render.engine import Engine  # noqa: PLC0415 - few templates have such a table

    table = "".join(_with_lines(pieces, compiled.scans))
    names = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in compiled.namespaces.items())
    text = etree.tostring(Engine(None).fix_tables(f"<w:body{names}>{table}</w:body>"), encoding="unicode")
    return text[text.index(">") + 1 : text.rindex("</")]


def _by_docxtpl(
    template: bytes, name: str, context: Mapping[str, object], reason: str, engine: Any | None = None
) -> RenderedWord:
    """Let docxtpl render a document; `engine` is the one that a value is tied to."""
    from pipeline.render.engine import open_template  # noqa: PLC0415 - needed for few documents, or none

    document = open_template(template, name) if engine is None else engine
    document.render(dict(context), jinja_env=environment(guarded=engine is None), autoescape=True)
    saved = BytesIO()
    document.save(saved)
    return read_word(saved.getvalue(), name, reason)


def read_word(content: bytes, name: str, fallback: str) -> RenderedWord:
    """Take a document that somebody else rendered, with the reason why."""
    parts = package_parts(content, name)
    texts = word_texts(parts)
    kept = {part: data for part, data in parts.items() if part not in texts}
    package = Package(kept, last_bookmark(texts.values()))
    return RenderedWord(package, {part: [text] for part, text in texts.items()}, {}, telling_styles(parts), fallback)

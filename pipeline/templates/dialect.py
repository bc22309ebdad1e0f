"""The tag dialect: pieces of a template in, faults in how its tags are written and placed out.

The dialect is kept this small so that the walk (walk.py) can say for every tag which fact it shows. What is allowed is
set out for authors in templates/README.md.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.render.scan import COMMENTARY
from pipeline.templates.pieces import STATEMENT, TAG, Piece

OPENS = {"if": "endif", "for": "endfor"}
KEYWORDS = frozenset({"if", "elif", "else", "endif", "for", "endfor"})
WORD_LEVELS = frozenset({"", "p", "tr", "tc"})
SHEET_LEVELS = frozenset({"", "tr", "sheet"})
TABLE_LEVELS = frozenset({"tr", "tc"})
BODY = "document"
LOOP_WORDS = frozenset({"for", "endfor"})
NEVER_IN_TABLES = frozenset({COMMENTARY})


@dataclass(frozen=True)
class Fault:
    """One fault: the piece it is in, the tag (or "") and what to do about it."""

    piece: Piece
    tag: str
    message: str


@dataclass(frozen=True)
class _Open:
    word: str
    level: str
    scope: str
    piece: Piece
    tag: str


def dialect_faults(pieces: Sequence[Piece], *, is_workbook: bool) -> list[Fault]:
    """Check how tags are written, where they stand and that each is closed in the place it was opened."""
    faults = [fault for piece in pieces for fault in _piece_faults(piece, is_workbook=is_workbook)]
    for part in dict.fromkeys(piece.part for piece in pieces):
        faults += _balance_faults([piece for piece in pieces if piece.part == part])
    return faults


def _piece_faults(piece: Piece, *, is_workbook: bool) -> Iterator[Fault]:
    if re.search(r"\{[{%#]|[%#]\}|\}\}", piece.bare):
        yield Fault(piece, "", "a tag is not complete here. Begin and end it in the same paragraph or cell")
    if piece.style in NEVER_IN_TABLES and piece.table:
        yield Fault(piece, "", f"style {piece.style} is used inside a table. Put the commentary before or after the table")
    for message in piece.faults:
        yield Fault(piece, "", message)
    for tag in piece.tags:
        message = _tag_fault(tag, piece, is_workbook=is_workbook)
        if message:
            yield Fault(piece, tag, message)


def _tag_fault(tag: str, piece: Piece, *, is_workbook: bool) -> str:
    """Say what is wrong with one tag as it is written and placed, or give an empty string."""
    if tag.startswith("{#"):
        return "comments are not part of the dialect. Write a Commentary paragraph, or leave it out"
    if re.match(r"\{[{%][-+]|.*[-+][}%]\}$", tag):
        return "the sign next to the bracket is not part of the dialect. Take the - or + out"
    if tag.startswith("{{"):
        has_letter = re.match(r"\{\{(r|p|tr|tc)\s", tag)
        return "only {{ path }} is used for values. Take the letter after the brackets out" if has_letter else ""
    found = STATEMENT.match(tag)
    if found is None or found["word"] not in KEYWORDS:
        return "is not part of the dialect. Use if, elif, else, endif, for and endfor only"
    fault = _sheet_kind_fault(found["level"], found["word"]) if is_workbook else _word_kind_fault(found["level"])
    return fault or _placing_fault(found["level"], found["word"], piece)


def _word_kind_fault(level: str) -> str:
    if level not in WORD_LEVELS:
        return "has a kind that Word templates do not know. Use {%p … %}, {%tr … %}, {%tc … %} or {% … %}"
    return ""


def _sheet_kind_fault(level: str, word: str) -> str:
    if level not in SHEET_LEVELS:
        return "has a kind that workbooks do not know. Use {% if … %} in a cell, {%tr … %} or {%sheet if … %}"
    if level == "tr" and word in {"elif", "else"}:
        return "is not known for rows. Write a second {%tr if … %} with the opposite condition"
    if level == "" and word in LOOP_WORDS:
        return "repeats text inside a cell. Use {%tr for … %} or the listing filter"
    return ""


def _placing_fault(level: str, word: str, piece: Piece) -> str:
    if level == "p" and (piece.bare.strip() or len(piece.tags) > 1):
        return "shares its paragraph with other text, which would be lost. Give the tag a paragraph of its own"
    if level in TABLE_LEVELS and not piece.table:
        return "stands outside a table. Use {%p … %} between paragraphs"
    if level == "tr" and (TAG.sub("", piece.row_text).strip() or len(TAG.findall(piece.row_text)) > 1):
        return "shares its table row with other text, which would be lost. Give the tag a row of its own"
    if level == "tc":
        return _column_fault(piece)
    if level == "sheet" and (piece.place != "cell A1" or word != "if" or not piece.text.lstrip().startswith("{%sheet")):
        return "belongs at the beginning of cell A1, as {%sheet if … %}; the sheet ends it"
    return ""


def _column_fault(piece: Piece) -> str:
    """Say why a {%tc … %} tag cannot stand where it does, or give an empty string."""
    if piece.part != BODY:
        return "repeats or drops columns, which only a table of the document itself can do. Take it out here"
    if TAG.sub("", piece.cell_text).strip() or len(TAG.findall(piece.cell_text)) > 1:
        return "shares its cell with other text, which would be lost. Give the tag a cell of its own"
    return ""


def _scope(level: str, piece: Piece) -> str:
    return {"p": piece.container, "tr": piece.table, "tc": piece.row}.get(level, f"{piece.container} {piece.place}")


def _balance_faults(pieces: Iterable[Piece]) -> Iterator[Fault]:
    """Check that every if and for is closed by a tag of the same kind in the same place."""
    stack: list[_Open] = []
    for piece in pieces:
        for tag in piece.tags:
            found = STATEMENT.match(tag)
            if found is None or found["word"] not in KEYWORDS or found["level"] == "sheet":
                continue
            here = _Open(found["word"], found["level"], _scope(found["level"], piece), piece, tag)
            yield from _next(stack, here)
    for left in stack:
        yield Fault(left.piece, left.tag, f"is never closed. Add {_closing(left)} after it in the same place")


def _next(stack: list[_Open], here: _Open) -> Iterator[Fault]:
    if here.word in OPENS:
        stack.append(here)
        return
    wanted = "if" if here.word in {"elif", "else", "endif"} else "for"
    top = stack[-1] if stack else None
    if top is None or top.word != wanted:
        yield Fault(
            here.piece,
            here.tag,
            f"has no {{% {wanted} … %}} before it" + (f"; {top.tag} is still open" if top else "") + ". Correct the order",
        )
        return
    if (top.level, top.scope) != (here.level, here.scope):
        yield Fault(
            here.piece,
            here.tag,
            f"belongs to {top.tag} in {top.piece.place}. Put both in the same place and write both alike",
        )
    if here.word in OPENS.values():
        stack.pop()


def _closing(left: _Open) -> str:
    return f"{{%{left.level} {OPENS[left.word]} %}}"

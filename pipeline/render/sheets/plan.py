"""The row tags of a sheet and a context → where its rows go, and what each repeated copy is made from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.exceptions import RenderError, TemplateError
from pipeline.render.cells import Evaluator
from pipeline.render.sheets.compiled import RowTag, Sheet
from pipeline.render.sheets.rows import LAST_ROW, Block, RowMap

_FOR = re.compile(r"\s*(?P<name>[A-Za-z_]\w*)\s+in\s+(?P<path>.+?)\s*", re.DOTALL)
Scope = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """Where a sheet's rows go; for each of its blocks, what each copy's names stand for, None for a copy that stays empty."""

    row_map: RowMap
    scopes: tuple[tuple[Scope | None, ...], ...]


def keeps(sheet: Sheet, evaluator: Evaluator) -> bool:
    """Say whether a sheet stays."""
    return not sheet.test or bool(evaluator.evaluate(sheet.test, {}, f"{sheet.title}!A1", sheet.test_tag))


def plan_sheet(sheet: Sheet, evaluator: Evaluator) -> SheetPlan:
    """Evaluate a sheet's row tags; a loop over nothing leaves one empty copy of its rows, so every sum over it is 0."""
    blocks: list[Block] = []
    scopes: list[tuple[Scope | None, ...]] = []
    gone = 0  # how many rows earlier blocks have taken away (negative where they added some)
    for tag in sheet.tags:
        if tag.fault:
            raise TemplateError(tag.fault)
        loop, copies = _copies(tag, evaluator)
        block = Block(tag.opening, tag.opening + 1, tag.closing - 1, tag.closing, loop, len(copies), tag.opening - gone)
        gone += tag.closing - tag.opening + 1 - block.copies * block.height
        blocks.append(block)
        scopes.append(copies)
    if sheet.rows and sheet.rows[-1].number - gone > LAST_ROW:
        raise RenderError(f"{evaluator.template}: {sheet.title}: comes to more rows than a sheet can hold; give it fewer")
    return SheetPlan(RowMap(tuple(blocks)), tuple(scopes))


def loop_of(tag: RowTag) -> str:
    """Give what a row tag repeats its rows over; "" where it only keeps them or leaves them out, or cannot be read."""
    loop = _FOR.fullmatch(tag.rest) if tag.word == "for" else None
    return loop["path"].strip() if loop else ""


def _copies(tag: RowTag, evaluator: Evaluator) -> tuple[str, tuple[Scope | None, ...]]:
    if tag.word == "if":
        return "", ({},) if evaluator.evaluate(tag.rest.strip(), {}, tag.where, tag.tag) else ()
    loop = _FOR.fullmatch(tag.rest)
    if loop is None:
        raise TemplateError(f"{evaluator.template}: {tag.where}: {tag.tag}: write it as {{%tr for lot in lots %}}")
    found = evaluator.evaluate(loop["path"], {}, tag.where, tag.tag)
    if not isinstance(found, list | tuple):
        raise RenderError(f"{evaluator.template}: {tag.where}: {tag.tag}: {loop['path']} is not a list; name a list")
    return loop_of(tag), tuple({loop["name"]: item} for item in found) or (None,)

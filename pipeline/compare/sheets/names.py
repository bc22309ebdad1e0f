"""The defined names of two workbooks → the changes between them; what computes is as grave as a formula."""

import re
from collections.abc import Iterator

from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.sheets.places import Places
from pipeline.compare.sheets.read import HIDDEN, Book
from pipeline.compare.sheets.rules import conditional, validations

_WORD = re.compile(r"[A-Za-z_\\][\w.\\?]*")
_AREA = re.compile(r"(?:(?:'(?:[^']|'')*'|[\w.]+)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?")
_BUILT_IN = "_xlnm."
_TEXT = re.compile(r'"(?:[^"]|"")*"')


def name_changes(old: Book, new: Book, places: Places) -> Iterator[Change]:
    """Compare defined names; one that follows its cells is the same."""
    before = {_renamed(name, places): said for name, said in old.names.items()}
    changed = [
        (name, before.get(name, ""), new.names.get(name, ""))
        for name in sorted({*before, *new.names})
        if name not in before or name not in new.names or not places.is_same(before[name], new.names[name], "", "")
    ]
    used_before, used_now = (set(_used(one)) if changed else set[str]() for one in (old, new))
    for name, was, now in changed:
        kind = f"name-{'inserted' if name not in before else 'removed' if name not in new.names else 'changed'}"
        told = places.told(was, now, "") if kind == "name-changed" else was
        used = used_before if name not in before else used_now  # what came can alter only what was there, and the other way round
        is_used = name.rpartition("!")[2].lower() in used
        is_grave = was.removesuffix(HIDDEN) != now.removesuffix(HIDDEN) and (is_used or _computes(name, was, now))
        severity, touched = (Severity.HIGH, ("number",)) if is_grave else (Severity.CONTENT, ())
        yield Change(kind, severity, Location("names", item=name), told, now, touches=touched)


def _computes(name: str, *said: str) -> bool:
    """Say whether a name stands for anything but cells."""
    is_own = not name.rpartition("!")[2].startswith(_BUILT_IN)
    return is_own and any(one and not _AREA.fullmatch(one.removesuffix(HIDDEN)) for one in said)


def _used(book: Book) -> Iterator[str]:
    """Give the words that stand in formulas: of cells, names, validations and conditional formats."""
    formulas = {cell.formula for sheet in book.sheets.values() for row in sheet.rows for cell in row.cells.values()}
    rules = {rule.said for sheet in book.sheets.values() for one in (validations, conditional) for rule in one(sheet).values()}
    for said in (*formulas, *rules, *book.names.values()):
        yield from (word.lower() for word in _WORD.findall(_TEXT.sub("", said)))


def _renamed(name: str, places: Places) -> str:
    """Give a name that belongs to one sheet by what that sheet is called now."""
    sheet, mark, own = name.rpartition("!")
    return f"{places.names.get(sheet, sheet)}{mark}{own}"

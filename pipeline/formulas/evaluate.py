"""Working out every formula of a workbook."""

from collections.abc import Iterable

from pipeline.formulas.book import Book, Member, Pending
from pipeline.formulas.compiled import Compiled, compiled
from pipeline.formulas.contents import Address, Contents, Formula, Names, Table, corners, plain
from pipeline.formulas.frame import Frame
from pipeline.formulas.values import Array, FormulaError, Scalar, column_letters


def evaluate_workbook(
    cells: Contents, names: Names | None = None, tables: Iterable[Table] = (), *, sheets: Iterable[str] = ()
) -> dict[Address, Scalar]:
    """Give the value that Excel would show for every cell that a formula fills, array formulas with all their cells.

    `cells` holds what each cell holds; `sheets` names sheets that may hold nothing. A formula that cannot be read, or cells that
    need each other, raise FormulaError, which says where.
    """
    keys = {title: title.casefold() for title in (*sheets, *dict.fromkeys(sheet for sheet, _, _ in cells))}
    book = Book({key: title for title, key in keys.items()}, list(tables), _names(names or {}))
    pending: dict[Address, Pending] = {}
    for address, content in cells.items():
        sheet, row, column = address
        if isinstance(content, Formula):
            frame, ready = Frame(book, keys[sheet], row, column), _read(address, content)
            if ready.subtotal:
                book.subtotals.setdefault(frame.sheet, set()).add((row, column))
            if content.area:
                pending.update(_members(frame, address, content, ready))
            else:
                pending[address] = Pending(frame, ready)
        elif content is not None:
            book.sheets[keys[sheet]][row, column] = plain(content)
    for cell in pending.values():
        book.sheets[cell.frame.sheet][cell.frame.row, cell.frame.column] = cell
    return {address: _finished(book, cell) for address, cell in pending.items()}


def _names(names: Names) -> dict[tuple[str, str], str]:
    """Give the names by sheet ("" for all) and name in lower case; they are read when a formula uses them."""
    pairs = {("", key) if isinstance(key, str) else key: text for key, text in names.items()}
    return {(sheet.casefold(), name.casefold()): text for (sheet, name), text in pairs.items()}


def _members(start: Frame, address: Address, content: Formula, ready: Compiled) -> dict[Address, Pending]:
    """Make the cells ready that the results of an array formula fill."""
    sheet, row, column = address
    last_row, last_column = _corner(address, content)
    results: list[Scalar | Array] = []
    made: dict[Address, Pending] = {}
    for down in range(last_row - row + 1):
        for across in range(last_column - column + 1):
            place = Frame(start.book, start.sheet, row + down, column + across)
            made[sheet, place.row, place.column] = Pending(place, ready, Member(down, across, start, results))
    return made


def _read(address: Address, content: Formula) -> Compiled:
    sheet, row, column = address
    try:
        return compiled(content.text, row, column, arrays=bool(content.area))
    except FormulaError as error:
        raise FormulaError(f"{sheet}!{column_letters(column)}{row}: the formula {content.text} {error}") from error


def _corner(address: Address, content: Formula) -> tuple[int, int]:
    """Give the last row and column that a formula fills."""
    sheet, row, column = address
    top, left, bottom, right = corners(content.area)
    if (top, left) != (row, column):
        raise FormulaError(f"{sheet}!{column_letters(column)}{row}: the array formula's area {content.area} does not begin there")
    return bottom, right


def _finished(book: Book, cell: Pending) -> Scalar:
    try:
        return book.finish(cell)
    except RecursionError as error:
        raise FormulaError(f"{book.where(cell)}: the formula is nested too deep to be worked out; split it over cells") from error

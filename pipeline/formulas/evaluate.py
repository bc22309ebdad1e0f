"""Working out every formula of a workbook."""

from collections.abc import Iterable

from pipeline.formulas.book import Book, Pending
from pipeline.formulas.compiled import Compiled, compiled
from pipeline.formulas.contents import Address, Content, Contents, Formula, Names, Table, corners, plain
from pipeline.formulas.frame import Frame
from pipeline.formulas.values import FormulaError, Scalar, column_letters


def evaluate_workbook(
    cells: Contents, names: Names | None = None, tables: Iterable[Table] = (), *, sheets: Iterable[str] = ()
) -> dict[Address, Scalar]:
    """Give the value that Excel would show for every cell that a formula fills, array formulas with all their cells.

    `cells` holds what each cell holds; `sheets` names sheets that may hold nothing. A formula that cannot be read, or cells that
    need each other, raise FormulaError, which says where.
    """
    titles = {title.casefold(): title for title in (*sheets, *(sheet for sheet, _, _ in cells))}
    book = Book(titles, list(tables), _names(names or {}))
    pending: dict[Address, Pending] = {}
    for address, content in cells.items():
        if isinstance(content, Formula):
            pending.update(_prepared(book, address, content))
        else:
            _put(book, address, plain(content))
    for (sheet, row, column), cell in pending.items():
        book.sheets[sheet.casefold()][row, column] = cell
    return {address: _finished(book, cell) for address, cell in pending.items()}


def _names(names: Names) -> dict[tuple[str, str], str]:
    """Give the names by sheet ("" for all) and name in lower case; they are read when a formula uses them."""
    pairs = {("", key) if isinstance(key, str) else key: text for key, text in names.items()}
    return {(sheet.casefold(), name.casefold()): text for (sheet, name), text in pairs.items()}


def _put(book: Book, address: Address, value: Scalar) -> None:
    sheet, row, column = address
    if value is not None:
        book.sheets[sheet.casefold()][row, column] = value
        book.extent = max(book.extent[0], row), max(book.extent[1], column)


def _prepared(book: Book, address: Address, content: Content) -> dict[Address, Pending]:
    """Make a cell ready; an array formula together with the cells its results fill."""
    if not isinstance(content, Formula):
        raise TypeError(content)
    sheet, row, column = address
    frame = Frame(book, sheet.casefold(), row, column)
    ready = _read(address, content)
    if ready.subtotal:
        book.subtotals.setdefault(frame.sheet, set()).add((row, column))
    if not content.area:
        book.extent = max(book.extent[0], row), max(book.extent[1], column)
        return {address: Pending(frame, ready, frame)}
    last_row, last_column = _corner(address, content)
    book.extent = max(book.extent[0], last_row), max(book.extent[1], last_column)
    results: list[Scalar] = []
    made: dict[Address, Pending] = {}
    for down in range(last_row - row + 1):
        for across in range(last_column - column + 1):
            place = Frame(book, frame.sheet, row + down, column + across)
            made[sheet, place.row, place.column] = Pending(place, ready, frame, (down, across), results)  # type: ignore[arg-type]
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

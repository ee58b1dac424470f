"""CSV and XLSX as one uniform grid: find the header, and give the rows under it.

A grid can be read more than once and is never held in memory as a whole: the first time through shows how a column
writes its amounts and days, the second time reads them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from openpyxl.utils import get_column_letter

from connectors.files import csv_table, xlsx_table
from connectors.files.cells import FileError, Line, clean, text_of
from connectors.files.limits import COLUMNS, HEADER_SEARCH_ROWS, PREVIEW_ROWS, ROWS
from connectors.files.values import EXCEL_DAY_ZERO

HEADER_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells, and where they came from. `is_clear` is false where bytes had no meaning in the encoding."""

    file_kind: str
    lines: Callable[[], Iterator[Line]] = field(repr=False)
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    is_clear: bool = True
    day_zero: date = EXCEL_DAY_ZERO


@dataclass(frozen=True, slots=True)
class Table:
    """A grid with its header found. `doubles` are (the header as written, how its second column is called here)."""

    grid: Grid
    headers: tuple[str, ...]
    header_row: int
    doubles: tuple[tuple[str, str], ...] = ()

    def rows(self) -> Iterator[Line]:
        """Give the rows under the header that are not empty.

        :raises FileError: rows_too_many, or what the file itself breaks on.
        """
        count = 0
        for line in self.grid.lines():
            if line.number > self.header_row and not line.is_empty:
                count += 1
                if count > ROWS:
                    raise FileError("rows_too_many", limit=str(ROWS))
                yield line

    def preview(self) -> tuple[tuple[str, ...], ...]:
        """Give the first rows as text, to show beside the mapping."""
        return tuple(tuple(clean(text_of(cell)) for cell in line.cells) for line in islice(self.rows(), PREVIEW_ROWS))


def csv_grid(content: bytes) -> Grid:
    """Open a text file as a grid; encoding and separator are found out."""
    encoding, is_clear = csv_table.encoding_of(content)
    delimiter = csv_table.delimiter_of(content, encoding)
    return Grid(
        "csv",
        lambda: csv_table.lines(content, encoding, delimiter),
        encoding=encoding,
        delimiter=delimiter,
        is_clear=is_clear,
    )


def xlsx_grid(content: bytes) -> Grid:
    """Open the first sheet of a workbook that is not empty.

    :raises FileError: unpacked_too_large, zip_entries_too_many, xlsx_unreadable or file_empty.
    """
    sheet = xlsx_table.first_sheet(content)
    return Grid("xlsx", sheet.lines, sheet=sheet.title, day_zero=sheet.day_zero)


def find_header(grid: Grid, is_known: Callable[[str], bool]) -> Table:
    """Find the header among the first rows: the one with most headers that we know, else the widest.

    Packages put their name, the administration and the day above it.

    :raises FileError: file_empty or columns_too_many, or what the file breaks on.
    """
    first = list(islice((line for line in grid.lines() if not line.is_empty), HEADER_SEARCH_ROWS))
    if not first:
        raise FileError("file_empty")
    texts = [[clean(text_of(cell))[:HEADER_CHARACTERS] for cell in line.cells] for line in first]
    known = [sum(map(is_known, row)) for row in texts]
    widths = [sum(map(bool, row)) for row in texts]
    best = max(range(len(first)), key=lambda i: (known[i], widths[i] if not any(known) else 0, -i))
    headers = texts[best]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > COLUMNS:
        raise FileError("columns_too_many", limit=str(COLUMNS))
    return _named(grid, headers, first[best].number)


def _named(grid: Grid, headers: list[str], row: int) -> Table:
    """Give every column a name of its own: the second "Naam" becomes "Naam [2]", one without header its letter."""
    names: list[str] = []
    doubles: list[tuple[str, str]] = []
    for number, header in enumerate(headers, start=1):
        name = header or get_column_letter(number)
        count = 1
        while name in names:
            count += 1
            name = f"{header} [{count}]"
        if count > 1:
            doubles.append((header, name))
        names.append(name)
    return Table(grid, tuple(names), row, tuple(doubles))

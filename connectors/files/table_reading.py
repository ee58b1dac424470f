"""The way from a grid to a `Reading`, the same for debtors and invoices."""

from collections.abc import Callable
from dataclasses import replace

from connectors.files import mapping as column_mapping
from connectors.files.cells import FileError
from connectors.files.fields import Subject
from connectors.files.mapping import Choice, ColumnMap
from connectors.files.rows import Problem, Reading, Row
from connectors.files.table_rows import RowReader, Styles
from connectors.files.tables import Grid, Table, find_header

Build = Callable[[RowReader], Row]
"""Makes a row from a reader and complains to it of all that is wrong; after an error the row is thrown away."""


class Doubles:
    """Sees to it that a number comes once in a file."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, ...], int] = {}

    def check(self, reader: RowReader, number: str, *kind: str) -> None:
        """Complain of a number that an earlier row has too, whether or not that row was sound."""
        first = self._first.setdefault((number.casefold(), *kind), reader.row)
        if number and first != reader.row:
            reader.complain("number", "number_double", number=number, first_row=str(first))


def read_table(grid: Grid, subject: Subject, choice: Choice | None, build: Build[Row]) -> Reading[Row]:
    """Read a whole table. Every problem of every row is listed; a table that breaks half-way gives no rows.

    :raises FileError: if not even a header can be read.
    """
    table = find_header(grid, lambda header: column_mapping.is_known(header, subject, choice))
    columns = column_mapping.match(table.headers, subject, choice, table.doubles, table.header_row)
    reading: Reading[Row] = _described(table, columns)
    if any(problem.level == "error" for problem in columns.problems):
        return reading
    rows: list[Row] = []
    problems: list[Problem] = list(reading.problems)
    seen = 0
    styles = Styles(table, columns)
    for line in table.rows():
        seen += 1
        reader = RowReader(line, columns, styles)
        row = _built(reader, build)
        problems.extend(reader.in_order())
        if row is not None:
            rows.append(row)
    if not seen:
        problems.append(Problem(table.header_row, "", "table_without_rows"))
    return replace(reading, rows=tuple(rows), problems=tuple(problems), rows_seen=seen)


def _built(reader: RowReader, build: Build[Row]) -> Row | None:
    if reader.looks_like_total():
        reader.complain("", "total_row_skipped", "warning")
        return None
    row = build(reader)
    reader.check_width()
    return row if reader.is_sound else None


def _described(table: Table, columns: ColumnMap) -> Reading[Row]:
    """Say what the file looks like, before any of its rows is read."""
    grid = table.grid
    unclear: list[Problem] = [] if grid.is_clear else [Problem(0, "", "encoding_unclear", level="warning")]
    return Reading(
        problems=(*unclear, *columns.problems),
        file_kind=grid.file_kind,
        mapping=columns.by_header,
        unknown_columns=columns.unknown,
        headers=table.headers,
        header_row=table.header_row,
        suggestions=columns.suggestions,
        preview=_preview(table),
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        sheet=grid.sheet,
    )


def _preview(table: Table) -> tuple[tuple[str, ...], ...]:
    try:
        return table.preview()
    except FileError:  # reading the rows will say so, with the place
        return ()

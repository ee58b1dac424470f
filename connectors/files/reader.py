"""The door: bytes of a file in, a `Reading` out. Nothing that is in the file can make these functions raise.

    reading = reader.read_invoices(content, "facturen.csv", mapping={"Bedrag": "amount"}, today=today)
    for problem in reading.problems:
        print(sentences.sentence(problem, "nl"))

`mapping` is header -> name of a field; None or the empty string leaves a column out. What is not in it is recognised
where it can be. `reading.mapping` is what was used: keep it, and give it back with the next file.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from connectors.files import archives, debtors, invoices, kinds, tables, ubl
from connectors.files.cells import FileError, source_name
from connectors.files.mapping import Choice
from connectors.files.rows import DebtorRow, InvoiceRow, Problem, Reading, Row
from connectors.files.tables import Grid


def read_debtors(content: bytes, filename: str, mapping: Choice | None = None) -> Reading[DebtorRow]:
    """Read a table of debtors from CSV or XLSX; `filename` only says what the source is called.

    A debtor whose kind no column says is derived: a KvK or VAT number means business, else consumer.
    """
    return _safely(filename, lambda: _debtors(content, mapping))


def read_invoices(content: bytes, filename: str, mapping: Choice | None = None, *, today: date) -> Reading[InvoiceRow]:
    """Read invoices and credit notes from CSV, XLSX, a UBL file or a ZIP of UBL files.

    `today` only bounds the days: an invoice dated more than a year ahead is an error. `mapping` is for tables.
    """
    return _safely(filename, lambda: _invoices(content, filename, mapping, today))


def _safely(filename: str, read: Callable[[], Reading[Row]]) -> Reading[Row]:
    try:
        return replace(read(), filename=filename)
    except FileError as error:
        return Reading(problems=(Problem(error.row, "", error.code, error.values),), filename=filename)


def _debtors(content: bytes, mapping: Choice | None) -> Reading[DebtorRow]:
    kind = kinds.sniff(content)
    if kind in ("xml", "zip"):
        raise FileError("xml_among_debtors")
    return _read_grid(_grid(kind, content), lambda grid: debtors.read(grid, mapping))


def _invoices(content: bytes, filename: str, mapping: Choice | None, today: date) -> Reading[InvoiceRow]:
    kind = kinds.sniff(content)
    if kind == "zip":
        return archives.read(content, today=today)
    if kind == "xml":
        rows, problems, seen = ubl.read(content, source_name(filename) or "UBL", today=today)
        return Reading(rows=tuple(rows), problems=tuple(problems), file_kind="ubl", rows_seen=seen)
    return _read_grid(_grid(kind, content), lambda grid: invoices.read(grid, mapping, today=today))


def _grid(kind: kinds.FileKind, content: bytes) -> Grid:
    return tables.xlsx_grid(content) if kind == "xlsx" else tables.csv_grid(content)


def _read_grid(grid: Grid, read: Callable[[Grid], Reading[Row]]) -> Reading[Row]:
    """Read a table; of one that breaks half-way it is still said what kind of file it was."""
    try:
        return read(grid)
    except FileError as error:
        return Reading(problems=(Problem(error.row, "", error.code, error.values),), file_kind=grid.file_kind)

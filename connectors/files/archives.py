"""A ZIP of UBL files: each read by itself, so that one broken invoice does not stop the others."""

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

from connectors.files import ubl, zips
from connectors.files.cells import FileError, source_name
from connectors.files.limits import FILE_BYTES, MEGABYTE
from connectors.files.rows import InvoiceRow, Level, Problem, Reading

_ENCRYPTED = 0x1


def read(content: bytes, *, today: date) -> Reading[InvoiceRow]:
    """Read every XML file in a ZIP; `row` counts the documents, `source` is the name of the file inside.

    A document number that comes twice for the same kind and supplier is an error at the second. Other files, and ZIPs
    inside, are skipped with a warning.

    :raises FileError: zip_unreadable, zip_entries_too_many or unpacked_too_large.
    """
    rows: list[InvoiceRow] = []
    problems: list[Problem] = []
    seen = 0
    with zips.opened(content, unreadable="zip_unreadable") as archive:
        for entry in _entries(archive):
            name = source_name(entry.filename)
            try:
                found, complaints, count = ubl.read(_unpacked(archive, entry), name, today=today, first_row=seen + 1)
            except FileError as error:
                problems.append(Problem(0, "", error.code, error.values, _level(error), name))
                continue
            seen += count
            rows.extend(found)
            problems.extend(complaints)
    if not seen and all(problem.level == "warning" for problem in problems):
        problems.append(Problem(0, "", "zip_without_invoices"))
    unique, doubles = _without_doubles(rows)
    return Reading(rows=unique, problems=(*problems, *doubles), file_kind="zip", rows_seen=seen)


def _entries(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """Give the files, without what systems add by themselves."""
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename)
        hidden = path.name.startswith(".") or path.name == "Thumbs.db" or "__MACOSX" in path.parts
        if not entry.is_dir() and not hidden:
            yield entry


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Give one file; what its own header says about its size is what is read at most.

    :raises FileError: zip_entry_skipped, zip_encrypted, file_too_large or zip_unreadable.
    """
    if not entry.filename.lower().endswith((".xml", ".ubl")):
        raise FileError("zip_entry_skipped")
    if entry.flag_bits & _ENCRYPTED:
        raise FileError("zip_encrypted")
    if entry.file_size > FILE_BYTES:
        raise FileError("file_too_large", limit=str(FILE_BYTES // MEGABYTE))
    try:
        return archive.read(entry)
    except zips.BROKEN as error:
        raise FileError("zip_unreadable") from error


def _level(error: FileError) -> Level:
    return "warning" if error.code == "zip_entry_skipped" else "error"


def _without_doubles(rows: list[InvoiceRow]) -> tuple[tuple[InvoiceRow, ...], list[Problem]]:
    first: dict[tuple[str, ...], str] = {}
    unique: list[InvoiceRow] = []
    doubles: list[Problem] = []
    for row in rows:
        seller = row.supplier.vat_number or row.supplier.kvk if row.supplier else ""
        key = (row.document_kind, row.number.casefold(), seller)
        if key in first:
            values = {"number": row.number, "first_file": first[key]}
            doubles.append(Problem(row.row, "ID", "number_double_in_zip", values, source=row.source))
        else:
            first[key] = row.source
            unique.append(row)
    return tuple(unique), doubles

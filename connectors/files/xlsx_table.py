"""XLSX through openpyxl: streamed, typed cells honoured, and nothing a broken workbook raises gets out."""

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

import openpyxl
from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

from connectors.files import zips
from connectors.files.cells import Cell, FileError, Line, Uncalculated
from connectors.files.limits import COLUMNS, SHEET_ROWS
from connectors.files.values import EXCEL_DAY_ZERO

BATCH = 500
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")

# openpyxl validates nothing: a forged workbook comes out as whatever the first line that stumbles raises.
_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, InvalidFileException, LookupError, OSError, RuntimeError,
    SyntaxError, TypeError, ValueError, etree.LxmlError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet with anything in it. `lines` can be asked for more than once."""

    title: str
    day_zero: date
    _worksheet: Any = field(repr=False)
    _uncalculated: Mapping[int, set[int]] = field(repr=False, hash=False)

    def lines(self) -> Iterator[Line]:
        """Give the rows that are not empty, with the row numbers of the sheet.

        :raises FileError: xlsx_unreadable.
        """
        filler: tuple[Any, ...] | None = None
        for number, values in enumerate(_rows(self._worksheet), start=1):
            if values is filler:  # openpyxl gives one and the same row for all that the file leaves out
                continue
            formulas = self._uncalculated.get(number, set())
            if values.count(None) == len(values) and not formulas:
                filler = values
                continue
            width = next((i for i in range(len(values), 0, -1) if values[i - 1] is not None), 0)
            cells = enumerate(values[: max(width, *formulas, 0)], start=1)
            yield Line(number, tuple(Uncalculated() if i in formulas else _cell(value) for i, value in cells))


def first_sheet(content: bytes) -> Sheet:
    """Open a workbook at its first sheet that is not empty.

    :raises FileError: unpacked_too_large, zip_entries_too_many, xlsx_unreadable or file_empty.
    """
    zips.opened(content, unreadable="xlsx_unreadable").close()
    options = {"read_only": True, "data_only": True, "keep_links": False}
    book = _guarded(lambda: openpyxl.load_workbook(io.BytesIO(content), **options))
    mac = book.epoch == CALENDAR_MAC_1904
    for worksheet in sorted(book.worksheets, key=lambda worksheet: worksheet.sheet_state != "visible"):
        _guarded(worksheet.reset_dimensions)  # what the file says about its size is often wrong
        formulas = _guarded(lambda: _uncalculated(content, worksheet))  # noqa: B023 - called at once
        sheet = Sheet(worksheet.title, CALENDAR_MAC_1904.date() if mac else EXCEL_DAY_ZERO, worksheet, formulas)
        if next(sheet.lines(), None) is not None:
            return sheet
    raise FileError("file_empty" if book.worksheets else "xlsx_unreadable")


def _guarded(ask_openpyxl: Callable[[], T]) -> T:
    try:
        with warnings.catch_warnings():  # about styles and validations that we do not read
            warnings.simplefilter("ignore")
            return ask_openpyxl()
    except _BROKEN as error:
        raise FileError("xlsx_unreadable") from error


def _rows(worksheet: Any) -> Iterator[tuple[Any, ...]]:
    rows = _guarded(lambda: worksheet.iter_rows(max_col=COLUMNS + 1, max_row=SHEET_ROWS, values_only=True))
    while batch := _guarded(lambda: list(islice(rows, BATCH))):
        yield from batch


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date | str):
        return value
    return _number(value) if isinstance(value, int | float) else str(value)


def _number(value: float) -> Decimal | str:
    """Make a number exact. A file holds 0.30000000000000004 where Excel shows 0.3: it shows fifteen digits at most."""
    exact = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    return exact if exact.is_finite() else str(value)


def _uncalculated(content: bytes, worksheet: Any) -> dict[int, set[int]]:
    """Find per row the columns of formulas whose outcome is not in the file: Excel never opened it.

    openpyxl gives an empty cell for these, and for formulas that came out empty. Only the XML tells them apart.
    """
    path = worksheet._worksheet_path
    found: dict[int, set[int]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        with archive.open(path) as source:
            if not _has_formulas(source):
                return found
        with archive.open(path) as source:
            for row, column in _formulas_without_value(source):
                found.setdefault(row, set()).add(column)
    return found


def _has_formulas(source: Any) -> bool:
    tail = b""
    while chunk := source.read(1024 * 1024):
        if _FORMULA.search(tail + chunk):
            return True
        tail = chunk[-64:]
    return False


def _formulas_without_value(source: Any) -> Iterator[tuple[int, int]]:
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    cells = etree.iterparse(source, tag="{*}c", **safe)
    for _, cell in cells:
        parts = {etree.QName(part).localname: part.text for part in cell}
        came_out_empty = cell.get("t") == "str" and "v" in parts
        if "f" in parts and not parts.get("v") and not came_out_empty and cell.get("r"):
            row, column = coordinate_to_tuple(cell.get("r"))
            yield row, column
        cell.clear()
        while cell.getprevious() is not None:
            del cell.getparent()[0]

"""What is on the screen as a file: CSV as Excel here reads it, or XLSX with real numbers and days.

Written whole, inside the context of the tenant, and never streamed: after the answer the tenant is gone. Text that a
spreadsheet would take for a formula stays text.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

PARAMETER = "formaat"  # as {% exports %} writes it in the address
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Kind = Literal["text", "amount", "date", "moment", "number"]

_FORMATS = {"amount": "#,##0.00", "date": "dd-mm-yyyy", "moment": "dd-mm-yyyy hh:mm", "number": "General"}
_WIDTHS = {"text": 28, "amount": 14, "date": 12, "moment": 17, "number": 10}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # not allowed in XML, no use in CSV


class Column(NamedTuple):
    """A column of a file: its head, where a row has it (an attribute, dotted, or a function), and what it is."""

    label: str
    value: str | Callable[[Any], Any]
    kind: Kind = "text"

    def of(self, row: Any) -> Any:
        """Give what a row has here."""
        value = attrgetter(self.value)(row) if isinstance(self.value, str) else self.value(row)
        if value is None or self.kind != "text":
            return value
        return _CONTROL.sub("", str(value))


def wanted(request: HttpRequest) -> bool:
    """Tell whether a list is asked for as a file."""
    return request.GET.get(PARAMETER) in {"csv", "xlsx"}


def answer(
    request: HttpRequest, rows: Iterable[Any], columns: Sequence[Column | tuple[Any, ...]], filename: str
) -> HttpResponse:
    """Answer with rows as the file that the address asks for; the name gets its ending here."""
    heads = [column if isinstance(column, Column) else Column(*column) for column in columns]
    if request.GET.get(PARAMETER) == "xlsx":
        content, media_type, ending = _xlsx(rows, heads), XLSX, "xlsx"
    else:
        content, media_type, ending = _csv(rows, heads), CSV, "csv"
    name = f"{slugify(filename) or 'export'}.{ending}"
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})


def written(rows: Iterable[Any], columns: Sequence[Column], ending: str) -> bytes:
    """Write rows as the content of a file: "csv" or "xlsx"."""
    return _xlsx(rows, columns) if ending == "xlsx" else _csv(rows, columns)


def _csv(rows: Iterable[Any], columns: Sequence[Column]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.label for column in columns])
    for row in rows:
        writer.writerow([_as_text(column.of(row), column.kind) for column in columns])
    return b"\xef\xbb\xbf" + file.getvalue().encode()  # without the mark Excel reads it as Windows-1252


def _as_text(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    match kind:
        case "amount":
            return f"{Decimal(value):.2f}".replace(".", ",")
        case "number":
            return str(value).replace(".", ",")
        case "date":
            return f"{_day(value):%d-%m-%Y}"
        case "moment":
            return f"{_local(value):%d-%m-%Y %H:%M}"
    return f"'{value}" if value.startswith(_FORMULA) else value


def _xlsx(rows: Iterable[Any], columns: Sequence[Column]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Debiteuren")
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = max(_WIDTHS[column.kind], len(column.label) + 2)
    heads = [WriteOnlyCell(sheet, column.label) for column in columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    number = 1
    for number, row in enumerate(rows, start=2):  # noqa: B007 - the last row closes the filter
        sheet.append([_cell(sheet, column.of(row), column.kind) for column in columns])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{number}"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: Any, kind: Kind) -> Any:
    if value is None or value == "":
        return None
    if kind == "date":
        value = _day(value)
    elif kind == "moment":
        value = _local(value).replace(tzinfo=None)
    cell = WriteOnlyCell(sheet, value)
    if kind == "text":
        cell.data_type = "s"  # also where it begins with "="
        cell.quotePrefix = value.startswith(_FORMULA)  # Excel shows it as text, and keeps it so
    else:
        cell.number_format = _FORMATS[kind]
    return cell


def _day(value: date) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def _local(value: date) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value

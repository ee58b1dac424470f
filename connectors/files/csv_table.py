"""CSV: which encoding, which separator, and then row by row."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from connectors.files.cells import FileError, Line
from connectors.files.limits import LINE_CHARACTERS

SAMPLE_BYTES = 64 * 1024
SAMPLE_ROWS = 50
DELIMITERS = (";", ",", "\t", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOT_IN_WINDOWS_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def encoding_of(content: bytes) -> tuple[str, bool]:
    """Give the encoding of a text file, and whether every byte has a meaning in it.

    A byte order mark decides; else UTF-8 if it fits from first to last byte, else Windows-1252.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding, _decodes(content, encoding)
    if _decodes(content, "utf-8"):
        return "utf-8", True
    return "windows-1252", _NOT_IN_WINDOWS_1252.search(content) is None


def _decodes(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(content)
    try:
        for start in range(0, len(content), SAMPLE_BYTES):
            decoder.decode(view[start : start + SAMPLE_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(content: bytes, encoding: str) -> str:
    """Give the separator: the one Excel's own `sep=` line names, else the one that cuts most rows in as many cells.

    In a file with semicolons the comma of the amounts cuts too, but into fewer cells and not in every row.
    """
    sample = content[:SAMPLE_BYTES].decode(encoding, errors="replace")
    named = re.match(r'\ufeff?"?sep=(.)', sample)
    return named[1] if named else max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: str, delimiter: str) -> float:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths = [len(row) for row in islice(reader, SAMPLE_ROWS) if row]
    counts = Counter(width for width in widths if width > 1)
    if not counts:
        return 0.0
    return max(count * width for width, count in counts.items()) / len(widths)


def lines(content: bytes, encoding: str, delimiter: str) -> Iterator[Line]:
    """Give the rows one by one, the empty ones too; a cell may hold line breaks between quotes.

    :raises FileError: csv_quotes or line_too_long.
    """
    reader = csv.reader(_physical_lines(content, encoding), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileError("csv_quotes", number) from error
        if not (number == 1 and cells and cells[0].startswith("sep=")):
            yield Line(number, tuple(cells))


def _physical_lines(content: bytes, encoding: str) -> Iterator[str]:
    """Decode as we go: the text is never in memory as a whole."""
    with io.TextIOWrapper(io.BytesIO(content), encoding, errors="replace", newline="") as stream:
        while line := stream.readline(LINE_CHARACTERS + 1):
            if len(line) > LINE_CHARACTERS:
                raise FileError("line_too_long", limit=str(LINE_CHARACTERS))
            yield line

"""What kind of file this is, by its first bytes. The name counts only where bytes leave a choice."""

import re
from typing import Literal

from connectors.files import zips
from connectors.files.cells import FileError
from connectors.files.csv_table import encoding_of
from connectors.files.limits import FILE_BYTES, MEGABYTE

FileKind = Literal["csv", "xlsx", "xml", "zip"]

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "file_pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_xls"),  # old Excel, and any Excel with a password
    (b"\x1f\x8b", "file_archive"),
    (b"7z\xbc\xaf\x27\x1c", "file_archive"),
    (b"Rar!", "file_archive"),
    (b"\x09\x08", "file_xls"),  # Excel of before 1995
)
_HTML = re.compile(r"<(?:!doctype\s+html|html|table|head|body|meta)[\s>]", re.IGNORECASE)
_START = 4096


def sniff(content: bytes) -> FileKind:
    """Tell CSV, XLSX, XML and ZIP apart.

    :raises FileError: for everything else, with what to do about it.
    """
    if len(content) > FILE_BYTES:
        raise FileError("file_too_large", limit=str(FILE_BYTES // MEGABYTE))
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise FileError("file_empty")
    for magic, code in _MAGIC:
        if content.startswith(magic):
            raise FileError(code)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(content)
    return _text_kind(content)


def _inside_zip(content: bytes) -> FileKind:
    with zips.opened(content, unreadable="zip_unreadable") as archive:
        names = {name.lower().lstrip("/") for name in archive.namelist()}
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise FileError("file_xlsb")
    if "content.xml" in names and "mimetype" in names:
        raise FileError("file_ods")
    if "[content_types].xml" in names and any(name.startswith(("word/", "ppt/")) for name in names):
        raise FileError("file_unknown")
    return "zip"


def _text_kind(content: bytes) -> FileKind:
    encoding, _ = encoding_of(content[: _START - _START % 4])
    start = content[:_START].decode(encoding, errors="replace").lstrip("\ufeff \t\r\n")
    if "\0" in start:
        raise FileError("file_unknown")
    if _HTML.match(start):
        raise FileError("file_html")
    if start.startswith("<"):
        return "xml"
    if re.match(r"[\[{]\s*[\"{\[\]}]", start):
        raise FileError("file_json")
    return "csv"

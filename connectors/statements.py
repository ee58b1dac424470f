"""Opens any file with bank statements: what it is, is read off what is in it, and not off its name. Pure.

for part in checked(statements.read(file, "afschriften.zip")): …
"""

import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, cast

from connectors import camt, mt940
from payments.statement import StatementPart, StatementStart, UnreadableStatement, gettext_noop

MEGABYTE = 1024 * 1024
ZIP_ENTRIES = 500
UNPACKED = 2048 * MEGABYTE
RATIO = 300
"""How far a file may be packed. The XML of a bank is packed twenty- to eightyfold; a bomb a thousandfold."""
RATIO_COUNTS_FROM = 10 * MEGABYTE
SPOOLED = 64 * MEGABYTE
_HEAD = 4096
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    RuntimeError,
    NotImplementedError,
)
_MT940 = re.compile(rb"^(?:\{[1-4]:|:940:|:20:|:25:|ABNANL2A|0000 01|[A-Z0-9]{8,12}\s*$|940\s*$)", re.MULTILINE)
_CSV = re.compile(rb"^[^\n]*([;,\t])[^\n]*\1[^\n]*\n", re.MULTILINE)


_PACKED = gettext_noop("Dit is een ingepakt bestand dat wij niet openen. Pak het uit, of maak er een ZIP van.")
_EXCEL = gettext_noop(
    "Dit is een Excel-bestand; daaruit lezen wij geen boekingen. Kies bij uw bank de export CAMT.053 (XML) of MT940."
)
# What a file begins with -> what it is
_OTHERS = (
    (
        b"%PDF",
        gettext_noop(
            "Dit is een PDF; daaruit lezen wij geen boekingen. Kies bij uw bank de export CAMT.053 (XML) of MT940."
        ),
    ),
    (b"\xd0\xcf\x11\xe0", _EXCEL),
    (b"\x1f\x8b", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"Rar!", _PACKED),
    (b"{", gettext_noop("Dit is JSON en geen bankafschrift. Kies bij uw bank de export CAMT.053 (XML) of MT940.")),
)


def read(file: BinaryIO, filename: str = "") -> Iterator[StatementPart]:
    """Give the parts of all statements in a file: CAMT, MT940, or a ZIP of those.

    :raises UnreadableStatement: if it is something else, or broken; also half-way.
    """
    del filename  # only what is in a file says what it is
    return _read(file, inside_zip=False)


def _read(file: BinaryIO, *, inside_zip: bool) -> Iterator[StatementPart]:
    source = _Source(file)
    head = source.head()
    kind = _sniff(head)
    if kind == "camt":
        yield from camt.read(source.without_white_space())
    elif kind == "mt940":
        yield from mt940.read(source.buffered())
    elif kind == "zip" and not inside_zip:
        yield from _unpacked(source)
    else:
        raise UnreadableStatement(_what_is_wrong(head, kind))


def _sniff(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "xlsx" if b"[Content_Types].xml" in head or b"xl/" in head else "zip"
    if (text[:9].lower() == b"<!doctype" and b"html" in text[:30].lower()) or text[:5].lower() == b"<html":
        return "html"
    if text.startswith((b"<", b"\xff\xfe<\0", b"\xfe\xff\0<")):
        return "camt"
    if any(text.startswith(start) for start, _sentence in _OTHERS if start != b"{"):
        return "other"
    if re.search(rb"^:(?:20|25|28C?|60[FM]|61):", text, re.MULTILINE) or text[:5] == b":940:":
        return "mt940"
    return "mt940" if text and _MT940.match(text) and not _CSV.match(text) else "other"


def _what_is_wrong(head: bytes, kind: str) -> str:
    """Give the sentence for a file that is no statement."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.strip(b"\0 \r\n\t"):
        return gettext_noop("Het bestand is leeg.")
    if kind == "zip":
        return gettext_noop("In de ZIP zit nog een ZIP. Pak die eerst uit.")
    if kind == "xlsx":
        return _EXCEL
    if kind == "html":
        return gettext_noop(
            "Dit is een webpagina en geen afschrift. Log in bij uw bank en download het bestand opnieuw."
        )
    for start, sentence in _OTHERS:
        if text.startswith(start):
            return sentence
    if _CSV.match(text):
        return gettext_noop(
            "Dit is een CSV-bestand. Daarin staan geen saldi, dus is niet na te gaan of het compleet is. Kies bij uw "
            "bank de export CAMT.053 (XML) of MT940."
        )
    return gettext_noop("Dit is geen bankafschrift dat wij kennen. Kies bij uw bank de export CAMT.053 (XML) of MT940.")


class _Source(io.RawIOBase):
    """A file of any sort whose beginning can be looked at before it is read."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._held = b""

    def readable(self) -> bool:
        return True

    def head(self) -> bytes:
        while len(self._held) < _HEAD and (data := self._file.read(_HEAD - len(self._held))):
            self._held += data
        return self._held

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._held[: len(view)] if self._held else self._file.read(len(view))
        self._held = self._held[len(data) :]
        view[: len(data)] = data
        return len(data)

    def buffered(self) -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(self, 64 * 1024))

    def without_white_space(self) -> BinaryIO:
        """Begin at the first letter: white space before <?xml is a common slip, and no XML."""
        self._held = self._held.lstrip()
        return self.buffered()


def _unpacked(source: _Source) -> Iterator[StatementPart]:
    with tempfile.SpooledTemporaryFile(max_size=SPOOLED) as spool:  # a ZIP is read from its end
        packed = source.buffered()
        while data := packed.read(MEGABYTE):
            spool.write(data)
        spool.seek(0)
        try:
            with zipfile.ZipFile(spool) as archive:
                entries = [one for one in archive.infolist() if not _is_by_the_way(one)]
                _check_sizes(entries)
                for entry in sorted(entries, key=lambda one: one.filename):
                    yield from _entry(archive, entry)
        except UnreadableStatement:
            raise
        except _BROKEN as error:
            raise UnreadableStatement(
                gettext_noop("De ZIP is beschadigd of heeft een wachtwoord. Download hem opnieuw, of pak hem uit.")
            ) from error


def _is_by_the_way(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry is a folder, or something that a Mac adds."""
    last = entry.filename.rpartition("/")[2]
    return entry.is_dir() or last.startswith(".") or entry.filename.startswith("__MACOSX/")


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    if not entries:
        raise UnreadableStatement(gettext_noop("De ZIP is leeg."))
    if len(entries) > ZIP_ENTRIES:
        raise UnreadableStatement(
            gettext_noop("In de ZIP zitten meer dan %(limit)s bestanden. Splits hem in delen."), limit=ZIP_ENTRIES
        )
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    too_far = size > RATIO_COUNTS_FROM and size > RATIO * max(packed, 1)
    if size > UNPACKED or too_far or any(entry.compress_type not in _METHODS for entry in entries):
        raise UnreadableStatement(gettext_noop("De ZIP wordt uitgepakt onmogelijk groot. Er is niets gelezen."))


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[StatementPart]:
    name = entry.filename.rpartition("/")[2][:80]
    try:
        # zipfile stops at the size that the ZIP names, which was checked
        with archive.open(entry) as file:
            for part in _read(cast(BinaryIO, file), inside_zip=True):
                yield replace(part, source=name) if isinstance(part, StatementStart) else part
    except UnreadableStatement as error:
        error.source = error.source or name
        raise

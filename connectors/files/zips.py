"""A ZIP from outside, opened only if what is in it can be unpacked without harm. An XLSX is one too."""

import io
import zipfile
import zlib

from connectors.files.cells import FileError
from connectors.files.limits import MEGABYTE, UNPACKED_BYTES, ZIP_ENTRIES

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError, RuntimeError)
"""What Python raises on a damaged ZIP."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others may ask for gigabytes of memory to unpack


def opened(content: bytes, *, unreadable: str) -> zipfile.ZipFile:
    """Open a ZIP; sizes are checked before anything is unpacked, and no more than the size is unpacked later.

    :raises FileError: `unreadable`, zip_entries_too_many or unpacked_too_large.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except BROKEN as error:
        raise FileError(unreadable) from error
    entries = archive.infolist()
    if len(entries) > ZIP_ENTRIES:
        raise FileError("zip_entries_too_many", limit=str(ZIP_ENTRIES))
    if sum(entry.file_size for entry in entries) > UNPACKED_BYTES:
        raise FileError("unpacked_too_large", limit=str(UNPACKED_BYTES // MEGABYTE))
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise FileError(unreadable)
    return archive

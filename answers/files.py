"""What a file is, by what is in it: the name and the type that a browser gives are anybody's guess. Pure.

Nothing is opened or unpacked here: only the first bytes are looked at, and the file is handed on as it came.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

MOST_BYTES = 10 * 1024 * 1024
LONGEST_NAME = 80
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


class FileType(NamedTuple):
    """A kind of file that we take."""

    media_type: str
    extension: str


PDF = FileType("application/pdf", "pdf")
JPEG = FileType("image/jpeg", "jpg")
PNG = FileType("image/png", "png")
HEIC = FileType("image/heic", "heic")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file of a kind that we take, under a name that harms nobody."""

    filename: str
    media_type: str
    content: bytes


def type_of(content: bytes) -> FileType | None:
    """Give what a file is by its first bytes, or None: nothing that we take."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return HEIC
    return None


def checked(filename: str, content: bytes) -> CheckedFile | None:
    """Give a file under a plain name with the ending of what it is, or None: nothing that we take."""
    found = type_of(content)
    if found is None:
        return None
    return CheckedFile(f"{_plain(filename)}.{found.extension}", found.media_type, content)


def _plain(filename: str) -> str:
    """Give a name without path and ending, of letters, digits, points, dashes and spaces only."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFKC", filename))[-1].rpartition(".")
    stem = last[0] or last[2]
    return re.sub(r"[^\w.\- ]+", "_", stem).strip(" ._")[:LONGEST_NAME] or "bestand"

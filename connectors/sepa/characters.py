"""What may stand in the text of a SEPA file: the Latin characters that every bank passes on (EPC217-08)."""

import re
import unicodedata

_OUTSIDE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_SPACES = re.compile(r" {2,}")
# What is not a letter with an accent, but has a usual way to be written without it.
_WRITTEN = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"ð": "d", "þ": "th", "ı": "i", "&": "+", "_": "-", "–": "-", "—": "-", "’": "'", "‘": "'", "´": "'", "`": "'"}
    | {"€": "EUR", "“": "'", "”": "'", '"': "'", ";": ",", "@": "(at)", "\n": " ", "\t": " ", "\r": " "}
)


def plain(text: str, most: int) -> str:
    """Give a text in the characters of SEPA, not longer than the format takes.

    Accents go, what has another usual spelling gets it, anything else becomes a point. A text may not begin or end with
    a slash, nor hold two in a row.
    """
    written = unicodedata.normalize("NFKD", text.translate(_WRITTEN))
    bare = "".join(character for character in written if not unicodedata.combining(character))
    clean = re.sub(r"/{2,}", "/", _OUTSIDE.sub(".", bare))
    return _SPACES.sub(" ", clean).strip(" /")[:most].strip(" /") or "-"

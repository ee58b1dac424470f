"""From the lines of an MT940 file to its fields: `:61:`, `:86:` and so on, each with the lines that belong to it."""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from payments.statement import UnreadableStatement, gettext_noop

LINE_BYTES = 8_192
"""The standard says 65 characters; ING puts a whole description in one line of some hundreds."""
FIELD_LINES = 200
_FIELD = re.compile(r":([0-9]{2}[A-Z]?):")
_TRAILER = re.compile(r"-(?:X{0,3}|\}.*)")
_BLOCKS = re.compile(r"^(?:\{[1-35]:(?:[^{}]|\{[^{}]*\})*\})*(?:\{4:)?")


class Field(NamedTuple):
    """A field: its tag, its lines, and where it begins. Tag "" is a header, "-" the end of a message."""

    tag: str
    lines: list[str]
    line: int


def fields(file: BinaryIO) -> Iterator[Field]:
    """Give the fields of a file.

    :raises UnreadableStatement: if a line or a field is longer than any bank makes them.
    """
    held: Field | None = None
    number = 0
    while raw := file.readline(LINE_BYTES + 1):
        number += 1
        if len(raw) > LINE_BYTES:
            raise UnreadableStatement(
                gettext_noop("deze regel is langer dan %(limit)s tekens; dat komt in MT940 niet voor."),
                line=number,
                limit=LINE_BYTES,
            )
        text = _BLOCKS.sub("", _decoded(raw), count=1)
        if not text.strip():
            continue
        found = _FIELD.match(text)
        if found is None and held is not None and held.tag not in ("", "-") and not _TRAILER.fullmatch(text.rstrip()):
            held.lines.append(text)
            if len(held.lines) > FIELD_LINES:
                raise UnreadableStatement(
                    gettext_noop("dit veld heeft meer dan %(limit)s regels; dat komt in MT940 niet voor."),
                    line=held.line,
                    limit=FIELD_LINES,
                )
            continue
        if held is not None:
            yield held
        if found is not None:
            held = Field(found[1], [text[found.end() :]], number)
        else:
            held = Field("-" if text.startswith("-") else "", [text], number)
    if held is not None:
        yield held


def _decoded(raw: bytes) -> str:
    """Read a line: UTF-8 where it is that, else the Windows code page; without what no text holds."""
    raw = raw.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return text if text.isprintable() else "".join(one if one.isprintable() else " " for one in text)

"""One cell of a table, whatever file it came from, and how it is cleaned and shown."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

SHOWN_CHARACTERS = 40
SOURCE_CHARACTERS = 200


class CellError(ValueError):
    """One value cannot be read. `code` and `values` are those of the `Problem` that it becomes."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class FileError(ValueError):
    """The file, or the rest of it, cannot be read. `row` is where it broke, 0 for the file as a whole."""

    def __init__(self, code: str, row: int = 0, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.row = row
        self.values = values


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A cell with a formula whose outcome the file does not hold."""


Cell = str | Decimal | date | Uncalculated
"""An empty cell is the empty string."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table. `number` counts from 1 as Excel does, empty rows included."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        return not any(cell.strip() if isinstance(cell, str) else True for cell in self.cells)


def clean(text: str) -> str:
    """Make text fit for one line of a form: composed, no control or invisible characters, single spaces.

    Right-to-left marks and zero-width characters go too: they make two different names look the same.
    """
    if not text.isprintable():
        text = "".join(" " if sign.isspace() else sign for sign in text if _is_wanted(sign))
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def clean_lines(text: str) -> str:
    """Clean text that may have more than one line; lines stay lines."""
    return "\n".join(clean(line) for line in re.split(r"\r\n|\r|\n", text)).strip()


def _is_wanted(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign)[0] != "C"


def text_of(cell: Cell) -> str:
    """Write a cell as text: a number without exponent or needless zeros, a day as jjjj-mm-dd."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return cell.isoformat() if isinstance(cell, date) else ""


def source_name(filename: str) -> str:
    """Give the name of a file as it is kept with its rows and quoted: cleaned, and cut where it is long."""
    return clean(filename)[:SOURCE_CHARACTERS]


def shown(cell: Cell) -> str:
    """Write a cell as it is quoted in a sentence: cleaned, and cut where it is long."""
    text = clean(text_of(cell))
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"

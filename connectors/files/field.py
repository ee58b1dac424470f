"""What one column of an import can hold, with all that a mapping screen needs to draw it."""

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["text", "lines", "amount", "date", "yes_no", "term", "choice"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a debtor or an invoice.

    `headers` are the column names under which people and packages write it, separated by commas, compared without
    case, spaces and punctuation. `bare_headers` are those that mean this only in a file about the thing itself:
    "Nummer" is the debtor's number among debtors, and the invoice's among invoices.
    """

    name: str
    label_nl: str
    label_en: str
    example: str
    help_nl: str = ""
    help_en: str = ""
    headers: str = ""
    bare_headers: str = ""
    type: FieldType = "text"
    required: bool = False
    max_length: int = 200

    def label(self, language: str) -> str:
        return self.label_en if language == "en" else self.label_nl

    def help(self, language: str) -> str:
        return self.help_en if language == "en" else self.help_nl

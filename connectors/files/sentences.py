"""Every problem as a full sentence, in Dutch and English. This package is pure, so gettext cannot help it.

Placeholders: `{amount!e}` writes an amount as euros, `{day!d}` a day, `{field!f}` the name of a field, `{kind!k}`
invoice or credit note, each in the language of the sentence.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any, Literal

from babel.numbers import format_currency

from connectors.files import fields
from connectors.files.phrases import LEFT_OUT, PHRASES
from connectors.files.rows import Problem

Language = Literal["nl", "en"]

_PLACES: dict[Language, tuple[str, str, str]] = {
    "nl": ("Bestand {}", "Regel {}", "kolom {}"),
    "en": ("File {}", "Row {}", "column {}"),
}

_LEFT_OUT: dict[Language, str] = {"nl": " Dit is weggelaten.", "en": " This was left out."}
_KINDS: dict[Language, dict[str, str]] = {
    "nl": {"invoice": "factuur", "credit_note": "creditnota"},
    "en": {"invoice": "invoice", "credit_note": "credit note"},
}


def sentence(problem: Problem, language: Language = "nl") -> str:
    """Say what is wrong and where, as one sentence or two for a person.

    :raises KeyError: if the code has no phrase; a test keeps that from happening.
    """
    dutch, english = PHRASES[problem.code]
    text = _Phrase(language).vformat(dutch if language == "nl" else english, (), dict(problem.values))
    if problem.level == "warning" and problem.code in LEFT_OUT:
        text += _LEFT_OUT[language]
    place = _place(problem, language)
    return f"{place}: {text}" if place else text[0].upper() + text[1:]


def sentences(problems: Sequence[Problem], language: Language = "nl") -> list[str]:
    """Say all of them, in the order of the file."""
    return [sentence(problem, language) for problem in problems]


def _place(problem: Problem, language: Language) -> str:
    in_file, at_row, in_column = _PLACES[language]
    parts = []
    if problem.source:
        parts.append(in_file.format(problem.source))
    elif problem.row:
        parts.append(at_row.format(problem.row))
    if problem.column:
        parts.append(in_column.format(problem.column) if not problem.source else problem.column)
    place = ", ".join(parts)
    return place[:1].upper() + place[1:]


class _Phrase(Formatter):
    """`str.format` with conversions of our own."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if conversion == "e":
            return format_currency(Decimal(value), "EUR", locale=self.language).replace("\xa0", " ")
        if conversion == "d":
            day = date.fromisoformat(value)
            return f"{day:%d-%m-%Y}" if self.language == "nl" else day.isoformat()
        if conversion == "f":
            return fields.label(value, self.language)
        if conversion == "k":
            return _KINDS[self.language][value]
        return super().convert_field(value, conversion)

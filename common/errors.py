"""The shape of an expected failure: a code for machines, a sentence for people, and the values in it.

Anything that is not a `DomainError` is a bug and rises.
"""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext


class DomainError(Exception):
    """Something that a user can do wrong or can meet, said in his own words.

    A subclass sets `code` (stable, unique, snake_case; documented) and `sentence` (Dutch, marked for translation,
    with %(name)s placeholders for the values), and may name the `field` of the form it belongs to.
    """

    code: ClassVar[str] = "error"
    sentence: ClassVar[str | Promise] = ""

    def __init__(self, *, field: str | None = None, **values: object) -> None:
        self.field = field
        self.values = values
        super().__init__(self.code)

    def __str__(self) -> str:
        sentence = self.sentence
        text = str(sentence) if isinstance(sentence, Promise) else gettext(sentence)
        return text % {name: _written(value) for name, value in self.values.items()} if self.values else text


def _written(value: object) -> object:
    """Give a value as people here write it: an amount as 1.234,56, a day as 31-12-2026."""
    if isinstance(value, Decimal):
        return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else value

"""The shape of an expected failure: a code for machines, a sentence for people, and the values in it.

Anything that is not a `DomainError` is a bug and rises.
"""

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
        return text % self.values if self.values else text

"""Words of a list of choices as they are kept: in Dutch, whatever language somebody works in, and read in his own."""

from django.utils.translation import gettext, override


def in_dutch(word: object) -> str:
    """Give a word as it is kept. The log of one administration is written by people who read different languages."""
    with override("nl"):
        return str(word)


def translated(word: object) -> object:
    """Give a kept word in the active language; what somebody typed himself stays as it is."""
    return gettext(word) if word and isinstance(word, str) else word

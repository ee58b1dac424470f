"""Control characters have no business in a letter: a PDF, an XML block or a mail header can break on one."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """Give a text without control characters; tabs and line ends stay."""
    return _CONTROL.sub("", text)

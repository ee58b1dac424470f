"""The address block, made to fit the window of a Dutch DL envelope (EA5/6, 110 x 220 mm, window on the left).

The sheet can slide in its envelope, so the block must stay inside what every position shows: 80 mm wide and six
lines high (correspondence/assets/letter.css). Lines are broken here and not by the layout, which would never refuse.
"""

import re
from functools import lru_cache
from pathlib import Path

from babel import Locale
from fontTools.ttLib import TTFont

from correspondence.content import Recipient

MOST_LINES = 6
WIDTH_MM = 75
SIZE_PT = 9.5
_FONT = Path(__file__).resolve().parent.parent / "assets" / "fonts" / "Inter-Regular.ttf"
_MM_PER_PT = 25.4 / 72
_DUTCH_POSTCODE = re.compile(r"(\d{4})\s*([A-Za-z]{2})")


def lines(recipient: Recipient, *, attention: str, home: str, language: str) -> tuple[str, ...]:
    """Give the address as at most six lines that fit the window.

    What the post needs comes first and whole: street, town, country. The name gets what room there is, "for the
    attention of" a line where one is left. What does not fit ends in an ellipsis: better than an address that runs out
    of the window.
    """
    below = [
        *_fit(recipient.street, 2),
        *_fit(place(recipient), 1),
        *_fit(_country(recipient.country, home, language), 1),
    ]
    room = MOST_LINES - len(below)
    person = f"{attention} {recipient.attention}" if recipient.attention else ""
    name = _fit(recipient.name, room - (1 if person and room > 2 else 0))
    return (*name, *_fit(person, room - len(name)), *below)


def place(party: Recipient) -> str:
    """Write postcode and town as the post reads them best: 1234 AB, two spaces, the town."""
    match = _DUTCH_POSTCODE.fullmatch(party.postcode.strip())
    postcode = f"{match[1]} {match[2].upper()}" if match else party.postcode.strip()
    return "\u00a0\u00a0".join(part for part in (postcode.replace(" ", "\u00a0"), party.city) if part)


def width_mm(text: str) -> float:
    """Give the width of a text as the address is set, kerning left out (which only makes it narrower)."""
    advances, unknown, units = _metrics()
    return sum(advances.get(ord(char), unknown) for char in text) / units * SIZE_PT * _MM_PER_PT


def _country(code: str, home: str, language: str) -> str:
    if code.upper() == home.upper():
        return ""
    return str(Locale.parse(language).territories.get(code.upper(), code)).upper()


def _fit(text: str, most: int) -> list[str]:
    wrapped = _wrap(text)
    if len(wrapped) <= most:
        return wrapped
    return [*wrapped[: most - 1], _cut(" ".join(wrapped[most - 1 :]))] if most > 0 else []


def _wrap(text: str) -> list[str]:
    found: list[str] = []
    for word in re.findall(r"[^ \t\r\n]+", text):  # not at a no-break space
        longer = f"{found[-1]} {word}" if found else word
        if found and width_mm(longer) <= WIDTH_MM:
            found[-1] = longer
        else:
            found += _chop(word)
    return found


def _chop(word: str) -> list[str]:
    """Cut a word that is wider than the window."""
    pieces = [""]
    for char in word:
        if width_mm(pieces[-1] + char) > WIDTH_MM:
            pieces.append("")
        pieces[-1] += char
    return pieces


def _cut(text: str) -> str:
    while width_mm(text) > WIDTH_MM:
        text = text.removesuffix("…")[:-1].rstrip() + "…"
    return text


@lru_cache(maxsize=1)
def _metrics() -> tuple[dict[int, int], int, int]:
    with TTFont(_FONT, lazy=True) as font:
        units = font["head"].unitsPerEm
        advances = {code: font["hmtx"][name][0] for code, name in font.getBestCmap().items()}
    return advances, units, units  # a character that the font lacks counts as wide as it can be

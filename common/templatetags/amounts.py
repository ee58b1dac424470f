"""Amounts and dates as people here write them: template filters, and the plain functions behind them.

Dutch, English, and German and French for the pages of debtors; any other language reads as English. An amount never
breaks over two lines.
"""

from datetime import date
from decimal import Decimal

from django import template
from django.utils.translation import get_language

from common.money import round_cents

register = template.Library()

NO_BREAK_SPACE = "\u00a0"
_MONTHS = {
    "nl": (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
}
_IN_FIGURES = {"nl": "%d-%m-%Y", "de": "%d.%m.%Y", "fr": "%d/%m/%Y"}
_NARROW_SPACE = "\u202f"  # does not break either
_SIGNS = {
    "nl": str.maketrans({",": ".", ".": ","}),
    "de": str.maketrans({",": ".", ".": ","}),
    "fr": str.maketrans({",": _NARROW_SPACE, ".": ","}),
    "en": str.maketrans({}),
}


def format_amount(amount: Decimal | int, language: str) -> str:
    """Write an amount with two decimals and no sign of the currency: 1.234,56 in Dutch, 1,234.56 in English."""
    text = f"{round_cents(Decimal(amount)) + 0:,.2f}"  # + 0: no minus before 0.00
    return text.translate(_SIGNS[_known(language)])


def format_euro(amount: Decimal | int, language: str) -> str:
    """Write an amount in euro: € 1.234,56 and € -1.234,56 in Dutch, -€1,234.56 in English, -1.234,56 € in German."""
    text, known = format_amount(amount, language), _known(language)
    if known == "nl":
        return f"€{NO_BREAK_SPACE}{text}"
    if known != "en":
        return f"{text}{NO_BREAK_SPACE}€"
    return f"-€{text[1:]}" if text.startswith("-") else f"€{text}"


def format_date(day: date, language: str) -> str:
    """Write a day in words: 22 november 2026, 22 November 2026, 22. November 2026, 1er mars 2026."""
    known = _known(language)
    number = {"de": f"{day.day}.", "fr": "1er" if day.day == 1 else str(day.day)}.get(known, str(day.day))
    return f"{number}{NO_BREAK_SPACE}{_MONTHS[known][day.month - 1]} {day.year}"


def format_date_short(day: date, language: str) -> str:
    """Write a day for a table: 22-11-2026 in Dutch, 22 Nov 2026 in English, where figures alone are ambiguous."""
    known = _known(language)
    if known != "en":
        return f"{day:{_IN_FIGURES[known]}}"
    return f"{day.day}{NO_BREAK_SPACE}{_MONTHS['en'][day.month - 1][:3]}{NO_BREAK_SPACE}{day.year}"


@register.filter
def euro(value: Decimal | int | None, language: str | None = None) -> str:
    """Write an amount with its sign, in the language given or the active one; nothing for None."""
    return "" if value is None else format_euro(value, language or _active())


@register.filter
def amount(value: Decimal | int | None, language: str | None = None) -> str:
    """Write an amount without sign, in the language given or the active one; nothing for None."""
    return "" if value is None else format_amount(value, language or _active())


@register.filter
def date_long(value: date | None, language: str | None = None) -> str:
    """Write a day in words, in the language given or the active one; nothing for None."""
    return "" if value is None else format_date(value, language or _active())


@register.filter
def date_short(value: date | None, language: str | None = None) -> str:
    """Write a day for a table, in the language given or the active one; nothing for None."""
    return "" if value is None else format_date_short(value, language or _active())


@register.filter
def date_nl(value: date | None, form: str = "long") -> str:
    """Write a day in Dutch whatever the active language: 22 november 2026, or 22-11-2026 as `short`."""
    return date_short(value, "nl") if form == "short" else date_long(value, "nl")


def _active() -> str:
    return get_language() or "nl"


def _known(language: str) -> str:
    return language[:2] if language[:2] in _MONTHS else "en"

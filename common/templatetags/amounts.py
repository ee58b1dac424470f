"""Amounts and dates as people here write them: template filters, and the plain functions behind them.

Dutch and English only: any other language reads as English. An amount never breaks over two lines.
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
}
_TO_DUTCH = str.maketrans({",": ".", ".": ","})


def format_amount(amount: Decimal | int, language: str) -> str:
    """Write an amount with two decimals and no sign of the currency: 1.234,56 in Dutch, 1,234.56 in English."""
    text = f"{round_cents(Decimal(amount)) + 0:,.2f}"  # + 0: no minus before 0.00
    return text.translate(_TO_DUTCH) if _known(language) == "nl" else text


def format_euro(amount: Decimal | int, language: str) -> str:
    """Write an amount in euro: € 1.234,56 and € -1.234,56 in Dutch, €1,234.56 and -€1,234.56 in English."""
    text = format_amount(amount, language)
    if _known(language) == "nl":
        return f"€{NO_BREAK_SPACE}{text}"
    return f"-€{text[1:]}" if text.startswith("-") else f"€{text}"


def format_date(day: date, language: str) -> str:
    """Write a day in words: 22 november 2026, 22 November 2026."""
    return f"{day.day}{NO_BREAK_SPACE}{_MONTHS[_known(language)][day.month - 1]} {day.year}"


def format_date_short(day: date, language: str) -> str:
    """Write a day for a table: 22-11-2026 in Dutch, 22 Nov 2026 in English, where figures alone are ambiguous."""
    if _known(language) == "nl":
        return f"{day:%d-%m-%Y}"
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
    return "nl" if language.startswith("nl") else "en"

"""Reads what people type: amounts and days in the ways that Dutch bookkeepers write them. Pure."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from common.money import CENT


def amount(text: str) -> Decimal | None:
    """Read an amount in euro: 1234,5, 1.234,50, 1234.50, € 12, -5; with three digits behind a lone mark, thousands."""
    plain = re.sub(r"[€\s\u00a0]|EUR", "", text, flags=re.IGNORECASE)
    sign = -1 if plain.startswith("-") or plain.endswith("-") else 1
    plain = plain.strip("-")
    match = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})*|\d+)(?:[.,](\d{1,2}))?", plain)
    if match is None:
        return None
    try:
        return sign * Decimal(f"{re.sub(r'[.,]', '', match[1])}.{match[2] or '0'}").quantize(CENT)
    except InvalidOperation:
        return None


def day(text: str, *, today: date) -> date | None:
    """Read a day: 31-12-2026, 31/12/26, 31.12, 311226, 2026-12-31; without a year the one nearest to today."""
    plain = text.strip()
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", plain):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{2})(\d{2})(\d{2}|\d{4})", plain):
        return _date(_year(match[3]), int(match[2]), int(match[1]))
    match = re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{2}|\d{4}))?", plain)
    if match is None:
        return None
    if match[3]:
        return _date(_year(match[3]), int(match[2]), int(match[1]))
    near = [_date(today.year + shift, int(match[2]), int(match[1])) for shift in (-1, 0, 1)]
    return min((found for found in near if found), key=lambda found: abs((found - today).days), default=None)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None

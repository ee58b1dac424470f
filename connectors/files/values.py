"""Amounts, days, yes and no, as people and packages write them.

Amounts. Both `1.234,56` and `1,234.56` are read, with a euro sign, spaces, a minus in front or behind, parentheses,
and the Dutch `12,-`. One separator followed by exactly three digits (`1.234`) can be read in two ways. Then:
(1) the other values of the same column decide, if they prove one decimal mark; (2) else the other amount columns of
the same file; (3) else it is a thousands separator, because money has no three decimals. A column that proves both
marks leaves such a value unreadable. Nothing is rounded: a fraction of a cent is an error.

Days. Always the day before the month. `12/31/2025` is refused, and where a column holds such values (unless ten times
as many prove the Dutch order) every value that could be read both ways is refused too. Two-digit years below 80 are
20xx. Five digits are Excel's serial number of a day.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from common.money import euro
from connectors.files.cells import Cell, CellError, clean, shown, text_of
from connectors.files.limits import AMOUNT

DecimalMark = Literal["", ",", ".", "both"]
"""What a column proves: nothing, comma, point, or one value this and another that."""

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_SERIALS = range(32_874, 73_051)  # 1990 to 2099: other five-digit numbers are more likely a mistake
LONGEST_AMOUNT = 40
LONGEST_DAY = 40

_SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "’": "'", "`": "'"})
_CURRENCY = r"(?:€|eur|euro)?\s*"
_AMOUNT = re.compile(
    rf"(?P<open>\()?\s*(?P<before>[-+]?)\s*{_CURRENCY}(?P<inside>[-+]?)\s*"
    r"(?P<body>[0-9](?:[0-9.,' ]*[0-9])?|[.,][0-9]+)(?P<dash>[.,](?:--?|=))?\s*"
    rf"{_CURRENCY}(?P<after>[-+]?)\s*{_CURRENCY}(?P<close>\))?",
    re.IGNORECASE,
)
_GROUPED_BY_SPACE = re.compile(r"[0-9]{1,3}(?:[ '][0-9]{3})+(?:[.,][0-9]+)?")
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"([0-9]+)()"), ""),
    (re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+)"), ","),
    (re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)"), "."),
    (re.compile(r"([0-9]{1,3}(?:\.[0-9]{3}){2,})()"), ","),
    (re.compile(r"([0-9]{1,3}(?:,[0-9]{3}){2,})()"), "."),
    (re.compile(r"([1-9][0-9]{0,2})\.([0-9]{3})"), "?."),
    (re.compile(r"([1-9][0-9]{0,2}),([0-9]{3})"), "?,"),
    (re.compile(r"([0-9]*),([0-9]+)"), ","),
    (re.compile(r"([0-9]*)\.([0-9]+)"), "."),
)


def parse_amount(cell: Cell, mark: DecimalMark = "") -> Decimal:
    """Read an amount in euro from a cell; `mark` is what its column proves about the decimal mark.

    :raises CellError: amount_unreadable, amount_is_date, amount_ambiguous, amount_fraction or amount_too_large.
    """
    if isinstance(cell, date):
        raise CellError("amount_is_date", value=shown(cell))
    exact = cell if isinstance(cell, Decimal) else _exact(text_of(cell), mark)
    if abs(exact) > AMOUNT:
        raise CellError("amount_too_large", value=shown(cell))
    try:
        return euro(exact)
    except ValueError as error:
        raise CellError("amount_fraction", value=shown(cell)) from error


def decimal_mark(cell: Cell) -> str:
    """Tell which decimal mark one cell proves: a comma, a point, or the empty string where it proves nothing."""
    found = _taken_apart(cell) if isinstance(cell, str) and cell else None
    if found is None:
        return ""
    _, body, dash = found
    proof = "," if dash else next((mark for shape, mark in _SHAPES if shape.fullmatch(body)), "")
    return "" if proof.startswith("?") else proof


def column_mark(proofs: Iterable[str]) -> DecimalMark:
    """Add up what the cells of a column prove."""
    marks = set(proofs) - {""}
    if len(marks) > 1:
        return "both"
    return "," if "," in marks else "." if marks else ""


def _taken_apart(text: str) -> tuple[bool, str, str] | None:
    """Give (is negative, the digits and separators, `,-`), or None where this is no amount."""
    text = clean(text.translate(_SIGNS))
    found = _AMOUNT.fullmatch(text) if len(text) <= LONGEST_AMOUNT else None
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    signs = found["before"] + found["inside"] + found["after"] + ("-" if found["open"] else "")
    body = found["body"]
    if " " in body or "'" in body:
        body = re.sub("[ ']", "", body) if _GROUPED_BY_SPACE.fullmatch(body) else ""
    return (signs == "-", body, found["dash"] or "") if body and len(signs) <= 1 else None


def _exact(text: str, mark: DecimalMark) -> Decimal:
    found = _taken_apart(text)
    if found is None:
        raise CellError("amount_unreadable", value=shown(text))
    negative, body, dash = found
    whole, decimals = _whole_and_decimals(body, "," if dash else mark, text)
    if dash and decimals:
        raise CellError("amount_unreadable", value=shown(text))
    exact = Decimal(f"{re.sub('[.,]', '', whole) or '0'}.{decimals or '0'}")
    return -exact if negative else exact


def _whole_and_decimals(body: str, mark: DecimalMark, text: str) -> tuple[str, str]:
    for shape, proof in _SHAPES:
        found = shape.fullmatch(body)
        if found is None:
            continue
        if not proof.startswith("?") or proof[1] == mark:
            return found[1], found[2]
        if mark == "both":
            raise CellError("amount_ambiguous", value=shown(text))
        return found[1] + found[2], ""
    raise CellError("amount_unreadable", value=shown(text))


@dataclass(frozen=True, slots=True)
class DayOrder:
    """What a column of days proves. `month_first` is an example of a value that can only be American, if the column
    as a whole is contradictory; `day_zero` is where the workbook starts counting.
    """

    month_first: str = ""
    day_zero: date = EXCEL_DAY_ZERO


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb februari february",
            "mrt maart mar march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "aug augustus august",
            "sep sept september",
            "okt oct oktober october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_FILLERS = {
    "ma", "di", "wo", "do", "vr", "za", "zo",
    "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "st", "nd", "rd", "th", "e", "de", "ste",
}  # fmt: skip
_TIME = re.compile(r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s*(?:am|pm)?", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/. ])([0-9]{1,2})\2([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_ZONED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[-+][0-9:]{4,6})", re.IGNORECASE)


def parse_day(cell: Cell, order: DayOrder = DayOrder()) -> date:
    """Read a day from a cell.

    A moment with a time zone becomes the day in the Netherlands: 2024-12-31T23:00Z is 1 January 2025.

    :raises CellError: date_unreadable, date_month_first or date_ambiguous.
    """
    if isinstance(cell, date):
        return cell
    text = clean(text_of(cell)).lower()
    try:
        return _day_of(text, order)
    except (ValueError, OverflowError) as error:
        if isinstance(error, CellError):
            raise
        raise CellError("date_unreadable", value=shown(cell)) from error


def _day_of(text: str, order: DayOrder) -> date:
    if len(text) > LONGEST_DAY or not text.isascii():
        raise ValueError(text)
    if _ZONED.fullmatch(text):
        return datetime.fromisoformat(text.upper()).astimezone(AMSTERDAM).date()
    text = re.sub(rf"{_TIME.pattern}$", "", text, flags=re.IGNORECASE)
    if found := _YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[3]), int(found[4]))
    if found := _YEAR_LAST.fullmatch(text):
        return _day_first(int(found[1]), int(found[3]), _year(found[4]), text, order)
    return _day_in_digits(text, order) if text.isdigit() else _day_in_words(text)


def _day_first(day: int, month: int, year: int, text: str, order: DayOrder) -> date:
    if month > 12 and day <= 12:
        raise CellError("date_month_first", value=text)
    result = date(year, month, day)
    if order.month_first and day <= 12 and day != month:
        raise CellError("date_ambiguous", value=text, example=order.month_first)
    return result


def _year(digits: str) -> int:
    if len(digits) != 2:
        return int(digits)
    return int(digits) + (2000 if int(digits) < 80 else 1900)


def _day_in_digits(text: str, order: DayOrder) -> date:
    if len(text) == 5 and int(text) in EXCEL_SERIALS:
        return order.day_zero + timedelta(days=int(text))
    if len(text) == 6:
        return date(_year(text[4:]), int(text[2:4]), int(text[:2]))
    if len(text) != 8:
        raise ValueError(text)
    if text[:2] in ("19", "20") and 1 <= int(text[4:6]) <= 12:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    return date(int(text[4:]), int(text[2:4]), int(text[:2]))


def _day_in_words(text: str) -> date:
    words = [word for word in re.findall(r"[a-z]+|[0-9]+", text) if word not in _FILLERS]
    if len(words) != 3 or not re.fullmatch(r"[a-z0-9 .,/'-]+", text):
        raise ValueError(text)
    if words[0] in _MONTHS:
        words[0], words[1] = words[1], words[0]
    if words[1] not in _MONTHS or not words[0].isdigit() or len(words[2]) not in (2, 4):
        raise ValueError(text)
    return date(_year(words[2]), _MONTHS[words[1]], int(words[0]))


def day_order(cell: Cell) -> str:
    """Tell which order one cell proves: "day" first, "month" first, or the empty string where it proves nothing."""
    if not isinstance(cell, str) or len(cell) > LONGEST_DAY:
        return ""
    text = re.sub(rf"{_TIME.pattern}$", "", clean(cell), flags=re.IGNORECASE)
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return ""
    first, second = int(found[1]), int(found[3])
    if 12 < first <= 31 and 1 <= second <= 12:
        return "day"
    return "month" if 12 < second <= 31 and 1 <= first <= 12 else ""


def is_month_first(day_first: int, month_first: int) -> bool:
    """Tell whether a column is contradictory: month-first values that are more than a typing error among the rest."""
    return month_first * 10 > day_first


_YES = {"ja", "j", "yes", "y", "true", "waar", "1", "x", "ok", "wel"}
_NO = {"nee", "n", "no", "false", "onwaar", "0", "niet"}


def parse_yes_no(text: str) -> bool:
    """Read yes or no in Dutch or English.

    :raises CellError: yes_no_unreadable.
    """
    word = clean(text).casefold()
    if word not in _YES | _NO:
        raise CellError("yes_no_unreadable", value=shown(text))
    return word in _YES


_TERM = re.compile(r"([0-9]{1,3})\s*(?:d|dg|dgn|dag|dagen|day|days)?\.?(?:\s+net(?:to)?)?", re.IGNORECASE)


def parse_term(text: str) -> int:
    """Read a payment term in days, at most a year: "30", "14 dagen", "30 days net".

    :raises CellError: days_unreadable.
    """
    found = _TERM.fullmatch(clean(text))
    if found is None or int(found[1]) > 366:
        raise CellError("days_unreadable", value=shown(text))
    return int(found[1])


_NOTHING = {
    "-", "--", "---", ".", "/", "nvt", "n.v.t.", "n.v.t", "n/a", "na", "geen", "onbekend", "none", "null", "nil",
}  # fmt: skip


def is_blank(text: str) -> bool:
    """Tell whether someone wrote that there is nothing: "n.v.t.", "-", "onbekend"."""
    return clean(text).casefold() in _NOTHING or not text.strip()

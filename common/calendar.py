"""Days as Dutch law counts them: working days, official holidays, terms, anniversaries.

A term is in days and inclusive: a term of fourteen days from 1 March ends on 14 March. A `Period` is half-open:
it holds its first day and not its last. Nothing here reads the clock.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


class Period(NamedTuple):
    """The days from `start` up to but not including `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end


def easter_sunday(year: int) -> date:
    """Give the date of Easter in the Gregorian calendar (Meeus/Jones/Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    n = (32 + 2 * e + 2 * i - k - h + m) % 7
    month = (h - m + n + 90) // 25
    return date(year, month, (h - m + n + month + 19) % 32)


@lru_cache(maxsize=64)
def official_holidays(year: int) -> frozenset[date]:
    """Give the "algemeen erkende feestdagen" of a year (art. 3 Algemene termijnenwet).

    New Year's Day, Good Friday, Easter Monday, King's Day, 5 May (each year, art. 3 lid 1), Ascension Day, Whit
    Monday and both days of Christmas. Good Friday is equated with them by art. 3 lid 2.
    King's Day is 27 April, or 26 April where the 27th is a Sunday; Queen's Day (30 April) before 2014.
    """
    easter = easter_sunday(year)
    month_day = (27, 26) if year >= 2014 else (30, 29)
    kings_day = date(year, 4, month_day[0])
    if kings_day.weekday() == SUNDAY:
        kings_day = date(year, 4, month_day[1])
    return frozenset(
        {
            date(year, 1, 1),
            easter - 2 * DAY,
            easter + 1 * DAY,
            kings_day,
            date(year, 5, 5),
            easter + 39 * DAY,
            easter + 50 * DAY,
            date(year, 12, 25),
            date(year, 12, 26),
        }
    )


def is_official_holiday(day: date) -> bool:
    """Tell whether a day is an official holiday (art. 3 Algemene termijnenwet)."""
    return day in official_holidays(day.year)


def is_working_day(day: date) -> bool:
    """Tell whether a day is no Saturday, Sunday or official holiday."""
    return day.weekday() < SATURDAY and not is_official_holiday(day)


def extend_to_working_day(last_day: date) -> date:
    """Give the day on which a term really ends: the day itself, or the first working day after it.

    A statutory term that ends on a Saturday, Sunday or official holiday is extended up to and including the
    next day that is none of these (art. 1 lid 1 Algemene termijnenwet).
    """
    while not is_working_day(last_day):
        last_day += DAY
    return last_day


def add_working_days(day: date, count: int) -> date:
    """Give the working day that lies `count` working days after a day (the day itself does not count)."""
    for _ in range(count):
        day = extend_to_working_day(day + DAY)
    return day


def add_years(day: date, years: int) -> date:
    """Give the same day of a later year; 29 February becomes 28 February in a year without one."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def add_months(day: date, months: int) -> date:
    """Give the same day of a later month, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    length = (add_one_month(first) - first).days
    return first.replace(day=min(day.day, length))


def add_one_month(first: date) -> date:
    """Give the first day of the month after the month of a first day."""
    return (first + timedelta(days=31)).replace(day=1)

"""How interest is counted: the terms of a dossier, and the days they make alike.

Percentages are per year, or per month for a monthly clause. Periods are half-open [start, end).
"""

from calendar import isleap
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import count, pairwise, takewhile

from common.calendar import add_months, add_years
from law import rates
from law.rates import InterestKind


class DayCount(StrEnum):
    """How a day is weighed; the law has no rule. By calendar year, a full year costs exactly the percentage."""

    ACTUAL_ACTUAL = "actual/actual"  # 365, or 366 for the days in a leap year: never more than actual/365
    ACTUAL_365 = "actual/365"


class Compounding(StrEnum):
    """When unpaid interest joins the base, counted from the first day of interest."""

    NEVER = "never"
    YEARLY = "yearly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class InterestTerms:
    """Which interest runs and how it is counted. Chosen once for a dossier and printed with every calculation.

    Statutory interest always joins the base yearly (6:119 lid 2, 6:119a lid 3). Agreed interest needs
    `contractual_percent`, and joins the base only as `agreed_compounding` says. `per_month` makes the agreed percentage
    one per month, counted in months from the first day; a part of a month counts by its days. In trade an agreed rate
    may be lower or higher than the statutory one (6:119a lid 8); against a public body (6:119b lid 8) and outside trade
    (6:119 lid 3) the law only speaks of a higher one, and a creditor who asks the lower one asks less than he may.

    :raises ValueError: if a statutory kind is given an agreed percentage or clause, or an agreed kind none.
    """

    kind: InterestKind
    day_count: DayCount = DayCount.ACTUAL_ACTUAL
    contractual_percent: Decimal | None = None
    per_month: bool = False
    agreed_compounding: Compounding = Compounding.NEVER

    def __post_init__(self) -> None:
        agreed = self.kind is InterestKind.CONTRACTUAL
        if agreed != (self.contractual_percent is not None):
            raise ValueError("an agreed rate, and only an agreed rate, has a percentage of its own")
        if not agreed and (self.per_month or self.agreed_compounding is not Compounding.NEVER):
            raise ValueError("a monthly clause and its compounding belong to an agreed rate")
        if self.contractual_percent is not None and self.contractual_percent < 0:
            raise ValueError("an agreed rate is not negative")

    @property
    def compounding(self) -> Compounding:
        return self.agreed_compounding if self.kind is InterestKind.CONTRACTUAL else Compounding.YEARLY


@dataclass(frozen=True, slots=True)
class Period:
    """Days [start, end) with one percentage and one denominator, and the start of the clause's month, if any."""

    start: date
    end: date
    percent: Decimal
    denominator: int
    month: date | None = None

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def continues(self, before: "Period") -> bool:
        same = (self.percent, self.denominator, self.month) == (before.percent, before.denominator, before.month)
        return same and self.start == before.end


def periods(first_day: date, end: date, terms: InterestTerms) -> Iterator[Period]:
    """Give the longest periods of [first_day, end) with one percentage and one denominator."""
    if end <= first_day:
        return
    if terms.per_month:
        yield from _months(first_day, end, terms)
        return
    starts = {first_day, *_new_percentages(first_day, end, terms), *_new_denominators(first_day, end, terms.day_count)}
    for start, next_start in pairwise([*sorted(starts), end]):
        yield Period(start, next_start, _percent_on(start, terms), _denominator(start.year, terms.day_count))


def _months(first_day: date, end: date, terms: InterestTerms) -> Iterator[Period]:
    percent = _percent_on(first_day, terms)
    for number in takewhile(lambda n: add_months(first_day, n) < end, count()):
        start, next_start = add_months(first_day, number), add_months(first_day, number + 1)
        yield Period(start, min(next_start, end), percent, (next_start - start).days, month=start)


def _percent_on(day: date, terms: InterestTerms) -> Decimal:
    agreed = terms.contractual_percent
    return rates.rate_on(terms.kind, day).percent if agreed is None else agreed


def _new_percentages(first_day: date, end: date, terms: InterestTerms) -> Iterator[date]:
    if terms.contractual_percent is None:
        yield from (row.valid_from for row in rates.rate_changes(terms.kind, first_day, end))


def _new_denominators(first_day: date, end: date, day_count: DayCount) -> Iterator[date]:
    for year in range(first_day.year + 1, end.year + 1):
        differs = _denominator(year, day_count) != _denominator(year - 1, day_count)
        if differs and date(year, 1, 1) < end:
            yield date(year, 1, 1)


def _denominator(year: int, day_count: DayCount) -> int:
    return 366 if day_count is DayCount.ACTUAL_ACTUAL and isleap(year) else 365


def compounding_days(first_day: date, end: date, compounding: Compounding) -> Iterator[date]:
    """Give the days before `end` on which unpaid interest joins the base."""
    if compounding is Compounding.NEVER:
        return iter(())
    step = add_years if compounding is Compounding.YEARLY else add_months
    return takewhile(lambda day: day < end, (step(first_day, number) for number in count(1)))


def cut(whole: Iterable[Period], days: Collection[date]) -> Iterator[Period]:
    """Give the periods again, each cut where one of the days lies inside it."""
    for period in whole:
        inside = sorted(day for day in days if period.start < day < period.end)
        for start, end in pairwise([period.start, *inside, period.end]):
            yield replace(period, start=start, end=end)

"""Days sales outstanding, in the two ways in use. Pure over rows.

Count-back (exhaustion) method: months of sales are taken off the receivables, newest first, and their days added up; it
follows the season and is the one that credit managers compare by (Credit Research Foundation, "DSO: count-back").
Simple: receivables divided by the sales of a period, times its days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from common.calendar import add_months
from common.money import ZERO

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class MonthOfSales:
    """What was invoiced in one calendar month, credit notes taken off, in euro including VAT as receivables are."""

    first_day: date
    amount: Decimal

    @property
    def end(self) -> date:
        return add_months(self.first_day, 1)


def count_back(receivables: Decimal, sales: Sequence[MonthOfSales], *, day: date) -> Decimal | None:
    """Give the DSO in days (one decimal) by counting back from a day, or None where there were no sales to count.

    `sales` are consecutive months, oldest first, the last one holding `day`, whose days count through it. What
    is left when all known months are used is set against the average of those months.
    """
    if receivables <= 0:
        return Decimal("0.0")
    left, days = receivables, ZERO
    for month in reversed(sales):
        length = Decimal((min(month.end, _after(day)) - month.first_day).days)
        if month.amount > 0:
            if left <= month.amount:
                return (days + length * left / month.amount).quantize(TENTH, ROUND_HALF_UP)
            left -= month.amount
        days += length
    average = sum((month.amount for month in sales), start=ZERO) / days if days else ZERO
    if average <= 0:
        return None
    return (days + left / average).quantize(TENTH, ROUND_HALF_UP)


def simple(receivables: Decimal, sales: Decimal, *, days: int) -> Decimal | None:
    """Give receivables / sales of a period x its days (one decimal), or None without sales."""
    if sales <= 0:
        return None
    return (receivables / sales * days).quantize(TENTH, ROUND_HALF_UP)


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)

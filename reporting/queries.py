"""Reads over all apps that answer a question of an owner or a bookkeeper: one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from common.calendar import add_months
from common.money import ZERO
from reporting import dso
from reporting.models import DailySummary
from tenants.context import current_tenant_id

# Days after the due date: (code, from, up to and including).
BUCKETS = (("not_due", None, 0), ("1_30", 1, 30), ("31_60", 31, 60), ("61_90", 61, 90), ("over_90", 91, None))

AGEING = """
SELECT %(buckets)s FROM (
  SELECT i.debtor_id, %(day)s::date - i.due_date AS late,
         i.principal + coalesce(c.amount, 0) - coalesce(s.amount, 0) AS open
  FROM invoices_invoice i
  LEFT JOIN (SELECT invoice_id, sum(amount) AS amount FROM invoices_charge
             WHERE tenant_id = %(tenant)s AND booked_on <= %(day)s GROUP BY invoice_id) c ON c.invoice_id = i.id
  LEFT JOIN (SELECT invoice_id, sum(to_principal + to_interest + to_costs) AS amount FROM invoices_settlement
             WHERE tenant_id = %(tenant)s AND booked_on <= %(day)s GROUP BY invoice_id) s ON s.invoice_id = i.id
  WHERE i.tenant_id = %(tenant)s AND i.issue_date <= %(day)s
) claims WHERE open <> 0
"""
# Now, from the balances that the database keeps beside the ledger: reads open invoices only.
OPEN_NOW = """
SELECT count(*), count(*) FILTER (WHERE due_date < %(day)s),
       coalesce(sum(principal_open + interest_open + costs_open), 0),
       coalesce(sum(principal_open + interest_open + costs_open) FILTER (WHERE due_date < %(day)s), 0),
       coalesce(sum(principal_open + interest_open + costs_open) FILTER (WHERE due_date < %(day)s - 60), 0),
       coalesce(sum(principal_open), 0)
FROM invoices_invoice WHERE tenant_id = %(tenant)s AND is_open
"""
SALES = """
SELECT month, sum(amount) FROM (
  SELECT date_trunc('month', issue_date)::date AS month, principal AS amount FROM invoices_invoice
  WHERE tenant_id = %(tenant)s AND issue_date >= %(since)s AND issue_date <= %(day)s
  UNION ALL
  SELECT date_trunc('month', issue_date)::date, -amount FROM invoices_creditnote
  WHERE tenant_id = %(tenant)s AND issue_date >= %(since)s AND issue_date <= %(day)s AND cancelled_on IS NULL
) documents GROUP BY month ORDER BY month
"""
# When money will come if every debtor pays as late as he did over the last year, else on the due date; by week.
EXPECTED = """
WITH habit AS (
  SELECT debtor_id, avg(settled_on - due_date) AS late FROM invoices_invoice
  WHERE tenant_id = %(tenant)s AND settled_on IS NOT NULL AND settled_on >= %(day)s::date - 365 GROUP BY debtor_id
)
SELECT date_trunc('week', greatest(%(day)s::date, i.due_date + greatest(0, coalesce(h.late, 0))::int))::date AS week,
       sum(i.principal_open + i.interest_open + i.costs_open)
FROM invoices_invoice i LEFT JOIN habit h ON h.debtor_id = i.debtor_id
WHERE i.tenant_id = %(tenant)s AND i.is_open GROUP BY week ORDER BY week
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the active tenant stands on a day. Amounts in euro."""

    day: date
    open_invoices: int
    overdue_invoices: int
    open_amount: Decimal
    overdue_amount: Decimal
    over_60_amount: Decimal
    principal: Decimal

    @property
    def over_60_percent(self) -> Decimal:
        """The part of what is open that is more than sixty days overdue, in whole percents."""
        return (self.over_60_amount / self.open_amount * 100).quantize(Decimal(1)) if self.open_amount else ZERO


def _rows(sql: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id(), **params})
        return list(cursor.fetchall())


def standing(day: date) -> Standing:
    """Give what is open and overdue now."""
    return Standing(day, *_rows(OPEN_NOW, day=day)[0])


def months_of_sales(day: date, months: int = 12) -> list[dso.MonthOfSales]:
    """Give the sales of the last months, oldest first, the last one holding the day; months without any are zero."""
    since = add_months(day.replace(day=1), 1 - months)
    known = dict(_rows(SALES, since=since, day=day))
    return [dso.MonthOfSales(first, known.get(first, ZERO)) for first in (add_months(since, n) for n in range(months))]


def dso_days(day: date) -> Decimal | None:
    """Give the DSO by count-back over the last twelve months, or None without sales."""
    return dso.count_back(standing(day).principal, months_of_sales(day), day=day)


def simple_dso_days(day: date, period: int = 90) -> Decimal | None:
    """Give the simple DSO over the last days."""
    since = day - timedelta(days=period - 1)
    sales = sum((amount for _, amount in _rows(SALES, since=since, day=day)), start=ZERO)
    return dso.simple(standing(day).principal, sales, days=period)


def ageing(day: date) -> list[tuple[str, int, Decimal]]:
    """Give (bucket, number of invoices, amount) as of the end of any day, from the ledger; buckets as `BUCKETS`."""
    columns = ", ".join(
        f"count(*) FILTER (WHERE {_within(low, high)}), coalesce(sum(open) FILTER (WHERE {_within(low, high)}), 0)"
        for _, low, high in BUCKETS
    )
    (row,) = _rows(AGEING.replace("%(buckets)s", columns), day=day)
    return [(bucket[0], row[2 * place], row[2 * place + 1]) for place, bucket in enumerate(BUCKETS)]


def _within(low: int | None, high: int | None) -> str:
    parts = ([f"late >= {low}"] if low is not None else []) + ([f"late <= {high}"] if high is not None else [])
    return " AND ".join(parts)


AGEING_BY_DEBTOR = """
SELECT d.public_id, d.number, d.name, %(buckets)s, sum(open) FROM (
""" + AGEING.split("FROM (", 1)[1].replace(
    ") claims WHERE open <> 0",
    ") claims JOIN debtors_debtor d ON d.tenant_id = %(tenant)s AND d.id = claims.debtor_id\n"
    "WHERE open <> 0 GROUP BY d.public_id, d.number, d.name, d.id ORDER BY sum(open) DESC, d.id",
)


def ageing_by_debtor(day: date) -> list[tuple[Any, ...]]:
    """Give, as of the end of a day, (public id, number, name, an amount for each bucket, the total), largest first."""
    columns = ", ".join(f"coalesce(sum(open) FILTER (WHERE {_within(low, high)}), 0)" for _, low, high in BUCKETS)
    return _rows(AGEING_BY_DEBTOR.replace("%(buckets)s", columns), day=day)


def expected(day: date, weeks: int = 4) -> list[tuple[date, Decimal]]:
    """Give (Monday, amount) of what is expected in the coming weeks, by how late each debtor usually pays."""
    last = day + timedelta(weeks=weeks)
    return [(week, amount) for week, amount in _rows(EXPECTED, day=day) if week < last]


def summaries(days: int, until: date) -> Sequence[DailySummary]:
    """Give the daily summaries of the last days, oldest first."""
    return list(DailySummary.objects.filter(day__gt=until - timedelta(days=days), day__lte=until).order_by("day"))

"""Reads over all apps that answer a question of an owner or a bookkeeper: one statement each."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from common.calendar import add_months
from common.money import ZERO
from reporting import dso
from tenants.context import current_tenant_id, summaries_of

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
EXPECTED_ITEMS = """
WITH habit AS (
  SELECT debtor_id, avg(settled_on - due_date) AS late FROM invoices_invoice
  WHERE tenant_id = %(tenant)s AND settled_on IS NOT NULL AND settled_on >= %(day)s::date - 365 GROUP BY debtor_id
),
claims AS (
  SELECT i.*, greatest(0, coalesce(h.late, 0))::int AS late,
         greatest(%(day)s::date, i.due_date + greatest(0, coalesce(h.late, 0))::int) AS expected_on
  FROM invoices_invoice i LEFT JOIN habit h ON h.debtor_id = i.debtor_id
  WHERE i.tenant_id = %(tenant)s AND i.is_open
)
SELECT c.number, c.public_id, d.number, d.name, c.due_date, c.expected_on, c.late,
       c.principal_open + c.interest_open + c.costs_open
FROM claims c JOIN debtors_debtor d ON d.tenant_id = %(tenant)s AND d.id = c.debtor_id
WHERE date_trunc('week', c.expected_on)::date = %(week)s ORDER BY c.expected_on, c.due_date, c.number
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


def expected(day: date, weeks: int = 4) -> list[tuple[date, Decimal]]:
    """Give (Monday, amount) of what is expected in the coming weeks, by how late each debtor usually pays."""
    last = day + timedelta(weeks=weeks)
    return [(week, amount) for week, amount in _rows(EXPECTED, day=day) if week < last]


class Expected(NamedTuple):
    """An open invoice, and when it is expected to be paid."""

    number: str
    public_id: str
    debtor_number: str
    debtor_name: str
    due_date: date
    expected_on: date
    days_late: int
    amount: Decimal


def expected_items(day: date, week: date) -> list[Expected]:
    """Give the invoices that `expected` counts in a week, in the order in which they are expected."""
    return [Expected(*row) for row in _rows(EXPECTED_ITEMS, day=day, week=week)]


NEWEST = """
SELECT DISTINCT ON (tenant_id) tenant_id, day, open_amount, overdue_amount, dso_days, tasks_open, tasks_overdue,
       notices_waiting, run_state
FROM reporting_dailysummary WHERE tenant_id = ANY(%(tenants)s) ORDER BY tenant_id, day DESC
"""


class Summary(NamedTuple):
    """How a tenant stood at the end of a night, read from outside it."""

    tenant_id: int
    day: date
    open_amount: Decimal
    overdue_amount: Decimal
    dso_days: Decimal | None
    tasks_open: int
    tasks_overdue: int
    notices_waiting: int
    run_state: str


def newest_summaries(tenant_ids: list[int]) -> dict[int, Summary]:
    """Give the newest summary of each of some tenants; outside any tenant, for a member of them all."""
    with summaries_of(tenant_ids), connection.cursor() as cursor:
        cursor.execute(NEWEST, {"tenants": tenant_ids})
        return {row[0]: Summary(*row) for row in cursor.fetchall()}

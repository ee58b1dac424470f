"""What came of what was sent, promised and disputed in a year: one statement each."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from common.calendar import add_months
from common.money import ZERO
from reporting import dso, queries
from tenants.context import current_tenant_id

MATURE_DAYS = 30  # a letter is measured once it has had as long as the longest column

LETTERS = """
SELECT s.kind, count(*),
       count(*) FILTER (WHERE ripe), count(*) FILTER (WHERE ripe AND after BETWEEN 0 AND 7),
       count(*) FILTER (WHERE ripe AND after BETWEEN 0 AND 14), count(*) FILTER (WHERE ripe AND after BETWEEN 0 AND 30)
FROM (SELECT s.kind, s.dispatched_on <= %(ripe_on)s AS ripe, i.settled_on - s.dispatched_on AS after
      FROM dunning_step s
      JOIN dunning_case c ON c.tenant_id = s.tenant_id AND c.id = s.case_id
      JOIN invoices_invoice i ON i.tenant_id = c.tenant_id AND i.id = c.invoice_id
      WHERE s.tenant_id = %(tenant)s AND s.undelivered_on IS NULL AND NOT s.joined
        AND s.dispatched_on > %(since)s AND s.dispatched_on <= %(day)s) s
GROUP BY s.kind
"""
PROMISES = """
SELECT date_trunc('month', promised_for)::date, count(*) FILTER (WHERE state = 'kept'),
       count(*) FILTER (WHERE state = 'broken'), count(*) FILTER (WHERE state = 'running'),
       coalesce(sum(amount) FILTER (WHERE state = 'kept'), 0), coalesce(sum(amount) FILTER (WHERE state = 'broken'), 0)
FROM payments_promise
WHERE tenant_id = %(tenant)s AND promised_for >= %(since)s AND state <> 'cancelled'
GROUP BY 1 ORDER BY 1
"""
ARRANGEMENTS = """
SELECT date_trunc('month', a.agreed_on)::date, count(*) FILTER (WHERE a.state = 'completed'),
       count(*) FILTER (WHERE a.state = 'defaulted'), count(*) FILTER (WHERE a.state = 'cancelled'),
       count(*) FILTER (WHERE a.state = 'active'), sum(a.total), sum(coalesce(p.paid, 0))
FROM payments_arrangement a
LEFT JOIN (SELECT arrangement_id, sum(paid) AS paid FROM payments_instalment WHERE tenant_id = %(tenant)s
           GROUP BY arrangement_id) p ON p.arrangement_id = a.id
WHERE a.tenant_id = %(tenant)s AND a.agreed_on >= %(since)s
GROUP BY 1 ORDER BY 1
"""
DISPUTES = """
SELECT d.reason, count(*), count(*) FILTER (WHERE d.resolved_on IS NULL),
       coalesce(sum(coalesce(d.amount, i.principal_open)) FILTER (WHERE d.resolved_on IS NULL), 0),
       round(avg(d.resolved_on - d.opened_on))::int,
       count(*) FILTER (WHERE d.outcome = 'accepted'), count(*) FILTER (WHERE d.outcome = 'rejected')
FROM invoices_dispute d JOIN invoices_invoice i ON i.tenant_id = d.tenant_id AND i.id = d.invoice_id
WHERE d.tenant_id = %(tenant)s AND d.opened_on > %(since)s AND d.opened_on <= %(day)s
GROUP BY d.reason ORDER BY count(*) DESC, d.reason
"""
RECEIVABLES = """
SELECT month, sum(change) FROM (
  SELECT date_trunc('month', issue_date)::date AS month, principal AS change FROM invoices_invoice
  WHERE tenant_id = %(tenant)s AND issue_date <= %(day)s
  UNION ALL
  SELECT date_trunc('month', booked_on)::date, -to_principal FROM invoices_settlement
  WHERE tenant_id = %(tenant)s AND booked_on <= %(day)s
) changes GROUP BY month ORDER BY month
"""


class LetterEffect(NamedTuple):
    """Of a rung: how often it was taken, how many were measured, how many of these were settled within days."""

    kind: str
    sent: int
    measured: int
    within_7: int
    within_14: int
    within_30: int


class PromiseMonth(NamedTuple):
    """What became of the promises for a month."""

    month: date
    kept: int
    broken: int
    running: int
    amount_kept: Decimal
    amount_broken: Decimal


@dataclass(frozen=True, slots=True)
class ArrangementMonth:
    """What became of the arrangements that were agreed in a month."""

    month: date
    completed: int
    defaulted: int
    cancelled: int
    running: int
    total: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class DisputedFor:
    """Disputes with a reason: how many, how many still open and for how much, how long the others took."""

    reason: str
    count: int
    open: int
    open_amount: Decimal
    days: int | None
    accepted: int
    rejected: int


class DsoPoint(NamedTuple):
    """The DSO at the end of a month, or on the day itself in the last one."""

    day: date
    receivables: Decimal
    sales: Decimal
    count_back: Decimal | None
    simple: Decimal | None


def letters(day: date) -> list[LetterEffect]:
    """Give what came of the letters of a year: how many claims were settled soon after."""
    ripe_on = date.fromordinal(day.toordinal() - MATURE_DAYS)
    return [LetterEffect(*row) for row in _rows(LETTERS, day=day, since=add_months(day, -12), ripe_on=ripe_on)]


def promises(day: date) -> list[PromiseMonth]:
    """Give what became of the promises for the last twelve months, and of those for days that are still to come."""
    return [PromiseMonth(*row) for row in _rows(PROMISES, since=promises_since(day))]


def arrangements(day: date) -> list[ArrangementMonth]:
    """Give what became of the arrangements that were agreed in the last twelve months."""
    return [ArrangementMonth(*row) for row in _rows(ARRANGEMENTS, since=promises_since(day))]


def promises_since(day: date) -> date:
    """Give the first day for which promises are counted."""
    return add_months(day.replace(day=1), -11)


def disputes(day: date) -> list[DisputedFor]:
    """Give the disputes that were opened in a year, by reason."""
    return [DisputedFor(*row) for row in _rows(DISPUTES, day=day, since=add_months(day, -12))]


def dso_by_month(day: date, months: int = 12) -> list[DsoPoint]:
    """Give the DSO at the end of each of the last months, oldest first; the last one as of the day itself."""
    sales = queries.months_of_sales(day, months + 11)
    changes = _rows(RECEIVABLES, day=day)
    points = []
    for place in range(11, len(sales)):
        month = sales[place]
        until = min(day, date.fromordinal(month.end.toordinal() - 1))
        receivables = sum((change for first, change in changes if first <= month.first_day), start=ZERO)
        quarter = sales[place - 2 : place + 1]
        sold = sum((one.amount for one in quarter), start=ZERO)
        points.append(
            DsoPoint(
                until,
                receivables,
                month.amount,
                dso.count_back(receivables, sales[place - 11 : place + 1], day=until),
                dso.simple(receivables, sold, days=(until - quarter[0].first_day).days + 1),
            )
        )
    return points


def _rows(sql: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id(), **params})
        return list(cursor.fetchall())

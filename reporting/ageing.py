"""What was open as of the end of any day, from the ledger: by age, by debtor, item by item, and against the books."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection

from tenants.context import current_tenant_id


class Basis(StrEnum):
    """From which day the age of an invoice counts."""

    DUE = "due_date"
    ISSUED = "issue_date"


class Bucket(NamedTuple):
    """Days of age: from, and up to and including."""

    code: str
    low: int | None
    high: int | None

    def condition(self) -> str:
        parts = [f"late >= {self.low}"] if self.low is not None else []
        return " AND ".join(parts + ([f"late <= {self.high}"] if self.high is not None else []))


BUCKETS = {
    Basis.DUE: (
        Bucket("not_due", None, 0),
        Bucket("1_30", 1, 30),
        Bucket("31_60", 31, 60),
        Bucket("61_90", 61, 90),
        Bucket("over_90", 91, None),
    ),
    Basis.ISSUED: (
        Bucket("0_30", None, 30),
        Bucket("31_60", 31, 60),
        Bucket("61_90", 61, 90),
        Bucket("over_90", 91, None),
    ),
}

CLAIMS = """
SELECT i.debtor_id, i.public_id, i.number, i.issue_date, i.due_date, %(day)s::date - i.{basis} AS late,
       i.principal + coalesce(c.amount, 0) - coalesce(s.amount, 0) AS open
FROM invoices_invoice i
LEFT JOIN (SELECT invoice_id, sum(amount) AS amount FROM invoices_charge
           WHERE tenant_id = %(tenant)s AND booked_on <= %(day)s GROUP BY invoice_id) c ON c.invoice_id = i.id
LEFT JOIN (SELECT invoice_id, sum(to_principal + to_interest + to_costs) AS amount FROM invoices_settlement
           WHERE tenant_id = %(tenant)s AND booked_on <= %(day)s GROUP BY invoice_id) s ON s.invoice_id = i.id
WHERE i.tenant_id = %(tenant)s AND i.issue_date <= %(day)s
"""
BY_DEBTOR = """
WITH claims AS ({claims}),
debtors AS (SELECT debtor_id, {buckets}, sum(open) AS total, count(*) AS items FROM claims WHERE open <> 0
            GROUP BY debtor_id)
SELECT d.public_id, d.number, d.name, debtors.*, count(*) OVER () AS of_how_many
FROM debtors JOIN debtors_debtor d ON d.tenant_id = %(tenant)s AND d.id = debtors.debtor_id
ORDER BY total DESC, d.id LIMIT %(limit)s OFFSET %(offset)s
"""
TOTALS = "SELECT {counts}, count(*), coalesce(sum(open), 0) FROM ({claims}) claims WHERE open <> 0"
ITEMS = """
SELECT d.number AS debtor_number, d.name AS debtor_name, claims.*, count(*) OVER () AS of_how_many,
       sum(open) OVER () AS of_how_much
FROM ({claims}) claims JOIN debtors_debtor d ON d.tenant_id = %(tenant)s AND d.id = claims.debtor_id
WHERE open <> 0 AND {within} ORDER BY due_date, number LIMIT %(limit)s OFFSET %(offset)s
"""
# The same balance from the two sides: what is open less what is free, and what the documents booked.
LEDGER = """
WITH settled AS (SELECT kind, sum(to_principal) AS principal, sum(to_interest) AS interest, sum(to_costs) AS costs
                 FROM invoices_settlement WHERE tenant_id = %(tenant)s AND booked_on <= %(day)s GROUP BY kind),
charged AS (SELECT kind = 'interest' AS is_interest, sum(amount) AS amount FROM invoices_charge
            WHERE tenant_id = %(tenant)s AND booked_on <= %(day)s GROUP BY 1),
figures AS (SELECT
  (SELECT coalesce(sum(principal), 0) FROM invoices_invoice
   WHERE tenant_id = %(tenant)s AND issue_date <= %(day)s) AS invoiced,
  (SELECT coalesce(sum(amount), 0) FROM charged WHERE is_interest) AS interest,
  (SELECT coalesce(sum(amount), 0) FROM charged WHERE NOT is_interest) AS costs,
  (SELECT coalesce(sum(principal), 0) FROM settled) AS to_principal,
  (SELECT coalesce(sum(interest), 0) FROM settled) AS to_interest,
  (SELECT coalesce(sum(costs), 0) FROM settled) AS to_costs,
  (SELECT coalesce(sum(principal + interest + costs), 0) FROM settled
   WHERE kind NOT IN ('payment', 'credit')) AS given_up,
  (SELECT coalesce(sum(principal + interest + costs), 0) FROM settled WHERE kind = 'credit') AS credit_used,
  (SELECT coalesce(sum(amount), 0) FROM payments_payment
   WHERE tenant_id = %(tenant)s AND received_on <= %(day)s)
  - (SELECT coalesce(sum(amount), 0) FROM payments_refund
     WHERE tenant_id = %(tenant)s AND proposed_on <= %(day)s AND state NOT IN ('failed', 'cancelled')) AS paid,
  (SELECT coalesce(sum(a.amount), 0) FROM payments_allocation a
   JOIN invoices_settlement s ON s.tenant_id = a.tenant_id AND s.id = a.settlement_id
   WHERE a.tenant_id = %(tenant)s AND s.booked_on <= %(day)s) AS allocated,
  (SELECT coalesce(sum(amount), 0) FROM invoices_creditnote WHERE tenant_id = %(tenant)s AND issue_date <= %(day)s
   AND (cancelled_on IS NULL OR cancelled_on > %(day)s)) AS credited)
SELECT invoiced - to_principal, interest - to_interest, costs - to_costs, paid - allocated, credited - credit_used,
       invoiced + interest + costs - given_up - paid - credited
FROM figures
"""


@dataclass(frozen=True, slots=True)
class Totals:
    """What was open on a day: by bucket (code, number, amount), and together."""

    buckets: tuple[tuple[str, int, Decimal], ...]
    items: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Ledger:
    """The debtor account on a day: open items in their parts, what is free on the other side, and what was booked."""

    principal: Decimal
    interest: Decimal
    costs: Decimal
    free_payments: Decimal
    free_credit: Decimal
    booked: Decimal

    @property
    def open_items(self) -> Decimal:
        return self.principal + self.interest + self.costs

    @property
    def balance(self) -> Decimal:
        return self.open_items - self.free_payments - self.free_credit

    @property
    def difference(self) -> Decimal:
        return self.booked - self.balance


def totals(day: date, basis: Basis = Basis.DUE) -> Totals:
    """Give what was open at the end of a day, by age."""
    counts = ", ".join(
        f"count(*) FILTER (WHERE {bucket.condition()}), coalesce(sum(open) FILTER (WHERE {bucket.condition()}), 0)"
        for bucket in BUCKETS[basis]
    )
    values = _row(TOTALS.format(counts=counts, claims=CLAIMS.format(basis=basis.value)), day=day)
    buckets = tuple(
        (bucket.code, values[2 * place], values[2 * place + 1]) for place, bucket in enumerate(BUCKETS[basis])
    )
    return Totals(buckets, values[-2], values[-1])


def by_debtor(day: date, basis: Basis = Basis.DUE, *, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Give what each debtor had open at the end of a day: a column a bucket, `total`, `items`; largest first."""
    columns = ", ".join(
        f'coalesce(sum(open) FILTER (WHERE {bucket.condition()}), 0) AS "{bucket.code}"' for bucket in BUCKETS[basis]
    )
    sql = BY_DEBTOR.format(claims=CLAIMS.format(basis=basis.value), buckets=columns)
    return _rows(sql, day=day, limit=limit, offset=offset)


def items(
    day: date,
    basis: Basis = Basis.DUE,
    *,
    limit: int,
    offset: int = 0,
    debtor_id: int | None = None,
    bucket: str = "",
) -> list[dict[str, Any]]:
    """Give the invoices that were open at the end of a day, oldest first; of a debtor or a bucket where asked."""
    within = [one.condition() for one in BUCKETS[basis] if one.code == bucket]
    within += ["debtor_id = %(debtor)s"] if debtor_id is not None else []
    sql = ITEMS.format(claims=CLAIMS.format(basis=basis.value), within=" AND ".join(within) or "true")
    return _rows(sql, day=day, limit=limit, offset=offset, debtor=debtor_id)


def ledger(day: date) -> Ledger:
    """Give the debtor account at the end of a day from both sides, so that a difference shows."""
    return Ledger(*_row(LEDGER, day=day))


def _rows(sql: str, **params: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id(), **params})
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _row(sql: str, **params: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id(), **params})
        row: tuple[Any, ...] = cursor.fetchone()
        return row

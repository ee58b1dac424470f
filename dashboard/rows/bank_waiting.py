"""What the bank asks of a person: lines to match, statements that are missing, money that paid for nothing yet."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from dunning.freshness import bank_is_stale
from tenants.context import current_tenant_id

WAITING = """
SELECT l.count, l.amount, l.oldest, p.count, p.amount, p.oldest,
       (SELECT array_agg(balance_on) FROM payments_bankaccount WHERE tenant_id = %(tenant)s AND balance_on IS NOT NULL
        AND is_watched)
FROM (SELECT count(*) AS count, sum(amount) AS amount, min(booked_on) AS oldest FROM payments_bankline
      WHERE tenant_id = %(tenant)s AND state IN ('new', 'proposed', 'unknown')) l,
     (SELECT count(*) AS count, sum(p.amount - p.allocated - p.refunded) AS amount, min(p.received_on) AS oldest
      FROM payments_payment p
      WHERE p.tenant_id = %(tenant)s AND p.reverses_id IS NULL AND p.amount > p.allocated + p.refunded
        AND NOT EXISTS (SELECT FROM payments_payment r WHERE r.tenant_id = p.tenant_id AND r.reverses_id = p.id)) p
"""


class Waiting(NamedTuple):
    """How many, how much, and since when."""

    lines: int
    lines_amount: Decimal | None
    lines_since: date | None
    free: int
    free_amount: Decimal | None
    free_since: date | None
    accounts: list[date] | None  # how far the statements of each account go

    def behind(self, day: date) -> list[date]:
        """Give how far the accounts go of which statements are missing."""
        return sorted(on for on in self.accounts or () if bank_is_stale(on, day))


def waiting() -> Waiting:
    """Give what the bank asks of a person, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"tenant": current_tenant_id()})
        return Waiting(*cursor.fetchone())

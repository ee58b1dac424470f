"""Books lines that each pay one claim to the cent, many at once, in a fixed number of statements.

What it writes is what `book_payment` would have written one by one (tests/payments/test_bulk_booking.py compares row by
row), for claims where that is simple: no interest or costs charged, nothing booked behind the value day, no arrangement
or collection that has to follow. What is not simple is left for the exact way, one by one.

PostgreSQL refuses COPY into a table under row-level security, so rows go by COPY into a temporary table of this session
and from there by one INSERT … SELECT or UPDATE … FROM each, under the policies, constraints and triggers. The caller
holds the locks on the debtors.
"""

import json
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any, NamedTuple

from django.db import connection

from audit import operations as audit
from common.actor import Actor
from common.public_ids import new_public_id
from invoices import signals as claim_signals
from invoices.models import Invoice
from payments import match_records, matching, signals
from payments.models import Payment
from tenants.context import current_tenant_id


class ToBook(NamedTuple):
    """A line that pays one claim to the cent."""

    line_id: int
    claim: matching.Claim
    match: matching.Match
    remember: bool  # that the account it came from is the debtor's


TEMPORARY_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS match_book (
  line_id bigint, invoice_id bigint, debtor_id bigint, amount numeric(12,2), payment_ref text, settlement_ref text,
  match jsonb, remember boolean
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS match_booked (
  line_id bigint, invoice_id bigint, debtor_id bigint, invoice_ref text, number text, amount numeric(12,2),
  value_on date, name text, iban text, description text, payment_ref text, settlement_ref text, match jsonb,
  remember boolean, payment_id bigint, settlement_id bigint
) ON COMMIT DELETE ROWS;
DELETE FROM match_book; DELETE FROM match_booked;
"""
# Only what is simple, as it stands now that the debtors are locked; a line that somebody handles at this moment is not.
CHOOSE = """
INSERT INTO match_booked
SELECT b.line_id, b.invoice_id, b.debtor_id, i.public_id, i.number, b.amount, l.value_on, left(l.name, 120), l.iban,
  l.description, b.payment_ref, b.settlement_ref, b.match, b.remember,
  nextval('payments_payment_id_seq'), nextval('invoices_settlement_id_seq')
FROM match_book b
JOIN payments_bankline l ON l.tenant_id = %(tenant)s AND l.id = b.line_id
JOIN invoices_invoice i ON i.tenant_id = %(tenant)s AND i.id = b.invoice_id
WHERE l.state = 'new' AND l.amount = b.amount AND i.is_open AND i.principal_open = b.amount
  AND i.debtor_id = b.debtor_id AND i.interest_until IS NULL AND i.interest_total = 0 AND i.costs_total = 0
  AND NOT EXISTS (SELECT FROM invoices_settlement s WHERE s.tenant_id = %(tenant)s AND s.invoice_id = i.id
                  AND s.booked_on > l.value_on)
  AND NOT EXISTS (SELECT FROM payments_arrangedinvoice a WHERE a.tenant_id = %(tenant)s AND a.invoice_id = i.id)
  AND NOT EXISTS (SELECT FROM payments_directdebit d WHERE d.tenant_id = %(tenant)s AND d.invoice_id = i.id)
ORDER BY b.line_id
FOR UPDATE OF l SKIP LOCKED
"""
INSERT_PAYMENTS = """
INSERT INTO payments_payment (tenant_id, id, public_id, debtor_id, amount, currency, received_on, method, payer_name,
  payer_iban, description, reason, allocated, refunded)
SELECT %(tenant)s, payment_id, payment_ref, debtor_id, amount, 'EUR', value_on, 'bank', name, iban,
  left(description, 200), '', 0, 0
FROM match_booked
"""
INSERT_SETTLEMENTS = """
INSERT INTO invoices_settlement (tenant_id, id, public_id, invoice_id, kind, booked_on, to_costs, to_interest,
  to_principal, reason)
SELECT %(tenant)s, settlement_id, settlement_ref, invoice_id, 'payment', value_on, 0, 0, amount, '' FROM match_booked
"""
INSERT_ALLOCATIONS = """
INSERT INTO payments_allocation (tenant_id, payment_id, settlement_id, amount)
SELECT %(tenant)s, payment_id, settlement_id, amount FROM match_booked
"""
REMEMBER_ACCOUNTS = """
INSERT INTO payments_knownaccount (tenant_id, iban, debtor_id, confirmed_on, confirmed_by)
SELECT DISTINCT %(tenant)s::bigint, iban, debtor_id, %(day)s::date, %(label)s FROM match_booked WHERE remember
ON CONFLICT DO NOTHING
"""
UPDATE_LINES = """
UPDATE payments_bankline l SET state = 'booked', certainty = 'certain', debtor_id = b.debtor_id, match = b.match,
  payment_id = b.payment_id, handled_at = %(at)s, handled_by = %(label)s
FROM match_booked b WHERE l.tenant_id = %(tenant)s AND l.id = b.line_id
"""
# The same three entries that one payment makes.
LABEL = "coalesce(nullif(left(description, 120), ''), amount::text || to_char(value_on, ' DD-MM-YYYY'))"
BOOKED = f"""
SELECT payment_ref, {LABEL}, debtor_id,
  jsonb_build_object('amount', amount::text, 'received_on', value_on::text, 'method', 'bank')
FROM match_booked
"""  # noqa: S608 - constants of this module only
ALLOCATED = f"""
SELECT payment_ref, {LABEL}, debtor_id,
  jsonb_build_object('invoices', number, 'parts', jsonb_build_object(number, amount::text))
FROM match_booked
"""  # noqa: S608 - constants of this module only
SETTLED = "SELECT invoice_ref, number, debtor_id, '{}'::jsonb FROM match_booked"


def book(wanted: Sequence[ToBook], *, by: Actor) -> set[int]:
    """Book what of it is simple; give the ids of the lines that are booked."""
    if not wanted:
        return set()
    params: dict[str, Any] = {"tenant": current_tenant_id(), "day": by.day, "at": by.at, "label": by.label[:120]}
    with connection.cursor() as cursor:
        cursor.execute(TEMPORARY_TABLES)
        copy(cursor, "match_book", (_row(one) for one in wanted))
        cursor.execute("ANALYZE match_book")
        cursor.execute(CHOOSE, params)
        for statement in (INSERT_PAYMENTS, INSERT_SETTLEMENTS, INSERT_ALLOCATIONS, REMEMBER_ACCOUNTS, UPDATE_LINES):
            cursor.execute(statement, params)
        cursor.execute("SELECT line_id, invoice_id, payment_id FROM match_booked")
        booked = cursor.fetchall()
    if booked:
        audit.record_from_query("payment.booked", BOOKED, by=by, kind="payment")
        audit.record_from_query("payment.allocated", ALLOCATED, by=by, kind="payment")
        audit.record_from_query("invoice.settled", SETTLED, by=by, kind="invoice")
        claim_signals.invoices_settled.send(Invoice, invoice_ids=[row[1] for row in booked], by=by)
        signals.payments_booked.send(Payment, payment_ids=[row[2] for row in booked], by=by)
    return {row[0] for row in booked}


def _row(one: ToBook) -> tuple[object, ...]:
    record = json.dumps(match_records.as_record(one.match))
    return (
        one.line_id,
        one.claim.id,
        one.claim.debtor_id,
        one.claim.open,
        new_public_id(),
        new_public_id(),
        record,
        "t" if one.remember else "f",
    )


UPDATE_TOLD = """
CREATE TEMPORARY TABLE IF NOT EXISTS match_told (
  line_id bigint, state text, certainty text, debtor_id bigint, match jsonb
) ON COMMIT DELETE ROWS;
DELETE FROM match_told;
"""
UPDATE_FROM_TOLD = """
UPDATE payments_bankline l SET state = t.state, certainty = t.certainty, debtor_id = t.debtor_id, match = t.match
FROM match_told t WHERE l.tenant_id = %(tenant)s AND l.id = t.line_id AND l.state = 'new'
"""


class Told(NamedTuple):
    """What was found about a line that a person must look at."""

    line_id: int
    state: str
    certainty: str
    debtor_id: int | None
    match: dict[str, Any]


def tell(found: Sequence[Told]) -> None:
    """Keep with lines that nobody handled meanwhile what they may be for."""
    if not found:
        return
    with connection.cursor() as cursor:
        cursor.execute(UPDATE_TOLD)
        copy(cursor, "match_told", ((*one[:4], json.dumps(one.match)) for one in found))
        cursor.execute("ANALYZE match_told")
        cursor.execute(UPDATE_FROM_TOLD, {"tenant": current_tenant_id()})


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy(cursor: Any, table: str, rows: Iterable[Sequence[object]]) -> None:
    """COPY rows into a temporary table; None is NULL."""
    text = "".join(
        "\t".join(["\\N" if value is None else str(value).translate(_ESCAPES) for value in row]) + "\n" for row in rows
    )
    cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(text))

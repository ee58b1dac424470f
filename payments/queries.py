"""Reads about money that came in and was promised."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from common.money import ZERO
from invoices import queries as invoice_queries
from invoices.models import Invoice
from law import allocation, rates
from law.rates import InterestKind
from payments.models import Payment, Promise
from payments.states import PromiseState


def unallocated(debtor_id: int) -> Decimal:
    """Give what came in from a debtor and paid for nothing yet. A reversal takes its payment out of the sum."""
    rows = Payment.objects.filter(debtor_id=debtor_id)
    return rows.aggregate(rest=Sum(F("amount") - F("allocated")))["rest"] or ZERO


def claims_due(invoices: Iterable[Invoice], day: date) -> list[allocation.ClaimDue]:
    """Give invoices as the law looks at them when a payment comes in on a day (art. 6:43 and 6:44 BW)."""
    terms = invoice_queries.claim_terms()
    return [_claim(invoice, day, terms) for invoice in invoices]


def _claim(invoice: Invoice, day: date, terms: object) -> allocation.ClaimDue:
    due = invoice_queries.amount_due(invoice, day, terms)  # type: ignore[arg-type]
    in_default = invoice.default_since is not None and day >= invoice.default_since
    kind = InterestKind.CONSUMER if invoice.acted_as_consumer else InterestKind.TRADE
    return allocation.ClaimDue(
        key=invoice.public_id,
        due_date=invoice.due_date,
        principal=due.charged.principal,
        interest=due.interest,
        costs=due.charged.costs,
        percent=rates.rate_on(kind, day).percent if in_default else Decimal(0),
    )


def running_promises(debtor_id: int) -> list[Promise]:
    """Give the promises of a debtor that still run, soonest first."""
    rows = Promise.objects.filter(debtor_id=debtor_id, state=PromiseState.RUNNING)
    return list(rows.order_by("promised_for", "pk").prefetch_related("invoices__invoice"))

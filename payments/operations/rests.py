"""Small rests of claims are written off, many at once."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from common.actor import Actor
from debtors import queries as debtor_queries
from invoices import operations as claims
from invoices.models import Invoice
from tenants import two_persons


def write_off_rests(*, invoices: Sequence[Invoice], most: Decimal, reason: str, by: Actor) -> list[Invoice]:
    """Write off what is left of claims of which no more than `most` is open; what was paid meanwhile is left alone.

    Each is a booking of its own, which can be reversed. Where the tenant wants two people for a write-off, each is
    asked of the second. Debtors are locked in order: two who do this wait for each other. Gives which were done.
    """
    written = []
    by_two = two_persons.needed(two_persons.Sensitive.WRITE_OFF)
    with transaction.atomic():
        for invoice in sorted(invoices, key=lambda one: (one.debtor_id, one.pk)):
            debtor_queries.lock(invoice.debtor_id)
            now = Invoice.objects.get(pk=invoice.pk)
            if not now.is_open or not 0 < now.open_amount <= most or now.principal_open >= now.principal:
                continue
            give_up = claims.ask_write_off if by_two else claims.write_off
            try:
                give_up(invoice=now, amount=now.open_amount, reason=reason, by=by)
            except two_persons.AskedAlready:
                continue  # it waits for the second person as it is
            written.append(now)
    return written

"""What ends the questions that answers put to people."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from answers import operations
from common.actor import Actor
from invoices import signals as claims
from invoices.models import Dispute, Invoice


@receiver(claims.dispute_resolved)
def the_dispute_is_answered(*, dispute: Dispute, by: Actor, **_: Any) -> None:
    operations.dispute_is_answered(dispute=dispute, by=by)


@receiver(claims.invoice_settled)
def it_was_paid_indeed(*, invoice: Invoice, by: Actor, **_: Any) -> None:
    operations.claim_is_settled(invoice=invoice, by=by)


@receiver(claims.invoices_settled)
def they_were_paid_indeed(*, invoice_ids: Sequence[int], by: Actor, **_: Any) -> None:
    for invoice in Invoice.objects.filter(pk__among=invoice_ids, answers__isnull=False).distinct():
        operations.claim_is_settled(invoice=invoice, by=by)

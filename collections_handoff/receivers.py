"""The night brings claims to the end of their ladder; money that still comes in is told to the agency."""

from typing import Any

from django.dispatch import receiver

from collections_handoff import operations
from common.actor import Actor
from dunning import signals as ladder
from dunning.models import Run
from invoices.models import Settlement
from payments import signals as money
from payments.models import Payment


@receiver(ladder.run_planned)
def prepare_dossiers(*, run: Run, by: Actor, **_: Any) -> None:
    if run.why_not.get("handoff"):
        operations.prepare_ready(by=by)


@receiver(money.payment_booked)
def tell_the_agency(*, payment: Payment, by: Actor, **_: Any) -> None:
    paid = Settlement.objects.filter(allocations__payment=payment, reverses=None).select_related("invoice")
    for settlement in paid:
        operations.report_payment(
            invoice=settlement.invoice, amount=settlement.amount, received_on=payment.received_on, by=by
        )

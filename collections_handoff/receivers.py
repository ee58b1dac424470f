"""The night brings claims to the end of their ladder; money that still comes in is told to the agency."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from collections_handoff import operations
from collections_handoff.models import HandoffClaim
from common.actor import Actor
from correspondence import signals as mail
from correspondence.models import Message
from dunning import signals as ladder
from dunning.models import Case, Run
from invoices.models import Settlement
from payments import signals as money
from payments.models import Payment


@receiver(ladder.run_planned)
def prepare_dossiers(*, run: Run, by: Actor, **_: Any) -> None:
    if run.why_not.get("handoff"):
        operations.prepare_ready(by=by)


@receiver(money.payment_allocated)
def tell_the_agency(*, payment: Payment, settlements: Sequence[Settlement], by: Actor, **_: Any) -> None:
    paid = Settlement.objects.filter(pk__in=[row.pk for row in settlements]).select_related("invoice")
    for settlement in paid.order_by("pk"):
        operations.report_payment(
            invoice=settlement.invoice, amount=settlement.amount, received_on=payment.received_on, by=by
        )


@receiver(money.payments_booked)
def tell_the_agency_of_many(*, payment_ids: Sequence[int], by: Actor, **_: Any) -> None:
    with_an_agency = HandoffClaim.objects.filter(is_live=True).values("invoice_id")
    rows = Payment.objects.filter(pk__among=payment_ids, allocations__settlement__invoice__in=with_an_agency)
    for payment in rows.distinct().order_by("pk"):
        settlements = list(Settlement.objects.filter(allocations__payment=payment))
        tell_the_agency(payment=payment, settlements=settlements, by=by)


@receiver(ladder.cases_reopened)
def leave_it_with_the_agency(*, cases: Sequence[Case], by: Actor, **_: Any) -> None:
    for case in cases:
        operations.stays_out(invoice=case.invoice, by=by)


@receiver(money.payment_reversed)
def tell_the_agency_it_went_back(*, payment: Payment, by: Actor, **_: Any) -> None:
    undone = Settlement.objects.filter(allocations__payment=payment, reverses__isnull=False).exclude(reason="rebooked")
    for mirror in undone.select_related("invoice"):
        operations.report_reversal(invoice=mirror.invoice, amount=-mirror.amount, by=by)


@receiver([mail.message_bounced, mail.message_failed])
def ask_about_lost_dossier(*, message: Message, reason: str, by: Actor, **_: Any) -> None:
    if message.subject_kind == operations.SUBJECT:
        operations.ask_about_lost_mail(message=message, reason=reason, by=by)

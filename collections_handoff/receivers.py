"""The night brings claims to the end of their ladder; money that still comes in is told to the agency."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from collections_handoff import operations
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


@receiver(money.payment_booked)
def tell_the_agency(*, payment: Payment, by: Actor, **_: Any) -> None:
    paid = Settlement.objects.filter(allocations__payment=payment, reverses=None).select_related("invoice")
    for settlement in paid:
        operations.report_payment(
            invoice=settlement.invoice, amount=settlement.amount, received_on=payment.received_on, by=by
        )


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

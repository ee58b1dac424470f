"""What happens to claims that money must follow."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from common.actor import Actor
from invoices import signals
from invoices.models import Invoice, Settlement
from payments import signals as money
from payments.models import CheckoutAttempt, Payment, Promise
from payments.operations import cancel_refunds_of, follow_claim, give_mandate, judge_promises
from payments.operations.payments import follow_rebooking
from payments.states import PromiseState


@receiver(signals.settlements_rebooked)
def allocations_follow(*, pairs: Sequence[tuple[Settlement, Settlement, Settlement | None]], **_: Any) -> None:
    follow_rebooking(pairs)


@receiver([signals.invoice_settled, signals.balance_changed])
def promises_may_be_kept(*, invoice: Invoice, by: Actor, **_: Any) -> None:
    if Promise.objects.filter(state=PromiseState.RUNNING, invoices__invoice=invoice).exists():
        judge_promises(debtor_ids=[invoice.debtor_id], day=by.day, by=by)


@receiver(signals.invoices_settled)
def promises_may_be_kept_by_many(*, invoice_ids: Sequence[int], by: Actor, **_: Any) -> None:
    waiting = Promise.objects.filter(state=PromiseState.RUNNING, invoices__invoice__among=invoice_ids)
    if debtor_ids := sorted(set(waiting.values_list("debtor_id", flat=True))):
        judge_promises(debtor_ids=debtor_ids, day=by.day, by=by)


@receiver([signals.invoice_settled, signals.balance_changed, signals.invoice_reopened])
def arrangements_follow(*, invoice: Invoice, by: Actor, **_: Any) -> None:
    follow_claim(invoice=invoice, by=by)


@receiver(money.payment_reversed)
def nothing_goes_back_twice(*, payment: Payment, reason: str, by: Actor, **_: Any) -> None:
    cancel_refunds_of(payment=payment, reason=reason, by=by)


@receiver(money.checkout_paid)
def a_first_payment_gives_a_mandate(*, attempt: CheckoutAttempt, by: Actor, **_: Any) -> None:
    give_mandate(checkout=attempt, by=by)

"""What happens to claims that money must follow."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from common.actor import Actor
from invoices import signals
from invoices.models import Invoice, Settlement
from payments.models import Promise
from payments.operations import judge_promises
from payments.operations.payments import follow_rebooking
from payments.states import PromiseState


@receiver(signals.settlements_rebooked)
def allocations_follow(*, pairs: Sequence[tuple[Settlement, Settlement, Settlement | None]], **_: Any) -> None:
    follow_rebooking(pairs)


@receiver([signals.invoice_settled, signals.balance_changed])
def promises_may_be_kept(*, invoice: Invoice, by: Actor, **_: Any) -> None:
    if Promise.objects.filter(state=PromiseState.RUNNING, invoices__invoice=invoice).exists():
        judge_promises(debtor_ids=[invoice.debtor_id], day=by.day, by=by)

"""Collections that will not be made after all leave their batch."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet, Sum

from common.actor import Actor
from common.money import ZERO
from correspondence import operations as outbox
from correspondence.models import Message
from correspondence.states import MessageState
from payments import signals
from payments.models import DirectDebit, DirectDebitBatch
from payments.states import DEBIT_TRANSITIONS, DebitState

ABOUT = "debit"  # the subject of an announcement: the first collection of its debtor in the batch


class DebitCannotBecome(Exception):
    """A state that the table of transitions does not allow. Always a bug."""


def move(debit: DirectDebit, state: DebitState) -> None:
    """Change the state of a collection, not saved yet.

    :raises DebitCannotBecome: if the table does not allow it.
    """
    if state not in DEBIT_TRANSITIONS[debit.state]:
        raise DebitCannotBecome(f"{debit.state} -> {state}")
    debit.state = state


def drop(debits: QuerySet[DirectDebit], *, reason: str, by: Actor) -> int:
    """Cancel collections with a reason, and keep the totals of their batches right; give how many.

    The caller holds the locks on the debtors.
    """
    rows = list(debits.select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        move(row, DebitState.CANCELLED)
        row.ended_reason = reason[:200]
    DirectDebit.objects.bulk_update(rows, ["state", "ended_reason"], batch_size=1000)
    recount({row.batch_id for row in rows})
    if rows:
        signals.collection_changed.send(DirectDebit, debtor_ids={row.debtor_id for row in rows}, invoice_ids=[], by=by)
    return len(rows)


def recount(batch_ids: Iterable[int]) -> None:
    """Let batches say how many collections they hold, and how much together."""
    for batch_id in sorted(batch_ids):
        held = DirectDebit.objects.filter(batch=batch_id).exclude(state=DebitState.CANCELLED)
        summed = held.aggregate(count=Count("pk"), total=Sum("amount"))
        DirectDebitBatch.objects.filter(pk=batch_id).update(count=summed["count"], total=summed["total"] or ZERO)


def withdraw_announcements(debits: Iterable[DirectDebit], *, reason: str) -> int:
    """Take back the announcements that still wait; give how many debtors were told already."""
    ids = [debit.public_id for debit in debits]
    waiting = Message.objects.filter(subject_kind=ABOUT, subject_id__in=ids, state=MessageState.QUEUED)
    for subject_id in set(waiting.values_list("subject_id", flat=True)):
        outbox.withdraw_messages(subject_kind=ABOUT, subject_id=subject_id, reason=reason)
    told = Message.objects.filter(subject_kind=ABOUT, subject_id__in=ids).exclude(state=MessageState.WITHDRAWN)
    return told.values("subject_id").distinct().count()

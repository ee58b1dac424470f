"""Collecting: a batch is proposed, approved and announced, sent to the bank, or taken back."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from common.public_ids import new_public_id
from common.words import in_dutch
from correspondence import operations as outbox
from correspondence.models import Document
from debtors import queries as debtor_queries
from payments import awaited, bank_days, collectable, sepa, signals
from payments.collect_words import SENTENCES, WhyNot
from payments.models import CreditorSettings, DirectDebit, DirectDebitBatch, Mandate
from payments.operations import announcing, dropping
from payments.operations.collecting import batch_collected, line_collected, line_returned
from payments.operations.mandates import creditor_bic
from payments.states import DEBIT_BATCH_TRANSITIONS, DebitBatchState, DebitState
from tenants import two_persons
from tenants.models import Letterhead

__all__ = [
    "BatchIsPast",
    "CollectTooSoon",
    "NoCreditor",
    "NotABankDay",
    "NothingToCollect",
    "approve_batch",
    "batch_collected",
    "cancel_batch",
    "check_day",
    "line_collected",
    "line_returned",
    "propose_batch",
    "send_batch",
]

XML = "application/xml"


class NoCreditor(DomainError):
    """The tenant has no creditor id, or its letterhead no account."""

    code = "no_creditor"
    sentence = gettext_lazy("Vul eerst uw incassant-ID in bij de instellingen, en uw IBAN op het briefhoofd.")


class NotABankDay(DomainError):
    """Banks settle nothing on that day."""

    code = "not_a_bank_day"
    sentence = gettext_lazy("Banken schrijven op %(day)s niet af. De eerste dag daarna is %(next)s.")


class CollectTooSoon(DomainError):
    """The debtor would not be told in time, or the bank not have the file in time."""

    code = "collect_too_soon"
    sentence = gettext_lazy("Dat is te vroeg: kies %(earliest)s of later.")


class NothingToCollect(DomainError):
    """Nothing that was chosen can be collected."""

    code = "nothing_to_collect"
    sentence = gettext_lazy("Er is niets om te incasseren op deze dag.")


class BatchIsPast(DomainError):
    """Its state does not allow it."""

    code = "debit_batch_is_past"
    sentence = gettext_lazy("Deze batch is al %(state)s.")


def _creditor() -> CreditorSettings:
    creditor = CreditorSettings.objects.first()
    if creditor is None or not Letterhead.objects.exclude(iban="").exists():
        raise NoCreditor
    return creditor


def check_day(collect_on: date, creditor: CreditorSettings, by: Actor) -> None:
    """Refuse a day on which nothing can be collected that is announced today.

    :raises NotABankDay, CollectTooSoon: as they say.
    """
    if not bank_days.is_bank_day(collect_on):
        raise NotABankDay(field="collect_on", day=collect_on, next=bank_days.first_bank_day(collect_on))
    earliest = bank_days.earliest_collection(by.day, creditor.notify_days)
    if collect_on < earliest:
        raise CollectTooSoon(field="collect_on", earliest=earliest)


def propose_batch(
    *, collect_on: date, by: Actor, keys: Collection[str] | None = None, retry: Collection[str] = ()
) -> DirectDebitBatch:
    """Gather what is due by a day from debtors with a mandate into a batch, for a person to approve.

    `keys` are the names of what somebody chose (`collectable.Due.key`); without them it is everything that can be.
    `retry` names what came back once for want of money and may be tried again.

    :raises NoCreditor: if the tenant does not collect.
    :raises NotABankDay, CollectTooSoon: if it cannot be on that day.
    :raises NothingToCollect: if nothing is left to collect.
    """
    creditor = _creditor()
    check_day(collect_on, creditor, by)
    with transaction.atomic():
        wanted = collectable.plan(collect_on, by.at, by.day, retry=retry)
        ids = {line.debtor.pk for line in wanted.lines if keys is None or line.key in keys}
        debtor_queries.lock_all(ids)
        fresh = collectable.plan(collect_on, by.at, by.day, debtor_ids=ids, retry=retry)
        lines = [line for line in fresh.lines if keys is None or line.key in keys]
        if not lines:
            raise NothingToCollect
        batch = DirectDebitBatch.objects.create(
            collect_on=collect_on, message_id=new_public_id().upper(), made_by=by.label, made_ref=by.ref, made_at=by.at
        )
        DirectDebit.objects.bulk_create([_debit(batch, line) for line in lines], batch_size=1000)
        dropping.recount([batch.pk])
        batch.refresh_from_db()
        _log("debits.proposed", batch, by)
        invoices = [line.invoice.pk for line in lines if line.invoice is not None]
        signals.collection_changed.send(DirectDebit, debtor_ids=ids, invoice_ids=invoices, by=by)
    return batch


def _debit(batch: DirectDebitBatch, line: collectable.Due) -> DirectDebit:
    return DirectDebit(
        batch=batch,
        mandate=line.mandate,
        debtor=line.debtor,
        invoice=line.invoice,
        instalment=line.instalment,
        amount=line.amount,
        sequence=line.sequence,
        end_to_end_id=new_public_id().upper(),
    )


def approve_batch(*, batch: DirectDebitBatch, by: Actor) -> DirectDebitBatch:
    """Let a batch go on: every debtor is told at once what will be collected from him, and when.

    :raises BatchIsPast: if it is not waiting for this.
    :raises SamePerson: if two people are wanted and this one made it.
    :raises CollectTooSoon: if the debtors would not be told in time any more.
    """
    creditor = _creditor()
    with transaction.atomic():
        batch = _locked(batch, DebitBatchState.APPROVED)
        two_persons.check(two_persons.Sensitive.DEBIT_BATCH, first=batch.made_ref, by=by)
        check_day(batch.collect_on, creditor, by)
        debits = _planned(batch)
        if not debits:
            raise NothingToCollect
        batch.state = DebitBatchState.APPROVED
        batch.approved_by, batch.approved_ref, batch.approved_at = by.label, by.ref, by.at
        batch.save(update_fields=["state", "approved_by", "approved_ref", "approved_at"])
        told = announcing.announce(batch, debits, creditor, by=by)
        DirectDebit.objects.filter(pk__in=[debit.pk for debit in debits]).update(announced_on=by.day)
        _log("debits.approved", batch, by, told=told)
    return batch


def send_batch(*, batch: DirectDebitBatch, by: Actor) -> Document:
    """Write the file for the bank, frozen. What can no longer be collected is left out; no more than is open is asked.

    :raises BatchIsPast: if it is not approved, or was sent before.
    :raises CollectTooSoon: if the bank would not have it in time.
    :raises NothingToCollect: if nothing of it can be collected any more.
    """
    creditor = _creditor()
    with transaction.atomic():
        batch = _locked(batch, DebitBatchState.SENT)
        earliest = bank_days.add_bank_days(by.day, bank_days.BEFORE_COLLECTION)
        if batch.collect_on < earliest:
            raise CollectTooSoon(earliest=earliest)
        debits = _still_right(batch, _planned(batch), by)
        if not debits:
            raise NothingToCollect
        with translation.override("nl"):  # on statements of debtors, whoever makes the file
            batch.document = document = _file(batch, debits, creditor, by)
        batch.state, batch.sent_at = DebitBatchState.SENT, by.at
        batch.save(update_fields=["state", "sent_at", "document"])
        for debit in debits:
            dropping.move(debit, DebitState.SENT)
        DirectDebit.objects.bulk_update(debits, ["state", "amount"], batch_size=1000)
        dropping.recount([batch.pk])
        Mandate.objects.filter(pk__in={debit.mandate_id for debit in debits}).update(last_used_on=batch.collect_on)
        batch.refresh_from_db()
        _log("debits.sent", batch, by)
    return document


def _still_right(batch: DirectDebitBatch, debits: Sequence[DirectDebit], by: Actor) -> list[DirectDebit]:
    """Ask of each collection whether it would be made today; what would not leaves the batch with the reason."""
    retried = [
        f"f-{one.invoice.public_id}" if one.invoice else f"t-{one.instalment and one.instalment.public_id}"
        for one in debits
    ]
    today = collectable.plan(
        batch.collect_on,
        by.at,
        by.day,
        debtor_ids={debit.debtor_id for debit in debits},
        retry=retried,
        besides=batch,
    )
    now = collectable.by_key([*today.lines, *today.left_out])
    right, wrong = [], defaultdict(list)
    for key, debit in zip(retried, debits, strict=True):
        line = now.get(key)
        why = line.why_not if line is not None else WhyNot.NOTHING_DUE
        if not why and line is not None and line.mandate.pk != debit.mandate_id:
            why = WhyNot.NO_MANDATE  # the one that was announced cannot be used any more
        if line is None or why:
            wrong[str(why)].append(debit.pk)
        else:
            debit.amount = min(debit.amount, line.amount)
            right.append(debit)
    for code, ids in wrong.items():
        dropping.drop(DirectDebit.objects.filter(pk__in=ids), reason=in_dutch(SENTENCES[WhyNot(code)]), by=by)
    return right


def _file(batch: DirectDebitBatch, debits: Sequence[DirectDebit], creditor: CreditorSettings, by: Actor) -> Document:
    letterhead = Letterhead.objects.defer("logo").get()
    order = sepa.DebitOrder(
        version=creditor.pain_version,
        message_id=batch.message_id,
        made_at=localtime(by.at),
        creditor=sepa.Account(name=letterhead.legal_name, iban=letterhead.iban, bic=creditor_bic()),
        creditor_id=creditor.creditor_id,
        collect_on=batch.collect_on,
        parts=_parts(batch, debits, letterhead.legal_name),
    )
    return outbox.store_document(
        filename=f"incasso-{batch.collect_on:%Y%m%d}-{batch.message_id.lower()}.xml",
        media_type=XML,
        content=sepa.writer().debits(order),
        made_from={"batch": batch.public_id, "message_id": batch.message_id, "count": len(debits)},
        template_version=order.version,
    )


def _parts(batch: DirectDebitBatch, debits: Sequence[DirectDebit], creditor_name: str) -> tuple[sepa.Part, ...]:
    held: dict[tuple[str, str], list[DirectDebit]] = defaultdict(list)
    for debit in debits:
        held[debit.mandate.scheme, debit.sequence].append(debit)
    return tuple(
        sepa.Part(
            reference=awaited.part_reference(batch.message_id, scheme, sequence),
            scheme=scheme,
            sequence=sequence,
            collections=tuple(_collection(debit, creditor_name) for debit in part),
        )
        for (scheme, sequence), part in sorted(held.items())
    )


def _collection(debit: DirectDebit, creditor_name: str) -> sepa.Collection:
    what = (
        _("Factuur %(number)s") % {"number": debit.invoice.number}
        if debit.invoice
        else _("Termijn %(number)s") % {"number": debit.instalment.number if debit.instalment else ""}
    )
    return sepa.Collection(
        end_to_end_id=debit.end_to_end_id,
        amount=debit.amount,
        mandate=debit.mandate.reference,
        signed_on=debit.mandate.signed_on,
        name=debit.mandate.account_holder,
        iban=debit.mandate.iban,
        bic=debit.mandate.bic,
        description=f"{what} {creditor_name}",
    )


def cancel_batch(*, batch: DirectDebitBatch, reason: str, by: Actor) -> int:
    """Take a batch back, also one whose file never reached the bank; give how many debtors were told of it already.

    :raises BatchIsPast: if the bank answered already, or it was taken back before.
    """
    with transaction.atomic():
        batch = _locked(batch, DebitBatchState.CANCELLED)
        debits = list(batch.debits.exclude(state=DebitState.CANCELLED))
        if any(not debit.is_live for debit in debits):
            raise BatchIsPast(state=batch.get_state_display())
        told = dropping.withdraw_announcements(debits, reason=reason)
        dropping.drop(batch.debits.exclude(state=DebitState.CANCELLED), reason=reason, by=by)
        batch.state, batch.ended_reason = DebitBatchState.CANCELLED, reason[:200]
        batch.save(update_fields=["state", "ended_reason"])
        _log("debits.cancelled", batch, by, reason=reason)
    return told


def _locked(batch: DirectDebitBatch, to: DebitBatchState) -> DirectDebitBatch:
    """Lock the debtors of a batch, then the batch: it may become what is wanted, or this raises."""
    debtor_queries.lock_all(batch.debits.values_list("debtor_id", flat=True))
    batch = DirectDebitBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if to not in DEBIT_BATCH_TRANSITIONS[batch.state]:
        raise BatchIsPast(state=batch.get_state_display())
    return batch


def _planned(batch: DirectDebitBatch) -> list[DirectDebit]:
    rows = batch.debits.filter(state=DebitState.PLANNED).select_related("mandate", "debtor", "invoice", "instalment")
    return list(rows.prefetch_related("debtor__contacts").order_by("debtor__sort_name", "debtor_id", "pk"))


def _log(verb: str, batch: DirectDebitBatch, by: Actor, **data: Any) -> None:
    audit.record(
        verb,
        by=by,
        kind="debit_batch",
        subject=batch,
        label=str(batch),
        count=batch.count,
        amount=batch.total,
        **data,
    )

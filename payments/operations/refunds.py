"""Money that goes back to who paid too much: proposed, approved, sent by file or through the provider, done."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common import identifiers
from common.actor import Actor
from common.calendar import extend_to_working_day
from common.errors import DomainError
from common.public_ids import new_public_id
from common.words import in_dutch
from correspondence import operations as outbox
from correspondence.models import Document
from debtors import queries as debtor_queries
from invoices import signals as claims
from payments import sepa
from payments.models import BankLine, CheckoutAttempt, CreditorSettings, Payment, Refund
from payments.operations.payments import AlreadyReversed
from payments.states import REFUND_TRANSITIONS, CheckoutState, RefundState, RefundWay
from tenants import operations as tenants
from tenants import two_persons
from tenants.models import Letterhead
from worklist import operations as worklist
from worklist.models import TaskKind

ONLINE_QUEUE = "payments.tasks.send_online_refunds"
XML = "application/xml"


class RefundExceedsCredit(DomainError):
    """More would go back than there is."""

    code = "refund_exceeds_credit"
    sentence = _("€ %(amount)s is meer dan er van deze betaling over is: vul hoogstens € %(rest)s in.")


class RefundNeedsAnAccount(DomainError):
    """Without a right IBAN and a name no bank pays out."""

    code = "refund_needs_an_account"
    sentence = _("Vul een geldig IBAN in, en op wiens naam de rekening staat.")


class NotPaidOnline(DomainError):
    """The provider can only give back what it took in."""

    code = "not_paid_online"
    sentence = _("Via Mollie kan hoogstens € %(amount)s terug: zoveel kwam er zo binnen en is er nog.")


class RefundIsPast(DomainError):
    """Its state does not allow it any more."""

    code = "refund_is_past"
    sentence = _("Deze terugbetaling is al %(state)s.")


class NoRefundsToSend(DomainError):
    """No refund by bank waits."""

    code = "no_refunds_to_send"
    sentence = _("Er staat geen goedgekeurde terugbetaling klaar.")


def propose_refund(
    *,
    payment: Payment,
    amount: Decimal,
    via: str,
    by: Actor,
    iban: str = "",
    name: str = "",
    description: str = "",
) -> Refund:
    """Propose to give back what is left of a payment. From now on it is no credit of the debtor any more.

    :raises AlreadyReversed: if the money went back already.
    :raises RefundExceedsCredit: if less is left of the payment.
    :raises RefundNeedsAnAccount: if it goes by bank and the account is not right.
    :raises NotPaidOnline: if it goes through the provider and not so much came in through it.
    """
    with transaction.atomic():
        debtor_queries.lock(payment.debtor_id)
        payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        if payment.reverses_id is not None or payment.reversals.exists():
            raise AlreadyReversed
        if amount <= 0 or amount > payment.unallocated:
            raise RefundExceedsCredit(field="amount", amount=amount, rest=payment.unallocated)
        if via == RefundWay.BANK:
            iban, name = _account(iban, name)
        else:
            iban, name = "", ""
            _check_paid_online(payment, amount)
        refund = Refund.objects.create(
            payment=payment,
            amount=amount,
            via=via,
            iban=iban,
            name=name[:70],
            description=description[:140],
            proposed_on=by.day,
            proposed_by=by.label,
            proposed_ref=by.ref,
        )
        log("refund.proposed", refund, by)
        _credit_changed(refund, by)
    return refund


def _account(iban: str, name: str) -> tuple[str, str]:
    try:
        iban = identifiers.parse_iban(iban)
    except ValueError as error:
        raise RefundNeedsAnAccount(field="iban") from error
    if not name.strip():
        raise RefundNeedsAnAccount(field="name")
    return iban, name.strip()


def refundable_online(payment: Payment) -> Decimal:
    """Give how much of a payment its provider can give back: what came in through it, less what goes or went back."""
    checkout = CheckoutAttempt.objects.filter(payment=payment, state=CheckoutState.PAID).first()
    if checkout is None:
        return Decimal(0)
    ours = payment.refunds.filter(via=RefundWay.ONLINE, state__in=[RefundState.PROPOSED, RefundState.APPROVED])
    waiting = sum((row.amount for row in ours), start=Decimal(0))
    return max(Decimal(0), checkout.amount - checkout.amount_refunded - checkout.amount_charged_back - waiting)


def _check_paid_online(payment: Payment, amount: Decimal) -> None:
    most = refundable_online(payment)
    if amount > most:
        raise NotPaidOnline(field="amount" if most else "via", amount=most)


def approve_refund(*, refund: Refund, by: Actor) -> Refund:
    """Let a refund go: by bank in the next file, through the provider within minutes.

    :raises SamePerson: if two people are wanted and this one proposed it.
    :raises RefundIsPast: if it is not waiting for this.
    """
    with transaction.atomic():
        refund = moved(refund, RefundState.APPROVED, by, check_second=True)
        refund.approved_by, refund.approved_ref, refund.approved_at = by.label, by.ref, by.at
        if refund.via == RefundWay.ONLINE:
            refund.idempotency_key = uuid4()
            tenants.wake_up(ONLINE_QUEUE, at=by.at)
        else:
            refund.end_to_end_id = refund.public_id.upper()
        refund.save(
            update_fields=["state", "approved_by", "approved_ref", "approved_at", "idempotency_key", "end_to_end_id"]
        )
        log("refund.approved", refund, by)
    return refund


def cancel_refund(*, refund: Refund, by: Actor, reason: str = "") -> Refund:
    """Take a refund back that did not leave yet: the money is credit of the debtor again.

    :raises RefundIsPast: if it left.
    """
    with transaction.atomic():
        return _end(moved(refund, RefundState.CANCELLED, by), "refund.cancelled", by, reason)


def send_refunds(*, by: Actor) -> Document:
    """Write all approved refunds by bank into one file for the bank (pain.001), frozen; they are on their way then.

    :raises NoRefundsToSend: if none waits.
    """
    with transaction.atomic():
        waiting = Refund.objects.filter(state=RefundState.APPROVED, via=RefundWay.BANK)
        debtor_queries.lock_all(waiting.exclude(payment__debtor=None).values_list("payment__debtor_id", flat=True))
        refunds = list(waiting.select_for_update(of=("self",)).order_by("approved_at", "pk"))
        if not refunds:
            raise NoRefundsToSend
        document = _file(refunds, by)
        for refund in refunds:
            refund.state, refund.document = RefundState.SENT, document
            refund.save(update_fields=["state", "document"])
            log("refund.sent", refund, by)
    return document


def _file(refunds: Sequence[Refund], by: Actor) -> Document:
    letterhead = Letterhead.objects.defer("logo").get()
    settings = CreditorSettings.objects.first() or CreditorSettings()
    message_id = new_public_id().upper()
    order = sepa.TransferOrder(
        version=sepa.TRANSFER_VERSIONS[settings.pain_version],
        message_id=message_id,
        made_at=localtime(by.at),
        debtor=sepa.Account(name=letterhead.legal_name, iban=letterhead.iban, bic=letterhead.bic),
        execute_on=extend_to_working_day(by.day),
        transfers=tuple(_transfer(refund, letterhead.legal_name) for refund in refunds),
    )
    return outbox.store_document(
        filename=f"terugbetalingen-{by.day:%Y%m%d}-{message_id.lower()}.xml",
        media_type=XML,
        content=sepa.writer().transfers(order),
        made_from={"refunds": [refund.public_id for refund in refunds], "message_id": message_id},
        template_version=order.version,
    )


def _transfer(refund: Refund, sender: str) -> sepa.Transfer:
    return sepa.Transfer(
        end_to_end_id=refund.end_to_end_id,
        amount=refund.amount,
        name=refund.name,
        iban=refund.iban,
        description=refund.description or in_dutch(_("Terugbetaling van %(sender)s")) % {"sender": sender},
    )


def take_back_refund(*, refund: Refund, by: Actor) -> Refund:
    """Let a refund wait for the next file, because the one it is in never reached the bank.

    :raises RefundIsPast: if it is not in a file, or was paid out.
    """
    with transaction.atomic():
        if refund.via != RefundWay.BANK:
            raise RefundIsPast(state=refund.get_state_display())
        refund = moved(refund, RefundState.APPROVED, by)
        refund.document = None
        refund.save(update_fields=["state", "document"])
        log("refund.taken_back", refund, by)
    return refund


def refund_paid_out(*, line: BankLine, by: Actor) -> Refund | None:
    """Note that a line of a statement paid a refund out, by its end-to-end id; None where it is no refund of ours."""
    if line.amount >= 0 or not line.end_to_end_id:
        return None
    refund = Refund.objects.filter(end_to_end_id=line.end_to_end_id.upper(), amount=-line.amount).first()
    if refund is None or refund.state == RefundState.DONE:
        return refund
    return refund_done(refund=refund, by=by)


def refund_done(*, refund: Refund, by: Actor) -> Refund:
    """Note that the money arrived with the payer.

    :raises RefundIsPast: if it was not on its way.
    """
    with transaction.atomic():
        refund = moved(refund, RefundState.DONE, by)
        refund.ended_at = by.at
        refund.save(update_fields=["state", "ended_at"])
        log("refund.done", refund, by)
    return refund


def refund_failed(*, refund: Refund, reason: str, by: Actor) -> Refund:
    """Note that the money did not arrive: it is credit of the debtor again.

    :raises RefundIsPast: if it was not on its way.
    """
    with transaction.atomic():
        return _end(moved(refund, RefundState.FAILED, by), "refund.failed", by, reason)


def cancel_refunds_of(*, payment: Payment, reason: str, by: Actor) -> None:
    """Take back what waits to be given back of a payment whose money is gone; what left already is a person's work."""
    for refund in payment.refunds.filter(state__in=[RefundState.PROPOSED, RefundState.APPROVED]).order_by("pk"):
        cancel_refund(refund=refund, by=by, reason=reason)
    left = payment.refunds.filter(via=RefundWay.BANK, state__in=[RefundState.SENT, RefundState.DONE])
    amount = left.aggregate(total=Sum("amount"))["total"]
    if amount:
        worklist.add_task(
            kind=TaskKind.FREE,
            title=in_dutch(_("Wij betaalden al terug en nu ging de betaling zelf terug: vraag het bedrag terug")),
            subject_kind="payment",
            subject_id=payment.public_id,
            debtor=payment.debtor,
            amount=amount,
            due_on=extend_to_working_day(by.day),
            note=reason,
            by=by,
        )


def moved(refund: Refund, state: RefundState, by: Actor, *, check_second: bool = False) -> Refund:
    """Give a refund, locked behind its debtor, with its new state set but not saved."""
    debtor_queries.lock(refund.payment.debtor_id)
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
    if state not in REFUND_TRANSITIONS[refund.state]:
        raise RefundIsPast(state=refund.get_state_display())
    if check_second:
        two_persons.check(two_persons.Sensitive.REFUND, first=refund.proposed_ref, by=by)
    refund.state = state
    return refund


def _end(refund: Refund, verb: str, by: Actor, reason: str) -> Refund:
    refund.failure, refund.ended_at = reason[:200], by.at
    refund.save(update_fields=["state", "failure", "ended_at"])
    log(verb, refund, by, reason=reason)
    _credit_changed(refund, by)
    return refund


def _credit_changed(refund: Refund, by: Actor) -> None:
    if refund.payment.debtor_id is not None:
        claims.credit_changed.send(Refund, debtor_id=refund.payment.debtor_id, by=by)


def log(verb: str, refund: Refund, by: Actor, **data: Any) -> None:
    """Write in the log what became of a refund."""
    audit.record(
        verb,
        by=by,
        kind="refund",
        subject=refund,
        label=refund.name,
        debtor_id=refund.payment.debtor_id,
        amount=refund.amount,
        **data,
    )

"""What the bank says of collections: the money of a batch came in, or a collection came back (storno).

None of these touches the line of the statement: whoever matched it does.
"""

from datetime import date

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from debtors import queries as debtor_queries
from invoices.models import Invoice
from payments import arranged, bank_days, return_reasons, signals
from payments.awaited import AwaitedCredit
from payments.models import BankLine, DirectDebit, Payment
from payments.operations import dropping, lines, mandates
from payments.operations.payments import AlreadyReversed, book_payment, reverse_payment
from payments.states import DebitScheme, DebitState, MandateState, PaymentMethod


class CreditIsBooked(DomainError):
    """The money of that part of the batch was booked before."""

    code = "debit_credit_is_booked"
    sentence = gettext_lazy("Het geld van deze incassobatch is al geboekt.")


@translation.override("nl")  # what is kept is Dutch, whoever works at it
def batch_collected(*, line: BankLine, credit: AwaitedCredit, by: Actor) -> list[Payment]:
    """Book the gross credit of a batch (one scheme and sequence of it): every collection in it is paid, until further.

    Method debit, for its own claim, on the value day of the line. Gives the payments; the first is the line's own.

    :raises CreditIsBooked: if it was booked before.
    """
    with transaction.atomic():
        mine = DirectDebit.objects.filter(
            batch=credit.batch_id,
            mandate__scheme=credit.scheme,
            sequence=credit.sequence,
            state=DebitState.SENT,
        )
        debtor_queries.lock_all(mine.values_list("debtor_id", flat=True))
        debits = list(
            mine.select_for_update(of=("self",))
            .select_related("debtor", "mandate", "invoice", "instalment__arrangement", "batch")
            .order_by("pk")
        )
        if not debits:
            raise CreditIsBooked
        return [_book(debit, line.value_on, by) for debit in debits]


@translation.override("nl")  # what is kept is Dutch, whoever works at it
def line_collected(*, line: BankLine, debit: DirectDebit, by: Actor) -> Payment | None:
    """Book one collection of a batch that the bank itemises; again, the same payment."""
    with transaction.atomic():
        debit = _locked(debit)
        return debit.payment if debit.state != DebitState.SENT else _book(debit, line.value_on, by)


def _book(debit: DirectDebit, on: date, by: Actor) -> Payment:
    payment = book_payment(
        debtor=debit.debtor,
        amount=debit.amount,
        received_on=on,
        amounts=dict.fromkeys(_meant(debit), debit.amount),  # he let this be collected, and no other claim
        method=PaymentMethod.DEBIT,
        payer_name=debit.mandate.account_holder,
        payer_iban=debit.mandate.iban,
        description=_("Incasso %(day)s") % {"day": f"{debit.batch.collect_on:%d-%m-%Y}"},
        by=by,
    )
    lines.ask_about_rest(payment, by=by)
    dropping.move(debit, DebitState.COLLECTED)
    debit.payment, debit.collected_on = payment, on
    debit.refundable_until = on + bank_days.REFUNDABLE if debit.mandate.scheme == DebitScheme.CORE else None
    debit.save(update_fields=["state", "payment", "collected_on", "refundable_until"])
    if debit.sequence in {"OOFF", "FNAL"} and debit.mandate.state != MandateState.ENDED:
        mandates.end_mandate(mandate=debit.mandate, reason=_("laatste incasso gedaan"), by=by)
    signals.debit_collected.send(DirectDebit, debit=debit, by=by)
    return payment


def _meant(debit: DirectDebit) -> list[Invoice]:
    if debit.invoice is not None:
        return [debit.invoice]
    assert debit.instalment is not None
    return list(arranged.what_pays(debit.instalment))


@translation.override("nl")  # what is kept is Dutch, whoever works at it
def line_returned(*, line: BankLine, debit: DirectDebit, by: Actor) -> Payment | None:
    """Take a collection back that the bank returns (storno): its claim opens again at its old rung (R12).

    Gives the reversal, or None where the money had not been booked yet. Again the same: nothing more happens. Where the
    bank would refuse every next one the mandate is blocked; nothing is tried again by itself.
    """
    code = line.return_reason.upper()[:8]
    reason = _("storno: %(why)s") % {"why": return_reasons.sentence(code)}
    with transaction.atomic():
        debit = _locked(debit)
        if debit.state not in {DebitState.SENT, DebitState.COLLECTED}:
            return debit.payment.reversals.first() if debit.payment else None
        payment = debit.payment
        dropping.move(debit, DebitState.RETURNED)
        debit.return_reason, debit.returned_on, debit.refundable_until = code, line.value_on, None
        debit.save(update_fields=["state", "return_reason", "returned_on", "refundable_until"])
        audit.record(
            "debit.returned",
            by=by,
            kind="mandate",
            subject=debit.mandate,
            label=debit.mandate.reference,
            debtor_id=debit.debtor_id,
            amount=debit.amount,
            why=return_reasons.sentence(code),
        )
        reversal = _reverse(payment, reason, line.value_on, by) if payment is not None else None
        if code in return_reasons.BLOCKING:
            mandates.block_mandate(mandate=debit.mandate, code=code, by=by)
        signals.debit_returned.send(DirectDebit, debit=debit, was_booked=payment is not None, reason=reason, by=by)
    return reversal


def _reverse(payment: Payment, reason: str, on: date, by: Actor) -> Payment | None:
    try:
        return reverse_payment(payment=payment, reason=reason, reversed_on=on, by=by)
    except AlreadyReversed:  # a person was earlier
        return payment.reversals.first()


def _locked(debit: DirectDebit) -> DirectDebit:
    debtor_queries.lock(debit.debtor_id)
    rows = DirectDebit.objects.select_for_update(of=("self",))
    return rows.select_related("debtor", "mandate", "invoice", "instalment__arrangement", "batch", "payment").get(
        pk=debit.pk
    )

"""A debtor does not agree; somebody answers."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.calendar import extend_to_working_day
from common.errors import DomainError
from common.money import round_cents
from common.words import in_dutch
from debtors import queries as debtor_queries
from debtors.models import Debtor
from invoices import signals
from invoices.models import Dispute, Invoice
from invoices.operations import documents, ledger
from invoices.states import DisputeOutcome, DisputeReason
from tenants.models import User

ANSWER_WITHIN = timedelta(days=14)


class DisputeIsOpen(DomainError):
    """There is one already."""

    code = "dispute_is_open"
    sentence = _("Over factuur %(number)s loopt al een geschil. Handel dat eerst af.")


class DisputeIsResolved(DomainError):
    """Somebody was earlier."""

    code = "dispute_is_resolved"
    sentence = _("Dit geschil is al afgehandeld.")


class NothingIsOpen(DomainError):
    """The invoice was paid since."""

    code = "nothing_is_open"
    sentence = _("Op factuur %(number)s staat niets meer open. Kies dat u later crediteert of afboekt.")


class DisputedPartTooLarge(DomainError):
    """More is disputed than is open."""

    code = "disputed_part_too_large"
    sentence = _("Het betwiste bedrag (€ %(amount)s) is meer dan er openstaat: vul hoogstens € %(open)s in.")


def open_dispute(
    *,
    invoice: Invoice,
    reason: str,
    by: Actor,
    amount: Decimal | None = None,
    note: str = "",
    deadline: date | None = None,
    owner: User | None = None,
) -> Dispute:
    """Note that a debtor does not agree with an invoice, or with a part of it: that leaves the ladder until resolved.

    Without a deadline it is answered within fourteen days, extended to a working day.

    :raises DisputeIsOpen: if one is open on the invoice.
    :raises DisputedPartTooLarge: if the part is more than is open.
    """
    with transaction.atomic():
        Debtor.objects.select_for_update().get(pk=invoice.debtor_id)
        invoice.refresh_from_db()
        if invoice.disputes.filter(resolved_on=None).exists():
            raise DisputeIsOpen(number=invoice.number)
        if amount is not None and amount > invoice.principal_open:
            raise DisputedPartTooLarge(field="amount", amount=amount, open=invoice.principal_open)
        dispute = Dispute.objects.create(
            invoice=invoice,
            reason=reason,
            amount=amount,
            note=note,
            opened_on=by.day,
            deadline=deadline or extend_to_working_day(by.day + ANSWER_WITHIN),
            owner=owner,
        )
        audit.record(
            "dispute.opened",
            by=by,
            kind="dispute",
            subject=dispute,
            label=invoice.number,
            debtor_id=invoice.debtor_id,
            amount=amount if amount is not None else invoice.open_amount,
            invoice=invoice.public_id,
            reason=in_dutch(DisputeReason(dispute.reason).label),
            note=note,
        )
        signals.dispute_opened.send(Dispute, dispute=dispute, by=by)
    return dispute


def change_dispute(*, dispute: Dispute, deadline: date, owner: User | None, by: Actor) -> Dispute:
    """Give a dispute another deadline or owner.

    :raises DisputeIsResolved: if it is over.
    """
    with transaction.atomic():
        invoice, dispute = _locked(dispute)
        dispute.deadline, dispute.owner = deadline, owner
        dispute.save(update_fields=["deadline", "owner"])
        audit.record(
            "dispute.changed",
            by=by,
            kind="dispute",
            subject=dispute,
            label=invoice.number,
            debtor_id=invoice.debtor_id,
            deadline=f"{deadline:%d-%m-%Y}",
        )
    return dispute


def _locked(dispute: Dispute) -> tuple[Invoice, Dispute]:
    """Lock the debtor, and give his invoice and the dispute as they are from then on: money may have come meanwhile.

    :raises DisputeIsResolved: if it is over.
    """
    debtor_queries.lock(Invoice.objects.values_list("debtor_id", flat=True).get(pk=dispute.invoice_id))
    dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    if dispute.resolved_on is not None:
        raise DisputeIsResolved
    return Invoice.objects.get(pk=dispute.invoice_id), dispute


def resolve_dispute(
    *, dispute: Dispute, outcome: str, resolution: str, by: Actor, credit_number: str = "", write_off: bool = False
) -> Dispute:
    """End a dispute. Rejected: the ladder goes on at the same rung with a new term.

    Accepted: what was disputed is credited under a number, or written off, at once; or neither, and that comes later.

    :raises DisputeIsResolved: if it is over already.
    :raises NothingIsOpen: if there is nothing left to credit or to write off.
    :raises InvoiceNumberTaken: if there is a credit note of that number.
    """
    with transaction.atomic():
        invoice, dispute = _locked(dispute)
        dispute.resolved_on, dispute.outcome, dispute.resolution = by.day, outcome, resolution
        dispute.save(update_fields=["resolved_on", "outcome", "resolution"])
        audit.record(
            "dispute.resolved",
            by=by,
            kind="dispute",
            subject=dispute,
            label=invoice.number,
            debtor_id=invoice.debtor_id,
            outcome=in_dutch(DisputeOutcome(outcome).label),
            reason=resolution,
            invoice=invoice.public_id,
        )
        signals.dispute_resolved.send(Dispute, dispute=dispute, by=by)
        if outcome == DisputeOutcome.ACCEPTED and credit_number:
            _credit(dispute, invoice, credit_number, by)
        elif outcome == DisputeOutcome.ACCEPTED and write_off:
            _write_off(dispute, invoice, by)
    return dispute


def _credit(dispute: Dispute, invoice: Invoice, number: str, by: Actor) -> None:
    """Credit what was disputed, as far as it is still open, with the VAT that was in it."""
    amount = min(dispute.amount or invoice.principal_open, invoice.principal_open)
    if not amount:
        raise NothingIsOpen(number=invoice.number)
    try:
        documents.register_credit_note(
            documents.CreditNoteDraft(
                debtor=invoice.debtor,
                number=number,
                issue_date=by.day,
                amount=amount,
                vat_amount=round_cents(amount * invoice.vat_amount / invoice.principal),
                invoice_number=invoice.number,
                description=dispute.resolution,
            ),
            by=by,
        )
    except documents.InvoiceNumberTaken as taken:
        raise documents.InvoiceNumberTaken(field="credit_number", **taken.values) from taken


def _write_off(dispute: Dispute, invoice: Invoice, by: Actor) -> None:
    """Give up what was disputed: with the whole invoice also what was charged on it."""
    amount = min(dispute.amount or invoice.open_amount, invoice.open_amount)
    if not amount:
        raise NothingIsOpen(number=invoice.number)
    ledger.write_off(invoice=invoice, amount=amount, reason=dispute.resolution[:200], by=by)

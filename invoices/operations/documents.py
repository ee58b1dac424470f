"""Invoices and credit notes come in; credit notes are set against invoices; due dates follow the books."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from common.identifiers import payment_reference
from common.money import ZERO
from common.texts import sha256
from debtors import queries as debtor_queries
from debtors.models import Debtor
from debtors.states import DebtorKind
from invoices import balance, queries, signals
from invoices.models import Attachment, CreditNote, Invoice, Settlement
from invoices.operations import ledger
from invoices.states import SettlementKind


class InvoiceNumberTaken(DomainError):
    """The number is known with other amounts: never an update."""

    code = "invoice_number_taken"
    sentence = _(
        "Nummer %(number)s bestaat al, met een ander bedrag (%(known)s). Een factuur wordt nooit overschreven."
    )


class DueDateIsFixed(DomainError):
    """A statutory notice counted from the date."""

    code = "due_date_is_fixed"
    sentence = _("De vervaldatum van %(number)s ligt vast: er is al een wettelijke brief over verstuurd.")


class CreditIsAllocated(DomainError):
    """The credit note was set against invoices."""

    code = "credit_is_allocated"
    sentence = _("Creditnota %(number)s is al verrekend (€ %(allocated)s). Draai eerst de verrekening terug.")


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a document."""

    filename: str
    media_type: str
    content: bytes
    is_the_invoice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDraft:
    """What is known of an invoice when it comes in. Amounts in euro including VAT; no due date: the tenant's term."""

    debtor: Debtor
    number: str
    issue_date: date
    principal: Decimal
    due_date: date | None = None
    vat_amount: Decimal = ZERO
    prepaid: Decimal = ZERO
    sent_on: date | None = None
    description: str = ""
    payment_reference: str = ""
    order_reference: str = ""
    contract_ref: str = ""
    acted_as_consumer: bool | None = None  # None: as the debtor is
    term_agreed: bool | None = None  # None: no for consumers, yes for business
    debtor_as_invoiced: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    source: str = "hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteDraft:
    """What is known of a credit note when it comes in; the amount is positive, including VAT."""

    debtor: Debtor
    number: str
    issue_date: date
    amount: Decimal
    vat_amount: Decimal = ZERO
    invoice_number: str = ""
    description: str = ""
    debtor_as_invoiced: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    source: str = "hand"


def register_invoices(drafts: Sequence[InvoiceDraft], *, by: Actor) -> list[Invoice]:
    """Freeze invoices and open their ledgers, all or none; what was prepaid is their first settlement.

    In a fixed number of statements, however many there are.

    :raises InvoiceNumberTaken: if a number is known already.
    """
    term = timedelta(days=queries.claim_terms().payment_term_days)
    with transaction.atomic():
        _refuse_known_numbers(drafts)
        invoices = Invoice.objects.bulk_create([_invoice(draft, term, by) for draft in drafts])
        prepaid = [
            Settlement(
                invoice=invoice, kind=SettlementKind.PREPAID, booked_on=invoice.issue_date, to_principal=draft.prepaid
            )
            for draft, invoice in zip(drafts, invoices, strict=True)
            if draft.prepaid
        ]
        Settlement.objects.bulk_create(prepaid)
        Attachment.objects.bulk_create(
            _attachment(file, invoice=invoice)
            for draft, invoice in zip(drafts, invoices, strict=True)
            for file in draft.files
        )
        fresh = list(Invoice.objects.filter(pk__in=[invoice.pk for invoice in invoices]).select_related("debtor"))
        audit.record_many(
            "invoice.registered",
            by=by,
            kind="invoice",
            rows=[(one, one.debtor_id, {"amount": one.principal, "source": one.source}) for one in fresh],
        )
        signals.invoices_registered.send(Invoice, invoices=fresh, by=by)
    return fresh


def _refuse_known_numbers(drafts: Sequence[InvoiceDraft]) -> None:
    known = Invoice.objects.filter(number__in=[draft.number for draft in drafts]).first()
    if known is not None:
        raise InvoiceNumberTaken(field="number", number=known.number, known=known.principal)


def _invoice(draft: InvoiceDraft, term: timedelta, by: Actor) -> Invoice:
    debtor = draft.debtor
    consumer = debtor.kind == DebtorKind.CONSUMER if draft.acted_as_consumer is None else draft.acted_as_consumer
    agreed = not consumer if draft.term_agreed is None else draft.term_agreed
    if debtor.payment_term_days is not None:
        term = timedelta(days=debtor.payment_term_days)
    due_date = draft.due_date or draft.issue_date + term
    derived = draft.due_date is None
    return Invoice(
        debtor=debtor,
        number=draft.number,
        issue_date=draft.issue_date,
        due_date=due_date,
        due_date_derived=derived,
        sent_on=draft.sent_on,
        principal=draft.principal,
        vat_amount=draft.vat_amount,
        description=draft.description[:200],
        payment_reference=draft.payment_reference[:35] or _reference_of(draft.number),
        order_reference=draft.order_reference[:60],
        contract_ref=draft.contract_ref[:60],
        acted_as_consumer=consumer,
        term_agreed=agreed and not derived,
        default_since=balance.default_since(
            acted_as_consumer=consumer,
            issue_date=draft.issue_date,
            due_date=due_date,
            due_date_derived=derived,
            term_agreed=agreed,
        ),
        debtor_as_invoiced=draft.debtor_as_invoiced or {"name": debtor.name, "city": debtor.city},
        details=draft.details,
        source=draft.source,
        registered_on=by.day,
        principal_open=draft.principal,
    )


def _reference_of(number: str) -> str:
    """Give the Dutch payment reference for a number that has digits enough to be told apart, else nothing."""
    digits = "".join(char for char in number if char.isdigit())
    return payment_reference(int(digits)) if 4 <= len(digits) <= 15 and digits == number else ""


def _attachment(file: File, **owner: Any) -> Attachment:
    return Attachment(
        filename=file.filename[:120],
        media_type=file.media_type,
        content=file.content,
        sha256=sha256(file.content),
        is_the_invoice=file.is_the_invoice,
        **owner,
    )


def register_credit_note(draft: CreditNoteDraft, *, by: Actor) -> CreditNote:
    """Freeze a credit note. Where it names an open invoice it is set against it at once; the rest is credit.

    :raises InvoiceNumberTaken: if the number is known already.
    """
    with transaction.atomic():
        debtor_queries.lock(draft.debtor.pk)
        known = CreditNote.objects.filter(number=draft.number).first()
        if known is not None:
            raise InvoiceNumberTaken(field="number", number=known.number, known=known.amount)
        note = CreditNote.objects.create(
            debtor=draft.debtor,
            number=draft.number,
            issue_date=draft.issue_date,
            amount=draft.amount,
            vat_amount=draft.vat_amount,
            invoice_number=draft.invoice_number,
            description=draft.description[:200],
            debtor_as_invoiced=draft.debtor_as_invoiced,
            details=draft.details,
            source=draft.source,
            registered_on=by.day,
        )
        Attachment.objects.bulk_create(_attachment(file, credit_note=note) for file in draft.files)
        audit.record(
            "credit_note.registered",
            by=by,
            kind="credit_note",
            subject=note,
            debtor_id=note.debtor_id,
            amount=note.amount,
        )
        invoice = Invoice.objects.open().filter(debtor=draft.debtor, number=draft.invoice_number).first()
        # interest and costs that are left of a paid invoice are no reason for credit: a person decides about those
        if draft.invoice_number and invoice is not None and invoice.principal_open:
            allocate_credit_note(note=note, invoice=invoice, by=by)
        else:
            signals.credit_changed.send(CreditNote, debtor_id=note.debtor_id, by=by)
    return note


def allocate_credit_note(*, note: CreditNote, invoice: Invoice, by: Actor, amount: Decimal | None = None) -> Settlement:
    """Set a credit note, or a part of it, against an open invoice of the same debtor.

    It counts from the day of the later of the two documents. Credit takes away principal: it says that less was owed.

    :raises ledger.SettlementExceedsOpen: if the invoice has less open, or the credit note less left.
    """
    with transaction.atomic():
        Debtor.objects.select_for_update().get(pk=note.debtor_id)
        note.refresh_from_db()
        invoice.refresh_from_db()
        if invoice.debtor_id != note.debtor_id:
            raise ValueError(f"credit note {note.public_id} and invoice {invoice.public_id} are of two debtors")
        wanted = min(note.unallocated, invoice.principal_open) if amount is None else amount
        if wanted > note.unallocated:
            raise ledger.SettlementExceedsOpen(field="amount", amount=wanted, open=note.unallocated)
        settlement = ledger.settle(
            invoice=invoice,
            amount=wanted,
            kind=SettlementKind.CREDIT,
            credit_note=note,
            booked_on=max(note.issue_date, invoice.issue_date),
            by=by,
        )
        audit.record(
            "credit_note.allocated",
            by=by,
            kind="credit_note",
            subject=note,
            debtor_id=note.debtor_id,
            invoice=invoice.number,
            amount=wanted,
        )
        signals.credit_changed.send(CreditNote, debtor_id=note.debtor_id, by=by)
    return settlement


def cancel_credit_note(*, note: CreditNote, reason: str, by: Actor) -> CreditNote:
    """Make a credit note count no longer.

    :raises CreditIsAllocated: if it was set against invoices.
    """
    with transaction.atomic():
        Debtor.objects.select_for_update().get(pk=note.debtor_id)
        note.refresh_from_db()
        if note.allocated:
            raise CreditIsAllocated(number=note.number, allocated=note.allocated)
        note.cancelled_on, note.cancelled_reason = by.day, reason
        note.save(update_fields=["cancelled_on", "cancelled_reason"])
        audit.record(
            "credit_note.cancelled", by=by, kind="credit_note", subject=note, debtor_id=note.debtor_id, reason=reason
        )
        signals.credit_changed.send(CreditNote, debtor_id=note.debtor_id, by=by)
    return note


def change_due_date(*, invoice: Invoice, due_date: date, is_fixed: bool, by: Actor, reason: str = "") -> Invoice:
    """Let the due date follow the books, and with it the start of default.

    `is_fixed` says that a statutory notice counted from the old date; the caller knows (dunning).

    :raises DueDateIsFixed: if so.
    """
    if is_fixed:
        raise DueDateIsFixed(field="due_date", number=invoice.number)
    with transaction.atomic():
        debtor_queries.lock(invoice.debtor_id)
        invoice.refresh_from_db()
        was = invoice.due_date
        invoice.due_date, invoice.due_date_derived = due_date, False
        invoice.default_since = balance.default_since(
            acted_as_consumer=invoice.acted_as_consumer,
            issue_date=invoice.issue_date,
            due_date=due_date,
            due_date_derived=False,
            term_agreed=invoice.term_agreed,
        )
        invoice.save(update_fields=["due_date", "due_date_derived", "default_since"])
        audit.record(
            "invoice.due_date_changed",
            by=by,
            kind="invoice",
            subject=invoice,
            debtor_id=invoice.debtor_id,
            was=was,
            due_date=due_date,
            reason=reason,
        )
        signals.invoice_changed.send(Invoice, invoice=invoice, by=by)
    return invoice


def set_default_since(*, invoice: Invoice, since: date | None, by: Actor) -> Invoice:
    """Note from which day a consumer is in default by a default notice (art. 6:82 BW), or that he is not after all."""
    with transaction.atomic():
        invoice.default_since = since
        invoice.save(update_fields=["default_since"])
        audit.record(
            "invoice.in_default", by=by, kind="invoice", subject=invoice, debtor_id=invoice.debtor_id, since=since
        )
    return invoice

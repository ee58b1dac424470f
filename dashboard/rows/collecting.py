"""Mandates, collections, batches and refunds as rows, with their badges."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from common import identifiers
from dashboard.rows.badges import Badge
from dashboard.shell import Tone
from payments import return_reasons
from payments.models import DirectDebit, DirectDebitBatch, Mandate, Refund
from payments.states import DebitBatchState, DebitScheme, DebitState, MandateState, RefundState, RefundWay

_MANDATES: dict[str, tuple[Tone, str]] = {
    MandateState.ACTIVE: ("good", "check"),
    MandateState.BLOCKED: ("act", "hand-stop"),
    MandateState.ENDED: ("neutral", ""),
}
_DEBITS: dict[str, tuple[Tone, str]] = {
    DebitState.PLANNED: ("info", "calendar"),
    DebitState.SENT: ("accent", "building-bank"),
    DebitState.COLLECTED: ("good", "check"),
    DebitState.RETURNED: ("act", "arrow-back-up"),
    DebitState.CANCELLED: ("neutral", ""),
}
_BATCHES: dict[str, tuple[Tone, str]] = {
    DebitBatchState.PROPOSED: ("act", "hand-stop"),  # a person approves
    DebitBatchState.APPROVED: ("warn", "hourglass"),  # its file must be made
    DebitBatchState.SENT: ("accent", "building-bank"),
    DebitBatchState.CANCELLED: ("neutral", "arrow-back-up"),
}
_REFUNDS: dict[str, tuple[Tone, str]] = {
    RefundState.PROPOSED: ("act", "hand-stop"),  # a person approves
    RefundState.APPROVED: ("warn", "hourglass"),
    RefundState.SENT: ("accent", "send"),
    RefundState.DONE: ("good", "check"),
    RefundState.FAILED: ("act", "circle-x"),
    RefundState.CANCELLED: ("neutral", "arrow-back-up"),
}


def mandate_badge(mandate: Mandate, day: date) -> Badge:
    """Give the badge of a mandate on a day."""
    if mandate.state == MandateState.ACTIVE and mandate.has_lapsed(day):
        return Badge(_("verlopen"), "warn", "hourglass")
    return Badge(MandateState(mandate.state).label, *_MANDATES[mandate.state])


def debit_badge(debit: DirectDebit) -> Badge:
    """Give the badge of a collection."""
    return Badge(DebitState(debit.state).label, *_DEBITS[debit.state])


def batch_badge(batch: DirectDebitBatch) -> Badge:
    """Give the badge of a batch."""
    return Badge(DebitBatchState(batch.state).label, *_BATCHES[batch.state])


def refund_badge(refund: Refund) -> Badge:
    """Give the badge of a refund."""
    return Badge(RefundState(refund.state).label, *_REFUNDS[refund.state])


@dataclass(frozen=True)
class MandateRow:
    """A mandate in a list."""

    reference: str
    url: str
    debtor_number: str
    debtor_name: str
    iban: str
    account_holder: str
    scheme: str
    kind: str
    collects: str
    signed_on: date
    last_used_on: date | None
    lapses_on: date
    state: Badge


def mandate_row(mandate: Mandate, day: date) -> MandateRow:
    """Give a mandate as lists show it; with its debtor loaded."""
    return MandateRow(
        reference=mandate.reference,
        url=reverse("dashboard:mandate", args=[mandate.public_id]),
        debtor_number=mandate.debtor.number,
        debtor_name=mandate.debtor.name,
        iban=identifiers.format_iban(mandate.iban),
        account_holder=mandate.account_holder,
        scheme=mandate.scheme,
        kind=_("eenmalig") if mandate.is_one_off else _("doorlopend"),
        collects=_("facturen") if mandate.collects_invoices else _("alleen termijnen"),
        signed_on=mandate.signed_on,
        last_used_on=mandate.last_used_on,
        lapses_on=mandate.lapses_on,
        state=mandate_badge(mandate, day),
    )


def mandates_of(debtor_id: int, day: date) -> list[MandateRow]:
    """Give the mandates of a debtor, the newest first."""
    rows = Mandate.objects.filter(debtor=debtor_id).select_related("debtor").order_by("-signed_on", "-pk")
    return [mandate_row(row, day) for row in rows]


@dataclass(frozen=True)
class DebitRow:
    """A collection in a batch or under a mandate."""

    what: str
    what_url: str
    debtor_number: str
    debtor_name: str
    debtor_url: str
    mandate: str
    mandate_url: str
    batch_url: str
    collect_on: date
    iban: str
    sequence: str
    scheme: str
    amount: Decimal
    end_to_end_id: str
    state: Badge
    note: str
    payment_url: str


def debit_row(debit: DirectDebit) -> DebitRow:
    """Give a collection as lists show it; with batch, mandate, debtor, invoice, instalment and payment loaded."""
    return DebitRow(
        what=_what(debit),
        what_url=reverse("dashboard:invoice", args=[debit.invoice.public_id]) if debit.invoice else "",
        debtor_number=debit.debtor.number,
        debtor_name=debit.debtor.name,
        debtor_url=reverse("dashboard:debtor", args=[debit.debtor.public_id]),
        mandate=debit.mandate.reference,
        mandate_url=reverse("dashboard:mandate", args=[debit.mandate.public_id]),
        batch_url=reverse("dashboard:debit_batch", args=[debit.batch.public_id]),
        collect_on=debit.batch.collect_on,
        iban=identifiers.format_iban(debit.mandate.iban),
        sequence=debit.sequence,
        scheme=debit.mandate.scheme,
        amount=debit.amount,
        end_to_end_id=debit.end_to_end_id,
        state=debit_badge(debit),
        note=_note(debit),
        payment_url=reverse("dashboard:payment", args=[debit.payment.public_id]) if debit.payment else "",
    )


def _what(debit: DirectDebit) -> str:
    if debit.invoice is not None:
        return str(debit.invoice.number)
    return _("termijn %(number)s") % {"number": debit.instalment.number if debit.instalment else ""}


def _note(debit: DirectDebit) -> str:
    """Say what more there is to know: until when it can be taken back, or why it came back."""
    if debit.state == DebitState.COLLECTED and debit.refundable_until is not None:
        return _("betaald, terug te draaien tot %(day)s") % {"day": f"{debit.refundable_until:%d-%m-%Y}"}
    if debit.state == DebitState.COLLECTED:
        return _("betaald, niet terug te draaien")
    if debit.state == DebitState.RETURNED:
        return return_reasons.sentence(debit.return_reason)
    return debit.ended_reason


@dataclass(frozen=True)
class RefundRow:
    """A refund in the list, with what can be done with it."""

    public_id: str
    proposed_on: date
    payment_url: str
    debtor_number: str
    debtor_name: str
    debtor_url: str
    amount: Decimal
    way: str
    to: str
    iban: str
    name: str
    description: str
    state: Badge
    note: str
    approve_url: str
    cancel_url: str
    outcome_url: str
    file_url: str


def refund_row(refund: Refund) -> RefundRow:
    """Give a refund as the list shows it; with payment and debtor loaded."""
    debtor = refund.payment.debtor

    def address(name: str, *states: str) -> str:
        return reverse(f"dashboard:{name}", args=[refund.public_id]) if refund.state in states else ""

    by_bank = refund.via == RefundWay.BANK
    return RefundRow(
        public_id=refund.public_id,
        proposed_on=refund.proposed_on,
        payment_url=reverse("dashboard:payment", args=[refund.payment.public_id]),
        debtor_number=debtor.number if debtor else "",
        debtor_name=debtor.name if debtor else _("onbekend"),
        debtor_url=reverse("dashboard:debtor", args=[debtor.public_id]) if debtor else "",
        amount=refund.amount,
        way=str(refund.get_via_display()),
        to=f"{identifiers.format_iban(refund.iban)} · {refund.name}" if by_bank else _("via Mollie, zoals betaald"),
        iban=refund.iban,
        name=refund.name,
        description=refund.description,
        state=refund_badge(refund),
        note=_refund_note(refund),
        approve_url=address("refund_approval", RefundState.PROPOSED),
        cancel_url=address("refund_cancellation", RefundState.PROPOSED, RefundState.APPROVED),
        outcome_url=address("refund_outcome", RefundState.SENT) if by_bank else "",
        file_url=reverse("dashboard:refund_file", args=[refund.public_id]) if refund.document_id else "",
    )


def _refund_note(refund: Refund) -> str:
    if refund.failure:
        return refund.failure
    if refund.approved_by:
        return _("voorgesteld door %(one)s, goedgekeurd door %(other)s") % {
            "one": refund.proposed_by,
            "other": refund.approved_by,
        }
    return _("voorgesteld door %(one)s") % {"one": refund.proposed_by}


def scheme_label(scheme: str) -> str:
    """Give a scheme in words."""
    return str(DebitScheme(scheme).label)

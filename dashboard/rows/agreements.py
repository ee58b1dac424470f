"""Promises and disputes of a debtor or an invoice, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q
from django.urls import reverse

from dashboard.rows import badges
from dashboard.rows.badges import Badge
from invoices.models import Dispute
from payments.models import Promise


@dataclass(frozen=True)
class PromiseRow:
    """What was promised."""

    promised_for: date
    amount: Decimal
    invoices: str
    made_on: date
    made_by: str
    note: str
    badge: Badge


@dataclass(frozen=True)
class DisputeRow:
    """What is or was disputed."""

    invoice: str
    invoice_url: str
    url: str
    reason: str
    amount: Decimal
    is_part: bool
    opened_on: date
    deadline: date
    owner: str
    badge: Badge


def promises(debtor_id: int, invoice_id: int | None = None) -> list[PromiseRow]:
    """Give the promises of a debtor, or about one of his invoices, the last first."""
    found = Promise.objects.filter(debtor=debtor_id).order_by("-promised_for", "-pk")
    if invoice_id is not None:
        found = found.filter(invoices__invoice=invoice_id)
    return [
        PromiseRow(
            promised_for=one.promised_for,
            amount=one.amount,
            invoices=", ".join(sorted(row.invoice.number for row in one.invoices.all())),
            made_on=one.made_on,
            made_by=one.made_by,
            note=one.note,
            badge=badges.promise(one.state),
        )
        for one in found.prefetch_related("invoices__invoice")
    ]


def disputes(debtor_id: int, day: date, invoice_id: int | None = None) -> Sequence[DisputeRow]:
    """Give the disputes of a debtor, or about one of his invoices, open ones first."""
    mine = Q(invoice__debtor=debtor_id) if invoice_id is None else Q(invoice=invoice_id)
    found = Dispute.objects.filter(mine).select_related("invoice", "owner")
    return [
        DisputeRow(
            invoice=one.invoice.number,
            invoice_url=reverse("dashboard:invoice", args=[one.invoice.public_id]),
            url=reverse("dashboard:dispute", args=[one.public_id]),
            reason=str(one.get_reason_display()),
            amount=one.amount if one.amount is not None else one.invoice.principal_open,
            is_part=one.amount is not None,
            opened_on=one.opened_on,
            deadline=one.deadline,
            owner=(one.owner.name or one.owner.email) if one.owner else "",
            badge=badges.dispute(one.outcome, one.deadline, day),
        )
        for one in found.order_by(F("resolved_on").desc(nulls_first=True), "deadline", "pk")
    ]

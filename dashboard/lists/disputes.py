"""The list of disputes: what is disputed, why, and by when it is answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, DecimalField, F, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard import listing
from dashboard.lists import asked as asked_of
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.shell import Chip
from debtors.models import Debtor
from invoices.models import Dispute
from invoices.states import DisputeOutcome, DisputeReason
from tenants.access import TenantRequest

SORTS = {
    "uiterlijk": "deadline",
    "bedrag": "disputed",
    "debiteur": "invoice__debtor__sort_name",
}
DEFAULT = "uiterlijk"
OPEN, LATE, OVER = "open", "te-laat", "afgehandeld"
MONEY = DecimalField(max_digits=14, decimal_places=2)


@dataclass(frozen=True)
class Row:
    """A dispute."""

    public_id: str
    url: str
    number: str
    invoice_url: str
    debtor_number: str
    debtor_name: str
    debtor_url: str
    reason: str
    amount: Decimal
    is_part: bool
    opened_on: date
    deadline: date
    resolved_on: date | None
    owner: str
    state: Badge


@dataclass(frozen=True)
class Totals:
    """What is under the list."""

    count: int
    amount: Decimal


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    state: str
    reason: str
    outcome: str
    owner: str
    debtor: Debtor | None
    text: str

    @classmethod
    def of(cls, request: TenantRequest) -> "Asked":
        asked = request.GET.get("stand", OPEN)
        return cls(
            state=asked if asked in {OPEN, LATE, OVER, ""} else OPEN,
            reason=listing.one_of(request, "reden", DisputeReason.values),
            outcome=listing.one_of(request, "uitkomst", DisputeOutcome.values),
            owner=asked_of.owner_of(request),
            debtor=asked_of.debtor_of(request),
            text=asked_of.text_of(request),
        )


def found(asked: Asked, request: TenantRequest, day: date) -> QuerySet[Dispute]:
    """Give the disputes that an address asks for; `disputed` is the part, or the principal of the whole invoice."""
    rows = Dispute.objects.annotate(
        disputed=Coalesce("amount", "invoice__principal_open", output_field=MONEY),
    )
    if asked.state in {OPEN, LATE}:
        rows = rows.filter(resolved_on=None)
    if asked.state == LATE:
        rows = rows.filter(deadline__lt=day)
    if asked.state == OVER:
        rows = rows.exclude(resolved_on=None)
    if asked.reason:
        rows = rows.filter(reason=asked.reason)
    if asked.outcome:
        rows = rows.filter(outcome=asked.outcome)
    if asked.debtor:
        rows = rows.filter(invoice__debtor=asked.debtor)
    if asked.text:
        rows = rows.filter(invoice__number__istartswith=asked.text) | rows.filter(
            invoice__debtor__in=Debtor.objects.matching(asked.text).values("pk")
        )
    return asked_of.owned(rows, asked.owner, request.user)


def totals(rows: QuerySet[Dispute]) -> Totals:
    """Add up a list."""
    summed = rows.aggregate(
        count=Count("pk"), total=Coalesce(Sum(F("disputed")), Value(Decimal(0), output_field=MONEY))
    )
    return Totals(summed["count"], summed["total"])


def rows_of(disputes: Iterable[Dispute], day: date) -> list[Row]:
    """Give disputes as the list shows them; with invoice, debtor and owner loaded."""
    return [
        Row(
            public_id=dispute.public_id,
            url=reverse("dashboard:dispute", args=[dispute.public_id]),
            number=dispute.invoice.number,
            invoice_url=reverse("dashboard:invoice", args=[dispute.invoice.public_id]),
            debtor_number=dispute.invoice.debtor.number,
            debtor_name=dispute.invoice.debtor.name,
            debtor_url=reverse("dashboard:debtor", args=[dispute.invoice.debtor.public_id]),
            reason=dispute.get_reason_display(),
            amount=dispute.disputed,  # type: ignore[attr-defined]  # annotated by found()
            is_part=dispute.amount is not None,
            opened_on=dispute.opened_on,
            deadline=dispute.deadline,
            resolved_on=dispute.resolved_on,
            owner=dispute.owner.name if dispute.owner else "",
            state=badges.dispute(dispute.outcome, dispute.deadline, day),
        )
        for dispute in disputes
    ]


def chips(request: TenantRequest, asked: Asked) -> list[Chip]:
    """Give the filters in force."""
    pieces = (
        (asked.text, f"“{asked.text}”", "q"),
        (asked.debtor, asked.debtor and asked.debtor.name, "debiteur"),
        (asked.reason, asked.reason and DisputeReason(asked.reason).label, "reden"),
        (asked.outcome, asked.outcome and DisputeOutcome(asked.outcome).label, "uitkomst"),
        (asked.owner == asked_of.MINE, _("mijn geschillen"), "eigenaar"),
        (asked.owner == asked_of.NOBODY, _("zonder eigenaar"), "eigenaar"),
    )
    return [listing.chip(request, label, name) for is_on, label, name in pieces if is_on]

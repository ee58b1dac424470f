"""Attempts to pay online as a table shows them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from dashboard.rows.badges import Badge
from dashboard.shell import Tone
from payments.models import CheckoutAttempt
from payments.states import CheckoutState

SHOWN = 10
_TONES: dict[str, Tone] = {
    CheckoutState.PAID: "good",
    CheckoutState.OPEN: "info",
    CheckoutState.CREATED: "info",
    CheckoutState.PENDING: "warn",
    CheckoutState.FAILED: "warn",
}


@dataclass(frozen=True)
class OnlineRow:
    """An attempt: when, who, what, how much, and what became of it."""

    at: datetime
    debtor: str
    url: str
    description: str
    amount: Decimal
    badge: Badge
    said: str
    went_back: Decimal


def latest() -> list[OnlineRow]:
    """Give the last attempts of the active tenant, newest first."""
    rows = CheckoutAttempt.objects.select_related("debtor", "payment").order_by("-started_at", "-pk")[:SHOWN]
    return [_row(row) for row in rows]


def _row(row: CheckoutAttempt) -> OnlineRow:
    paid = reverse("dashboard:payment", args=[row.payment.public_id]) if row.payment else ""
    return OnlineRow(
        at=row.started_at,
        debtor=row.debtor.name,
        url=paid or reverse("dashboard:debtor", args=[row.debtor.public_id]),
        description=row.description,
        amount=row.amount,
        badge=Badge(CheckoutState(row.state).label, _TONES.get(row.state, "neutral")),
        said=row.failure,
        went_back=row.amount_refunded + row.amount_charged_back,
    )

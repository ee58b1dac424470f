"""A payment as the pages of the sandbox show it: everything ready to print."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from common import clock
from connectors.mollie_sandbox import api
from connectors.mollie_sandbox.store import ENDED, Row, charged_back, refunded, remaining


@dataclass(frozen=True, slots=True)
class WentBack:
    """A refund or a chargeback."""

    id: str
    what: str
    amount: str
    at: datetime
    said: str
    can_be_undone: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A payment."""

    id: str
    at: datetime
    description: str
    amount: str
    status: str
    tone: str
    method: str
    shop: str
    back_url: str
    is_over: bool
    is_pending: bool
    remaining: str
    can_go_back: bool
    went_back: list[WentBack]


TONES = {
    "paid": "good",
    "failed": "act",
    "canceled": "quiet",
    "expired": "quiet",
    "pending": "warn",
    "open": "info",
}


def shown(row: Row) -> Shown:
    """Give a payment as it is shown."""
    words = {
        "open": _("wacht op de betaler"),
        "pending": _("in behandeling"),
        "paid": _("betaald"),
        "failed": _("mislukt"),
        "canceled": _("afgebroken"),
        "expired": _("verlopen"),
    }
    status = words[row["status"]]
    if row["status"] == "paid" and not remaining(row):
        status = _("teruggeboekt") if charged_back(row) else _("terugbetaald")
    elif row["status"] == "paid" and (refunded(row) or charged_back(row)):
        status = _("betaald, deels terug")
    return Shown(
        id=row["id"],
        at=_at(row["createdAt"]),
        description=str(row["description"]),
        amount=_euro(Decimal(row["value"])),
        status=status,
        tone=TONES[row["status"]],
        method=api.METHODS.get(row["method"] or "", ""),
        shop=row["key"].removeprefix("test_").rstrip("0")[:20],
        back_url=str(row["redirectUrl"]),
        is_over=row["status"] in ENDED,
        is_pending=row["status"] == "pending",
        remaining=f"{remaining(row):.2f}".replace(".", ","),
        can_go_back=row["status"] == "paid" and remaining(row) > 0,
        went_back=_went_back(row),
    )


def _went_back(row: Row) -> list[WentBack]:
    rows = [
        WentBack(one["id"], _("terugbetaling"), _euro(Decimal(one["value"])), _at(one["createdAt"]), "", False)
        for one in row["refunds"]
    ]
    for one in row["chargebacks"]:
        said = f"{one['reason']} {api.REASONS.get(one['reason'], '')}"
        if one["reversedAt"]:
            said += " – " + _("ongedaan gemaakt")
        amount, undone = _euro(Decimal(one["value"])), bool(one["reversedAt"])
        rows.append(WentBack(one["id"], _("terugboeking"), amount, _at(one["createdAt"]), said, not undone))
    return rows


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(clock.AMSTERDAM)


def _euro(amount: Decimal) -> str:
    return "€ " + f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))

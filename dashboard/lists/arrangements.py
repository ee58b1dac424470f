"""The list of arrangements: how far each is, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import ZERO
from dashboard import listing
from dashboard.lists import asked as asked_of
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.shell import Chip
from debtors.models import Debtor
from payments.models import Arrangement, Instalment
from payments.states import ArrangementState, InstalmentState
from tenants.access import TenantRequest

SORTS = {
    "sinds": "proposed_on",
    "debiteur": "debtor__sort_name",
    "totaal": "total",
    "rest": "rest",
    "eerstvolgende": "next_on",
}
DEFAULT = "-sinds"
LATE = "gemist"
TO_PAY = (InstalmentState.OPEN, InstalmentState.MISSED)
STATES = [(LATE, gettext_lazy("termijn gemist")), *ArrangementState.choices]


@dataclass(frozen=True)
class Row:
    """An arrangement."""

    url: str
    debtor_number: str
    debtor_name: str
    invoices: str
    total: Decimal
    paid: Decimal
    left: Decimal
    parts: str
    next_on: date | None
    since: date
    state: Badge
    ended_reason: str


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    state: str
    debtor: Debtor | None

    @classmethod
    def of(cls, request: TenantRequest) -> "Asked":
        values = [value for value, _label in STATES]
        return cls(state=listing.one_of(request, "stand", values), debtor=asked_of.debtor_of(request))


@dataclass(frozen=True)
class Totals:
    """What the list adds up to."""

    count: int
    total: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal:
        return self.total - self.paid


def found(asked: Asked) -> QuerySet[Arrangement]:
    """Give the arrangements that an address asks for."""
    rows = Arrangement.objects.all()
    if asked.state == LATE:
        missed = Instalment.objects.filter(state=InstalmentState.MISSED).values("arrangement")
        rows = rows.filter(state=ArrangementState.ACTIVE, pk__in=missed)
    elif asked.state:
        rows = rows.filter(state=asked.state)
    return rows.filter(debtor=asked.debtor) if asked.debtor else rows


def with_progress(rows: QuerySet[Arrangement]) -> QuerySet[Any]:
    """Add how far each is, in the same query."""
    mine = Instalment.objects.filter(arrangement=OuterRef("pk")).order_by()
    paid = Subquery(mine.values("arrangement").annotate(paid=Sum("paid")).values("paid"))
    coming = mine.filter(state__in=TO_PAY).order_by("due_on").values("due_on")[:1]
    return (
        rows.select_related("debtor")
        .prefetch_related("instalments", "invoices__invoice")
        .annotate(paid=paid, next_on=Subquery(coming))
        .annotate(rest=F("total") - F("paid"))
    )


def totals(asked: Asked) -> Totals:
    """Give what the whole list adds up to."""
    rows = found(asked)
    summed = rows.aggregate(count=Count("pk"), total=Sum("total"))
    paid = Instalment.objects.filter(arrangement__in=rows.values("pk")).aggregate(paid=Sum("paid"))["paid"]
    return Totals(summed["count"], summed["total"] or ZERO, paid or ZERO)


def rows_of(rows: Iterable[Any]) -> list[Row]:
    """Give arrangements as the list shows them; with their progress loaded."""
    return [
        Row(
            url=reverse("dashboard:arrangement", args=[row.public_id]),
            debtor_number=row.debtor.number,
            debtor_name=row.debtor.name,
            invoices=", ".join(sorted(one.invoice.number for one in row.invoices.all())),
            total=row.total,
            paid=row.paid or ZERO,
            left=row.total - (row.paid or ZERO),
            parts=_("%(paid)s van %(all)s") % {"paid": _count(row, InstalmentState.PAID), "all": _count(row)},
            next_on=row.next_on,
            since=row.agreed_on or row.proposed_on,
            state=badges.arrangement(row.state, is_late=bool(_count(row, InstalmentState.MISSED))),
            ended_reason=row.ended_reason,
        )
        for row in rows
    ]


def _count(row: Arrangement, state: str = "") -> int:
    """Count the instalments of an arrangement, or those in a state; what was never needed counts for nothing."""
    parts = [one for one in row.instalments.all() if one.state != InstalmentState.ENDED or row.ended_on]
    return sum(not state or one.state == state for one in parts)


def chips(request: TenantRequest, asked: Asked) -> list[Chip]:
    """Give the filters in force."""
    return [listing.chip(request, asked.debtor.name, "debiteur")] if asked.debtor else []

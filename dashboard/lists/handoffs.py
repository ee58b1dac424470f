"""Dossiers as a list: whose claims, where they are, and how much."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, DecimalField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import ngettext

from collections_handoff.models import Agency, Handoff, HandoffClaim
from collections_handoff.states import LIVE_STATES, OUT_STATES, HandoffState
from dashboard import listing
from dashboard.lists import asked as asked_of
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.shell import Chip, Stat
from dashboard.templatetags.kit_words import dutch
from debtors.models import Debtor, sort_key
from tenants.access import TenantRequest

SORTS = {"dag": "prepared_at", "debiteur": "debtor__sort_name", "totaal": "total", "bureau": "agency__name"}
DEFAULT = "-dag"
NONE = Value(Decimal(0), output_field=DecimalField(max_digits=14, decimal_places=2))


@dataclass(frozen=True)
class Row:
    """A dossier in the list."""

    url: str
    debtor_number: str
    debtor_name: str
    agency: str
    agency_reference: str
    state: Badge
    principal: Decimal
    interest: Decimal
    costs: Decimal
    total: Decimal
    claims: int
    prepared_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True)
class Totals:
    """What is under the list."""

    count: int
    principal: Decimal
    interest: Decimal
    costs: Decimal
    total: Decimal


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    text: str
    state: str
    agency: Agency | None
    debtor: Debtor | None

    @classmethod
    def of(cls, request: TenantRequest) -> "Asked":
        agency = request.GET.get("bureau", "")[:14]
        return cls(
            text=asked_of.text_of(request),
            state=listing.one_of(request, "staat", HandoffState.values),
            agency=Agency.objects.filter(public_id=agency).first() if agency else None,
            debtor=asked_of.debtor_of(request),
        )


def found(asked: Asked) -> QuerySet[Handoff]:
    """Give the dossiers that an address asks for."""
    rows = Handoff.objects.all()
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.agency:
        rows = rows.filter(agency=asked.agency)
    if asked.debtor:
        rows = rows.filter(debtor=asked.debtor)
    if asked.text:
        rows = rows.filter(
            Q(debtor__number__istartswith=asked.text)
            | Q(debtor__sort_name__contains=sort_key(asked.text))
            | Q(agency_reference__icontains=asked.text)
            | Q(public_id=asked.text[:14])
        )
    return rows


def totals(rows: QuerySet[Handoff]) -> Totals:
    """Add up a list."""
    parts = {name: Coalesce(Sum(name), NONE) for name in ("principal", "interest", "costs", "total")}
    summed = rows.aggregate(count=Count("pk"), **parts)
    return Totals(**summed)


def rows_of(handoffs: Iterable[Handoff]) -> list[Row]:
    """Give dossiers as the list shows them."""
    return [
        Row(
            url=reverse("dashboard:handoff", args=[handoff.public_id]),
            debtor_number=handoff.debtor.number,
            debtor_name=handoff.debtor.name,
            agency=handoff.agency.name,
            agency_reference=handoff.agency_reference,
            state=badges.handoff(handoff.state),
            principal=handoff.principal,
            interest=handoff.interest,
            costs=handoff.costs,
            total=handoff.total,
            claims=handoff.claim_count,  # type: ignore[attr-defined]  # annotated by listed()
            prepared_at=handoff.prepared_at,
            submitted_at=handoff.submitted_at,
        )
        for handoff in handoffs
    ]


def listed(rows: QuerySet[Handoff]) -> QuerySet[Handoff]:
    """Give the rows of a page with what it shows of them, without the dossier itself."""
    claims = HandoffClaim.objects.filter(handoff=OuterRef("pk")).order_by().values("handoff")
    counted = rows.annotate(claim_count=Subquery(claims.annotate(n=Count("pk")).values("n")))
    return counted.select_related("debtor", "agency").defer("dossier")


def stats() -> list[Stat]:
    """Give how many dossiers, and how much, stand in each state that is not over; in one query."""
    rows = Handoff.objects.filter(state__in=LIVE_STATES).values("state").annotate(n=Count("pk"), sum=Sum("total"))
    held = {row["state"]: (row["n"], row["sum"]) for row in rows}
    base = reverse("dashboard:handoffs")
    shown = []
    for state in LIVE_STATES:
        count, amount = held.get(state, (0, Decimal(0)))
        waits = state not in OUT_STATES
        note = ngettext("1 dossier", "%(n)s dossiers", count) % {"n": count}
        label = str(state.label)
        shown.append(
            Stat(
                label[:1].upper() + label[1:],
                f"€ {dutch(amount)}",
                note,
                f"{base}?staat={state}",
                must_act=waits and count > 0,
            )
        )
    return shown


def chips(request: TenantRequest, asked: Asked) -> list[Chip]:
    """Give the filters in force."""
    pieces = (
        (asked.text, f"“{asked.text}”", "q"),
        (asked.state, asked.state and HandoffState(asked.state).label, "staat"),
        (asked.agency, asked.agency and asked.agency.name, "bureau"),
        (asked.debtor, asked.debtor and asked.debtor.name, "debiteur"),
    )
    return [listing.chip(request, label, name) for is_on, label, name in pieces if is_on]

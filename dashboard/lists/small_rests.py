"""Claims with so little left that nobody writes a letter about it: part was paid, and a small rest is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Sum
from django.urls import reverse

from dashboard.lists import asked as asked_of
from debtors.models import Debtor, sort_key
from dunning import queries as ladder
from invoices.models import Invoice
from tenants.access import TenantRequest

SORTS = {"nr": "number", "debiteur": "debtor__sort_name", "vervalt": "due_date", "rest": "rest"}
DEFAULT = "vervalt"


@dataclass(frozen=True)
class Row:
    """A claim with its rest."""

    public_id: str
    number: str
    url: str
    debtor_number: str
    debtor_name: str
    due_date: date
    amount: Decimal
    rest: Decimal


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    text: str
    debtor: Debtor | None

    @classmethod
    def of(cls, request: TenantRequest) -> "Asked":
        return cls(asked_of.text_of(request), asked_of.debtor_of(request))


def found(asked: Asked) -> QuerySet[Invoice]:
    """Give the claims with a small rest, as the ladder counts one."""
    most = ladder.ladder_settings().small_rest
    rows = (
        Invoice.objects.open()
        .annotate(rest=F("principal_open") + F("interest_open") + F("costs_open"))
        .filter(rest__lte=most, principal_open__lt=F("principal"))
        .select_related("debtor")
    )
    if asked.debtor:
        rows = rows.filter(debtor=asked.debtor)
    if asked.text:
        by_name = rows.filter(debtor__sort_name__contains=sort_key(asked.text))
        rows = rows.filter(number__icontains=asked.text) | by_name
    return rows


def total(rows: QuerySet[Invoice]) -> Decimal:
    """Add up the rests."""
    return rows.aggregate(total=Sum("rest"))["total"] or Decimal(0)


def rows_of(invoices: Iterable[Invoice]) -> list[Row]:
    """Give claims as the list shows them."""
    return [
        Row(
            public_id=one.public_id,
            number=one.number,
            url=reverse("dashboard:invoice", args=[one.public_id]),
            debtor_number=one.debtor.number,
            debtor_name=one.debtor.name,
            due_date=one.due_date,
            amount=one.principal,
            rest=one.open_amount,
        )
        for one in invoices
    ]

"""Finds the debtor that something is about: by number, name, invoice number or an open amount."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from dashboard import reading
from debtors.models import Debtor
from invoices.models import Invoice

MOST = 12


@dataclass(frozen=True)
class Found:
    """A debtor, and what is open on him."""

    public_id: str
    number: str
    name: str
    city: str
    open_amount: Decimal
    why: str = ""  # the invoices by which he was found


def debtors(text: str) -> list[Found]:
    """Give the debtors that a text may mean, those with something open first; in two queries."""
    if not text:
        return []
    claims = Invoice.objects.filter(number__istartswith=text)
    amount = reading.amount(text)
    if amount is not None:
        claims = Invoice.objects.filter(Q(number__istartswith=text) | Q(is_open=True, principal_open=amount))
    numbers: dict[int, list[str]] = {}
    for debtor_id, number in claims.order_by("-is_open", "number").values_list("debtor_id", "number")[:MOST]:
        numbers.setdefault(debtor_id, []).append(number)
    mine = Invoice.objects.open().filter(debtor_id=OuterRef("pk")).values("debtor_id")
    owed = mine.annotate(owed=Sum(F("principal_open") + F("interest_open") + F("costs_open"))).values("owed")
    none = Value(Decimal(0), output_field=DecimalField(max_digits=14, decimal_places=2))
    matching = Debtor.objects.matching(text).values("pk")
    rows = Debtor.objects.filter(Q(pk__in=matching) | Q(pk__in=list(numbers)))
    rows = rows.annotate(owed=Coalesce(Subquery(owed), none)).order_by("-owed", "sort_name", "pk")[:MOST]
    return [
        Found(
            row.public_id,
            row.number,
            row.name,
            row.city,
            row.owed,  # type: ignore[attr-defined]  # annotated above
            ", ".join(numbers.get(row.pk, ())),
        )
        for row in rows
    ]

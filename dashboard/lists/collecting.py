"""The lists of mandates, batches of collections and refunds: what their address asks for."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common.calendar import add_months
from common.money import ZERO
from dashboard import listing
from dashboard.lists import asked as asked_of
from dashboard.shell import Chip
from debtors.models import Debtor, sort_key
from payments.models import DirectDebit, DirectDebitBatch, Mandate, Refund
from payments.models.debits import LAPSES_AFTER
from payments.states import DebitBatchState, DebitState, MandateState, RefundState
from tenants.access import TenantRequest

LAPSED = "lapsed"
MANDATE_SORTS = {"debiteur": "debtor__sort_name", "kenmerk": "reference", "getekend": "signed_on"}
BATCH_SORTS = {"op": "collect_on", "bedrag": "total", "aantal": "count"}
REFUND_SORTS = {"dag": "proposed_on", "bedrag": "amount", "debiteur": "payment__debtor__sort_name"}


@dataclass(frozen=True)
class Asked:
    """What the address of one of these lists asks for."""

    text: str
    state: str
    debtor: Debtor | None

    @classmethod
    def of(cls, request: TenantRequest, states: Any) -> "Asked":
        return cls(
            text=asked_of.text_of(request),
            state=listing.one_of(request, "stand", states),
            debtor=asked_of.debtor_of(request),
        )


def chips(request: TenantRequest, asked: Asked) -> list[Chip]:
    """Give the filters in force."""
    pieces = ((asked.text, f"“{asked.text}”", "q"), (asked.debtor, asked.debtor and asked.debtor.name, "debiteur"))
    return [listing.chip(request, label, name) for is_on, label, name in pieces if is_on]


def mandate_states() -> list[tuple[str, object]]:
    """Give the choices of the filter."""
    return [("", _("Alle")), *MandateState.choices, (LAPSED, _("verlopen"))]


def mandates(asked: Asked, day: date) -> QuerySet[Mandate]:
    """Give the mandates that an address asks for."""
    rows = Mandate.objects.annotate(used=Coalesce("last_used_on", "signed_on"))
    lapsed = Q(state=MandateState.ACTIVE, used__lte=add_months(day, -LAPSES_AFTER))
    if asked.state == LAPSED:
        rows = rows.filter(lapsed)
    elif asked.state == MandateState.ACTIVE:
        rows = rows.filter(state=MandateState.ACTIVE).exclude(lapsed)
    elif asked.state:
        rows = rows.filter(state=asked.state)
    if asked.debtor:
        rows = rows.filter(debtor=asked.debtor)
    if asked.text:
        bare = asked.text.replace(" ", "").upper()
        rows = rows.filter(
            Q(reference__icontains=asked.text)
            | Q(iban__contains=bare)
            | Q(account_holder__icontains=asked.text)
            | Q(debtor__number__istartswith=asked.text)
            | Q(debtor__sort_name__contains=sort_key(asked.text))
        )
    return rows


def batches(asked: Asked) -> QuerySet[DirectDebitBatch]:
    """Give the batches that an address asks for, with what became of them so far."""
    rows = DirectDebitBatch.objects.all()
    if asked.state:
        rows = rows.filter(state=asked.state)
    return rows


def outcomes(batches: Any) -> dict[int, dict[str, tuple[int, Decimal]]]:
    """Give, by batch, how many of its collections are in each state and for how much; in one query."""
    rows = DirectDebit.objects.filter(batch__in=[batch.pk for batch in batches]).values("batch_id", "state")
    found: dict[int, dict[str, tuple[int, Decimal]]] = {}
    for row in rows.annotate(n=Count("pk"), amount=Sum("amount")):
        found.setdefault(row["batch_id"], {})[row["state"]] = (row["n"], row["amount"])
    return found


def returned(found: dict[str, tuple[int, Decimal]]) -> tuple[int, Decimal]:
    """Give how many of a batch came back, and how much."""
    return found.get(DebitState.RETURNED, (0, ZERO))


def refunds(asked: Asked) -> QuerySet[Refund]:
    """Give the refunds that an address asks for."""
    rows = Refund.objects.all()
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.debtor:
        rows = rows.filter(payment__debtor=asked.debtor)
    if asked.text:
        rows = rows.filter(
            Q(name__icontains=asked.text)
            | Q(iban__contains=asked.text.replace(" ", "").upper())
            | Q(payment__debtor__number__istartswith=asked.text)
            | Q(payment__debtor__sort_name__contains=sort_key(asked.text))
        )
    return rows


def sums(rows: QuerySet[Any], amount: str = "amount") -> tuple[int, Decimal]:
    """Add up a list."""
    summed = rows.aggregate(n=Count("pk"), total=Sum(F(amount)))
    return summed["n"], summed["total"] or ZERO


def batch_states() -> list[tuple[str, object]]:
    """Give the choices of the filter."""
    return [("", _("Alle")), *DebitBatchState.choices]


def refund_states() -> list[tuple[str, object]]:
    """Give the choices of the filter."""
    return [("", _("Alle")), *RefundState.choices]

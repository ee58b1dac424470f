"""What a debtor settled."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from common.money import ZERO
from invoices.models import Invoice, InvoiceQuerySet


@dataclass(frozen=True)
class Totals:
    """What is under the list."""

    count: int
    principal: Decimal


def of_debtor(debtor_id: int) -> InvoiceQuerySet:
    """Give the settled claims of a debtor, the last settled first."""
    found: InvoiceQuerySet = Invoice.objects.filter(debtor=debtor_id, is_open=False).order_by("-settled_on", "-pk")
    return found


def totals(debtor_id: int) -> Totals:
    """Give the sum of what a debtor settled."""
    found = Invoice.objects.filter(debtor=debtor_id, is_open=False).aggregate(count=Count("id"), sum=Sum("principal"))
    return Totals(found["count"], found["sum"] or ZERO)

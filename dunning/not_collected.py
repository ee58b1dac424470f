"""Which claims are not collected by direct debit because the ladder knows better: held, or handed over."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from dunning.models import Case, Hold
from dunning.states import CaseState
from invoices.models import Invoice
from payments.collect_words import WhyNot


def objections(invoice_ids: Sequence[int], day: date) -> dict[int, str]:
    """Give what stands in the way of collecting some claims on a day, as a code, in two queries."""
    lasting = Q(until=None) | Q(until__gte=day)
    holds = Hold.objects.filter(lasting, lifted_on=None)
    invoices = Invoice.objects.filter(pk__in=invoice_ids)
    held = invoices.filter(
        Q(pk__in=holds.exclude(invoice=None).values("invoice_id"))
        | Q(debtor_id__in=holds.exclude(debtor=None).values("debtor_id"))
    )
    gone = Case.objects.filter(invoice__in=invoice_ids, state=CaseState.HANDED_OVER)
    found = dict.fromkeys(held.values_list("pk", flat=True), str(WhyNot.HELD))
    return found | dict.fromkeys(gone.values_list("invoice_id", flat=True), str(WhyNot.HANDED_OVER))

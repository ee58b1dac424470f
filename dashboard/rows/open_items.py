"""The open items of a debtor: what each asks today, how late it is, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.money import ZERO
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.rows.standing import Standing
from dashboard.templatetags.kit_words import dutch
from dunning.models import Case
from dunning.states import CaseState
from invoices import queries
from invoices.balance import AmountDue
from invoices.models import Invoice


@dataclass(frozen=True)
class Item:
    """One open claim."""

    public_id: str
    number: str
    url: str
    issue_date: date
    due_date: date
    days_late: int
    late: str
    badge: Badge
    amount: Decimal  # what is owed today
    added: str  # the interest and costs in it
    standing: Standing


@dataclass(frozen=True)
class Totals:
    """What is under the open items."""

    count: int
    amount: Decimal


def open_invoices(debtor_id: int) -> "QuerySet[Invoice]":
    """Give the open claims of a debtor, the oldest first."""
    return Invoice.objects.open().filter(debtor=debtor_id).order_by("due_date", "pk")


def items(invoices: Sequence[Invoice], standings: dict[int, Standing], day: date) -> list[Item]:
    """Give claims as items on a day; in a fixed number of queries."""
    due = queries.amounts_due(invoices, day)
    cases = {case.invoice_id: case for case in Case.objects.filter(invoice__in=[one.pk for one in invoices])}
    return [_item(one, due[one.pk], cases.get(one.pk), standings.get(one.pk), day) for one in invoices]


def _item(invoice: Invoice, due: AmountDue, case: Case | None, standing: Standing | None, day: date) -> Item:
    late = invoice.days_overdue(day)
    return Item(
        public_id=invoice.public_id,
        number=invoice.number,
        url=reverse("dashboard:invoice", args=[invoice.public_id]),
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        days_late=late,
        late=ngettext("%(n)s dag te laat", "%(n)s dagen te laat", late) % {"n": late} if late else "",
        badge=badge(invoice, case, standing, day),
        amount=due.total,
        added=_added(due),
        standing=standing or _of_case(case),
    )


def badge(invoice: Invoice, case: Case | None, standing: Standing | None, day: date) -> Badge:
    """Give the badge of a claim, by what the ladder says of it now."""
    return badges.claim(
        is_open=bool(invoice.is_open),
        state=case.state if case else "",
        position_kind=case.position_kind if case else "",
        why_code=standing.code if standing else "",
        due_date=invoice.due_date,
        day=day,
    )


def _of_case(case: Case | None) -> Standing:
    if case is not None and case.state == CaseState.HANDED_OVER:
        return Standing(None, "", _("Overgedragen: er gaat van ons niets meer uit."))
    return Standing(None, "", "")


def _added(due: AmountDue) -> str:
    if due.offered is not None and due.offered_until is not None:
        return _("bedrag van de brief, t/m %(day)s") % {"day": f"{due.offered_until:%d-%m-%Y}"}
    parts = []
    if due.interest:
        parts.append(_("rente € %(amount)s") % {"amount": dutch(due.interest)})
    if due.charged.costs:
        parts.append(_("kosten € %(amount)s") % {"amount": dutch(due.charged.costs)})
    return ", ".join(parts)


def totals(items: Sequence[Item]) -> Totals:
    """Give the sum of items."""
    return Totals(len(items), sum((item.amount for item in items), start=ZERO))

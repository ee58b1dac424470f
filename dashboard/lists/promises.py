"""The list of promises: what was promised for when, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard import listing
from dashboard.lists import asked as asked_of
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.shell import Chip
from debtors.models import Debtor
from payments.models import Promise
from payments.states import PromiseState
from tenants.access import TenantRequest

SORTS = {"op": "promised_for", "bedrag": "amount", "debiteur": "debtor__sort_name"}
DEFAULT = "op"


@dataclass(frozen=True)
class Row:
    """A promise."""

    public_id: str
    debtor_number: str
    debtor_name: str
    debtor_url: str
    amount: Decimal
    promised_for: date
    grace_until: date
    made_on: date
    made_by: str
    invoices: str
    note: str
    state: Badge
    cancel_url: str


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    state: str
    debtor: Debtor | None
    since: date | None
    until: date | None

    @classmethod
    def of(cls, request: TenantRequest, today: date) -> "Asked":
        return cls(
            state=listing.one_of(request, "stand", PromiseState.values),
            debtor=asked_of.debtor_of(request),
            since=asked_of.day_of(request, "van", today=today),
            until=asked_of.day_of(request, "tot", today=today),
        )


def found(asked: Asked) -> QuerySet[Promise]:
    """Give the promises that an address asks for."""
    rows = Promise.objects.all()
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.debtor:
        rows = rows.filter(debtor=asked.debtor)
    if asked.since:
        rows = rows.filter(promised_for__gte=asked.since)
    if asked.until:
        rows = rows.filter(promised_for__lte=asked.until)
    return rows


def rows_of(promises: Iterable[Promise]) -> list[Row]:
    """Give promises as the list shows them; with debtor and invoices loaded."""
    return [
        Row(
            public_id=promise.public_id,
            debtor_number=promise.debtor.number,
            debtor_name=promise.debtor.name,
            debtor_url=reverse("dashboard:debtor", args=[promise.debtor.public_id]),
            amount=promise.amount,
            promised_for=promise.promised_for,
            grace_until=promise.grace_until,
            made_on=promise.made_on,
            made_by=promise.made_by,
            invoices=", ".join(row.invoice.number for row in promise.invoices.all()),
            note=promise.note,
            state=badges.promise(promise.state),
            cancel_url=reverse("dashboard:promise_cancel", args=[promise.public_id])
            if promise.state == PromiseState.RUNNING
            else "",
        )
        for promise in promises
    ]


def chips(request: TenantRequest, asked: Asked) -> list[Chip]:
    """Give the filters in force."""
    pieces = (
        (asked.debtor, asked.debtor and asked.debtor.name, "debiteur"),
        (asked.since, asked.since and _("vanaf %(day)s") % {"day": f"{asked.since:%d-%m-%Y}"}, "van"),
        (asked.until, asked.until and _("t/m %(day)s") % {"day": f"{asked.until:%d-%m-%Y}"}, "tot"),
    )
    return [listing.chip(request, label, name) for is_on, label, name in pieces if is_on]

"""The work list: what people should do, in the order of its day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from common.money import ZERO
from dashboard import listing
from dashboard.lists import asked as asked_of
from dashboard.rows import solving
from dashboard.rows.badges import Badge
from dashboard.shell import Chip
from debtors.models import Debtor
from tenants.access import TenantRequest
from tenants.models import User
from worklist.models import Task, TaskKind

SORTS = {"uiterlijk": "due_on", "bedrag": "amount", "debiteur": "debtor__sort_name", "soort": "kind"}
DEFAULT = "uiterlijk"
NOW, LATE, LATER, DONE = "", "te-laat", "later", "klaar"


@dataclass(frozen=True)
class Row:
    """A task."""

    public_id: str
    url: str
    kind: Badge
    title: str
    debtor_number: str
    debtor_name: str
    amount: Decimal | None
    due_on: date
    is_late: bool
    snoozed_until: date | None
    owner: str
    outcome: str
    done_by: str


@dataclass(frozen=True)
class Totals:
    """What is under the list."""

    count: int
    amount: Decimal


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    kind: str
    owner: str
    when: str
    debtor: Debtor | None
    text: str

    @classmethod
    def of(cls, request: Any) -> "Asked":
        return cls(
            kind=listing.one_of(request, "soort", TaskKind.values),
            owner=asked_of.owner_of(request),
            when=listing.one_of(request, "wanneer", {LATE, LATER, DONE}),
            debtor=asked_of.debtor_of(request),
            text=asked_of.text_of(request),
        )


def found(asked: Asked, *, day: date, me: User) -> QuerySet[Task]:
    """Give the tasks that an address asks for; without a word about when, those to look at by a day."""
    rows: QuerySet[Task] = {
        NOW: Task.objects.due(day),
        LATE: Task.objects.due(day).filter(due_on__lt=day),
        LATER: Task.objects.open().exclude(pk__in=Task.objects.due(day).values("pk")),
        DONE: Task.objects.exclude(done_at=None),
    }[asked.when]
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.debtor:
        rows = rows.filter(debtor=asked.debtor)
    if asked.text:
        rows = rows.filter(title__icontains=asked.text) | rows.filter(
            debtor__in=Debtor.objects.matching(asked.text).values("pk")
        )
    return asked_of.owned(rows, asked.owner, me)


def totals(rows: QuerySet[Task]) -> Totals:
    """Add up a list."""
    summed = rows.aggregate(count=Count("pk"), amount=Sum("amount"))
    return Totals(summed["count"], summed["amount"] or ZERO)


def rows_of(tasks: Iterable[Task], day: date, kept: str = "") -> list[Row]:
    """Give tasks as the list shows them; with debtor and owner loaded. `kept` is the filter, for the way on."""
    return [
        Row(
            public_id=task.public_id,
            url=reverse("dashboard:task", args=[task.public_id]) + kept,
            kind=solving.badge(task),
            title=task.title or task.note.partition("\n")[0][:120],
            debtor_number=task.debtor.number if task.debtor else "",
            debtor_name=task.debtor.name if task.debtor else "",
            amount=task.amount,
            due_on=task.due_on,
            is_late=task.done_at is None and task.due_on < day,
            snoozed_until=task.snoozed_until if task.snoozed_until and task.snoozed_until > day else None,
            owner=task.owner.name if task.owner else "",
            outcome=task.outcome,
            done_by=task.done_by,
        )
        for task in tasks
    ]


def chips(request: TenantRequest, asked: Asked, people: Mapping[str, object]) -> list[Chip]:
    """Give the filters in force."""
    pieces = (
        (asked.text, f"“{asked.text}”", "q"),
        (asked.kind, asked.kind and TaskKind(asked.kind).label, "soort"),
        (asked.owner, people.get(asked.owner, _("iemand anders")), "eigenaar"),
        (asked.debtor, asked.debtor and asked.debtor.name, "debiteur"),
    )
    return [listing.chip(request, label, name) for is_on, label, name in pieces if is_on]

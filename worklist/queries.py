"""Reads about tasks: what waits by kind, and how far the day is."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from tenants.context import current_tenant_id
from worklist.models import Task

BY_KIND = """
SELECT t.kind, count(*), sum(t.amount), min(t.due_on), (array_agg(d.name ORDER BY t.due_on, t.id))[1]
FROM worklist_task t LEFT JOIN debtors_debtor d ON d.tenant_id = t.tenant_id AND d.id = t.debtor_id
WHERE t.tenant_id = %(tenant)s AND t.done_at IS NULL AND t.due_on <= %(day)s
  AND (t.snoozed_until IS NULL OR t.snoozed_until <= %(day)s)
GROUP BY t.kind
"""
PROGRESS = """
SELECT count(*) FILTER (WHERE done_at >= %(since)s),
       count(*) FILTER (WHERE done_at IS NULL AND due_on <= %(day)s
                        AND (snoozed_until IS NULL OR snoozed_until <= %(day)s))
FROM worklist_task WHERE tenant_id = %(tenant)s AND (done_at IS NULL OR done_at >= %(since)s)
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The tasks of a kind that somebody should look at: how many, for how much, and the oldest."""

    kind: str
    count: int
    amount: Decimal | None
    oldest: date
    oldest_debtor: str


class Progress(NamedTuple):
    """Tasks done since a moment, and those that are still to do by a day."""

    done: int
    left: int

    @property
    def total(self) -> int:
        return self.done + self.left


def waiting_by_kind(day: date) -> dict[str, Waiting]:
    """Give the tasks to look at by a day, by kind."""
    with connection.cursor() as cursor:
        cursor.execute(BY_KIND, {"tenant": current_tenant_id(), "day": day})
        rows = cursor.fetchall()
    return {kind: Waiting(kind, count, amount, oldest, debtor or "") for kind, count, amount, oldest, debtor in rows}


def progress(day: date, *, since: datetime) -> Progress:
    """Give how far the work of a day is; `since` is the moment at which it began."""
    with connection.cursor() as cursor:
        cursor.execute(PROGRESS, {"tenant": current_tenant_id(), "day": day, "since": since})
        return Progress(*cursor.fetchone())


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a task stands in a list."""

    previous: Task | None
    following: Task | None
    place: int
    count: int


def beside(tasks: QuerySet[Task], task: Task) -> Neighbours:
    """Give the tasks before and behind one in a list by day, its place there and how long the list is."""
    before = tasks.filter(Q(due_on__lt=task.due_on) | Q(due_on=task.due_on, pk__lt=task.pk))
    behind = tasks.filter(Q(due_on__gt=task.due_on) | Q(due_on=task.due_on, pk__gt=task.pk))
    return Neighbours(
        previous=before.order_by("-due_on", "-pk").first(),
        following=behind.order_by("due_on", "pk").first(),
        place=before.count() + 1,
        count=tasks.count(),
    )

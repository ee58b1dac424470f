"""What can be done with tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from debtors.models import Debtor
from tenants.models import User
from worklist import signals
from worklist.models import Task, TaskKind


class TaskIsDone(DomainError):
    """Somebody was earlier."""

    code = "task_is_done"
    sentence = _("Deze taak is al afgerond door %(who)s.")


class SnoozeInThePast(DomainError):
    """Today or before."""

    code = "snooze_in_the_past"
    sentence = _("Kies een dag na vandaag.")


def add_task(
    *,
    kind: str,
    due_on: date,
    by: Actor,
    subject_kind: str = "debtor",
    subject_id: str = "",
    title: str = "",
    debtor: Debtor | None = None,
    amount: Decimal | None = None,
    owner: User | None = None,
    note: str = "",
) -> Task:
    """Ask a person to do something; an open task of that kind on that subject is given back instead of doubled."""
    subject_id = subject_id or (debtor.public_id if debtor else "")
    with transaction.atomic():
        same = Task.objects.open().filter(kind=kind, subject_kind=subject_kind, subject_id=subject_id)
        if kind != TaskKind.FREE and (existing := same.first()):
            return existing
        task = Task.objects.create(
            kind=kind,
            subject_kind=subject_kind,
            subject_id=subject_id,
            title=title,
            debtor=debtor,
            amount=amount,
            owner=owner,
            due_on=due_on,
            note=note,
        )
        audit.record("task.added", by=by, kind="task", subject=task, debtor_id=debtor.pk if debtor else None)
    return task


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """A task that a night found."""

    kind: str
    subject_kind: str
    subject_id: str
    debtor_id: int | None
    due_on: date
    amount: Decimal | None = None


def add_tasks(drafts: Sequence[TaskDraft], *, by: Actor) -> int:
    """Ask people many things at once; what is asked already is not asked again. Gives how many are new."""
    open_ones = set(
        Task.objects.open()
        .filter(subject_id__in={draft.subject_id for draft in drafts})
        .values_list("kind", "subject_kind", "subject_id")
    )
    fresh = {
        (draft.kind, draft.subject_kind, draft.subject_id): draft
        for draft in drafts
        if (draft.kind, draft.subject_kind, draft.subject_id) not in open_ones
    }
    tasks = Task.objects.bulk_create(
        Task(
            kind=draft.kind,
            subject_kind=draft.subject_kind,
            subject_id=draft.subject_id,
            debtor_id=draft.debtor_id,
            due_on=draft.due_on,
            amount=draft.amount,
            created_at=by.at,
        )
        for draft in fresh.values()
    )
    audit.record_many("task.added", by=by, kind="task", rows=[(task, task.debtor_id, {}) for task in tasks])
    return len(tasks)


def finish_task(*, task: Task, outcome: str, by: Actor, note: str = "") -> Task:
    """Close a task with what came of it.

    :raises TaskIsDone: if it is closed already.
    """
    with transaction.atomic():
        task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
        if task.done_at is not None:
            raise TaskIsDone(who=task.done_by)
        task.done_at, task.done_by, task.outcome = by.at, by.label, outcome
        task.note = "\n".join(filter(None, [task.note, note]))
        task.save(update_fields=["done_at", "done_by", "outcome", "note"])
        audit.record(
            "task.finished", by=by, kind="task", subject=task, debtor_id=task.debtor_id, outcome=outcome, reason=note
        )
        signals.task_finished.send(Task, task=task, outcome=outcome, by=by)
    return task


def finish_tasks_about(*, subject_kind: str, subject_id: str, outcome: str, by: Actor, kinds: list[str]) -> int:
    """Close the open tasks of some kinds about a subject, because what they asked for is no longer needed."""
    tasks = Task.objects.open().filter(subject_kind=subject_kind, subject_id=subject_id, kind__in=kinds)
    for task in list(tasks):
        finish_task(task=task, outcome=outcome, by=by)
    return len(tasks)


def finish_tasks_about_many(
    *, subject_kind: str, subject_ids: Any, outcome: str, by: Actor, kinds: Sequence[str]
) -> int:
    """Do for many subjects (public ids, or a query of them) what `finish_tasks_about` does for one."""
    tasks = list(Task.objects.open().filter(subject_kind=subject_kind, subject_id__in=subject_ids, kind__in=kinds))
    for task in tasks:
        finish_task(task=task, outcome=outcome, by=by)
    return len(tasks)


def assign_tasks(*, tasks: Sequence[Task], owner: User | None, by: Actor) -> int:
    """Give open tasks to somebody, or to nobody; what is done meanwhile is left alone. Gives how many."""
    return _change(tasks, "task.assigned", by, {"owner": owner}, {"who": owner.name if owner else "–"})


def snooze_tasks(*, tasks: Sequence[Task], until: date, by: Actor) -> int:
    """Put open tasks out of sight until a day; what is done meanwhile is left alone. Gives how many.

    :raises SnoozeInThePast: if that day is not after today.
    """
    if until <= by.day:
        raise SnoozeInThePast(field="until")
    return _change(tasks, "task.snoozed", by, {"snoozed_until": until}, {"until": until})


def _change(tasks: Sequence[Task], verb: str, by: Actor, fields: dict[str, object], said: Mapping[str, object]) -> int:
    with transaction.atomic():
        rows = Task.objects.open().filter(pk__in=[task.pk for task in tasks]).select_for_update(of=("self",))
        changed = list(rows.order_by("pk"))
        Task.objects.filter(pk__in=[task.pk for task in changed]).update(**fields)
        audit.record_many(verb, by=by, kind="task", rows=[(task, task.debtor_id, said) for task in changed])
    return len(changed)

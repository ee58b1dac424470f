"""Tasks that the night found: one open task a kind and subject, and a call counts as its rung."""

from collections.abc import Mapping, Sequence
from datetime import date

from common.actor import Actor
from common.calendar import add_working_days, extend_to_working_day
from debtors.models import Debtor
from dunning.models import Case, Step
from dunning.snapshot import Kind, TaskPlan, Why
from invoices.models import Dispute, Invoice
from law import rates
from worklist import operations as worklist
from worklist.models import TaskKind

# By when a person should have done it, in working days.
DUE_WITHIN = {TaskKind.CALL: 2, TaskKind.NO_ADDRESS: 3, TaskKind.ALLOCATE_CREDIT: 5, TaskKind.SMALL_REST: 10}
ABOUT_AN_INVOICE = frozenset({TaskKind.SMALL_REST, TaskKind.END_OF_LADDER})


def store(plans: Sequence[TaskPlan], *, day: date, by: Actor) -> int:
    """Make the tasks, and take the rung of each call: asking a person to call is that rung's dispatch.

    Gives the number of tasks.
    """
    if not plans:
        return 0
    debtors = Debtor.objects.in_bulk({plan.debtor_id for plan in plans})
    invoices = Invoice.objects.in_bulk({plan.invoice_id for plan in plans if plan.kind in ABOUT_AN_INVOICE})
    tasks = [
        worklist.TaskDraft(
            kind=plan.kind,
            subject_kind="invoice" if plan.invoice_id in invoices else "debtor",
            subject_id=invoices[plan.invoice_id].public_id
            if plan.invoice_id in invoices
            else debtors[plan.debtor_id].public_id,
            debtor_id=plan.debtor_id,
            amount=plan.amount,
            due_on=add_working_days(extend_to_working_day(day), DUE_WITHIN.get(TaskKind(plan.kind), 5)),
        )
        for plan in plans
    ]
    made = worklist.add_tasks(tasks, by=by)
    _take_call_rungs([plan for plan in plans if plan.kind == TaskKind.CALL], day)
    return made


def _take_call_rungs(calls: Sequence[TaskPlan], day: date) -> None:
    Step.objects.bulk_create(
        Step(
            case_id=plan.case_id,
            round=plan.round,
            rung_key=plan.rung_key,
            kind=Kind.CALL,
            dispatched_on=day,
            delivered_on=day,
        )
        for plan in calls
    )
    for plan in calls:
        Case.objects.filter(pk=plan.case_id).update(
            position_key=plan.rung_key, position_kind=Kind.CALL, position_on=day
        )


def ask_about_disputes(*, day: date, by: Actor) -> int:
    """Ask for an answer to every dispute whose deadline is over; gives how many are new."""
    late = Dispute.objects.filter(resolved_on=None, deadline__lt=day).select_related("invoice")
    drafts = [
        worklist.TaskDraft(
            kind=TaskKind.DISPUTE_DEADLINE,
            subject_kind="dispute",
            subject_id=dispute.public_id,
            debtor_id=dispute.invoice.debtor_id,
            amount=dispute.amount if dispute.amount is not None else dispute.invoice.open_amount,
            due_on=day,
        )
        for dispute in late
    ]
    return worklist.add_tasks(drafts, by=by) if drafts else 0


def ask_the_owner(why_not: Mapping[str, int], *, day: date, by: Actor) -> int:
    """Ask for what only the tenant can settle: his general terms, and a half-year whose rate nobody confirmed.

    `why_not` counts the claims of the night by reason. Gives how many tasks are new.
    """
    due_on = add_working_days(extend_to_working_day(day), 5)
    drafts = []
    if why_not.get(Why.CONSUMER_TERMS):
        drafts.append(_of_the_tenant(TaskKind.CONSUMER_TERMS, "settings", "claims", due_on))
    if any(rates.unconfirmed_half_year(kind, day) for kind in rates.InterestKind):
        half_year = rates.half_year_start(day).isoformat()
        drafts.append(_of_the_tenant(TaskKind.RATE_MISSING, "rate", half_year, due_on))
    return worklist.add_tasks(drafts, by=by) if drafts else 0


def _of_the_tenant(kind: TaskKind, subject_kind: str, subject_id: str, due_on: date) -> worklist.TaskDraft:
    return worklist.TaskDraft(
        kind=kind, subject_kind=subject_kind, subject_id=subject_id, debtor_id=None, due_on=due_on
    )

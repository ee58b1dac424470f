"""The bookkeeper's day: tasks are done, customers are called, questions answered. Not everything gets done."""

# ruff: noqa: ARG001 - called from a table: all take the same

from collections.abc import Callable
from datetime import date

from common.actor import Actor
from common.calendar import add_working_days
from dashboard.demo import names
from dashboard.demo.stage import Stage
from debtors import operations as debtors
from debtors.models import Debtor
from dunning import operations as ladder
from invoices import operations as claims
from invoices.models import CreditNote, Dispute, Invoice
from payments import operations as payments
from worklist import operations as worklist
from worklist.models import Task, TaskKind

A_DAY = 6  # tasks that somebody gets done


def work(stage: Stage, day: date) -> None:
    """Let the bookkeeper do some of the tasks of a day, oldest first."""
    tasks = Task.objects.due(day).filter(kind__in=list(ANSWERS)).select_related("debtor").order_by("due_on", "pk")
    for place, task in enumerate(tasks[:A_DAY]):
        if task.debtor is not None:
            ANSWERS[task.kind](stage, task, task.debtor, stage.by(day, 13 + place // 3, 15 + 15 * (place % 3)))


def _call(stage: Stage, task: Task, debtor: Debtor, by: Actor) -> None:
    overdue = list(
        Invoice.objects.open().filter(debtor=debtor, due_date__lt=by.day, promises=None).order_by("due_date")
    )
    chance = stage.rng.random()
    if chance < 0.40 and overdue:
        _promise(stage, debtor, overdue, by)
        ladder.record_call(debtor=debtor, result="promise", note=f"Gesproken met {names.person(stage.rng)}.", by=by)
    elif chance < 0.50 and overdue and not overdue[0].disputes.exists():
        claims.open_dispute(invoice=overdue[0], reason="defect", note="Niet tevreden over de uitvoering.", by=by)
        ladder.record_call(debtor=debtor, result="dispute", note="Stuurt foto's per e-mail.", by=by)
    elif chance < 0.75:
        again_on = add_working_days(by.day, 2)
        ladder.record_call(debtor=debtor, result="no_answer", note="Voicemail ingesproken.", again_on=again_on, by=by)
    elif chance < 0.95:
        ladder.record_call(
            debtor=debtor, result="call_back", note="Zoekt het uit.", again_on=add_working_days(by.day, 4), by=by
        )
    else:
        ladder.record_call(debtor=debtor, result="wrong_number", note="Nummer is van iemand anders.", by=by)


def _promise(stage: Stage, debtor: Debtor, invoices: list[Invoice], by: Actor) -> None:
    promised_for = add_working_days(by.day, stage.rng.randint(2, 8))
    payments.make_promise(
        debtor=debtor,
        invoices=invoices,
        amount=sum((one.open_amount for one in invoices[1:]), start=invoices[0].open_amount),
        promised_for=promised_for,
        made_by=debtor.name[:60],
        note="Aan de telefoon beloofd.",
        by=by,
    )
    if stage.rng.random() < 0.6:
        for invoice in invoices:
            stage.pays(promised_for, invoice, customer=debtor.number)


def _broken(stage: Stage, task: Task, debtor: Debtor, by: Actor) -> None:
    worklist.finish_task(task=task, outcome="gebeld, ladder loopt door", note="Geen geld binnengekomen.", by=by)


def _address(stage: Stage, task: Task, debtor: Debtor, by: Actor) -> None:
    """Half of the wrong addresses are mended; the letter then goes by post or to the new address."""
    contact = debtor.contacts.order_by("pk").first()
    if contact is None or stage.rng.random() < 0.5:
        worklist.finish_task(task=task, outcome="adres opgevraagd", by=by)
        return
    email = f"boekhouding@{names.mailbox(debtor.name)}.example"
    debtors.change_contact(
        contact=contact, role=contact.role, name=contact.name, email=email, phone=contact.phone, by=by
    )


def _dispute(stage: Stage, task: Task, debtor: Debtor, by: Actor) -> None:
    dispute = Dispute.objects.get(public_id=task.subject_id)
    if dispute.resolved_on is None and "late_dispute" in stage.settled:
        claims.resolve_dispute(
            dispute=dispute, outcome="rejected", resolution="Volgens de getekende werkbon akkoord bevonden.", by=by
        )
    stage.settled.add("late_dispute")  # the first one stays, so that there is one past its date


def _credit(stage: Stage, task: Task, debtor: Debtor, by: Actor) -> None:
    notes = [note for note in CreditNote.objects.filter(debtor=debtor, cancelled_on=None) if note.unallocated]
    for note in notes:
        invoice = Invoice.objects.open().filter(debtor=debtor, principal_open__gt=0).order_by("due_date").first()
        if invoice is not None:
            claims.allocate_credit_note(note=note, invoice=invoice, by=by)
    worklist.finish_task(task=task, outcome="verrekend", by=by)


def _small_rest(stage: Stage, task: Task, debtor: Debtor, by: Actor) -> None:
    invoice = Invoice.objects.open().filter(public_id=task.subject_id).first()
    if invoice is not None:
        claims.write_off(invoice=invoice, amount=invoice.open_amount, reason="Klein restant", by=by)


def _look(stage: Stage, task: Task, debtor: Debtor, by: Actor) -> None:
    worklist.finish_task(task=task, outcome="bekeken", by=by)


ANSWERS: dict[str, Callable[[Stage, Task, Debtor, Actor], None]] = {
    TaskKind.CALL: _call,
    TaskKind.BROKEN_PROMISE: _broken,
    TaskKind.NO_ADDRESS: _address,
    TaskKind.BOUNCE: _address,
    TaskKind.DISPUTE_DEADLINE: _dispute,
    TaskKind.ALLOCATE_CREDIT: _credit,
    TaskKind.SMALL_REST: _small_rest,
    TaskKind.REOPENED: _look,
}

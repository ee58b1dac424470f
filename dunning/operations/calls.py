"""A person called a debtor."""

from datetime import date, timedelta

from django.db import transaction

from audit import operations as audit
from common.actor import Actor
from common.words import in_dutch
from debtors.models import Debtor
from dunning.models import Call
from worklist import operations as worklist
from worklist.models import Task, TaskKind


def record_call(*, debtor: Debtor, result: str, by: Actor, note: str = "", again_on: date | None = None) -> Call:
    """Note a call with one of its five results; the open call task is finished, and "later" makes the next one.

    A promise or a dispute that came out of the call is its own operation.
    """
    with transaction.atomic():
        call = Call.objects.create(debtor=debtor, made_on=by.day, made_by=by.label, result=result, note=note)
        said = in_dutch(dict(Call._meta.get_field("result").flatchoices)[result])
        audit.record(
            "call.made",
            by=by,
            kind="call",
            subject=call,
            label=debtor.name,
            debtor_id=debtor.pk,
            result=said,
            reason=note,
        )
        for task in Task.objects.open().filter(kind=TaskKind.CALL, debtor=debtor):
            worklist.finish_task(task=task, outcome=said, by=by)
        if result in {"no_answer", "call_back"}:
            worklist.add_task(
                kind=TaskKind.CALL, debtor=debtor, due_on=again_on or by.day + timedelta(days=1), note=note, by=by
            )
        elif result == "wrong_number":
            worklist.add_task(kind=TaskKind.NO_ADDRESS, debtor=debtor, due_on=by.day + timedelta(days=3), by=by)
    return call

"""A debtor says when he will pay; the night judges."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.calendar import add_working_days, extend_to_working_day
from common.errors import DomainError
from common.money import ZERO
from common.words import in_dutch
from debtors import queries as debtor_queries
from debtors.models import Debtor
from invoices.models import Invoice, Settlement
from payments import arranged, signals
from payments.models import Promise, PromisedInvoice
from payments.states import PROMISE_TRANSITIONS, PromiseState
from worklist import operations as worklist
from worklist.models import Task, TaskKind

GRACE_BANKING_DAYS = 2  # money promised for a day may be in the books two banking days later


class PromiseInThePast(DomainError):
    """The day is over."""

    code = "promise_in_the_past"
    sentence = _("Een belofte is voor vandaag of later. Kies een andere dag.")


class PromiseNeedsAPerson(DomainError):
    """An earlier promise for the same invoices runs, or was broken."""

    code = "promise_needs_a_person"
    sentence = _("Er is al een belofte voor %(numbers)s. Een tweede belofte moet een medewerker toestaan.")


class PromiseTooFar(DomainError):
    """A debtor may not promise that far ahead by himself."""

    code = "promise_too_far"
    sentence = _("U kunt hoogstens tot en met %(last)s beloven. Kies een eerdere dag, of neem contact met ons op.")


def last_promise_day(day: date) -> date:
    """Give the last day for which a debtor may promise by himself, on a day."""
    return day + timedelta(days=arranged.terms().promise_days)


def make_promise(
    *,
    debtor: Debtor,
    invoices: Sequence[Invoice],
    amount: Decimal,
    promised_for: date,
    by: Actor,
    made_by: str = "",
    note: str = "",
    allow_second: bool = False,
    by_debtor: bool = False,
) -> Promise:
    """Note what a debtor promises; his invoices in it wait until the day and two banking days.

    A running promise for the same invoices is replaced. `by_debtor` says that he did so himself, within limits.

    :raises PromiseInThePast: if the day is before today.
    :raises PromiseTooFar: if it is further ahead than a debtor may promise by himself.
    :raises PromiseNeedsAPerson: if there was one before and no person allowed another.
    """
    if promised_for < by.day:
        raise PromiseInThePast(field="promised_for")
    if by_debtor and promised_for > last_promise_day(by.day):
        raise PromiseTooFar(field="promised_for", last=last_promise_day(by.day))
    with transaction.atomic():
        Debtor.objects.select_for_update().get(pk=debtor.pk)
        earlier = _earlier(invoices)
        if earlier and not allow_second:
            raise PromiseNeedsAPerson(numbers=", ".join(sorted({row.invoice.number for row in earlier})))
        for row in earlier:
            if row.promise.state == PromiseState.RUNNING:
                _end(row.promise, PromiseState.CANCELLED, by)
        promise = Promise.objects.create(
            debtor=debtor,
            amount=amount,
            promised_for=promised_for,
            grace_until=add_working_days(promised_for, GRACE_BANKING_DAYS),
            made_on=by.day,
            made_by=made_by,
            note=note,
        )
        PromisedInvoice.objects.bulk_create(PromisedInvoice(promise=promise, invoice=invoice) for invoice in invoices)
        audit.record(
            "promise.made",
            by=by,
            kind="promise",
            subject=promise,
            debtor_id=debtor.pk,
            amount=amount,
            date=f"{promised_for:%d-%m-%Y}",
            invoices=[invoice.number for invoice in invoices],
            reason=note,
        )
        signals.promise_made.send(Promise, promise=promise, by=by)
    return promise


def _earlier(invoices: Sequence[Invoice]) -> list[PromisedInvoice]:
    rows = PromisedInvoice.objects.filter(
        invoice__in=invoices, promise__state__in=[PromiseState.RUNNING, PromiseState.BROKEN]
    )
    return list(rows.select_related("promise", "invoice"))


def ask_for_second_promise(
    *, debtor: Debtor, invoices: Sequence[Invoice], amount: Decimal, promised_for: date, by: Actor, note: str = ""
) -> Task:
    """Ask a person whether a debtor may promise again: an earlier promise runs, or was not kept. Nothing waits yet.

    :raises PromiseInThePast: if the day is before today.
    :raises PromiseTooFar: if it is further ahead than a debtor may promise by himself.
    """
    if promised_for < by.day:
        raise PromiseInThePast(field="promised_for")
    if promised_for > last_promise_day(by.day):
        raise PromiseTooFar(field="promised_for", last=last_promise_day(by.day))
    numbers = ", ".join(sorted(invoice.number for invoice in invoices))
    said = in_dutch(_("Wil € %(amount)s betalen op %(day)s voor %(numbers)s.")) % {
        "amount": f"{amount:,.2f}".translate(str.maketrans(",.", ".,")),
        "day": f"{promised_for:%d-%m-%Y}",
        "numbers": numbers,
    }
    return worklist.add_task(
        kind=TaskKind.SECOND_PROMISE,
        debtor=debtor,
        amount=amount,
        due_on=extend_to_working_day(by.day),
        note="\n".join(filter(None, [said, note])),
        by=by,
    )


def replace_promises(*, invoices: Sequence[Invoice], by: Actor, reason: str) -> None:
    """End the running promises about some invoices because something else was agreed."""
    about = PromisedInvoice.objects.filter(invoice__in=invoices).values("promise")
    for promise in Promise.objects.filter(state=PromiseState.RUNNING, pk__in=about).order_by("pk"):
        _end(promise, PromiseState.CANCELLED, by, reason)


def cancel_promise(*, promise: Promise, by: Actor, reason: str = "") -> Promise:
    """Take a promise back: the ladder goes on."""
    with transaction.atomic():
        Debtor.objects.select_for_update().get(pk=promise.debtor_id)
        promise = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
        _end(promise, PromiseState.CANCELLED, by, reason)
    return promise


def judge_promises(*, debtor_ids: Sequence[int] | None, day: date, by: Actor) -> list[Promise]:
    """End the promises that were kept, or whose grace is over; broken ones let the ladder go on the same night.

    A promise is kept when what it names was received on its invoices since it was made, or nothing is open on them.
    """
    running = Promise.objects.filter(state=PromiseState.RUNNING)
    if debtor_ids is not None:
        running = running.filter(debtor_id__in=debtor_ids)
    with transaction.atomic(savepoint=False):
        debtors = list(running.values_list("debtor_id", flat=True).distinct())
        if not debtors:
            return []
        debtor_queries.lock_all(debtors)
        ended = []
        for promise in running.select_for_update(of=("self",)).prefetch_related("invoices__invoice").order_by("pk"):
            if _is_kept(promise):
                ended.append(_end(promise, PromiseState.KEPT, by))
            elif promise.grace_until < day:
                ended.append(_end(promise, PromiseState.BROKEN, by))
    return ended


def judge_again(*, invoices: Sequence[int], by: Actor) -> list[Promise]:
    """Break the promises about some invoices that were kept with money that went back."""
    with transaction.atomic():
        kept = Promise.objects.filter(state=PromiseState.KEPT, invoices__invoice__in=invoices).distinct()
        mine = Promise.objects.filter(pk__in=kept.values("pk")).prefetch_related("invoices__invoice").order_by("pk")
        return [_end(promise, PromiseState.BROKEN, by) for promise in mine if not _is_kept(promise)]


def _is_kept(promise: Promise) -> bool:
    rows = list(promise.invoices.all())
    if not any(row.invoice.is_open for row in rows):
        return True
    received = Settlement.objects.filter(
        invoice__in=[row.invoice_id for row in rows], kind="payment", booked_on__gte=promise.made_on
    ).aggregate(principal=Sum("to_principal"), interest=Sum("to_interest"), costs=Sum("to_costs"))
    return sum((value or ZERO for value in received.values()), start=ZERO) >= promise.amount


def _end(promise: Promise, state: PromiseState, by: Actor, reason: str = "") -> Promise:
    if state not in PROMISE_TRANSITIONS[promise.state]:
        return promise
    promise.state, promise.ended_on = state, by.day
    promise.save(update_fields=["state", "ended_on"])
    audit.record(f"promise.{state}", by=by, kind="promise", subject=promise, debtor_id=promise.debtor_id, reason=reason)
    signals.promise_ended.send(Promise, promise=promise, by=by)
    return promise

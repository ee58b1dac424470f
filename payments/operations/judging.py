"""What became of arrangements: money finds its instalment, a late one makes the whole fall, all paid completes it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from audit import operations as audit
from common.actor import Actor
from common.money import ZERO
from debtors import queries as debtor_queries
from invoices import operations as claims
from invoices.models import Invoice
from payments import arranged, instalments, signals
from payments.instalments import Part
from payments.models import ArrangedInvoice, Arrangement, DirectDebit, Instalment, Promise
from payments.operations import promises
from payments.states import (
    ARRANGEMENT_TRANSITIONS,
    INSTALMENT_TRANSITIONS,
    ArrangementState,
    DebitState,
    InstalmentState,
    PromiseState,
)

ONE_DAY = timedelta(days=1)
WHILE_COLLECTED = timedelta(days=14)  # a collection of which nothing is heard so long is no longer waited for
# Claims that changed and are judged at the end, with whether their money went back; None: they are judged at once.
_waiting: ContextVar[dict[int, bool] | None] = ContextVar("claims_to_judge", default=None)
TO_PAY = (InstalmentState.OPEN, InstalmentState.MISSED)


class WrongTransition(Exception):
    """A state that the table does not allow. Always a bug."""


def locked(arrangement: Arrangement) -> Arrangement:
    """Give an arrangement as it is now, locked; the caller holds its debtor."""
    return Arrangement.objects.select_for_update(of=("self",)).select_related("debtor").get(pk=arrangement.pk)


def move(arrangement: Arrangement, state: ArrangementState) -> None:
    """Change the state of an arrangement.

    :raises WrongTransition: if the table does not allow it.
    """
    if state not in ARRANGEMENT_TRANSITIONS[arrangement.state]:
        raise WrongTransition(f"{arrangement.state} -> {state}")
    arrangement.state = state


def choose_debit(*, arrangement: Arrangement, by_direct_debit: bool, by: Actor) -> Arrangement:
    """Choose whether the instalments of an arrangement that runs are collected, or paid by the debtor himself."""
    with transaction.atomic():
        debtor_queries.lock(arrangement.debtor_id)
        arrangement = locked(arrangement)
        if arrangement.state != ArrangementState.ACTIVE or arrangement.by_direct_debit == by_direct_debit:
            return arrangement
        arrangement.by_direct_debit = by_direct_debit
        arrangement.save(update_fields=["by_direct_debit"])
        audit.record(
            "arrangement.collected" if by_direct_debit else "arrangement.not_collected",
            by=by,
            kind="arrangement",
            subject=arrangement,
            label=arrangement.debtor.name,
            debtor_id=arrangement.debtor_id,
        )
    return arrangement


def fit(arrangement: Arrangement, total: Decimal) -> None:
    """Let the instalments of a proposal come to what is open now; those that are no longer needed end."""
    rows = _instalments(arrangement)
    parts = instalments.fitted([Part(row.due_on, row.amount) for row in rows], total)
    for row, part in zip(rows, parts, strict=False):
        row.amount = part.amount
    for row in rows[len(parts) :]:
        row.state = InstalmentState.ENDED
    Instalment.objects.bulk_update(rows, ["amount", "state"])
    arrangement.total = total


def _instalments(arrangement: Arrangement) -> list[Instalment]:
    """Give the instalments that count, by day; of an arrangement that ended all count that it ended with."""
    rows = arrangement.instalments.order_by("due_on", "number")
    return [row for row in rows if row.state != InstalmentState.ENDED]


def judge_night(*, day: date, by: Actor) -> None:
    """Let all promises and arrangements follow the books before a night is planned.

    Their debtors are locked all at once, before one round locks its own behind those of the other.
    """
    promised = Promise.objects.filter(state=PromiseState.RUNNING)
    agreed = Arrangement.objects.filter(state=ArrangementState.ACTIVE)
    with transaction.atomic(savepoint=False):
        debtors = {*promised.values_list("debtor_id", flat=True), *agreed.values_list("debtor_id", flat=True)}
        if not debtors:
            return
        debtor_queries.lock_ids(debtors)
        promises.judge_promises(debtor_ids=None, day=day, by=by)
        judge_arrangements(debtor_ids=None, day=day, by=by)


def judge_arrangements(*, debtor_ids: Sequence[int] | None, day: date, by: Actor) -> list[Arrangement]:
    """Let every arrangement follow the books: of some debtors, or for the night all with an instalment that is near.

    Gives those that ended.
    """
    running = Arrangement.objects.filter(state=ArrangementState.ACTIVE)
    if debtor_ids is None:
        near = day + timedelta(days=arranged.terms().remind_days_before)
        soon = Instalment.objects.filter(state__in=TO_PAY, due_on__lte=near)
        running = running.filter(pk__in=soon.values("arrangement"))
    else:
        running = running.filter(debtor_id__in=debtor_ids)
    with transaction.atomic():
        debtor_queries.lock_all(running.values_list("debtor_id", flat=True))
        return _follow(list(running.select_for_update(of=("self",)).select_related("debtor").order_by("pk")), day, by)


@contextmanager
def judged_at_the_end(by: Actor) -> Iterator[None]:
    """Let arrangements and kept promises be judged when all is booked: money may go back and in part be booked anew."""
    token = _waiting.set({})
    try:
        yield
        changed = _waiting.get() or {}
    finally:
        _waiting.reset(token)
    for invoice in Invoice.objects.filter(pk__in=changed).order_by("pk"):
        follow_claim(invoice=invoice, by=by)
    promises.judge_again(invoices=[pk for pk, went_back in changed.items() if went_back], by=by)


def judge_promises_again(*, invoices: Sequence[Invoice], by: Actor) -> None:
    """Break the promises about claims that were kept with money that went back; later, where that is asked."""
    waiting = _waiting.get()
    if waiting is None:
        promises.judge_again(invoices=[invoice.pk for invoice in invoices], by=by)
    else:
        waiting |= {invoice.pk: True for invoice in invoices}


def follow_claim(*, invoice: Invoice, by: Actor) -> None:
    """Let the arrangement of a claim follow what just came off it, or went back."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.setdefault(invoice.pk, False)
        return
    states = (ArrangementState.ACTIVE, ArrangementState.COMPLETED)
    found = Arrangement.objects.filter(state__in=states, invoices__invoice=invoice).order_by("-pk")
    arrangement = found.select_related("debtor").first()
    if arrangement is not None and (arrangement.state == ArrangementState.ACTIVE or invoice.is_open):
        _follow([arrangement], by.day, by)


def _follow(arrangements: Sequence[Arrangement], day: date, by: Actor) -> list[Arrangement]:
    """Compare with the books, in a fixed number of queries; only what changed is written."""
    if not arrangements:
        return []
    rows = list(ArrangedInvoice.objects.filter(arrangement__in=arrangements).select_related("invoice"))
    left = arranged.left_by_row(rows)
    parts: dict[int, list[Instalment]] = {arrangement.pk: [] for arrangement in arrangements}
    for part in Instalment.objects.filter(arrangement__in=arrangements).order_by("due_on", "number"):
        if part.state != InstalmentState.ENDED:
            parts[part.arrangement_id].append(part)
    after_days = arranged.terms().default_after_days
    collected = _being_collected(arrangements)
    ended: list[Arrangement] = []
    for arrangement in arrangements:
        rest = sum((left[row.pk] for row in rows if row.arrangement_id == arrangement.pk), start=ZERO)
        mine = parts[arrangement.pk]
        paid = max(ZERO, arrangement.total - rest)
        Instalment.objects.bulk_update(_pay(mine, paid, day), ["paid", "state", "paid_on", "missed_on"])
        waits = WHILE_COLLECTED if arrangement.pk in collected else timedelta()
        if _conclude(arrangement, mine, paid, day - waits, after_days, by):
            ended.append(arrangement)
    return ended


def _being_collected(arrangements: Sequence[Arrangement]) -> set[int]:
    """Give the arrangements of which an instalment is at the bank: they do not fall before it answers."""
    rows = DirectDebit.objects.filter(
        instalment__arrangement__in=arrangements, state__in=[DebitState.PLANNED, DebitState.SENT]
    )
    return {pk for pk in rows.values_list("instalment__arrangement_id", flat=True) if pk is not None}


def _pay(rows: Sequence[Instalment], paid: Decimal, day: date) -> list[Instalment]:
    """Let what was paid fall on the instalments, the earliest first; give those that changed."""
    changed = []
    for row, of_it in zip(rows, instalments.spread([Part(row.due_on, row.amount) for row in rows], paid), strict=True):
        state = _state_of(row, of_it, day)
        if (state, of_it) == (row.state, row.paid):
            continue
        if state != row.state and state not in INSTALMENT_TRANSITIONS[row.state]:
            raise WrongTransition(f"{row.state} -> {state}")
        row.state, row.paid = state, of_it
        row.paid_on = day if state == InstalmentState.PAID else None
        if state == InstalmentState.MISSED and row.missed_on is None:
            row.missed_on = day
        changed.append(row)
    return changed


def _state_of(row: Instalment, paid: Decimal, day: date) -> InstalmentState:
    if paid == row.amount:
        return InstalmentState.PAID
    missed = instalments.is_missed(row.due_on, row.amount - paid, day)
    return InstalmentState.MISSED if missed else InstalmentState.OPEN


def _conclude(
    arrangement: Arrangement, rows: Sequence[Instalment], paid: Decimal, day: date, after_days: int, by: Actor
) -> bool:
    """Complete what is paid, let fall what is too late, and let run again what was paid and went back."""
    parts = [Part(row.due_on, row.amount) for row in rows]
    if all(row.state == InstalmentState.PAID for row in rows):
        if arrangement.state == ArrangementState.ACTIVE:
            end(arrangement, ArrangementState.COMPLETED, by)
            return True
        return False
    if instalments.is_in_default(parts, paid, day=day, after_days=after_days) or _is_taken(arrangement):
        end(arrangement, ArrangementState.DEFAULTED, by)
        return True
    if arrangement.state == ArrangementState.COMPLETED:
        _resume(arrangement, by)
    return False


def _is_taken(arrangement: Arrangement) -> bool:
    """Tell whether a claim of an arrangement that was paid is in another one since."""
    if arrangement.state != ArrangementState.COMPLETED:
        return False
    mine = arrangement.invoices.values("invoice")
    return ArrangedInvoice.objects.filter(invoice__in=mine, live=True).exclude(arrangement=arrangement).exists()


def _resume(arrangement: Arrangement, by: Actor) -> None:
    move(arrangement, ArrangementState.ACTIVE)
    arrangement.ended_on, arrangement.ended_reason = None, ""
    arrangement.save(update_fields=["state", "ended_on", "ended_reason"])
    arrangement.invoices.update(live=True)
    _log("resumed", arrangement, by)
    signals.arrangement_resumed.send(Arrangement, arrangement=arrangement, by=by)


def end(
    arrangement: Arrangement, state: ArrangementState, by: Actor, reason: str = "", *, replaced: bool = False
) -> None:
    """End an arrangement: its claims are free, and where it was not kept to the end interest runs by law again.

    `replaced` says that another one takes its place at once.
    """
    move(arrangement, state)
    arrangement.ended_on, arrangement.ended_reason = by.day, reason[:200]
    arrangement.save(update_fields=["state", "ended_on", "ended_reason"])
    arrangement.invoices.update(live=False)
    if state != ArrangementState.COMPLETED:
        arrangement.instalments.filter(state__in=TO_PAY).update(state=InstalmentState.ENDED)
        claims.withdraw_offer(notice_ref=arrangement.public_id, last_day=by.day - ONE_DAY)
    _log(state.value, arrangement, by, reason)
    signals.arrangement_ended.send(Arrangement, arrangement=arrangement, replaced=replaced, by=by)


def _log(verb: str, arrangement: Arrangement, by: Actor, reason: str = "") -> None:
    audit.record(
        f"arrangement.{verb}",
        by=by,
        kind="arrangement",
        subject=arrangement,
        label=arrangement.debtor.name,
        debtor_id=arrangement.debtor_id,
        reason=reason,
        amount=arrangement.total,
    )

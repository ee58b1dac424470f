"""Money comes in, pays for claims, and goes back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from common.money import ZERO
from debtors import queries as debtor_queries
from debtors.models import Debtor
from invoices import operations as claims
from invoices.models import Invoice, Settlement
from invoices.states import SettlementKind
from law import allocation
from payments import arranged, queries, signals
from payments.models import Allocation, Payment
from payments.operations import judging
from payments.states import PaymentMethod
from worklist import operations as worklist
from worklist.models import TaskKind


class NothingLeft(DomainError):
    """The payment is allocated to the last cent."""

    code = "nothing_left_to_allocate"
    sentence = _("Van deze betaling is niets meer over om te verdelen.")


class AlreadyReversed(DomainError):
    """The payment was reversed before, or is itself a reversal."""

    code = "payment_already_reversed"
    sentence = _("Deze betaling is al teruggedraaid.")


class WrongDebtor(DomainError):
    """An invoice belongs to somebody else."""

    code = "invoice_of_another_debtor"
    sentence = _("Factuur %(number)s is van een andere debiteur.")


def book_payment(
    *,
    debtor: Debtor,
    amount: Decimal,
    received_on: date,
    by: Actor,
    designated: Sequence[Invoice] = (),
    amounts: Mapping[Invoice, Decimal] | None = None,
    method: str = PaymentMethod.BANK,
    payer_name: str = "",
    payer_iban: str = "",
    description: str = "",
) -> Payment:
    """Book money of a debtor, in euro, and let it pay for claims: those he named first, then as art. 6:43 BW says.

    `received_on` is the day on which the money counts: interest runs through it. What is left when all is paid stays
    unallocated. Just the amount of an instalment means the claims of that arrangement (`arranged.meant_by`). Where
    `amounts` says how much is for which claim, each gets that at most and no other gets anything.

    :raises WrongDebtor: if a named invoice belongs to another debtor.
    """
    with transaction.atomic():
        debtor = Debtor.objects.select_for_update().get(pk=debtor.pk)
        payment = Payment.objects.create(
            debtor=debtor,
            amount=amount,
            received_on=received_on,
            method=method,
            payer_name=payer_name[:120],
            payer_iban=payer_iban,
            description=description[:200],
        )
        audit.record(
            "payment.booked",
            by=by,
            kind="payment",
            subject=payment,
            label=description,
            debtor_id=debtor.pk,
            amount=amount,
            received_on=received_on,
            method=method,
        )
        if amounts is None:
            meant = designated or arranged.meant_by(debtor.pk, amount)
            allocate(payment=payment, designated=meant, by=by)
        else:
            allocate_amounts(payment=payment, amounts=amounts, by=by)
        signals.payment_booked.send(Payment, payment=payment, by=by)
    payment.refresh_from_db()
    return payment


def allocate(*, payment: Payment, by: Actor, designated: Sequence[Invoice] = (), only: bool = False) -> Payment:
    """Let what is left of a payment pay for open claims of its debtor; with `only`, for the named ones and no others.

    Over claims by art. 6:43 BW, within each by art. 6:44: costs, interest, principal. A payment without a debtor stays
    as it is.

    :raises WrongDebtor: if a named invoice belongs to another debtor.
    :raises AlreadyReversed: if the money went back.
    :raises NothingLeft: if all of it is allocated.
    """
    with transaction.atomic():
        if debtor_queries.lock(payment.debtor_id) is None or payment.debtor_id is None:
            return payment
        payment.refresh_from_db()
        if payment.reverses_id is not None or payment.reversals.exists():
            raise AlreadyReversed
        if not payment.unallocated:
            raise NothingLeft
        for invoice in designated:
            if invoice.debtor_id != payment.debtor_id:
                raise WrongDebtor(number=invoice.number)
        candidates = list(Invoice.objects.open().filter(debtor_id=payment.debtor_id).order_by("due_date", "pk"))
        if only:
            named = {invoice.pk for invoice in designated}
            candidates = [invoice for invoice in candidates if invoice.pk in named]
        by_key = {invoice.public_id: invoice for invoice in candidates}
        plan = allocation.allocate(
            payment.unallocated,
            queries.claims_due(candidates, payment.received_on),
            paid_on=payment.received_on,
            designated=[invoice.public_id for invoice in designated if invoice.public_id in by_key],
        )
        paid = [_pay(payment, by_key[part.key], part.total, by) for part in plan.parts]
        if plan.parts:
            audit.record(
                "payment.allocated",
                by=by,
                kind="payment",
                subject=payment,
                label=payment.description,
                debtor_id=payment.debtor_id,
                invoices=", ".join(by_key[part.key].number for part in plan.parts),
                parts={by_key[part.key].number: part.total for part in plan.parts},
            )
            _tell(payment, paid, by)
        payment.refresh_from_db()
        if not payment.unallocated:
            _ask_no_longer(payment, gettext("niets meer over"), by)
    return payment


def _tell(payment: Payment, paid: Iterable[Settlement | None], by: Actor) -> None:
    settlements = [settlement for settlement in paid if settlement is not None]
    signals.payment_allocated.send(Payment, payment=payment, settlements=settlements, by=by)


def _ask_no_longer(payment: Payment, outcome: str, by: Actor) -> None:
    """End the question what to do with money that was left over."""
    worklist.finish_tasks_about(
        subject_kind="payment",
        subject_id=payment.public_id,
        outcome=outcome,
        by=by,
        kinds=[TaskKind.OVERPAID],
    )


def allocate_amounts(*, payment: Payment, amounts: Mapping[Invoice, Decimal], by: Actor) -> Payment:
    """Let a payment pay for claims as was said: so much for each, never more than is due or left, and no others.

    :raises WrongDebtor: if a claim belongs to another debtor.
    """
    with transaction.atomic():
        debtor_queries.lock(payment.debtor_id)
        for invoice in amounts:
            if invoice.debtor_id != payment.debtor_id:
                raise WrongDebtor(number=invoice.number)
        paid: dict[str, Decimal] = {}
        settlements = []
        for invoice, amount in amounts.items():
            payment.refresh_from_db()
            settlement = _pay(payment, invoice, min(amount, payment.unallocated), by)
            if settlement is not None:
                paid[invoice.number] = settlement.amount
                settlements.append(settlement)
        if paid:
            audit.record(
                "payment.allocated",
                by=by,
                kind="payment",
                subject=payment,
                label=payment.description,
                debtor_id=payment.debtor_id,
                invoices=", ".join(paid),
                parts=paid,
            )
            _tell(payment, settlements, by)
    payment.refresh_from_db()
    return payment


def _pay(payment: Payment, invoice: Invoice, amount: Decimal, by: Actor) -> Settlement | None:
    """Let a payment pay for a claim, as far as the claim is due on the day the money came: the rest stays on it."""
    if amount <= 0:
        return None
    settlement = claims.settle_what_is_due(
        invoice=invoice, at_most=amount, kind=SettlementKind.PAYMENT, booked_on=payment.received_on, by=by
    )
    if settlement is not None:
        Allocation.objects.create(payment=payment, settlement=settlement, amount=settlement.amount)
    return settlement


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What booking would do: the claims that would be paid, in the order in which they get it, and what stays over.

    `credit` is what the debtor would have to his credit of all his payments: booked twice, it differs.
    """

    claims: tuple[queries.PaidClaim, ...]
    unallocated: Decimal
    credit: Decimal


def rehearse_payment(
    *, debtor: Debtor, amount: Decimal, received_on: date, by: Actor, designated: Sequence[Invoice] = ()
) -> Rehearsal:
    """Tell to the cent what booking money would pay for, by booking it and taking that back: nothing stays.

    :raises WrongDebtor: if a named invoice belongs to another debtor.
    """
    return _rehearsed(
        lambda: book_payment(debtor=debtor, amount=amount, received_on=received_on, designated=designated, by=by)
    )


def rehearse_allocation(
    *, payment: Payment, by: Actor, designated: Sequence[Invoice] = (), only: bool = False
) -> Rehearsal:
    """Tell to the cent what allocating the rest of a payment would pay for; nothing stays.

    :raises WrongDebtor, AlreadyReversed, NothingLeft: as `allocate`.
    """
    paid = {claim.invoice_id: claim for claim in queries.paid_claims(payment)}
    rehearsal = _rehearsed(lambda: allocate(payment=payment, designated=designated, only=only, by=by))
    fresh = [claim.less(paid[claim.invoice_id]) if claim.invoice_id in paid else claim for claim in rehearsal.claims]
    return replace(rehearsal, claims=tuple(claim for claim in fresh if claim.total))


def _rehearsed(operation: Callable[[], Payment]) -> Rehearsal:
    with transaction.atomic():
        payment = operation()
        credit = queries.unallocated(payment.debtor_id) if payment.debtor_id is not None else ZERO
        rehearsal = Rehearsal(tuple(queries.paid_claims(payment)), payment.unallocated, credit)
        transaction.set_rollback(True)
    return rehearsal


def reverse_payment(*, payment: Payment, reason: str, reversed_on: date, by: Actor) -> Payment:
    """Note that money went back (chargeback, failed debit, booked wrongly): its claims open again at their old rung.

    :raises AlreadyReversed: if it was reversed before, or is itself a reversal.
    """
    with transaction.atomic():
        debtor_queries.lock(payment.debtor_id)
        payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
        if payment.reverses_id is not None or payment.reversals.exists():
            raise AlreadyReversed
        undone = []
        while (settlement := _newest_settlement(payment)) is not None:
            mirror = claims.reverse_settlement(settlement=settlement, reason=reason, booked_on=reversed_on, by=by)
            Allocation.objects.create(payment=payment, settlement=mirror, amount=mirror.amount)
            undone.append(settlement)
        reversal = Payment.objects.create(
            debtor_id=payment.debtor_id,
            amount=-payment.amount,
            received_on=max(reversed_on, payment.received_on),
            method=payment.method,
            payer_name=payment.payer_name,
            payer_iban=payment.payer_iban,
            description=payment.description,
            reverses=payment,
            reason=reason[:200],
        )
        audit.record(
            "payment.reversed",
            by=by,
            kind="payment",
            subject=payment,
            label=payment.description,
            debtor_id=payment.debtor_id,
            amount=payment.amount,
            reason=reason,
        )
        judging.judge_promises_again(invoices=[settlement.invoice for settlement in undone], by=by)
        _ask_no_longer(payment, gettext("betaling teruggedraaid"), by)
        signals.payment_reversed.send(Payment, payment=payment, reason=reason, by=by)
    return reversal


def _newest_settlement(payment: Payment) -> Settlement | None:
    """Give the last booking of a payment that still counts: taking one back may book others anew."""
    rows = Settlement.objects.filter(allocations__payment=payment, reverses=None, reversals=None)
    return rows.select_related("invoice").order_by("-booked_on", "-pk").first()


def follow_rebooking(pairs: Sequence[tuple[Settlement, Settlement, Settlement | None]]) -> None:
    """Let allocations follow settlements that were booked anew behind a back-dated one."""
    for old, mirror, new in pairs:
        allocation_of_old = Allocation.objects.filter(settlement=old).select_related("payment").first()
        if allocation_of_old is None:
            continue
        payment = allocation_of_old.payment
        Allocation.objects.create(payment=payment, settlement=mirror, amount=mirror.amount)
        if new is not None:
            Allocation.objects.create(payment=payment, settlement=new, amount=new.amount)

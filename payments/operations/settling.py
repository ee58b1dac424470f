"""What became of an attempt to pay online: the truth is fetched, compared with what is booked, and booked once.

Nothing that a provider sends is believed: it is a hint to look. A look gives the whole picture, so that it does not
matter how often, in which order or how late hints come, nor which look is first: the second finds nothing to do. A look
that is older than what is known is thrown away, and another one asked for.

What is booked for an attempt is the amount that was paid, less what the payer's bank took back, less what the tenant
gave back at the provider by himself. When it becomes less, payments are reversed and what stayed is booked again; when
it becomes more, the difference is booked on the day it came.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from common.actor import Actor, the_clock
from common.money import ZERO
from common.words import in_dutch
from invoices import signals as claim_signals
from invoices.models import Invoice
from payments import gateways, signals
from payments.gateways import CheckoutStatus, RefundStatus
from payments.models import Allocation, CheckoutAttempt, CheckoutBooking, Payment, Refund
from payments.operations import checkouts, judging, lines, refunds
from payments.operations.checkouts import QUEUE
from payments.operations.online_refunds import follow_refunds
from payments.operations.payments import book_payment, reverse_payment
from payments.states import CHECKOUT_TRANSITIONS, CheckoutState, PaymentMethod, RefundState, RefundWay
from tenants import operations as tenants
from tenants import queue
from tenants.context import tenant_context
from worklist.models import Task, TaskKind

logger = logging.getLogger(__name__)

BETWEEN_LOOKS = timedelta(seconds=3)  # who calls more often waits: a flood of hints costs the provider little
LEASE = timedelta(minutes=2)  # a worker that dies while it looks is followed by another
GIVEN_BACK = (RefundState.APPROVED, RefundState.SENT, RefundState.DONE)


def hear_of_checkout(*, provider_id: str, by: Actor) -> bool:
    """Note that a provider has news about a payment; give whether it is one of ours. Inside the tenant.

    A row says that there is something to look at, so that a queue that is lost loses nothing.
    """
    attempt = CheckoutAttempt.objects.filter(provider_id=provider_id).first() if provider_id else None
    if attempt is None:
        return False
    last = attempt.looked_at
    quiet_until = last + BETWEEN_LOOKS if last is not None else by.at
    at = max(by.at, quiet_until)
    CheckoutAttempt.objects.filter(pk=attempt.pk).filter(Q(look_at=None) | Q(look_at__gt=at)).update(look_at=at)
    tenants.wake_up(QUEUE, at=at)
    if at <= by.at:
        queue.enqueue(QUEUE)
    return True


@translation.override("nl")  # what is kept is Dutch: a payer who comes back asks for this in his own language
def settle_checkout(*, tenant_id: int, public_id: str, by: Actor) -> None:
    """Ask the provider what became of an attempt, and book it. Call it outside any transaction, as often as you like.

    An attempt that is not there is left alone, and a provider that is away is asked again later.
    """
    checkouts.refuse_inside_a_transaction()
    with tenant_context(tenant_id):
        attempt = CheckoutAttempt.objects.filter(public_id=public_id).first()
    if attempt is None:
        return
    try:
        if not attempt.provider_id:
            _find_out(attempt, tenant_id, by)
        else:
            status = _look(attempt, tenant_id)
            with tenant_context(tenant_id):
                _follow(attempt, status, by)
    except gateways.GatewayError as failure:
        logger.warning("checkout %s of tenant %s: %s", public_id, tenant_id, type(failure).__name__)
        with tenant_context(tenant_id):
            checkouts.note_failure(attempt_id=attempt.pk, failure=failure, by=by)


def _find_out(attempt: CheckoutAttempt, tenant_id: int, by: Actor) -> None:
    """Ask for an attempt again of which nobody knows whether the provider got it: the same key, so never two."""
    if attempt.state != CheckoutState.CREATED:
        return
    try:
        checkouts.ask_provider(tenant_id=tenant_id, attempt_id=attempt.pk, by=by)
    except checkouts.PaymentsUnavailable:
        logger.info("checkout %s is asked for again later", attempt.public_id)


def _look(attempt: CheckoutAttempt, tenant_id: int) -> CheckoutStatus:
    with tenant_context(tenant_id):
        gateway = gateways.for_tenant()
    if gateway is None:
        raise gateways.KeyRefused(in_dutch(_("er is geen account bij een betaalprovider")))
    return gateway.look(attempt.provider_id)


def _follow(seen: CheckoutAttempt, status: CheckoutStatus, by: Actor) -> None:
    """Bring an attempt, and what is booked for it, to what the provider said."""
    attempt = checkouts.lock(seen.pk)
    if attempt.looked_at is not None and attempt.looked_at > by.at:
        CheckoutAttempt.objects.filter(pk=attempt.pk).update(look_at=by.at)  # somebody knows more: look again
        tenants.wake_up(QUEUE, at=by.at)
        return
    if status.currency != attempt.currency or status.reference not in {"", attempt.public_id}:
        logger.error("checkout %s: the provider tells of another payment", attempt.public_id)
        CheckoutAttempt.objects.filter(pk=attempt.pk).update(look_at=None)
        return
    _follow_facts(attempt, status, by)
    if status.state == CheckoutState.PAID:
        with judging.judged_at_the_end(by):
            _follow_money(attempt, status, by)
    _follow_state(attempt, status, by)
    if attempt.look_at == seen.look_at:  # else somebody called while we looked
        waits = attempt.state in checkouts.WAITING
        attempt.look_at = checkouts.next_look(attempt, by.at) if waits else None
    attempt.save()
    if attempt.look_at is not None:
        tenants.wake_up(QUEUE, at=attempt.look_at)


def _follow_facts(attempt: CheckoutAttempt, status: CheckoutStatus, by: Actor) -> None:
    attempt.looked_at = by.at
    attempt.method = status.method or attempt.method
    attempt.payer_name = status.payer_name[:120] or attempt.payer_name
    attempt.payer_iban = status.payer_iban or attempt.payer_iban
    attempt.paid_on = status.paid_on or attempt.paid_on
    attempt.failure = status.failure[:200]
    attempt.amount_refunded, attempt.amount_charged_back = status.refunded, status.charged_back


def _follow_state(attempt: CheckoutAttempt, status: CheckoutStatus, by: Actor) -> None:
    """Move as the provider says; an end that it takes back (paid after all) is one, a step back is not."""
    if status.state == attempt.state or status.state not in CHECKOUT_TRANSITIONS[attempt.state]:
        return
    if status.state == CheckoutState.PAID:
        checkouts.move(attempt, status.state)
        attempt.ended_at = by.at
        attempt.save()
        signals.checkout_paid.send(CheckoutAttempt, attempt=attempt, by=by)
    elif status.state in checkouts.WAITING:
        checkouts.move(attempt, status.state)
    else:
        checkouts.end(attempt, status.state, by)


def _follow_money(attempt: CheckoutAttempt, status: CheckoutStatus, by: Actor) -> None:
    """Make what is booked for an attempt equal to what of it the tenant has."""
    follow_refunds(statuses=status.refunds, by=by)
    has = status.amount - status.charged_back - _given_back_elsewhere(attempt, status, by)
    went_back_on: date | None = None
    for booking in attempt.bookings.filter(taken_back=False).select_related("payment").order_by("-pk"):
        if _booked(attempt) <= has:
            break
        booking.taken_back = True
        booking.save(update_fields=["taken_back"])
        payment, went_back_on = booking.payment, booking.payment.received_on
        if not payment.reversals.exists():  # else a person was earlier
            on = max(_went_back(status, by), went_back_on)
            reverse_payment(payment=payment, reason=_reason(status), reversed_on=on, by=by)
    missing = has - _booked(attempt)
    if missing > 0:
        received_on = went_back_on or _came(attempt, status, by)
        _book(attempt, missing, received_on, status, by)
    if went_back_on is not None:
        _correct_tasks(attempt)


def _booked(attempt: CheckoutAttempt) -> Decimal:
    """Give what is accounted for: payments not taken back, and what we gave back of those that were.

    A payment that a person reversed is his to book otherwise: it is not booked again here.
    """
    rows = attempt.bookings.filter(taken_back=False)
    stands = rows.aggregate(sum=Sum("payment__amount"))["sum"] or ZERO
    return stands + _given_back(attempt, Q(payment__checkout_bookings__taken_back=True))


def _given_back(attempt: CheckoutAttempt, which: Q) -> Decimal:
    """Give what we had the provider give back of the payments of an attempt."""
    rows = Refund.objects.filter(which, payment__checkout_bookings__checkout=attempt, via=RefundWay.ONLINE)
    return rows.filter(state__in=GIVEN_BACK).aggregate(sum=Sum("amount"))["sum"] or ZERO


def _given_back_elsewhere(attempt: CheckoutAttempt, status: CheckoutStatus, by: Actor) -> Decimal:
    """Give what the tenant gave back at the provider, and not through us, of money that had paid for something.

    What lay unallocated is noted as a refund, and nothing need be reversed.
    """
    names = [refund.id for refund in status.refunds]
    known = set(Refund.objects.filter(provider_id__in=names).values_list("provider_id", flat=True))
    strange = [refund for refund in status.refunds if refund.holds and refund.id not in known]
    ours = _given_back(attempt, Q(provider_id=""))  # asked for this moment: we do not know its name yet
    left = ZERO
    for refund in strange:
        if refund.amount <= ours:
            ours -= refund.amount
        elif not _note_refund(attempt, refund, by):
            left += refund.amount
    return left


def _note_refund(attempt: CheckoutAttempt, status: RefundStatus, by: Actor) -> bool:
    """Note a refund that was made at the provider, where so much lies unallocated; give whether it does."""
    for booking in attempt.bookings.filter(payment__reversals=None).select_related("payment"):
        payment = booking.payment
        if payment.unallocated >= status.amount:
            refund = Refund.objects.create(
                payment=payment,
                amount=status.amount,
                via=RefundWay.ONLINE,
                state=RefundState.DONE,
                proposed_on=status.created_on,
                provider_id=status.id,
                ended_at=by.at,
            )
            refunds.log("refund.done", refund, by)
            claim_signals.credit_changed.send(Refund, debtor_id=attempt.debtor_id, by=by)
            return True
    return False


def _went_back(status: CheckoutStatus, by: Actor) -> date:
    """Give the day on which money last went back."""
    days = [one.created_on for one in status.chargebacks if one.reversed_on is None]
    days += [one.created_on for one in status.refunds if one.holds]
    return min(max(days, default=by.day), by.day)


def _came(attempt: CheckoutAttempt, status: CheckoutStatus, by: Actor) -> date:
    """Give the day on which money came: that of the payment, or that on which a bank gave back what it had taken."""
    if not attempt.bookings.exists():
        return min(status.paid_on or by.day, by.day)
    return min(max((one.reversed_on for one in status.chargebacks if one.reversed_on), default=by.day), by.day)


def _reason(status: CheckoutStatus) -> str:
    """Say why money went back, as it is kept."""
    said = next((one.reason for one in reversed(status.chargebacks) if one.reversed_on is None), None)
    if said is None:
        return in_dutch(_("terugbetaald bij de betaalprovider"))
    return ": ".join(filter(None, [in_dutch(_("teruggeboekt door de bank van de betaler")), said]))[:200]


def _book(attempt: CheckoutAttempt, amount: Decimal, received_on: date, status: CheckoutStatus, by: Actor) -> Payment:
    payment = book_payment(
        debtor=attempt.debtor,
        amount=amount,
        received_on=received_on,
        amounts=_still_to_pay(attempt),
        method=PaymentMethod.ONLINE,
        payer_name=status.payer_name,
        payer_iban=status.payer_iban,
        description=f"{attempt.description} ({attempt.provider_id})",
        by=by,
    )
    CheckoutBooking.objects.create(checkout=attempt, payment=payment)
    attempt.payment = payment
    lines.ask_about_rest(payment, by=by)
    return payment


def _still_to_pay(attempt: CheckoutAttempt) -> dict[Invoice, Decimal]:
    """Give how much of the attempt is for which claim, less what stands booked of it; the oldest claim first."""
    allocations = Allocation.objects.filter(
        payment__checkout_bookings__checkout=attempt, payment__reversals=None
    ).values("settlement__invoice")
    paid = {row["settlement__invoice"]: row["sum"] for row in allocations.annotate(sum=Sum("amount"))}
    items = attempt.items.select_related("invoice").order_by("invoice__due_date", "pk")
    return {item.invoice: item.amount - paid.get(item.invoice_id, ZERO) for item in items}


def _correct_tasks(attempt: CheckoutAttempt) -> None:
    """Let the tasks about claims that stand open again name what is open now that the rest was booked again."""
    for item in attempt.items.select_related("invoice"):
        tasks = Task.objects.open().filter(kind=TaskKind.REOPENED, subject_id=item.invoice.public_id)
        tasks.update(amount=item.invoice.open_amount)


def settle_due(*, tenant_id: int, now: Callable[[], datetime], until: datetime) -> None:
    """Look at every attempt of a tenant that is due: the provider called, or said nothing for too long. Outside it."""
    while (moment := now()) < until:
        with tenant_context(tenant_id):
            public_id = _claim(moment)
        if public_id is None:
            return
        settle_checkout(tenant_id=tenant_id, public_id=public_id, by=the_clock(moment))


def _claim(at: datetime) -> str | None:
    """Take an attempt that is due and put it a lease ahead, so that nobody else looks meanwhile."""
    due = CheckoutAttempt.objects.filter(look_at__lte=at).order_by("look_at", "pk")
    attempt = due.select_for_update(skip_locked=True, of=("self",)).first()
    if attempt is None:
        return None
    attempt.look_at = at + LEASE
    attempt.save(update_fields=["look_at"])
    return attempt.public_id


def next_due() -> datetime | None:
    """Give when the active tenant has an attempt to look at."""
    rows = CheckoutAttempt.objects.filter(look_at__isnull=False)
    return rows.order_by("look_at").values_list("look_at", flat=True).first()

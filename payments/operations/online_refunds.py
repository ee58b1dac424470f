"""Refunds through the provider: claimed, asked for outside any transaction with the stored key, followed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from common.actor import Actor, the_clock
from debtors import queries as debtor_queries
from payments import gateways
from payments.models import CheckoutAttempt, Refund
from payments.operations import refunds
from payments.states import CheckoutState, RefundState, RefundWay
from tenants.context import tenant_context
from tenants.models import Letterhead

# Approved, or claimed by a worker that never stored an answer: asked (again) with the same key.
_TO_ASK = Q(state=RefundState.APPROVED) | Q(state=RefundState.SENT, provider_id="")


class _Asked(NamedTuple):
    refund: Refund
    checkout_id: str
    gateway: gateways.Gateway | None
    description: str
    key: UUID | None


def send_online_refunds(*, tenant_id: int, now: Callable[[], datetime], until: datetime) -> bool:
    """Hand the approved refunds of a tenant to its provider, one by one; give whether some must be tried again.

    To be called outside any transaction.
    """
    after = 0
    while now() < until:
        by = the_clock(now())
        with tenant_context(tenant_id):
            asked = _claim(after, by)
        if asked is None:
            return False
        after = asked.refund.pk
        try:
            status, failure = _ask(asked)
        except gateways.GatewayDown:
            return True
        with tenant_context(tenant_id):
            _store(asked.refund, status, failure, by)
    return True


def _claim(after: int, by: Actor) -> _Asked | None:
    """Take the next refund: from now on nobody can cancel it."""
    waiting = Refund.objects.filter(_TO_ASK, via=RefundWay.ONLINE, pk__gt=after)
    first = waiting.select_related("payment").order_by("pk").first()
    if first is None:
        return None
    debtor_queries.lock(first.payment.debtor_id)
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=first.pk)
    if refund.state == RefundState.APPROVED:
        refund.state = RefundState.SENT
        refund.save(update_fields=["state"])
        refunds.log("refund.sent", refund, by)
    elif refund.state != RefundState.SENT or refund.provider_id:  # somebody was quicker
        return _claim(refund.pk, by)
    checkout = CheckoutAttempt.objects.filter(payment=refund.payment_id, state=CheckoutState.PAID).first()
    return _Asked(
        refund=refund,
        checkout_id=checkout.provider_id if checkout else "",
        gateway=gateways.for_tenant() if checkout else None,
        description=refund.description or Letterhead.objects.defer("logo").get().legal_name,
        key=refund.idempotency_key,
    )


def _ask(asked: _Asked) -> tuple[gateways.RefundStatus | None, str]:
    """Ask the provider; give what it made of it, or why it refuses."""
    if asked.gateway is None or asked.key is None:
        return None, _("er is geen rekening bij de aanbieder meer")
    try:
        status = asked.gateway.refund(
            asked.checkout_id,
            amount=asked.refund.amount,
            description=asked.description,
            idempotency_key=asked.key,
        )
    except (gateways.RequestRefused, gateways.NoSuchCheckout, gateways.KeyRefused) as error:
        return None, str(error)
    return status, ""


def _store(refund: Refund, status: gateways.RefundStatus | None, failure: str, by: Actor) -> None:
    if status is None:
        refunds.refund_failed(refund=refund, reason=failure, by=by)
        return
    Refund.objects.filter(pk=refund.pk, provider_id="").update(provider_id=status.id)
    follow_refunds(statuses=[status], by=by)


def follow_refunds(*, statuses: Sequence[gateways.RefundStatus], by: Actor) -> None:
    """Take over what the provider says of refunds that went through it; what it says twice changes nothing."""
    known = {row.provider_id: row for row in Refund.objects.filter(provider_id__in=[one.id for one in statuses])}
    for status in statuses:
        refund = known.get(status.id)
        if refund is None:
            continue
        if status.state == "refunded" and refund.state == RefundState.SENT:
            refunds.refund_done(refund=refund, by=by)
        elif not status.holds and refund.state in {RefundState.SENT, RefundState.DONE}:
            refunds.refund_failed(refund=refund, reason=status.state, by=by)

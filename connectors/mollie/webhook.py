"""Mollie says that something happened to a payment: paid, failed, expired, given back, taken back by a bank.

The body is `id=tr_…` and is signed by nobody, so it is a hint: a worker fetches the truth. Whoever calls gets the same
empty answer, whether the payment, or the tenant, is there or not.
"""

import logging
import re

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from redis import RedisError

from common import clock
from common.actor import the_clock
from payments import operations
from tenants.context import tenant_context
from tenants.models import Tenant

logger = logging.getLogger(__name__)

PAYMENT = re.compile(r"^tr_\w{4,60}$", re.ASCII)
# How many calls about nothing of ours one address may make, in how many seconds. Mollie's own are about ours.
MISSES, SECONDS = 60, 300


@csrf_exempt
@require_POST
def payment_changed(request: HttpRequest, tenant: str) -> HttpResponse:
    """Have a worker look at the payment that is named, if it is one of the tenant's."""
    who = str(get_adapter().get_client_ip(request))
    if _misses(who) >= MISSES:
        return HttpResponse(status=429)  # Mollie would try again
    provider_id = request.POST.get("id", "")
    if not (PAYMENT.match(provider_id) and _is_ours(tenant, provider_id)):
        _missed(who)
    return HttpResponse(status=200)


def _is_ours(tenant: str, provider_id: str) -> bool:
    found = Tenant.objects.filter(public_id=tenant).first()
    if found is None:
        return False
    with tenant_context(found.pk):
        return operations.hear_of_checkout(provider_id=provider_id, by=the_clock(clock.now()))


def _misses(who: str) -> int:
    try:
        return int(cache.get(f"mollie:{who}") or 0)
    except RedisError:
        logger.exception("the cache does not answer; nobody is counted")
        return 0


def _missed(who: str) -> None:
    try:
        cache.add(f"mollie:{who}", 0, SECONDS)
        cache.incr(f"mollie:{who}")
    except (RedisError, ValueError):
        logger.warning("a call about nothing of ours was not counted")

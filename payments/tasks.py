"""What happens to money by itself: online payments are followed."""

from datetime import timedelta

from celery import shared_task

from common import clock
from common.actor import the_clock
from payments import operations, queries
from payments.operations import settling
from tenants import operations as tenants
from tenants.context import tenant_context
from tenants.tasks import TenantTask, lease

MATCHING = "payments.tasks.match_new_lines"
REFUNDS = "payments.tasks.send_online_refunds"
REFUNDS_AGAIN = timedelta(minutes=10)
BUDGET = timedelta(minutes=7)  # less than a task may run; what is left wakes the tenant again


# --- online payments


@shared_task(base=TenantTask)
def settle_checkouts(*, tenant_id: int, leased_until: str | None = None, **_: object) -> None:
    """Look at the online payments of a tenant about which there is news, or none for too long."""
    settling.settle_due(tenant_id=tenant_id, now=clock.now, until=clock.now() + BUDGET)
    with tenant_context(tenant_id):
        tenants.settle_wakeup(
            "payments.tasks.settle_checkouts", leased_until=lease(leased_until), again_at=settling.next_due()
        )


@shared_task(base=TenantTask)
def send_online_refunds(*, tenant_id: int, leased_until: str | None = None, **_: object) -> None:
    """Hand the approved refunds of a tenant to its payment provider; one that is away is asked again later."""
    waits = operations.send_online_refunds(tenant_id=tenant_id, now=clock.now, until=clock.now() + BUDGET)
    with tenant_context(tenant_id):
        tenants.settle_wakeup(
            REFUNDS,
            leased_until=lease(leased_until),
            again_at=clock.now() + REFUNDS_AGAIN if waits else None,
        )


# --- bank lines


@shared_task(base=TenantTask)
def match_new_lines(*, tenant_id: int, leased_until: str | None = None, **_: object) -> None:
    """Find what the new lines of a tenant's statements pay, chunk by chunk while there are any."""
    until, more = clock.now() + BUDGET, True
    while more and clock.now() < until:
        with tenant_context(tenant_id):
            more = operations.match_lines(by=the_clock(clock.now()))
    with tenant_context(tenant_id):
        waits = queries.lines_wait()  # time was up, or another worker has the turn
        tenants.settle_wakeup(
            MATCHING,
            leased_until=lease(leased_until),
            again_at=clock.now() + timedelta(minutes=1) if waits else None,
        )

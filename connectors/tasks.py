"""Large files are imported by a worker."""

from datetime import timedelta

from celery import shared_task

from common import clock
from connectors import uploads
from tenants import operations as tenants
from tenants.context import tenant_context
from tenants.tasks import TenantTask, lease

BUDGET = timedelta(minutes=5)


@shared_task(base=TenantTask)
def run_waiting_uploads(*, tenant_id: int, leased_until: str | None = None, **_: object) -> None:
    """Import the uploads of a tenant that wait, each in one transaction."""
    until, more = clock.now() + BUDGET, True
    while more and clock.now() < until:
        with tenant_context(tenant_id):
            more = uploads.run_waiting(at=clock.now())
    with tenant_context(tenant_id):
        again_at = clock.now() if more else None
        tenants.settle_wakeup(
            "connectors.tasks.run_waiting_uploads", leased_until=lease(leased_until), again_at=again_at
        )

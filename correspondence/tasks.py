"""Sending what is due."""

from datetime import timedelta

from celery import shared_task

from common import clock
from correspondence import operations
from tenants import operations as tenants
from tenants.context import tenant_context
from tenants.tasks import TenantTask, lease

BUDGET = timedelta(minutes=7)  # less than a task may run; what is left wakes the tenant again


@shared_task(base=TenantTask)
def deliver_due_messages(*, tenant_id: int, leased_until: str | None = None, **_: object) -> None:
    """Send the due mails of a tenant."""
    until = clock.now() + BUDGET
    operations.deliver_due(tenant_id=tenant_id, now=clock.now, until=until)
    with tenant_context(tenant_id):
        tenants.settle_wakeup(
            "correspondence.tasks.deliver_due_messages",
            leased_until=lease(leased_until),
            again_at=operations.next_due(),
        )

"""Daily summaries."""

from celery import shared_task

from common import clock
from reporting import operations
from tenants import operations as tenants
from tenants.tasks import InTenant, lease


@shared_task(base=InTenant)
def summarise_day(*, leased_until: str | None = None, **_: object) -> None:
    """Keep how a tenant stands today."""
    operations.summarise(day=clock.today())
    tenants.settle_wakeup("reporting.tasks.summarise_day", leased_until=lease(leased_until))

"""Whether the night of the demo is over: nothing is left for worker and beat to do now."""

from datetime import datetime

from correspondence.models import Message
from dashboard.demo.companies import COMPANIES
from dashboard.demo.making import today_of
from dunning.models import Run
from tenants.context import tenant_context
from tenants.models import Tenant, Wakeup


def what_is_left(now: datetime) -> list[str]:
    """Give what the workers still have to do; nothing when the night is over."""
    tenants = list(Tenant.objects.filter(slug__in=[company.slug for company in COMPANIES]))
    left = [f"{company.slug}: not there" for company in COMPANIES if company.slug not in {one.slug for one in tenants}]
    left += [
        f"{row.tenant.slug}: {row.queue}" for row in Wakeup.objects.filter(due_at__lte=now).select_related("tenant")
    ]
    for tenant in tenants:
        with tenant_context(tenant.pk):
            left += [f"{tenant.slug}: {what}" for what in _left_in_tenant(now)]
    return left


def _left_in_tenant(now: datetime) -> list[str]:
    left = []
    run = Run.objects.filter(day=today_of(now)).first()
    if run is None or run.state == "planning":
        left.append(f"night of {today_of(now)}: {run.state if run else 'not there'}")
    mails = Message.objects.filter(channel="email", state__in=["queued", "sending"], due_at__lte=now)
    if number := mails.count():
        left.append(f"{number} mails")
    return left

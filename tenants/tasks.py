"""The base of every task that works for a tenant, and the tick that queues what is due."""

from datetime import datetime
from typing import Any

from celery import Task, current_app, shared_task

from common import clock
from tenants import operations
from tenants.context import tenant_context


class TenantTask(Task):  # type: ignore[misc]
    """A task that runs inside the tenant it was queued for, and refuses to run without one.

    Its function takes `tenant_id` and, when a wakeup queued it, `leased_until` (ISO 8601). It may be run twice, late,
    or beside itself.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args or not isinstance(kwargs.get("tenant_id"), int):
            raise TypeError(f"{self.name} takes keywords only, tenant_id among them")
        return super().__call__(**kwargs)


class InTenant(TenantTask):
    """A `TenantTask` whose whole body is one transaction of its tenant."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with tenant_context(kwargs["tenant_id"]):
            return super().__call__(*args, **kwargs)


@shared_task
def wake(**_: object) -> int:
    """Queue the task of every wakeup that is due (tenants.models.Wakeup)."""
    claims = operations.claim_wakeups(at=clock.now())
    for claim in claims:
        current_app.send_task(
            claim.queue, kwargs={"tenant_id": claim.tenant_id, "leased_until": claim.leased_until.isoformat()}
        )
    return len(claims)


def lease(leased_until: str | None) -> datetime | None:
    """Read the lease that a wakeup passed along, if it was a wakeup that queued the task."""
    return datetime.fromisoformat(leased_until) if leased_until else None

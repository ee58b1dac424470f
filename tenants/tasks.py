"""The base of every task that works for a tenant, the tick that queues what is due, and the invitation."""

from datetime import datetime
from smtplib import SMTPException
from typing import Any

from celery import Task, current_app, shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from common import clock
from tenants import accounts, operations
from tenants.context import tenant_context
from tenants.models import Tenant, User


class TenantTask(Task):  # type: ignore[misc]
    """A task that runs inside the tenant it was queued for, and refuses to run without one.

    Its function takes `tenant_id` and, when a wakeup queued it, `leased_until` (ISO 8601). It may be run twice, late,
    or beside itself.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.work(*self.checked(args, kwargs))

    def checked(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Give the tenant and all keywords, or refuse the call."""
        if args or not isinstance(kwargs.get("tenant_id"), int):
            raise TypeError(f"{self.name} takes keywords only, tenant_id among them")
        return kwargs["tenant_id"], kwargs

    def work(self, tenant_id: int, kwargs: dict[str, Any]) -> Any:
        """Do what the task is for; it opens the contexts that it needs."""
        del tenant_id
        return Task.__call__(self, **kwargs)


class InTenant(TenantTask):
    """A `TenantTask` whose whole body is one transaction of its tenant."""

    abstract = True

    def work(self, tenant_id: int, kwargs: dict[str, Any]) -> Any:
        with tenant_context(tenant_id):
            return super().work(tenant_id, kwargs)


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


@shared_task(autoretry_for=(OSError, SMTPException), retry_backoff=60, max_retries=5)
def mail_invitation(*, user_id: int, tenant_id: int, invited_by: str, **_: object) -> None:
    """Mail somebody that he may enter an administration, with the link to choose a password if he has none."""
    user, tenant = User.objects.get(pk=user_id), Tenant.objects.get(pk=tenant_id)
    is_new = not user.has_usable_password()
    url = accounts.invitation_link(user) if is_new else f"/a/{tenant.slug}/vandaag/"
    context = {"tenant": tenant, "invited_by": invited_by, "is_new": is_new, "url": f"{settings.SITE_URL}{url}"}
    with translation.override(user.language):
        subject = render_to_string("account/email/invitation_subject.txt", context)
        text = render_to_string("account/email/invitation_message.txt", context)
    send_mail(" ".join(subject.split()), text, None, [user.email])
